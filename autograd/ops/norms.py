"""Norms of vectors and matrices, and condition numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.errors import ShapeError
from autograd.ops.arguments import NOT_GIVEN
from autograd.ops.linalg import refuse_vectors
from autograd.ops.reductions import reduced_axes, restore, to_rows
from autograd.primitive import implements, primitive
from autograd.tensor import plain


@primitive
def p_norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return (Σ |x|^p)^(1/p); p = 2 for None, which takes any number of axes."""
    return np.linalg.norm(x, ord, axis, keepdims)


def p_norm_vjp(g: Any, y: Any, x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """(x̄ / y) (|x| / y)^(p-2); at 0 the minimum-norm subgradient 0, and so for an element of 0 where p < 2."""
    y = restore(y, axis, keepdims)
    y = np.where(y == 0, 1, y)
    slope = np.conjugate(x) / y
    if ord not in (None, 2):
        sizes = np.abs(x) / y
        slope = slope * (sizes if ord > 2 else np.where(x == 0, np.inf, sizes)) ** (ord - 2)
    return restore(g, axis, keepdims) * slope


p_norm.defvjp(p_norm_vjp)


@implements(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Composed, but for the p-norm: of sums and extrema of sizes, or of singular values."""
    if ord is None:
        return p_norm(x, None, axis, keepdims)
    if axis is None:
        axis = tuple(range(x.ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return norm_of_vectors(x, ord, axes[0], keepdims)
    if len(axes) == 2:
        return norm_of_matrices(x, ord, axes, keepdims)
    raise ShapeError(f"norm: ord={ord} over {len(axes)} axes of shape {x.shape}; it takes vectors, 1, or matrices, 2")


def norm_of_vectors(x: Any, ord: Any, axis: int, keepdims: bool) -> Any:
    if ord == np.inf:
        return largest(np.abs(x), axis, keepdims)
    if ord == -np.inf:
        return np.min(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.linalg.norm(plain(x), 0, axis, keepdims)  # a count, without derivative
    return p_norm(x, ord, axis, keepdims)


def largest(sizes: Any, axis: Any, keepdims: bool = False) -> Any:
    """Return the maximum of sizes, of which none is below 0; as NumPy has it, that of none is 0."""
    initial: Any = NOT_GIVEN if sizes.size else 0
    return np.max(sizes, axis=axis, keepdims=keepdims, initial=initial)


def norm_of_matrices(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Any:
    if ord == "fro":
        return p_norm(x, None, axes, keepdims)
    rows, columns = (normalize_axis_index(axis, x.ndim) for axis in axes)
    reduce: Any = {1: largest, 2: largest, np.inf: largest, -1: np.min, -2: np.min, -np.inf: np.min, "nuc": np.sum}.get(
        ord
    )
    if reduce is None:
        raise ValueError(f"norm: ord={ord!r} is no norm of matrices; use 1, -1, 2, -2, inf, -inf, 'fro' or 'nuc'")
    if ord in (2, -2, "nuc"):
        result = reduce(np.linalg.svd(np.moveaxis(x, (rows, columns), (-2, -1)), compute_uv=False), axis=-1)
    elif ord in (1, -1):
        result = reduce(np.sum(np.abs(x), axis=rows, keepdims=True), axis=(rows, columns))
    else:
        result = reduce(np.sum(np.abs(x), axis=columns, keepdims=True), axis=(rows, columns))
    return np.expand_dims(result, (rows, columns)) if keepdims else result


@implements(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Composed: the axes are joined into one."""
    result = norm_of_vectors(to_rows(x, axis), ord, -1, keepdims=False)
    return np.expand_dims(result, reduced_axes(axis, x.ndim)) if keepdims else result


@implements(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return norm(x, ord, (-2, -1), keepdims)


@implements(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """Composed: of the extreme singular values, or the norm of the matrix times that of its inverse."""
    refuse_vectors(x)
    if 0 in x.shape[-2:]:
        raise np.linalg.LinAlgError("matrices without elements have no condition number")
    if p not in (None, 2, -2):
        return norm(x, p, (-2, -1)) * norm(np.linalg.inv(x), p, (-2, -1))
    s = np.linalg.svd(x, compute_uv=False)
    with np.errstate(divide="ignore"):  # a singular matrix has an infinite condition number
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
