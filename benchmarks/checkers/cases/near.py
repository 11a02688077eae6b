"""Right gradients near kinks and jumps, in low precision, and of large arrays."""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases import functions
from benchmarks.checkers.cases.case import Array, Problem, case, elementwise, normal

hard = case("hard", "accept")

# -------------------------------------------------------------------------------------- kinks and jumps near the point


@hard
def relu_near_0() -> Problem:
    """ReLU at ±1e-7."""
    return elementwise(functions.relu, lambda x: np.where(x > 0, 1.0, 0.0), np.array([1e-7, -1e-7]))


@hard
def modulus_near_0() -> Problem:
    """|x| at 1e-9."""
    return elementwise(np.abs, np.sign, 1e-9)


@hard
def modulus_near_1() -> Problem:
    """|x - 1| at 1 + 1e-7."""
    return elementwise(lambda x: np.abs(x - 1), lambda x: np.sign(x - 1), 1 + 1e-7)


@hard
def near_tie() -> Problem:
    """Maximum of two numbers 1e-9 apart."""
    return Problem(
        np.max, lambda g, x: (g * (np.arange(x.size) == np.argmax(x)),), (np.array([0.5, 0.5 + 1e-9, -1.0]),)
    )


@hard
def near_ties_in_sorting() -> Problem:
    """Sorting of numbers 1e-8 apart."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        result = np.empty_like(x)
        result[np.argsort(x)] = g
        return (result,)

    return Problem(np.sort, backward, (0.3 + 1e-8 * np.array([2.0, 0.0, 3.0, 1.0]),))


@hard
def near_the_edge_of_clip() -> Problem:
    """clip to [-1, 1] at 1 - 1e-8 and 1 + 1e-8."""
    return elementwise(
        lambda x: np.clip(x, -1, 1), lambda x: np.where(np.abs(x) < 1, 1.0, 0.0), np.array([1 - 1e-8, 1 + 1e-8])
    )


@hard
def near_a_jump() -> Problem:
    """floor at 2 + 1e-9."""
    return elementwise(np.floor, lambda x: 0 * x, 2 + 1e-9)


@hard
def near_a_branch_cut() -> Problem:
    """The angle of (-1, 1e-9)."""

    def backward(g: Array, y: Array, x: Array) -> tuple[Array, Array]:
        return g * x / (x * x + y * y), -g * y / (x * x + y * y)

    return Problem(np.arctan2, backward, (np.array(1e-9), np.array(-1.0)))


@hard
def network_near_kinks() -> Problem:
    """A ReLU network of 30 hidden numbers, one of them at 1e-8."""
    w, v = normal(30, 10, seed=1), normal(30, seed=2)
    x = normal(10)
    b = -w @ x + 3 * normal(30, seed=3)
    b[7] = 1e-8 - w[7] @ x
    return Problem(
        lambda b: v @ functions.relu(w @ x + b), lambda g, b: (g * v * np.where(w @ x + b > 0, 1.0, 0.0),), (b,)
    )


# ------------------------------------------------------------------------------------------------------- low precision


@hard
def tangent_in_float32() -> Problem:
    """tanh of float32 numbers."""
    return elementwise(np.tanh, lambda x: 1 - np.tanh(x) ** 2, normal(5).astype(np.float32))


@hard
def square_in_float32_at_1e4() -> Problem:
    """x² of a float32 number of 1e4."""
    return elementwise(lambda x: x * x, lambda x: 2 * x, np.float32(1e4))


@hard
def softmax_in_float32() -> Problem:
    """Softmax of float32 numbers."""
    return Problem(functions.softmax, functions.softmax_backward, (normal(3, 4).astype(np.float32),))


@hard
def classifier_in_float32() -> Problem:
    """Loss of a float32 network with 4 parameters, 6-5-3."""
    return functions.classifier(8, (6, 5, 3), np.float32)


@hard
def float32_inside() -> Problem:
    """A float64 function that computes in float32."""
    return elementwise(
        lambda x: np.sin(x.astype(np.float32)).astype(np.float64), lambda x: np.cos(x), np.array([0.3, 0.7, 2.0])
    )


@hard
def float16_inside() -> Problem:
    """A float64 function that computes in float16."""
    return elementwise(lambda x: np.exp(x.astype(np.float16)).astype(np.float64), np.exp, np.array([0.3, 0.7]))


# -------------------------------------------------------------------------------------------------------- large arrays


@hard
def large_elementwise() -> Problem:
    """tanh of 4,000 numbers."""
    return elementwise(np.tanh, lambda x: 1 - np.tanh(x) ** 2, normal(4000))


@hard
def large_jacobian() -> Problem:
    """A linear function with a Jacobian of 1,000 × 1,000."""
    matrix = normal(1000, 1000)
    return Problem(lambda x: matrix @ x, lambda g, x: (g @ matrix,), (normal(1000, seed=1),))


@hard
def large_sum() -> Problem:
    """Half the sum of 10,000 squares."""
    return Problem(lambda x: 0.5 * (x * x).sum(), lambda g, x: (g * x,), (normal(10_000),))


@hard
def large_table() -> Problem:
    """Five rows of a table of 1,000 × 20."""
    return functions.gather(1000, 20, np.array([3, 999, 3, 500, 0]))


@hard
def large_classifier() -> Problem:
    """Loss of a network with 4 parameters, 100-50-10."""
    return functions.classifier(8, (100, 50, 10))
