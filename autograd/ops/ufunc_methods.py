"""The methods of ufuncs, such as ``np.add.reduce``: one function a method, which is told the ufunc.

Where NumPy has a function for what a method of a ufunc does, that is used. Any other ufunc of two arguments is applied
to slices, one after the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DTypeError, ShapeError
from autograd.ops.arguments import NOT_GIVEN, refuse_out
from autograd.ops.reductions import logsumexp, restore, to_rows
from autograd.primitive import implements, undifferentiated
from autograd.tensor import plain


@implements(np.ufunc.outer)
def outer(ufunc: np.ufunc, a: Any, b: Any, /, **options: Any) -> Any:
    """Composed: the ufunc of all pairs, by broadcasting."""
    return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **options)


# ------------------------------------------------------------------------------------------------- reduce


@implements(np.ufunc.reduce)
def reduce(
    ufunc: np.ufunc,
    array: Any,
    /,
    axis: Any = 0,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = True,
) -> Any:
    refuse_out(f"np.{ufunc.__name__}.reduce", out)
    if ufunc in undifferentiated:
        return ufunc.reduce(plain(array), axis, dtype, keepdims=keepdims, initial=initial, where=where)
    options = {} if dtype is None else {"dtype": dtype}
    compute = REDUCTIONS.get(ufunc)
    if compute is not None:
        return compute(array, axis=axis, keepdims=keepdims, initial=initial, where=where, **options)
    if where is not True:
        raise DTypeError(
            f"np.{ufunc.__name__}.reduce: where= not supported on Tensors; give the other elements a neutral value "
            "with np.where"
        )
    slices = [] if initial is NOT_GIVEN else [initial]
    rows = to_rows(array, axis)
    result = fold(ufunc, [*slices, *(rows[..., i] for i in range(rows.shape[-1]))])
    return restore(result, tuple(range(array.ndim)) if axis is None else axis, False) if keepdims else result


def fold(ufunc: np.ufunc, slices: list[Any]) -> Any:
    if not slices:
        raise ShapeError(f"np.{ufunc.__name__}.reduce: zero-size array; give initial=")
    *_, result = itertools.accumulate(slices, ufunc)
    return result


def log_of_sum(a: Any, axis: Any, keepdims: bool, initial: Any, where: Any) -> Any:
    if where is not True:
        a = np.where(np.broadcast_to(where, np.shape(a)), a, -np.inf)
    total = logsumexp(a, axis, keepdims)
    return total if initial is NOT_GIVEN else np.logaddexp(initial, total)


REDUCTIONS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logaddexp: log_of_sum,
}

# ------------------------------------------------------------------------------------------------- accumulate, reduceat


@implements(np.ufunc.accumulate)
def accumulate(ufunc: np.ufunc, array: Any, /, axis: int = 0, dtype: Any = None, out: None = None) -> Any:
    refuse_out(f"np.{ufunc.__name__}.accumulate", out)
    if ufunc in undifferentiated:
        return ufunc.accumulate(plain(array), axis, dtype)
    if ufunc in SCANS:
        return SCANS[ufunc](array, axis=axis, dtype=dtype)
    rows = np.moveaxis(array, axis, -1)
    if ufunc in (np.maximum, np.minimum):
        return np.moveaxis(running_extremum(ufunc, rows), -1, axis)
    if rows.shape[-1] == 0:
        return array
    return np.stack(list(itertools.accumulate((rows[..., i] for i in range(rows.shape[-1])), ufunc)), axis)


SCANS: dict[np.ufunc, Callable[..., Any]] = {np.add: np.cumsum, np.multiply: np.cumprod}


def running_extremum(ufunc: np.ufunc, rows: Any) -> Any:
    """Composed: a gather. Of equal elements the latest is read and has the gradient."""
    values = plain(rows)
    attains = (values == ufunc.accumulate(values, -1)) | (values != values)
    latest = np.maximum.accumulate(np.where(attains, np.arange(values.shape[-1]), 0), -1)
    return rows[(*np.indices((*values.shape[:-1], 1), sparse=True)[:-1], latest)]


@implements(np.ufunc.reduceat)
def reduceat(ufunc: np.ufunc, array: Any, /, indices: Any, axis: int = 0, dtype: Any = None, out: None = None) -> Any:
    """Composed: each slice from one index to the next is reduced; if that is empty, the element is read."""
    refuse_out(f"np.{ufunc.__name__}.reduceat", out)
    if ufunc in undifferentiated:
        return ufunc.reduceat(plain(array), plain(indices), axis, dtype)
    starts = [int(i) for i in indices]
    rows = np.moveaxis(array, axis, 0)
    if not all(0 <= start < len(rows) for start in starts):
        raise IndexError(f"indices {starts} into an axis of size {len(rows)}; they are from 0 to {len(rows) - 1}")
    parts = [
        reduce(ufunc, rows[start:stop] if start < stop else rows[start : start + 1], dtype=dtype)
        for start, stop in itertools.pairwise([*starts, len(rows)])
    ]
    return np.stack(parts, axis)
