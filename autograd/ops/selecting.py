"""Elements selected along an axis: each function is a gather."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.errors import ShapeError
from autograd.ops.arguments import refuse_out
from autograd.ops.indexing import along, as_array, lead
from autograd.ops.reductions import reduced_axes
from autograd.primitive import implements, nondifferentiable
from autograd.tensor import plain

nondifferentiable(np.unravel_index, np.ravel_multi_index)


@implements(np.take)
def take(a: Any, indices: Any, axis: int | None = None, out: None = None, mode: Any = "raise") -> Any:
    refuse_out("take", out)
    places = np.asarray(plain(indices))
    a, before = along("take", as_array(a), axis)
    if mode != "raise" or places.dtype.kind not in "iu":  # NumPy says what they mean
        places = np.take(np.arange(a.shape[len(before)]), places, mode=mode)
    return a[(*before, places)]


@implements(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    arr, indices = as_array(arr), np.asarray(plain(indices))
    arr, axis = (np.ravel(arr), 0) if axis is None else (arr, normalize_axis_index(axis, arr.ndim))
    if indices.ndim != arr.ndim or indices.dtype.kind not in "iu":
        raise ShapeError(
            f"take_along_axis: indices of shape {indices.shape} {indices.dtype} for an array of shape {arr.shape}; "
            "they are integers in an array of as many dimensions"
        )
    places = [*np.ix_(*map(np.arange, arr.shape))]
    places[axis] = indices
    return arr[tuple(places)]


@implements(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None, out: None = None) -> Any:
    refuse_out("compress", out)
    condition = np.asarray(plain(condition))
    if condition.ndim != 1:
        raise ShapeError(f"compress: condition of shape {condition.shape}; it takes a vector, and a[mask] any mask")
    return take(a, np.flatnonzero(condition), axis)


@implements(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """Composed: a mask says what is left, for of that nothing is read twice."""
    if axis is None:
        arr, axis = np.ravel(arr), 0
    before = lead("delete", axis, arr.ndim)
    everything = np.arange(arr.shape[axis])
    is_left = np.isin(everything, np.delete(everything, plain(obj)))
    return arr[(*before, is_left)]


@implements(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """Composed: along each axis, the slice from the first to the last place where not all elements are 0."""
    if trim.lower() not in ("f", "b", "fb", "bf"):
        raise ValueError(f"trim_zeros: trim='{trim}'; it is 'f' for the front, 'b' for the back, or both")
    axes = reduced_axes(axis, filt.ndim)
    is_zero = plain(filt) == 0
    index = [slice(None)] * filt.ndim
    for i in axes:
        places = np.flatnonzero(~np.all(is_zero, axis=tuple(j for j in range(filt.ndim) if j != i)))
        start, stop = (places[0], places[-1] + 1) if len(places) else (0, 0)
        from_front, to_back = "f" in trim.lower() or not len(places), "b" in trim.lower() or not len(places)
        index[i] = slice(start if from_front else None, stop if to_back else None)
    return filt[tuple(index)]
