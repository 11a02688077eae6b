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

from autograd import observe, substitutes
from autograd.graph import Node
from autograd.memory import owner_of
from autograd.plans import Plan
from autograd.primitive import Primitive
from autograd.profiling.costs import Ledger
from autograd.sites import Sites
from autograd.tensor import Tensor

_clock = time.perf_counter_ns
_lock = threading.RLock()


def start(ledger: Ledger) -> None:
    """Count what operations cost in `ledger` too."""
    with _lock:
        _meter.ledgers += (ledger,)
        if len(_meter.ledgers) == 1:
            observe.start(_meter)
            substitutes.start(_meter.pull)


def stop(ledger: Ledger) -> None:
    """Count no longer in `ledger`."""
    with _lock:
        _meter.ledgers = tuple(other for other in _meter.ledgers if other is not ledger)
        if not _meter.ledgers:
            observe.stop(_meter)
            substitutes.stop(_meter.pull)
            _meter.forget()


class Span:
    """A call that is being timed: the nanoseconds of the operations inside it."""

    __slots__ = ("inside",)

    def __init__(self) -> None:
        self.inside = 0


class _Here(threading.local):
    span: Span | None = None  # the innermost call of this thread that is being timed


_here = _Here()


class Meter(observe.Observer):
    """Counts calls, time and bytes of all primitives in the ledgers of the profiles that are running."""

    def __init__(self) -> None:
        self.ledgers: tuple[Ledger, ...] = ()
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
            _here.span = span = Span()
            output = plan(*args, **kwargs)
            spent = _clock() - began - span.inside
        finally:
            _here.span = around
        if isinstance(output, Tensor):  # or NotImplemented: the other operand decides
            site = substitutes.site_of_vjp() or self._sites.of(sys._getframe(1))
            node = output._node
            saved = 0
            if node is not None:
                node.rule = substitutes.rule_at(operation, site)
                saved = _bytes_saved(node)
            made = _bytes_made(output._data, (*args, *kwargs.values()))
            for ledger in self.ledgers:
                cost = ledger.cost((operation.name, site))
                cost.calls += 1
                cost.forward += spent
                cost.made += made
                cost.saved += saved
        if around is not None:
            around.inside += _clock() - began
        return output

    def pull(
        self, rule: substitutes.SubstituteRule, position: int | None, function: Callable[..., Any], *args: Any
    ) -> Any:
        """Return ``function(*args)``, a VJP of the operation of `rule`, and count it."""
        around = _here.span
        began = _clock()
        try:
            _here.span = span = Span()
            result = function(*args)
            spent = _clock() - began - span.inside
        finally:
            _here.span = around
        for ledger in self.ledgers:
            cost = ledger.cost((rule.name, rule.site))
            cost.backward_calls += 1
            cost.backward += spent
        if around is not None:
            around.inside += _clock() - began
        return result


_meter = Meter()


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
