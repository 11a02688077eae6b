"""One array in parts, each a slice."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.arguments import numpys
from autograd.ops.indexing import lead
from autograd.primitive import implements
from autograd.tensor import plain


@implements(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    before = lead("array_split", axis, ary.ndim)
    bounds = bounds_of_parts(ary.shape[axis], plain(indices_or_sections))
    return [ary[(*before, slice(start, stop))] for start, stop in itertools.pairwise(bounds)]


def bounds_of_parts(size: int, indices_or_sections: Any) -> list[int]:
    """Return where parts begin and end: at the indices, or such that the first of so many are longer by one if any."""
    if np.ndim(indices_or_sections) > 0:
        return [0, *indices_or_sections, size]
    sections = int(indices_or_sections)
    if sections <= 0:
        raise ValueError(f"{sections} parts; the number of parts is 1 or more")
    length, longer = divmod(size, sections)
    return [i * length + min(i, longer) for i in range(sections + 1)]


@implements(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    size = ary.shape[len(lead("split", axis, ary.ndim))]
    if np.ndim(indices_or_sections) == 0:
        sections = int(indices_or_sections)
        if sections == 0:  # the type is NumPy's
            raise ZeroDivisionError(f"split: 0 parts of axis {axis} of size {size}; the number of parts is 1 or more")
        if size % sections:
            raise ValueError(
                f"split: axis {axis} of size {size} does not divide into {sections} equal parts; use np.array_split"
            )
    return array_split(ary, indices_or_sections, axis)


@implements(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    need_dimensions("vsplit", ary, 2)
    return np.split(ary, indices_or_sections, 0)


@implements(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    need_dimensions("hsplit", ary, 1)
    return np.split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


@implements(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    need_dimensions("dsplit", ary, 3)
    return np.split(ary, indices_or_sections, 2)


@implements(*numpys("unstack"))
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    need_dimensions("unstack", x, 1)
    before = lead("unstack", axis, x.ndim)
    return tuple(x[(*before, i)] for i in range(x.shape[axis]))


def need_dimensions(name: str, a: Any, ndim: int) -> None:
    if a.ndim < ndim:
        raise ShapeError(f"{name}: shape {a.shape}; it takes arrays of {ndim} or more dimensions")
