"""Derivatives of real functions from their values alone, each with a bar that bounds its error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sampling import leaves

FIRST_STEP = 0.02  # every domain of `sampling` leaves at least this much room
LEVELS = 5


def derivative(function: Callable[[float], float]) -> tuple[float, float]:
    """Return the derivative of `function` at 0 and a bound of its error.

    Central differences with steps h, h/2, h/4 … are extrapolated to step 0 (Ridders 1982, "Accurate computation of
    F'(x) and F'(x)F''(x)"). The best entry of the tableau is the one that differs least from its neighbours; that
    difference, plus the rounding error of the difference quotient, bounds its error.
    """
    best, bar = np.nan, np.inf
    previous: list[float] = []
    for level in range(LEVELS):
        step = FIRST_STEP / 2**level
        above, below = function(step), function(-step)
        rounding = 4 * np.finfo(np.float64).eps * max(abs(above), abs(below)) / step
        current = [(above - below) / (2 * step)]
        for order, coarser in enumerate(previous, start=1):
            finer = current[-1]
            current.append(finer + (finer - coarser) / (4**order - 1))
            error = max(abs(current[-1] - finer), abs(current[-1] - coarser)) + rounding
            if error < bar:
                best, bar = current[-1], error
        previous = current
    return best, bar


def gradient(function: Callable[..., float], arrays: Sequence[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return, for each of `arrays`, the gradient of a real `function` of them in every entry, and its error bars.

    For a complex array it is ∂f/∂x - i ∂f/∂y, entry by entry.
    """
    results = []
    for position, array in enumerate(arrays):
        directions = (1, 1j) if array.dtype.kind == "c" else (1,)
        value, bar = np.zeros_like(array), np.zeros(array.shape)
        for entry in np.ndindex(array.shape):
            for direction in directions:

                def along(step: float, position=position, entry=entry, direction=direction) -> float:
                    moved = [a.copy() for a in arrays]
                    moved[position][entry] += step * direction
                    return function(*moved)

                slope, error = derivative(along)
                value[entry] += slope * np.conjugate(direction)
                bar[entry] += error
        results.append((value, bar))
    return results


def complex_step(function: Callable[..., Any], arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the gradient of a real analytic `function`, Im f(x + ih) / h: nothing is subtracted, so it is exact."""
    step = 1e-30
    results = []
    for position, array in enumerate(arrays):
        value = np.zeros_like(array)
        for entry in np.ndindex(array.shape):
            moved = [a.astype(np.complex128) for a in arrays]
            moved[position][entry] += 1j * step
            value[entry] = np.imag(function(*moved)) / step
        results.append(value)
    return results


def pairing(cotangents: Any, values: Any) -> Any:
    """Return Σ g·y over nested lists of arrays: the loss whose gradient in y is g."""
    return sum(np.sum(np.asarray(g) * np.asarray(y)) for g, y in zip(leaves(cotangents), leaves(values), strict=True))


def assert_matches(computed: Sequence[Any], numeric: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Assert agreement within four error bars, which themselves must resolve seven digits."""
    for got, (value, bar) in zip(computed, numeric, strict=True):
        assert np.shape(got) == value.shape
        scale = 1 + np.abs(value)
        assert np.all(bar <= 1e-7 * scale), f"the numeric derivative is known only to {bar}"
        assert np.all(np.abs(got - value) <= 4 * bar + 1e-12 * scale), f"gradient {got}, numeric {value} ± {bar}"
