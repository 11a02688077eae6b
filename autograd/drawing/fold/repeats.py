"""Tandem repeats: what comes at least three times, one right after the other, in a sequence of integers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from autograd.drawing.fold.plan import IntArray

LEAST = 3  # repetitions; two of a kind are quicker read than explained
_SLOWER = 16  # what only looks alike may truly repeat after so many times its period at most


class Run(NamedTuple):
    """A longest stretch ``start:stop`` in which every item equals the one `period` items later."""

    start: int
    stop: int
    period: int


class Repeat(NamedTuple):
    """`times` times the same `period` items, the first of which begin at `start`."""

    start: int
    period: int
    times: int


def runs(symbols: IntArray) -> Iterator[Run]:
    """Yield every run of at least `LEAST` periods, with the shortest period that it has.

    Windows of 1, 2, 4, … items are compared with the next window that is the same. In a run of period ``p``, windows
    at least that long come again after exactly ``p`` items: those of ``p`` to ``2 p - 1`` items do so inside every run
    of three periods. So all runs are found in O(n log n).
    """
    size = len(symbols)
    keys, width = symbols, 1
    while len(keys):
        order = np.argsort(keys, kind="stable")
        is_same = np.diff(keys[order]) == 0
        if not is_same.any():
            return
        gaps = np.zeros(len(keys) + 1, np.int64)  # the last belongs to no window
        gaps[order[:-1][is_same]] = np.diff(order)[is_same]
        gaps[(gaps <= width // 2) | (gaps > width)] = 0
        changes = np.flatnonzero(np.diff(gaps, prepend=0))
        for start, stop in zip(changes[:-1].tolist(), changes[1:].tolist(), strict=True):
            period = int(gaps[start])
            if period and stop - 1 + width - start >= (LEAST - 1) * period:
                yield Run(start, stop - 1 + width + period, period)
        if width >= size // LEAST:
            return
        ranks = np.empty(len(keys), np.int64)
        ranks[order] = np.cumsum(np.append(0, ~is_same))
        keys = ranks[:-width] * len(ranks) + ranks[width:]
        width *= 2


def choose(symbols: IntArray, bounds: IntArray, agreeing: Callable[[Run], Iterable[Repeat]]) -> list[Repeat]:
    """Return repeats that have no item in common; those that cover most are chosen first, then short periods.

    Parameters
    ----------
    symbols : IntArray, (n,)
        What each item is.
    bounds : IntArray, (n + 1,)
        What comes before each item, and at last before the end; the differences say how much each item covers.
    agreeing : callable
        Says which repeats in a run are truly repeats.
    """

    def covered(run: Run) -> tuple[int, int, int]:
        whole = (run.stop - run.start) // run.period * run.period
        return int(bounds[run.start] - bounds[run.start + whole]), run.period, run.start

    taken = np.zeros(len(symbols), bool)
    chosen: list[Repeat] = []
    for run in sorted(runs(symbols), key=covered):
        if not taken[run.start : run.stop].any():  # what remains beside a chosen repeat is left for another search
            for repeat in _truly(run, agreeing):
                taken[repeat.start : repeat.start + repeat.period * repeat.times] = True
                chosen.append(repeat)
    return chosen


def _truly(run: Run, agreeing: Callable[[Run], Iterable[Repeat]]) -> list[Repeat]:
    """Return the repeats in `run`, of the shortest multiple of its period for which there are any."""
    longest = min((run.stop - run.start) // LEAST, _SLOWER * run.period)
    for period in range(run.period, longest + 1, run.period):
        found = list(agreeing(run._replace(period=period)))
        if found:
            return found
    return []
