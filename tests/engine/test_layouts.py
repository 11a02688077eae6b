"""Every row of the table: dtypes, memory layouts, 0-d and empty arrays."""

import numpy as np
import pytest

import autograd
from autograd import Tensor
from samples import TABLE
from sampling import leaves, pulled_back, random_like

every_row = pytest.mark.parametrize("sample", TABLE, ids=str)
rows_of_several = pytest.mark.parametrize("sample", [s for s in TABLE if len(s.domains) > 1], ids=str)
free_of_shape = [s for s in TABLE if s.is_elementwise and not any(isinstance(a, np.ndarray) for a in s.args)]
elementwise_rows = pytest.mark.parametrize("sample", free_of_shape, ids=str)


def strided(array):
    wide = np.zeros((*array.shape, 2), array.dtype)
    wide[..., 1] = array
    return wide[..., 1]


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


LAYOUTS = {
    "Fortran-ordered": lambda array: np.array(array, order="F"),
    "strided": strided,
    "negative strides": lambda array: np.flip(np.flip(array).copy()),
    "read-only": read_only,
    "broadcast": lambda array: np.broadcast_to(array[:1], array.shape) if array.ndim else np.broadcast_to(array, ()),
}


@every_row
@pytest.mark.parametrize("layout", LAYOUTS)
def test_memory_layout_does_not_matter(sample, layout, rng):
    laid_out = [LAYOUTS[layout](array) for array in sample.draw(rng)]
    plain = [np.array(array, order="C") for array in laid_out]
    cotangent = random_like(rng, sample.expected(*plain))
    got, expected = (
        [*leaves(sample(*arrays_of_tensors(a))), *pulled_back(sample, a, cotangent)] for a in (laid_out, plain)
    )
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-13, atol=1e-14)


def arrays_of_tensors(arrays):
    return [Tensor(array) for array in arrays]


@every_row
def test_read_only_and_strided_cotangents_are_accepted(sample, rng):
    arrays = sample.draw(rng)
    value = sample.expected(*arrays)
    cotangent = random_like(rng, value)
    expected = pulled_back(sample, arrays, cotangent)
    laid_out = [strided(read_only(np.asarray(g))) for g in leaves(cotangent)]
    got = pulled_back(sample, arrays, laid_out if isinstance(value, list | tuple) else laid_out[0])
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-14)


@every_row
def test_float32_arguments_have_float32_values_and_gradients_near_those_of_float64(sample, rng):
    arrays = sample.draw(rng, np.float32)
    doubles = [array.astype(np.float64) for array in arrays]
    value, pullback = autograd.vjp(sample, *arrays)
    cotangent = random_like(rng, value)
    gradients = pullback(cotangent)
    expected = pulled_back(sample, doubles, cotangent)
    assert [v.dtype for v in leaves(value)] == [np.asarray(v).dtype for v in leaves(sample.expected(*arrays))]
    for got, exact in zip(leaves(gradients), expected, strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, exact, rtol=1e-4, atol=1e-5)


@every_row
def test_vjps_compute_in_the_dtype_of_the_output(sample, rng):
    """A VJP that widens would be narrowed by the sweep unnoticed, at the price of time and memory."""
    output = next(leaves(sample(*(Tensor(array, requires_grad=True) for array in sample.draw(rng, np.float32)))))
    node, g = output._node, random_like(rng, output.data)
    pullbacks = node.rule.pullbacks if node.rule else ()  # np.atleast_1d may return its argument
    for pullback, source in zip(pullbacks, node.inputs, strict=False):
        assert source is None or pullback(g, node.saved).dtype == output.dtype


@rows_of_several
def test_each_gradient_has_the_dtype_of_its_own_argument(sample, rng):
    for position in range(len(sample.domains)):
        arrays = sample.draw(rng)
        arrays[position] = arrays[position].astype(np.float32)
        gradients = pulled_back(sample, arrays, random_like(rng, sample.expected(*arrays)))
        assert [g.dtype for g in gradients] == [array.dtype for array in arrays]


@elementwise_rows
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1, 1)])
def test_elementwise_functions_take_arrays_of_none_and_of_one_element(sample, shape, rng):
    sample = sample.with_shape(shape)
    arrays = sample.draw(rng)
    value, pullback = autograd.vjp(sample, *arrays)
    assert np.shape(value) == np.shape(sample.expected(*arrays))
    gradients = list(leaves(pullback(random_like(rng, value))))
    assert [np.shape(g) for g in gradients] == [shape] * len(arrays)
    assert all(np.isfinite(g).all() for g in gradients)
