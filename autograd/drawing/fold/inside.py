"""What is inside a node that stands for many: how much it computes, holds and hands on.

A folded node in a region that repeats is described as it is in the first repetition; its own repetitions all count.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from autograd.drawing.fold.edges import pooled
from autograd.drawing.fold.marks import marks_of_folded
from autograd.drawing.fold.plan import IntArray, Plan
from autograd.drawing.model import Array, Folded, Leaf, Operation, Region, Statistics
from autograd.drawing.notation import count_text


class Inside:
    """Looks into the folded nodes of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        given = plan.model.regions
        self._given = {region.name: number for number, region in enumerate(given)}
        self._times = _products(given, [region.repeats for region in given])
        self._own = _products(given, [region.repeats if region.shares == "own" else 1 for region in given])
        self._position = np.arange(len(plan.nodes))  # a leaf is where it is used first
        self._position[plan.operations : len(plan.region)] = len(plan.nodes)
        np.minimum.at(self._position, plan.source, plan.target)
        self._position[: plan.operations] = np.arange(plan.operations)

    def folded(self, number: int, members: IntArray) -> Folded:
        """Return node `number`, drawn for `members`; its name and regions remain to be said."""
        module = self.plan.folded[number]
        place = next((self._given[name] for name in self._around(number) if name in self._given), len(self._given))
        operations = leaves = saved = parameters = 0
        for node in self._once(number, members):
            region = len(self._given) if node.region is None else node.region
            times, own = self._times[region] // self._times[place], self._own[region] // self._own[place]
            if isinstance(node, Operation):
                operations += times
                saved += times * node.saved_bytes
            elif isinstance(node, Leaf):
                leaves += own
                parameters += own * math.prod(node.output.shape) if node.kind == "parameter" else 0
            else:
                operations += times * node.operations
                saved += times * node.saved_bytes
                leaves += own * node.leaves
                parameters += own * node.parameters
        content = count_text(operations, "operation") if operations else count_text(leaves, "array")
        label = self.plan.regions[module].title if module >= 0 else f"… {content} …"
        output, gradient = self._handed_on(number)
        marks = marks_of_folded((node.name, node.marks) for node in self._nodes(members))
        return Folded("", label, operations, leaves, None, None, output, saved, parameters, gradient, marks)

    def _around(self, number: int) -> Iterator[str]:
        """Yield the names of the regions around node `number`, innermost first."""
        return (self.plan.regions[region].name for region in self.plan.around(int(self.plan.region[number])))

    def _once(self, number: int, members: IntArray) -> Iterator[Operation | Leaf | Folded]:
        """Yield those of `members` that are in the first repetition of the nearest region around that repeats."""
        repeats = (self.plan.first[name] for name in self._around(number) if name in self.plan.first)
        begin, end = next(repeats, (0, len(self.plan.nodes)))
        position = self._position[members]
        return self._nodes(members[(begin <= position) & (position < end)])

    def _nodes(self, numbers: IntArray) -> Iterator[Operation | Leaf | Folded]:
        operations, leaves = self.plan.model.operations, self.plan.model.leaves
        for number in numbers.tolist():
            yield operations[number] if number < len(operations) else leaves[number - len(operations)]

    def _handed_on(self, number: int) -> tuple[Array | None, Statistics | None]:
        """Return the array that node `number` hands on and its gradient, None if there are several."""
        plan = self.plan
        leaves = (plan.home[plan.source] == number) & (plan.home[plan.target] != number)
        sources = np.unique(plan.source[leaves])
        if len(np.unique(plan.alike[sources])) != 1:
            return None, None
        made = tuple(self._nodes(sources))
        gradients = [node.gradient for node in made]
        return made[0].output, pooled(gradients)


def _products(regions: Sequence[Region], factors: Sequence[int]) -> list[int]:
    """Return the product of the factors of each region and all around it, and at last 1 for no region."""
    products: list[int] = []
    for region, factor in zip(regions, factors, strict=True):
        products.append(factor if region.parent is None else factor * products[region.parent])
    return [*products, 1]
