"""Linear algebra with SciPy's names: triangular, banded and Sylvester systems, functions of matrices, special matrices.

Formulas: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008;
Higham, "Functions of Matrices", 2008. VJPs transpose and do not conjugate, as those of `numpy.linalg` here. Options
that only allow SciPy to overwrite its arguments, or to skip a check, change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg

from autograd.errors import ShapeError
from autograd.graph import unbroadcast
from autograd.ops.linalg import adjoint, columns, conjugated, transposed
from autograd.primitive import primitive
from autograd.scipy.arrays import array

# ------------------------------------------------------------------------------------------------- triangular systems


@primitive
def triangular_solution(a: Any, b: Any, lower: bool, unit_diagonal: bool) -> Any:
    return scipy.linalg.solve_triangular(a, b, lower=lower, unit_diagonal=unit_diagonal)


def triangular_vjp_matrix(g: Any, y: Any, a: Any, b_shape: tuple[int, ...], lower: bool, unit_diagonal: bool) -> Any:
    """-A⁻ᵀ G Xᵀ, of which the triangle that is read."""
    right = columns(triangular_solution(transposed(a), g, not lower, unit_diagonal), b_shape)
    full = unbroadcast(-(right @ transposed(columns(y, b_shape))), a.shape)
    return np.tril(full, -int(unit_diagonal)) if lower else np.triu(full, int(unit_diagonal))


def triangular_vjp_right(g: Any, a: Any, b_shape: tuple[int, ...], lower: bool, unit_diagonal: bool) -> Any:
    """A⁻ᵀ G."""
    return unbroadcast(triangular_solution(transposed(a), g, not lower, unit_diagonal), b_shape)


triangular_solution.defvjp(triangular_vjp_matrix, triangular_vjp_right)


def solve_triangular(
    a: Any,
    b: Any,
    trans: int | str = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the solution x of a x = b for a triangular matrix; of aᵀ x = b or aᴴ x = b as `trans` says."""
    a, b = array(a), array(b)
    if trans in (1, "T"):
        a, lower = transposed(a), not lower
    elif trans in (2, "C"):
        a, lower = adjoint(a), not lower
    elif trans not in (0, "N"):
        raise ValueError(f"solve_triangular: trans={trans!r}; it is 0 or 'N', 1 or 'T', 2 or 'C'")
    return triangular_solution(a, b, lower, unit_diagonal)


def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """Return the Cholesky factor, by default the upper one, of the Hermitian matrix with that triangle of `a`."""
    return np.linalg.cholesky(array(a), upper=not lower)


def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, bool]:
    """Return the Cholesky factor and `lower`, for `cho_solve`; unlike SciPy's, its other triangle is 0."""
    return cholesky(a, lower), lower


def cho_solve(c_and_lower: tuple[Any, bool], b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """Return the solution x of a x = b, given the Cholesky factor of a as `cho_factor` returns it."""
    factor, lower = c_and_lower
    inner = solve_triangular(factor, b, 0 if lower else 2, lower)
    return solve_triangular(factor, inner, 2 if lower else 0, lower)


# ------------------------------------------------------------------------------------------------- other systems


@primitive
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """Return the solution X of A X + X B = Q."""
    return scipy.linalg.solve_sylvester(a, b, q)


def sylvester_adjoint(g: Any, a: Any, b: Any) -> Any:
    """Return the solution of Aᵀ X + X Bᵀ = G, the cotangent of Q."""
    return solve_sylvester(transposed(a), transposed(b), g)


solve_sylvester.defvjp(
    lambda g, y, a, b: -(sylvester_adjoint(g, a, b) @ transposed(y)),
    lambda g, y, a, b: -(transposed(y) @ sylvester_adjoint(g, a, b)),
    sylvester_adjoint,
)


@primitive
def banded_solution(ab: Any, b: Any, l_and_u: tuple[int, int]) -> Any:
    return scipy.linalg.solve_banded(l_and_u, ab, b)


def transposed_bands(ab: Any, l_and_u: tuple[int, int]) -> Any:
    """Return the diagonals of the transpose of a matrix: they in reverse order, each begun elsewhere."""
    low, _ = l_and_u
    return np.stack([np.roll(ab[-1 - row], low - row) for row in range(ab.shape[0])])


def banded_adjoint(g: Any, ab: Any, l_and_u: tuple[int, int]) -> Any:
    """A⁻ᵀ G."""
    return banded_solution(transposed_bands(ab, l_and_u), g, l_and_u[::-1])


def banded_vjp_bands(g: Any, y: Any, ab: Any, b_shape: tuple[int, ...], l_and_u: tuple[int, int]) -> Any:
    """The diagonals of -A⁻ᵀ G Xᵀ."""
    right = columns(banded_adjoint(g, ab, l_and_u), b_shape)
    solution = columns(y, b_shape)
    offsets = np.arange(ab.shape[0]) - l_and_u[1]
    diagonals = np.stack([-np.sum(np.roll(right, -offset, axis=0) * solution, axis=-1) for offset in offsets.tolist()])
    rows = np.arange(ab.shape[1]) + offsets[:, None]
    return np.where((rows >= 0) & (rows < ab.shape[1]), diagonals, 0)


banded_solution.defvjp(banded_vjp_bands, banded_adjoint)


def solve_banded(
    l_and_u: tuple[int, int],
    ab: Any,
    b: Any,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the solution x of a x = b for a matrix of which `ab` holds the diagonals, as SciPy stores them."""
    return banded_solution(array(ab), array(b), tuple(l_and_u))


def solve(
    a: Any,
    b: Any,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    assume_a: str | None = None,
    transposed: bool = False,
) -> Any:
    """Return the solution x of a x = b; of aᵀ x = b if `transposed`. No structure of `a` can be assumed."""
    if assume_a not in (None, "gen", "general"):
        raise TypeError(f"solve: assume_a={assume_a!r} is not supported on Tensors; leave it out")
    return np.linalg.solve(np.swapaxes(array(a), -1, -2) if transposed else array(a), array(b))


def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """Return the inverse."""
    return np.linalg.inv(array(a))


def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """Return the determinant."""
    return np.linalg.det(array(a))


# ------------------------------------------------------------------------------------------------- matrix functions


def vjp_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the VJP of a function of matrices: its derivative at Aᵀ in the direction G.

    That is the upper right block of the function of ``[[Aᵀ, G], [0, Aᵀ]]`` (Higham, theorem 3.6), for which the cost is
    that of a matrix twice as large.
    """

    def vjp(g: Any, A: Any) -> Any:  # noqa: N803  # SciPy's name
        """The derivative at Aᵀ in the direction G."""
        n, t = A.shape[-1], transposed(A)
        upper = np.concatenate([t, g], axis=-1)
        lower = np.concatenate([np.zeros_like(t), t], axis=-1)
        return function(np.concatenate([upper, lower], axis=-2))[..., :n, n:]

    return vjp


@primitive
def expm(A: Any) -> Any:  # noqa: N803
    return scipy.linalg.expm(A)


@primitive
def logm(A: Any) -> Any:  # noqa: N803
    value = scipy.linalg.logm(A.astype(np.result_type(A, np.float64)))  # which warns of inaccuracy for float32
    precision = np.result_type(A, np.float32)
    return value.astype(np.result_type(precision, np.complex64) if np.iscomplexobj(value) else precision)


@primitive
def sinm(A: Any) -> Any:  # noqa: N803
    return scipy.linalg.sinm(A)


@primitive
def cosm(A: Any) -> Any:  # noqa: N803
    return scipy.linalg.cosm(A)


@primitive
def sqrtm(A: Any) -> Any:  # noqa: N803
    return scipy.linalg.sqrtm(A)


def sqrtm_vjp(g: Any, y: Any) -> Any:
    """The solution of Sᵀ X + X Sᵀ = G, since dS S + S dS = dA."""
    return sylvester_adjoint(g, y, y)


expm.defvjp(vjp_of(expm))
logm.defvjp(vjp_of(logm))
sinm.defvjp(vjp_of(sinm))
cosm.defvjp(vjp_of(cosm))
sqrtm.defvjp(sqrtm_vjp)

# ------------------------------------------------------------------------------------------------- special matrices


def block_diag(*arrs: Any) -> Any:
    """Return the matrix with the given ones along its diagonal and 0 elsewhere; a vector is a row."""
    blocks = [np.atleast_2d(array(a)) for a in arrs]
    if any(block.ndim > 2 for block in blocks):
        raise ShapeError(f"block_diag: shapes {[block.shape for block in blocks]}; blocks have two axes at most")
    widths = [block.shape[1] for block in blocks]
    rows = []
    for i, block in enumerate(blocks):
        before, after = sum(widths[:i]), sum(widths[i + 1 :])
        rows.append(np.pad(block, ((0, 0), (before, after))))
    return np.concatenate(rows)


def toeplitz(c: Any, r: Any = None) -> Any:
    """Return the matrix with first column `c` and first row `r`, by default its conjugate, constant along diagonals."""
    c = array(c)
    r = conjugated(c) if r is None else array(r)
    rows, lanes = np.indices((vector_size(c), vector_size(r)))
    return np.concatenate([np.flip(r[1:]), c])[vector_size(r) - 1 + rows - lanes]


def hankel(c: Any, r: Any = None) -> Any:
    """Return the matrix with first column `c` and last row `r`, by default 0, constant along antidiagonals."""
    c = array(c)
    r = np.zeros_like(c) if r is None else array(r)
    rows, lanes = np.indices((vector_size(c), vector_size(r)))
    return np.concatenate([c, r[1:]])[rows + lanes]


def circulant(c: Any) -> Any:
    """Return the matrix with first column `c`, of which each further column is the one before rolled by one."""
    c = array(c)
    n = vector_size(c)
    rows, lanes = np.indices((n, n))
    return c[(rows - lanes) % n]


def vector_size(a: Any) -> int:
    if a.ndim != 1:
        raise ShapeError(f"shape {a.shape}; the first column and row of a matrix are vectors")
    return int(a.shape[0])


def __getattr__(name: str) -> Any:
    return getattr(scipy.linalg, name)
