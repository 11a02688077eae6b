"""NumPy's functions that do not reach Tensors: those given lists of Tensors, and those that only make arrays.

NumPy hands a function over for a Tensor among the arguments, or among the arrays that it joins; a list in place of an
array, as in ``np.sum([t, u])``, it converts itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from autograd.errors import DTypeError, ShapeError
from autograd.ops.indexing import stacked
from autograd.tracer import getval, holds_boxes

__all__ = [
    "amax",
    "amin",
    "array",
    "asanyarray",
    "asarray",
    "c_",
    "cumsum",
    "dot",
    "full",
    "inner",
    "isscalar",
    "kaiser",
    "make_diagonal",
    "max",
    "mean",
    "min",
    "outer",
    "prod",
    "r_",
    "std",
    "sum",
    "var",
]

F = TypeVar("F", bound=Callable[..., Any])


def joined(value: Any) -> Any:
    """Return a Tensor made of `value` if that is nested lists that hold Tensors, else `value` itself."""
    return stacked(value) if isinstance(value, tuple | list) and holds_boxes(value) else value


# ------------------------------------------------------------------------------------------------- making arrays


def array(object: Any, dtype: Any = None, *, copy: bool | None = True, ndmin: int = 0, **options: Any) -> Any:
    """NumPy's ``array``, also of Tensors and of nested lists that hold them: then a new Tensor.

    Examples
    --------
    >>> from autograd import grad
    >>> float(grad(lambda x: np.sum(array([[x, 2 * x], [1.0, x**2]])))(3.0))
    9.0
    """
    if not holds_boxes(object):
        return np.array(object, dtype, copy=copy, ndmin=ndmin, **options)
    result = asarray(object, dtype, copy=copy, **options)
    return np.reshape(result, (1,) * (ndmin - result.ndim) + result.shape) if result.ndim < ndmin else result


def asarray(a: Any, dtype: Any = None, order: Any = None, *, copy: bool | None = None, **options: Any) -> Any:
    """NumPy's ``asarray``; of Tensors a Tensor, the given one where it can be."""
    if not holds_boxes(a):
        return np.asarray(a, dtype, order, copy=copy, **options)
    refuse_options("asarray", options)
    result = stacked(a)
    if dtype is not None and result.dtype != dtype:
        return result.astype(dtype)
    return np.copy(result) if copy and result is a else result


asanyarray = asarray


def full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C", **options: Any) -> Any:
    """NumPy's ``full``, also of a Tensor."""
    if not holds_boxes(fill_value):
        return np.full(shape, fill_value, dtype, order, **options)
    refuse_options("full", options)
    return np.copy(np.broadcast_to(asarray(fill_value, dtype), shape))


def kaiser(M: Any, beta: Any) -> Any:  # noqa: N803  # NumPy's name
    """NumPy's ``kaiser``, a window of `M` points, also of a Tensor `beta`.

    Examples
    --------
    >>> from autograd import grad
    >>> float(grad(lambda beta: kaiser(3, beta)[0])(2.0))  # of 1 / I₀(β)
    -0.30609...
    """
    if not holds_boxes(beta):
        return np.kaiser(getval(M), beta)
    if np.shape(beta) != ():
        raise ShapeError(f"kaiser: beta of shape {np.shape(beta)}; it is one number")
    half = (getval(M) - 1) / 2
    place = (np.arange(getval(M)) - half) / (half or 1)  # from -1 to 1
    return np.where(place == 0, 1.0, np.i0(beta * np.sqrt(1 - place**2)) / np.i0(beta))


def refuse_options(function: str, options: dict[str, Any]) -> None:
    """Raise if `options` has more than says where and how the elements lie in memory."""
    unknown = sorted(set(options) - {"subok", "order", "device"})
    if unknown:
        raise DTypeError(f"{function}: {', '.join(unknown)}= not supported on Tensors; leave it out")


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:  # noqa: N803  # HIPS autograd's name
    """Return matrices with the vectors along the last axis of `D` on their diagonals; the last two axes only."""
    if (offset, axis1, axis2) != (0, -1, -2):
        raise ShapeError(
            f"make_diagonal: offset={offset}, axis1={axis1}, axis2={axis2}; only offset=0, axis1=-1, axis2=-2"
        )
    return np.where(np.eye(np.shape(D)[-1], dtype=bool), D[..., np.newaxis], 0)


# ------------------------------------------------------------------------------------------------- joining by index


class Rows:
    """``r_[a, b]``: the parts joined along the first axis."""

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        if not holds_boxes(list(parts)):
            return np.r_[key]
        return np.concatenate([np.atleast_1d(joined(part)) if holds_boxes(part) else _plain(part) for part in parts])


class Columns:
    """``c_[a, b]``: the parts joined along the last axis, vectors as columns."""

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        if not holds_boxes(list(parts)):
            return np.c_[key]
        arrays = [np.atleast_1d(joined(part)) if holds_boxes(part) else _plain(part) for part in parts]
        return np.concatenate([a if a.ndim > 1 else np.reshape(a, (-1, 1)) for a in arrays], axis=-1)


def _plain(part: Any) -> Any:
    """Return what a slice, a number or an array contributes."""
    if isinstance(part, str):
        raise DTypeError(f"r_: directive '{part}' not supported with Tensors; use np.concatenate or np.stack")
    return np.r_[part]


r_: Any = Rows()
c_: Any = Columns()

# ------------------------------------------------------------------------------------------------- given lists


def of_lists(function: F) -> F:
    """Return NumPy's `function` for which a list of Tensors will do where an array is expected."""

    @functools.wraps(function)
    def compute(*args: Any, **kwargs: Any) -> Any:
        return function(*map(joined, args), **kwargs)

    return cast(F, compute)


sum = of_lists(np.sum)
prod = of_lists(np.prod)
mean = of_lists(np.mean)
var = of_lists(np.var)
std = of_lists(np.std)
max = of_lists(np.max)
min = of_lists(np.min)
amax = of_lists(np.amax)
amin = of_lists(np.amin)
cumsum = of_lists(np.cumsum)
dot = of_lists(np.dot)
inner = of_lists(np.inner)
outer = of_lists(np.outer)


def isscalar(element: Any) -> bool:
    """Whether `element` is a number, or a Tensor of one without axes."""
    return np.isscalar(getval(element))
