"""Functions that rearrange, repeat or join elements without changing them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.graph import unbroadcast
from autograd.primitive import implements, primitive

# ------------------------------------------------------------------------------------------------- one array, new shape


@implements(np.reshape)
@primitive
def reshape(a: Any, shape: Any, order: Any = "C") -> Any:
    return np.reshape(a, shape, order=order)


reshape.defvjp(lambda g, a_shape, order: np.reshape(g, a_shape, order=order))


@implements(np.ravel)
def ravel(a: Any) -> Any:
    return np.reshape(a, (-1,))


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
def broadcast_to(array: Any, shape: Any) -> Any:
    return np.broadcast_to(array, shape)


broadcast_to.defvjp(lambda g, array_shape: unbroadcast(g, array_shape))

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


@implements(np.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
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


roll.defvjp(lambda g, shift, axis: np.roll(g, tuple(-s for s in shift) if isinstance(shift, tuple) else -shift, axis))


@implements(np.flipud)
def flipud(m: Any) -> Any:
    return np.flip(m, 0)


@implements(np.fliplr)
def fliplr(m: Any) -> Any:
    return np.flip(m, 1)


# ------------------------------------------------------------------------------------------------- repeating


@implements(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Composed: a gather, whose VJP adds up the cotangents of the copies."""
    if axis is None:
        a, axis = np.ravel(a), 0
    copies = np.repeat(np.arange(a.shape[axis]), repeats)
    return a[(slice(None),) * (axis % a.ndim) + (copies,)]


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


@implements(np.pad)
def pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    """Composed for the modes that copy elements: a gather along each axis. Constants have a primitive of their own."""
    if isinstance(pad_width, dict):
        pad_width = [pad_width.get(axis, pad_width.get(axis - array.ndim, 0)) for axis in range(array.ndim)]
        pad_width = [np.broadcast_to(width, 2).tolist() for width in pad_width]
    if mode == "constant":
        return pad_constant(array, pad_width, **options)
    if mode not in ("edge", "reflect", "symmetric", "wrap") or options.get("reflect_type", "even") != "even":
        raise TypeError(
            f"pad: mode '{mode}' with options {options} is not supported on Tensors; pad .data, or compose it"
        )
    for axis, width in enumerate(np.broadcast_to(pad_width, (array.ndim, 2)).tolist()):
        array = array[(slice(None),) * axis + (np.pad(np.arange(array.shape[axis]), width, mode),)]  # type: ignore[call-overload]  # mode is one of four
    return array


@functools.partial(primitive, name="pad")
def pad_constant(array: Any, pad_width: Any, constant_values: Any = 0) -> Any:
    return np.pad(array, pad_width, constant_values=constant_values)


def pad_constant_vjp(g: Any, array_shape: tuple[int, ...], pad_width: Any) -> Any:
    """The part of the cotangent where the array is."""
    widths = np.broadcast_to(pad_width, (len(array_shape), 2)).tolist()
    return g[tuple(slice(before, before + size) for (before, _), size in zip(widths, array_shape, strict=True))]


pad_constant.defvjp(pad_constant_vjp)

# ------------------------------------------------------------------------------------------------- joining, splitting


@functools.partial(primitive, name="concatenate")
def join(*arrays: Any, axis: int, stops: Sequence[int]) -> Any:
    return np.concatenate(arrays, axis=axis)


def join_vjp(g: Any, index: int, axis: int, stops: Sequence[int]) -> Any:
    """The part of the cotangent that came from the array at `index`."""
    return g[(slice(None),) * (axis % g.ndim) + (slice(stops[index], stops[index + 1]),)]


@implements(np.concatenate, np.concat)
def concatenate(arrays: Any, axis: int | None = 0) -> Any:
    """Composed: the primitive `join` on the arrays of a sequence, with the position at which each ends."""
    arrays = list(arrays) if axis is not None else [np.ravel(a) for a in arrays]
    axis = axis or 0
    sizes = [np.shape(a)[axis] for a in arrays if -np.ndim(a) <= axis < np.ndim(a)]  # NumPy refuses the others
    return join(*arrays, axis=axis, stops=(0, *itertools.accumulate(sizes)))


join.defvjp(join_vjp)


@implements(np.stack)
def stack(arrays: Any, axis: int = 0) -> Any:
    return np.concatenate([np.expand_dims(a, axis) for a in arrays], axis)


@implements(np.vstack)
def vstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_2d(a) for a in tup], 0)


@implements(np.hstack)
def hstack(tup: Any) -> Any:
    arrays = [np.atleast_1d(a) for a in tup]
    return np.concatenate(arrays, 0 if arrays[0].ndim == 1 else 1)


@implements(np.column_stack)
def column_stack(tup: Any) -> Any:
    return np.concatenate([a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in tup], 1)


@implements(np.atleast_1d)
def atleast_1d(a: Any) -> Any:
    return a if a.ndim else np.reshape(a, (1,))


@implements(np.atleast_2d)
def atleast_2d(a: Any) -> Any:
    return a if a.ndim > 1 else np.reshape(a, (1, -1))


@implements(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Composed of slices; NumPy says where, by splitting the positions."""
    pieces = np.array_split(np.arange(ary.shape[axis]), indices_or_sections)
    stops = (0, *itertools.accumulate(len(piece) for piece in pieces))
    lead = (slice(None),) * (axis % ary.ndim)
    return [ary[(*lead, slice(start, stop))] for start, stop in itertools.pairwise(stops)]


@implements(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    if isinstance(indices_or_sections, int) and ary.shape[axis] % indices_or_sections:
        raise ValueError(
            f"split: axis {axis} of size {ary.shape[axis]} does not divide into {indices_or_sections} equal parts; "
            "use np.array_split"
        )
    return array_split(ary, indices_or_sections, axis)
