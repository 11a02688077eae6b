"""NumPy's functions that leave NaN out: the same functions of what is not NaN."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.ops.arguments import NOT_GIVEN, refuse_out
from autograd.primitive import implements, nondifferentiable


def numbers(a: Any, where: Any = NOT_GIVEN) -> Any:
    """Return which elements are not NaN, among those selected."""
    return ~np.isnan(a) if where is NOT_GIVEN else ~np.isnan(a) & np.broadcast_to(where, a.shape)


def without_nan(a: Any, neutral: float) -> Any:
    """Return `a` with `neutral` in the place of NaN; integers stay integers."""
    return np.where(np.isnan(a), neutral, a) if a.dtype.kind in "fc" else a


# ------------------------------------------------------------------------------------------------- sums and products


@implements(np.nansum)
def nansum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
) -> Any:
    refuse_out("nansum", out)
    return np.sum(without_nan(a, 0), axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


@implements(np.nanprod)
def nanprod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
) -> Any:
    refuse_out("nanprod", out)
    return np.prod(without_nan(a, 1), axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


@implements(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
    refuse_out("nancumsum", out)
    return np.cumsum(without_nan(a, 0), axis=axis, dtype=dtype)


@implements(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
    refuse_out("nancumprod", out)
    return np.cumprod(without_nan(a, 1), axis=axis, dtype=dtype)


# ------------------------------------------------------------------------------------------------- moments


@implements(np.nanmean)
def nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, *, where: Any = NOT_GIVEN
) -> Any:
    refuse_out("nanmean", out)
    is_number = numbers(a, where)
    total = np.sum(np.where(is_number, a, 0), axis=axis, dtype=dtype, keepdims=keepdims)
    n = np.sum(is_number, axis=axis, keepdims=keepdims)
    if np.any(n == 0):
        warnings.warn("nanmean: Mean of empty slice", RuntimeWarning, stacklevel=3)
    n = np.where(n == 0, np.nan, n)
    return total / (n.astype(total.dtype) if total.dtype.kind in "fc" else n)


@implements(np.nanvar)
def nanvar(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = NOT_GIVEN,
    mean: Any = NOT_GIVEN,
    correction: Any = NOT_GIVEN,
) -> Any:
    refuse_out("nanvar", out)
    where = numbers(a, where)
    with np.errstate(divide="ignore", invalid="ignore"):  # of slices without numbers NumPy says enough
        return np.var(a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction)


@implements(np.nanstd)
def nanstd(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = NOT_GIVEN,
    mean: Any = NOT_GIVEN,
    correction: Any = NOT_GIVEN,
) -> Any:
    refuse_out("nanstd", out)
    where = numbers(a, where)
    with np.errstate(divide="ignore", invalid="ignore"):  # of slices without numbers NumPy says enough
        return np.std(a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction)


# ------------------------------------------------------------------------------------------------- extrema


@implements(np.nanmax)
def nanmax(
    a: Any, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN
) -> Any:
    refuse_out("nanmax", out)
    greatest = np.max(without_nan(a, -np.inf), axis, keepdims=keepdims, initial=initial, where=where)
    return greatest if initial is not NOT_GIVEN else unless_all_missing("nanmax", greatest, a, axis, keepdims)


@implements(np.nanmin)
def nanmin(
    a: Any, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN
) -> Any:
    refuse_out("nanmin", out)
    least = np.min(without_nan(a, np.inf), axis, keepdims=keepdims, initial=initial, where=where)
    return least if initial is not NOT_GIVEN else unless_all_missing("nanmin", least, a, axis, keepdims)


def unless_all_missing(name: str, extremum: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """Return `extremum`, but NaN, with NumPy's warning, where nothing but NaN was reduced."""
    is_missing = np.all(np.isnan(a), axis=axis, keepdims=keepdims)
    if not is_missing.any():
        return extremum
    warnings.warn(f"{name}: All-NaN slice encountered", RuntimeWarning, stacklevel=4)
    return np.where(is_missing, np.nan, extremum)


nondifferentiable(np.nanargmax, np.nanargmin)
