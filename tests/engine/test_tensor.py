"""The Tensor as an ndarray: construction, operators, methods."""

import operator

import numpy as np
import pytest

from autograd import DTypeError, GraphError, Tensor, grad, no_grad

VALUES = np.array([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]


def same(got, expected):
    np.testing.assert_array_equal(got.data if isinstance(got, Tensor) else got, expected)
    return got.dtype == np.asarray(expected).dtype and got.shape == np.shape(expected)


class TestConstruction:
    def test_python_floats_make_float64(self):
        assert Tensor([1.0, 2.0]).dtype == np.float64

    def test_the_memory_of_an_ndarray_is_shared(self):
        array = np.ones(3)
        assert Tensor(array).data is array

    def test_another_dtype_makes_a_copy(self):
        array = np.ones(3)
        tensor = Tensor(array, dtype=np.float32)
        assert tensor.dtype == np.float32
        assert not np.shares_memory(tensor.data, array)

    def test_a_big_endian_array_is_made_native(self):
        tensor = Tensor(np.array([1.0, 2.0], dtype=">f8"), requires_grad=True)
        assert tensor.dtype.isnative
        assert tensor.data.tolist() == [1.0, 2.0]

    def test_a_matrix_is_made_an_array(self):
        with pytest.warns(PendingDeprecationWarning):
            matrix = np.matrix([[1.0, 2.0]])
        assert type(Tensor(matrix).data) is np.ndarray

    def test_of_an_untracked_tensor_shares_its_memory(self):
        tensor = Tensor(VALUES)
        assert np.shares_memory(Tensor(tensor).data, VALUES)

    def test_of_a_tracked_tensor_is_refused(self):
        with pytest.raises(GraphError, match="detach"):
            Tensor(Tensor(VALUES, requires_grad=True))

    def test_attributes_are_those_of_the_array(self):
        tensor = Tensor(VALUES.astype(np.float32))
        for name in ("shape", "dtype", "ndim", "size", "nbytes", "itemsize"):
            assert getattr(tensor, name) == getattr(tensor.data, name)


class TestOperators:
    @pytest.mark.parametrize("apply", OPERATORS)
    @pytest.mark.parametrize(
        "other", [2.5, 2, np.float64(2.5), np.int64(2), VALUES[0], VALUES[0].tolist(), np.arange(1, 4)]
    )
    def test_take_numbers_arrays_and_lists_on_either_side(self, apply, other):
        positive = np.abs(VALUES)
        tensor = Tensor(positive, requires_grad=True)
        with np.errstate(invalid="ignore"):  # a negative number to a fractional power is NaN, and NumPy says so
            results = [apply(tensor, other), apply(other, tensor)]
            expected = [apply(positive, np.asarray(other)), apply(np.asarray(other), positive)]
        assert all(map(same, results, expected))
        assert all(isinstance(result, Tensor) and result.requires_grad for result in results)

    @pytest.mark.parametrize("apply", [*OPERATORS, operator.floordiv, *COMPARISONS])
    def test_of_two_tensors_are_those_of_their_arrays(self, apply):
        positive = np.abs(VALUES)
        assert same(apply(Tensor(positive), Tensor(positive[::-1])), apply(positive, positive[::-1]))

    @pytest.mark.parametrize("left", [Tensor, np.asarray, list])
    def test_matmul_takes_arrays_and_lists_on_either_side(self, left):
        tensor = Tensor(VALUES.T, requires_grad=True)
        assert same(left(VALUES.tolist()) @ tensor, VALUES @ VALUES.T)
        assert same(tensor @ left(VALUES.tolist()), VALUES.T @ VALUES)

    @pytest.mark.parametrize("apply", [operator.neg, operator.pos, operator.abs])
    def test_of_one_tensor_are_those_of_its_array(self, apply):
        assert same(apply(Tensor(VALUES)), apply(VALUES))

    @pytest.mark.parametrize("other", [2.0, VALUES, VALUES[0].tolist()])
    def test_floor_division_returns_a_plain_array(self, other):
        tensor = Tensor(VALUES, requires_grad=True)
        assert type(tensor // other) is np.ndarray
        np.testing.assert_array_equal(other // tensor, np.asarray(other) // VALUES)

    @pytest.mark.parametrize("apply", COMPARISONS)
    @pytest.mark.parametrize("other", [0.5, VALUES[0], VALUES[0].tolist()])
    def test_comparisons_return_plain_arrays_of_bool(self, apply, other):
        result = apply(Tensor(VALUES, requires_grad=True), other)
        assert type(result) is np.ndarray
        assert same(result, apply(VALUES, np.asarray(other)))

    def test_comparison_with_none_is_false_everywhere(self):
        assert (Tensor(VALUES) == None).tolist() == (VALUES == None).tolist()  # noqa: E711  # elementwise, as NumPy's

    def test_operands_that_opt_out_of_ufuncs_decide_themselves(self):
        class Decides:
            __array_ufunc__ = None

            def __radd__(self, other):
                return "added"

            def __eq__(self, other):
                return "compared"

            __hash__ = None

        assert VALUES + Decides() == "added"
        assert Tensor(VALUES) + Decides() == "added"
        assert (Tensor(VALUES) == Decides()) == "compared"

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64, np.int32, np.bool_])
    @pytest.mark.parametrize(
        "other", [2, 2.0, 2j, True, np.float32(2), np.float64(2), np.ones(3, np.float32), np.arange(3)], ids=repr
    )
    def test_dtypes_are_promoted_as_numpys(self, dtype, other):
        array = np.ones(3, dtype)
        assert (Tensor(array) * other).dtype == (array * other).dtype
        assert (other * Tensor(array)).dtype == (other * array).dtype

    def test_integers_and_floats_mix_and_the_gradient_goes_to_the_floats(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        np.sum(Tensor([3, 4]) * x * True).backward()
        assert x.grad.tolist() == [3.0, 4.0]


class TestMethods:
    @pytest.mark.parametrize(
        "call",
        [
            lambda a: a.T,
            lambda a: a.mT,
            lambda a: a.real,
            lambda a: a.imag,
            lambda a: a.conj(),
            lambda a: a.conjugate(),
            lambda a: a.astype(np.float32),
            lambda a: a.astype("int64"),
            lambda a: a.copy(),
            lambda a: a.reshape(3, 2),
            lambda a: a.reshape((3, 2)),
            lambda a: a.reshape(-1),
            lambda a: a.reshape(3, 2, order="F"),
            lambda a: a.ravel(),
            lambda a: a.flatten(),
            lambda a: a.transpose(),
            lambda a: a.transpose(None),
            lambda a: a.transpose(1, 0),
            lambda a: a.transpose((1, 0)),
            lambda a: a.swapaxes(0, 1),
            lambda a: a[None].squeeze(),
            lambda a: a[None].squeeze(0),
            lambda a: a.repeat(2),
            lambda a: a.repeat([1, 2], axis=0),
            lambda a: a.sum(),
            lambda a: a.sum(0),
            lambda a: a.sum(axis=(0, 1), keepdims=True),
            lambda a: a.sum(dtype=np.float32),
            lambda a: a.mean(axis=-1),
            lambda a: a.prod(axis=0),
            lambda a: a.max(),
            lambda a: a.max(axis=1, keepdims=True),
            lambda a: a.min(0),
            lambda a: a.var(axis=0, ddof=1),
            lambda a: a.std(),
            lambda a: a.cumsum(),
            lambda a: a.cumsum(1),
            lambda a: a.clip(-1, 2),
            lambda a: a.clip(max=2),
            lambda a: a.dot(np.ones(3)),
        ],
    )
    def test_that_compute_are_those_of_the_array(self, call):
        result = call(Tensor(VALUES, requires_grad=True))
        assert isinstance(result, Tensor)
        assert same(result, call(VALUES))

    @pytest.mark.parametrize(
        "call",
        [
            lambda a: a.round(),
            lambda a: a.round(1),
            lambda a: a.argmax(),
            lambda a: a.argmin(axis=0),
            lambda a: a.argsort(),
            lambda a: a.all(),
            lambda a: a.any(axis=1, keepdims=True),
        ],
    )
    def test_without_derivative_return_what_the_array_returns(self, call):
        result = call(Tensor(VALUES, requires_grad=True))
        assert type(result) is type(call(VALUES))
        assert same(result, call(VALUES))

    def test_copy_and_flatten_own_their_memory(self):
        assert not np.shares_memory(Tensor(VALUES).copy().data, VALUES)
        assert not np.shares_memory(Tensor(VALUES).flatten().data, VALUES)

    def test_detach_shares_memory_and_nothing_of_the_graph(self):
        x = Tensor(VALUES, requires_grad=True)
        constant = x.detach()
        assert np.shares_memory(constant.data, VALUES)
        assert constant.is_leaf
        assert not constant.requires_grad

    def test_requires_grad_in_place_returns_the_tensor(self):
        x = Tensor(VALUES)
        assert x.requires_grad_() is x
        assert x.requires_grad
        assert not x.requires_grad_(False).requires_grad

    def test_leaves_and_outputs_know_what_they_are(self):
        x = Tensor(VALUES, requires_grad=True)
        assert x.is_leaf
        assert not (x * 2).is_leaf
        with no_grad():
            assert (x * 2).is_leaf


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="np.clip has min= and max= from NumPy 2.1 on")
def test_clip_takes_the_names_of_the_array_api():
    x = Tensor([-1.0, 0.5, 2.0], requires_grad=True)
    y = np.clip(x, min=0.0, max=1.0)
    np.testing.assert_array_equal(y.data, [0.0, 0.5, 1.0])
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 1.0, 0.0])


# ------------------------------------------------------------------------------------------------- Python's complex


def test_a_python_complex_on_the_left_of_a_number():
    def f(x):
        return np.real(np.exp(1j * x[0]) + 2j / x[1] + (1 + 1j - x[0]) + (2j + x[1]))

    x = np.array([0.7, 2.0])
    np.testing.assert_allclose(grad(f)(x), [-np.sin(0.7) - 1, 1], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, int])
@pytest.mark.parametrize("shape", [(), (2,)])
def test_a_python_complex_has_the_dtype_that_numpy_gives_it(dtype, shape):
    x = np.ones(shape, dtype)
    for compute in (lambda x: 1j * x, lambda x: 1j + x, lambda x: x - 1j, lambda x: 1j / x, lambda x: x / 2j):
        assert compute(Tensor(x)).dtype == np.asarray(compute(np.asarray(x))).dtype


def test_division_by_a_python_complex_or_a_truth_value():
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(grad(lambda x: np.abs(np.sum(x / 2j)))(x), [0.5, 0.5])
    np.testing.assert_array_equal(grad(lambda x: np.sum(x / True))(x), [1, 1])


@pytest.mark.parametrize("operand", [None, "a", np.array([None, 1]), np.array(["a", "b"]), np.array([1, 2], "M8[D]")])
@pytest.mark.parametrize("compute", [np.multiply, np.hypot, np.matmul, lambda a, b: b + a])
def test_operands_that_are_no_numbers_are_refused_by_name(compute, operand):
    with pytest.raises(DTypeError, match=r"argument '\w+' is .*, which is not numeric"):
        compute(Tensor([1.0, 2.0], requires_grad=True), operand)
