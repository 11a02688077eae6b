"""Wrong gradients: mistakes in the formula."""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases import functions
from benchmarks.checkers.cases.case import Array, Problem, case, elementwise, normal, total

wrong = case("wrong", "reject")


def scaled_by(factor: float, problem: Problem) -> Problem:
    """Return the problem with all claimed cotangents multiplied."""
    return Problem(problem.forward, lambda g, *x: tuple(factor * c for c in problem.backward(g, *x)), problem.inputs)


# --------------------------------------------------------------------------------------------------------- by how much


@wrong
def twice() -> Problem:
    """sin: twice the gradient."""
    return elementwise(np.sin, lambda x: 2 * np.cos(x), normal(4))


@wrong
def other_sign() -> Problem:
    """cos: the other sign."""
    return elementwise(np.cos, np.sin, normal(4))


@wrong
def nothing() -> Problem:
    """tanh: a gradient of 0."""
    return elementwise(np.tanh, lambda x: 0 * x, normal(4))


@wrong
def one_percent() -> Problem:
    """exp: 1 % too large."""
    return elementwise(np.exp, lambda x: 1.01 * np.exp(x), normal(4))


@wrong
def one_in_1000() -> Problem:
    """Standard deviation of 1,000 numbers with n - 1, its gradient with n."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        return (g * (x - x.mean()) / (x.size * x.std(ddof=1)),)

    return Problem(lambda x: np.sqrt(((x - x.mean()) ** 2).sum() / (x.size - 1)), backward, (normal(1000),))


@wrong
def one_in_10_000() -> Problem:
    """exp: 1e-4 too large."""
    return elementwise(np.exp, lambda x: (1 + 1e-4) * np.exp(x), normal(4))


@wrong
def pi_rounded() -> Problem:
    """sin(π x): the gradient with π as 3.1416, 2e-6 too large."""
    return elementwise(lambda x: np.sin(np.pi * x), lambda x: 3.1416 * np.cos(np.pi * x), np.array([0.1, 0.3]))


@wrong
def one_in_10_million() -> Problem:
    """exp: 1e-7 too large."""
    return elementwise(np.exp, lambda x: (1 + 1e-7) * np.exp(x), normal(4))


# ---------------------------------------------------------------------------------------------- few entries among many


@wrong
def one_entry_of_a_jacobian() -> Problem:
    """One entry of a Jacobian of 1,000 × 1,000 too large by 1."""
    matrix = normal(1000, 1000)
    claimed = matrix.copy()
    claimed[123, 456] += 1
    return Problem(lambda x: matrix @ x, lambda g, x: (g @ claimed,), (normal(1000, seed=1),))


@wrong
def one_entry_of_10_000() -> Problem:
    """One entry of a gradient of 10,000 numbers doubled."""
    factor = np.ones(10_000)
    factor[6789] = 2
    return Problem(lambda x: 0.5 * (x * x).sum(), lambda g, x: (g * x * factor,), (normal(10_000),))


@wrong
def one_percent_of_one_entry() -> Problem:
    """One entry of a gradient of 4,000 numbers 1 % too large."""
    factor = np.ones(4000)
    factor[1234] = 1.01
    return total(np.sin, lambda x: factor * np.cos(x), normal(4000))


@wrong
def not_a_number_in_one_entry() -> Problem:
    """One entry of a gradient of 4,000 numbers NaN."""
    factor = np.ones(4000)
    factor[1234] = np.nan
    return total(np.sin, lambda x: factor * np.cos(x), normal(4000))


@wrong
def two_rows_swapped() -> Problem:
    """Permutation of 1,000 numbers, two rows of the gradient swapped."""
    order = np.random.default_rng(0).permutation(1000)

    def backward(g: Array, x: Array) -> tuple[Array]:
        result = g[np.argsort(order)]
        result[[0, 1]] = result[[1, 0]]
        return (result,)

    return Problem(lambda x: x[order], backward, (normal(1000),))


@wrong
def few_biases_beside_many_weights() -> Problem:
    """50 biases with the other sign beside 15,000 right weights."""
    x = normal(300, seed=2)
    return Problem(lambda w, b: w @ x + b, lambda g, w, b: (np.outer(g, x), -g), (normal(50, 300), normal(50, seed=1)))


# ----------------------------------------------------------------------------------------------- out of all proportion


@wrong
def tiny_and_twice() -> Problem:
    """1e-10 tanh(x): twice the gradient."""
    return elementwise(lambda x: 1e-10 * np.tanh(x), lambda x: 2e-10 * (1 - np.tanh(x) ** 2), normal(4))


@wrong
def tiny_input_and_other_sign() -> Problem:
    """1e-8 a² + b²: the gradient of a with the other sign."""
    return Problem(
        lambda a, b: 1e-8 * (a * a).sum() + (b * b).sum(),
        lambda g, a, b: (-2e-8 * g * a, 2 * g * b),
        (normal(3), normal(3, seed=1)),
    )


@wrong
def square_at_1e8_off() -> Problem:
    """x² at 1e8: 3 % too large."""
    return elementwise(lambda x: x * x, lambda x: 1.03 * 2 * x, 1e8)


@wrong
def sine_at_1e8_off() -> Problem:
    """sin at 1e8: the other sign."""
    return elementwise(np.sin, lambda x: -np.cos(x), 1e8)


@wrong
def fast_sine_off() -> Problem:
    """sin(1e6 x): the factor 1e6 forgotten."""
    return elementwise(lambda x: np.sin(1e6 * x), lambda x: np.cos(1e6 * x), 0.5)


@wrong
def small_on_1e12_off() -> Problem:
    """1e12 + x: a gradient of 1.5."""
    return elementwise(lambda x: 1e12 + x, lambda x: 0 * x + 1.5, 0.7)


@wrong
def tiny_on_1e12_forgotten() -> Problem:
    """1e12 + 1e-6 x: a gradient of 0."""
    return elementwise(lambda x: 1e12 + 1e-6 * x, lambda x: 0 * x, 0.7)


@wrong
def constant_with_a_gradient() -> Problem:
    """A constant: a gradient of 1e-9."""
    return elementwise(lambda x: 0 * x + 3.0, lambda x: 0 * x + 1e-9, 0.7)


@wrong
def stationary_point_with_a_gradient() -> Problem:
    """cos at 0: a gradient of 1e-7."""
    return elementwise(np.cos, lambda x: -np.sin(x) + 1e-7, 0.0)


@wrong
def expm1_without_a_gradient() -> Problem:
    """expm1 at -40: 0 instead of 4e-18."""
    return elementwise(np.expm1, lambda x: np.expm1(x) + 1, -40.0)


@wrong
def logarithm_at_1e_8_off() -> Problem:
    """log at 1e-8: 1 / (x + 1e-8), half the gradient."""
    return elementwise(np.log, lambda x: 1 / (x + 1e-8), 1e-8)


@wrong
def relu_near_0_off() -> Problem:
    """ReLU at ±1e-7: the mask inverted."""
    return elementwise(functions.relu, lambda x: np.where(x > 0, 0.0, 1.0), np.array([1e-7, -1e-7]))


@wrong
def near_tie_off() -> Problem:
    """Maximum of two numbers 1e-9 apart: the gradient at the smaller."""
    return Problem(np.max, lambda g, x: (g * np.array([1.0, 0.0, 0.0]),), (np.array([0.5, 0.5 + 1e-9, -1.0]),))


@wrong
def ripple_forgotten() -> Problem:
    """x + 1e-9 sin(1e9 x): the gradient without the ripple."""
    return elementwise(lambda x: x + 1e-9 * np.sin(1e9 * x), lambda x: 0 * x + 1, 0.3)


# ------------------------------------------------------------------------------------------------------- low precision


@wrong
def exponential_in_float32_off() -> Problem:
    """exp of float32 numbers: 5 % too large."""
    return elementwise(np.exp, lambda x: np.float32(1.05) * np.exp(x), normal(4).astype(np.float32))


@wrong
def classifier_in_float32_off() -> Problem:
    """Loss of a float32 network: all gradients 1 % too large."""
    return scaled_by(1.01, functions.classifier(8, (6, 5, 3), np.float32))


@wrong
def float32_inside_off() -> Problem:
    """A float64 function that computes in float32: twice the gradient."""
    return elementwise(
        lambda x: np.sin(x.astype(np.float32)).astype(np.float64), lambda x: 2 * np.cos(x), np.array([0.3, 0.7, 2.0])
    )


# ----------------------------------------------------------------------------------------------------- complex numbers


@wrong
def imaginary_part_dropped() -> Problem:
    """exp of complex numbers: the imaginary part of the derivative dropped."""
    return elementwise(np.exp, lambda z: np.exp(z).real, normal(3) + 1j * normal(3, seed=1))


@wrong
def conjugated() -> Problem:
    """Product with complex constants: the constants conjugated."""
    constants = normal(3, seed=2) + 1j * normal(3, seed=3)
    return elementwise(lambda z: constants * z, lambda z: constants.conj() + 0 * z, normal(3) + 1j * normal(3, seed=1))
