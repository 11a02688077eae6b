"""Scans along an axis: cumulative sums and products."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.arguments import numpys, refuse_out
from autograd.ops.reductions import is_normal
from autograd.primitive import implements, primitive


@implements(np.cumsum)
@primitive
def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return np.cumsum(a, axis=axis, dtype=dtype)


def cumsum_vjp(g: Any, a_shape: tuple[int, ...], axis: int | None) -> Any:
    """Element i enters the sums i, i+1, …: the cumulative sum from the other end."""
    return np.reshape(np.flip(np.cumsum(np.flip(g, axis), axis), axis), a_shape)


cumsum.defvjp(cumsum_vjp)


@implements(np.cumprod)
@primitive
def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return np.cumprod(a, axis=axis, dtype=dtype)


def cumprod_vjp(g: Any, y: Any, a: Any, axis: int | None) -> Any:
    """Element k enters the products k, k+1, …, each times the other factors of it: y / a, if that can be divided."""
    if is_normal(y):
        return np.reshape(np.flip(np.cumsum(np.flip(g * y, axis), axis), axis), a.shape) / a
    if axis is None or a.ndim == 0:
        axis = None
        g, factors = np.reshape(g, (-1,)), np.reshape(a, (-1,))
    else:
        g, y, factors = (np.moveaxis(each, axis, -1) for each in (g, y, a))
    before = np.concatenate([np.ones_like(y[..., :1]), y[..., :-1]], -1)
    slopes = times(sum_after(g, factors), before)
    return np.reshape(slopes, a.shape) if axis is None else np.moveaxis(slopes, -1, axis)


def sum_after(g: Any, factors: Any) -> Any:
    """Return h with h[k] = g[k] + factors[k+1] h[k+1] along the last axis.

    After each step h[k] has the terms of twice as many elements (Hillis and Steele 1986, "Data parallel algorithms").
    """
    n = factors.shape[-1]
    h, m = g, shifted(factors, 1)
    step = 1
    while step < n:
        h, m, step = h + times(shifted(h, step), m), times(shifted(m, step), m), 2 * step
    return h


def times(h: Any, product: Any) -> Any:
    """Return h · product, where 0 · ∞ = 0."""
    return h * np.where((h == 0) & np.isinf(product), 0, product)


def shifted(a: Any, step: int) -> Any:
    """Return `a` moved by `step` towards the start of the last axis, followed by zeros."""
    return np.concatenate([a[..., step:], np.zeros_like(a[..., :step])], -1)


cumprod.defvjp(cumprod_vjp)


@implements(*numpys("cumulative_sum"))
def cumulative_sum(
    x: Any, /, *, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
) -> Any:
    refuse_out("cumulative_sum", out)
    axis = axis_of_scan("cumulative_sum", x, axis)
    return after_initial(np.cumsum(x, axis=axis, dtype=dtype), 0, axis, include_initial)


@implements(*numpys("cumulative_prod"))
def cumulative_prod(
    x: Any, /, *, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
) -> Any:
    refuse_out("cumulative_prod", out)
    axis = axis_of_scan("cumulative_prod", x, axis)
    return after_initial(np.cumprod(x, axis=axis, dtype=dtype), 1, axis, include_initial)


def axis_of_scan(name: str, x: Any, axis: int | None) -> int:
    if axis is None and x.ndim != 1:
        raise ValueError(f"{name}: an array of shape {x.shape} needs axis=; only one of 1 dimension does not")
    return axis or 0


def after_initial(y: Any, initial: int, axis: int, include_initial: bool) -> Any:
    """Return `y`, behind the scan of no elements if that is to be included."""
    if not include_initial:
        return y
    shape = (*y.shape[: axis % y.ndim], 1, *y.shape[axis % y.ndim + 1 :])
    return np.concatenate([np.full(shape, initial, y.dtype), y], axis)
