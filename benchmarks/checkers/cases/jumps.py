"""Jumps, vertical tangents, the edge of a domain, and a kink of the slope only.

Beside a jump of a piecewise constant function the valid gradient is 0. Where the tangent is vertical it is infinite;
at a cusp every number is valid. Elsewhere than at the point the gradients are right.
"""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases.case import Array, Problem, at_a_point, case, elementwise

valid = case("kink", "accept")
invalid = case("kink", "reject")


def zero(x: Array) -> Array:
    """Return 0, the derivative of what is constant but for jumps."""
    return 0 * x


def root_with(slope: float) -> Problem:
    """Return the square root at 0 with that gradient."""
    return at_a_point(np.sqrt, lambda x: 0.5 / np.sqrt(x), 0.0, slope)


def cube_root_with(slope: float) -> Problem:
    """Return the cube root at 0 with that gradient."""
    return at_a_point(np.cbrt, lambda x: 1 / (3 * np.cbrt(x) ** 2), 0.0, slope)


@valid
def smooth_to_first_order() -> Problem:
    """x |x| at 0: 0."""
    return elementwise(lambda x: x * np.abs(x), lambda x: 2 * np.abs(x), 0.0)


@invalid
def smooth_to_first_order_1() -> Problem:
    """x |x| at 0: 1."""
    return at_a_point(lambda x: x * np.abs(x), lambda x: 2 * np.abs(x), 0.0, 1)


@valid
def root_infinite() -> Problem:
    """√x at 0: infinite."""
    return root_with(np.inf)


@invalid
def root_not_a_number() -> Problem:
    """√x at 0: NaN."""
    return root_with(np.nan)


@valid
def cube_root_infinite() -> Problem:
    """∛x at 0: infinite."""
    return cube_root_with(np.inf)


@invalid
def cube_root_0() -> Problem:
    """∛x at 0: 0."""
    return cube_root_with(0)


@valid
def cusp_0() -> Problem:
    """√|x| at 0: 0."""
    return at_a_point(lambda x: np.sqrt(np.abs(x)), lambda x: np.sign(x) * 0.5 / np.sqrt(np.abs(x)), 0.0, 0)


@valid
def floor_0() -> Problem:
    """floor at 2: 0."""
    return at_a_point(np.floor, zero, 2.0, 0)


@invalid
def floor_1() -> Problem:
    """floor at 2: 1."""
    return at_a_point(np.floor, zero, 2.0, 1)


@valid
def round_0() -> Problem:
    """Rounding at 2.5: 0."""
    return at_a_point(np.rint, zero, 2.5, 0)


@valid
def sign_0() -> Problem:
    """Sign at 0: 0."""
    return at_a_point(np.sign, zero, 0.0, 0)
