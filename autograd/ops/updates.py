"""Updates of elements in place, ``np.add.at(t, index, values)``: an element that the index names twice changes twice.

What is computed is assigned, so that views, saved arrays and variables are treated as in ``t[index] = values``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import memory, views
from autograd.errors import DTypeError
from autograd.grad_mode import recording
from autograd.graph import unbroadcast
from autograd.ops.indexing import as_array, reads_once
from autograd.primitive import implements, primitive
from autograd.tensor import Tensor, plain


@primitive
def add_at(a: Any, values: Any, index: Any) -> Any:
    """Return `a` with `values` added at `index`, those for one element one after the other."""
    result = np.array(a)
    np.add.at(result, index, values)
    return result


@primitive
def subtract_at(a: Any, values: Any, index: Any) -> Any:
    result = np.array(a)
    np.subtract.at(result, index, values)
    return result


add_at.defvjp(lambda g: g, lambda g, values_shape, index: unbroadcast(g[index], values_shape))
subtract_at.defvjp(lambda g: g, lambda g, values_shape, index: unbroadcast(-g[index], values_shape))

SUMS = {np.add: add_at, np.subtract: subtract_at}  # of any number of values for one element in one step


@implements(np.ufunc.at)
def at(ufunc: np.ufunc, a: Any, indices: Any, /, *b: Any) -> None:
    index, b = plain(indices), tuple(map(as_array, b))
    if not isinstance(a, Tensor):
        ufunc.at(a, index, *map(np.asarray, b))  # which refuses what requires a gradient
        return
    if not _is_recorded(a, *b):
        ufunc.at(a.data, index, *map(plain, b))
        memory.record_write(a.data, f"np.{ufunc.__name__}.at", index)
        return
    if a.dtype.kind not in "fc":
        raise DTypeError(
            f"np.{ufunc.__name__}.at: a Tensor of dtype {a.dtype} holds no gradient; make it floating: t.astype(float)"
        )
    if ufunc in SUMS:
        a[...] = SUMS[ufunc](a, *b, index)
        return
    root = views.root_of(a)
    apart = [np.copy(v) if isinstance(v, Tensor) and views.root_of(v) is root else v for v in b]
    for places, operands in _rounds(a, index, apart):
        a[places] = ufunc(np.copy(a[places]), *operands)


def _is_recorded(a: Tensor, *b: Any) -> bool:
    """Whether a gradient can flow into what is written, or through what is there."""
    tensors = [a, views.root_of(a), *(value for value in b if isinstance(value, Tensor))]
    return recording.get() and any(tensor.requires_grad for tensor in tensors)


def _rounds(a: Tensor, index: Any, operands: list[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """Yield indices that name no element twice, with their operands: the first updates, the second, and so on."""
    if reads_once(index):
        yield index, operands
        return
    places = np.arange(a.size).reshape(a.shape)[index]
    spread = [np.broadcast_to(as_array(operand), places.shape) for operand in operands]
    times = occurrences(places.reshape(-1)).reshape(places.shape)
    for time in range(int(times.max(initial=-1)) + 1):
        now = times == time
        yield np.unravel_index(places[now], a.shape), [operand[now] for operand in spread]


def occurrences(values: np.ndarray) -> np.ndarray:
    """Return of each element how many equal ones are before it.

    Examples
    --------
    >>> occurrences(np.array([7, 5, 7, 7, 5]))
    array([0, 0, 1, 2, 1])
    """
    order = np.argsort(values, kind="stable")
    is_first = np.diff(values[order], prepend=-1) != 0  # of its group
    number = np.arange(values.size)
    result = np.empty_like(number)
    result[order] = number - np.maximum.accumulate(np.where(is_first, number, 0))
    return result
