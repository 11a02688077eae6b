"""Arrays joined into one."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.ops.arguments import refuse_out
from autograd.ops.indexing import as_array, lead
from autograd.primitive import implements, primitive
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- along an axis


@functools.partial(primitive, name="concatenate")
def join(*arrays: Any, axis: int, stops: Sequence[int]) -> Any:
    return np.concatenate(arrays, axis=axis)


def join_vjp(g: Any, index: int, axis: int, stops: Sequence[int]) -> Any:
    """The part of the cotangent that came from the array at `index`."""
    return g[(slice(None),) * (axis % g.ndim) + (slice(stops[index], stops[index + 1]),)]


join.defvjp(join_vjp)


@implements(np.concatenate, np.concat)
def concatenate(
    arrays: Any, /, axis: int | None = 0, out: None = None, *, dtype: Any = None, casting: Any = "same_kind"
) -> Any:
    """Composed: the primitive `join` on the arrays of a sequence, with the position at which each ends."""
    refuse_out("concatenate", out)
    arrays = list(arrays) if axis is not None else [np.ravel(a) for a in arrays]
    axis = axis or 0
    sizes = [np.shape(a)[axis] for a in arrays if -np.ndim(a) <= axis < np.ndim(a)]  # NumPy refuses the others
    joined = join(*arrays, axis=axis, stops=(0, *itertools.accumulate(sizes)))
    return joined if dtype is None else converted(joined, dtype, casting)


def converted(joined: Any, dtype: Any, casting: Any) -> Any:
    if not np.can_cast(joined.dtype, dtype, casting):
        raise DTypeError(
            f"concatenate: dtype={np.dtype(dtype)} for arrays of {joined.dtype}, which casting='{casting}' forbids; "
            "convert them with .astype, or pass casting='unsafe'"
        )
    return joined.astype(dtype)


@implements(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return concatenate([arr, values], axis)


# ------------------------------------------------------------------------------------------------- along a new axis


@functools.partial(primitive, name="stack")
def pile(*arrays: Any, axis: int) -> Any:
    return np.stack(arrays, axis)


pile.defvjp(lambda g, index, axis: g[(slice(None),) * (axis % g.ndim) + (index,)])


@implements(np.stack)
def stack(arrays: Any, axis: int = 0, out: None = None, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Composed: the primitive `pile` on the arrays of a sequence."""
    refuse_out("stack", out)
    piled = pile(*arrays, axis=axis)
    return piled if dtype is None else converted(piled, dtype, casting)


# ------------------------------------------------------------------------------------------------- rows and columns


@implements(np.vstack)
def vstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return concatenate([np.atleast_2d(a) for a in tup], dtype=dtype, casting=casting)


@implements(np.hstack)
def hstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    arrays = [np.atleast_1d(a) for a in tup]
    return concatenate(arrays, 0 if arrays[0].ndim == 1 else 1, dtype=dtype, casting=casting)


@implements(np.dstack)
def dstack(tup: Any) -> Any:
    return concatenate([np.atleast_3d(a) for a in tup], 2)


@implements(np.column_stack)
def column_stack(tup: Any) -> Any:
    return concatenate([a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in tup], 1)


@implements(np.block)
def block(arrays: Any) -> Any:
    """Composed: innermost lists are joined along the last axis, those around them along the one before, and so on."""
    depths, ndims = zip(*depths_and_ndims(arrays), strict=True)
    if len(set(depths)) > 1:
        raise ValueError(f"block: arrays nested {min(depths)} to {max(depths)} lists deep; nest all of them equally")
    ndim = max(*depths, *ndims)

    def join_level(part: Any, depth: int) -> Any:
        if depth == depths[0]:
            return np.reshape(part, (1,) * (ndim - np.ndim(part)) + np.shape(part))
        return np.concatenate([join_level(item, depth + 1) for item in part], depth - depths[0])

    return join_level(arrays, 0)


def depths_and_ndims(arrays: Any, depth: int = 0) -> list[tuple[int, int]]:
    """Return of each array in nested lists in how many lists it is, and its dimensions."""
    if isinstance(arrays, tuple):
        raise DTypeError("block: a tuple among the nested lists; arrays to join are in a list")
    if not isinstance(arrays, list):
        return [(depth, np.ndim(arrays))]
    if not arrays:
        raise ValueError("block: a list of no arrays")
    return [found for item in arrays for found in depths_and_ndims(item, depth + 1)]


# ------------------------------------------------------------------------------------------------- among others


@implements(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """Composed: both are joined, in the order that NumPy makes of their positions.

    A single number for `obj` inserts slices, of which the values hold one or more: then their first axis goes along
    `axis`, and otherwise they broadcast to one slice for each place.
    """
    arr, obj = as_array(arr), plain(obj)
    values = as_array(values).astype(arr.dtype)
    if axis is None:
        arr, axis = np.ravel(arr), 0
    before: Any = lead("insert", axis, arr.ndim)
    axis = len(before)
    places = np.arange(arr.shape[axis])[obj] if isinstance(obj, slice) else np.asarray(obj)
    if places.dtype == bool or not places.size:
        places = np.flatnonzero(places)
    count = places.size
    if count == 1:
        values = np.reshape(values, (1,) * (arr.ndim - values.ndim) + values.shape)
        values = np.moveaxis(values, 0, axis) if places.ndim == 0 else values
        count = values.shape[axis]
    values = np.broadcast_to(values, (*arr.shape[:axis], count, *arr.shape[axis + 1 :]))
    order = np.insert(np.arange(arr.shape[axis]), places, arr.shape[axis] + np.arange(count))
    return np.concatenate([arr, values], axis)[(*before, order)]
