"""Right gradients at large and tiny scales, of fast and flat functions, and under cancellation."""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases import functions
from benchmarks.checkers.cases.case import Array, Problem, case, elementwise, normal, total

hard = case("hard", "accept")

# ----------------------------------------------------------------------------------------------- large and tiny scales


@hard
def square_at_1e8() -> Problem:
    """x² at 1e8."""
    return elementwise(lambda x: x * x, lambda x: 2 * x, 1e8)


@hard
def cube_at_large_and_tiny() -> Problem:
    """x³ at 1e-8, 1 and 1e8 in one array."""
    return elementwise(lambda x: x**3, lambda x: 3 * x**2, np.array([1e-8, 1.0, 1e8]))


@hard
def sine_at_1e8() -> Problem:
    """sin at 1e8."""
    return elementwise(np.sin, np.cos, 1e8)


@hard
def logarithm_at_1e_8() -> Problem:
    """log at 1e-8."""
    return elementwise(np.log, lambda x: 1 / x, 1e-8)


@hard
def logarithm_at_1e_300() -> Problem:
    """log at 1e-300."""
    return elementwise(np.log, lambda x: 1 / x, 1e-300)


@hard
def logarithms_of_many_scales() -> Problem:
    """Sum of logarithms at 1e-8 to 1e8."""
    return total(np.log, lambda x: 1 / x, 10.0 ** np.arange(-8, 9))


@hard
def reciprocal_at_1e_6() -> Problem:
    """1 / x at 1e-6."""
    return elementwise(lambda x: 1 / x, lambda x: -1 / x**2, 1e-6)


@hard
def root_at_1e_12() -> Problem:
    """Square root at 1e-12."""
    return elementwise(np.sqrt, lambda x: 0.5 / np.sqrt(x), 1e-12)


@hard
def inputs_of_1e_6() -> Problem:
    """sin(x / 1e-6) at points of that size."""
    return elementwise(lambda x: np.sin(x / 1e-6), lambda x: np.cos(x / 1e-6) / 1e-6, 1e-6 * normal(4))


@hard
def outputs_of_1e_12() -> Problem:
    """1e-12 tanh(x)."""
    return elementwise(lambda x: 1e-12 * np.tanh(x), lambda x: 1e-12 * (1 - np.tanh(x) ** 2), normal(4))


@hard
def outputs_of_1e12() -> Problem:
    """1e12 tanh(x)."""
    return elementwise(lambda x: 1e12 * np.tanh(x), lambda x: 1e12 * (1 - np.tanh(x) ** 2), normal(4))


@hard
def exponential_at_700() -> Problem:
    """exp at 700."""
    return elementwise(np.exp, np.exp, 700.0)


@hard
def norm_near_0() -> Problem:
    """Euclidean norm at a vector of 1e-10."""
    return Problem(
        lambda x: np.sqrt((x * x).sum()), lambda g, x: (g * x / np.sqrt((x * x).sum()),), (1e-10 * normal(4),)
    )


# ------------------------------------------------------------------------------------------------------- fast and flat


@hard
def fast_sine() -> Problem:
    """sin(1e6 x) at 0.5."""
    return elementwise(lambda x: np.sin(1e6 * x), lambda x: 1e6 * np.cos(1e6 * x), 0.5)


@hard
def very_fast_sine() -> Problem:
    """sin(1e10 x) at 0.5."""
    return elementwise(lambda x: np.sin(1e10 * x), lambda x: 1e10 * np.cos(1e10 * x), 0.5)


@hard
def ripple() -> Problem:
    """x + 1e-9 sin(1e9 x): fine ripples of slope 1 on a line."""
    return elementwise(lambda x: x + 1e-9 * np.sin(1e9 * x), lambda x: 1 + np.cos(1e9 * x), 0.3)


@hard
def narrow_peak() -> Problem:
    """A peak of width 1e-5, on its flank."""
    return elementwise(lambda x: 1 / (1 + (x / 1e-5) ** 2), lambda x: -2e10 * x / (1 + (x / 1e-5) ** 2) ** 2, 2e-5)


@hard
def high_power_near_0() -> Problem:
    """x²⁰ at 0.01: slope 2e-37."""
    return elementwise(lambda x: x**20, lambda x: 20 * x**19, 0.01)


@hard
def saturated_sigmoid() -> Problem:
    """Sigmoid at 40: slope 4e-18 on a value of 1."""
    return elementwise(functions.sigmoid, functions.sigmoid_derivative, 40.0)


@hard
def saturated_expm1() -> Problem:
    """expm1 at -40: slope 4e-18 on a value of -1."""
    return elementwise(np.expm1, np.exp, -40.0)


@hard
def stationary_point() -> Problem:
    """cos at 0: slope 0."""
    return elementwise(np.cos, lambda x: -np.sin(x), 0.0)


@hard
def rosenbrock_minimum() -> Problem:
    """Rosenbrock's function at its minimum."""
    return Problem(
        lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2,
        lambda g, x: (g * np.array([-400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]), 200 * (x[1] - x[0] ** 2)]),),
        (np.array([1.0, 1.0]),),
    )


@hard
def softmax_at_1e4() -> Problem:
    """Softmax of logits of ±1e4."""
    logits = np.array([[1e4, -1e4, 0.0], [1e4, 1e4 - 1.0, -1e4]])
    return Problem(functions.softmax, functions.softmax_backward, (logits,))


# -------------------------------------------------------------------------------------------------------- cancellation


@hard
def small_on_1e12() -> Problem:
    """1e12 + x."""
    return elementwise(lambda x: 1e12 + x, lambda x: 0 * x + 1, 0.7)


@hard
def sine_on_1e8() -> Problem:
    """1e8 + sin(x)."""
    return elementwise(lambda x: 1e8 + np.sin(x), np.cos, 0.7)


@hard
def expanded_polynomial() -> Problem:
    """(x - 1)⁷ multiplied out, at 1.02: all digits but four cancel."""
    coefficients = np.array([1.0, -7.0, 21.0, -35.0, 35.0, -21.0, 7.0, -1.0])

    def forward(x: Array) -> Array:
        result = 0 * x
        for coefficient in coefficients:
            result = result * x + coefficient
        return result

    return elementwise(forward, lambda x: 7 * (x - 1) ** 6, 1.02)


@hard
def hilbert_system() -> Problem:
    """Solution of a linear system of condition 1e7."""
    i = np.arange(6)
    return functions.linear_system(1 / (i[:, None] + i + 1.0), np.ones(6))


@hard
def variance_far_from_0() -> Problem:
    """E[x²] - E[x]² at 1e6."""
    return Problem(
        lambda x: (x * x).mean() - x.mean() ** 2,
        lambda g, x: (g * 2 * (x - x.mean()) / x.size,),
        (1e6 + normal(5),),
    )
