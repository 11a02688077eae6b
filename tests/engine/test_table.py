"""Every row of the table: values, first and second derivatives against independent ones, forward mode."""

import numpy as np
import pytest

import autograd
from autograd import Tensor
from numeric_derivatives import assert_matches, complex_step, gradient, pairing
from samples import TABLE
from sampling import leaves, pulled_back, random_like

every_row = pytest.mark.parametrize("sample", TABLE, ids=str)
analytic_rows = pytest.mark.parametrize("sample", [s for s in TABLE if s.analytic], ids=str)
complex_rows = pytest.mark.parametrize("sample", [s for s in TABLE if s.takes_complex], ids=str)


def numeric_gradient(sample, arrays, cotangent):
    return gradient(lambda *moved: np.real(pairing(cotangent, sample.expected(*moved))), arrays)


def second_order(sample, arrays, cotangent, weights):
    """Return the pairing of `weights` with the gradients of a sample: a real function of arguments and cotangent."""
    gradients = autograd.vjp(sample, *arrays)[1](cotangent)
    return np.real(sum(np.sum(w * g) for w, g in zip(weights, leaves(gradients), strict=True)))


def check_second_order(sample, arrays, rng):
    cotangent = list(leaves(random_like(rng, sample.expected(*arrays))))
    weights = random_like(rng, arrays)
    count = len(arrays)

    def along_gradient(*values):
        given = list(values[count:])
        return second_order(sample, values[:count], given if len(given) > 1 else given[0], weights)

    recorded = autograd.grad(along_gradient, tuple(range(count + len(cotangent))))(*arrays, *cotangent)
    assert_matches(recorded, gradient(along_gradient, [*arrays, *cotangent]))


@every_row
def test_value_is_that_of_the_reference(sample, rng):
    arrays = sample.draw(rng)
    value = sample(*(Tensor(array, requires_grad=True) for array in arrays))
    for got, expected in zip(leaves(value), leaves(sample.expected(*arrays)), strict=True):
        np.testing.assert_allclose(got.data, expected, rtol=1e-14, atol=1e-14, strict=got.ndim > 0)
        assert got.shape == np.shape(expected)


@every_row
def test_vjp_is_the_numeric_gradient(sample, rng):
    arrays = sample.draw(rng)
    cotangent = random_like(rng, sample.expected(*arrays))
    assert_matches(pulled_back(sample, arrays, cotangent), numeric_gradient(sample, arrays, cotangent))


@complex_rows
def test_vjp_of_complex_arguments_is_the_numeric_gradient(sample, rng):
    arrays = sample.draw(rng, np.complex128)
    cotangent = random_like(rng, sample.expected(*arrays))
    assert_matches(pulled_back(sample, arrays, cotangent), numeric_gradient(sample, arrays, cotangent))


@analytic_rows
def test_vjp_is_the_complex_step_derivative(sample, rng):
    arrays = sample.draw(rng)
    cotangent = random_like(rng, sample.expected(*arrays))
    exact = complex_step(lambda *moved: pairing(cotangent, sample.expected(*moved)), arrays)
    for got, expected in zip(pulled_back(sample, arrays, cotangent), exact, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


@every_row
def test_vjp_of_the_vjp_is_the_numeric_gradient_in_arguments_and_cotangent(sample, rng):
    check_second_order(sample, sample.draw(rng), rng)


@complex_rows
def test_vjp_of_the_vjp_of_complex_arguments_is_the_numeric_gradient(sample, rng):
    check_second_order(sample, sample.draw(rng, np.complex128), rng)


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
