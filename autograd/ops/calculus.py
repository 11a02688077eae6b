"""Differences, slopes, integrals and interpolation of sampled functions, composed of slices and arithmetic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.errors import ShapeError
from autograd.ops.arguments import NOT_GIVEN
from autograd.ops.indexing import as_array
from autograd.primitive import implements, primitive
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- differences


@implements(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = NOT_GIVEN, append: Any = NOT_GIVEN) -> Any:
    if n < 0:
        raise ValueError(f"diff: n={n}; the number of times to take differences is 0 or more")
    if np.ndim(a) == 0:
        raise ShapeError("diff: a single number has no differences; give at least one dimension")
    if n == 0:
        return a
    axis = normalize_axis_index(axis, np.ndim(a))
    parts = [part_along(prepend, a, axis), a, part_along(append, a, axis)]
    given = [part for part in parts if part is not NOT_GIVEN]
    a = np.concatenate(given, axis) if len(given) > 1 else a
    lead = (slice(None),) * axis
    for _ in range(n):
        a = a[(*lead, slice(1, None))] - a[(*lead, slice(None, -1))]
    return a


def part_along(values: Any, a: Any, axis: int) -> Any:
    """Return `values` to be joined with `a` along `axis`; a single number becomes a slice of it."""
    if values is NOT_GIVEN or np.ndim(values) > 0:
        return values
    return np.broadcast_to(values, (*np.shape(a)[:axis], 1, *np.shape(a)[axis + 1 :]))


@implements(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Composed: what is put at the ends takes the dtype of the array."""
    flat = np.ravel(ary)
    parts = [flat[1:] - flat[:-1]]
    if to_begin is not None:
        parts = [end_of("to_begin", to_begin, flat.dtype), *parts]
    if to_end is not None:
        parts = [*parts, end_of("to_end", to_end, flat.dtype)]
    return np.concatenate(parts)


def end_of(name: str, values: Any, dtype: Any) -> Any:
    values = np.ravel(values)
    if not np.can_cast(values.dtype, dtype, "same_kind"):
        raise TypeError(f"{name}= of {values.dtype} for differences of {dtype}; convert one of them with .astype")
    return values.astype(dtype, copy=False)


# ------------------------------------------------------------------------------------------------- slopes


@implements(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Composed of the slopes between neighbours; an array for one axis, a tuple of arrays for several."""
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order={edge_order}; it is 1 or 2")
    ndim = np.ndim(f)
    axes = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    spacings = varargs or (1.0,)
    if len(spacings) == 1 and np.ndim(spacings[0]) == 0:
        spacings = spacings * len(axes)
    if len(spacings) != len(axes):
        raise TypeError(
            f"gradient: {len(varargs)} spacings for {len(axes)} axes; give one number for all of them, or a number or "
            "the coordinates for each"
        )
    results = [slopes(f, spacing, i, edge_order) for i, spacing in zip(axes, spacings, strict=True)]
    return results[0] if len(results) == 1 else tuple(results)


def slopes(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """Return the slope at every point; inside, that of the parabola through it and both neighbours."""
    n = np.shape(f)[axis]
    if np.ndim(spacing) > 1 or (np.ndim(spacing) == 1 and len(spacing) != n):
        raise ShapeError(f"gradient: coordinates of shape {np.shape(spacing)} for an axis of size {n}")
    if n < edge_order + 1:
        raise ShapeError(f"gradient: axis {axis} has size {n}; edge_order={edge_order} needs {edge_order + 1} or more")
    f = np.moveaxis(f, axis, -1)
    h = np.diff(spacing) if np.ndim(spacing) == 1 else np.broadcast_to(spacing, (n - 1,))
    if f.dtype.kind in "fc" and h.dtype.kind != "c":
        h = h.astype(np.finfo(f.dtype).dtype)
    between = (f[..., 1:] - f[..., :-1]) / h
    share = h[:-1] / (h[:-1] + h[1:])  # the nearer neighbour counts more
    change = between[..., 1:] - between[..., :-1]
    inner = between[..., :-1] + share * change
    first, last = between[..., :1], between[..., -1:]
    if edge_order == 2:
        first = first - share[:1] * change[..., :1]
        last = last + (1 - share[-1:]) * change[..., -1:]
    return np.moveaxis(np.concatenate([first, inner, last], -1), -1, axis)


# ------------------------------------------------------------------------------------------------- integrals


@implements(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = as_array(y)
    axis = normalize_axis_index(axis, y.ndim)
    lead = (slice(None),) * axis
    width = dx
    if x is not None and np.ndim(x) == 1:
        width = np.reshape(np.diff(x), (-1,) + (1,) * (y.ndim - 1 - axis))
    elif x is not None:
        width = np.diff(x, axis=axis)
    return np.sum(width * (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) / 2, axis=axis)


# ------------------------------------------------------------------------------------------------- interpolation


@implements(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """Composed: linear between points; at a point, the slope is that to its right."""
    if np.ndim(xp) != 1 or np.shape(xp) != np.shape(fp) or np.size(xp) == 0:
        raise ShapeError(
            f"interp: xp has shape {np.shape(xp)} and fp {np.shape(fp)}; they are vectors of one length > 0"
        )
    x, xp, fp = in_double(x), in_double(xp), in_double(fp)
    if period is not None:
        x, xp, fp = unrolled(x, xp, fp, period)
    n = len(xp)
    low = np.clip(np.searchsorted(plain(xp), plain(x), "right") - 1, 0, n - 2 if n > 1 else 0)
    ends = np.stack([low, np.minimum(low + 1, n - 1)])
    (start, stop), (first, last) = xp[ends], fp[ends]
    share = (x - start) / np.where(start == stop, 1, stop - start)
    share = np.where(x < start, 0, np.where(x > stop, 1, share))  # outside of all points
    y = first + share * (last - first)
    if left is not None and period is None:
        y = np.where(x < xp[0], left, y)
    if right is not None and period is None:
        y = np.where(x > xp[-1], right, y)
    return y


def in_double(values: Any) -> Any:
    """Return `values` in double precision, in which alone NumPy interpolates."""
    values = values if hasattr(values, "astype") else np.asarray(values)
    return values.astype(np.result_type(values, np.float64))


def unrolled(x: Any, xp: Any, fp: Any, period: float) -> tuple[Any, Any, Any]:
    """Return `x` in [0, period), and the points there in order with one more on either side."""
    if period == 0:
        raise ValueError("interp: period=0; it is a length")
    period = abs(period)
    xp = np.remainder(xp, period)
    order = np.argsort(plain(xp))
    xp, fp = xp[order], fp[order]
    return (
        np.remainder(x, period),
        np.concatenate([xp[-1:] - period, xp, xp[:1] + period]),
        np.concatenate([fp[-1:], fp, fp[:1]]),
    )


@implements(np.unwrap)
@primitive
def unwrap(p: Any, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi) -> Any:
    return np.unwrap(p, discont, axis, period=period)


unwrap.defvjp(lambda g: g)  # whole periods are added
