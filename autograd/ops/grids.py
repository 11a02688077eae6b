"""Grids: coordinates spread over axes, numbers in even steps, and powers in the columns of a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.indexing import as_array
from autograd.primitive import implements
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- coordinates


@implements(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: Any = "xy") -> tuple[Any, ...]:
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing='{indexing}'; it is 'xy', rows first in the second array, or 'ij'")
    axes = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        axes[:2] = [1, 0]
    spread = [np.reshape(x, along(axis, len(xi))) for x, axis in zip(xi, axes, strict=True)]
    grid = tuple(spread) if sparse else np.broadcast_arrays(*spread)
    return tuple(np.copy(x) for x in grid) if copy else grid


@implements(np.ix_)
def ix_(*args: Any) -> tuple[Any, ...]:
    """Composed: a mask stands for the places where it is true, and these are plain."""
    vectors = [np.flatnonzero(a) if as_array(a).dtype == bool else a for a in args]
    if any(np.ndim(a) != 1 for a in vectors):
        raise ShapeError(f"ix_: shapes {[np.shape(a) for a in args]}; it takes vectors")
    return tuple(np.reshape(a, along(axis, len(args))) for axis, a in enumerate(vectors))


def along(axis: int, ndim: int) -> tuple[int, ...]:
    """Return the shape, for `np.reshape`, of values along one of so many axes."""
    return (1,) * axis + (-1,) + (1,) * (ndim - 1 - axis)


# ------------------------------------------------------------------------------------------------- steps


@implements(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """Composed: so many steps from `start`, and `stop` itself at the end."""
    start, stop = floating(start, stop)
    difference = stop - start
    step = difference / max(num - 1 if endpoint else num, 1)
    values = start + counted(num, step) * step
    if endpoint and num > 1:
        values = np.concatenate([values[:-1], np.broadcast_to(stop, (1, *difference.shape))])
    values = np.moveaxis(values, 0, axis)
    if dtype is not None:
        values = np.floor(values).astype(dtype) if np.dtype(dtype).kind in "iu" else values.astype(dtype)
    return (values, step if num > endpoint else np.nan) if retstep else values


@implements(np.logspace)
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    if np.ndim(base) > 0:
        start, stop = (np.broadcast_arrays(end, stop, start, base)[0] for end in (start, stop))
        base = np.expand_dims(np.broadcast_to(base, start.shape), axis)
    values = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return values if dtype is None else values.astype(dtype)


@implements(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """Composed: powers of the ratio of both ends; complex ones turn by its angle."""
    start, stop = (end.astype(np.result_type(end.dtype, np.float64)) for end in floating(start, stop))
    if np.any(start == 0) or np.any(stop == 0):
        raise ValueError("geomspace: a geometric sequence has no 0 in it")
    ratio = stop / start
    share = counted(num, ratio) / max(num - 1 if endpoint else num, 1)
    values = np.moveaxis(start * np.power(ratio, share), 0, axis)
    return values if dtype is None else values.astype(dtype)


def floating(start: Any, stop: Any) -> list[Any]:
    """Return both in the floating dtype of their sum; numbers of Python do not count."""
    dtype = np.result_type(
        *(end if isinstance(end, int | float | complex) else as_array(plain(end)) for end in (start, stop)), 1.0
    )
    return [as_array(end).astype(dtype) for end in (start, stop)]


def counted(num: int, values: Any) -> np.ndarray:
    """Return 0, 1, … as many as `num`, on a new first axis before those of `values` and in their dtype."""
    if num < 0:
        raise ValueError(f"num={num}; the number of values is 0 or more")
    return np.arange(num).reshape((-1,) + (1,) * values.ndim).astype(values.dtype)


# ------------------------------------------------------------------------------------------------- powers


@implements(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803  # NumPy's name
    if x.ndim != 1:
        raise ShapeError(f"vander: shape {x.shape}; it takes a vector")
    exponents = np.arange(len(x) if N is None else N)
    base = np.expand_dims(x.astype(np.promote_types(x.dtype, int)), 1)
    return np.power(base, exponents if increasing else exponents[::-1])
