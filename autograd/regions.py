"""Regions of the graph: which operations one call of a module recorded.

Numbers of nodes grow, so a call owns the nodes numbered between its beginning and its output. That is noted on the
output's node alone; recording an operation costs nothing more.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd import graph, nested
from autograd.tensor import Tensor


class Region(NamedTuple):
    """One call of a module: the nodes from number `first` to the node that carries this note."""

    owner: weakref.ref[Any]
    kind: str  # the type's name, for when the owner is gone
    first: int


def in_region(owner: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call ``function(*args, **kwargs)`` and note that `owner` (a module) recorded what it computed.

    `draw` groups these operations. The graph keeps no reference that would keep the owner alive.
    """
    first = graph.tick()
    output = function(*args, **kwargs)
    if isinstance(output, Tensor):
        _mark(output, owner, first)
    else:
        for tensor in nested.leaves(output):
            if isinstance(tensor, Tensor):
                _mark(tensor, owner, first)
    return output


def _mark(output: Tensor, owner: Any, first: int) -> None:
    node = output._node
    if node is not None and node.number > first:
        # A named tuple's own constructor would take longer than all the rest.
        region = tuple.__new__(Region, (weakref.ref(owner), type(owner).__name__, first))
        node.regions = (*node.regions, region)
