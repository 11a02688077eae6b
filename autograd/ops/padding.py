"""Padding: an array between margins, which are laid along one axis after the other.

Constant margins have a primitive of their own. Margins of elements are a gather. Of any other mode a function says
what the margin before the array holds; the one behind it is that of the reversed array, reversed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.ops.indexing import as_array, stacked
from autograd.primitive import implements, primitive
from autograd.tensor import Tensor, plain

# What a mode may be told, and what it assumes.
OPTIONS: dict[str, dict[str, Any]] = {
    "constant": {"constant_values": 0},
    "linear_ramp": {"end_values": 0},
    "maximum": {"stat_length": None},
    "mean": {"stat_length": None},
    "median": {"stat_length": None},
    "minimum": {"stat_length": None},
    "reflect": {"reflect_type": "even"},
    "symmetric": {"reflect_type": "even"},
    "edge": {},
    "wrap": {},
}


@implements(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    array = as_array(array)
    if isinstance(pad_width, dict):
        pad_width = [pad_width.get(axis, pad_width.get(axis - array.ndim, 0)) for axis in range(array.ndim)]
        pad_width = [np.broadcast_to(width, 2).tolist() for width in pad_width]
    if mode == "constant" and not has_tensor(kwargs):
        return pad_constant(array, pad_width, **kwargs)
    refuse_what_cannot_be_recorded(mode, kwargs)
    if array.dtype.kind not in "fc":
        return Tensor(np.pad(plain(array), pad_width, mode, **{name: plain(value) for name, value in kwargs.items()}))
    widths = np.broadcast_to(pad_width, (array.ndim, 2)).tolist()
    if any(not isinstance(width, int) or width < 0 for pair in widths for width in pair):
        raise TypeError(f"pad: pad_width={pad_width}; widths are integers from 0 on")
    options = OPTIONS[mode] | kwargs
    if mode in ("edge", "wrap") or options.get("reflect_type") == "even":
        return gather_margins(array, widths, mode)
    return lay_margins(array, widths, mode, *options.values())


def refuse_what_cannot_be_recorded(mode: Any, options: dict[str, Any]) -> None:
    if callable(mode):
        raise DTypeError(
            "pad: a function for mode= not supported on Tensors, because it writes into its argument; join the array "
            "and its margins with np.concatenate"
        )
    if mode == "empty":
        raise DTypeError("pad: mode='empty' not supported on Tensors, because its margins hold anything; give 0s")
    if mode not in OPTIONS:
        raise ValueError(f"pad: unknown mode '{mode}'; the modes are {', '.join(OPTIONS)}")
    unknown = options.keys() - OPTIONS[mode]
    if unknown:
        raise ValueError(f"pad: unknown option {', '.join(sorted(unknown))} of mode '{mode}'")
    if options.get("reflect_type", "even") not in ("even", "odd"):
        raise ValueError(f"pad: unknown reflect_type='{options['reflect_type']}'; it is 'even' or 'odd'")


def has_tensor(values: Any) -> bool:
    if isinstance(values, dict):
        return any(map(has_tensor, values.values()))
    return isinstance(values, Tensor) or (isinstance(values, list | tuple) and any(map(has_tensor, values)))


# ------------------------------------------------------------------------------------------------- constants, elements


@functools.partial(primitive, name="pad")
def pad_constant(array: Any, pad_width: Any, constant_values: Any = 0) -> Any:
    return np.pad(array, pad_width, constant_values=constant_values)


def pad_constant_vjp(g: Any, array_shape: tuple[int, ...], pad_width: Any) -> Any:
    """The part of the cotangent where the array is."""
    widths = np.broadcast_to(pad_width, (len(array_shape), 2)).tolist()
    return g[tuple(slice(before, before + size) for (before, _), size in zip(widths, array_shape, strict=True))]


pad_constant.defvjp(pad_constant_vjp)


def gather_margins(array: Any, widths: list[list[int]], mode: Any) -> Any:
    for axis, width in enumerate(widths):
        array = array[(slice(None),) * axis + (np.pad(np.arange(array.shape[axis]), width, mode),)]
    return array


# ------------------------------------------------------------------------------------------------- computed margins


def lay_margins(array: Any, widths: list[list[int]], mode: str, option: Any) -> Any:
    margin = MARGINS[mode]
    options = np.broadcast_to(stacked(option), (array.ndim, 2))
    for axis, (before, behind) in enumerate(widths):
        if array.shape[axis] == 0 and mode != "constant" and (before or behind):
            raise ValueError(f"pad: axis {axis} is empty, and mode '{mode}' continues its elements; give constants")
        parts = [array]
        if before:
            parts = [margin(array, axis, before, options[axis, 0]), array]
        if behind:
            parts += [np.flip(margin(np.flip(array, axis), axis, behind, options[axis, 1]), axis)]
        array = np.concatenate(parts, axis) if len(parts) > 1 else array
    return array


def constant(array: Any, axis: int, width: int, value: Any) -> Any:
    return np.broadcast_to(value, with_size(array.shape, axis, width)).astype(array.dtype)


def ramp(array: Any, axis: int, width: int, end: Any) -> Any:
    share = np.reshape(np.arange(width) / width, (-1,) + (1,) * (array.ndim - 1 - axis)).astype(array.dtype)
    end = end.astype(array.dtype)
    return end + (first(array, axis) - end) * share


def statistic(array: Any, axis: int, width: int, length: int | None, compute: Callable[..., Any]) -> Any:
    if length == 0 and compute in (np.max, np.min):
        raise ValueError("pad: stat_length=0 leaves no elements to take an extremum of")
    return np.broadcast_to(
        compute(first(array, axis, length), axis=axis, keepdims=True), with_size(array.shape, axis, width)
    )


def odd_reflection(array: Any, axis: int, width: int, _: str, is_edge_reflected: bool) -> Any:
    """Reflect the elements in the first point, then in the point that has become the first, and so on."""
    size = array.shape[axis]
    if size == 1:  # as NumPy has it
        return np.broadcast_to(array, with_size(array.shape, axis, width))
    start = 0 if is_edge_reflected else 1
    padded = array
    while (missing := size + width - padded.shape[axis]) > 0:
        image = np.flip(padded[(slice(None),) * axis + (slice(start, min(start + missing, size)),)], axis)
        padded = np.concatenate([2 * first(padded, axis) - image, padded], axis)
    return first(padded, axis, width)


MARGINS: dict[str, Callable[..., Any]] = {
    "constant": constant,
    "linear_ramp": ramp,
    "maximum": functools.partial(statistic, compute=np.max),
    "mean": functools.partial(statistic, compute=np.mean),
    "median": functools.partial(statistic, compute=np.median),
    "minimum": functools.partial(statistic, compute=np.min),
    "reflect": functools.partial(odd_reflection, is_edge_reflected=False),
    "symmetric": functools.partial(odd_reflection, is_edge_reflected=True),
}


def first(array: Any, axis: int, count: int | None = 1) -> Any:
    """Return the first elements along `axis`, all of them if `count` is None."""
    return array[(slice(None),) * axis + (slice(count),)]


def with_size(shape: tuple[int, ...], axis: int, size: int) -> tuple[int, ...]:
    return (*shape[:axis], size, *shape[axis + 1 :])
