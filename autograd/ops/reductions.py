"""Reductions along axes: sums, products, means, extrema, log-sum-exp; and how the axes of a reduction are handled."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.ops.arguments import NOT_GIVEN, refuse_out
from autograd.primitive import implements, nondifferentiable, primitive
from autograd.tensor import Tensor


def restore(reduced: Any, axis: Any, keepdims: bool) -> Any:
    """Return `reduced` with the axes that a reduction over `axis` removed as axes of size 1, ready to broadcast.

    Without axes it is ready: all were removed, or there were none, for NumPy lets 0 and -1 stand for one of a number.
    """
    return reduced if keepdims or axis is None or not reduced.shape else np.expand_dims(reduced, axis)


def count(shape: tuple[int, ...], axis: Any, where: Any = NOT_GIVEN) -> Any:
    """Return how many elements a reduction over `axis` combines into one: an array of that if `where` selects some."""
    if where is not NOT_GIVEN and where is not True:
        return np.sum(np.broadcast_to(where, shape), axis=axis, keepdims=True)
    return math.prod(shape[i] for i in reduced_axes(axis, len(shape)))


def selected(g: Any, where: Any) -> Any:
    """Return `g` where elements enter a reduction, 0 elsewhere."""
    return g if where is NOT_GIVEN or where is True else np.where(where, g, 0)


def reduced_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return the axes of a reduction over `axis`, none of them negative."""
    if axis is None or (ndim == 0 and axis in (0, -1)):
        return tuple(range(ndim))
    return tuple(normalize_axis_index(i, ndim) for i in (axis if isinstance(axis, tuple) else (axis,)))


def to_rows(a: Any, axis: Any) -> Any:
    """Return `a` with the axes of a reduction over `axis` joined into one, the last."""
    axes = reduced_axes(axis, a.ndim)
    kept = tuple(i for i in range(a.ndim) if i not in axes)
    shape = (*(a.shape[i] for i in kept), math.prod(a.shape[i] for i in axes))
    return np.reshape(np.transpose(a, kept + axes), shape)


def from_rows(rows: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """Return the array of `shape` that `to_rows` made `rows` of."""
    axes = reduced_axes(axis, len(shape))
    order = (*(i for i in range(len(shape)) if i not in axes), *axes)
    return np.transpose(np.reshape(rows, tuple(shape[i] for i in order)), tuple(int(i) for i in np.argsort(order)))


# ------------------------------------------------------------------------------------------------- sums and products


@implements(np.sum)
@primitive
def sum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
) -> Any:
    return np.sum(a, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


def sum_vjp(g: Any, a_shape: tuple[int, ...], axis: Any, keepdims: bool, where: Any) -> Any:
    return selected(np.broadcast_to(restore(g, axis, keepdims), a_shape), where)


sum.defvjp(sum_vjp)


@implements(np.mean)
@primitive
def mean(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False, where: Any = NOT_GIVEN) -> Any:
    if np.size(a) == 0 and count(np.shape(a), axis) == 0:
        raise ValueError("empty input has no mean")
    return np.mean(a, axis=axis, dtype=dtype, keepdims=keepdims, where=where)


def mean_vjp(g: Any, a_shape: tuple[int, ...], axis: Any, keepdims: bool, where: Any) -> Any:
    """1/n · g for each of the n elements; a mean of none of them is NaN and depends on nothing."""
    n = count(a_shape, axis, where)
    if isinstance(n, int):
        return np.broadcast_to(restore(g / n, axis, keepdims), a_shape)
    return selected(np.broadcast_to(restore(g, axis, keepdims) / np.maximum(n, 1).astype(g.dtype), a_shape), where)


mean.defvjp(mean_vjp)


@implements(np.prod)
@primitive
def prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
) -> Any:
    return np.prod(a, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


def prod_vjp(g: Any, y: Any, a: Any, axis: Any, keepdims: bool, initial: Any, where: Any) -> Any:
    """The derivative in one factor is the product of the others: y / a, or of those before and those behind it."""
    if where is not NOT_GIVEN:
        a = np.where(where, a, 1)
    if is_normal(y):
        return selected(restore(g, axis, keepdims) * (restore(y, axis, keepdims) / a), where)
    factors = to_rows(a, axis)
    first = np.full_like(factors[..., :1], 1 if initial is NOT_GIVEN else initial)
    before = np.cumprod(np.concatenate([first, factors[..., :-1]], -1), -1)
    behind = np.cumprod(np.concatenate([np.ones_like(first), np.flip(factors[..., 1:], -1)], -1), -1)
    others = before * np.flip(behind, -1)
    return selected(restore(g, axis, keepdims) * from_rows(others, a.shape, axis), where)


def is_normal(product: Any) -> bool:
    """Whether no element is 0, infinite or NaN, nor so small that it has lost digits: it can be divided by a factor."""
    return bool(np.all(np.isfinite(product) & (np.abs(product) >= np.finfo(product.dtype).smallest_normal)))


prod.defvjp(prod_vjp)

# ------------------------------------------------------------------------------------------------- extrema


def extremum_vjp(g: Any, y: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """Elements that attain the extremum share the gradient equally."""
    attains = (a == restore(y, axis, keepdims)) | (a != a)  # a NaN is the extremum of what it is among
    ties = np.sum(attains, axis=axis, keepdims=keepdims, dtype=g.dtype)
    return np.where(attains, restore(g / ties, axis, keepdims), 0)


@primitive
def max(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims)


@primitive
def min(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.min(a, axis=axis, keepdims=keepdims)


max.defvjp(extremum_vjp)
min.defvjp(extremum_vjp)


@implements(np.max, np.amax)
def max_among(
    a: Any, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN
) -> Any:
    refuse_out("max", out)
    if initial is NOT_GIVEN and where is NOT_GIVEN:
        return max(a, axis, keepdims)
    return extremum_among(max, np.maximum, -np.inf, a, axis, keepdims, initial, where)


@implements(np.min, np.amin)
def min_among(
    a: Any, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN
) -> Any:
    refuse_out("min", out)
    if initial is NOT_GIVEN and where is NOT_GIVEN:
        return min(a, axis, keepdims)
    return extremum_among(min, np.minimum, np.inf, a, axis, keepdims, initial, where)


def extremum_among(
    extremum: Callable[..., Any],
    of_two: Any,
    neutral: float,
    a: Any,
    axis: Any,
    keepdims: bool,
    initial: Any,
    where: Any,
) -> Any:
    """Composed: what is not selected is made `neutral`, and the extremum of nothing is `initial`."""
    if initial is NOT_GIVEN:
        if where is True:
            return extremum(a, axis, keepdims)
        raise ValueError(f"{extremum.__name__}: where= needs initial=, the value where no element is selected")
    initial = initial.astype(a.dtype) if isinstance(initial, Tensor) else np.asarray(initial, a.dtype)
    if where is not NOT_GIVEN and where is not True:
        a = np.where(np.broadcast_to(where, a.shape), a, neutral if a.dtype.kind in "fc" else initial)
    if count(a.shape, axis) == 0:
        return np.sum(a, axis, keepdims=keepdims) + initial
    return of_two(extremum(a, axis, keepdims), initial)


@implements(np.ptp)
def ptp(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
    """Composed: the range of values, "peak to peak"."""
    refuse_out("ptp", out)
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


# ------------------------------------------------------------------------------------------------- log-sum-exp


@primitive
def logsumexp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Return log Σ exp(a) over `axis`, without overflow: the largest element is subtracted first.

    A slice of only -inf gives -inf (the logarithm of an empty sum), one with +inf gives +inf.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.ops import logsumexp
    >>> float(logsumexp(np.array([1000.0, 1000.0]))) - 1000.0  # log 2
    0.693147180559...
    """
    largest = np.max(a, axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore"):  # the logarithm of an empty sum is -inf
        result = np.log(np.sum(np.exp(a - largest), axis=axis, keepdims=True)) + largest
    return result if keepdims else np.squeeze(result, axis=axis)


def logsumexp_vjp(g: Any, y: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """The softmax of `a`, normalised again because a large `y` is rounded; 0 for a slice of only -inf."""
    y = restore(y, axis, keepdims)
    weights = np.exp(a - np.where(np.isneginf(y), 0, y))
    total = np.sum(weights, axis=axis, keepdims=True)
    return restore(g, axis, keepdims) * weights / np.where(total == 0, 1, total)


logsumexp.defvjp(logsumexp_vjp)

nondifferentiable(
    *(np.argmax, np.argmin, np.all, np.any, np.count_nonzero, np.nonzero, np.flatnonzero, np.argwhere),
)
