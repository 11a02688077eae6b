"""What a function without a derivative does at the point: a kink, a jump, a vertical tangent, the edge of its domain.

What it is shows in how differences scale with the step h, as a power of it: a value ``|g(h)|`` as h where there is a
slope, as h^0 at a jump, as h^a at a vertical tangent like that of ``|x|^a``; the gap between the one-sided slopes as
h where the function is smooth, as h^0 at a kink. Powers are fitted to the finest levels that rise above the noise. If
the power law ends there, well above the noise, it belongs to something near the point, not at it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from autograd.gradcheck.numeric.romberg import UNKNOWN, Estimate, Table, select

_LEVELS = 6  # that a power is fitted to
_DEEP = 12  # levels down to which a power law must reach to be one of the point
_COLUMNS = 3
_AMPLIFICATION = 8  # of the noise of a one-sided difference, by so many columns of extrapolation
_EPSILON = 2.0**-52


class Power(NamedTuple):
    """A power law ``size ~ h^exponent``, how far sizes are from it, and the last level that was fitted."""

    exponent: float
    misfit: float  # in powers of 2
    last: int
    is_local: bool  # it holds down to where noise hides it


def fit(steps: Sequence[float], sizes: Sequence[float], noises: Sequence[float]) -> Power | None:
    """Return the power law of the finest sizes clear of their noise, None if there are too few."""
    clear = [size > noise and math.isfinite(size) for size, noise in zip(sizes, noises, strict=True)]
    last = max((k for k, is_clear in enumerate(clear) if is_clear), default=-1)
    first = last - _LEVELS + 1
    if first < 0 or not all(clear[first : last + 1]):
        return None
    logs = [(math.log2(steps[k]), math.log2(sizes[k])) for k in range(first, last + 1)]
    exponent, start = statistics.linear_regression(*zip(*logs, strict=True))
    misfit = max(abs(size - start - exponent * step) for step, size in logs)
    if last + 1 == len(sizes):
        return Power(exponent, misfit, last, True)
    expected = sizes[last] * (steps[last + 1] / steps[last]) ** exponent
    return Power(exponent, misfit, last, expected <= 4 * max(noises[last + 1], sizes[last + 1]))


def is_singular(power: Power) -> bool:
    """Whether values that follow this power law belong to a jump or a vertical tangent at the point."""
    return power.is_local and power.last >= _DEEP and power.exponent < 0.95 and power.misfit < 0.05


def side(steps: Sequence[float], values: Sequence[float], noise: float) -> Estimate:
    """Return the one-sided slope at 0 of a function whose values at `steps`, all of one sign, are given."""
    table = Table(1, _COLUMNS)
    estimates = []
    for step, value in zip(steps, values, strict=True):
        slope = value / step
        if not math.isfinite(slope):
            table.restart()
            continue
        size = abs(step)
        # Of the column 0 the bar is unknown: its level takes part by what the next one makes of it.
        estimates.append(table.add(size, slope, (_AMPLIFICATION * noise + 2 * _EPSILON * abs(slope)) / size))
    return select(estimates) if estimates else UNKNOWN
