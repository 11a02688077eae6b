"""Moments and correlations: variance, standard deviation, weighted averages, covariance."""

from __future__ import annotations

import functools
import warnings
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.arguments import NOT_GIVEN, refuse_out
from autograd.ops.indexing import as_array
from autograd.ops.reductions import count, reduced_axes, restore, selected
from autograd.primitive import implements, primitive

# ------------------------------------------------------------------------------------------------- variance


@functools.partial(primitive, name="var")
def variance(a: Any, axis: Any, dtype: Any, ddof: float, keepdims: bool, where: Any) -> Any:
    return np.var(a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where)


@functools.partial(primitive, name="std")
def deviation(a: Any, axis: Any, dtype: Any, ddof: float, keepdims: bool, where: Any) -> Any:
    return np.std(a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where)


def from_mean(a: Any, axis: Any, where: Any) -> Any:
    """Return a minus its mean over `axis`, conjugated: the direction in which the variance grows."""
    a = selected(a, where)  # what is left out may be NaN
    n = count(a.shape, axis, where)
    mean = np.sum(a, axis=axis, keepdims=True) / np.maximum(n, 1).astype(a.dtype)
    return np.conjugate(a - mean) if np.iscomplexobj(a) else a - mean


def degrees_of_freedom(shape: tuple[int, ...], axis: Any, ddof: float, where: Any, dtype: Any) -> Any:
    """Return n - ddof, or NaN unless that is positive: there the variance is not defined."""
    n = count(shape, axis, where) - ddof
    return np.where(n > 0, n, np.nan).astype(dtype)


def variance_vjp(g: Any, a: Any, axis: Any, ddof: float, keepdims: bool, where: Any) -> Any:
    """2 (a - mean) / (n - ddof) · g; the dependence of the mean on `a` cancels because deviations sum to 0."""
    scaled = restore(g, axis, keepdims) * (2 / degrees_of_freedom(a.shape, axis, ddof, where, g.dtype))
    return selected(scaled * from_mean(a, axis, where), where)


def deviation_vjp(g: Any, y: Any, a: Any, axis: Any, ddof: float, keepdims: bool, where: Any) -> Any:
    """(a - mean) / ((n - ddof) y) · g; 0 for a constant, the minimum-norm subgradient."""
    scaled = restore(g / np.where(y == 0, 1, y), axis, keepdims)
    scaled = scaled / degrees_of_freedom(a.shape, axis, ddof, where, g.dtype)
    return selected(scaled * from_mean(a, axis, where), where)


variance.defvjp(variance_vjp)
deviation.defvjp(deviation_vjp)


@implements(np.var)
def var(
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
    refuse_out("var", out)
    ddof = ddof_of("var", ddof, correction)
    if mean is NOT_GIVEN:
        return variance(a, axis, dtype, ddof, keepdims, where)
    return variance_about(mean, a, axis, dtype, ddof, keepdims, where)


@implements(np.std)
def std(
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
    refuse_out("std", out)
    ddof = ddof_of("std", ddof, correction)
    if mean is NOT_GIVEN:
        return deviation(a, axis, dtype, ddof, keepdims, where)
    variance_ = variance_about(mean, a, axis, dtype, ddof, keepdims, where)
    return np.where(variance_ == 0, 0, np.sqrt(np.where(variance_ == 0, 1, variance_)))  # flat at 0, as without mean=


def ddof_of(name: str, ddof: float, correction: Any) -> float:
    if correction is NOT_GIVEN:
        return ddof
    if ddof != 0:
        raise ValueError(f"{name}: ddof= and correction= are two names of one argument; give one of them")
    return correction


def variance_about(mean: Any, a: Any, axis: Any, dtype: Any, ddof: float, keepdims: bool, where: Any) -> Any:
    """Composed: the mean of squared distances to a given `mean`, which may depend on anything."""
    distance = selected(a - mean, where)  # what is left out may be NaN
    squares = np.real(distance * np.conjugate(distance)) if np.iscomplexobj(distance) else np.square(distance)
    total = np.sum(squares, axis=axis, dtype=dtype, keepdims=keepdims, where=where)
    n = count(squares.shape, axis, where)
    n = n if isinstance(n, int) else np.reshape(n, total.shape)
    return total / np.maximum(n - ddof, 0).astype(total.dtype)


# ------------------------------------------------------------------------------------------------- weighted averages


@implements(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """Composed: Σ w a / Σ w."""
    if weights is None:
        result = np.mean(a, axis=axis, keepdims=keepdims)
        total: Any = np.full(result.shape, count(np.shape(a), axis), result.dtype)
    else:
        weights = weights_along("average", weights, np.shape(a), axis)
        total = np.sum(weights, axis=axis, keepdims=keepdims)
        if np.any(total == 0):
            raise ZeroDivisionError("average: the weights sum to zero, so they cannot be normalised")
        result = np.sum(a * weights, axis=axis, keepdims=keepdims) / total
        total = np.broadcast_to(total, result.shape)
    return (result, total) if returned else result


def weights_along(name: str, weights: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """Return `weights` of elements, or of positions along `axis`, shaped to broadcast with an array of `shape`."""
    if np.shape(weights) == shape:
        return weights
    axes = reduced_axes(axis, len(shape))
    if axis is None or np.shape(weights) != tuple(shape[i] for i in axes):
        raise ShapeError(
            f"{name}: weights of shape {np.shape(weights)} for an array of shape {shape} and axis={axis}; give one "
            "weight an element, or one a position along the axes"
        )
    in_order = np.transpose(weights, tuple(int(i) for i in np.argsort(axes)))
    return np.reshape(in_order, tuple(size if i in axes else 1 for i, size in enumerate(shape)))


# ------------------------------------------------------------------------------------------------- covariance


@implements(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: float | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """Composed: Σ w (x - mean)(x - mean)ᴴ over the observations, divided as NumPy says."""
    m = as_array(m)
    y, fweights, aweights = (given if given is None else as_array(given) for given in (y, fweights, aweights))
    if dtype is None:
        dtype = np.result_type(m, np.float64) if y is None else np.result_type(m, y, np.float64)
    rows = variables_in_rows("m", m, rowvar, dtype)
    if y is not None:
        rows = np.concatenate([rows, variables_in_rows("y", y, rowvar, dtype)], 0)
    if ddof is None:
        ddof = 0 if bias else 1
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is not None and np.shape(given) != rows.shape[1:]:
            raise ShapeError(f"cov: {name} of shape {np.shape(given)} for {rows.shape[1]} observations")
    if len(rows) == 0:  # no variables have an empty matrix
        return np.matmul(rows, rows.T)
    weights = fweights if aweights is None else aweights if fweights is None else fweights * aweights
    mean, total = np.average(rows, axis=1, weights=weights, returned=True)
    total = total[0]
    if aweights is not None and ddof != 0:
        ddof = ddof * np.sum(weights * aweights) / total
    scale = total - ddof
    if scale <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
        scale = scale * 0.0
    centred = rows - np.expand_dims(mean, 1)
    weighted = centred if weights is None else centred * weights
    return np.squeeze(np.matmul(centred, np.conjugate(weighted).T) / scale)


def variables_in_rows(name: str, values: Any, rowvar: bool, dtype: Any) -> Any:
    """Return a matrix with a variable in each row and an observation in each column."""
    if np.ndim(values) > 2:
        raise ShapeError(f"cov: {name} has shape {np.shape(values)}; it takes one or two dimensions")
    rows = np.reshape(values, (1, -1)) if values.ndim < 2 else values
    return (rows if rowvar or (values.ndim < 2) else rows.T).astype(dtype)


@implements(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """Composed: covariances divided by both standard deviations."""
    covariance = np.cov(x, y, rowvar, dtype=dtype)
    if covariance.ndim == 0:
        return covariance / covariance
    diagonal = np.arange(len(covariance))
    spread = np.sqrt(np.real(covariance[diagonal, diagonal]))
    result = covariance / spread[:, None] / spread[None, :]
    return result + (within_one(result.data) - result.data)  # what rounding adds has no derivative


def within_one(values: np.ndarray) -> np.ndarray:
    """Return `values` with real and imaginary parts clipped to [-1, 1]."""
    if np.iscomplexobj(values):
        return np.clip(values.real, -1, 1) + 1j * np.clip(values.imag, -1, 1)
    return np.clip(values, -1, 1)
