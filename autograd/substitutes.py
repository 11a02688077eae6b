"""Rules in the place of a primitive's own, for what observes its VJPs: in the nodes it records, and in every sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from autograd.graph import Node, Pullback, Saved
from autograd.primitive import Primitive
from autograd.sites import BEFORE, Site


class SubstituteRule:
    """A primitive as called at one site: `pull` is called in the place of its VJPs, all else is its own."""

    def __init__(
        self,
        primitive: Primitive,
        pullbacks: Iterable[Pullback],
        add_into: Callable[..., None] | None,
        site: Site,
    ) -> None:
        self.primitive = primitive
        self.name = primitive.name
        self.site = site
        self._pullbacks = pullbacks
        self._add_into = add_into

    def __getattr__(self, name: str) -> Any:
        return getattr(self.primitive, name)

    def __repr__(self) -> str:
        return repr(self.primitive)

    @property
    def pullbacks(self) -> Iterator[Pullback]:
        for position, pullback in enumerate(self._pullbacks):
            yield partial(self.pull, position, pullback)

    @property
    def add_into(self) -> Callable[..., None] | None:
        return None if self._add_into is None else partial(self.pull, 0, self._add_into)

    def pull(self, position: int, function: Callable[..., Any], *args: Any) -> Any:
        """Return ``function(*args)``, the VJP of the differentiable argument at `position` or what adds it in place."""
        raise NotImplementedError

    def lift(self, node: Node) -> Saved:
        """Return what the primitive does."""
        return self.primitive.lift(node)


class Substitutes:
    """The rules of one primitive, a rule a site; nodes from before have the primitive's own VJPs, observed too."""

    def __init__(self, primitive: Primitive, make: Callable[..., SubstituteRule]) -> None:
        iter(primitive.pullbacks)  # compiles them
        self._primitive = primitive
        self._make = make
        self._pullbacks, self._add_into = primitive.pullbacks, primitive.add_into
        self._rules: dict[Site, SubstituteRule] = {}
        elsewhere = self.at(BEFORE)
        self._placed = _Pullbacks(elsewhere), elsewhere.add_into
        primitive.pullbacks, primitive.add_into = self._placed

    def at(self, site: Site) -> Any:
        """Return the rule of the nodes recorded at `site`."""
        rule = self._rules.get(site)
        if rule is None:
            rule = self._rules[site] = self._make(self._primitive, self._pullbacks, self._add_into, site)
        return rule

    def leave(self) -> None:
        """Put the primitive's own VJPs back, where they have not been replaced since."""
        primitive = self._primitive
        if primitive.pullbacks is self._placed[0]:
            primitive.pullbacks = self._pullbacks
        if primitive.add_into is self._placed[1]:
            primitive.add_into = self._add_into


class _Pullbacks:
    """The pullbacks of `rule` at every sweep."""

    def __init__(self, rule: SubstituteRule) -> None:
        self._rule = rule

    def __iter__(self) -> Iterator[Pullback]:
        return self._rule.pullbacks
