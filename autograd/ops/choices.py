"""Choices among several arrays or functions, an element at a time, composed of `where`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.arguments import refuse_out
from autograd.ops.indexing import scatter_add
from autograd.primitive import implements
from autograd.tensor import Tensor, plain


@implements(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    if len(condlist) != len(choicelist) or len(condlist) == 0:
        raise ValueError(f"select: {len(condlist)} conditions for {len(choicelist)} choices; give one for each")
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(condition, choice, result)
    return result


@implements(np.choose)
def choose(a: Any, choices: Any, out: None = None, mode: Any = "raise") -> Any:
    refuse_out("choose", out)
    choices = list(choices)
    number = np.choose(plain(a), range(len(choices)), mode=mode)  # as `mode` says of those out of range
    result = choices[0]
    for i, choice in enumerate(choices):
        result = np.where(number == i, choice, result)
    return result


@implements(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return np.ravel(arr)[np.flatnonzero(condition)]


@implements(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Sequence[Callable[..., Any] | Any], *args: Any, **kw: Any) -> Any:
    """Composed: each function computes the elements for which its condition is the last to hold."""
    conditions = np.asarray(condlist, bool)
    if conditions.ndim == x.ndim:  # a single condition need not be in a list
        conditions = conditions[None]
    if len(funclist) not in (len(conditions), len(conditions) + 1):
        raise ShapeError(
            f"piecewise: {len(funclist)} functions for {len(conditions)} conditions; give one for each, or one more"
        )
    last = np.full(x.shape, len(conditions))
    for i, condition in enumerate(conditions):
        last = np.where(condition, i, last)
    result: Any = Tensor(np.zeros_like(plain(x)))
    for i, function in enumerate(funclist):
        is_here = last == i
        if callable(function) and is_here.any():
            part = x[is_here]
            result = result + scatter_add(np.broadcast_to(function(part, *args, **kw), part.shape), x.shape, is_here)
        elif not callable(function):
            result = np.where(is_here, function, result)
    return result
