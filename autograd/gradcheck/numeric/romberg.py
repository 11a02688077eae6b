"""Extrapolation to step 0, and the error bar of what comes out.

A table ``A_{k,j} = A_{k,j-1} + (A_{k,j-1} - A_{k-1,j-1}) / ((h_{k-j} / h_k)^p - 1)`` of differences ``A_{k,0}`` at
smaller and smaller steps ``h_k`` removes one power of the step after another: ``p = 2`` for central differences, whose
error is even in the step (Romberg, where the steps are halved), ``p = 1`` for one-sided ones. The bar of an entry is
how much it differs from the two it was made of (Ridders 1982), plus what rounding can do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Estimate(NamedTuple):
    """A slope and its error bar, of which `rounding` is the part that no other step could remove at this level."""

    error: float
    value: float
    rounding: float


UNKNOWN = Estimate(math.inf, math.nan, math.inf)


class Table:
    """A table to which one level after another is added.

    `power` is 2 if the differences are even in the step, 1 if not.
    """

    def __init__(self, power: int, columns: int) -> None:
        self._power = power
        self._columns = columns
        self._steps: list[float] = []
        self._row: list[float] = []

    def restart(self) -> None:
        """Forget the coarser levels: what follows is another function than they saw."""
        self._steps, self._row = [], []

    def add(self, step: float, difference: float, rounding: float) -> Estimate:
        """Return the best estimate that this level and the coarser ones give."""
        previous, self._row = self._row, [difference]
        best = UNKNOWN
        for coarser, coarser_step in zip(previous[: self._columns], reversed(self._steps), strict=False):
            divisor = (coarser_step / step) ** self._power - 1
            entry = self._row[-1] + (self._row[-1] - coarser) / divisor
            error = max(abs(entry - self._row[-1]), abs(entry - coarser)) + rounding
            self._row.append(entry)
            if error < best.error:
                best = Estimate(error, entry, rounding)
        self._steps.append(step)
        return best


def select(estimates: Sequence[Estimate]) -> Estimate:
    """Return the estimate of the smallest error that every finer level confirms within its own error.

    Agreement with the finer levels is what unmasks steps that jumped over structure.
    """
    for position in sorted(range(len(estimates)), key=lambda k: estimates[k].error):
        found = estimates[position]
        if not math.isfinite(found.error):
            break
        finer = [e for e in estimates[position + 1 :] if math.isfinite(e.error)]
        if all(abs(found.value - e.value) <= found.error + e.error for e in finer):
            return found
    return UNKNOWN
