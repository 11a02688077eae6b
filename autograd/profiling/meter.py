"""The observer that measures: it times operations, and gives the nodes they record a rule whose VJPs are timed.

Time is counted where it is spent: an operation inside a VJP, as in a sweep that records itself, has its own row, and
the VJP's time is without it.
"""

from __future__ import annotations

import functools
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd import observe
from autograd.graph import Node, Pullback, Saved
from autograd.memory import tick
from autograd.plans import Plan
from autograd.primitive import Primitive
from autograd.profiling.costs import Key, Ledger
from autograd.sites import BEFORE, Site, Sites
from autograd.tensor import Tensor

_clock = time.perf_counter_ns
_lock = threading.RLock()


def start(ledger: Ledger) -> None:
    """Count what operations cost in `ledger` too."""
    with _lock:
        _meter.ledgers += (ledger,)
        if len(_meter.ledgers) == 1:
            observe.start(_meter)


def stop(ledger: Ledger) -> None:
    """Count no longer in `ledger`."""
    with _lock:
        _meter.ledgers = tuple(other for other in _meter.ledgers if other is not ledger)
        if not _meter.ledgers:
            observe.stop(_meter)
            _meter.forget()


class Span:
    """A call that is being timed: the nanoseconds of the operations inside it."""

    __slots__ = ("inside", "site")

    def __init__(self, site: Site | None) -> None:
        self.inside = 0
        self.site = site  # of a VJP: that of its operation


class _Here(threading.local):
    span: Span | None = None  # the innermost call of this thread that is being timed


_here = _Here()


class Meter(observe.Observer):
    """Counts calls, time and bytes of all primitives in the ledgers of the profiles that are running."""

    def __init__(self) -> None:
        self.ledgers: tuple[Ledger, ...] = ()
        self._rules: dict[Primitive, Rules] = {}
        self._sites = Sites()

    def forget(self) -> None:
        """Forget the sites."""
        self._sites = Sites()

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not isinstance(operation, Primitive):
            return plan(*args, **kwargs)
        around = _here.span
        began = _clock()
        try:
            _here.span = span = Span(None)
            output = plan(*args, **kwargs)
            spent = _clock() - began - span.inside
        finally:
            _here.span = around
        if isinstance(output, Tensor):  # or NotImplemented: the other operand decides
            site = around.site if around is not None else None
            rule = self.rule(operation, site or self._sites.of(sys._getframe(1)))
            node = output._node
            saved = 0
            if node is not None:
                node.rule = rule
                saved = _bytes_saved(node)
            made = _bytes_made(output._data, (*args, *kwargs.values()))
            for ledger in self.ledgers:
                cost = ledger.cost(rule.key)
                cost.calls += 1
                cost.forward += spent
                cost.made += made
                cost.saved += saved
        if around is not None:
            around.inside += _clock() - began
        return output

    def begin(self, primitive: Primitive) -> None:
        self._rules[primitive] = Rules(primitive)

    def end(self, primitive: Primitive) -> None:
        rules = self._rules.pop(primitive, None)
        if rules is not None:
            rules.leave()

    def rule(self, primitive: Primitive, site: Site) -> Any:
        """Return the rule of nodes recorded at `site`, also of a primitive that was never called."""
        rules = self._rules.get(primitive)
        if rules is not None:
            return rules.at(site)
        iter(primitive.pullbacks)  # compiles them
        return TimedRule(primitive, primitive.pullbacks, primitive.add_into, site)


_meter = Meter()


class TimedRule:
    """A primitive as called at one site: its VJPs are timed, all else is its own."""

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
        self.key: Key = (primitive.name, site)
        self._pullbacks = pullbacks
        self._add_into = add_into

    def __getattr__(self, name: str) -> Any:
        return getattr(self.primitive, name)

    def __repr__(self) -> str:
        return repr(self.primitive)

    @property
    def pullbacks(self) -> Iterator[Pullback]:
        return map(self._timed, self._pullbacks)

    @property
    def add_into(self) -> Callable[..., None] | None:
        return None if self._add_into is None else self._timed(self._add_into)

    def lift(self, node: Node) -> Saved:
        """Return what the primitive does; the operations that make byproducts are called at this site too."""
        first = tick()
        saved = self.primitive.lift(node)
        for value in saved:
            made = value._node if isinstance(value, Tensor) else None
            if made is not None and made.number > first and isinstance(made.rule, Primitive):
                made.rule = _meter.rule(made.rule, self.site)
        return saved

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return functools.partial(self._call, function) if _meter.ledgers else function

    def _call(self, function: Callable[..., Any], *args: Any) -> Any:
        around = _here.span
        began = _clock()
        try:
            _here.span = span = Span(self.site)
            result = function(*args)
            spent = _clock() - began - span.inside
        finally:
            _here.span = around
        for ledger in _meter.ledgers:
            cost = ledger.cost(self.key)
            cost.backward_calls += 1
            cost.backward += spent
        if around is not None:
            around.inside += _clock() - began
        return result


class Rules:
    """The rules of one primitive, a rule a site; nodes from before have the primitive's own VJPs, timed too."""

    def __init__(self, primitive: Primitive) -> None:
        iter(primitive.pullbacks)  # compiles them
        self._primitive = primitive
        self._pullbacks, self._add_into = primitive.pullbacks, primitive.add_into
        self._rules: dict[Site, TimedRule] = {}
        elsewhere = self.at(BEFORE)
        self._substitutes = _Pullbacks(elsewhere), elsewhere.add_into
        primitive.pullbacks, primitive.add_into = self._substitutes

    def at(self, site: Site) -> Any:
        """Return the rule of the nodes recorded at `site`."""
        rule = self._rules.get(site)
        if rule is None:
            rule = self._rules[site] = TimedRule(self._primitive, self._pullbacks, self._add_into, site)
        return rule

    def leave(self) -> None:
        """Put the primitive's own VJPs back, where they have not been replaced since."""
        primitive = self._primitive
        if primitive.pullbacks is self._substitutes[0]:
            primitive.pullbacks = self._pullbacks
        if primitive.add_into is self._substitutes[1]:
            primitive.add_into = self._add_into


class _Pullbacks:
    """The pullbacks of `rule` at every sweep."""

    def __init__(self, rule: TimedRule) -> None:
        self._rule = rule

    def __iter__(self) -> Iterator[Pullback]:
        return self._rule.pullbacks


# ------------------------------------------------------------------------------------------------- bytes


def _bytes_made(output: Any, arguments: Iterable[Any]) -> int:
    """Return the bytes of an output, 0 if it shares memory with an argument."""
    if isinstance(output, np.ndarray):
        memory = _memory(output)
        for value in arguments:
            array = value._data if isinstance(value, Tensor) else value
            if isinstance(array, np.ndarray) and _memory(array) is memory:
                return 0
    return getattr(output, "nbytes", 0)


def _memory(array: np.ndarray) -> np.ndarray:
    """Return the array that owns the memory of `array`."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _bytes_saved(node: Node) -> int:
    """Return the bytes of the arrays that a node saved, each counted once."""
    saved = {}
    for value in node.saved or ():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, np.ndarray | np.generic):
                saved[id(item)] = item.nbytes
    return sum(saved.values())
