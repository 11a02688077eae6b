"""Every row of the table: values against independent ones, gradients to second order by `gradcheck`, forward mode."""

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.gradcheck import Verdict
from numeric_derivatives import complex_step, pairing
from samples import TABLE
from sampling import leaves, pulled_back, random_like

every_row = pytest.mark.parametrize("sample", TABLE, ids=str)
analytic_rows = pytest.mark.parametrize("sample", [s for s in TABLE if s.analytic], ids=str)
complex_rows = pytest.mark.parametrize("sample", [s for s in TABLE if s.takes_complex], ids=str)


MOST_UNITS = 8  # powers of 10 by which arguments and values are scaled, up and down


def assert_right_to_second_order(sample, arrays):
    report = autograd.gradcheck(sample, tuple(arrays), order=2, seed=0)
    assert report.verdict in (Verdict.RIGHT, Verdict.RIGHT_ABS), report


def assert_right_in_other_units(sample, arrays, rng):
    """Assert that the gradient of a sample is right when its arguments and values are multiplied by powers of 10."""
    units = 10 ** rng.uniform(-MOST_UNITS, MOST_UNITS, len(arrays))
    unit = 10 ** rng.uniform(-MOST_UNITS, MOST_UNITS)

    def in_other_units(*values):
        result = sample(*(value / u for value, u in zip(values, units, strict=True)))
        return [unit * value for value in leaves(result)] if isinstance(result, list | tuple) else unit * result

    report = autograd.gradcheck(in_other_units, tuple(a * u for a, u in zip(arrays, units, strict=True)), seed=0)
    assert report.verdict in (Verdict.RIGHT, Verdict.RIGHT_ABS), report


@every_row
def test_value_is_that_of_the_reference(sample, rng):
    arrays = sample.draw(rng)
    value = sample(*(Tensor(array, requires_grad=True) for array in arrays))
    for got, expected in zip(leaves(value), leaves(sample.expected(*arrays)), strict=True):
        np.testing.assert_allclose(got.data, expected, rtol=1e-14, atol=1e-14, strict=got.ndim > 0)
        assert got.shape == np.shape(expected)


@every_row
def test_gradients_are_right_to_second_order(sample, rng):
    assert_right_to_second_order(sample, sample.draw(rng))


@complex_rows
def test_gradients_in_complex_arguments_are_right_to_second_order(sample, rng):
    assert_right_to_second_order(sample, sample.draw(rng, np.complex128))


@every_row
def test_gradients_are_right_in_other_units(sample, rng):
    assert_right_in_other_units(sample, sample.draw(rng), rng)


@analytic_rows
def test_vjp_is_the_complex_step_derivative(sample, rng):
    arrays = sample.draw(rng)
    cotangent = random_like(rng, sample.expected(*arrays))
    exact = complex_step(lambda *moved: pairing(cotangent, sample.expected(*moved)), arrays)
    for got, expected in zip(pulled_back(sample, arrays, cotangent), exact, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


def check_transpose(sample, arrays, rng):
    """Assert Re ⟨g, J t⟩ = Re ⟨Jᵀ g, t⟩ for a random tangent and cotangent."""
    tangents = random_like(rng, arrays)
    value, pushed = autograd.jvp(sample, tuple(arrays), tuple(tangents))
    cotangent = random_like(rng, value)
    gradients = pulled_back(sample, arrays, cotangent)
    left, right = np.real(pairing(cotangent, pushed)), np.real(pairing(gradients, tangents))
    scale = sum(np.sum(np.abs(g * t)) for g, t in zip(gradients, tangents, strict=True))
    assert abs(left - right) <= 1e-13 * (1 + scale)


@every_row
def test_jvp_is_the_transpose_of_vjp(sample, rng):
    check_transpose(sample, sample.draw(rng), rng)


@complex_rows
def test_jvp_in_complex_arguments_is_the_transpose_of_vjp(sample, rng):
    check_transpose(sample, sample.draw(rng, np.complex128), rng)
