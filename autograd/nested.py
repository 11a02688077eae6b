"""Arguments made of arrays: taking nested tuples, lists and dicts apart and putting them together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(tree: Any) -> Iterator[Any]:
    """Yield what nested tuples, lists and dicts hold, in order (dicts in the order of their keys' insertion)."""
    if isinstance(tree, tuple | list):
        for item in tree:
            yield from leaves(item)
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from leaves(item)
    elif tree is not None:
        yield tree


def rebuild(tree: Any, replace: Callable[[Any], Any]) -> Any:
    """Return a tree of the same structure with each leaf passed through `replace`, in order."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):  # a namedtuple
        return type(tree)(*(rebuild(item, replace) for item in tree))
    if isinstance(tree, tuple | list):
        return type(tree)(rebuild(item, replace) for item in tree)
    if isinstance(tree, dict):
        return type(tree)((key, rebuild(item, replace)) for key, item in tree.items())
    return None if tree is None else replace(tree)
