"""Sorting and order statistics: each output is an input, or a weighted mean of two that are neighbours in order.

Equal elements share the gradient of their places, as they share that of an extremum: the mean over all orders in which
they could stand, which is the subgradient of least norm.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.ops.arguments import refuse_out
from autograd.ops.indexing import scatter_add
from autograd.ops.reductions import from_rows, to_rows
from autograd.ops.statistics import weights_along
from autograd.primitive import implements, nondifferentiable, primitive
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- orders


@primitive
def take_in_order(a: Any, order: np.ndarray, axis: int) -> Any:
    """Return `a` with the elements along `axis` in the given order, a permutation for each slice."""
    return np.take_along_axis(a, order, axis)


@primitive
def put_in_order(a: Any, order: np.ndarray, axis: int) -> Any:
    """Return what `take_in_order` made `a` of."""
    result = np.empty_like(a)
    np.put_along_axis(result, order, a, axis)
    return result


take_in_order.defvjp(lambda g, order, axis: put_in_order(g, order, axis))
put_in_order.defvjp(lambda g, order, axis: take_in_order(g, order, axis))


def unsort(g: Any, a: np.ndarray, order: np.ndarray) -> Any:
    """Return the cotangent of `a` from that of its elements in order, along the last axis."""
    in_order = np.take_along_axis(a, order, -1)
    is_new = np.concatenate([np.ones_like(order[..., :1], bool), in_order[..., 1:] != in_order[..., :-1]], -1)
    if not is_new.all():
        g = mean_over_groups(g, is_new)
    return put_in_order(g, order, -1)


def mean_over_groups(g: Any, is_new: np.ndarray) -> Any:
    """Return `g` with each element replaced by the mean of its group; a group begins where `is_new`."""
    group = np.cumsum(is_new.reshape(-1)) - 1
    sizes = np.bincount(group)
    totals = scatter_add(np.reshape(g, (-1,)), sizes.shape, group)
    return np.reshape((totals / sizes.astype(g.dtype))[group], is_new.shape)


@implements(np.sort)
@primitive
def sort(a: Any, axis: int | None = -1, kind: Any = None, order: None = None, *, stable: bool | None = None) -> Any:
    return np.sort(a, axis, kind, order, stable=stable)


def sort_vjp(g: Any, a: Any, axis: int | None) -> Any:
    if axis is None:
        flat = np.reshape(plain(a), (-1,))
        return np.reshape(unsort(g, flat, np.argsort(flat)), a.shape)
    slices = np.moveaxis(plain(a), axis, -1)
    return np.moveaxis(unsort(np.moveaxis(g, axis, -1), slices, np.argsort(slices)), -1, axis)


sort.defvjp(sort_vjp)


@implements(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: None = None) -> Any:
    """Composed: at a tie, one of the equals has the place and its gradient."""
    if axis is None:
        a, axis = np.ravel(a), -1
    return take_in_order(a, np.argpartition(plain(a), kth, axis, kind, order), axis)


nondifferentiable(np.argsort, np.argpartition, np.lexsort, np.searchsorted, np.digitize)

# ------------------------------------------------------------------------------------------------- quantiles


@implements(np.quantile)
@primitive
def quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,  # a permission, of which no use is made
    method: Any = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    refuse_out("quantile", out)
    return np.quantile(a, q, axis, method=method, keepdims=keepdims, weights=weights)


@implements(np.nanquantile)
@primitive
def nanquantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    refuse_out("nanquantile", out)
    return np.nanquantile(a, q, axis, method=method, keepdims=keepdims, weights=weights)


def quantile_vjp(g: Any, a: Any, q: Any, axis: Any, method: Any, weights: Any) -> Any:
    """Each output is between two elements in order; where, is what the same quantile of their ranks says."""
    rows, weights = sample(a, axis, weights)
    if rows.shape[-1] == 0:
        return np.zeros(a.shape, g.dtype)
    order = np.argsort(rows)
    places = np.quantile(ranks(order), q, -1, method=method, weights=weights)
    return from_rows(spread(g, rows, order, places), a.shape, axis)


def nanquantile_vjp(g: Any, a: Any, q: Any, axis: Any, method: Any, weights: Any) -> Any:
    """As without NaN; in a row of nothing else any place will do."""
    rows, weights = sample(a, axis, weights)
    if rows.shape[-1] == 0:
        return np.zeros(a.shape, g.dtype)
    order, is_missing = np.argsort(rows), np.isnan(rows)
    left_out = is_missing & ~np.all(is_missing, axis=-1, keepdims=True)
    places = np.nanquantile(np.where(left_out, np.nan, ranks(order)), q, -1, method=method, weights=weights)
    return from_rows(spread(g, rows, order, places), a.shape, axis)


quantile.defvjp(quantile_vjp)
nanquantile.defvjp(nanquantile_vjp)


def sample(a: Any, axis: Any, weights: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the values of each slice of `a` as a row, and their weights; NaN, equal to nothing, for a weight of 0."""
    rows = to_rows(plain(a), axis)
    if weights is None:
        return rows, None
    weights = to_rows(np.broadcast_to(weights_along("quantile", weights, a.shape, axis), a.shape), axis)
    return np.where(weights == 0, np.nan, rows), weights


def ranks(order: np.ndarray) -> Any:
    """Return the place of each element among those of its row in order."""
    return put_in_order(np.broadcast_to(np.arange(order.shape[-1]), order.shape), order, -1)


def spread(g: Any, rows: np.ndarray, order: np.ndarray, places: Any) -> Any:
    """Return the cotangent of `rows` from that of outputs, each at one of `places` in its row.

    A place of 2.25 is a quarter of the way from the third to the fourth element in order.
    """
    table = math.prod(rows.shape[:-1]), rows.shape[-1]
    row = np.arange(table[0])
    places = np.reshape(places, (math.prod(np.shape(places)) // max(len(row), 1), len(row)))
    low = np.floor(places).astype(np.intp)
    g, share = np.reshape(g, places.shape), (places - low).astype(g.dtype)
    in_order = scatter_add(g * (1 - share), table, (row, low))
    if share.any():
        in_order = in_order + scatter_add(g * share, table, (row, np.ceil(places).astype(np.intp)))
    return unsort(np.reshape(in_order, rows.shape), rows, order)


# ------------------------------------------------------------------------------------------------- what they are for


@implements(np.percentile)
def percentile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    """Composed: a quantile in percent."""
    return np.quantile(a, in_hundredths(q), axis, out, overwrite_input, method, keepdims, weights=weights)


def in_hundredths(q: Any) -> Any:
    """Return q / 100; a number of Python remains one, which keeps the dtype of the array."""
    return q / 100 if isinstance(q, int | float) else np.true_divide(q, 100)


@implements(np.nanpercentile)
def nanpercentile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    return np.nanquantile(a, in_hundredths(q), axis, out, overwrite_input, method, keepdims, weights=weights)


@implements(np.median)
@primitive
def median(a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    refuse_out("median", out)
    return np.median(a, axis, keepdims=keepdims)


@implements(np.nanmedian)
@primitive
def nanmedian(a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    refuse_out("nanmedian", out)
    return np.nanmedian(a, axis, keepdims=keepdims)


median.defvjp(lambda g, a, axis: quantile_vjp(g, a, 0.5, axis, "linear", None))
nanmedian.defvjp(lambda g, a, axis: nanquantile_vjp(g, a, 0.5, axis, "linear", None))
