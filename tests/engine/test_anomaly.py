"""`detect_anomaly`: it names what made the first NaN or infinity, guards what was saved, and leaves no trace."""

import gc
import warnings

import numpy as np
import pytest

import nn
from autograd import (
    Journal,
    NonFiniteError,
    Tensor,
    detect_anomaly,
    grad,
    hessian,
    jacobian,
    no_grad,
    primitive,
    profile,
)
from autograd.ops import elementwise

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy warns of what is the subject here


def variable(*values):
    return Tensor(np.array(values), requires_grad=True)


def first_line(function):
    return function.__code__.co_firstlineno


# ------------------------------------------------------------------------------------------------- results


def test_the_operation_that_returns_an_infinity_is_named_with_its_line_and_its_argument():
    def f(x):
        y = np.exp(x)
        return np.sum(np.log(y - 1.0))

    with detect_anomaly(), pytest.raises(NonFiniteError) as error:
        f(variable(2.0, 0.0, 1.0))
    assert str(error.value) == (
        f"detect_anomaly: log (test_anomaly.py:{first_line(f) + 2}) returned -inf at [1] "
        "(1 of 3 elements are not finite), where x = 0"
    )


def test_overflow_in_float16_is_found():
    with detect_anomaly(), pytest.raises(NonFiniteError, match=r"multiply .* returned inf, where x1 = 60000, x2 = 10"):
        Tensor(np.float16(6e4)) * np.float16(10)


def test_of_other_operations_the_magnitudes_are_said():
    x, w = np.full((2, 3), 1e200), variable(*np.full(3, -1e200))
    message = r"matmul .* at \[0\] \(2 of 2 .* x1 \(2, 3\) is up to 1e\+200 in magnitude, x2 \(3,\) is up to"
    with detect_anomaly(), pytest.raises(NonFiniteError, match=message):
        x @ w


def test_infinities_of_infinities_pass_and_nan_of_them_does_not():
    mask = np.array([0.0, -np.inf])
    with detect_anomaly():
        masked = variable(1.0, 2.0) + mask
        np.sum(nn.functional.softmax(masked)[0]).backward()
        with pytest.raises(NonFiniteError, match=r"subtract .* returned nan"):
            masked - mask


def test_nan_that_was_there_before_is_said_to_be():
    with detect_anomaly(), pytest.raises(NonFiniteError, match="where x = nan; its argument 'x' has NaN already"):
        np.sin(variable(1.0, np.nan))


def test_operations_of_constants_are_looked_at_too():
    with detect_anomaly(), no_grad(), pytest.raises(NonFiniteError, match="log"):
        np.log(variable(0.0))


# ------------------------------------------------------------------------------------------------- gradients


def test_the_vjp_that_returns_an_infinity_is_named_with_the_line_of_its_operation():
    x = variable(4.0, 0.0)

    def f():
        root = np.sqrt(x)
        return np.sum(root * 2.0)

    with detect_anomaly(), pytest.raises(NonFiniteError) as error:
        f().backward()
    assert str(error.value) == (
        f"detect_anomaly: VJP of sqrt (test_anomaly.py:{first_line(f) + 1}) for 'x' returned inf at [1] "
        "(1 of 2 elements are not finite), where g = 2, y = 0"
    )
    assert x.grad is None


def test_a_graph_from_before_is_looked_at_without_its_line():
    y = np.sqrt(variable(0.0))
    with detect_anomaly(), pytest.raises(NonFiniteError, match="VJP of sqrt for 'x' returned inf"):
        y.backward(np.ones(1))


def test_second_derivatives_are_looked_at():
    with detect_anomaly(), pytest.raises(NonFiniteError, match="detect_anomaly: "):
        grad(grad(lambda x: x**1.5))(0.0)


@pytest.mark.parametrize("of", [grad, jacobian, hessian])
def test_finite_gradients_are_the_same(of):
    def f(x):
        return np.sum(np.tanh(x) ** 2 * np.linalg.norm(x)) + np.concatenate([x, x[:1]])[2] ** 2

    x = np.array([0.3, -0.2, 0.9])
    expected = of(f)(x)
    with detect_anomaly():
        np.testing.assert_allclose(of(f)(x), expected, rtol=1e-14)


def test_only_gradients_are_looked_at_on_request():
    x = variable(4.0, 0.0)
    with detect_anomaly(forward=False):
        np.sum(np.where(x.data > 0, np.log(x), 0.0))
        with pytest.raises(NonFiniteError, match="VJP of log"):
            np.sum(np.log(x)).backward()


def test_the_argument_among_several_is_named():
    scale = primitive(lambda x, factor: x * factor, name="scale")
    scale.defvjp(lambda g, factor: g * factor, lambda g, x: g * x / 0.0)
    with detect_anomaly(), pytest.raises(NonFiniteError, match=r"VJP of scale .* for 'factor' returned inf"):
        np.sum(scale(variable(1.0), variable(2.0))).backward()


# ------------------------------------------------------------------------------------------------- saved arrays


def test_a_write_to_a_saved_array_is_an_error_at_its_line():
    given = np.array([1.0, 2.0])
    with detect_anomaly():
        y = np.sum(Tensor(given, requires_grad=True) ** 2)
        with pytest.raises(ValueError, match="read-only"):
            given[0] = 5.0
        y.backward()
        given[0] = 5.0


def test_what_was_saved_can_be_written_to_once_nothing_needs_it():
    x = variable(1.0, 2.0)
    with detect_anomaly():
        for _ in range(2):
            loss = np.sum(x**2)
            loss.backward()
            x.data -= 0.1 * x.grad
        np.sum(x**2)  # dropped
        x.data -= 0.1
        kept = np.sum(x**2) + np.sum(x[1:] ** 3)
        assert not x.data.flags.writeable
    x.data -= 0.1
    assert kept.requires_grad


def test_read_only_arrays_stay_so_and_views_of_locked_ones_open():
    fixed = np.ones(3)
    fixed.flags.writeable = False
    x = np.ones(3)
    view = x[1:]
    with detect_anomaly():
        first = np.sum(Tensor(view, requires_grad=True) ** 2)
        second = np.sum(Tensor(fixed, requires_grad=True) ** 2)
        del first, second
    view[0] = 2.0
    assert not fixed.flags.writeable


def test_a_view_opens_before_its_base_does():
    x = np.ones(3)
    view = x[1:]
    with detect_anomaly():
        of_view = np.sum(Tensor(view, requires_grad=True) ** 2)
        of_all = np.sum(Tensor(x, requires_grad=True) ** 2)
        del of_view
        assert view.flags.writeable
        assert not x.flags.writeable
        del of_all
        assert x.flags.writeable


def test_training_goes_on_inside():
    nn.seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    x, labels = np.random.default_rng(0).normal(size=(20, 4)), np.arange(20) % 3
    sgd, criterion = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), nn.CrossEntropyLoss()
    losses = []
    with detect_anomaly():
        for _ in range(20):
            loss = criterion(model(x), labels)
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            losses.append(loss.item())
    assert losses[-1] < losses[0]


# ------------------------------------------------------------------------------------------------- no trace


def test_afterwards_nothing_is_looked_at():
    x = variable(0.0)
    with detect_anomaly():
        y = np.sqrt(x)
        rule = y._node.rule
    assert rule is not np.sqrt(variable(1.0))._node.rule
    np.log(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.sum(np.sqrt(x)).backward()
    assert np.isinf(x.grad).all()
    gc.collect()


def test_it_works_beside_other_observers():
    with detect_anomaly(), profile() as profiled, Journal():
        np.sum(np.exp(variable(1.0))).backward()
        with pytest.raises(NonFiniteError, match="exp"):
            np.exp(variable(1e3))
    assert profiled.by_operation


# ------------------------------------------------------------------------------------------------- many at once


def test_statements_may_end_in_any_order():
    x = variable(0.0, 1.0)
    np.sqrt(x)
    pullbacks = elementwise.sqrt.pullbacks
    first, second, third = detect_anomaly(), detect_anomaly(), profile()
    for statement in (first, second, third):
        statement.__enter__()
    for statement in (first, third, second):
        statement.__exit__(None, None, None)
    assert elementwise.sqrt.pullbacks is pullbacks
    np.sum(np.sqrt(x)).backward()


def test_a_graph_recorded_inside_is_swept_outside_as_any_other():
    x = variable(0.0, 1.0)
    with detect_anomaly(forward=False):
        y = np.sum(np.sqrt(x))
    y.backward()
    assert np.isinf(x.grad[0])


def test_the_inner_of_two_statements_leaves_the_locks_of_the_outer():
    x = np.ones(2)
    with detect_anomaly():
        y = np.sum(Tensor(x, requires_grad=True) ** 2)
        with detect_anomaly():
            z = np.sum(Tensor(x, requires_grad=True) ** 2)
            del z
        assert not x.flags.writeable
        del y
        assert x.flags.writeable


def test_arrays_in_the_memory_of_others_are_left_alone():
    owner = bytearray(24)
    array = np.frombuffer(owner)
    strided = np.lib.stride_tricks.as_strided(np.ones(3))
    with detect_anomaly():
        y = np.sum(Tensor(array, requires_grad=True) ** 2) + np.sum(Tensor(strided, requires_grad=True) ** 2)
    array[0] = strided[0] = 5.0
    assert y.requires_grad


def test_an_argument_of_one_element_and_more_axes_is_said():
    with detect_anomaly(), pytest.raises(NonFiniteError, match=r"norm .* = 1e\+200|multiply .* returned inf"):
        np.linalg.norm(Tensor([[1e200]], requires_grad=True))


def test_what_is_added_in_place_is_looked_at():
    table = variable(1.0, 2.0, 3.0) * 1.0
    with detect_anomaly():
        total = np.sum(table[:1]) + np.sum(table[:1]) + np.sum(table[:1])
        with pytest.raises(NonFiniteError, match=r"VJP of getitem .* for 'x' returned inf at \[0\]"):
            total.backward(np.array(0.8e308))  # the third of these is more than a float64 holds


def test_rows_are_looked_at_together():
    a = np.ones((3, 3))
    with profile() as profiled, detect_anomaly():
        jacobian(lambda x: a @ np.tanh(x))(np.ones(3))
    assert {row.name: row.backward_calls for row in profiled.by_operation} == {"matmul": 1, "tanh": 1}
