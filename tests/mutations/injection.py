"""Putting a mistake into a VJP of the library, and everything back."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Primitive
from mutations.mistakes import Mutation, Site


class Mutant:
    """A wrong VJP, made of the right one of `primitive` for the differentiable argument at `position`.

    `shapes` are those of argument and output for which it is wrong, `index` which of ``*args``; for others it is right.
    """

    def __init__(self, primitive: Primitive, position: int, index: int | None, shapes: Any, mutation: Mutation) -> None:
        self._primitive = primitive
        self._right = primitive.vjps[position]
        self._asked = primitive.asks[position]
        self._argument = primitive.parameter_names[primitive.differentiable[position]]
        self._index = index
        self._shapes = shapes
        self._mutation = mutation
        self._calls: dict[bytes, tuple[Site, Any]] = {}  # a VJP that remembers does so for each argument
        extra = [name for name in ("y", *primitive.parameter_names) if name not in self._asked]
        self._names = (*self._asked, *extra)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in ("g", *self._names)])

    def __call__(self, g: Any, *saved: Any) -> Any:
        known = dict(zip(self._names, saved, strict=True))
        asked = [known[name] for name in self._asked]
        if self._index is not None and known["index"] != self._index:
            return self._right(g, *asked)
        site = site_of(self._primitive, self._argument, self._index, known, lambda g: self._right(g, *asked))
        if (site.x.shape, site.y.shape) != self._shapes:
            return self._right(g, *asked)
        key = site.x.tobytes() + repr(site.arguments).encode()
        if key not in self._calls:
            self._calls[key] = (site, self._mutation.make(site))
        first, wrong = self._calls[key]
        first.__dict__.update(vars(site))  # it was given the first site
        return wrong(np.asarray(g))


def site_of(primitive: Primitive, argument: str, index: int | None, known: dict[str, Any], right: Any) -> Site:
    """Return the site of a VJP, from all that a VJP can ask for."""
    x = known[argument] if index is None else known[argument][index]
    arguments = {name: known[name] for name in primitive.parameter_names if name != argument or index is not None}
    return Site(right, np.asarray(x), np.asarray(known["y"]), arguments, primitive)


@contextmanager
def injected(primitive: Primitive, position: int, mutant: Mutant) -> Iterator[None]:
    """Have `primitive` use a mutant for the differentiable argument at `position` inside a ``with`` statement."""
    vjps = list(primitive.vjps)
    own = {"byproducts": primitive.byproducts, "add_into": primitive.add_into}
    try:
        wrong: Any = list(vjps)
        wrong[position] = mutant
        primitive.defvjp(*_placed(primitive, wrong), byproducts=primitive.byproducts)
        yield
    finally:
        primitive.defvjp(*_placed(primitive, vjps), **own)


def _placed(primitive: Primitive, vjps: list[Any]) -> list[Any]:
    """Return `vjps` as `defvjp` takes them: None for an argument without a derivative."""
    count = 1 + max([*primitive.differentiable, *primitive.without_derivative])
    placed = [None] * count
    for argument, vjp in zip(primitive.differentiable, vjps, strict=True):
        placed[argument] = vjp
    return placed
