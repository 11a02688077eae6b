"""NumPy's functions that write into an array: on Tensors they are assignments to elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.indexing import as_array
from autograd.primitive import implements
from autograd.tensor import plain


@implements(np.copyto)
def copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    src = as_array(src) if isinstance(src, list | tuple) else src
    if not np.can_cast(src.dtype if hasattr(src, "dtype") else np.result_type(src), dst.dtype, casting):
        raise TypeError(f"copyto: cannot cast to {dst.dtype} by the rule '{casting}'; pass casting='unsafe'")
    mask = np.broadcast_to(plain(where), dst.shape)
    dst[...] = np.where(mask, src, dst) if not mask.all() else src


@implements(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    """Value k goes to element k of the flat array, where the mask is true; values are repeated as needed."""
    mask = plain(mask)
    a[mask] = np.resize(as_array(values), a.shape)[mask]


@implements(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    """The first value goes to the first true element of the mask, and so on; values are repeated as needed."""
    mask = np.asarray(plain(mask), bool)
    arr[mask] = np.resize(as_array(vals), int(mask.sum()))


@implements(np.put)
def put(a: Any, ind: Any, v: Any, mode: Any = "raise") -> None:
    positions = np.asarray(plain(ind), np.intp).reshape(-1)
    if mode == "raise":
        positions = np.where(positions < 0, positions + a.size, positions)
    where = np.unravel_index(np.ravel_multi_index((positions,), (a.size,), mode=mode), a.shape)
    a[where] = np.resize(as_array(v), positions.shape)


@implements(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> None:
    indices = plain(indices)
    if axis is None:
        put(arr, indices, values)
        return
    shape = [1] * arr.ndim
    grid: list[Any] = [np.arange(size).reshape([*shape[:k], size, *shape[k + 1 :]]) for k, size in enumerate(arr.shape)]
    grid[axis] = indices
    arr[tuple(grid)] = values


@implements(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: Any = False) -> None:
    if a.ndim < 2:
        raise ValueError(f"fill_diagonal: an array of shape {a.shape} has no diagonal; it needs 2 axes or more")
    marked = np.zeros(a.shape, bool)
    np.fill_diagonal(marked, True, wrap)
    place(a, marked, val)
