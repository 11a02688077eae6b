"""Assignment to elements and in-place operators: NumPy's meaning, and the right gradient or an error."""

import copy
import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from autograd import DTypeError, GraphError, Tensor, checkpoint, grad, hessian, jacobian, no_grad, primitive
from autograd.ops import elementwise
from autograd.ops.indexing import scatter_add


def variable(*values):
    return Tensor(np.array(values), requires_grad=True)


# ------------------------------------------------------------------------------------------------- assignment


def test_assigned_value_receives_the_gradient_and_what_it_overwrote_none():
    x, v = variable(1.0, 2.0, 3.0), variable(5.0)
    y = x * 10
    y[1] = v[0]
    np.sum(y * np.array([1.0, 2.0, 4.0])).backward()
    np.testing.assert_array_equal(y.data, [10, 5, 30])
    np.testing.assert_array_equal(x.grad, [10, 0, 40])
    np.testing.assert_array_equal(v.grad, [2])


def test_constant_that_is_filled_element_by_element():
    def f(x):
        y = Tensor(np.zeros(3))
        for i in range(3):
            y[i] = x[i] ** (i + 1)
        return np.sum(y)

    np.testing.assert_allclose(grad(f)(np.array([2.0, 3.0, 4.0])), [1, 6, 48])
    np.testing.assert_allclose(hessian(f)(np.array([2.0, 3.0, 4.0])), np.diag([0, 2, 24]))


def test_recurrence_that_reads_the_rows_it_wrote():
    # y_i = w * y_{i-1} elementwise, y_0 = x: the last row is w^3 x.
    def f(w, x):
        y = Tensor(np.zeros((4, 2)))
        y[0] = x
        for i in range(1, 4):
            y[i] = w * y[i - 1]
        return np.sum(y[3])

    w, x = np.array([2.0, 3.0]), np.array([5.0, 7.0])
    np.testing.assert_allclose(grad(f)(w, x), 3 * w**2 * x)
    np.testing.assert_allclose(grad(f, 1)(w, x), w**3)


@pytest.mark.parametrize(
    "index",
    [
        np.s_[1],
        np.s_[-1, ::2],
        np.s_[:, 1:3],
        np.s_[...],
        np.s_[..., None],
        np.s_[[0, 2]],
        np.s_[[0, 2], [1, 3]],
        np.s_[np.array([[True, False, True, False], [False] * 4, [True] * 4])],
        np.s_[::-1, [0, 0, 1]],
        np.s_[[], :],
    ],
)
def test_jacobian_is_that_of_the_assignment(index):
    base = np.arange(12.0).reshape(3, 4)
    shape = base[index].shape

    def f(values):
        y = Tensor(base.copy())
        y[index] = values
        return y

    # An assignment is linear in the values: column k is what it does to the k-th unit array.
    values = np.zeros(shape)
    expected = np.zeros((3, 4, *shape))
    for k in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[k] = 1
        written = np.zeros((3, 4))
        written[index] = unit
        expected[(..., *k)] = written
    np.testing.assert_array_equal(jacobian(f)(values), expected)


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (1, 1, 3, 4)])
def test_broadcast_values_receive_the_sum(shape):
    v = Tensor(np.ones(shape), requires_grad=True)
    y = Tensor(np.zeros((3, 4)))
    y[...] = v
    weights = np.arange(12.0).reshape(3, 4)
    np.sum(y * weights).backward()
    expected = np.zeros(shape)
    for i, j in np.ndindex(3, 4):
        padded = (0,) * max(0, len(shape) - 2) + (i, j)
        where = padded[len(padded) - len(shape) :]
        expected[tuple(0 if size == 1 else k for k, size in zip(where, shape, strict=True))] += weights[i, j]
    np.testing.assert_array_equal(v.grad, expected)


def test_last_of_several_values_for_one_element_counts():
    v = variable(1.0, 2.0, 3.0)
    y = Tensor(np.zeros(2))
    y[[0, 0, 1]] = v
    np.testing.assert_array_equal(y.data, [2, 3])
    np.sum(y).backward()
    np.testing.assert_array_equal(v.grad, [0, 1, 1])


def test_value_is_converted_to_the_dtype_of_the_array():
    v = variable(1.0, 2.0)
    y = Tensor(np.zeros(2, np.float32))
    y[:] = v
    assert y.dtype == np.float32
    np.sum(y).backward()
    assert v.grad.dtype == np.float64


def test_assignment_of_a_part_to_another_part():
    def f(x):
        y = x * 1.0
        y[1:] = y[:-1]
        return np.sum(y * np.array([1.0, 10.0, 100.0]))

    np.testing.assert_array_equal(grad(f)(np.ones(3)), [11, 100, 0])


def test_gradient_of_the_gradient():
    def f(x):
        y = np.sin(x)
        y[0] = x[1] ** 3
        return np.sum(y**2)

    x = np.array([0.3, 0.7])
    # x1^6 + sin(x1)^2
    expected = 30 * 0.7**4 + 2 * np.cos(1.4)
    np.testing.assert_allclose(hessian(f)(x), [[0, 0], [0, expected]], rtol=1e-12, atol=1e-14)


# ------------------------------------------------------------------------------------------------- views


def test_write_to_a_view_is_a_write_to_its_base():
    v = variable(5.0)
    y = Tensor(np.zeros((2, 3)))
    row = y[1]
    row[2] = v[0]
    assert y.data[1, 2] == 5
    np.sum(y * 3).backward()
    np.testing.assert_array_equal(v.grad, [3])


def test_write_to_the_base_is_seen_through_its_views():
    v = variable(5.0, 6.0)
    y = Tensor(np.zeros((2, 3)))
    column, turned = y[:, 1], y.T
    y[:, 1] = v
    np.testing.assert_array_equal(column.data, [5, 6])
    (np.sum(column * 2) + np.sum(turned[1] * 3)).backward()
    np.testing.assert_array_equal(v.grad, [5, 5])


def test_views_of_views_and_of_every_kind():
    v = variable(1.0)
    y = Tensor(np.zeros((2, 3, 4)))
    view = np.flip(np.moveaxis(y.reshape(6, 4)[::2], 0, 1), 0)[1]
    other = np.squeeze(y[None], 0).swapaxes(0, 2)
    view[0] = v[0]
    place = np.argwhere(y.data == 1)[0]
    np.testing.assert_array_equal(place, [0, 0, 2])
    np.sum(other * 7).backward()
    np.testing.assert_array_equal(v.grad, [7])


def test_in_place_operator_on_a_view():
    x = variable(1.0, 2.0, 3.0)
    y = x * 1.0
    part = y[1:]
    part *= x[:2]
    np.testing.assert_array_equal(y.data, [1, 2, 6])
    np.sum(y * np.array([1.0, 10.0, 100.0])).backward()
    np.testing.assert_array_equal(x.grad, [1 + 20, 10 * 1 + 300, 100 * 2])


def test_augmented_assignment_to_a_part():
    x, w = variable(1.0, 2.0, 3.0), variable(4.0, 5.0)
    y = x * 1.0
    y[1:] *= w
    y[:2] += y[1:]
    np.testing.assert_array_equal(y.data, [1 + 8, 8 + 15, 15])
    np.sum(y * np.array([1.0, 10.0, 100.0])).backward()
    # y0 = x0 + w0 x1, y1 = w0 x1 + w1 x2, y2 = w1 x2
    np.testing.assert_array_equal(x.grad, [1, 11 * 4, 110 * 5])
    np.testing.assert_array_equal(w.grad, [11 * 2, 110 * 3])


@pytest.mark.parametrize("view", [np.diagonal, lambda y: np.broadcast_to(y, (3, 2, 2))])
def test_read_only_views_see_writes(view):
    v, y = variable(5.0), Tensor(np.zeros((2, 2)))
    shown = view(y)
    y[0, 0] = v[0]
    assert np.sum(shown.data) == 5 * np.sum(view(np.array([[1.0, 0.0], [0.0, 0.0]])))
    np.sum(shown).backward()
    np.testing.assert_array_equal(v.grad, [np.sum(shown.data) / 5])


every_other = primitive(lambda x: x[..., ::2], name="every_other").defvjp(
    lambda g, x_shape: scatter_add(g, x_shape, np.s_[..., ::2])
)
itself = primitive(lambda x: x, name="itself").defvjp(lambda g: g)
second = primitive(lambda a, b: b.T, name="second").defvjp(lambda g: 0 * g.T, lambda g: g.T)


@pytest.mark.parametrize(
    "view",
    [
        np.real,
        np.imag,
        lambda y: np.imag(y.T[1]),
        lambda y: np.einsum("ij->ji", y),
        lambda y: np.einsum("ii->i", y),
        lambda y: np.diagonal(y.T),
        every_other,
        itself,
        lambda y: second(np.ones((2, 2)), y),
        lambda y: np.real(itself(every_other(y))),
    ],
)
@pytest.mark.parametrize("dtype", [float, complex])
@pytest.mark.filterwarnings("ignore:Output seems independent of input")  # as imaginary parts of real numbers are
def test_whatever_shows_the_memory_sees_writes(view, dtype):
    # f(v) = the sum of a view of an array that v is written into, and so linear in v.
    def f(v, array):
        y = array(np.arange(4.0).reshape(2, 2).astype(dtype))
        shown = view(y)
        y[0] = v
        y[1, 0] = v[0] * (1j if dtype is complex else 1)
        return np.sum(np.abs(shown) ** 2)

    v = np.array([5.0, 7.0])
    step = 1e-3
    expected = [(f(v + d, np.array) - f(v - d, np.array)) / (2 * step) for d in step * np.eye(2)]
    np.testing.assert_allclose(grad(f)(v, Tensor), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("part", ["real", "imag"])
@pytest.mark.parametrize("index", [np.s_[...], np.s_[1:], np.s_[[0, 0, 2]]])
def test_write_to_a_part_of_a_complex_array(part, index):
    weights = np.array([1 + 2j, 3 - 1j, 2 + 0.5j])

    def written(z, v, array):
        y = array(np.zeros(3, complex))
        y[...] = z
        getattr(y, part)[index] = v
        return y

    def f(z, v, array):
        return np.abs(np.sum(weights * written(z, v, array))) ** 2

    z, v = np.array([1 + 1j, 2 - 1j, 0.5j]), 0.75
    np.testing.assert_array_equal(written(Tensor(z), v, Tensor).data, written(z, v, np.array))
    by_z, by_v = grad(f, 0)(z, v, Tensor), grad(f, 1)(z, v, Tensor)
    step = 1e-4
    units = step * np.eye(3)
    slopes = [[(f(z + d, v, np.array) - f(z - d, v, np.array)) / (2 * step) for d in s * units] for s in (1, 1j)]
    np.testing.assert_allclose(by_z, np.array(slopes[0]) - 1j * np.array(slopes[1]), rtol=1e-8, atol=1e-8)
    expected = (f(z, v + step, np.array) - f(z, v - step, np.array)) / (2 * step)
    np.testing.assert_allclose(by_v, expected, rtol=1e-8)


def test_parts_are_assigned_as_attributes():
    x, z = variable(3.0, 4.0), Tensor(np.array([1 + 2j, 5 - 6j]))
    z.real = x
    z.imag *= 2.0
    z.imag += x
    np.testing.assert_array_equal(z.data, [3 + 7j, 4 - 8j])
    np.sum(np.real(z) + 10 * np.imag(z)).backward()
    np.testing.assert_array_equal(x.grad, [11, 11])


def test_write_to_a_part_keeps_infinities():
    z = Tensor(np.array([1 + 2j]))
    z.real = variable(np.inf)
    np.testing.assert_array_equal(z.data, [complex(np.inf, 2)])


def test_write_that_a_view_shows_in_another_way_is_refused():
    as_floats = primitive(lambda x: x.view(float), name="as_floats").defvjp(lambda g: g.view(complex))
    z = Tensor(np.array([1 + 2j]))
    shown = as_floats(z)
    with pytest.raises(GraphError, match=r"shape \(1,\) complex128 .* view of shape \(2,\) float64"):
        z[0] = variable(1.0)[0]
    np.testing.assert_array_equal(shown.data, [1, 2])


def test_copy_is_no_view():
    v = variable(5.0)
    y = Tensor(np.zeros(3))
    z = y.copy()
    y[0] = v[0]
    assert not z.requires_grad
    assert z.data[0] == 0


def test_a_copied_tensor_has_views_of_its_own():
    y = copy.deepcopy(Tensor(np.zeros((2, 3))))
    y[0][1] = variable(2.0)[0]
    assert y.data[0, 1] == 2
    assert y.requires_grad


def test_views_keep_nothing_alive_and_are_forgotten():
    y = Tensor(np.zeros(1000)) * variable(1.0)
    for i in range(1000):
        y[i : i + 1]
    assert len(y._views) < 200
    view = y[1:]
    reference = weakref.ref(y)
    del view
    gc.disable()
    try:
        del y
        assert reference() is None
    finally:
        gc.enable()


SHAPE = (3, 4)
INDICES = st.sampled_from([np.s_[0], np.s_[:, 1], np.s_[1:, ::2], np.s_[[0, 0, 2]], np.s_[...], np.s_[2, 3]])
VIEWS = st.sampled_from(
    [lambda a: a, lambda a: a[1:], lambda a: a.T, lambda a: a.reshape(-1), lambda a: a[::-1, ::2], lambda a: a[:, 2]]
)
STEPS = st.lists(st.tuples(VIEWS, VIEWS, INDICES, st.booleans()), min_size=1, max_size=6)


@given(STEPS)
@settings(max_examples=200, deadline=None)
def test_random_writes_through_views_agree_with_numpy_and_with_differences(steps):
    def run(x, array):
        """Write to views of an array and read through others, on Tensors or on plain arrays."""
        y = array(np.zeros(SHAPE))
        y[...] = x * 2.0
        total = 0.0
        for k, (target, source, index, in_place) in enumerate(steps):
            written, read = target(y), source(y)
            value = np.sum(np.sin(read + 0.0)) + k
            try:
                if in_place:
                    written *= value
                else:
                    written[index] = value
            except IndexError:
                continue
            total = total + np.sum((read + 0.0) * np.cos(target(y) + 0.0).mean())
        return total + np.sum(y**2)

    rng = np.random.default_rng(0)
    x, direction = rng.normal(size=SHAPE) / 4, rng.normal(size=SHAPE)
    plain = run(x, np.array)
    if not np.isfinite(plain) or abs(plain) > 1e3:
        return
    tracked = Tensor(x, requires_grad=True)
    loss = run(tracked, Tensor)
    np.testing.assert_allclose(loss.data, plain, rtol=1e-12)
    loss.backward()
    step = 1e-6
    expected = (run(x + step * direction, np.array) - run(x - step * direction, np.array)) / (2 * step)
    np.testing.assert_allclose(np.sum(tracked.grad * direction), expected, rtol=1e-4, atol=1e-4)


# ------------------------------------------------------------------------------------------------- in-place operators


def test_in_place_operators_differentiate():
    def f(x):
        y = np.exp(x)
        y += x
        y *= x
        y -= 1.0
        y /= 2.0
        y **= 2
        return np.sum(y)

    def expected(x):
        u = (np.exp(x) + x) * x - 1
        return u / 2 * ((np.exp(x) + 1) * x + np.exp(x) + x)

    x = np.array([0.3, 1.1])
    np.testing.assert_allclose(grad(f)(x), expected(x), rtol=1e-12)


def test_in_place_operator_keeps_shape_and_dtype():
    y = Tensor(np.zeros(3, np.float32)) * variable(1.0)[0].astype(np.float32)
    y += np.ones(3)
    assert y.dtype == np.float32
    with pytest.raises(ValueError, match=r"in-place add: the result has shape \(2, 3\), not \(3,\)"):
        y += np.ones((2, 3))


# ------------------------------------------------------------------------------------------------- refused


def test_write_to_a_variable_is_refused_with_the_way_out():
    x = variable(1.0, 2.0)
    with pytest.raises(GraphError, match=r"into a variable of shape \(2,\).*t.copy\(\).*no_grad"):
        x[0] = 3.0
    with pytest.raises(GraphError, match="into a view of a variable"):
        x[1:][0] = 3.0
    np.testing.assert_array_equal(x.data, [1, 2])


def test_write_to_an_array_that_another_operation_saved_names_both():
    x = variable(1.0, 2.0)
    y = x * 2.0
    z = y * x
    y[0] = 0.0
    with pytest.raises(GraphError, match=r"multiply: 'x1' .* modified in place by item assignment"):
        np.sum(z).backward()
    assert x.grad is None


def test_write_to_another_part_of_a_saved_array_does_no_harm():
    x = variable(1.0, 2.0)
    y = x * 2.0
    z = y[1:] * x[1:]
    y[0] = 0.0
    np.sum(z).backward()
    np.testing.assert_array_equal(x.grad, [0, 8])


def test_output_that_its_own_operation_saved_can_be_written_to():
    x = variable(0.0, 1.0)
    y = np.tanh(x)
    y[0] = 5.0
    np.sum(y).backward()
    np.testing.assert_allclose(x.grad, [0, 1 - np.tanh(1.0) ** 2])


def test_gradient_into_integers_is_refused():
    y = Tensor(np.zeros(2, int))
    with pytest.raises(DTypeError, match="int64 holds no gradient"):
        y[0] = variable(1.0)[0]


def test_values_that_do_not_fit_leave_everything_as_it_was():
    v = variable(1.0, 2.0)
    y = Tensor(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"into shape \(2, 3\) float64, values of shape \(2,\)"):
        y[0] = v
    assert not y.requires_grad
    np.testing.assert_array_equal(y.data, np.zeros((2, 3)))


def test_under_no_grad_only_the_memory_changes():
    x = variable(1.0, 2.0)
    with no_grad():
        x[0] = 7.0
    np.testing.assert_array_equal(x.data, [7, 2])
    assert x.is_leaf


def test_index_may_be_a_tensor():
    v = variable(1.0)
    y = Tensor(np.zeros(3))
    y[Tensor(np.array([0, 2]))] = v
    np.sum(y).backward()
    np.testing.assert_array_equal(v.grad, [2])


def test_rows_that_many_steps_write_take_linear_memory_of_time_stamps():
    y = elementwise.multiply(Tensor(np.ones((50, 3))), variable(1.0))
    for i in range(1, 50):
        y[i] = np.tanh(y[i - 1])
    np.sum(y).backward()


# ------------------------------------------------------------------------------------------------- functions that write

MASK = np.array([[True, False, True], [False, True, True]])
WRITES = {
    "copyto": lambda a, v: np.copyto(a, v[:3]),
    "copyto where": lambda a, v: np.copyto(a, v[0], where=MASK),
    "place": lambda a, v: np.place(a, MASK, v[:2]),
    "putmask": lambda a, v: np.putmask(a, MASK, v[:4]),
    "put": lambda a, v: np.put(a, [-1, 0, 2], v[:2]),
    "put with a mode": lambda a, v: np.put(a, [7, -8], v[0], mode="wrap"),
    "the method put": lambda a, v: a.put([1], v[0]),
    "put_along_axis": lambda a, v: np.put_along_axis(a, np.array([[2], [0]]), v[0], 1),
    "put_along_axis of the flat array": lambda a, v: np.put_along_axis(a, np.array([4, 1]), v[:2], None),
    "fill_diagonal": lambda a, v: np.fill_diagonal(a, v[:2]),
    "fill": lambda a, v: a.fill(v[0]),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_functions_that_write_do_what_numpy_does_and_differentiate(write):
    values = np.array([5.0, 6.0, 7.0, 8.0])
    expected, weights = np.arange(6.0).reshape(2, 3), np.arange(1.0, 7.0).reshape(2, 3) ** 2
    write(expected, values)

    def f(v):
        y = Tensor(np.arange(6.0).reshape(2, 3))
        write(y, v)
        np.testing.assert_array_equal(y.data, expected)
        return np.sum(y * weights)

    # What is written is linear in the values: where each unit value goes.
    written = np.stack([np.zeros((2, 3)) for _ in values])
    for k, unit in enumerate(np.eye(4)):
        write(written[k], unit)
    np.testing.assert_allclose(grad(f)(values), np.einsum("kij,ij->k", written, weights))


# ------------------------------------------------------------------------------------------------- lists, views of all


@pytest.mark.parametrize(
    ("write", "by_a", "by_b"),
    [
        (lambda x, a, b: x.__setitem__(0, [a, b]), 1, 2),
        (lambda x, a, b: x.__setitem__(np.s_[:, 0], (b, [a, 1.0][0])), 3, 1),
        (lambda x, a, b: x.__setitem__(..., [[a, 0.0], [1.0, b]]), 1, 4),
        (lambda x, a, b: np.put(x, [0, 3], [a, b]), 1, 4),
        (lambda x, a, b: np.fill_diagonal(x, [a, b]), 1, 4),
        (lambda x, a, b: np.copyto(x, [a, b]), 1 + 3, 2 + 4),
        (lambda x, a, b: np.place(x, np.eye(2) == 0, [a, b]), 2, 3),
        (lambda x, a, b: np.add.at(x, ([0, 0, 1], [1, 1, 1]), [a, b, b]), 2, 2 + 4),
    ],
)
def test_lists_of_tensors_are_written(write, by_a, by_b):
    a, b, x = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True), Tensor(np.zeros((2, 2)))
    write(x, a, b)
    np.sum(x * np.array([[1.0, 2.0], [3.0, 4.0]])).backward()
    assert (a.grad, b.grad) == (by_a, by_b)


windows = primitive(lambda x: sliding_window_view(x, 2, writeable=True), name="windows").defvjp(
    lambda g: np.append(g[:, 0], 0) + np.append(0, g[:, 1])
)


def test_writes_are_followed_through_strided_views():
    def f(x):
        y = x * 1.0
        shown = windows(y)
        y[0] = 5.0
        return np.sum(shown)

    np.testing.assert_array_equal(grad(f)(np.ones(3)), [0, 2, 1])


def test_a_write_to_what_was_saved_as_a_strided_view_is_refused():
    y = variable(1.0, 2.0, 3.0) * 1.0
    shown = windows(y)
    loss = np.sum(shown * shown)
    y[0] = 5.0
    with pytest.raises(GraphError, match=r"multiply: .* modified in place"):
        loss.backward()


@pytest.mark.parametrize("views", [lambda y: (y[1:], y[:1]), lambda y: (y.reshape(3, 1)[1:, 0],)])
def test_writes_are_followed_through_views_that_checkpoint_returned(views):
    def f(x, call):
        y = x * 1.0
        first, *others = call(views)(y)
        first[0] = 7.0 * x[2]
        return np.sum(y**2) + sum(np.sum(np.sin(other)) for other in others)

    x = np.array([1.0, 2.0, 3.0])
    assert f(Tensor(x, requires_grad=True), checkpoint).item() == f(x, lambda function: function).item()
    np.testing.assert_allclose(grad(f)(x, checkpoint), grad(f)(x, lambda function: function), rtol=1e-14)


def test_a_tensor_of_a_tensor_shows_its_memory():
    x, y = variable(5.0), Tensor(np.zeros(3))
    same = Tensor(y)
    y[0] = x[0]
    np.sum(same).backward()
    np.testing.assert_array_equal(x.grad, [1])
    constant = Tensor(np.zeros(3))
    there = Tensor(constant, requires_grad=True)
    with pytest.raises(GraphError, match="into a view of a variable"):
        constant[0] = x[0]
    assert there.is_leaf


# ------------------------------------------------------------------------------------------------- in-place, dtypes


def test_in_place_operators_refuse_what_the_dtype_cannot_hold():
    y, number = variable(1.0, 2.0) * 1.0, Tensor(np.array([1, 2]))
    with pytest.raises(DTypeError, match=r"in-place add: the result is complex128, .* float64 cannot hold"):
        y += 1j
    with pytest.raises(DTypeError, match=r"in-place add: the result is float64, .* t.astype\(float64\)"):
        number += variable(0.5, 0.5)
    np.testing.assert_array_equal(number.data, [1, 2])


def test_in_place_operators_without_derivative_give_constants():
    y = variable(3.0, 5.0) * 1.0
    y //= 2
    np.testing.assert_array_equal(y.data, [1, 2])
    assert not y.requires_grad
