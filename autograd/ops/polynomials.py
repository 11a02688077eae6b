"""Convolution and correlation of sequences, and polynomials: coefficients from the highest power down, as NumPy's."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.elementwise import unless_pole
from autograd.ops.indexing import as_array
from autograd.primitive import implements, primitive
from autograd.tensor import Tensor, plain

# ------------------------------------------------------------------------------------------------- convolution


@implements(np.convolve)
@primitive
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    return np.convolve(a, v, mode)


def convolve_vjp(g: Any, other: Any, shape: tuple[int, ...], mode: Any) -> Any:
    """The correlation with the other sequence, where both overlap in full; a shorter output is the middle of that.

    A number is a sequence of one.
    """
    other, size = np.atleast_1d(other), math.prod(shape)
    before = {"f": 0, "s": (min(size, len(other)) - 1) // 2, "v": min(size, len(other)) - 1}[mode[0]]
    whole = np.pad(g, (before, size + len(other) - 1 - before - len(g)))
    return np.reshape(np.convolve(whole, other[::-1], "valid"), shape)


convolve.defvjp(
    lambda g, v, a_shape, mode: convolve_vjp(g, v, a_shape, mode),
    lambda g, a, v_shape, mode: convolve_vjp(g, a, v_shape, mode),
)


@implements(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """Composed: the convolution with `v` reversed and conjugated."""
    v = v if hasattr(v, "dtype") else np.asarray(v)
    if np.ndim(a) != 1 or np.ndim(v) != 1:
        raise ShapeError("correlate: it takes two sequences, of one dimension each")
    if len(v) > len(a):  # the middle of an even number of elements is that of the longer sequence
        return np.conjugate(correlate(v, a, mode))[::-1]
    return np.convolve(a, (np.conjugate(v) if np.iscomplexobj(v) else v)[::-1], mode)


# ------------------------------------------------------------------------------------------------- polynomials


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Composed: Horner's rule."""
    y: Any = np.zeros_like(plain(x))
    for coefficient in p:
        y = y * x + (coefficient if hasattr(coefficient, "dtype") else np.asarray(coefficient))
    return y


@implements(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    return np.add(*of_one_degree(a1, a2))


@implements(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    return np.subtract(*of_one_degree(a1, a2))


def of_one_degree(*polynomials: Any) -> list[Any]:
    """Return polynomials with as many coefficients, of which the first may be 0; a number is one of degree 0."""
    sequences = [np.atleast_1d(p) for p in polynomials]
    size = max(map(len, sequences))
    return [np.pad(p, (size - len(p), 0)) for p in sequences]


@implements(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    """Composed: the convolution, of what follows leading zeros."""
    return np.convolve(without_leading_zeros(np.atleast_1d(a1)), without_leading_zeros(np.atleast_1d(a2)))


def without_leading_zeros(p: Any) -> Any:
    is_nonzero = np.not_equal(plain(p), 0)
    return p[int(np.argmax(is_nonzero)) :] if is_nonzero.any() else p[-1:]


@implements(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    if m < 0:
        raise ValueError(f"polyder: m={m}; the order of a derivative is 0 or more")
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@implements(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """Composed: each integration divides by the powers and appends a constant, one of `k`, which may be Tensors."""
    if m < 0:
        raise ValueError(f"polyint: m={m}; the number of integrations is 0 or more")
    k = np.stack(k) if isinstance(k, list | tuple) else np.atleast_1d(0.0 if k is None else k)
    constants = np.broadcast_to(k, (m,)) if len(k) == 1 else k
    if len(constants) < m:
        raise ValueError(f"polyint: {len(k)} constants for m={m}; give one for each integration, or one for all")
    for i in range(m):
        p = np.concatenate([p / np.arange(len(p), 0, -1), constants[i : i + 1]])
    return p


@implements(np.polydiv)
def polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    """Composed: long division. The remainder begins after what is 0 up to rounding, as NumPy's does."""
    v = np.atleast_1d(v) + 0.0
    remainder = np.atleast_1d(u) + np.zeros(1, v.dtype)
    last = len(remainder) - len(v)
    scale, quotient = 1 / v[0], []
    for k in range(last + 1):
        quotient.append(scale * remainder[k : k + 1])
        remainder = remainder - np.pad(quotient[k] * v, (k, last - k))
    is_rest = ~np.isclose(plain(remainder), 0, rtol=1e-14)
    is_rest[-1] = True
    zero = Tensor(np.zeros(1, remainder.dtype))
    return np.concatenate(quotient) if quotient else zero, remainder[int(np.argmax(is_rest)) :]


# ------------------------------------------------------------------------------------------------- roots


@implements(np.roots)
@primitive
def roots(p: Any) -> Any:
    return np.roots(p)


def roots_vjp(g: Any, y: Any, p: Any) -> Any:
    """Where p(r) = 0 stays so, Σ r^(n-k) dp_k + p'(r) dr = 0; the slope of a root that occurs twice is infinite."""
    slopes = np.polyval(np.polyder(p).astype(y.dtype), y)
    powers = y[:, None] ** np.arange(len(p) - 1, -1, -1, dtype=y.dtype)
    return -(g / unless_pole(g, slopes)) @ powers


roots.defvjp(roots_vjp)


@implements(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    """Composed: the product of a factor for each root, or for each eigenvalue of a matrix."""
    zeros: Any = np.atleast_1d(seq_of_zeros) + 0.0
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] != 0:
        zeros = np.linalg.eigvals(zeros)
    if zeros.ndim != 1:
        raise ShapeError(f"poly: shape {zeros.shape}; it takes a sequence of roots, or a square matrix")
    p: Any = np.ones(min(len(zeros), 1), zeros.dtype)
    for i in range(len(zeros)):
        p = np.pad(p, (0, 1)) - np.pad(zeros[i] * p, (1, 0))
    in_order = np.sort(plain(zeros))
    return np.real(p) if np.iscomplexobj(p) and np.array_equal(in_order, np.sort(np.conjugate(in_order))) else p


# ------------------------------------------------------------------------------------------------- a fit


@implements(np.polyfit)
def polyfit(
    x: Any, y: Any, deg: Any, rcond: float | None = None, full: bool = False, w: Any = None, cov: bool | str = False
) -> Any:
    """Composed: least squares in the powers of `x`, each divided by its norm."""
    x, y, n_coefficients = as_array(x) + 0.0, as_array(y) + 0.0, int(deg) + 1
    if n_coefficients < 1:
        raise ValueError(f"polyfit: deg={deg}; the degree of a polynomial is 0 or more")
    if x.ndim != 1 or y.ndim not in (1, 2) or len(x) != len(y) or len(x) == 0:
        raise ShapeError(f"polyfit: x of shape {x.shape}, y of shape {y.shape}; give (n,), and (n,) or (n, k)")
    powers, values = np.vander(x, n_coefficients), y
    if w is not None:
        if np.shape(w) != x.shape:
            raise ShapeError(
                f"polyfit: w of shape {np.shape(w)} for x of shape {x.shape}; give a weight for each point"
            )
        w = as_array(w)
        powers, values = powers * w[:, None], y * (w if y.ndim == 1 else w[:, None])
    norms = np.sqrt(np.sum(powers * powers, axis=0))
    powers = powers / norms
    rcond = len(x) * float(np.finfo(x.dtype).eps) if rcond is None else rcond
    solution, residuals, rank, singular_values = np.linalg.lstsq(powers, values, rcond)
    coefficients = (solution.T / norms).T
    if full:
        return coefficients, residuals, rank, singular_values, rcond
    if rank != n_coefficients:
        warnings.warn("polyfit: the points determine fewer coefficients", np.exceptions.RankWarning, stacklevel=3)
    if not cov:
        return coefficients
    variance = 1 if cov == "unscaled" else variance_of(residuals, len(x), n_coefficients)
    covariance = np.linalg.inv(powers.T @ powers) / np.outer(norms, norms)
    return coefficients, (covariance if y.ndim == 1 else covariance[:, :, None]) * variance


def variance_of(residuals: Any, n_points: int, n_coefficients: int) -> Any:
    if n_points <= n_coefficients:
        raise ValueError(
            f"polyfit: {n_points} points and {n_coefficients} coefficients leave no residuals for a variance; "
            "give more points, or cov='unscaled'"
        )
    return residuals / (n_points - n_coefficients)
