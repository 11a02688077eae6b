"""What sorting and quantiles decide: the order of elements, and between which of them a quantile is."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops import sorting


def order(y: Any, a: Any, axis: Any = -1, *args: Any, **options: Any) -> Any:
    return np.argsort(a, axis, stable=True)


def given_order(y: Any, a: Any, order: Any, axis: int) -> Any:
    return order


def gaps_in_order(y: Any, a: Any, axis: Any = -1, *args: Any, **options: Any) -> Any:
    """Return how far elements that are next to each other in order are apart."""
    if axis is None:
        a, axis = np.ravel(a), -1
    return np.abs(np.diff(np.sort(a, axis=axis), axis=axis))


# ------------------------------------------------------------------------------------------------- quantiles


def ends(y: Any, *args: Any, **options: Any) -> Any:
    """Return the element at or before each quantile in its row, and that at or after it."""
    rows, low, high = places(*args, **options)
    if not rows.size:
        return None
    in_order, row = np.argsort(rows, stable=True), np.arange(len(rows))
    return in_order[row, low], in_order[row, high]


def lead_of_ends(y: Any, *args: Any, **options: Any) -> Any:
    """Return how far those elements are from their neighbours in order."""
    rows, low, high = places(*args, **options)
    if not rows.size:
        return None
    gaps = np.diff(np.sort(rows), prepend=-np.inf, append=np.inf)
    row = np.arange(len(rows))
    nearest = np.fmin.reduce([gaps[row, low], gaps[row, low + 1], gaps[row, high + 1]])  # the others to NaN are NaN
    return np.reshape(nearest, np.shape(y))


def ends_of_median(y: Any, a: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
    return ends(y, a, 0.5, axis)


def lead_of_median(y: Any, a: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
    return lead_of_ends(y, a, 0.5, axis)


def places(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows that quantiles are of, and the places in order before and after each; NaN is left out.

    Of a quantile that is NaN because an element is, any places will do.
    """
    rows, weights = sorting.sample(a, axis, weights)
    rows = np.reshape(rows, (-1, rows.shape[-1]))
    if not rows.size:
        return rows, rows, rows
    is_missing = np.isnan(rows)
    is_left_out = is_missing & ~np.all(is_missing, axis=-1, keepdims=True)
    ranks = np.where(is_left_out, np.nan, sorting.ranks(np.argsort(rows, stable=True)))
    weights = None if weights is None else np.reshape(weights, rows.shape)
    found = np.reshape(np.nanquantile(ranks, q, -1, method=method, weights=weights), (-1, len(rows)))
    return rows, np.floor(found).astype(np.intp), np.ceil(found).astype(np.intp)
