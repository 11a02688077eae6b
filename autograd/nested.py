"""Arguments made of arrays: taking nested tuples, lists and dicts apart and putting them together again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from autograd.errors import ShapeError


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
        rebuilt = copy.copy(tree)  # which a defaultdict's type alone could not make
        rebuilt.update((key, rebuild(item, replace)) for key, item in tree.items())
        return rebuilt
    return None if tree is None else replace(tree)


def leaves_as(model: Any, tree: Any, what: str) -> Iterator[Any]:
    """Yield the leaves of `tree` in the order of those of `model`; dicts are matched by key.

    Raises
    ------
    ShapeError
        If the structures differ; `what` says what `tree` is.
    """
    if isinstance(model, tuple | list):
        if not isinstance(tree, tuple | list) or len(tree) != len(model):
            raise ShapeError(f"{what}: {_described(tree)} where {_described(model)} was expected")
        for part, item in zip(model, tree, strict=True):
            yield from leaves_as(part, item, what)
    elif isinstance(model, dict):
        if not isinstance(tree, dict) or tree.keys() != model.keys():
            raise ShapeError(f"{what}: {_described(tree)} where {_described(model)} was expected")
        for key, part in model.items():
            yield from leaves_as(part, tree[key], what)
    elif isinstance(tree, tuple | list | dict) or (model is None) != (tree is None):
        raise ShapeError(f"{what}: {_described(tree)} where {_described(model)} was expected")
    elif tree is not None:
        yield tree


def _described(tree: Any) -> str:
    if isinstance(tree, tuple | list):
        return f"a {type(tree).__name__} of {len(tree)}"
    if isinstance(tree, dict):
        return f"a {type(tree).__name__} of {list(tree)}"
    return "None" if tree is None else "one array"
