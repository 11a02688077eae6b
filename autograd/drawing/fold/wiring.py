"""Where the arrays of the drawn operations come from, relative to where they are used.

Time is counted in events: an operation takes its arrays one after the other and then makes one. An array comes from
the event that made it, or, if it is a leaf, from the last event that took it; so two operations that take "the array
made three events ago" or "the parameter of twelve events ago" agree, wherever in the graph they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograd.drawing.fold.plan import NOWHERE, IntArray, Plan
from autograd.drawing.fold.repeats import LEAST
from autograd.drawing.model import Folded

_FAR = 0  # a distance to what lies before the previous repetition
_MADE = 0  # the kind of what an operation made; the kinds of leaves:
_LEARNED = {"parameter": 1, "variable": 2}


@dataclass(frozen=True)
class Wiring:
    """The drawn operations and the edges into them, counted from 0.

    `operations` and `edges` are their numbers in the model, `first` says where the edges of each operation begin and
    `begin` at which event the operation does. For each edge, `event` is when its array is taken, `last` the edge by
    which it was taken before (`NOWHERE` if it was not), `origin` when it was made or taken before, `source` the node
    that it comes from and `kind` what that is. `crossing` counts the arrays that are carried from before each operation
    to it or beyond it.
    """

    operations: IntArray
    edges: IntArray
    first: IntArray
    begin: IntArray
    event: IntArray
    last: IntArray
    origin: IntArray
    source: IntArray
    kind: IntArray
    crossing: IntArray


def wire(plan: Plan) -> Wiring:
    """Return the wiring of the operations that are drawn."""
    operations = plan.drawn_operations()
    size = len(operations)
    place = np.full(len(plan.nodes), NOWHERE)
    place[operations] = np.arange(size)
    edges = np.flatnonzero(place[plan.target] >= 0)
    edges = edges[np.argsort(place[plan.target[edges]], kind="stable")]
    targets = place[plan.target[edges]]
    first = np.searchsorted(targets, np.arange(size + 1))
    begin = first + np.arange(size + 1)
    event = np.arange(len(edges)) + targets
    sources = plan.home[plan.source[edges]]
    made_by = place[sources]
    taken = np.argsort(sources, kind="stable")
    again = np.flatnonzero(sources[taken[1:]] == sources[taken[:-1]])
    last = np.full(len(edges), NOWHERE)
    last[taken[again + 1]] = taken[again]
    origin = np.where(last >= 0, event[last], NOWHERE)
    origin = np.where(made_by >= 0, begin[made_by + 1] - 1, origin)
    kind, crossing = _kinds(plan)[sources], _crossing(made_by, targets, size)
    return Wiring(operations, edges, first, begin, event, last, origin, sources, kind, crossing)


def agreeing(wiring: Wiring, start: int, length: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield (first, count) of the repetitions that are wired alike, at least `LEAST` one after the other.

    `count` repetitions of `length` operations each begin at operation `start`. Each array that one of them takes comes
    from itself, from the repetition before it, or from before them all; and from the same place for all but the first,
    which may take from before them all what the others take from the one before.
    """
    is_start, goes_on, reach = _compare(wiring, start, length, count)
    first = 0
    while first + LEAST <= count:
        stop = first + 1
        if is_start[first]:
            stop += 1
            while stop < count and goes_on[stop - 1] and reach[stop] < first:
                stop += 1
        if stop - first >= LEAST:
            yield first, stop - first
            first = stop
        else:
            first += 1


def _compare(wiring: Wiring, start: int, length: int, count: int) -> tuple[list[bool], list[bool], list[int]]:
    """Compare the wiring of each repetition with that of the next.

    Returns whether it can be the first of a stretch, whether it agrees fully, and, for each repetition, the last one
    that it takes an array from across at least one other.
    """
    edges = slice(wiring.first[start], wiring.first[start + length * count])
    shape = (count, (edges.stop - edges.start) // count)
    event, last, origin, source, kind = (
        each[edges].reshape(shape) for each in (wiring.event, wiring.last, wiring.origin, wiring.source, wiring.kind)
    )
    begin = wiring.begin[start + length * np.arange(count)][:, None]
    span = wiring.begin[start + length] - wiring.begin[start]
    is_far = origin < begin - span
    distance = np.where(is_far, _FAR, event - origin)
    number = np.arange(edges.start, edges.stop).reshape(shape)
    again = np.where(last >= number[:, :1], number - last, 0)  # edges ago, the same repetition took the same array
    is_made_here = (kind == _MADE) & (origin >= begin)
    is_same_kind = kind[1:] == kind[:-1]
    agrees = (again[1:] == again[:-1]) & is_same_kind & (distance[1:] == distance[:-1])
    is_shared = source[:-1] == wiring.source[number[:-1] - again[1:]]
    enters = is_shared & ~is_made_here[1:] & (is_same_kind | ~is_far[1:])
    reach = np.where(is_far, (origin - begin[0]) // span, NOWHERE).max(1, initial=NOWHERE)
    return np.where(is_made_here[:-1], agrees, enters).all(1).tolist(), agrees.all(1).tolist(), reach.tolist()


def shares(wiring: Wiring, start: int, length: int) -> str | None:
    """Return whether the repetition at `start` and the next use the "same" learned arrays, or each its "own"."""
    before, begin = wiring.begin[start], wiring.begin[start + length]
    edges = slice(wiring.first[start + length], wiring.first[start + 2 * length])
    origin = wiring.origin[edges]
    origin = origin[np.isin(wiring.kind[edges], list(_LEARNED.values())) & (origin < begin)]
    if not len(origin):
        return None
    return "same" if np.all(origin >= before) else "own"


def _crossing(made_by: IntArray, targets: IntArray, size: int) -> IntArray:
    last = np.full(size, NOWHERE)
    np.maximum.at(last, made_by[made_by >= 0], targets[made_by >= 0])
    made = np.flatnonzero(last >= 0)
    change = np.zeros(size + 2, np.int64)
    np.add.at(change, made + 1, 1)
    np.add.at(change, last[made] + 1, -1)
    return np.cumsum(change)[: size + 1]


def _kinds(plan: Plan) -> IntArray:
    """Return a number for what each node is: equal for operations, and for leaves of one kind."""
    kinds = np.zeros(len(plan.nodes), np.int64)
    for number, leaf in enumerate(plan.model.leaves, plan.operations):
        kinds[number] = -number if isinstance(leaf, Folded) else _LEARNED.get(leaf.kind, len(_LEARNED) + 1)
    return kinds
