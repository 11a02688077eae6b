"""Linear systems, inverses, least squares and powers of matrices; stacks of them work as in NumPy.

VJPs of products and inverses follow from d(A⁻¹) = -A⁻¹ dA A⁻¹ (Giles, "Collected matrix derivative results for forward
and reverse mode algorithmic differentiation", 2008, section 2). They transpose and do not conjugate, because these
functions are holomorphic; where one is not, its formula conjugates. A singular matrix is NumPy's LinAlgError, which
names the operation.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.graph import unbroadcast
from autograd.primitive import implements, nondifferentiable, primitive


def transposed(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def conjugated(a: Any) -> Any:
    return np.conjugate(a) if np.iscomplexobj(a) else a


def real_part(a: Any) -> Any:
    return np.real(a) if np.iscomplexobj(a) else a


def adjoint(a: Any) -> Any:
    return conjugated(transposed(a))


def refuse_vectors(a: Any) -> None:
    """Raise, as NumPy does, unless `a` is a matrix or a stack of them."""
    if np.ndim(a) < 2:
        raise np.linalg.LinAlgError(f"an array of {np.ndim(a)} dimensions; a matrix has 2, a stack of them more")


def refuse_rectangles(a: Any) -> None:
    """Raise, as NumPy does, unless `a` is a square matrix or a stack of them."""
    refuse_vectors(a)
    if a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrices of {a.shape[-2]} rows and {a.shape[-1]} columns; they must be square")


# ------------------------------------------------------------------------------------------------- Hermitian matrices


def half_triangle(a: Any, lower: bool) -> np.ndarray:
    """Return the weights 1 below the diagonal, ½ on it and 0 above it (or the transpose), for matrices like `a`."""
    n = a.shape[-1]
    weights = (np.tri(n) - np.eye(n) / 2).astype(np.finfo(a.dtype).dtype)
    return weights if lower else weights.T


def mirrored(a: Any, lower: bool = True) -> Any:
    """Return the Hermitian matrix that has one triangle of `a`."""
    half = half_triangle(a, lower) * a
    return half + adjoint(half)


def onto_triangle(g: Any, lower: bool = True) -> Any:
    """Return the cotangent of the triangle read, from that of the Hermitian matrix: what `mirrored` transposes to."""
    return half_triangle(g, lower) * (g + adjoint(g))


# ------------------------------------------------------------------------------------------------- systems, inverses


@implements(np.linalg.solve)
@primitive
def solve(a: Any, b: Any) -> Any:
    return np.linalg.solve(a, b)


def columns(x: Any, b_shape: tuple[int, ...]) -> Any:
    """Return `x`, of the shape of a solution, as matrices: NumPy reads a right side of one axis as a vector."""
    return x[..., None] if len(b_shape) == 1 else x


def solve_vjp_matrix(g: Any, y: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """-A⁻ᵀ G Xᵀ."""
    right = np.linalg.solve(transposed(a), columns(g, b_shape))
    return unbroadcast(-(right @ transposed(columns(y, b_shape))), a.shape)


def solve_vjp_right(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """A⁻ᵀ G."""
    right = np.linalg.solve(transposed(a), columns(g, b_shape))
    return unbroadcast(right[..., 0] if len(b_shape) == 1 else right, b_shape)


solve.defvjp(solve_vjp_matrix, solve_vjp_right)


@implements(np.linalg.inv)
@primitive
def inv(a: Any) -> Any:
    return np.linalg.inv(a)


inv.defvjp(lambda g, y: -(transposed(y) @ g @ transposed(y)))


@implements(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Composed: the axes of `b` joined are the rows of one matrix, all others its columns."""
    if axes is not None:
        a = np.moveaxis(a, axes, range(np.ndim(a) - len(axes), np.ndim(a)))
    if np.size(a) != np.size(b) ** 2:
        raise np.linalg.LinAlgError(f"{np.size(a)} coefficients for {np.size(b)} equations of as many unknowns")
    matrix = np.reshape(a, (np.size(b), np.size(b)))
    return np.reshape(np.linalg.solve(matrix, np.reshape(b, -1)), np.shape(a)[np.ndim(b) :])


@implements(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    if ind <= 0:
        raise ValueError(f"tensorinv: ind={ind} must be positive; it is how many axes of shape {a.shape} are rows")
    rows, rest = a.shape[:ind], a.shape[ind:]
    if math.prod(rows) != math.prod(rest):
        raise np.linalg.LinAlgError(f"{math.prod(rows)} rows and {math.prod(rest)} columns; they must be as many")
    return np.reshape(np.linalg.inv(np.reshape(a, (math.prod(rows), -1))), rest + rows)


# ------------------------------------------------------------------------------------------------- least squares


@primitive
def pseudo_inverse(a: Any, rcond: Any = None, **rtol: Any) -> Any:
    return np.linalg.pinv(a, rcond, **rtol)


def pseudo_inverse_vjp(g: Any, y: Any, a: Any) -> Any:
    """The adjoint of dP = -P dA P + P Pᴴ dAᴴ (1 - A P) + (1 - P A) dAᴴ Pᴴ P, which holds where the rank is constant.

    Golub & Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables
    separate", SIAM J. Numer. Anal. 10 (1973), equation 4.12.
    """
    t = transposed(g)
    outside_columns = (t - a @ (y @ t)) @ y @ adjoint(y)
    outside_rows = adjoint(y) @ y @ (t - (t @ y) @ a)
    return conjugated(outside_columns + outside_rows) - transposed(y) @ g @ transposed(y)


pseudo_inverse.defvjp(pseudo_inverse_vjp)


@implements(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, **rtol: Any) -> Any:
    if hermitian:
        refuse_rectangles(a)
    return pseudo_inverse(mirrored(a) if hermitian else a, rcond, **rtol)


@implements(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, Any, Any]:
    """Composed: the solution is the pseudo-inverse times `b`, differentiable where the rank is constant."""
    if np.ndim(a) != 2 or np.ndim(b) not in (1, 2) or np.shape(a)[0] != np.shape(b)[0]:
        raise np.linalg.LinAlgError("it takes one matrix (m, n), and (m,) or (m, k)")
    eps = float(np.finfo(np.float64).eps)  # NumPy computes in double precision
    cutoff = eps * max(np.shape(a)) if rcond is None else rcond if rcond >= 0 else eps
    solution = np.matmul(np.linalg.pinv(a, cutoff), b)
    singular_values = np.linalg.svd(a, compute_uv=False)
    rank = np.intc(np.linalg.matrix_rank(a, rtol=cutoff))  # LAPACK's integer
    residuals = singular_values[:0]  # NumPy gives none unless `a` is tall and of full rank
    if np.shape(a)[0] > np.shape(a)[1] == rank:
        residuals = np.sum(np.square(np.abs(b - np.matmul(a, solution))), axis=0, keepdims=np.ndim(b) == 1)
    return solution, residuals, rank, singular_values


nondifferentiable(np.linalg.matrix_rank)

# ------------------------------------------------------------------------------------------------- powers


@implements(np.linalg.matrix_power)
def matrix_power(a: Any, n: Any) -> Any:
    """Composed: repeated squaring of the matrix, or of its inverse."""
    n = operator.index(n)
    refuse_rectangles(a)
    if n == 0:
        return np.where(True, np.eye(a.shape[-1], dtype=a.dtype), a)  # of the shape of `a`, whose gradient is 0
    return np.copy(a) if n == 1 else _power(a if n > 0 else np.linalg.inv(a), abs(n))


def _power(a: Any, n: int) -> Any:
    if n == 1:
        return a
    half = _power(a, n // 2)
    return half @ half @ a if n % 2 else half @ half
