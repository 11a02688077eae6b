"""Elementwise functions: arithmetic, powers, exponentials, trigonometry, choices between values, rounding.

One row a function; how to read a row is said in `autograd.primitive`. Formulas follow any table of derivatives and are
written in terms of the output `y` where that is at hand and does not overflow. Complex functions are holomorphic:
their VJP multiplies by the complex derivative, without conjugation, which makes the gradient of a real loss
``∂f/∂x - i ∂f/∂y``, as in HIPS autograd and JAX.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.arguments import NOT_GIVEN
from autograd.primitive import implements, nondifferentiable, primitive
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- arithmetic

# Where a slope is infinite a cotangent of 0 stays 0, so that `where` can guard a pole: 0·∞ = 0.


def unless_pole(g: Any, denominator: Any) -> Any:
    """Return `denominator`, but ∞ where both it and `g` are 0."""
    if type(denominator) in (int, float, complex, bool) or denominator.all():
        return denominator
    return np.where((g == 0) & (denominator == 0), np.inf, denominator)


def divide_vjp_denominator(g: Any, x1: Any, x2: Any) -> Any:
    """-x1 / x2² · g."""
    x2 = unless_pole(g, x2)
    return -g / x2 * (x1 / x2)


add = primitive(np.add).defvjp(lambda g: g, lambda g: g)
subtract = primitive(np.subtract).defvjp(lambda g: g, lambda g: -g)
multiply = primitive(np.multiply).defvjp(lambda g, x2: g * x2, lambda g, x1: g * x1)
divide = primitive(np.divide).defvjp(lambda g, x2: g / unless_pole(g, x2), divide_vjp_denominator)
negative = primitive(np.negative).defvjp(lambda g: -g)
positive = primitive(np.positive).defvjp(lambda g: g)
reciprocal = primitive(np.reciprocal).defvjp(lambda g, x: divide_vjp_denominator(g, 1, x))
square = primitive(np.square).defvjp(lambda g, x: g * (2 * x))


def remainder_vjp_divisor(g: Any, x1: Any, x2: Any) -> Any:
    """-⌊x1 / x2⌋ · g: of the exact quotient, as the remainder is, and not of the rounded one, which can be above."""
    return -g * np.floor_divide(x1, unless_pole(g, x2))


def fmod_vjp_divisor(g: Any, x1: Any, x2: Any) -> Any:
    """The same with the quotient rounded towards 0."""
    quotient = np.floor_divide(np.abs(x1), np.abs(unless_pole(g, x2)))
    return -g * (np.sign(x1) * np.sign(x2) * quotient)


remainder = primitive(np.remainder).defvjp(lambda g: g, remainder_vjp_divisor)
fmod = primitive(np.fmod).defvjp(lambda g: g, fmod_vjp_divisor)


def power_vjp_base(g: Any, x1: Any, x2: Any) -> Any:
    """x2 · x1^(x2-1) · g; 0 where the exponent is 0, also at x1 = 0."""
    if isinstance(x2, int | float):
        if x2 == 2:
            return g * (2 * x1)
        return g * (x2 * power_unless_singular(g, x1, x2 - 1 if x2 != 0 else 0))
    is_zero = np.abs(x1) < np.finfo(x1.dtype).smallest_normal  # 1/x1 overflows
    return g * (x2 * power_unless_singular(g, x1, np.where(is_zero & (x2 == 0), 0, x2 - 1)))


def power_unless_singular(g: Any, x1: Any, exponent: Any) -> Any:
    """Return x1^exponent, but 0 where g is 0 and the power is infinite (0 to a negative one) or NaN (a root of -1)."""
    if (isinstance(exponent, int | float) and exponent >= 0 and exponent % 1 == 0) or g.all():
        return x1**exponent
    is_singular = (x1 == 0) & (np.real(exponent) < 0)
    if not np.iscomplexobj(x1) and not np.iscomplexobj(exponent):
        is_singular = is_singular | ((x1 < 0) & (np.rint(exponent) != exponent))
    is_singular = is_singular & (g == 0)
    return np.where(is_singular, 0, np.where(is_singular, 1, x1) ** exponent) if is_singular.any() else x1**exponent


def power_vjp_exponent(g: Any, y: Any, x1: Any) -> Any:
    """ln(x1) · y · g; 0 at x1 = 0, the limit for a positive exponent."""
    if isinstance(x1, int | float):  # keeps its weak dtype
        return g * (y * float(np.log(x1))) if x1 != 0 else np.zeros_like(g)
    is_flat = (x1 == 0) if np.iscomplexobj(x1) else (x1 == 0) | ((x1 < 0) & (g == 0))
    return g * (np.where(is_flat, 0, y) * np.log(np.where(is_flat, 1, x1)))


power = primitive(np.power).defvjp(power_vjp_base, power_vjp_exponent)
float_power = primitive(np.float_power).defvjp(power_vjp_base, power_vjp_exponent)

# ------------------------------------------------------------------------------------------------- roots, exp, log


def unless_singular(g: Any, y: Any, denominator: Any) -> Any:
    """Return `denominator`, but ∞ where g is 0 and y is 0 or NaN: the slope is infinite there, and 0·∞ = 0."""
    return denominator if g.all() else np.where((g == 0) & ((y == 0) | (y != y)), np.inf, denominator)


sqrt = primitive(np.sqrt).defvjp(lambda g, y: g / unless_singular(g, y, 2 * y))
cbrt = primitive(np.cbrt).defvjp(lambda g, y: g / unless_singular(g, y, 3 * y * y))
exp = primitive(np.exp).defvjp(lambda g, y: g * y)
exp2 = primitive(np.exp2).defvjp(lambda g, y: g * y * float(np.log(2)))
expm1 = primitive(np.expm1).defvjp(lambda g, x: g * np.exp(x))  # y + 1 would lose all digits at large negative x
log = primitive(np.log).defvjp(lambda g, x: g / unless_pole(g, x))
log2 = primitive(np.log2).defvjp(lambda g, x: g / unless_pole(g, x) / float(np.log(2)))
log10 = primitive(np.log10).defvjp(lambda g, x: g / unless_pole(g, x) / float(np.log(10)))
log1p = primitive(np.log1p).defvjp(lambda g, x: g / unless_pole(g, 1 + x))


def above(x: Any, y: Any) -> Any:
    """Return x - y, but -∞ where both are -∞."""
    return x - np.where(np.isneginf(y), 0, y)


# Each weight is the softmax of the pair, 0 if that is -∞ twice; exp(x - y) cannot overflow because y >= x.
logaddexp = primitive(np.logaddexp).defvjp(
    lambda g, x1, y: g * np.exp(above(x1, y)),
    lambda g, x2, y: g * np.exp(above(x2, y)),
)
logaddexp2 = primitive(np.logaddexp2).defvjp(
    lambda g, x1, y: g * np.exp2(above(x1, y)),
    lambda g, x2, y: g * np.exp2(above(x2, y)),
)

# ------------------------------------------------------------------------------------------------- trigonometry

sin = primitive(np.sin).defvjp(lambda g, x: g * np.cos(x))
cos = primitive(np.cos).defvjp(lambda g, x: -g * np.sin(x))
tan = primitive(np.tan).defvjp(lambda g, y: g * (1 + y * y))


def has_root(square: Any) -> Any:
    """Return where the root of `square` is neither 0 nor NaN."""
    return np.not_equal(square, 0) if np.iscomplexobj(square) else np.greater(square, 0)


arcsin = primitive(np.arcsin).defvjp(lambda g, x: g / unless_singular(g, has_root(1 - x * x), np.sqrt(1 - x * x)))
arccos = primitive(np.arccos).defvjp(lambda g, x: -g / unless_singular(g, has_root(1 - x * x), np.sqrt(1 - x * x)))
arctan = primitive(np.arctan).defvjp(lambda g, x: g / unless_pole(g, 1 + x * x))


def per_squared_radius(x: Any, x1: Any, x2: Any) -> Any:
    """X / (x1² + x2²) without squares that overflow; x at the origin."""
    radius = np.hypot(x1, x2)
    radius = np.where(radius == 0, 1, radius)
    return x / radius / radius


arctan2 = primitive(np.arctan2).defvjp(  # 0 at the origin, the minimum-norm subgradient
    lambda g, x1, x2: g * per_squared_radius(x2, x1, x2),
    lambda g, x1, x2: -g * per_squared_radius(x1, x1, x2),
)
hypot = primitive(np.hypot).defvjp(
    lambda g, x1, y: g * x1 / np.where(y == 0, 1, y),  # 0 at the origin, the minimum-norm subgradient
    lambda g, x2, y: g * x2 / np.where(y == 0, 1, y),
)
deg2rad = primitive(np.deg2rad).defvjp(lambda g: g * (np.pi / 180))
rad2deg = primitive(np.rad2deg).defvjp(lambda g: g * (180 / np.pi))
radians = primitive(np.radians).defvjp(lambda g: g * (np.pi / 180))
degrees = primitive(np.degrees).defvjp(lambda g: g * (180 / np.pi))

sinh = primitive(np.sinh).defvjp(lambda g, x: g * np.cosh(x))
cosh = primitive(np.cosh).defvjp(lambda g, x: g * np.sinh(x))
tanh = primitive(np.tanh).defvjp(lambda g, y: g * (1.0 - y * y))
arcsinh = primitive(np.arcsinh).defvjp(lambda g, x: g / np.sqrt(unless_pole(g, 1 + x * x)))
arccosh = primitive(np.arccosh).defvjp(
    lambda g, x: (
        g / unless_singular(g, has_root(x - 1), np.sqrt(x - 1)) / unless_singular(g, has_root(x + 1), np.sqrt(x + 1))
    )
)
arctanh = primitive(np.arctanh).defvjp(lambda g, x: g / unless_pole(g, 1 - x * x))

# ------------------------------------------------------------------------------------------------- complex numbers


def absolute_vjp(g: Any, x: Any, y: Any) -> Any:
    """sign(x) · g, and conj(x)/|x| · g for complex x; 0 at 0, the minimum-norm subgradient."""
    if np.iscomplexobj(x):
        return g * np.conjugate(x) / np.where(y == 0, 1, y)
    return g * np.sign(x)


absolute = primitive(np.absolute).defvjp(absolute_vjp)
fabs = primitive(np.fabs).defvjp(lambda g, x: g * np.sign(x))
conjugate = primitive(np.conjugate).defvjp(lambda g: np.conjugate(g))


@implements(np.real)
@primitive
def real(val: Any) -> Any:
    return np.real(val)


@implements(np.imag)
@primitive
def imag(val: Any) -> Any:
    return np.imag(val)


real.defvjp(lambda g, val_dtype: g.astype(val_dtype))
imag.defvjp(lambda g, val_dtype: -1j * g if val_dtype.kind == "c" else 0 * g)


@implements(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    """Composed: the argument of x + iy is arctan2(y, x)."""
    radians_ = np.arctan2(np.imag(z), np.real(z))
    return np.rad2deg(radians_) if deg else radians_


@implements(np.astype)
@primitive
def astype(x: Any, dtype: Any, *, copy: bool = True, device: Any = None) -> Any:
    if device not in (None, "cpu"):
        raise ValueError(f"device={device!r}; arrays of NumPy are on 'cpu'")
    return x.astype(dtype, copy=copy)


astype.defvjp(lambda g: g)  # the sweep gives every gradient the dtype of its input


@implements(np.copy)
@primitive
def copy(a: Any, order: Any = "K", subok: bool = False) -> Any:
    return np.copy(a, order)


copy.defvjp(lambda g: g)

# ------------------------------------------------------------------------------------------------- choices

# At a tie both inputs are extremal and share the gradient.
maximum = primitive(np.maximum).defvjp(
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where(x1 > x2, g, 0)),
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where(x2 > x1, g, 0)),
)
minimum = primitive(np.minimum).defvjp(
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where(x1 < x2, g, 0)),
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where(x2 < x1, g, 0)),
)
# As maximum and minimum, but a NaN loses: `x2 != x2` is where x2 is NaN.
fmax = primitive(np.fmax).defvjp(
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where((x1 > x2) | (x2 != x2), g, 0)),
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where((x2 > x1) | (x1 != x1), g, 0)),
)
fmin = primitive(np.fmin).defvjp(
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where((x1 < x2) | (x2 != x2), g, 0)),
    lambda g, x1, x2: np.where(x1 == x2, g / 2, np.where((x2 < x1) | (x1 != x1), g, 0)),
)

heaviside = primitive(np.heaviside).defvjp(None, lambda g, x1: np.where(np.equal(x1, 0), g, 0))  # x2 is what it is at 0


@primitive
def where(condition: Any, x1: Any, x2: Any) -> Any:
    return np.where(condition, x1, x2)


# Masking, not multiplying by the mask: an infinite cotangent of the branch not taken must not become NaN.
where.is_elementwise = True
where.defvjp(
    None,
    lambda g, condition: np.where(condition, g, 0),
    lambda g, condition: np.where(condition, 0, g),
)


@implements(np.where)
def where_or_nonzero(condition: Any, x: Any = NOT_GIVEN, y: Any = NOT_GIVEN, /) -> Any:
    """Composed: a condition alone gives the indices where it holds."""
    if y is not NOT_GIVEN:
        return where(condition, x, y)
    if x is not NOT_GIVEN:
        raise ValueError("where: either both or neither of x and y should be given")
    return np.nonzero(plain(condition))


@implements(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """Composed of maximum and minimum, so half of the gradient passes where the input equals a bound."""
    low = a_min if a_min is not None else min
    high = a_max if a_max is not None else max
    if low is not None:
        a = np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


# ------------------------------------------------------------------------------- no derivative, or zero everywhere

nondifferentiable(
    *(np.floor, np.ceil, np.trunc, np.rint, np.round, np.floor_divide, np.sign, np.signbit),
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.isclose, np.allclose),
    *(
        np.array_equal,
        np.array_equiv,
        np.isfinite,
        np.isinf,
        np.isnan,
        np.isneginf,
        np.isposinf,
        np.iscomplex,
        np.isreal,
    ),
    *(np.iscomplexobj, np.isrealobj, np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
    *(
        np.bitwise_and,
        np.bitwise_or,
        np.bitwise_xor,
        np.invert,
        np.left_shift,
        np.right_shift,
        np.spacing,
        np.nextafter,
    ),
    *(np.zeros_like, np.ones_like, np.empty_like, np.shape, np.ndim, np.size, np.result_type),
    *(np.can_cast, np.min_scalar_type, np.shares_memory, np.may_share_memory),
)
