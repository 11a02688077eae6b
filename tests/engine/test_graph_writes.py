"""Writes to arrays between forward and backward: those that the library sees never give a wrong gradient."""

import numpy as np
import pytest

from autograd import GraphError, Tensor, no_grad, vjp
from autograd.ops import elementwise


def variable(values=(1.0, 2.0, 3.0)):
    return Tensor(np.array(values, float), requires_grad=True)


WRITES = {
    "item assignment": lambda t: t.__setitem__(0, 5.0),
    "augmented assignment": lambda t: t.__isub__(0.1),
    "augmented assignment of the data": lambda t: setattr(t, "data", t.data.__isub__(0.1)),
    "item assignment to a detached Tensor": lambda t: t.detach().__setitem__(0, 5.0),
    "item assignment to a view": lambda t: Tensor(t.data[1:]).__setitem__(0, 5.0),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_writes_to_a_saved_array_are_refused_naming_primitive_and_argument(write):
    w, x = variable(), variable()
    loss = np.sum(w * x)
    with no_grad():
        write(w)
    with pytest.raises(GraphError, match=r"multiply: 'x1' \(shape \(3,\), float64\) was modified in place"):
        loss.backward()
    assert x.grad is None


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_writes_to_an_array_that_nothing_saved_do_not_matter(write):
    w = variable()
    loss = np.sum(w + 1.0)
    with no_grad():
        write(w)
    loss.backward()
    np.testing.assert_array_equal(w.grad, [1, 1, 1])


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_writes_before_the_forward_pass_do_not_matter(write):
    w = variable()
    with no_grad():
        write(w)
    np.sum(w * w).backward()
    np.testing.assert_array_equal(w.grad, 2 * w.data)


def test_a_write_to_a_saved_output_names_it():
    x = variable()
    y = np.tanh(x)
    with no_grad():
        y[0] = 0.0
    with pytest.raises(GraphError, match="tanh: 'y'"):
        np.sum(y).backward()


def test_a_write_to_one_of_several_arrays_names_them():
    a, b = variable(), variable()
    loss = np.einsum("i,i", a, b)
    with no_grad():
        b -= 1.0
    with pytest.raises(GraphError, match="einsum: 'operands'"):
        loss.backward()


def test_replacing_the_data_leaves_the_recorded_gradient_right():
    x = variable()
    loss = np.sum(x * x)
    x.data = np.zeros(3)
    loss.backward()
    np.testing.assert_array_equal(x.grad, [2, 4, 6])


def test_a_refused_gradient_is_right_after_recomputing():
    x = variable()
    loss = np.sum(elementwise.square(x))
    with no_grad():
        x -= 1.0
    with pytest.raises(GraphError):
        loss.backward()
    np.sum(elementwise.square(x)).backward()
    np.testing.assert_array_equal(x.grad, 2 * x.data)


def test_a_pullback_refuses_an_array_written_to_since_its_forward_pass():
    x = Tensor(np.array([1.0, 2.0]))
    _, pullback = vjp(np.sin, x.data)
    x[0] = 0.0
    with pytest.raises(GraphError, match="sin: 'x'"):
        pullback(np.ones(2))


def test_a_write_to_a_0_d_array_is_seen():
    x = Tensor(np.array(2.0), requires_grad=True)
    loss = x * x
    with no_grad():
        x -= 1.0
    with pytest.raises(GraphError, match="multiply"):
        loss.backward()


def test_a_number_was_saved_itself_so_a_write_to_the_tensor_cannot_reach_it():
    x = Tensor(3.0, requires_grad=True)
    loss = x * x
    with no_grad():
        x -= 1.0
    loss.backward()
    assert float(x) == 2.0
    assert x.grad == 6.0


def test_an_array_of_no_dimensions_is_shared():
    array = np.array(2.0)
    x = Tensor(array)
    x += 1.0
    assert array == 3.0
