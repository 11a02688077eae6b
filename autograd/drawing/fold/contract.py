"""Drawing repetitions once: every node, edge and region of the others is drawn as that of the first."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from autograd.drawing.fold.blocks import Known, Levels, Stretch, find_stretches, operation_symbols, read_levels
from autograd.drawing.fold.plan import NOWHERE, IntArray, Plan
from autograd.drawing.fold.wiring import Wiring, shares, wire
from autograd.drawing.model import Leaf, Region

REPEATED = "repeated"  # the kind of a region that is no call of a module


def contract_repeats(plan: Plan, apart: Collection[str] = ()) -> None:
    """Draw repetitions once, then what repeats among what is left, until nothing does.

    Calls named in `apart` are to be drawn in another way than others that do the same.
    """
    known: Known = {}
    symbols = operation_symbols(plan, known)
    while True:
        wiring = wire(plan)
        levels = read_levels(plan, wiring, symbols, apart, known)
        stretches = find_stretches(levels, wiring)
        if not stretches:
            return
        leaves = _contract(plan, wiring, stretches)
        _name_regions(plan, wiring, levels, stretches, leaves)


def _contract(plan: Plan, wiring: Wiring, stretches: Sequence[Stretch]) -> dict[int, int]:
    """Draw the operations, edges and leaves of `stretches` as those of their first repetitions.

    Returns the stretch that each leaf belongs into, see `_join_leaves`.
    """
    moved = np.arange(len(plan.nodes))
    moved_edges = np.arange(len(plan.slot))
    stretch_of = np.full(len(plan.nodes), NOWHERE)
    repetition = np.zeros(len(plan.nodes), np.int64)
    for number, stretch in enumerate(stretches):
        stop = stretch.start + stretch.length * stretch.times
        operations = wiring.operations[stretch.start : stop].reshape(stretch.times, stretch.length)
        edges = wiring.edges[wiring.first[stretch.start] : wiring.first[stop]]
        edges = edges.reshape(stretch.times, len(edges) // stretch.times)
        moved[operations[1:]] = operations[0]
        moved_edges[edges[1:]] = edges[0]
        stretch_of[operations] = number
        repetition[operations] = np.arange(stretch.times)[:, None]
    source, target = plan.home[plan.source], plan.home[plan.target]
    is_inside = (stretch_of[source] >= 0) & (stretch_of[source] == stretch_of[target])
    plan.is_hidden |= is_inside & (repetition[source] != repetition[target])
    plan.slot = moved_edges[plan.slot]
    leaves = _join_leaves(plan, moved, stretch_of)
    plan.move(moved)
    plan.alike = plan.home
    return leaves


def _join_leaves(plan: Plan, moved: IntArray, stretch_of: IntArray) -> dict[int, int]:
    """Let leaves that are used in the same way, by different repetitions, be drawn as the first of them.

    Returns the stretch that each leaf belongs into: a parameter that nothing else uses, or a leaf of each repetition.
    """
    around = stretch_of[plan.home[plan.target]][plan.slot]
    leaf = plan.home[plan.source]
    touched = np.unique(leaf[(leaf >= plan.operations) & (around >= 0)])
    is_touched = np.zeros(len(plan.nodes), bool)
    is_touched[touched] = True
    uses = np.flatnonzero(is_touched[leaf])
    edges = len(plan.slot)
    ways = np.unique(leaf[uses] * edges + plan.slot[uses])
    bounds = np.searchsorted(ways // edges, np.append(touched, len(plan.nodes))).tolist()
    ways %= edges
    first: dict[bytes, int] = {}
    inside: dict[int, int] = {}
    for index, number in enumerate(touched.tolist()):
        used = ways[bounds[index] : bounds[index + 1]]
        moved[number] = representative = first.setdefault(used.tobytes(), number)
        stretches = set(around[used].tolist())
        if len(stretches) == 1 and (number != representative or _is_parameter(plan, number)):
            inside[representative] = stretches.pop()
    return {number: stretch for number, stretch in inside.items() if stretch >= 0}


def _is_parameter(plan: Plan, number: int) -> bool:
    leaf = plan.nodes[number]
    return isinstance(leaf, Leaf) and leaf.kind == "parameter"


def _name_regions(
    plan: Plan, wiring: Wiring, levels: Levels, stretches: Sequence[Stretch], leaves: Mapping[int, int]
) -> None:
    """Say of regions that they repeat, make regions around what is no single call, and drop those not drawn."""
    regions = list(plan.regions)
    starts, stops = levels.starts.tolist(), levels.stops.tolist()
    taken = {region.name for region in regions} | plan.number.keys()
    names = (name for number in itertools.count(1) if (name := f"{REPEATED}_{number}") not in taken)
    ends = np.append(wiring.operations, plan.operations)
    region_of: dict[int, int] = {}
    for index, stretch in enumerate(stretches):
        common = shares(wiring, stretch.start, stretch.length)
        stop = stretch.start + stretch.length
        if stretch.last >= 0 and regions[stretch.calls[0]].repeats == 1:
            number = stretch.calls[0]
            last = regions[stretch.last].label
            regions[number] = replace(regions[number], repeats=stretch.times, last_label=last, shares=common)
        else:
            number = region_of[index] = len(regions)
            level = None if stretch.level < 0 else stretch.level
            regions.append(Region(next(names), REPEATED, "", None, level, repeats=stretch.times, shares=common))
            starts.append(stretch.start)
            stops.append(stop)
            for call in stretch.calls:
                regions[call] = replace(regions[call], parent=number)
            inside = wiring.operations[stretch.start : stop]
            plan.region[inside[plan.region[inside] == stretch.level]] = number
        plan.first[regions[number].name] = int(ends[stretch.start]), int(ends[stop])
    for leaf, index in leaves.items():
        if index in region_of and plan.region[leaf] == stretches[index].level:
            plan.region[leaf] = region_of[index]
    is_drawn = np.append(plan.home[wiring.operations] == wiring.operations, True)
    kept = [number for number in range(len(regions)) if is_drawn[starts[number]]]
    kept.sort(key=lambda number: (starts[number], -stops[number], number < len(plan.regions), number))
    _renumber(plan, regions, kept)


def _renumber(plan: Plan, regions: Sequence[Region], kept: Sequence[int]) -> None:
    """Let `kept` be the regions of `plan`; what was in another one is in the nearest around it that is kept."""
    place = np.full(len(regions) + 1, NOWHERE)  # the last entry is that of NOWHERE
    place[list(kept)] = np.arange(len(kept))
    for leaf in plan.drawn_leaves().tolist():
        while plan.region[leaf] >= 0 and place[plan.region[leaf]] < 0:
            parent = regions[plan.region[leaf]].parent
            plan.region[leaf] = NOWHERE if parent is None else parent
    plan.region = place[plan.region]
    plan.regions = []
    for number in kept:
        parent = regions[number].parent
        plan.regions.append(replace(regions[number], parent=None if parent is None else int(place[parent])))
