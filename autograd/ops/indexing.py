"""Reading elements by index, and its adjoint: adding into the places read from."""

from __future__ import annotations

from typing import Any

import numpy as np

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
        np.add.at(result, index, a)
    return result


getitem.defvjp(lambda g, x_shape, index: scatter_add(g, x_shape, index))
scatter_add.defvjp(lambda g, index: g[index])


@implements(Tensor.__getitem__)
def index(x: Tensor, index: Any) -> Any:
    """Composed: Tensors inside the index are their values, which have no derivative."""
    return getitem(x, plain(index))


def reads_once(index: Any) -> bool:
    """Whether no element can be read twice: `index` has only integers, slices, ``...``, None and boolean masks."""
    return all(
        item is None or item is Ellipsis or isinstance(item, slice | int | np.integer) or np.asarray(item).dtype == bool
        for item in (index if isinstance(index, tuple) else (index,))
    )
