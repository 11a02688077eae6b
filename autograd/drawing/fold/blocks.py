"""What is drawn once because it comes again: the operations and calls of each level as a sequence of integers.

A level is a call of a module, or the whole graph; its items are the operations and calls directly inside, in execution
order. Two items have the same integer if they do the same, wherever their inputs come from and whatever they are
called.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass

import numpy as np

from autograd.drawing.fold.plan import NOWHERE, IntArray, Plan
from autograd.drawing.fold.repeats import LEAST, Repeat, Run, choose
from autograd.drawing.fold.wiring import Wiring, agreeing
from autograd.drawing.model import Edge, Folded

Known = dict[Hashable, int]  # the integer of each thing that was seen


@dataclass(frozen=True)
class Stretch:
    """Repetitions to be drawn once.

    There are `times` of them in region `level` (`NOWHERE` for the whole graph), each of `length` drawn operations, the
    first from operation `start`. `calls` are the calls directly inside the first repetition. If a repetition is one
    call and nothing else, `last` is the last of these calls, otherwise `NOWHERE`.
    """

    level: int
    start: int
    length: int
    times: int
    calls: tuple[int, ...]
    last: int


@dataclass(frozen=True)
class Levels:
    """The items of all levels, one level after the other.

    `symbols`, `begins` (the first operation) and `calls` (the region, `NOWHERE` for an operation) are those of each
    item, and the items of level `l` are those from ``bounds[l + 1]`` up to ``bounds[l + 2]``. `starts` and `stops`
    are the operations of each region.
    """

    symbols: IntArray
    begins: IntArray
    calls: IntArray
    bounds: IntArray
    starts: IntArray
    stops: IntArray


def operation_symbols(plan: Plan, known: Known) -> IntArray:
    """Return an integer for what each operation does: its primitive, options, and the arrays that go in and out."""
    model = plan.model
    arrays = {id(edge.array): edge.array for edge in model.edges}
    arrays |= {id(operation.output): operation.output for operation in model.operations if operation.output is not None}
    array = {key: known.setdefault(each, len(known)) for key, each in arrays.items()}
    slots = [known.setdefault((_argument(edge), array[id(edge.array)]), len(known)) for edge in model.edges]
    order = np.argsort(plan.target, kind="stable")
    inputs = np.array(slots, np.int64)[order].tolist()
    bounds = np.searchsorted(plan.target[order], np.arange(plan.operations + 1)).tolist()
    symbols = []
    for number, each in enumerate(model.operations):
        key: Hashable = each.name  # nobody knows what is inside a folded node
        if not isinstance(each, Folded):
            taken = tuple(inputs[bounds[number] : bounds[number + 1]])
            key = (each.primitive, each.options, each.arguments, array[id(each.output)], taken)
        symbols.append(known.setdefault(key, len(known)))
    return np.array(symbols, np.int64)


def _argument(edge: Edge) -> int | str | None:
    return edge.argument if edge.position is None else edge.position


def read_levels(plan: Plan, wiring: Wiring, symbols: IntArray, apart: Collection[str], known: Known) -> Levels:
    """Return the items of all levels; calls named in `apart` are like each other, but not like others."""
    size, count = len(wiring.operations), len(plan.regions)
    inside = plan.region[wiring.operations]
    starts, stops = _intervals(plan, inside)
    around = np.where(starts < size, np.array(plan.parents, np.int64), count)  # calls without operations are no items
    parents = np.concatenate((inside, around))
    begins = np.concatenate((np.arange(size), starts))
    order = np.lexsort((begins, parents))
    bounds = np.searchsorted(parents[order], np.arange(NOWHERE, count + 1))
    calls = np.concatenate((np.full(size, NOWHERE), np.arange(count)))[order]
    items = np.concatenate((symbols[wiring.operations], np.zeros(count, np.int64)))[order]
    place = np.empty(size + count, np.int64)
    place[order] = np.arange(size + count)
    for region in reversed(range(count)):
        each = plan.regions[region]
        content = tuple(items[bounds[region + 1] : bounds[region + 2]].tolist())
        key = (each.kind, each.detail, each.repeats, each.shares, each.name in apart, content)
        items[place[size + region]] = known.setdefault(key, len(known))
    return Levels(items, begins[order], calls, bounds, starts, stops)


def find_stretches(levels: Levels, wiring: Wiring) -> list[Stretch]:
    """Return what is to be drawn once at each level, in execution order; not what is inside of something found."""
    found = []
    waiting = [NOWHERE]
    while waiting:
        level = waiting.pop()
        items = slice(levels.bounds[level + 1], levels.bounds[level + 2])
        is_seen = np.zeros(items.stop - items.start, bool)
        for repeat in _repeats(levels, wiring, level, items):
            found.append(_stretch(levels, level, items.start, repeat))
            is_seen[repeat.start : repeat.start + repeat.period * repeat.times] = True
        calls = levels.calls[items][~is_seen]
        waiting.extend(calls[calls >= 0].tolist())
    return sorted(found, key=lambda stretch: stretch.start)


def _intervals(plan: Plan, inside: IntArray) -> tuple[IntArray, IntArray]:
    """Return the first operation of each region and the one after its last."""
    starts = np.full(len(plan.regions), len(inside))
    stops = np.zeros(len(plan.regions), np.int64)
    numbers = np.flatnonzero(inside >= 0)
    np.minimum.at(starts, inside[numbers], numbers)
    np.maximum.at(stops, inside[numbers], numbers + 1)
    parents = plan.parents
    for region in reversed(range(len(parents))):
        parent = parents[region]
        if parent >= 0:
            starts[parent] = min(starts[parent], starts[region])
            stops[parent] = max(stops[parent], stops[region])
    return starts, stops


def _repeats(levels: Levels, wiring: Wiring, level: int, items: slice) -> list[Repeat]:
    symbols = levels.symbols[items]
    if len(symbols) - len(set(symbols.tolist())) < LEAST - 1:  # none is there often enough
        return []
    stop = levels.stops[level] if level >= 0 else len(wiring.operations)
    bounds = np.append(levels.begins[items], stop)

    def agreed(run: Run) -> Iterator[Repeat]:
        start = _best_start(run, bounds, wiring.crossing)
        length = int(bounds[start + run.period] - bounds[start])
        count = (run.stop - start) // run.period
        for first, repeated in agreeing(wiring, int(bounds[start]), length, count):
            yield Repeat(start + first * run.period, run.period, repeated)

    return choose(symbols, bounds, agreed)


def _best_start(run: Run, bounds: IntArray, crossing: IntArray) -> int:
    """Return where to begin: where the fewest arrays are carried from one repetition into the next."""
    spare = (run.stop - run.start) % run.period
    starts = np.arange(run.start, run.start + spare + 1)
    return int(starts[np.argmin(crossing[bounds[starts + run.period]])])


def _stretch(levels: Levels, level: int, offset: int, repeat: Repeat) -> Stretch:
    start = offset + repeat.start
    calls = levels.calls[start : start + repeat.period]
    begin = int(levels.begins[start])
    length = int(levels.begins[start + repeat.period]) - begin
    is_call = repeat.period == 1 and calls[0] >= 0
    last = int(levels.calls[start + repeat.times - 1]) if is_call else NOWHERE
    return Stretch(level, begin, length, repeat.times, tuple(calls[calls >= 0].tolist()), last)
