"""What probability distributions have in common: arguments, location and scale, support, and how functions follow.

A distribution is given by functions of a standard variate and of its shape parameters, written with NumPy's and SciPy's
functions; everything else is composed of those, and so differentiable to any order. Outside of the support a density is
0 and its logarithm -inf, both with gradient 0; so it is on the border, where the logarithm is infinite. Parameters that
are not valid give NaN, as in SciPy. Unlike in SciPy, values have the precision of the arguments: of float32 they are
float32.
"""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from autograd.tensor import plain

Function = Callable[..., Any]


def positive(*parameters: Any) -> Any:
    """Return where all `parameters` are positive; there are no others to be wrong if there are none."""
    return functools.reduce(operator.and_, (parameter > 0 for parameter in parameters), np.True_)


def in_one_precision(values: list[Any]) -> list[Any]:
    """Return `values` with Python's numbers as NumPy's, in the precision of the arrays among them."""
    dtype = np.result_type(*values)
    dtype = dtype if dtype.kind == "f" else np.dtype(np.float64)
    return [value if hasattr(value, "dtype") else dtype.type(value) for value in values]


def finite_part(values: Any) -> Any:
    """Return `values`, without a gradient where they are infinite."""
    return np.where(np.isinf(values), plain(values), values)


class Distribution:
    """A univariate distribution: what continuous and discrete ones share.

    Parameters
    ----------
    name : str
        SciPy's.
    *shapes : str
        SciPy's names of its shape parameters.
    log_density : callable
        ``log_density(z, *shapes)`` of the standard variate, within the support.
    cdf, sf : callable
        The distribution function P(Z ≤ z) and the survival function P(Z > z), likewise.
    logcdf, logsf : callable, optional
        Their logarithms, if there is a better way than to take the logarithm.
    support : (float, float) or callable
        The least and the greatest standard variate, or a function of the shape parameters that returns those.
    is_valid : callable
        Whether shape parameters are valid; a function of their values.
    """

    location: ClassVar[dict[str, int]]  # what follows the shape parameters, with its default
    variate = "x"

    def __init__(
        self,
        name: str,
        *shapes: str,
        log_density: Function,
        cdf: Function,
        sf: Function,
        logcdf: Function | None = None,
        logsf: Function | None = None,
        support: Any = (-np.inf, np.inf),
        is_valid: Function = positive,
    ) -> None:
        self.name = name
        self._log_density, self._cdf, self._sf = log_density, cdf, sf
        self._logcdf = logcdf or (lambda z, *shapes: np.log(cdf(z, *shapes)))
        self._logsf = logsf or (lambda z, *shapes: np.log(sf(z, *shapes)))
        self._support = support if callable(support) else lambda *shapes: support
        self._is_valid = is_valid
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.signature = inspect.Signature(
            [inspect.Parameter(argument, kind) for argument in (self.variate, *shapes)]
            + [inspect.Parameter(argument, kind, default=value) for argument, value in self.location.items()]
        )

    def __repr__(self) -> str:
        return f"<distribution {self.name}{self.signature}>"

    def cdf(self, *args: Any, **options: Any) -> Any:
        """Return P(X ≤ x)."""
        return self._cumulative(self._cdf, 0, 1, args, options)

    def sf(self, *args: Any, **options: Any) -> Any:
        """Return P(X > x), which keeps its digits where it is small."""
        return self._cumulative(self._sf, 1, 0, args, options)

    def logcdf(self, *args: Any, **options: Any) -> Any:
        """Return log P(X ≤ x)."""
        return self._cumulative(self._logcdf, -np.inf, 0, args, options)

    def logsf(self, *args: Any, **options: Any) -> Any:
        """Return log P(X > x)."""
        return self._cumulative(self._logsf, 0, -np.inf, args, options)

    def _cumulative(self, function: Function, below: float, above: float, args: Any, options: Any) -> Any:
        raise NotImplementedError

    def _arguments(self, args: tuple[Any, ...], options: dict[str, Any]) -> list[Any]:
        """Return the variate, the shape parameters, and location and scale of a call."""
        try:
            bound = self.signature.bind(*args, **options)
        except TypeError as error:
            raise TypeError(f"{self.name}{self.signature}: {error}") from None
        bound.apply_defaults()
        return [a if hasattr(a, "dtype") or np.isscalar(a) else np.asarray(a) for a in bound.arguments.values()]

    def _within(self, function: Function, z: Any, shapes: list[Any], is_inside: Any) -> Any:
        """Return `function` of `z` where that `is_inside`, and elsewhere of a number at which it is smooth."""
        low, high = self._support(*map(plain, shapes))
        inner = np.where(np.isfinite(low), np.where(np.isfinite(high), (low + high) / 2, low + 1), 0)
        return function(np.where(is_inside | np.isnan(plain(z)), z, inner.astype(z.dtype)), *shapes)


class Continuous(Distribution):
    """A continuous distribution; its functions take ``(x, *shapes, loc=0, scale=1)``, by position or by name."""

    location: ClassVar = {"loc": 0, "scale": 1}

    def logpdf(self, *args: Any, **options: Any) -> Any:
        """Return the logarithm of the density at `x`."""
        z, shapes, scale, is_valid = self._standard(args, options)
        low, high = self._support(*map(plain, shapes))
        is_outside = (plain(z) < low) | (plain(z) > high) | np.isinf(plain(z))
        values = finite_part(self._within(self._log_density, z, shapes, ~is_outside)) - np.log(scale)
        return np.where(is_valid, np.where(is_outside, -np.inf, values), np.nan)

    def pdf(self, *args: Any, **options: Any) -> Any:
        """Return the density at `x`."""
        return np.exp(self.logpdf(*args, **options))

    def _cumulative(self, function: Function, below: float, above: float, args: Any, options: Any) -> Any:
        z, shapes, _, is_valid = self._standard(args, options)
        low, high = self._support(*map(plain, shapes))
        is_below, is_above = plain(z) <= low, plain(z) >= high
        values = self._within(function, z, shapes, ~(is_below | is_above))
        return np.where(is_valid, np.where(is_below, below, np.where(is_above, above, values)), np.nan)

    def _standard(self, args: Any, options: Any) -> tuple[Any, list[Any], Any, Any]:
        """Return the standard variate, the shape parameters, the scale, and where all parameters are valid.

        Where they are not, 1 stands for them, and nothing is computed of them.
        """
        x, *shapes, loc, scale = in_one_precision(self._arguments(args, options))
        is_valid = self._is_valid(*map(plain, shapes)) & (plain(scale) > 0)
        if not np.all(is_valid):
            scale, *shapes = (np.where(is_valid, parameter, 1) for parameter in (scale, *shapes))
        return (x - loc) / scale, shapes, scale, is_valid


class Discrete(Distribution):
    """A discrete distribution; its functions take ``(k, *shapes, loc=0)``. In `k` and `loc` there is no derivative."""

    location: ClassVar = {"loc": 0}
    variate = "k"

    def logpmf(self, *args: Any, **options: Any) -> Any:
        """Return the logarithm of the probability of `k`, -inf where that is not a whole number."""
        k, shapes, is_valid = self._standard(args, options)
        low, high = self._support(*map(plain, shapes))
        is_outside = (k < low) | (k > high) | (k != np.floor(k))
        values = finite_part(self._within(self._log_density, k, shapes, ~is_outside))
        return np.where(is_valid, np.where(is_outside & ~np.isnan(k), -np.inf, values), np.nan)

    def pmf(self, *args: Any, **options: Any) -> Any:
        """Return the probability of `k`."""
        return np.exp(self.logpmf(*args, **options))

    def _cumulative(self, function: Function, below: float, above: float, args: Any, options: Any) -> Any:
        k, shapes, is_valid = self._standard(args, options)
        low, high = self._support(*map(plain, shapes))
        is_below, is_above = k < low, k >= high
        values = self._within(function, np.floor(k), shapes, ~(is_below | is_above))
        return np.where(is_valid, np.where(is_below, below, np.where(is_above, above, values)), np.nan)

    def _standard(self, args: Any, options: Any) -> tuple[Any, list[Any], Any]:
        """Return `k` less the location, the shape parameters, and where they are valid, elsewhere 1."""
        k, *shapes, loc = self._arguments(args, options)
        shapes = in_one_precision(shapes)
        is_valid = self._is_valid(*map(plain, shapes))
        if not np.all(is_valid):
            shapes = [np.where(is_valid, shape, 1) for shape in shapes]
        return np.asarray(plain(k) - plain(loc), np.result_type(*shapes)), shapes, is_valid
