"""The observer that measures: it times operations, and gives the nodes they record a rule whose VJPs are timed.

Time is counted where it is spent: an operation inside a VJP, as in a sweep that records itself, has its own row, and
the VJP's time is without it.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import observe
from autograd.graph import Node, Saved
from autograd.memory import owner_of, tick
from autograd.plans import Plan
from autograd.primitive import Primitive
from autograd.profiling.costs import Ledger
from autograd.sites import Site, Sites
from autograd.substitutes import SubstituteRule, Substitutes
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
        self._rules: dict[Primitive, Substitutes] = {}
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
                cost = ledger.cost((rule.name, rule.site))
                cost.calls += 1
                cost.forward += spent
                cost.made += made
                cost.saved += saved
        if around is not None:
            around.inside += _clock() - began
        return output

    def begin(self, primitive: Primitive) -> None:
        self._rules[primitive] = Substitutes(primitive, TimedRule)

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


class TimedRule(SubstituteRule):
    """A primitive as called at one site: its VJPs are timed, all else is its own."""

    def lift(self, node: Node) -> Saved:
        """Return what the primitive does; the operations that make byproducts are called at this site too."""
        first = tick()
        saved = self.primitive.lift(node)
        for value in saved:
            made = value._node if isinstance(value, Tensor) else None
            if made is not None and made.number > first and isinstance(made.rule, Primitive):
                made.rule = _meter.rule(made.rule, self.site)
        return saved

    def pull(self, position: int, function: Callable[..., Any], *args: Any) -> Any:
        if not _meter.ledgers:
            return function(*args)
        around = _here.span
        began = _clock()
        try:
            _here.span = span = Span(self.site)
            result = function(*args)
            spent = _clock() - began - span.inside
        finally:
            _here.span = around
        for ledger in _meter.ledgers:
            cost = ledger.cost((self.name, self.site))
            cost.backward_calls += 1
            cost.backward += spent
        if around is not None:
            around.inside += _clock() - began
        return result


# ------------------------------------------------------------------------------------------------- bytes


def _bytes_made(output: Any, arguments: Iterable[Any]) -> int:
    """Return the bytes of an output, 0 if it shares memory with an argument."""
    if isinstance(output, np.ndarray):
        memory = owner_of(output)
        for value in arguments:
            array = value._data if isinstance(value, Tensor) else value
            if isinstance(array, np.ndarray) and owner_of(array) is memory:
                return 0
    return getattr(output, "nbytes", 0)


def _bytes_saved(node: Node) -> int:
    """Return the bytes of the arrays that a node saved, each counted once."""
    saved = {}
    for value in node.saved or ():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, np.ndarray | np.generic):
                saved[id(item)] = item.nbytes
    return sum(saved.values())
