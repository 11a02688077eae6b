"""Which calls of modules the operations of a graph belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograd.drawing.model import Region
from autograd.drawing.naming import Names, describe
from autograd.graph import Node


class Calls:
    """The calls of modules, outer ones first, and which of them each node number belongs to."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        calls: dict[int, list[Any]] = {}
        for node in nodes:
            for region in node.regions:
                call = calls.setdefault(region.first, [region, node.number])
                call[1] = max(call[1], node.number)  # a call with several outputs ends at the last of them
        self._calls = [calls[first] for first in sorted(calls)]
        self.parents: list[int | None] = []
        open_calls: list[int] = []
        for index, (region, _) in enumerate(self._calls):
            while open_calls and self._calls[open_calls[-1]][1] <= region.first:
                open_calls.pop()
            self.parents.append(open_calls[-1] if open_calls else None)
            open_calls.append(index)
        for index in reversed(range(len(self._calls))):
            parent = self.parents[index]
            if parent is not None:
                self._calls[parent][1] = max(self._calls[parent][1], self._calls[index][1])
        self._open: list[int] = []
        self._next = 0

    def at(self, number: int) -> int | None:
        """Return the innermost region of a node; to be asked in the order of their numbers."""
        while self._next < len(self._calls) and self._calls[self._next][0].first < number:
            self._open.append(self._next)
            self._next += 1
        while self._open and self._calls[self._open[-1]][1] < number:
            self._open.pop()
        return self._open[-1] if self._open else None

    def around(self, region: int | None) -> Iterable[int]:
        while region is not None:
            yield region
            region = self.parents[region]

    def owners(self) -> list[Any]:
        """Return the modules that are still alive."""
        return [owner for region, _ in self._calls if (owner := region.owner()) is not None]

    def outermost_models(self) -> list[Any]:
        """Return the modules that were called by nobody else and can name what they hold."""
        owners = [
            region.owner() for (region, _), parent in zip(self._calls, self.parents, strict=True) if parent is None
        ]
        return [owner for owner in owners if hasattr(owner, "named_parameters") and hasattr(owner, "named_modules")]

    def describe(self, names: Names, ordinal: Callable[[str], str]) -> tuple[Region, ...]:
        described = []
        for (region, _), parent in zip(self._calls, self.parents, strict=True):
            owner = region.owner()
            label = None if owner is None else names.modules.get(id(owner))
            described.append(Region(ordinal(region.kind), region.kind, describe(owner), label, parent))
        return tuple(described)
