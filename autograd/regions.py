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
    for tensor in (output,) if isinstance(output, Tensor) else nested.leaves(output):
        if isinstance(tensor, Tensor):
            node = tensor._node
            if node is not None and node.number > first:
                # A named tuple's own constructor would take longer than all the rest.
                node.regions += (tuple.__new__(Region, (weakref.ref(owner), type(owner).__name__, first)),)
    return output
