"""Determinants and their logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.linalg import real_part, transposed
from autograd.primitive import implements, primitive
from autograd.tensor import plain

SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))  # NumPy's named tuple, a name that it keeps to itself


# With so many singular values of 0, derivatives up to that order are 0; polynomials of more have too many terms.
MOST_ZEROS = 6


@implements(np.linalg.det)
@primitive
def det(a: Any) -> Any:
    return np.linalg.det(a)


def det_vjp(g: Any, y: Any, a: Any) -> Any:
    """The matrix of cofactors: det(A) A⁻ᵀ (Giles 2008, section 2.2), but for singular matrices."""
    if np.all(plain(y) != 0):
        inverse = np.linalg.inv(a)
        if is_well_conditioned(plain(a), plain(inverse)) or not is_near_zero(plain(y), plain(a)):
            return (g * y)[..., None, None] * transposed(inverse)
    return g[..., None, None] * cofactors(a)


det.defvjp(det_vjp)


def rounding(a: Any) -> float:
    return 8 * a.shape[-1] * float(np.finfo(a.dtype).eps)


def is_well_conditioned(a: Any, inverse: Any) -> bool:
    """Whether no singular value counts as 0, seen from a bound on the ratio of the largest to the smallest."""
    with np.errstate(over="ignore", invalid="ignore"):
        bound = np.linalg.norm(a, axis=(-2, -1)) * np.linalg.norm(inverse, axis=(-2, -1))
        return bool(np.all(bound * rounding(a) < 1))


def is_near_zero(y: Any, a: Any) -> bool:
    """Whether a determinant is within rounding of 0, beside the bounds that the sizes of rows and columns set it."""
    with np.errstate(divide="ignore"):
        bounds = [np.sum(np.log(np.linalg.norm(a, axis=axis)), axis=-1) for axis in (-1, -2)]
        return bool(np.any((y == 0) | (np.log(np.abs(y)) < np.minimum(*bounds) + np.log(rounding(a)))))


def cofactors(a: Any) -> Any:
    """Return the matrix of cofactors of any matrix, in a form that has all derivatives.

    The k singular values that are 0 are made large, B = A + C D, with constants C and D of k columns and rows. Then
    det A = det B det K, where K = 1 - D B⁻¹ C (the matrix determinant lemma), and the derivative of this product needs
    no inverse of K, only its minors.
    """
    u, s, vh = np.linalg.svd(plain(a))
    n, zeros = a.shape[-1], np.sum(s <= rounding(a) * s[..., :1], axis=-1)
    is_flat = (zeros > MOST_ZEROS)[..., None, None]
    k = int(np.max(np.where(zeros > MOST_ZEROS, 0, zeros)))
    c, d = u[..., n - k :] * np.where(s[..., :1] == 0, 1, s[..., :1])[..., None], vh[..., n - k :, :]
    b = np.where(is_flat, np.eye(n, dtype=a.dtype), a + c @ d)
    inverse = np.linalg.inv(b)
    small = np.eye(k, dtype=a.dtype) - d @ inverse @ c
    adjugate = expansion(small)[..., None, None] * inverse
    adjugate = adjugate + inverse @ c @ transposed(expanded_cofactors(small)) @ d @ inverse
    return np.where(is_flat, 0, np.linalg.det(b)[..., None, None] * transposed(adjugate))


def expansion(a: Any) -> Any:
    """Return the determinants of small matrices as polynomials: Laplace's expansion along the first row."""
    n = a.shape[-1]
    if n == 0:
        return np.ones(a.shape[:-2], a.dtype)
    minors = expansion(np.moveaxis(a[..., 1:, :][..., all_but_one(n)], -2, -3))
    return np.sum(a[..., 0, :] * minors * signs(n, a)[0], axis=-1)


def expanded_cofactors(a: Any) -> Any:
    n = a.shape[-1]
    rest = all_but_one(n)
    return expansion(a[..., rest[:, None, :, None], rest[None, :, None, :]]) * signs(n, a)


def all_but_one(n: int) -> np.ndarray:
    """Return a row of the indices of n things without the i-th, for each i."""
    return np.array([[k for k in range(n) if k != i] for i in range(n)], dtype=int).reshape(n, max(n - 1, 0))


def signs(n: int, a: Any) -> np.ndarray:
    return ((-1.0) ** np.add.outer(np.arange(n), np.arange(n))).astype(a.dtype)


@primitive
def sign_and_log_of_det(a: Any) -> Any:
    return np.stack(np.linalg.slogdet(a), axis=-1)


def sign_and_log_of_det_vjp(g: Any, y: Any, a: Any) -> Any:
    """With t = tr(A⁻¹ dA): d log|det A| = Re t, and the sign, a complex number, turns by Im t.

    A cotangent of 0 stays 0 where A is singular and the slope infinite, so that `where` can guard.
    """
    weight = g[..., 1]
    if np.iscomplexobj(y):
        weight = np.real(weight) + 1j * np.imag(g[..., 0] * y[..., 0])
    is_guarded = (weight == 0) & (y[..., 1] == -np.inf)
    inverse = np.linalg.inv(np.where(is_guarded[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), a))
    return weight[..., None, None] * transposed(inverse)


sign_and_log_of_det.defvjp(sign_and_log_of_det_vjp)


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    parts = sign_and_log_of_det(a)
    return SlogdetResult(parts[..., 0], real_part(parts[..., 1]))
