"""What each node of a model is to be drawn as: the one thing that the steps of folding change, in integers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from autograd.drawing.model import GraphModel

IntArray: TypeAlias = "npt.NDArray[np.int64]"
NOWHERE = -1  # for integers: no region, no operation


class Plan:
    """What each node, edge and region of a model is drawn as. At first each is drawn as itself.

    Nodes are numbered: operations in execution order, then leaves, then outputs. What is drawn once for many stands at
    the place of the first of them, so a step that joins an interval of the drawn operations makes no cycle.

    Attributes
    ----------
    source, target : IntArray
        The nodes that each edge joins.
    home : IntArray
        The node that each node is drawn as.
    alike : IntArray
        The node of a first repetition that does the same as each node.
    slot : IntArray
        The edge of a first repetition that does the same as each edge.
    is_hidden : array of bool
        The edges from one repetition to another, which are not drawn.
    region : IntArray
        The innermost region of each operation and leaf.
    regions : list of Region
        Outer ones first.
    folded : dict of int to int
        The region (or `NOWHERE`, for a stretch of the graph) that a node stands for as a whole.
    first : dict of str to (int, int)
        By the name of a region that repeats: where its first repetition begins and ends.
    """

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        self.nodes = (*model.operations, *model.leaves, *model.outputs)
        self.operations = len(model.operations)
        self.number = {node.name: number for number, node in enumerate(self.nodes)}
        edges = len(model.edges)
        self.source = np.fromiter((self.number[edge.source] for edge in model.edges), np.int64, edges)
        self.target = np.fromiter((self.number[edge.target] for edge in model.edges), np.int64, edges)
        self.home: IntArray = np.arange(len(self.nodes))
        self.alike = self.home
        self.slot: IntArray = np.arange(edges)
        self.is_hidden = np.zeros(edges, bool)
        inside = (*model.operations, *model.leaves)
        self.region = np.fromiter((_index(node.region) for node in inside), np.int64, len(inside))
        self.regions = list(model.regions)
        self.folded: dict[int, int] = {}
        self.first: dict[str, tuple[int, int]] = {}

    def drawn(self) -> IntArray:
        """Return the numbers of the nodes that are drawn."""
        return np.flatnonzero(self.home == np.arange(len(self.home)))

    def drawn_operations(self) -> IntArray:
        """Return the numbers of the operations that are drawn, in execution order."""
        return np.flatnonzero(self.home[: self.operations] == np.arange(self.operations))

    def drawn_leaves(self) -> IntArray:
        """Return the numbers of the leaves that are drawn."""
        numbers = np.arange(self.operations, len(self.region))
        return numbers[self.home[numbers] == numbers]

    @property
    def size(self) -> int:
        """How many nodes are drawn."""
        return len(self.drawn())

    @property
    def parents(self) -> list[int]:
        """The region around each region."""
        return [_index(region.parent) for region in self.regions]

    def around(self, region: int) -> Iterator[int]:
        """Yield `region` and those around it, innermost first."""
        while region >= 0:
            yield region
            region = _index(self.regions[region].parent)

    def move(self, moved: IntArray) -> None:
        """Draw each node that is drawn as `n` now as ``moved[n]``."""
        self.home = moved[self.home]
        self.folded = {number: region for number, region in self.folded.items() if moved[number] == number}


def _index(region: int | None) -> int:
    return NOWHERE if region is None else region
