"""The numerical Jacobian of a small operation: not to judge by, but to try hypotheses with."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np


def jacobian_of(
    function: Callable[[np.ndarray], np.ndarray], x: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray | None:
    """Return the numerical Jacobian of a function with outputs of `shape`, or None where it is not finite.

    Its shape is ``(*shape, *x.shape)``.
    """
    with np.errstate(all="ignore"):  # a step may leave the domain; then no hypothesis holds
        columns = [_derivative(function, x, entry) for entry in range(x.size)]
    result = np.moveaxis(np.asarray(columns), 0, -1).reshape(shape + x.shape)
    return result if np.isfinite(result).all() else None


def _derivative(function: Callable[[np.ndarray], np.ndarray], x: np.ndarray, entry: int) -> np.ndarray:
    """Return ∂y/∂x of one entry: central differences at two steps, extrapolated."""
    h = 2.0**-9 * (2.0 ** math.floor(math.log2(abs(x.flat[entry]))) if x.flat[entry] else 1.0)
    differences = []
    for step in (h, h / 2):
        moved = [x.copy(), x.copy()]
        moved[0].flat[entry] += step
        moved[1].flat[entry] -= step
        above, below = (np.asarray(function(value)) for value in moved)
        differences.append((above - below) / (2 * step))
    return ((4 * differences[1] - differences[0]) / 3).ravel()
