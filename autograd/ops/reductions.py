"""Reductions and scans along axes: sums, products, extrema, moments, log-sum-exp.

The forward functions spell out the options that their VJPs understand; NumPy's others (`out`, `where`, `initial`) are
refused by name.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.primitive import implements, nondifferentiable, primitive


def restore(reduced: Any, axis: Any, keepdims: bool) -> Any:
    """Return `reduced` with the axes that a reduction over `axis` removed as axes of size 1, ready to broadcast."""
    return reduced if keepdims or axis is None else np.expand_dims(reduced, axis)


def count(shape: tuple[int, ...], axis: Any) -> int:
    """Return how many elements a reduction over `axis` combines into one."""
    if axis is None:
        return math.prod(shape)
    return math.prod(shape[i] for i in (axis if isinstance(axis, tuple) else (axis,)))


# ------------------------------------------------------------------------------------------------- sums and products


@implements(np.sum)
@primitive
def sum(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    return np.sum(a, axis=axis, dtype=dtype, keepdims=keepdims)


sum.defvjp(lambda g, a_shape, axis, keepdims: np.broadcast_to(restore(g, axis, keepdims), a_shape))


@implements(np.mean)
@primitive
def mean(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    if np.size(a) == 0:
        raise ValueError("empty input has no mean")
    return np.mean(a, axis=axis, dtype=dtype, keepdims=keepdims)


mean.defvjp(
    lambda g, a_shape, axis, keepdims: np.broadcast_to(restore(g / count(a_shape, axis), axis, keepdims), a_shape)
)


@implements(np.prod)
@primitive
def prod(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    return np.prod(a, axis=axis, dtype=dtype, keepdims=keepdims)


def prod_vjp(g: Any, y: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """The derivative in one factor is the product of the others: y / a, or spelled out where a factor is 0."""
    if np.all(a != 0):
        return restore(g * y, axis, keepdims) / a
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % a.ndim for i in axes)
    kept = tuple(i for i in range(a.ndim) if i not in axes)
    factors = np.reshape(np.transpose(a, kept + axes), (*(a.shape[i] for i in kept), -1))
    n = factors.shape[-1]
    others = np.prod(np.where(np.eye(n, dtype=bool), 1, np.expand_dims(factors, -2)), axis=-1)
    others = np.reshape(others, tuple(a.shape[i] for i in kept + axes))
    return restore(g, axis, keepdims) * np.transpose(others, tuple(int(i) for i in np.argsort(kept + axes)))


prod.defvjp(prod_vjp)


@implements(np.cumsum)
@primitive
def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return np.cumsum(a, axis=axis, dtype=dtype)


def cumsum_vjp(g: Any, a_shape: tuple[int, ...], axis: int | None) -> Any:
    """Element i enters the sums i, i+1, …: the cumulative sum from the other end."""
    return np.reshape(np.flip(np.cumsum(np.flip(g, axis), axis), axis), a_shape)


cumsum.defvjp(cumsum_vjp)

# ------------------------------------------------------------------------------------------------- extrema


def extremum_vjp(g: Any, y: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """Elements that attain the extremum share the gradient equally."""
    attains = (a == restore(y, axis, keepdims)) | (a != a)  # a NaN is the extremum of what it is among
    ties = np.sum(attains, axis=axis, keepdims=keepdims, dtype=g.dtype)
    return np.where(attains, restore(g / ties, axis, keepdims), 0)


@implements(np.max, np.amax)
@primitive
def max(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims)


@implements(np.min, np.amin)
@primitive
def min(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.min(a, axis=axis, keepdims=keepdims)


max.defvjp(extremum_vjp)
min.defvjp(extremum_vjp)

# ------------------------------------------------------------------------------------------------- moments


@implements(np.var)
@primitive
def var(a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.var(a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)


def deviation(a: Any, axis: Any) -> Any:
    """Return a minus its mean over `axis`, conjugated: the direction in which the variance grows."""
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return np.conjugate(centred) if np.iscomplexobj(a) else centred


def var_vjp(g: Any, a: Any, axis: Any, ddof: float, keepdims: bool) -> Any:
    """2 (a - mean) / (n - ddof); the dependence of the mean on `a` cancels because deviations sum to 0."""
    return restore(g * (2 / (count(a.shape, axis) - ddof)), axis, keepdims) * deviation(a, axis)


var.defvjp(var_vjp)


@implements(np.std)
@primitive
def std(a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.std(a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)


def std_vjp(g: Any, y: Any, a: Any, axis: Any, ddof: float, keepdims: bool) -> Any:
    """(a - mean) / ((n - ddof) y); 0 for a constant, the minimum-norm subgradient."""
    scaled = g / np.where(y == 0, 1, y) / (count(a.shape, axis) - ddof)
    return restore(scaled, axis, keepdims) * deviation(a, axis)


std.defvjp(std_vjp)

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
    *(np.argmax, np.argmin, np.argsort, np.all, np.any, np.count_nonzero, np.nonzero, np.flatnonzero, np.argwhere),
    *(np.searchsorted, np.digitize, np.bincount, np.histogram),
)
