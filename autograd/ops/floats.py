"""Functions of how floating-point numbers are made: of sign, exponent, whole and fractional part, NaN and infinity."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.primitive import implements, primitive
from autograd.tensor import plain

# The sign and the exponent that the second argument gives are piecewise constant in it.
copysign = primitive(np.copysign).defvjp(lambda g, x1, x2: g * (np.sign(x1) * np.copysign(1, plain(x2))), None)
ldexp = primitive(np.ldexp).defvjp(lambda g, x2: np.ldexp(g, x2))


@implements(np.frexp)
def frexp(x: Any) -> Any:
    """Composed: x is the mantissa, whose size is in [1/2, 1), times a power of 2; the exponent is plain."""
    _, exponent = np.frexp(plain(x))
    return np.ldexp(x, -exponent), exponent


@functools.partial(primitive, name="modf")
def fraction(x: Any) -> Any:
    return np.modf(x)[0]


fraction.defvjp(lambda g: g)


@implements(np.modf)
def modf(x: Any) -> Any:
    """Composed: the fraction that is left of x without its whole part, and that, which is plain."""
    return fraction(x), np.modf(plain(x))[1]


@implements(np.divmod)
def divmod(x1: Any, x2: Any) -> Any:
    """Composed: the whole quotient, which is plain, and the remainder."""
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


@implements(np.nan_to_num)
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """Composed: in place of NaN and of infinities are other values, whose gradient is that of their places."""
    if not copy:
        raise DTypeError("nan_to_num: copy=False not supported on Tensors; assign the result instead")
    if np.iscomplexobj(x):
        real, imag = (np.nan_to_num(part, True, nan, posinf, neginf) for part in (np.real(x), np.imag(x)))
        return real + 1j * imag
    if x.dtype.kind != "f":
        return np.copy(x)
    greatest = np.finfo(x.dtype).max
    result = np.where(np.isnan(x), nan, x)
    result = np.where(np.isposinf(x), greatest if posinf is None else posinf, result)
    result = np.where(np.isneginf(x), -greatest if neginf is None else neginf, result)
    return result if result.dtype == x.dtype else result.astype(x.dtype)
