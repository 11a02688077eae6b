"""Observers: what is called in the place of operations, or of their VJPs, to time, count or look at them.

While something observes, every compiled primitive, and every function without derivative, has a stand-in wherever its
plan was called: in `Primitive.apply`, as NumPy's function on Tensors, as operators of Tensor. When the last observer
stops, everything is put back. So there is no flag to test in a plan or a sweep, and a program that observes nothing
pays nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from autograd.graph import Pullback, Saved
from autograd.plans import Plan
from autograd.primitive import Primitive, compiled, undifferentiated, watchers
from autograd.tensor import Tensor, operators_of, overload, overloads


class Observer:
    """What observes operations; a subclass overrides what it needs."""

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what an operation on Tensors returns, ``plan(*args, **kwargs)``.

        `operation` is a primitive, or a function of NumPy without derivative.
        """
        return plan(*args, **kwargs)


class WatchedRule:
    """What a visit of the sweep returns to look at each contribution of a node: its primitive, with other pullbacks.

    ``pull(position, pullback, g, saved)`` is called for each and returns what ``pullback(g, saved)`` would. Nothing is
    added in place, so that every contribution is an array by itself.
    """

    __slots__ = ("_pull", "_pullbacks", "is_elementwise", "name", "saves")

    add_into = None

    def __init__(self, rule: Any, pull: Callable[[int, Pullback, Any, Saved], Any]) -> None:
        self.name, self.is_elementwise, self.saves = rule.name, rule.is_elementwise, rule.saves
        self._pullbacks = rule.pullbacks
        self._pull = pull

    @property
    def pullbacks(self) -> Iterator[Pullback]:
        for position, pullback in enumerate(self._pullbacks):
            yield partial(self._pull, position, pullback)


_lock = threading.RLock()
_observers: tuple[Observer, ...] = ()
_stand_ins: dict[Primitive | Plan, _StandIn] = {}


def start(observer: Observer) -> None:
    """Have `observer` called from now on, by all threads."""
    global _observers
    with _lock:
        _observers += (observer,)
        if len(_observers) == 1:
            watchers.append(_stand_in_for)
            for function in undifferentiated:
                _stand_ins[function] = _FunctionStandIn(function)
            for primitive in list(compiled):
                _stand_in_for(primitive)


def stop(observer: Observer) -> None:
    """Have `observer` called no longer; after the last one put everything back."""
    global _observers
    with _lock:
        _observers = tuple(other for other in _observers if other is not observer)
        if not _observers:
            watchers.remove(_stand_in_for)
            for stand_in in _stand_ins.values():
                stand_in.leave()
            _stand_ins.clear()


@contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Have `observer` called inside a ``with`` statement."""
    start(observer)
    try:
        yield
    finally:
        stop(observer)


def _stand_in_for(primitive: Primitive) -> None:
    """Observe a primitive whose plan has just been compiled, perhaps anew after a `defvjp`."""
    with _lock:
        if _observers:
            earlier = _stand_ins.pop(primitive, None)
            if earlier is not None:
                earlier.leave()
            _stand_ins[primitive] = _PrimitiveStandIn(primitive)


class _StandIn:
    """What is called instead of one operation, and how to put that back."""

    def leave(self) -> None:
        """Put back what was called before, where it has not been replaced since."""
        raise NotImplementedError


class _PrimitiveStandIn(_StandIn):
    def __init__(self, primitive: Primitive) -> None:
        self._primitive = primitive
        self._plan = primitive.apply
        self._stand_in = _stand_in(primitive, self._plan)
        self._operators = _operators(primitive.computes)
        primitive.substitute(self._stand_in)
        self._substitutes = _operators(primitive.computes)

    def leave(self) -> None:
        primitive = self._primitive
        if primitive.apply is self._stand_in:
            own = _own(self._operators, self._substitutes)
            primitive.substitute(self._plan)
            _put_back(own)


class _FunctionStandIn(_StandIn):
    def __init__(self, function: Plan) -> None:
        self._function = function
        self._plan = overloads[function]
        self._stand_in = _stand_in(function, self._plan)
        self._operators = _operators([function])
        overload(function, self._stand_in)
        self._substitutes = _operators([function])

    def leave(self) -> None:
        if overloads[self._function] is self._stand_in:
            own = _own(self._operators, self._substitutes)
            overload(self._function, self._plan)
            _put_back(own)


def _operators(functions: Iterable[Plan]) -> dict[str, Any]:
    """Return the methods of Tensor that are operators computed by `functions`, by name."""
    methods = vars(Tensor)
    return {name: methods[name] for function in functions for name in operators_of(function)}


def _own(before: dict[str, Any], substitutes: dict[str, Any]) -> dict[str, Any]:
    """Return the methods of `before` whose substitutes are still in their places."""
    methods = vars(Tensor)
    return {name: method for name, method in before.items() if methods[name] is substitutes[name]}


def _put_back(methods: dict[str, Any]) -> None:
    for name, method in methods.items():
        setattr(Tensor, name, method)


def _stand_in(operation: Primitive | Plan, plan: Plan) -> Plan:
    def apply(*args: Any, **kwargs: Any) -> Any:
        observers = _observers
        if observers and _is_on_tensors(args, kwargs):
            compute = plan
            for observer in observers[:-1]:
                compute = partial(_call, observer, operation, compute)
            return observers[-1].call(operation, compute, args, kwargs)
        return plan(*args, **kwargs)

    return apply


def _call(observer: Observer, operation: Primitive | Plan, plan: Plan, /, *args: Any, **kwargs: Any) -> Any:
    return observer.call(operation, plan, args, kwargs)


def _is_on_tensors(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return any(isinstance(value, Tensor) for value in args) or any(isinstance(v, Tensor) for v in kwargs.values())
