"""Regions of the graph: which operations one call of a module recorded.

Numbers of nodes grow, so a call owns the nodes numbered between its beginning and its output. That is noted on the
output's node alone; recording an operation costs nothing more.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from autograd import memory, nested
from autograd.tensor import Tensor

# One call of a module: a weak reference to the module, the name of its type for when it is gone, and a number: younger
# nodes, up to the one that carries this note, are the call's.
Region: TypeAlias = "tuple[weakref.ref[Any], str, int]"


def in_region(
    owner: Any, function: Callable[..., Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] = MappingProxyType({})
) -> Any:
    """Call ``function(*args, **kwargs)`` and note that `owner` (a module) recorded what it computed.

    `draw` groups these operations. The graph keeps no reference that would keep the owner alive.
    """
    first = memory.tick()
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
        node.regions += ((weakref.ref(owner), type(owner).__name__, first),)
