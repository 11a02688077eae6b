"""Points where the function has a kink.

There a gradient is valid if it lies in Clarke's generalised gradient, the hull of the limits of gradients nearby.
Elsewhere than at the point the gradients are right, unless the title says more.
"""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases import functions
from benchmarks.checkers.cases.case import Array, Problem, at_a_point, case, elementwise, normal

valid = case("kink", "accept")
invalid = case("kink", "reject")


def relu_with(slope: float) -> Problem:
    """Return ReLU at 0 with that gradient."""
    return elementwise(functions.relu, lambda x: np.where(x > 0, 1.0, slope), 0.0)


def modulus_with(slope: float) -> Problem:
    """Return |x| at 0 with that gradient."""
    return elementwise(np.abs, lambda x: np.where(x == 0, slope, np.sign(x)), 0.0)


def tie_with(*shares: float) -> Problem:
    """Return the maximum of two equal numbers and a smaller one, with that gradient."""
    point = np.array([0.5, 0.5, -1.0])

    def backward(g: Array, x: Array) -> tuple[Array]:
        alone = np.arange(x.size) == np.argmax(x)
        return (g * np.where(np.array_equal(x, point), np.array([*shares, 0.0]), alone),)

    return Problem(np.max, backward, (point,))


def norm_with(*slopes: float) -> Problem:
    """Return the norm of two zeros with that gradient."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        length = np.sqrt((x * x).sum())
        return (g * (x / length if length > 0 else np.array(slopes)),)

    return Problem(lambda x: np.sqrt((x * x).sum()), backward, (np.zeros(2),))


def clip_with(slope: float) -> Problem:
    """Return clip at its upper edge with that gradient."""
    return at_a_point(lambda x: np.clip(x, -1, 1), lambda x: np.where(np.abs(x) < 1, 1.0, 0.0), 1.0, slope)


def difference_with(slope: float) -> Problem:
    """Return relu(x) - relu(-x), which is x, at 0 with that gradient."""
    return at_a_point(lambda x: functions.relu(x) - functions.relu(-x), lambda x: 0 * x + 1, 0.0, slope)


@valid
def relu_0() -> Problem:
    """ReLU at 0: 0."""
    return relu_with(0)


@valid
def relu_half() -> Problem:
    """ReLU at 0: 0.5."""
    return relu_with(0.5)


@valid
def relu_1() -> Problem:
    """ReLU at 0: 1."""
    return relu_with(1)


@invalid
def relu_2() -> Problem:
    """ReLU at 0: 2."""
    return relu_with(2)


@invalid
def relu_negative() -> Problem:
    """ReLU at 0: -0.1."""
    return relu_with(-0.1)


@valid
def modulus_0() -> Problem:
    """|x| at 0: 0."""
    return modulus_with(0)


@valid
def modulus_1() -> Problem:
    """|x| at 0: 1."""
    return modulus_with(1)


@invalid
def modulus_2() -> Problem:
    """|x| at 0: 1.5."""
    return modulus_with(1.5)


@invalid
def modulus_not_a_number() -> Problem:
    """|x| at 0: NaN."""
    return modulus_with(np.nan)


@valid
def leaky_relu_small() -> Problem:
    """Leaky ReLU at 0: its smaller slope, 0.01."""
    return elementwise(lambda x: np.where(x > 0, x, 0.01 * x), lambda x: np.where(x > 0, 1.0, 0.01), 0.0)


@invalid
def leaky_relu_0() -> Problem:
    """Leaky ReLU at 0: 0, below both slopes."""
    return elementwise(lambda x: np.where(x > 0, x, 0.01 * x), lambda x: np.where(x > 0, 1.0, 0.0), 0.0)


@valid
def tie_first() -> Problem:
    """Maximum of two equal numbers: all to the first."""
    return tie_with(1, 0)


@valid
def tie_shared() -> Problem:
    """Maximum of two equal numbers: half to each."""
    return tie_with(0.5, 0.5)


@invalid
def tie_twice() -> Problem:
    """Maximum of two equal numbers: 1 to each."""
    return tie_with(1, 1)


@invalid
def tie_nothing() -> Problem:
    """Maximum of two equal numbers: 0 to each."""
    return tie_with(0, 0)


@valid
def tie_in_sorting() -> Problem:
    """Sorting with two equal numbers."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        result = np.empty_like(x)
        result[np.argsort(x, kind="stable")] = g
        return (result,)

    return Problem(np.sort, backward, (np.array([0.3, -1.0, 0.3, 2.0]),))


@valid
def tie_in_pooling() -> Problem:
    """Maxima of pairs, one pair equal: all to the first."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        pairs = x.reshape(-1, 2)
        return ((g[:, None] * (np.arange(2) == pairs.argmax(axis=1)[:, None])).reshape(-1),)

    return Problem(lambda x: x.reshape(-1, 2).max(axis=1), backward, (np.array([1.0, 2.0, 0.7, 0.7, 3.0, -1.0]),))


@valid
def clip_inside() -> Problem:
    """clip to [-1, 1] at 1: 1."""
    return clip_with(1)


@valid
def clip_outside() -> Problem:
    """clip to [-1, 1] at 1: 0."""
    return clip_with(0)


@invalid
def clip_2() -> Problem:
    """clip to [-1, 1] at 1: 2."""
    return clip_with(2)


@valid
def norm_0() -> Problem:
    """Norm at 0: 0."""
    return norm_with(0, 0)


@valid
def norm_unit() -> Problem:
    """Norm at 0: a vector of length 1."""
    return norm_with(0.6, 0.8)


@invalid
def norm_longer() -> Problem:
    """Norm at 0: (1, 1), longer than 1."""
    return norm_with(1, 1)


@invalid
def norm_not_a_number() -> Problem:
    """Norm at 0: NaN."""
    return norm_with(np.nan, np.nan)


@valid
def difference_of_kinks_1() -> Problem:
    """relu(x) - relu(-x) at 0: 1."""
    return difference_with(1)


@invalid
def difference_of_kinks_0() -> Problem:
    """relu(x) - relu(-x) at 0: 0."""
    return difference_with(0)


@valid
def two_kinks() -> Problem:
    """relu(a) - relu(b) at 0 and 0: 0 to each."""
    signs = np.array([1.0, -1.0])
    return Problem(lambda x: signs @ functions.relu(x), lambda g, x: (g * signs * (x > 0),), (np.zeros(2),))


@invalid
def two_kinks_off() -> Problem:
    """relu(a) - relu(b) at 0 and 0: 1 to each."""
    signs = np.array([1.0, -1.0])
    return Problem(
        lambda x: signs @ functions.relu(x), lambda g, x: (g * np.where(x == 0, 1.0, signs * (x > 0)),), (np.zeros(2),)
    )


@valid
def one_zero_of_many() -> Problem:
    """ReLU of 50 numbers, one of them 0."""
    x = normal(50)
    x[17] = 0
    return elementwise(functions.relu, lambda x: np.where(x > 0, 1.0, 0.0), x)


@invalid
def one_zero_of_many_and_a_mistake() -> Problem:
    """ReLU of 50 numbers, one of them 0, the gradient of another one doubled."""
    x = np.abs(normal(50)) + 0.1
    x[17], factor = 0, np.ones(50)
    factor[31] = 2
    return elementwise(functions.relu, lambda x: np.where(x > 0, factor, 0.0), x)
