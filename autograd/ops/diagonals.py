"""Diagonals of matrices, and the triangles on either side."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.indexing import scatter_add
from autograd.primitive import implements, nondifferentiable, primitive

nondifferentiable(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)


@implements(np.diagonal)
@primitive
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.diagonal(a, offset, axis1, axis2)


def diagonal_vjp(g: Any, a_shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """Every (n + 1)-th element of the rows of zeros, written one after the other."""
    m, n = a_shape[axis1], a_shape[axis2]
    batch, length = g.shape[:-1], g.shape[-1]
    start = offset if offset >= 0 else -offset * n
    flat = scatter_add(g, (*batch, m * n), np.s_[..., start : start + length * (n + 1) : n + 1])
    return np.moveaxis(np.reshape(flat, (*batch, m, n)), (-2, -1), (axis1, axis2))


diagonal.defvjp(diagonal_vjp)


@implements(np.linalg.diagonal)
def linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


@implements(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """Composed: the diagonal of a matrix, or a matrix of zeros with `v` in every (n + 1)-th of its n² elements."""
    if v.ndim == 2:
        return np.diagonal(v, k)
    if v.ndim != 1:
        raise ShapeError(f"diag: shape {v.shape}; it takes a vector or a matrix, np.diagonal stacks, np.diagflat any")
    n = len(v) + abs(k)
    start = k if k >= 0 else -k * n
    flat = scatter_add(v, (n * n,), slice(start, start + len(v) * (n + 1), n + 1))
    return np.reshape(flat, (n, n))


@implements(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    return diag(np.ravel(v), k)


@implements(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    return np.where(on_or_below(m, k), m, m.dtype.type(0))


@implements(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    return np.where(on_or_below(m, k - 1), m.dtype.type(0), m)


def on_or_below(m: Any, k: int) -> np.ndarray:
    """Return which elements are on the k-th diagonal or below; as NumPy has it, a vector stands for a square."""
    if m.ndim == 0:  # the type is NumPy's
        raise TypeError("a number has no triangle; it takes a matrix, a stack of them, or a vector to repeat in rows")
    return np.tri(m.shape[-2:][0], m.shape[-1], k, bool)
