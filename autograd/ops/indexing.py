"""Reading elements by index, and its adjoint: adding into the places read from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.errors import GraphError
from autograd.primitive import implements, primitive
from autograd.tensor import Tensor, plain


@primitive
def getitem(x: Any, index: Any) -> Any:
    return x[index]


@primitive
def scatter_add(a: Any, shape: tuple[int, ...], index: Any) -> Any:
    """Return zeros of `shape` with `a` added at `index`; an element read twice receives both contributions."""
    result = np.zeros(shape, a.dtype)
    if reads_once(index):
        result[index] = a
    else:
        add_repeats(result, index, a)
    return result


def add_at(total: np.ndarray, g: Any, shape: tuple[int, ...], index: Any) -> None:
    """Add what `scatter_add` would return to `total`, without making it: a thousand slices cost a thousand slices."""
    if reads_once(index):
        total[index] += g
    else:
        add_repeats(total, index, g)


getitem.defvjp(lambda g, x_shape, index: scatter_add(g, x_shape, index), add_into=add_at)
scatter_add.defvjp(lambda g, index: g[index])


@implements(Tensor.__getitem__)
def index(x: Tensor, index: Any) -> Any:
    """Composed: Tensors inside the index are their values, which have no derivative."""
    return getitem(x, plain(index))


def as_array(values: Any) -> Any:
    """Return `values` if they are a Tensor, else as an array; nested lists that hold Tensors are stacked."""
    if isinstance(values, Tensor):
        return values
    try:
        return np.asarray(values)
    except GraphError:  # of a Tensor that requires a gradient
        return stacked(values)


def stacked(values: Any) -> Any:
    """Return nested lists of numbers and Tensors as one array."""
    return np.stack([stacked(value) for value in values]) if isinstance(values, list | tuple) else values


def along(function: str, a: Any, axis: int | None) -> tuple[Any, tuple[slice, ...]]:
    """Return the array to read and the part of an index before that for `axis`: of the flat array if that is None.

    A number is read as a flat array too, for NumPy lets 0 and -1 stand for an axis of it.
    """
    if axis is None or (a.ndim == 0 and axis in (0, -1)):
        return np.ravel(a), ()
    return a, lead(function, axis, a.ndim)


def lead(function: str, axis: int, ndim: int) -> tuple[slice, ...]:
    """Return the part of an index before that for `axis`."""
    return (slice(None),) * normalize_axis_index(axis, ndim, function)


def reads_once(index: Any) -> bool:
    """Whether no element can be read twice: `index` has only integers, slices, ``...``, None and boolean masks."""
    return all(
        item is None or item is Ellipsis or isinstance(item, slice | int | np.integer) or np.asarray(item).dtype == bool
        for item in (index if isinstance(index, tuple) else (index,))
    )


def add_repeats(total: np.ndarray, index: Any, a: np.ndarray) -> None:
    """Do ``np.add.at(total, index, a)``, bit for bit, in a half to a quarter of the time where that is long.

    np.add.at has a fast loop for one axis: the elements are found in the flat array first (benchmarks/RESULTS.md).
    """
    is_tuple = isinstance(index, tuple)
    if (
        a.size < 1000
        or a.ndim == total.ndim == 1
        or not total.flags.c_contiguous
        or (is_tuple and 8 * a.size < total.size)
    ):
        np.add.at(total, index, a)
    elif is_tuple:
        positions = np.arange(total.size).reshape(total.shape)[index]
        np.add.at(total.reshape(-1), positions.reshape(-1), a.reshape(-1))
    else:
        width = math.prod(total.shape[1:])
        rows = np.asarray(index, np.intp).reshape(-1, 1)
        a = a.reshape(rows.size, width)
        size = max(1, 2**14 // width)
        for start in range(0, rows.size, size):  # in blocks, to bound the memory for positions
            block = slice(start, start + size)
            np.add.at(total.reshape(-1), (rows[block] * width + np.arange(width)).reshape(-1), a[block].reshape(-1))
