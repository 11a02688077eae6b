"""The complex step: the derivative of an analytic function without subtracting anything.

``f(x + i h u) = f(x) + i h f'(x) u + O(h²)``, so that the imaginary part over `h` is the derivative to rounding,
however small `h` is and however small the derivative (Squire & Trapp 1998; Martins, Sturdza & Alonso 2003). It is wrong
where `f` is not analytic, as ``abs`` and ``real`` are not; `complex_step` says when that shows. It is a second opinion
where differences cannot see, never a verdict.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_STEP = 2.0**-400
_SMALLEST = 2.0**-1020  # of an imaginary part, lest it lose digits
_CIRCLE = 2.0**-12  # the radius, relative to the direction, at which the function has to be analytic
_AGREE = 1e-10
_ROUGHLY = 1e-3  # what is left of a central difference at that radius, relative
_ROUNDING = 64 * 2.0**-52


@dataclass(frozen=True)
class ComplexStep:
    """A derivative along a direction by the complex step.

    Attributes
    ----------
    derivative : ndarray
        Of the shape of the function's output.
    is_trusted : bool
        Whether the function behaved as an analytic one that is real on the real axis.
    reason : str
        Why not; empty if it is trusted.
    """

    derivative: np.ndarray
    is_trusted: bool
    reason: str


def complex_step(function: Callable[[np.ndarray], Any], x: np.ndarray, direction: np.ndarray) -> ComplexStep:
    """Return the derivative of `function` at `x` along `direction`.

    Parameters
    ----------
    function : callable
        Takes a float64 or a complex128 array of the shape of `x`, and returns an array.
    x, direction : ndarray
        The point and the direction, real. A step of 1 along the direction should be a large relative change.

    Returns
    -------
    ComplexStep
        NaN and not trusted if the function does not take complex arrays.

    Notes
    -----
    A function is trusted if two steps give the same derivative, a step along the imaginary axis leaves the real part
    as it is, and on a small circle around the point values at conjugate points are conjugate and the derivatives along
    the direction and along `i` times the direction agree (Cauchy and Riemann).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.gradcheck.numeric.complex_step import complex_step
    >>> found = complex_step(np.expm1, np.array(-40.0), np.array(1.0))
    >>> print(f"{found.derivative:.3g}", found.is_trusted)
    4.25e-18 True
    >>> complex_step(np.abs, np.array(-40.0), np.array(1.0)).reason
    'the function drops imaginary parts'
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        start = np.asarray(function(x))
        try:
            return _complex_step(function, x, direction, start)
        except np.exceptions.ComplexWarning:
            reason = "the function drops imaginary parts"
        except Exception as error:  # whatever a function does with numbers that it was not written for
            reason = f"the function does not take complex arrays: {type(error).__name__}"
    return ComplexStep(np.full(start.shape, np.nan), False, reason)


def _complex_step(
    function: Callable[[np.ndarray], Any], x: np.ndarray, direction: np.ndarray, start: np.ndarray
) -> ComplexStep:
    size = float(np.max(np.abs(direction), initial=0.0)) or 1.0
    step = max(_STEP, _SMALLEST / size)
    value, other = (np.asarray(function(x + 1j * (h * direction))) for h in (step, step / 1024))
    derivative = np.asarray(value.imag / step)
    if value.dtype.kind != "c":
        reason = "the function drops imaginary parts"
    elif not (np.isfinite(value).all() and np.isfinite(other).all()):
        reason = "the function is not finite at complex arguments"
    elif not np.allclose(derivative, other.imag / (step / 1024), rtol=_AGREE, atol=0):
        reason = "the derivative depends on the step"
    elif not np.allclose(value.real, start, rtol=_AGREE, atol=_AGREE * step):
        reason = "the real part changes with the imaginary part"
    else:
        reason = _not_analytic(function, x, direction, start)
    return ComplexStep(derivative, not reason, reason)


def _not_analytic(
    function: Callable[[np.ndarray], Any], x: np.ndarray, direction: np.ndarray, start: np.ndarray
) -> str:
    """Say how values on a small circle show that the function is not analytic; empty if they do not."""
    radius = _CIRCLE * direction
    right, left = np.asarray(function(x + radius + 0j)), np.asarray(function(x - radius + 0j))
    upper, lower = np.asarray(function(x + 1j * radius)), np.asarray(function(x - 1j * radius))
    rounding = _ROUNDING * np.abs(start)
    scale = np.maximum(np.abs(right - left), np.abs(upper - lower)) + np.abs(right + left - 2 * start)
    if (np.abs(upper - np.conj(lower)) > _AGREE * scale + rounding).any():
        return "values at conjugate points are not conjugate"
    if (np.abs((right - left) + 1j * (upper - lower)) > _ROUGHLY * scale + rounding).any():
        return "the Cauchy-Riemann equations do not hold"
    return ""
