"""Decompositions of matrices: Cholesky, QR, eigenvalues, singular values.

A node has one output, so the primitive of a decomposition returns its parts joined in one array, and the function
that computes NumPy's takes them apart again. The one VJP then receives the cotangents of all parts together.

What the derivatives mean:

* ``cholesky``, ``eigh`` and whatever takes ``hermitian=True`` read one triangle and the real part of the diagonal, so
  the gradient is in these elements and 0 in the others. Plus its adjoint, less its diagonal, it is that of the
  Hermitian matrix.
* Eigenvectors of an eigenvalue that occurs twice are any basis of a subspace and have no derivative; singular vectors
  likewise. Here their derivative within the subspace is 0. The gradient of a function of the subspace alone, as of its
  projector, or of a sum over the equal eigenvalues is then right, and all others are finite. They are wrong where a
  derivative exists, for what lies between equal eigenvalues is lost: that of V f(λ) Vᴴ, and second derivatives. Values
  are taken to be equal if they differ by no more than rounding.
* A complex eigenvector or singular vector may be multiplied by a phase. Those of ``eigh`` and ``svd`` are taken not
  to move (the least change); ``eig`` and ``qr`` follow LAPACK, where the largest element of an eigenvector and the
  diagonal of R are real.
* A singular value has a kink at 0, as the absolute value has: its gradient there is 0.

Sources: Giles (2008), section 3; Murray, "Differentiation of the Cholesky decomposition", 2016; Walter & Lehmann,
"Algorithmic differentiation of linear algebra functions with application in optimum experimental design", 2010;
Townsend, "Differentiating the singular value decomposition", 2016. The formulas here are their adjoints for
complex matrices, without conjugation of cotangents.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.ops.linalg import (
    adjoint,
    conjugated,
    half_triangle,
    mirrored,
    onto_triangle,
    real_part,
    refuse_vectors,
    transposed,
)
from autograd.primitive import implements, primitive
from autograd.tensor import plain

# NumPy's named tuples, whose names it keeps to itself
QRResult: Any = type(np.linalg.qr(np.eye(1)))
EighResult: Any = type(np.linalg.eigh(np.eye(1)))
EigResult: Any = type(np.linalg.eig(np.eye(1)))
SVDResult: Any = type(np.linalg.svd(np.eye(1)))

# ------------------------------------------------------------------------------------------------- Cholesky


@primitive
def cholesky_factor(a: Any) -> Any:
    return np.linalg.cholesky(a)


def cholesky_factor_vjp(g: Any, y: Any) -> Any:
    """L⁻ᵀ Φ(Lᵀ G) L̄⁻¹, where Φ takes the lower triangle with half of the diagonal (Murray, equation 10)."""
    inner = half_triangle(y, lower=True) * (transposed(y) @ g)
    left = np.linalg.solve(transposed(y), inner)
    return onto_triangle(transposed(np.linalg.solve(adjoint(y), transposed(left))))


cholesky_factor.defvjp(cholesky_factor_vjp)


@implements(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    refuse_vectors(a)
    return adjoint(cholesky_factor(adjoint(a))) if upper else cholesky_factor(a)


# ------------------------------------------------------------------------------------------------- QR


@primitive
def qr_parts(a: Any) -> Any:
    """Return Q over Rᵀ, for matrices with at least as many rows as columns."""
    q, r = np.linalg.qr(a)
    return np.concatenate([q, transposed(r)], axis=-2)


def qr_parts_vjp(g: Any, y: Any, a_shape: tuple[int, ...]) -> Any:
    """(Ḡq - Q̄ M) R⁻ᵀ, where M is the Hermitian matrix with the upper triangle of Qᵀ Gq - Gr Rᵀ."""
    m = a_shape[-2]
    q, r = y[..., :m, :], transposed(y[..., m:, :])
    g_q, g_r = g[..., :m, :], transposed(g[..., m:, :])
    moved = mirrored(transposed(q) @ g_q - g_r @ transposed(r), lower=False)
    return transposed(np.linalg.solve(r, transposed(g_q - conjugated(q) @ moved)))


qr_parts.defvjp(qr_parts_vjp)


@implements(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Composed: Q of a wide matrix is that of its leading square, and gives the other columns of R."""
    refuse_vectors(a)
    m, n = a.shape[-2:]
    if mode not in ("reduced", "complete", "r"):
        raise DTypeError(f"qr: mode='{mode}' is not supported on Tensors; use 'reduced', 'complete' or 'r', or .data")
    if mode == "complete" and m > n:
        raise DTypeError(
            f"qr: mode='complete' is not supported on a Tensor of shape {a.shape}: the last {m - n} columns of Q are "
            "any basis of the complement and have no derivative; use mode='reduced', or .data"
        )
    parts = qr_parts(a if m >= n else a[..., :m])
    q, r = parts[..., :m, :], transposed(parts[..., m:, :])
    if m < n:
        r = np.concatenate([r, adjoint(q) @ a[..., m:]], axis=-1)
    return r if mode == "r" else QRResult(q, r)


# ------------------------------------------------------------------------------------------------- eigenvalues


def rounding(values: Any) -> Any:
    """Return the difference up to which computed eigenvalues or singular values may be equal ones."""
    values = np.abs(plain(values))
    eps = float(np.finfo(values.dtype).eps)
    return 8 * values.shape[-1] * eps * np.max(values, axis=-1, keepdims=True, initial=0)


def reciprocal(x: Any, negligible: Any) -> Any:
    """Return 1 / x, and 0 where `x` is negligible."""
    return np.where(negligible, 0, 1 / np.where(negligible, 1, x))


def reciprocal_gaps(values: Any) -> Any:
    """Return 1 / (λⱼ - λᵢ), and 0 where the two are equal."""
    gaps = values[..., None, :] - values[..., :, None]
    return reciprocal(gaps, np.abs(plain(gaps)) <= rounding(values)[..., None])


def with_diagonal(diagonal: Any, a: Any) -> Any:
    return np.where(np.eye(a.shape[-1], dtype=bool), diagonal[..., None, :], a)


@primitive
def eigh_parts(a: Any, UPLO: Any = "L") -> Any:  # noqa: N803  # NumPy's name
    """Return the eigenvalues, a row, over the eigenvectors."""
    w, v = np.linalg.eigh(a, UPLO)
    return np.concatenate([w[..., None, :], v], axis=-2)


def eigh_parts_vjp(g: Any, y: Any, UPLO: str) -> Any:  # noqa: N803
    """V̄ (diag Gw + F ∘ Vᵀ Gv) Vᵀ, F the reciprocal gaps."""
    w, v = real_part(y[..., 0, :]), y[..., 1:, :]
    inner = with_diagonal(g[..., 0, :], reciprocal_gaps(w) * (transposed(v) @ g[..., 1:, :]))
    return onto_triangle(conjugated(v) @ inner @ transposed(v), lower=UPLO.upper() == "L")


eigh_parts.defvjp(eigh_parts_vjp)
eigh_parts.is_up_to_phase = True


@implements(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803
    parts = eigh_parts(a, UPLO)
    return EighResult(real_part(parts[..., 0, :]), parts[..., 1:, :])


@implements(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803
    return eigh(a, UPLO).eigenvalues


@primitive
def eig_parts(a: Any) -> Any:
    """Return the eigenvalues, a row, over the eigenvectors."""
    w, v = np.linalg.eig(a)
    return np.concatenate([w[..., None, :], v], axis=-2)


def eig_parts_vjp(g: Any, y: Any) -> Any:
    """V⁻ᵀ (diag Gw + F ∘ Vᵀ Gv) Vᵀ, F the reciprocal gaps, after what the normalisation of V does to Gv."""
    w, v, g_v = y[..., 0, :], y[..., 1:, :], through_normalisation(g[..., 1:, :], y[..., 1:, :])
    inner = with_diagonal(g[..., 0, :], reciprocal_gaps(w) * (transposed(v) @ g_v))
    return np.linalg.solve(transposed(v), inner @ transposed(v))


def through_normalisation(g: Any, v: Any) -> Any:
    """Return the cotangent of eigenvectors of any length and phase, from that of normalised ones.

    LAPACK makes their length 1 and the largest element p real: dv less v (Re vᴴ dv + i Im dp / p).
    """
    along = np.sum(v * g, axis=-2, keepdims=True)
    if not np.iscomplexobj(v):
        return g - v * along
    is_largest = np.arange(v.shape[-1])[:, None] == np.argmax(np.abs(plain(v)), axis=-2)[..., None, :]
    largest = np.sum(np.where(is_largest, np.real(v), 0), axis=-2, keepdims=True)
    return g - np.conjugate(v) * np.real(along) - 1j * np.where(is_largest, np.imag(along) / largest, 0)


eig_parts.defvjp(eig_parts_vjp)
eig_parts.is_up_to_phase = True


@implements(np.linalg.eig)
def eig(a: Any) -> Any:
    parts = eig_parts(a)
    return EigResult(parts[..., 0, :], parts[..., 1:, :])


@implements(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    return eig(a).eigenvalues


# ------------------------------------------------------------------------------------------------- singular values


@primitive
def svd_parts(a: Any) -> Any:
    """Return U over the singular values, a row, over the transpose of Vᴴ."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([u, s[..., None, :], transposed(vh)], axis=-2)


def svd_parts_vjp(g: Any, y: Any, a_shape: tuple[int, ...]) -> Any:
    """Ū P Vᵀ, and what moves U and V out of their columns' spaces.

    With dP = Uᴴ dA V, its Hermitian part turns U and V alike, at the rates 1 / (sⱼ - sᵢ), and the other part turns them
    against each other, at 1 / (sⱼ + sᵢ); the real part of its diagonal is ds.
    """
    m, n = a_shape[-2:]
    u, s, v = y[..., :m, :], real_part(y[..., m, :]), conjugated(y[..., m + 1 :, :])
    g_u, g_s, g_v = g[..., :m, :], real_part(g[..., m, :]), conjugated(g[..., m + 1 :, :])
    k_u, k_v = transposed(u) @ g_u, transposed(v) @ g_v
    together, against, sums = skew(k_u + k_v), skew(k_u - k_v), s[..., None, :] + s[..., :, None]
    is_zero = plain(s) <= rounding(s)
    inner = with_diagonal(np.where(is_zero, 0, g_s), reciprocal_gaps(s) * together)
    inner = inner + reciprocal(sums, is_zero[..., None, :] & is_zero[..., :, None]) * against
    result = conjugated(u) @ inner @ transposed(v)
    inverse = reciprocal(s, is_zero)[..., None, :]
    if m > n:
        result = result + ((g_u - conjugated(u) @ k_u) * inverse) @ transposed(v)
    if n > m:
        result = result + conjugated(u) @ adjoint((g_v - conjugated(v) @ k_v) * inverse)
    return result


def skew(a: Any) -> Any:
    return (a - adjoint(a)) / 2


svd_parts.defvjp(svd_parts_vjp)
svd_parts.is_up_to_phase = True


@implements(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    refuse_vectors(a)
    m, n = a.shape[-2:]
    if hermitian:
        return svd_hermitian(a, compute_uv)
    if compute_uv and full_matrices and m != n:
        raise DTypeError(
            f"svd: full_matrices=True is not supported on a Tensor of shape {a.shape}: the last {abs(m - n)} vectors "
            "of the larger factor are any basis of the complement and have no derivative; pass full_matrices=False"
        )
    parts = svd_parts(a)
    u, s, vh = parts[..., :m, :], real_part(parts[..., m, :]), transposed(parts[..., m + 1 :, :])
    return SVDResult(u, s, vh) if compute_uv else s


def svd_hermitian(a: Any, compute_uv: bool) -> Any:
    """Composed: the singular values are the sizes of the eigenvalues, and the signs go to V."""
    w, v = eigh(a)
    order = np.argsort(np.abs(plain(w)), axis=-1)[..., ::-1]
    stack: Any = np.indices(order.shape, sparse=True)[:-1]
    w = w[(*stack, order)]
    if not compute_uv:
        return np.abs(w)
    rows = transposed(v)[(*stack, order)]
    return SVDResult(transposed(rows), np.abs(w), np.sign(w)[..., None] * conjugated(rows))


@implements(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    return svd(x, compute_uv=False)
