"""Rules in the place of primitives' own, while something looks at VJPs: in the nodes recorded meanwhile, in all sweeps.

However many look, there is one rule a primitive and site, and it asks those who look at that moment. So they may begin
and end in any order, and a node outlives them as one that nobody looks at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

from autograd.graph import Node, Pullback, Saved
from autograd.memory import tick
from autograd.primitive import Primitive, compiled, watchers
from autograd.sites import BEFORE, Site
from autograd.tensor import Tensor

# Called as ``pull(rule, position, function, *args)`` in the place of ``function(*args)``, the VJP of the differentiable
# argument at `position`; with None, of what adds that of the first one into ``args[0]``.
Pull: TypeAlias = Callable[..., Any]

_lock = threading.RLock()
_pulls: tuple[Pull, ...] = ()
_placed: dict[Primitive, _Placed] = {}


def start(pull: Pull) -> None:
    """Call `pull` in the place of every VJP from now on, around those that are called already."""
    global _pulls
    with _lock:
        _pulls += (pull,)
        if len(_pulls) == 1:
            watchers.append(_place)
            for primitive in list(compiled):
                _place(primitive)


def stop(pull: Pull) -> None:
    """Call `pull` no longer; after the last one put the primitives' own VJPs back."""
    global _pulls
    with _lock:
        _pulls = tuple(other for other in _pulls if other != pull)
        if not _pulls:
            watchers.remove(_place)
            for placed in _placed.values():
                placed.leave()
            _placed.clear()


def rule_at(primitive: Primitive, site: Site) -> Any:
    """Return the rule for a node of `primitive` recorded at `site`: that of the primitive, which asks who looks."""
    with _lock:
        if not _pulls:
            return primitive
        if primitive not in _placed:
            _place(primitive)
        return _placed[primitive].at(site)


def site_of_vjp() -> Site | None:
    """Return the site of the operation whose VJP is running, None outside."""
    return _here.site


class _Here(threading.local):
    site: Site | None = None


_here = _Here()


class SubstituteRule:
    """A primitive as called at one site; those who look are called in the place of its VJPs, all else is its own."""

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
    def pullbacks(self) -> Iterable[Pullback]:
        return self.watched(self._pullbacks)

    @property
    def add_into(self) -> Callable[..., None] | None:
        return self._add_into if self._add_into is None or not _pulls else partial(self._pull, None, self._add_into)

    def watched(self, pullbacks: Iterable[Pullback]) -> Iterable[Pullback]:
        """Return `pullbacks`, in the place of the primitive's own, with those who look around them."""
        return self._watched(pullbacks) if _pulls else pullbacks

    def _watched(self, pullbacks: Iterable[Pullback]) -> Iterator[Pullback]:
        for position, pullback in enumerate(pullbacks):
            yield partial(self._pull, position, pullback)

    def _pull(self, position: int | None, function: Callable[..., Any], *args: Any) -> Any:
        around = _here.site
        _here.site = self.site
        try:
            for pull in _pulls:
                function = partial(pull, self, position, function)
            return function(*args)
        finally:
            _here.site = around

    def lift(self, node: Node) -> Saved:
        """Return what the primitive does; the operations that make byproducts are called at this site too."""
        first = tick()
        saved = self.primitive.lift(node)
        for value in saved:
            made = value._node if isinstance(value, Tensor) else None
            if made is not None and made.number > first and isinstance(made.rule, Primitive):
                made.rule = rule_at(made.rule, self.site)
        return saved


class _Placed:
    """The rules of one primitive, a rule a site; nodes from before have the primitive's own VJPs, which ask as well."""

    def __init__(self, primitive: Primitive) -> None:
        iter(primitive.pullbacks)  # compiles them
        self._primitive = primitive
        self._own = primitive.pullbacks, primitive.add_into
        self._rules: dict[Site, SubstituteRule] = {}
        elsewhere = self.at(BEFORE)
        self._substitutes = _Pullbacks(elsewhere), elsewhere.add_into
        primitive.pullbacks, primitive.add_into = self._substitutes

    def at(self, site: Site) -> SubstituteRule:
        """Return the rule of the nodes recorded at `site`."""
        rule = self._rules.get(site)
        if rule is None:
            rule = self._rules[site] = SubstituteRule(self._primitive, *self._own, site)
        return rule

    def leave(self) -> None:
        """Put the primitive's own VJPs back, where they have not been replaced since."""
        primitive = self._primitive
        if primitive.pullbacks is self._substitutes[0]:
            primitive.pullbacks = self._own[0]
        if primitive.add_into is self._substitutes[1]:
            primitive.add_into = self._own[1]


class _Pullbacks:
    """The pullbacks of `rule` at every sweep."""

    def __init__(self, rule: SubstituteRule) -> None:
        self._rule = rule

    def __iter__(self) -> Iterator[Pullback]:
        return iter(self._rule.pullbacks)


def _place(primitive: Primitive) -> None:
    """Look at the VJPs of a primitive that has just been compiled, perhaps anew after a `defvjp`."""
    with _lock:
        if _pulls:
            if primitive in _placed:
                _placed[primitive].leave()
            _placed[primitive] = _Placed(primitive)
