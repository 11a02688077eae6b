"""Leading a wrong direction to the wrong entries, by bisection."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np

from autograd.gradcheck.report import Check
from autograd.gradcheck.verdict import Verdict

MOST_ENTRIES = 20


def wrong_entries(direction: np.ndarray, compare: Callable[[np.ndarray], Check], most: int = MOST_ENTRIES) -> list[int]:
    """Return the flat indices of wrong entries, the ones that matter most first.

    Parameters
    ----------
    direction : ndarray
        Along which the gradient is wrong.
    compare : callable
        Checks the derivative along a direction.
    most : int
        How many entries to look for.

    Notes
    -----
    A part of the direction that is wrong is halved, the one with the largest mismatch first: r wrong entries of n are
    found by about 2 r log2(n) checks.

    Examples
    --------
    >>> import numpy as np
    >>> wrong = np.zeros(1000)
    >>> wrong[[3, 700]] = 1.0, 5.0
    >>> def compare(direction):
    ...     error = float(wrong @ direction)
    ...     return Check(None, error, 0.0, 0.0, Verdict.WRONG if error else Verdict.RIGHT)
    >>> wrong_entries(np.ones(1000), compare)
    [700, 3]
    """
    found: list[int] = []
    waiting = [(0.0, 0, np.arange(direction.size))]
    order = 0
    while waiting and len(found) < most:
        _, _, entries = heapq.heappop(waiting)
        if entries.size == 1:
            found.append(int(entries[0]))
            continue
        for half in np.array_split(entries, 2):
            part = np.zeros_like(direction)
            part.flat[half] = direction.flat[half]
            check = compare(part)
            if check.verdict is Verdict.WRONG:
                order += 1
                distance = abs(check.analytic - check.numeric)
                heapq.heappush(waiting, (-distance if distance == distance else -np.inf, order, half))
    return found
