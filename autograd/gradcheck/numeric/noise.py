"""How noisy a function is, told from its values.

Differences of high order annihilate what is smooth and leave the noise (Hamming; Moré & Wild, "Estimating
computational noise", 2011). Every estimate looks at one side of the point only, so that a jump at the point is not
taken for noise.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

_BOTTOM = 14  # the finest levels, in which only noise is left of a smooth function
_RUN = 6  # a kink or a jump in the neighbourhood shows in at most five differences in a row, noise in all
_STANDS_OUT = 32  # times what follows: a smooth function falls by less from one level to the next
_HALVINGS = 14  # shrink what is continuous until only a jump is left
_BOUND = 3  # times the standard deviation


def roughness(steps: Sequence[float], values: Sequence[float]) -> list[float]:
    """Return the fourth differences of consecutive values of a ladder, coarse to fine; 0 for a cubic.

    Their weights are of unit Euclidean norm: of noise alone each has the standard deviation of the noise.
    """
    found = []
    for k in range(len(values) - 4):
        nodes = [step / steps[k] for step in steps[k : k + 5]]
        weights = [1 / math.prod(node - other for other in nodes if other != node) for node in nodes]
        terms = [weight * value for weight, value in zip(weights, values[k : k + 5], strict=True)]
        found.append(math.fsum(terms) / math.hypot(*weights))
    return found


def at_the_bottom(steps: Sequence[float], values: Sequence[float]) -> float:
    """Return a bound for the noise that the finest levels of a ladder show."""
    rough = roughness(steps[-_BOTTOM:], values[-_BOTTOM:])
    if len(rough) < _RUN or not math.isfinite(sum(rough)):
        return 0.0
    return _BOUND * statistics.median(map(abs, rough))


def last_roughness(rough: Sequence[float], values: Sequence[float], noise: float) -> int | None:
    """Return the last level at which the differences stand out from those of all finer levels, and from the noise."""
    if not any(values[-_RUN:]):
        return max((k for k, value in enumerate(values) if value), default=None)
    finer = noise
    for k in reversed(range(len(rough))):
        if abs(rough[k]) > _STANDS_OUT * finer:
            return k
        finer = max(finer, abs(rough[k]))
    return None


def above(rough: Sequence[float], last: int) -> float:
    """Return a bound for the noise that the levels down to `last` show."""
    return _BOUND * statistics.median(map(abs, rough[max(0, last - _RUN + 1) : last + 1] or [0.0]))


def size_of_a_jump(g: Callable[[float], float], far: float, near: float) -> float:
    """Return by how much `g` jumps between two points; 0 if it is continuous there."""
    values = {far: g(far), near: g(near)}
    slope = values[near] / near
    sizes = []
    for _ in range(_HALVINGS):
        middle = (far + near) / 2
        values[middle] = g(middle)
        changes = [abs(values[a] - values[b] - slope * (a - b)) for a, b in ((far, middle), (middle, near))]
        far, near = (far, middle) if changes[0] >= changes[1] else (middle, near)
        sizes.append(max(changes))
    return sizes[-1] if sizes[-1] >= sizes[0] / 4 else 0.0
