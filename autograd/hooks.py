"""Hooks: what a user has called with the gradient of a Tensor when a sweep has it complete."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DTypeError, ShapeError

Hook = Callable[[Any], Any]

hooked: weakref.WeakSet[Any] = weakref.WeakSet()  # the nodes that have hooks


class RemovableHandle:
    """What `Tensor.register_hook` returns: removes the hook, also at the end of a ``with`` statement."""

    def __init__(self, node: Any, key: object) -> None:
        self._node = weakref.ref(node)
        self._key = key

    def remove(self) -> None:
        """Call the hook no longer."""
        node = self._node()
        if node is not None and node in hooked:
            node.hooks.pop(self._key, None)
            if not node.hooks:
                hooked.discard(node)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def register(node: Any, hook: Hook) -> RemovableHandle:
    """Have `hook` called with the cotangent of `node`, after those registered before."""
    if node not in hooked:
        node.hooks = {}
        hooked.add(node)
    key = object()
    node.hooks[key] = hook
    return RemovableHandle(node, key)


def apply(node: Any, g: Any) -> Any:
    """Return the cotangent of `node` that its hooks make of `g`; of rows of cotangents, they see each row."""
    if len(np.shape(g)) > len(node.shape):
        return np.stack([apply(node, row) for row in g])
    for hook in list(node.hooks.values()):
        given = _protected(g)
        result = hook(given)
        if result is not None and result is not given:
            g = _checked(result, node)
    return g


def _protected(g: Any) -> Any:
    """Return `g` such that a hook cannot write to it: its memory may be that of other cotangents."""
    if not isinstance(g, np.ndarray):
        return g
    view = g.view()
    view.flags.writeable = False
    return view


def _checked(result: Any, node: Any) -> Any:
    result = result if hasattr(result, "dtype") else np.asarray(result)
    if result.shape != node.shape:
        raise ShapeError(
            f"hook: returned shape {result.shape} for a gradient of shape {node.shape}; return its shape or None"
        )
    if not np.can_cast(result.dtype, node.dtype, "same_kind"):
        raise DTypeError(f"hook: returned {result.dtype} for a gradient of {node.dtype}; return that dtype or None")
    return result.astype(node.dtype, copy=False) if isinstance(result, np.ndarray) else result.astype(node.dtype)
