"""Inputs that NumPy takes, and Tensors too: no elements, lists beside Tensors, numbers; and the dtypes of results."""

import inspect

import numpy as np
import pytest

from autograd import ShapeError, Tensor, vjp
from autograd.nested import leaves

ON_CPU = {"device": "cpu"} if "device" in inspect.signature(np.astype).parameters else {}  # from NumPy 2.1 on
SINGLE = np.array([0.5, 2.0, -1.0], np.float32)

TAKEN = {
    "means of several numbers, none times": (lambda x: np.mean(x, axis=1), np.zeros((0, 3))),
    "means that keep the axis": (lambda x: np.mean(x, axis=(0, -1), keepdims=True), np.zeros((2, 0, 3))),
    "covariances of no variables": (np.cov, np.zeros((0, 3))),
    "covariances of no variables in columns": (lambda x: np.cov(x, rowvar=False), np.zeros((3, 0))),
    "correlations of no variables": (np.corrcoef, np.zeros((0, 3))),
    "sums of no products": (lambda x: np.dot(x, np.zeros((2, 0, 3))), np.zeros((1, 0))),
    "sums of no products, stacked": (lambda x: np.dot(np.zeros((1, 0)), x), np.zeros((2, 0, 3))),
    "no equations": (lambda x: np.linalg.tensorsolve(np.zeros((0, 0)), x), np.zeros(0)),
    "no condition numbers": (np.linalg.cond, np.zeros((0, 2, 2))),
    "copies by a fraction": (lambda x: np.repeat(x, 2.5), SINGLE),
    "a number before differences": (lambda x: np.ediff1d(x, to_begin=1), SINGLE),
    "doubles behind differences": (lambda x: np.ediff1d(x, np.array([[1.5], [2.5]])), SINGLE),
    "a copy in an order": (lambda x: np.copy(x, "F", subok=True), np.ones((2, 3))),
    "another dtype, copied if need be": (lambda x: np.astype(x, np.float64, copy=False, **ON_CPU), SINGLE),
    "the same dtype without a copy": (lambda x: np.astype(x, np.float32, copy=False), SINGLE),
    "a list and variables": (lambda x: np.corrcoef([1.0, 2.0, 4.0], x), np.array([0.5, 2.0, -1.0])),
    "variables and a list": (lambda x: np.cov(x, [1.0, 2.0, 4.0]), np.array([0.5, 2.0, -1.0])),
    "lists of weights": (lambda x: np.cov(x, fweights=[1, 2, 1], aweights=[0.5, 1.0, 2.0]), np.array([0.5, 2.0, -1.0])),
}


@pytest.mark.parametrize(("compute", "x"), TAKEN.values(), ids=TAKEN)
def test_what_numpy_takes_has_its_value_shape_and_dtype_and_a_gradient(compute, x):
    value, pullback = vjp(compute, x)
    np.testing.assert_allclose(value, compute(x), rtol=1e-6, strict=True)
    gradient = pullback(value)
    assert (gradient.shape, gradient.dtype) == (x.shape, x.dtype)


@pytest.mark.parametrize(("shape", "axis"), [((0,), None), ((0, 3), 0), ((0, 3), None), ((2, 0), -1), ((0, 0), 1)])
def test_a_mean_of_no_elements_is_refused(shape, axis):
    with pytest.raises(ShapeError, match="mean: empty input has no mean"):
        np.mean(Tensor(np.zeros(shape)), axis=axis)


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: np.linalg.vector_norm(x, ord=np.inf),
        lambda x: np.linalg.norm(x.reshape(-1), np.inf),
        *(lambda x, ord=ord: np.linalg.matrix_norm(x, ord=ord) for ord in (1, 2, np.inf)),
    ],
)
def test_the_largest_of_no_sizes_is_0(compute):
    value, pullback = vjp(compute, np.zeros((3, 0), np.float32))
    assert (value, value.dtype) == (0, np.float32)
    assert pullback(value).shape == (3, 0)


def test_a_largest_size_along_an_axis_of_none_is_0():
    norms = np.linalg.vector_norm(Tensor(np.zeros((0, 3)), requires_grad=True), axis=0, keepdims=True, ord=np.inf)
    np.testing.assert_array_equal(norms.data, np.zeros((1, 3)))


OTHERS = {
    "the step of one number": (lambda x: np.linspace(x, 1.0, 1, retstep=True)[1], np.zeros(2)),
    "the step of none": (lambda x: np.linspace(x, 1.0, 0, retstep=True)[1], np.zeros(2)),
    "the rank": (lambda x: np.linalg.lstsq(x, np.ones(3), rcond=None)[2], np.eye(3, 2)),
    "whole parts of bytes": (lambda x: np.modf(x)[1], np.arange(3, dtype=np.uint8)),
    "whole parts of integers": (lambda x: np.modf(x)[1], np.arange(3)),
    "whole parts of singles": (lambda x: np.modf(x)[1], SINGLE),
}


@pytest.mark.parametrize(("compute", "x"), OTHERS.values(), ids=OTHERS)
def test_what_has_no_derivative_is_what_numpy_returns(compute, x):
    got, expected = compute(Tensor(x)), compute(x)
    assert type(got) is type(expected)
    np.testing.assert_array_equal(got, expected, strict=isinstance(expected, np.ndarray | np.generic))


@pytest.mark.parametrize("shapes", [((), (3,)), ((2,), ()), ((), ())])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_a_number_is_a_sequence_of_one_in_a_convolution(shapes, mode):
    a, v = (np.full(shape, 2.0) for shape in shapes)
    value, pullback = vjp(lambda a, v: np.convolve(a, v, mode), a, v)
    np.testing.assert_array_equal(value, np.convolve(a, v, mode), strict=True)
    assert [g.shape for g in leaves(pullback(value))] == list(shapes)
