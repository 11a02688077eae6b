"""The smaller model that a plan describes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from autograd.drawing.fold.edges import merge_edges, pooled
from autograd.drawing.fold.inside import Inside
from autograd.drawing.fold.marks import marks_of_repetitions
from autograd.drawing.fold.plan import NOWHERE, IntArray, Plan
from autograd.drawing.model import Folded, GraphModel, Leaf, Operation, Output, Region
from autograd.drawing.notation import count_text


def merge(plan: Plan) -> GraphModel:
    """Return the model of what is drawn, each node at the place of the first that it stands for."""
    return _Merger(plan).model()


class _Merger:
    """One smaller model in the making."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.drawn = plan.drawn()
        self.inside = Inside(plan)
        self.number_of_region = {region.name: number for number, region in enumerate(plan.regions)}
        self.regions, self.place = self._regions()
        self.names = self._names()

    def model(self) -> GraphModel:
        operations: list[Operation | Folded] = []
        leaves: list[Leaf | Folded] = []
        outputs: list[Output] = []
        for number, members in self._members():
            node = self.plan.nodes[number]
            if isinstance(node, Output):
                outputs.append(self._output(node, number, members))
            elif isinstance(node, Folded) or number in self.plan.folded:
                (operations if number < self.plan.operations else leaves).append(self._folded(number, members))
            elif isinstance(node, Operation):
                operations.append(self._operation(node, number, members))
            else:
                leaves.append(self._leaf(node, number, members))
        return replace(
            self.plan.model,
            operations=tuple(operations),
            leaves=tuple(leaves),
            outputs=tuple(outputs),
            edges=merge_edges(self.plan, self.names),
            regions=self.regions,
        )

    def _members(self) -> Iterator[tuple[int, IntArray]]:
        """Yield each node that is drawn with those that it is drawn for."""
        order = np.argsort(self.plan.home, kind="stable")
        bounds = np.searchsorted(self.plan.home[order], np.append(self.drawn, len(order)))
        for index, number in enumerate(self.drawn.tolist()):
            yield number, order[bounds[index] : bounds[index + 1]]

    def _regions(self) -> tuple[tuple[Region, ...], dict[int, int]]:
        """Return the regions around what is drawn or folded, and which of them each region has become."""
        plan = self.plan
        innermost = {int(plan.region[number]) for number in self.drawn.tolist() if number < len(plan.region)}
        innermost |= {self._module(number) for number in self.drawn.tolist()}
        parents = plan.parents
        used: set[int] = set()
        for region in innermost:
            while region >= 0 and region not in used:
                used.add(region)
                region = parents[region]
        place = {region: index for index, region in enumerate(sorted(used))}
        regions = (replace(plan.regions[region], parent=place.get(parents[region])) for region in place)
        return tuple(regions), place

    def _names(self) -> dict[int, str]:
        """Return what the nodes that are drawn are called."""
        names = {number: self.plan.nodes[number].name for number in self.drawn.tolist()}
        taken = set(names.values())
        for number, region in self.plan.folded.items():
            name = self.plan.regions[region].name if region >= 0 else _rest(self.plan, number)
            while name in taken:
                name += "_"
            names[number] = name
            taken.add(name)
        return names

    def _output(self, node: Output, number: int, members: IntArray) -> Output:
        if number not in self.plan.folded:
            return node
        label = f"… {count_text(len(members), 'more output')}"
        return Output(self.names[number], label, None, node.output)

    def _folded(self, number: int, members: IntArray) -> Folded:
        node = self.plan.nodes[number]
        if number in self.plan.folded or not isinstance(node, Folded):
            node = self.inside.folded(number, members)
        module = self.place.get(self._module(number))
        return replace(node, name=self.names[number], region=self._region(number), module=module)

    def _operation(self, node: Operation, number: int, members: IntArray) -> Operation:
        saved = tuple(replace(each, source=self._drawn_as(each.source)) for each in node.saved)
        same = [each for member in members.tolist() if isinstance(each := self.plan.nodes[member], Operation)]
        return replace(
            node,
            region=self._region(number),
            saved=saved,
            value=pooled([each.value for each in same]),
            gradient=pooled([each.gradient for each in same]),
            marks=marks_of_repetitions([each.marks for each in same]),
        )

    def _leaf(self, node: Leaf, number: int, members: IntArray) -> Leaf:
        same = [each for member in members.tolist() if isinstance(each := self.plan.nodes[member], Leaf)]
        return replace(
            node,
            region=self._region(number),
            value=pooled([each.value for each in same]),
            gradient=pooled([each.gradient for each in same]),
            marks=marks_of_repetitions([each.marks for each in same]),
        )

    def _module(self, number: int) -> int:
        """Return the region that a node stands for, `NOWHERE` if it is none."""
        node = self.plan.nodes[number]
        if number in self.plan.folded:
            return self.plan.folded[number]
        if not isinstance(node, Folded) or node.module is None:
            return NOWHERE
        return self.number_of_region[self.plan.model.regions[node.module].name]

    def _region(self, number: int) -> int | None:
        return self.place.get(int(self.plan.region[number]))

    def _drawn_as(self, name: str | None) -> str | None:
        number = None if name is None else self.plan.number.get(name)
        return name if number is None else self.names[int(self.plan.home[number])]


def _rest(plan: Plan, number: int) -> str:
    """Return what to call a node that stands for the middle, for the other leaves or for the other outputs."""
    if number < plan.operations:
        return "middle"
    return "arrays" if number < len(plan.region) else "outputs"
