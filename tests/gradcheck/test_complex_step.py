"""The complex step, against derivatives known in closed form, and on functions it must not be trusted with."""

import math

import numpy as np
import pytest

from autograd.gradcheck.numeric.complex_step import complex_step


def along(function, x):
    point = np.array(x)
    return complex_step(function, point, np.where(point == 0, 1.0, np.abs(point)))


ANALYTIC = {
    "expm1 at -40": (np.expm1, -40.0, math.exp(-40)),
    "saturated sigmoid": (lambda z: 1 / (1 + np.exp(-z)), 40.0, math.exp(-40)),
    "logarithm at 1e-300": (np.log, 1e-300, 1e300),
    "square at 0": (lambda z: z * z, 0.0, 0.0),
    "square at 1e8": (lambda z: z * z, 1e8, 2e8),
    "sine": (np.sin, 1.0, math.cos(1)),
    "hidden by an offset": (lambda z: 1e12 + 1e-6 * z, 1.0, 1e-6),
}

NOT_ANALYTIC = {
    "absolute value": (np.abs, -1.0, "drops imaginary parts"),
    "modulus by the conjugate": (lambda z: np.sqrt(z * np.conj(z)), 2.0, "Cauchy-Riemann"),
    "maximum at a tie": (lambda z: np.maximum(z, 1.0), 1.0, "conjugate"),
    "relu at 0": (lambda z: np.where(z > 0, z, 0), 0.0, "conjugate"),
    "real part": (np.real, 1.0, "drops imaginary parts"),
    "imaginary part": (lambda z: z + np.imag(z), 1.0, "conjugate"),
    "cast to float": (lambda z: np.asarray(z).astype(np.float64) ** 2, 1.0, "drops imaginary parts"),
    "floor": (np.floor, 1.5, "does not take complex arrays: TypeError"),
}


@pytest.mark.parametrize("name", ANALYTIC)
def test_the_derivative_of_an_analytic_function_is_right_to_rounding(name):
    function, x, derivative = ANALYTIC[name]
    found = along(function, x)
    assert found.is_trusted, found.reason
    assert float(found.derivative) / (abs(x) or 1.0) == pytest.approx(derivative, rel=1e-13, abs=0)


@pytest.mark.parametrize("name", NOT_ANALYTIC)
def test_a_function_that_is_not_analytic_is_not_trusted(name):
    function, x, reason = NOT_ANALYTIC[name]
    found = along(function, x)
    assert not found.is_trusted
    assert reason in found.reason


def test_arrays_go_along_a_direction():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    found = complex_step(lambda z: np.tanh(matrix @ z), np.array([0.1, -0.2]), np.array([1.0, 0.5]))
    slope = 1 - np.tanh(matrix @ np.array([0.1, -0.2])) ** 2
    assert found.is_trusted
    np.testing.assert_allclose(found.derivative, slope * (matrix @ np.array([1.0, 0.5])), rtol=1e-14)
