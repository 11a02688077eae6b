"""Copies of elements, side by side."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.ops.indexing import along, as_array
from autograd.primitive import implements, primitive
from autograd.tensor import Tensor, plain


@functools.partial(primitive, name="repeat")
def repeat_equally(a: Any, times: int, axis: int) -> Any:
    return np.repeat(a, times, axis)


def repeat_equally_vjp(g: Any, a_shape: tuple[int, ...], times: int, axis: int) -> Any:
    """The sum over the copies, which are neighbours."""
    return np.sum(np.reshape(g, (*a_shape[: axis + 1], times, *a_shape[axis + 1 :])), axis=axis + 1)


repeat_equally.defvjp(repeat_equally_vjp)


@implements(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Composed: a primitive for as many copies of all elements, else a gather."""
    repeats = plain(repeats)
    a, before = along("repeat", as_array(a), axis)
    if np.size(repeats) == 1:
        return repeat_equally(a, int(np.reshape(repeats, ())), len(before))
    return a[(*before, np.repeat(np.arange(a.shape[len(before)]), repeats))]


@implements(np.tile)
def tile(A: Any, reps: Any) -> Any:  # noqa: N803  # NumPy's name
    """Composed: each axis gets a new axis before it, along which the array is broadcast, and the pair is joined."""
    reps = tuple(reps) if isinstance(reps, Sequence | np.ndarray) else (reps,)
    ndim = len(reps) if len(reps) > A.ndim else A.ndim
    shape = (1,) * (ndim - A.ndim) + A.shape
    reps = (1,) * (ndim - len(reps)) + reps
    spread = np.reshape(A, tuple(itertools.chain.from_iterable((1, size) for size in shape)))
    spread = np.broadcast_to(spread, tuple(itertools.chain.from_iterable(zip(reps, shape, strict=True))))
    return np.reshape(spread, tuple(r * size for r, size in zip(reps, shape, strict=True)))


@implements(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """Composed: as many copies of all elements as are needed, the last cut off where the shape is full."""
    shape = tuple(new_shape) if isinstance(new_shape, Sequence | np.ndarray) else (new_shape,)
    if any(n < 0 for n in shape):
        raise ValueError(f"resize: new shape {shape} has a negative size")
    if a.size == 0:
        return Tensor(np.zeros(shape, a.dtype))
    size = math.prod(shape)
    return np.reshape(np.tile(np.ravel(a), math.ceil(size / a.size))[:size], shape)
