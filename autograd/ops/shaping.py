"""New shapes, new axes and new orders for the same elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.graph import unbroadcast
from autograd.ops.indexing import as_array
from autograd.ops.joining import join as join  # where it was
from autograd.primitive import implements, primitive
from autograd.tensor import Tensor, plain

# ------------------------------------------------------------------------------------------------- new shape


@implements(np.reshape)
@primitive
def reshape(a: Any, shape: Any, order: Any = "C", copy: bool | None = None) -> Any:
    if order == "A":
        raise DTypeError("reshape: order='A' not supported on Tensors, whose layout varies; give 'C' or 'F'")
    a = np.asarray(a)  # whose method takes less time than the function
    return a.reshape(shape, order=order) if copy is None else a.reshape(shape, order=order, copy=copy)


reshape.defvjp(lambda g, a_shape, order: np.reshape(g, a_shape, order=order))


@implements(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    """Composed; in the order in which the elements lie in memory if `order` says so."""
    if order == "A":
        order = "F" if plain(a).flags.fnc else "C"
    elif order == "K":
        a, order = np.transpose(a, axes_in_memory(plain(a))), "C"
    return np.reshape(a, (-1,), order=order)


def axes_in_memory(a: np.ndarray) -> list[int]:
    """Return the axes in the order in which NumPy walks through memory, the last the fastest.

    From the last axis to the first, each is put behind the slower ones; one along which the memory stays the same
    has no place of its own, and is compared with none.
    """
    strides = [abs(stride) if size > 1 else 0 for stride, size in zip(a.strides, a.shape, strict=True)]
    axes: list[int] = []  # the first the fastest
    for axis in reversed(range(a.ndim)):
        place = len(axes)
        for i, other in reversed(list(enumerate(axes))):
            if strides[axis] and strides[other]:
                if strides[other] <= strides[axis]:
                    break
                place = i
        axes.insert(place, axis)
    return axes[::-1]


@implements(np.expand_dims)
@primitive
def expand_dims(a: Any, axis: Any) -> Any:
    return np.expand_dims(a, axis)


@implements(np.squeeze)
@primitive
def squeeze(a: Any, axis: Any = None) -> Any:
    return np.squeeze(a, axis=axis)


expand_dims.defvjp(lambda g, a_shape: np.reshape(g, a_shape))
squeeze.defvjp(lambda g, a_shape: np.reshape(g, a_shape))


@implements(np.broadcast_to)
@primitive
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    return np.broadcast_to(array, shape)


broadcast_to.defvjp(lambda g, array_shape: unbroadcast(g, array_shape))


@implements(np.full_like)
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    """Composed: a plain array of plain values; Tensors are broadcast and converted, whatever the order in memory."""
    if not isinstance(fill_value, Tensor):
        return np.full_like(plain(a), fill_value, dtype, order, subok, shape, device=device)
    filled = np.broadcast_to(fill_value, np.shape(a) if shape is None else shape)
    return filled.astype(plain(a).dtype if dtype is None else dtype)


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(array, shape) for array in args)


def each(function: Callable[[Any], Any], arrays: tuple[Any, ...]) -> Any:
    """Return what `function` makes of each array; of a single one, not in a tuple."""
    return function(as_array(arrays[0])) if len(arrays) == 1 else tuple(function(as_array(a)) for a in arrays)


@implements(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    return each(lambda a: a if a.ndim else np.reshape(a, (1,)), arys)


@implements(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    return each(lambda a: a if a.ndim > 1 else np.reshape(a, (1, -1)), arys)


@implements(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    """Composed: a vector becomes a row of points, a matrix has its entries as points."""
    return each(lambda a: a if a.ndim > 2 else np.reshape(a, (1, -1, 1) if a.ndim < 2 else (*a.shape, 1)), arys)


# ------------------------------------------------------------------------------------------------- axes


@implements(np.transpose, np.permute_dims)
@primitive
def transpose(a: Any, axes: Any = None) -> Any:
    return np.transpose(a, axes)


def transpose_vjp(g: Any, axes: Any) -> Any:
    """The inverse permutation undoes a permutation of axes."""
    return np.transpose(g, None if axes is None else tuple(np.argsort([axis % g.ndim for axis in axes]).tolist()))


transpose.defvjp(transpose_vjp)


@implements(np.swapaxes)
@primitive
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    return np.swapaxes(a, axis1, axis2)


swapaxes.defvjp(lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2))


@implements(np.moveaxis)
@primitive
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    return np.moveaxis(a, source, destination)


moveaxis.defvjp(lambda g, source, destination: np.moveaxis(g, destination, source))


@implements(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """Composed: `start` is a place between axes, and those after `axis` move up when that is taken out."""
    if not -a.ndim <= start <= a.ndim:
        raise np.exceptions.AxisError(f"rollaxis: start={start} for an array of {a.ndim} dimensions")
    place = start if start >= 0 else start + a.ndim
    return np.moveaxis(a, axis, place - (axis % max(a.ndim, 1) < place))


@implements(np.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    return np.swapaxes(x, -1, -2)


# ------------------------------------------------------------------------------------------------- order of elements


@implements(np.flip)
@primitive
def flip(m: Any, axis: Any = None) -> Any:
    return np.flip(m, axis)


flip.defvjp(lambda g, axis: np.flip(g, axis))


@implements(np.roll)
@primitive
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    return np.roll(a, shift, axis)


roll.defvjp(lambda g, shift, axis: np.roll(g, np.negative(shift), axis))


@implements(np.flipud)
def flipud(m: Any) -> Any:
    return np.flip(m, 0)


@implements(np.fliplr)
def fliplr(m: Any) -> Any:
    return np.flip(m, 1)


@implements(np.rot90)
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Composed: half a turn reverses both axes of the plane; a quarter exchanges them and reverses one."""
    first, second = axes
    if not {first, second} <= {*range(-m.ndim, m.ndim)}:
        raise ValueError(f"rot90: axes={axes} for an array of {m.ndim} dimensions")
    if first % m.ndim == second % m.ndim:
        raise ValueError(f"rot90: axes={axes} are one axis; a plane has two")
    if k % 4 == 0:
        return m[...]
    if k % 4 == 2:
        return np.flip(m, (first, second))
    return np.flip(np.swapaxes(m, first, second), first if k % 4 == 1 else second)
