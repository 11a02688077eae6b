"""Sums of exponentials and what they normalise, with SciPy's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.ops import neural, reductions
from autograd.ops.reductions import from_rows, to_rows
from autograd.scipy.arrays import array
from autograd.tensor import plain


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """Return log Σ b exp(a) over `axis`, without overflow, as `scipy.special.logsumexp` does.

    Parameters
    ----------
    a : array_like
        Exponents.
    axis : int or tuple of int, optional
        What to sum over; everything by default.
    b : array_like, optional
        Factors, of a shape that broadcasts with `a`; differentiable.
    keepdims : bool
        Keep the axes summed over, with size 1.
    return_sign : bool
        Return the pair of the logarithm of the sum's absolute value, and its sign. Otherwise a negative sum gives NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.scipy.special import logsumexp
    >>> float(logsumexp(np.array([1000.0, 1000.0]), b=np.array([1.0, 3.0]))) - 1000.0  # log 4
    1.386294361119...
    """
    if b is None and not return_sign:
        return reductions.logsumexp(array(a), axis, keepdims)
    a, b = array(a), 1.0 if b is None else array(b)
    if np.iscomplexobj(plain(a)) or np.iscomplexobj(plain(b)):
        raise DTypeError("logsumexp: b= and return_sign= are supported for real numbers only")
    without_weight = plain(b) == 0  # such an exponent sets no scale, and may be far too large for the one there is
    largest = np.max(np.where(without_weight, -np.inf, plain(a)), axis=axis, keepdims=True)
    shifted = a - np.where(np.isfinite(largest), largest, 0)
    ceiling = float(np.log(np.finfo(shifted.dtype).max)) - 1
    total = np.sum(b * np.exp(np.where(without_weight, np.minimum(shifted, ceiling), shifted)), axis, keepdims=True)
    sign = np.sign(total)
    size = np.where(sign == 0, -np.inf, np.log(np.where(sign == 0, 1, np.abs(total)))) + np.where(
        np.isfinite(largest), largest, 0
    )
    if not keepdims:
        sign, size = np.squeeze(sign, axis=axis), np.squeeze(size, axis=axis)
    return (size, sign) if return_sign else np.where(sign < 0, np.nan, size)


def softmax(x: Any, axis: Any = None) -> Any:
    """Return exp(x) / Σ exp(x) over `axis`, everything by default, as `scipy.special.softmax` does."""
    return from_rows(neural.softmax(to_rows(array(x), axis)), np.shape(x), axis)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """Return x - log Σ exp(x) over `axis`, everything by default, as `scipy.special.log_softmax` does."""
    return from_rows(neural.log_softmax(to_rows(array(x), axis)), np.shape(x), axis)
