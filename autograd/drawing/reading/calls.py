"""Which calls of modules the operations of a graph belong to."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from autograd.drawing.model import Region
from autograd.drawing.reading.naming import Names, describe
from autograd.graph import Node


@dataclass(slots=True)
class _Call:
    """One call of a module: the nodes with numbers above `first`, up to `last`."""

    owner: weakref.ref[Any]
    kind: str
    first: int
    last: int


class Calls:
    """The calls of modules, outer ones first, and which of them each node number belongs to."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        calls: dict[int, _Call] = {}
        for node in nodes:
            for owner, kind, first in node.regions:
                call = calls.setdefault(first, _Call(owner, kind, first, node.number))
                call.last = max(call.last, node.number)  # a call with several outputs ends at the last of them
        self._calls = [calls[first] for first in sorted(calls)]
        self.parents: list[int | None] = []
        open_calls: list[int] = []
        for index, call in enumerate(self._calls):
            while open_calls and self._calls[open_calls[-1]].last <= call.first:
                open_calls.pop()
            self.parents.append(open_calls[-1] if open_calls else None)
            open_calls.append(index)
        for index in reversed(range(len(self._calls))):
            parent = self.parents[index]
            if parent is not None:
                self._calls[parent].last = max(self._calls[parent].last, self._calls[index].last)
        self._open: list[int] = []
        self._next = 0

    def at(self, number: int) -> int | None:
        """Return the innermost region of a node; to be asked in the order of their numbers."""
        while self._next < len(self._calls) and self._calls[self._next].first < number:
            self._open.append(self._next)
            self._next += 1
        while self._open and self._calls[self._open[-1]].last < number:
            self._open.pop()
        return self._open[-1] if self._open else None

    def around(self, region: int | None) -> Iterable[int]:
        while region is not None:
            yield region
            region = self.parents[region]

    def owners(self) -> list[Any]:
        """Return the modules that are still alive."""
        return [owner for call in self._calls if (owner := call.owner()) is not None]

    def outermost_models(self) -> list[Any]:
        """Return the modules that were called by nobody else and can name what they hold."""
        owners = [call.owner() for call, parent in zip(self._calls, self.parents, strict=True) if parent is None]
        return [owner for owner in owners if hasattr(owner, "named_parameters") and hasattr(owner, "named_modules")]

    def describe(self, names: Names, ordinal: Callable[[str], str]) -> tuple[Region, ...]:
        described = []
        for call, parent in zip(self._calls, self.parents, strict=True):
            owner = call.owner()
            label = None if owner is None else names.modules.get(id(owner))
            types = tuple(each.__name__ for each in type(owner).__mro__[:-1]) if owner is not None else (call.kind,)
            described.append(Region(ordinal(call.kind), call.kind, describe(owner), label, parent, types))
        return tuple(described)
