"""Distributions of vectors: the normal and the Dirichlet distribution, composed of NumPy's functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from autograd.errors import ShapeError
from autograd.scipy.arrays import array
from autograd.tensor import plain


class MultivariateNormal:
    """The multivariate normal distribution, with the arguments of `scipy.stats.multivariate_normal`.

    The gradient in a covariance matrix is that in all of its elements, and symmetric as the matrix is.
    """

    def logpdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        """Return the logarithm of the density at points `x`.

        Parameters
        ----------
        x : array_like, shape (..., n)
            Points; of one component without an axis for it.
        mean : array_like, shape (n,), optional
            0 by default.
        cov : array_like, shape (n, n), (n,) or ()
            The covariance matrix, its diagonal, or the variance of every component.
        allow_singular : bool
            Must be False.

        Returns
        -------
        array, shape (...)

        Raises
        ------
        LinAlgError
            If the covariance matrix is not positive definite.
        """
        if allow_singular:
            raise TypeError("multivariate_normal: allow_singular=True is not supported; leave out what has no variance")
        n, mean, cov = normal_parameters(mean, cov)
        x = array(x)
        deviations = (x if n > 1 else np.expand_dims(x, -1)) - mean
        rows = np.reshape(deviations, (-1, n))
        squares = np.sum(rows * np.linalg.solve(cov, rows.T).T, axis=-1)
        result = -(squares + n * math.log(2 * math.pi) + np.linalg.slogdet(cov)[1]) / 2
        return np.reshape(result, np.shape(deviations)[:-1])

    def pdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        """Return the density at points `x`; see `logpdf`."""
        return np.exp(self.logpdf(x, mean, cov, allow_singular))

    def entropy(self, mean: Any = None, cov: Any = 1) -> Any:
        """Return the differential entropy, in nats."""
        n, _, cov = normal_parameters(mean, cov)
        return (n * (1 + math.log(2 * math.pi)) + np.linalg.slogdet(cov)[1]) / 2


def normal_parameters(mean: Any, cov: Any) -> tuple[int, Any, Any]:
    """Return the number of components, their means, and their covariance matrix."""
    mean, cov = array(0.0 if mean is None else mean), array(cov)
    n = max(np.size(mean), *np.shape(cov), 1)
    if np.ndim(mean) > 1 or np.size(mean) not in (1, n) or np.shape(cov) not in ((), (1,), (n,), (n, n)):
        raise ShapeError(
            f"multivariate_normal: mean of shape {np.shape(mean)} with cov of shape {np.shape(cov)}; for n components "
            "they are (n,) and (n, n), (n,) or ()"
        )
    if np.ndim(cov) < 2:
        cov = cov * np.eye(n, dtype=cov.dtype)
    np.linalg.cholesky(plain(cov))  # refuses what is not positive definite
    return n, mean, cov


class Dirichlet:
    """The Dirichlet distribution, with the arguments of `scipy.stats.dirichlet`.

    That points have the sum 1 is not checked: the density is the formula, for any positive elements.
    """

    def logpdf(self, x: Any, alpha: Any) -> Any:
        """Return the logarithm of the density at points `x`.

        Parameters
        ----------
        x : array_like, shape (n, ...) or (n - 1, ...)
            Points, whose components are along the first axis; the last of them can be left out.
        alpha : array_like, shape (n,)
            Concentrations.

        Returns
        -------
        array, shape (...)
        """
        x, alpha = array(x), array(alpha)
        if np.ndim(alpha) != 1 or np.ndim(x) == 0 or np.shape(x)[0] not in (np.size(alpha), np.size(alpha) - 1):
            raise ShapeError(
                f"dirichlet: x of shape {np.shape(x)} with alpha of shape {np.shape(alpha)}; for n components they are "
                "(n, ...) and (n,)"
            )
        if np.any(plain(alpha) <= 0):
            raise ValueError(f"dirichlet: alpha must be positive; its least element is {np.min(plain(alpha))}")
        if np.shape(x)[0] < np.size(alpha):
            x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
        exponents = np.reshape(alpha - 1, (-1,) + (1,) * (np.ndim(x) - 1))
        constant = special.gammaln(np.sum(alpha)) - np.sum(special.gammaln(alpha))
        return constant + np.sum(special.xlogy(exponents, x), axis=0)

    def pdf(self, x: Any, alpha: Any) -> Any:
        """Return the density at points `x`; see `logpdf`."""
        return np.exp(self.logpdf(x, alpha))


multivariate_normal = MultivariateNormal()
dirichlet = Dirichlet()
