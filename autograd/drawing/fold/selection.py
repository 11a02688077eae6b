"""What `collapse` asks for: which calls of modules are to be single nodes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from fnmatch import fnmatchcase
from typing import TypeAlias

from autograd.drawing.model import GraphModel, Region
from autograd.errors import GraphError

Collapse: TypeAlias = "str | int | type | Collection[str | type] | Callable[[Region], bool] | None"
_WAYS = 'None, "auto", "repeats", a depth, names or classes of modules, or a function of a region'
_SHOWN = 8  # names in an error message


def select(model: GraphModel, collapse: Collapse) -> frozenset[str]:
    """Return the names of the regions of `model` that `collapse` means."""
    if isinstance(collapse, int) and not isinstance(collapse, bool):
        return _at_depth(model, collapse)
    asked = (collapse,) if isinstance(collapse, str | type) else collapse
    if isinstance(asked, tuple | list | set | frozenset) and all(isinstance(each, str | type) for each in asked):
        return frozenset(name for each in asked for name in _matching(model, each))
    if callable(collapse):
        return frozenset(region.name for region in model.regions if collapse(region))
    raise GraphError(f"draw: collapse is {collapse!r}; give {_WAYS}")


def _at_depth(model: GraphModel, depth: int) -> frozenset[str]:
    if depth < 0:
        raise GraphError(
            f"draw: collapse is {depth}; a depth counts from 0, where the outermost calls are single nodes"
        )
    depths: list[int] = []
    for region in model.regions:
        depths.append(0 if region.parent is None else depths[region.parent] + 1)
    return frozenset(region.name for region, found in zip(model.regions, depths, strict=True) if found == depth)


def _matching(model: GraphModel, asked: str | type) -> list[str]:
    if isinstance(asked, type):
        found = [region.name for region in model.regions if asked.__name__ in region.types]
    else:
        found = [region.name for region in model.regions if any(fnmatchcase(n, asked) for n in _names(region))]
    if not found:
        raise GraphError(_no_match(model, asked.__name__ if isinstance(asked, type) else asked))
    return found


def _names(region: Region) -> list[str]:
    return [region.kind] if region.label is None else [region.label, region.kind]


def _no_match(model: GraphModel, asked: str) -> str:
    known = dict.fromkeys(name for region in model.regions for name in _names(region) if name)
    known |= dict.fromkeys(name for region in model.regions for name in region.types)
    if not known:
        return f"draw: collapse={asked!r}, but the graph has no calls of modules; leave collapse out"
    near = difflib.get_close_matches(asked, known, _SHOWN, 0.4) or list(known)[:_SHOWN]
    return (
        f"draw: collapse={asked!r} matches no call of a module in the graph; there are {', '.join(map(repr, near))}"
        f"{' and more' if len(known) > len(near) else ''}"
    )
