"""Numerical derivatives with an error bar: central differences, adaptive steps, Richardson extrapolation.

For ``g(t)`` along a line, the ladder ``h_k = h_0 / 2^k`` gives the differences ``D_k = (g(h_k) - g(-h_k)) / 2 h_k``,
and extrapolation the table ``A_{k,j} = A_{k,j-1} + (A_{k,j-1} - A_{k-1,j-1}) / (4^j - 1)``, whose truncation error
falls as ``h^(2j+2)`` (Romberg; Ridders 1982). The error bar of an entry is how much it differs from the two it was
made of plus what rounding of `g` can do, ``2 ε / h_k``. The estimate is the entry with the smallest bar that agrees
with every finer level; agreement with the finer levels is what unmasks a step that jumps over structure.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

_LEVELS = 44  # down to a step of h_0 · 2^-43, where rounding has long taken over
_COLUMNS = 6


@dataclass(frozen=True)
class Derivative:
    """A numerical derivative along a line, and what was learned about the function on the way.

    Attributes
    ----------
    value, error : float
        The estimate and its error bar.
    left, right : float
        One-sided slopes at the finest step that rounding leaves meaningful.
    kind : str
        "smooth", "kink" (one-sided slopes differ), "jump" (they grow without bound) or "not finite".
    slope_scale : float
        The largest coarse slope seen: what "small" means for this function.
    evaluations : int
        How often the function was called.
    """

    value: float
    error: float
    left: float
    right: float
    kind: str
    slope_scale: float
    evaluations: int


def differentiate(
    g: Callable[[float], float], noise: float, tolerance: float, absolute: float = 0.0, step: float = 0.125
) -> Derivative:
    """Return the derivative of `g` at 0.

    Parameters
    ----------
    g : callable
        The function on a line. A step of 1 should be a large relative change of its argument.
    noise : float
        The absolute rounding error of one value of `g`.
    tolerance, absolute : float
        The error bar, relative to the derivative or absolute, at which to stop early.
    step : float
        The largest step.

    Notes
    -----
    About 9 evaluations for a smooth function; up to 89 where nothing converges.
    """
    centre = g(0.0)
    rows: list[list[float]] = []
    bars: list[tuple[float, float]] = []  # the best (error, value) of each level
    sides: list[tuple[float, float, float]] = []  # (left slope, right slope, their noise) of each level
    is_constant = True  # not one of the steps, the large ones included, changed the value at all
    while len(rows) < _LEVELS:
        h = step / 2 ** len(rows)
        above, below = g(h), g(-h)
        difference = (above - below) / (2 * h)
        # Of the values of g, and of its argument: t + h is rounded to a relative machine epsilon too.
        rounding = (2 * noise + sys.float_info.epsilon * abs(difference)) / h
        sides.append(((centre - below) / h, (above - centre) / h, rounding))
        rows.append(_extrapolate(rows[-1] if rows else [], difference))
        bars.append(_best_of_row(rows, rounding))
        is_constant = is_constant and above == below == centre
        if is_constant and len(rows) == 4:
            return Derivative(0.0, 2 * noise / step, 0.0, 0.0, "smooth", 0.0, 1 + 2 * len(rows))
        if _is_settled(bars, sides, tolerance, absolute):
            break
    evaluations = 1 + 2 * len(rows)
    error, value = _select(bars)
    left, right, _ = min(sides[-8:], key=lambda side: side[2] + abs(side[1] - side[0]))
    slope_scale = max((abs(row[0]) for row in rows if math.isfinite(row[0])), default=math.inf)
    kind = _kind(sides) if math.isfinite(centre) and math.isfinite(error) else "not finite"
    if kind == "kink":
        left, right = _side_slopes(sides)
    return Derivative(value, error, left, right, kind, slope_scale, evaluations)


def _extrapolate(previous: list[float], difference: float) -> list[float]:
    row = [difference]
    for j in range(1, min(len(previous), _COLUMNS) + 1):
        row.append(row[-1] + (row[-1] - previous[j - 1]) / (4**j - 1))
    return row


def _best_of_row(rows: list[list[float]], rounding: float) -> tuple[float, float]:
    row = rows[-1]
    candidates = [
        (max(abs(row[j] - row[j - 1]), abs(row[j] - rows[-2][j - 1])) + rounding, row[j]) for j in range(1, len(row))
    ]
    finite = [candidate for candidate in candidates if math.isfinite(candidate[0])]
    return min(finite, default=(math.inf, row[0]))


def _is_settled(
    bars: list[tuple[float, float]], sides: list[tuple[float, float, float]], tolerance: float, absolute: float
) -> bool:
    """Whether the last two levels agree on a value to the tolerance, on a function that looks smooth."""
    if len(bars) < 4:
        return False
    (error, value), (previous_error, previous) = bars[-1], bars[-2]
    agree = abs(value - previous) <= error + previous_error
    precise = min(error, previous_error) <= max(tolerance * max(abs(value), abs(previous)), absolute)
    return agree and precise and _kind(sides) == "smooth"


def _select(bars: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the (error, value) of the smallest error that every finer level confirms within its own error."""
    for position in sorted(range(len(bars)), key=lambda k: bars[k][0]):
        error, value = bars[position]
        if all(abs(value - finer) <= error + bar for bar, finer in bars[position + 1 :]):
            return error, value
    return bars[-1]


def _kind(sides: list[tuple[float, float, float]]) -> str:
    """Tell smooth from kinked by how the gap between one-sided slopes scales: as h, h^0 or 1/h.

    Only gaps that rise above rounding count, and only the three finest of those: a kink at a distance shows in the
    coarse levels and is gone in the fine ones.
    """
    gaps = [(abs(right - left), rounding) for left, right, rounding in sides]
    if any(not math.isfinite(gap) for gap, _ in gaps[-3:]):
        return "not finite"
    if gaps[-1][0] <= 4 * gaps[-1][1] and any(gap <= 4 * rounding for gap, rounding in gaps[-3:-1]):
        clear = [k for k, (gap, rounding) in enumerate(gaps) if gap > 16 * rounding]
        if not clear or clear[-1] < len(gaps) - 12:
            return "smooth"
    measured = [gap for gap, rounding in gaps if gap > 16 * rounding][-3:]
    if len(measured) < 3 or measured[0] == 0:
        return "smooth"
    exponent = math.log2(measured[0] / measured[-1]) / 2  # of h: 1 for smooth, 0 for a kink, -1 for a jump
    if exponent > 0.5:
        return "smooth"
    return "kink" if exponent > -0.5 else "jump"


def _side_slopes(sides: list[tuple[float, float, float]]) -> tuple[float, float]:
    """Return the one-sided slopes at the level where their gap is clearest of rounding and yet local."""
    usable = [side for side in sides if abs(side[1] - side[0]) > 64 * side[2]] or sides
    left, right, _ = usable[-1]
    return left, right
