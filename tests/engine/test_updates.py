"""``np.add.at(t, index, values)`` and its relatives: NumPy's meaning, and the right gradient or an error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import DTypeError, GraphError, Tensor, grad, gradcheck, jacobian, no_grad

X = np.array([[1.3, 2.1, 0.7], [0.4, 1.6, 2.5]])
INDICES = {
    "numbers": np.s_[1, 2],
    "a row": np.s_[0],
    "slices": np.s_[:, ::2],
    "a mask": X > 1,
    "rows, one of them three times": np.s_[[0, 1, 0, 0]],
    "elements, some of them twice": np.s_[[0, 1, 0, -1], [2, 0, 2, 0]],
    "negative and positive": np.s_[[-2, 0]],
    "with new axes": np.s_[[[0], [0]], :, None],
    "nothing": np.s_[[]],
}
BINARY = [np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum, np.hypot, np.arctan2]
every_index = pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)


def updated(ufunc, index):
    """Return a function of an array and of values that updates a copy of the array."""

    def compute(x, *values):
        y = x * 1.0
        ufunc.at(y, index, *values)
        return y

    return compute


@every_index
@pytest.mark.parametrize("ufunc", BINARY, ids=lambda ufunc: ufunc.__name__)
def test_gradients_of_updates_are_right_to_second_order(ufunc, index, rng):
    compute = updated(ufunc, index)
    values = rng.uniform(0.5, 1.5, X[index].shape)
    got = compute(Tensor(X, requires_grad=True), Tensor(values, requires_grad=True))
    np.testing.assert_array_equal(got.data, compute(X, values))
    assert gradcheck(compute, (X, values), order=2, seed=0)


@every_index
@pytest.mark.parametrize("ufunc", [np.negative, np.square, np.sin], ids=lambda ufunc: ufunc.__name__)
def test_functions_of_one_argument_update_too(ufunc, index):
    compute = updated(ufunc, index)
    np.testing.assert_array_equal(compute(Tensor(X, requires_grad=True)).data, compute(X))
    assert gradcheck(compute, (X,), order=2, seed=0)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (4, 1), (1, 3), (4, 3)])
@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.multiply])
def test_values_broadcast(ufunc, shape, rng):
    compute, values = updated(ufunc, [1, 0, 1, 1]), rng.uniform(0.5, 1.5, shape)
    np.testing.assert_array_equal(compute(Tensor(X, requires_grad=True), values).data, compute(X, values))
    assert gradcheck(compute, (X, values), order=2, seed=0)


def test_an_element_named_twice_is_added_to_twice():
    def f(v):
        counts = Tensor(np.zeros(3))
        np.add.at(counts, np.array([0, 2, 0]), v)
        return counts

    # sums of the values of each index: the matrix of the sum by index
    np.testing.assert_array_equal(jacobian(f)(np.array([1.0, 2.0, 3.0])), [[1, 0, 1], [0, 0, 0], [0, 1, 0]])


def test_an_element_named_n_times_is_multiplied_n_times():
    def f(v):
        y = Tensor(np.full(2, 3.0))
        np.multiply.at(y, [0, 0, 0], v)
        return np.sum(y)

    assert grad(f)(2.0) == 3 * 3 * 2.0**2


def test_values_may_be_complex():
    values = np.array([1.0 + 2.0j, 0.5 - 1.0j, 2.0])
    for ufunc in (np.add, np.subtract, np.multiply):
        assert gradcheck(updated(ufunc, [1, 1, 0]), (X[0].astype(complex), values), order=2, seed=0)


def test_the_array_keeps_its_dtype_and_the_values_have_a_gradient_of_theirs():
    y, v = Tensor(np.zeros(3, np.float32)), Tensor(np.ones(2), requires_grad=True)
    np.add.at(y, [0, 0], v)
    assert y.dtype == np.float32
    np.sum(y).backward()
    assert v.grad.dtype == np.float64
    np.testing.assert_array_equal(v.grad, [1, 1])


def test_unsigned_values_are_subtracted():
    y = Tensor(np.ones(2), requires_grad=True) * 1.0
    np.subtract.at(y, [0, 0], np.array([3, 4], np.uint8))
    np.testing.assert_array_equal(y.data, [-6, 1])


@pytest.mark.parametrize("ufunc", [np.add, np.multiply])
def test_an_array_is_updated_by_parts_of_itself(ufunc):
    def compute(x):
        y = x * 1.0
        ufunc.at(y, [0, 0], y)
        ufunc.at(y, 1, y[1])
        return y

    np.testing.assert_array_equal(compute(Tensor(X, requires_grad=True)).data, compute(X))
    assert gradcheck(compute, (X,), order=2, seed=0)


# ------------------------------------------------------------------------------------------------- as assignment


def test_an_update_of_a_view_is_one_of_its_base():
    x, v = Tensor(X, requires_grad=True), Tensor(np.array([5.0, 7.0]), requires_grad=True)
    y = x * 1.0
    column = y.T[1]
    np.add.at(column, [0, 0], v)
    np.multiply.at(y[1], [1, 1], v)
    expected = X.copy()
    expected[0, 1] += 12
    expected[1, 1] *= 35
    np.testing.assert_array_equal(y.data, expected)
    np.testing.assert_array_equal(column.data, expected[:, 1])
    np.sum(column * np.array([2.0, 3.0])).backward()
    np.testing.assert_allclose(v.grad, [2 + 3 * 1.6 * 7, 2 + 3 * 1.6 * 5])
    np.testing.assert_allclose(x.grad, [[0, 2, 0], [0, 3 * 35, 0]])


@pytest.mark.parametrize("ufunc", [np.add, np.multiply])
def test_a_variable_is_refused_with_the_way_out(ufunc):
    x = Tensor(X, requires_grad=True)
    for target in (x, x[0]):
        with pytest.raises(GraphError, match=r"a variable of shape \(2, 3\).*t.copy\(\).*no_grad"):
            ufunc.at(target, 0, 2.0)
    np.testing.assert_array_equal(x.data, X)


def test_an_array_that_another_operation_saved_is_refused_in_the_sweep():
    x = Tensor(X, requires_grad=True)
    y = x * 2.0
    z = y * x
    np.add.at(y, (0, 1), 1.0)
    with pytest.raises(GraphError, match=r"multiply: 'x1' .* modified in place"):
        np.sum(z).backward()


@pytest.mark.parametrize("ufunc", [np.add, np.multiply])
def test_a_gradient_into_integers_or_a_plain_array_is_refused(ufunc):
    v = Tensor(np.ones(2), requires_grad=True)
    with pytest.raises(DTypeError, match=rf"np\.{ufunc.__name__}\.at: a Tensor of dtype int64 holds no gradient"):
        ufunc.at(Tensor(np.ones(3, int)), [0, 1], v)
    with pytest.raises(GraphError, match="which a plain array cannot carry"):
        ufunc.at(np.ones(3), [0, 1], v)


@pytest.mark.parametrize("ufunc", [np.add, np.multiply])
def test_what_does_not_fit_leaves_everything_as_it_was(ufunc):
    y = Tensor(X, requires_grad=True) * 1.0
    with pytest.raises(ValueError, match=rf"^{ufunc.__name__}\.at: .*a: \(2, 3\) float64.*\(4,\) float64"):
        ufunc.at(y, 0, np.ones(4))
    with pytest.raises(IndexError, match=rf"^{ufunc.__name__}\.at: index 5 .*a: \(2, 3\) float64"):
        ufunc.at(y, [0, 5], 2.0)
    np.testing.assert_array_equal(y.data, X)


def test_without_recording_only_the_memory_changes():
    x, data = Tensor(X.copy(), requires_grad=True), X.copy()
    memory = data.ctypes.data
    constant = Tensor(data)
    with no_grad():
        np.add.at(x, [0, 0], 1.0)
    np.add.at(constant, (Tensor([0, 0]),), Tensor(1.0))
    expected = X + np.array([[2], [0]])
    np.testing.assert_array_equal(x.data, expected)
    np.testing.assert_array_equal(constant.data, expected)
    assert x.is_leaf
    assert not constant.requires_grad
    assert constant.data.ctypes.data == memory


def test_a_write_without_recording_is_noticed_by_what_saved_the_array():
    x = Tensor(X.copy(), requires_grad=True)
    z = np.sum(x * x)
    with no_grad():
        np.multiply.at(x, 0, 2.0)
    with pytest.raises(GraphError, match=r"modified in place by np\.multiply\.at"):
        z.backward()


STEPS = st.lists(
    st.tuples(
        st.sampled_from([np.add, np.subtract, np.multiply, np.maximum]),
        st.sampled_from([lambda y: y, lambda y: y[1:], lambda y: y.T, lambda y: y.reshape(-1)[::2]]),
        st.sampled_from([0, -1, [0, 0], [0, 0, -1, 0], slice(None)]),
        st.floats(0.5, 1.5),
    ),
    min_size=1,
    max_size=5,
)


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_random_updates_through_views_agree_with_numpy_and_with_differences(steps):
    def run(x, array):
        y = array(np.zeros((2, 3)))
        y[...] = x * 1.0
        for ufunc, view, index, factor in steps:
            ufunc.at(view(y), index, np.mean(np.cos(y + 0.0)) * factor)
        return np.sum(y**2)

    tracked = Tensor(X, requires_grad=True)
    loss = run(tracked, Tensor)
    np.testing.assert_allclose(loss.data, run(X, np.array), rtol=1e-12)
    loss.backward()
    direction, step = np.random.default_rng(0).normal(size=X.shape), 1e-6
    expected = (run(X + step * direction, np.array) - run(X - step * direction, np.array)) / (2 * step)
    np.testing.assert_allclose(np.sum(tracked.grad * direction), expected, rtol=1e-5, atol=1e-5)
