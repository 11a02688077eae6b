"""Drawing many nodes as a single one: calls of modules, the middle of a long stretch, leaves and outputs."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from autograd.drawing.fold.plan import NOWHERE, IntArray, Plan


def collapse_calls(plan: Plan, regions: Collection[int]) -> None:
    """Draw each of `regions` as one node, with the leaves inside that nothing else uses."""
    around = _outermost(plan, regions)
    operations = plan.drawn_operations()
    groups = around[plan.region[operations]]
    found, index = np.unique(groups, return_index=True)
    first = np.full(len(plan.regions) + 1, NOWHERE)  # the last entry is that of NOWHERE
    first[found] = operations[index]
    first[NOWHERE] = NOWHERE
    moved = np.arange(len(plan.nodes))
    moved[operations] = np.where(groups >= 0, first[groups], operations)
    leaves = plan.drawn_leaves()
    groups = around[plan.region[leaves]]
    is_alone = (groups >= 0) & (_only_consumers(plan, moved)[leaves] == first[groups])
    moved[leaves[is_alone]] = first[groups[is_alone]]
    parents = np.array([*plan.parents, NOWHERE], np.int64)
    is_shared = (groups >= 0) & ~is_alone
    plan.region[leaves[is_shared]] = parents[groups[is_shared]]
    plan.move(moved)
    for region in found[found >= 0].tolist():
        plan.folded[int(first[region])] = region
        plan.region[first[region]] = parents[region]


def elide_middle(plan: Plan, ends: int) -> None:
    """Draw all but the first and last operations as one node, with the leaves that only they use."""
    middle = plan.drawn_operations()[ends:-ends]
    moved = np.arange(len(plan.nodes))
    moved[middle] = middle[0]
    leaves = plan.drawn_leaves()
    moved[leaves[_only_consumers(plan, moved)[leaves] == middle[0]]] = middle[0]
    region = _common_region(plan, np.unique(plan.region[middle]).tolist())
    plan.move(moved)
    plan.folded[int(middle[0])] = NOWHERE
    plan.region[middle[0]] = region


def join_rest(plan: Plan, nodes: IntArray) -> None:
    """Draw `nodes`, which are leaves or outputs, as one."""
    moved = np.arange(len(plan.nodes))
    moved[nodes] = nodes[0]
    plan.move(moved)
    plan.folded[int(nodes[0])] = NOWHERE
    if nodes[0] < len(plan.region):
        plan.region[nodes[0]] = NOWHERE


def _outermost(plan: Plan, regions: Collection[int]) -> IntArray:
    """Return, for each region, the outermost of `regions` around it, and at last `NOWHERE` for no region."""
    around = [NOWHERE] * (len(plan.regions) + 1)
    for region, parent in enumerate(plan.parents):
        outside = around[parent]
        around[region] = region if outside < 0 and region in regions else outside
    return np.array(around, np.int64)


def _only_consumers(plan: Plan, moved: IntArray) -> IntArray:
    """Return the one node that uses each node, as they are drawn after the move, or `NOWHERE` if it is not one."""
    source, target = plan.home[plan.source], moved[plan.home[plan.target]]
    least = np.full(len(plan.nodes), len(plan.nodes))
    most = np.full(len(plan.nodes), NOWHERE)
    np.minimum.at(least, source, target)
    np.maximum.at(most, source, target)
    return np.where(least == most, most, NOWHERE)


def _common_region(plan: Plan, regions: list[int]) -> int:
    """Return the innermost region that all of `regions` are in."""
    parents = plan.parents
    common = regions[0]
    while common >= 0:
        inside = [False] * (len(parents) + 1)
        for region, parent in enumerate(parents):
            inside[region] = region == common or inside[parent]
        if all(inside[region] for region in regions):
            break
        common = parents[common]
    return common
