"""New primitives with rules in HIPS autograd's form, by its names.

A rule is made from the output and the arguments of a call, and then given the cotangent:

>>> import numpy as np
>>> from autograd import grad
>>> @primitive
... def log_sum_exp(x):
...     largest = np.max(x)
...     return largest + np.log(np.sum(np.exp(x - largest)))
>>> defvjp(log_sum_exp, lambda ans, x: lambda g: g * np.exp(x - ans))
>>> grad(log_sum_exp)(np.array([0.0, np.log(3.0)]))
array([0.25, 0.75])

The library's own form, `autograd.primitive`, says what a rule needs by its parameters' names, and saves only that.

Forward mode is the transpose of the VJP, of every function. A JVP given by `defjvp` is therefore used where there is no
VJP, transposed; where there is one, the JVP is not needed. ``"same"``, which says that a function is its own JVP, has
no transpose of itself: such a function needs its VJP.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import nested
from autograd.curried import CurriedPrimitive, SparseObject
from autograd.errors import GraphError, MissingRuleError
from autograd.graph import Node
from autograd.primitive import Primitive
from autograd.tensor import overload
from autograd.tracer import Box, notrace_primitive
from autograd.vspace import VSpace, vspace

__all__ = [
    "Box",
    "JVPNode",
    "MissingRuleError",
    "SparseObject",
    "VJPNode",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "notrace_primitive",
    "primitive",
    "register_notrace",
    "vspace",
]

VJPNode = JVPNode = Node  # both modes record the same nodes

_curried: dict[Callable[..., Any], CurriedPrimitive] = {}  # of functions that were not made by `primitive`


def primitive(function: Callable[..., Any]) -> CurriedPrimitive:
    """Make `function` of arrays an operation with derivative rules of its own. Also a decorator.

    It is given plain arrays and numbers, and may return one, or nested tuples, lists and dicts of them. Positional
    arguments can be differentiated in, also where they are nested; options given by keyword cannot.
    """
    return CurriedPrimitive(function)


def _as_curried(function: Any) -> CurriedPrimitive:
    """Return the curried primitive of `function`: it replaces a primitive, or computes NumPy's function on Tensors."""
    if isinstance(function, CurriedPrimitive):
        return function
    if function not in _curried:
        curried = _curried[function] = CurriedPrimitive(getattr(function, "forward", function))
        if isinstance(function, Primitive):
            function.substitute(curried)
        else:
            overload(function, curried)
    return _curried[function]


def register_notrace(trace_type: Any, function: Any) -> None:
    """List `function`, a primitive or one of NumPy's, as without derivative: it gets plain values."""
    _as_curried(function).is_recorded = False


# ------------------------------------------------------------------------------------------------- reverse mode


def defvjp(function: Any, *makers: Callable[..., Any] | None, argnums: Iterable[int] | None = None) -> None:
    """Define the VJPs of `function`.

    Parameters
    ----------
    function : callable
        Made by `primitive`, or a function of NumPy that gets these rules instead of its own, wherever it is called.
    *makers : callable or None
        ``maker(ans, *args, **kwargs)`` returns the VJP: ``vjp(g)`` is the cotangent of the argument. None for an
        argument in which the derivative is zero.
    argnums : iterable of int, optional
        Which arguments they are for: the first ones, in order, by default.

    Notes
    -----
    For higher orders the VJP runs on Tensors, so it must be written in functions that can be differentiated.
    """
    rules = {
        argnum: _zero(argnum) if maker is None else _unpacked(maker)
        for argnum, maker in zip(argnums or itertools.count(), makers, strict=False)
    }
    _as_curried(function).vjp_rule = rules.get


def defvjp_argnum(function: Any, maker: Callable[..., Any]) -> None:
    """Define the VJPs of `function` at once: ``maker(argnum, ans, args, kwargs)`` returns that of an argument."""
    _as_curried(function).vjp_rule = lambda argnum: functools.partial(maker, argnum)


def defvjp_argnums(function: Any, maker: Callable[..., Any]) -> None:
    """Define the VJPs of `function` together.

    ``maker(argnums, ans, args, kwargs)`` returns a function of the cotangent, which returns those of all `argnums`.
    It is asked for one argument at a time.
    """

    def rule_of(argnum: int) -> Any:
        def rule(ans: Any, args: Any, kwargs: Any) -> Callable[[Any], Any]:
            vjps = maker((argnum,), ans, args, kwargs)
            return lambda g: next(iter(vjps(g)))

        return rule

    _as_curried(function).vjp_rule = rule_of


def _unpacked(maker: Callable[..., Any]) -> Any:
    return lambda ans, args, kwargs: maker(ans, *args, **kwargs)


def _zero(argnum: int) -> Any:
    def rule(ans: Any, args: Any, kwargs: Any) -> Callable[[Any], Any]:
        return lambda g: nested.rebuild(args[argnum], lambda leaf: np.zeros(np.shape(leaf), np.result_type(leaf)))

    return rule


# ------------------------------------------------------------------------------------------------- forward mode


def defjvp(function: Any, *jvps: Callable[..., Any] | str | None, argnums: Iterable[int] | None = None) -> None:
    """Define the JVPs of `function`: ``jvp(g, ans, *args, **kwargs)`` is the tangent of the output.

    None where the derivative is zero, "same" where the function is linear in the argument: it is then its own JVP.
    """
    rules: dict[int, Any] = {}
    for argnum, jvp in zip(argnums or itertools.count(), jvps, strict=False):
        if isinstance(jvp, str) and jvp != "same":
            raise GraphError(f"defjvp: '{jvp}' for an argument of {function}; give a function, 'same' or None")
        if jvp is None:
            rules[argnum] = lambda g, ans, args, kwargs: nested.rebuild(ans, np.zeros_like)
        elif callable(jvp):
            rules[argnum] = _pushed(jvp)
    _as_curried(function).jvp_rule = rules.get


def _pushed(jvp: Callable[..., Any]) -> Any:
    return lambda g, ans, args, kwargs: jvp(g, ans, *args, **kwargs)


def defjvp_argnum(function: Any, jvp: Callable[..., Any]) -> None:
    """Define the JVPs of `function` at once: ``jvp(argnum, g, ans, args, kwargs)``."""
    _as_curried(function).jvp_rule = lambda argnum: functools.partial(jvp, argnum)


def defjvp_argnums(function: Any, jvp: Callable[..., Any]) -> None:
    """Define the JVP of `function` along several arguments: ``jvp(argnums, gs, ans, args, kwargs)``."""
    _as_curried(function).jvp_rule = lambda argnum: lambda g, ans, args, kwargs: jvp([argnum], [g], ans, args, kwargs)


def def_linear(function: Any) -> None:
    """Say that `function` is linear in each argument: nothing to do here, where its JVP follows from its VJP."""
    _as_curried(function)
