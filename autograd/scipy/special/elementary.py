"""Logistic functions, entropies, powers that start at 0, robust losses, and trigonometry in degrees.

An entropy has an infinite slope where a probability is 0, and there a cotangent of 0 stays 0. A function that jumps at
a point, such as ``xlogy`` at (0, 0), has gradient 0 there, and so it has where its value is infinite.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from autograd.ops.elementwise import unless_pole
from autograd.primitive import implements, nondifferentiable, primitive

# ------------------------------------------------------------------------------------------------- logistic functions

# 1 - y would lose all digits at a large x.
expit = primitive(special.expit).defvjp(lambda g, x, y: g * y * special.expit(-x))
log_expit = primitive(special.log_expit).defvjp(lambda g, x: g * special.expit(-x))
logit = primitive(special.logit).defvjp(lambda g, x: g / unless_pole(g, x * (1 - x)))


def softplus(x: Any) -> Any:
    """Return log(1 + exp(x)), as `scipy.special.softplus` does."""
    return np.logaddexp(x, 0)


# ------------------------------------------------------------------------------------------------- entropies


def xlogy_vjp_factor(g: Any, x1: Any, x2: Any) -> Any:
    """log x2; 0 at (0, 0)."""
    return np.where((x1 == 0) & (x2 == 0), 0, special.xlogy(g, x2))


def xlogy_vjp_argument(g: Any, x1: Any, x2: Any) -> Any:
    """x1 / x2; 0 at (0, 0)."""
    numerator = g * x1
    return numerator / np.where((numerator == 0) & (x2 == 0), 1, x2)


def xlog1py_vjp_factor(g: Any, x1: Any, x2: Any) -> Any:
    """log(1 + x2); 0 at (0, -1)."""
    return np.where((x1 == 0) & (x2 == -1), 0, special.xlog1py(g, x2))


def xlog1py_vjp_argument(g: Any, x1: Any, x2: Any) -> Any:
    """x1 / (1 + x2); 0 at (0, -1)."""
    numerator = g * x1
    return numerator / np.where((numerator == 0) & (x2 == -1), 1, 1 + x2)


def entr_vjp(g: Any, x: Any) -> Any:
    """-log x - 1; 0 where x is negative and the value -∞."""
    return np.where(x < 0, 0, -g - special.xlogy(g, np.where(x < 0, 1, x)))


def ratio(g: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    """Return where a relative entropy is finite and smooth, its border included, and x1 / x2 there, elsewhere 1."""
    is_inside = (x1 >= 0) & (x2 > 0)
    return is_inside, np.where(is_inside, x1 / np.where(is_inside, x2, 1), 1).astype(g.dtype)


def rel_entr_vjp_first(g: Any, x1: Any, x2: Any) -> Any:
    """log(x1 / x2) + 1."""
    is_inside, quotient = ratio(g, x1, x2)
    return np.where(is_inside, g + special.xlogy(g, quotient), 0)


def rel_entr_vjp_second(g: Any, x1: Any, x2: Any) -> Any:
    """-x1 / x2."""
    is_inside, quotient = ratio(g, x1, x2)
    return np.where(is_inside, -g * quotient, 0)


def kl_div_vjp_first(g: Any, x1: Any, x2: Any) -> Any:
    """log(x1 / x2)."""
    return special.xlogy(g, ratio(g, x1, x2)[1])


def kl_div_vjp_second(g: Any, x1: Any, x2: Any) -> Any:
    """1 - x1 / x2."""
    return g * (1 - ratio(g, x1, x2)[1])


xlogy = primitive(special.xlogy).defvjp(xlogy_vjp_factor, xlogy_vjp_argument)
xlog1py = primitive(special.xlog1py).defvjp(xlog1py_vjp_factor, xlog1py_vjp_argument)
entr = primitive(special.entr).defvjp(entr_vjp)
rel_entr = primitive(special.rel_entr).defvjp(rel_entr_vjp_first, rel_entr_vjp_second)
kl_div = primitive(special.kl_div).defvjp(kl_div_vjp_first, kl_div_vjp_second)

# ------------------------------------------------------------------------------------------------- powers, exponentials


def slope_of_exprel(x: Any) -> Any:
    """Return the derivative of (exp(x) - 1) / x, ∫₀¹ s exp(sx) ds (DLMF 13.4.1), which loses no digits near 0."""
    return special.hyp1f1(2, 3, x) / 2


def slope_of_log1p_ratio(x: Any) -> Any:
    """Return the derivative of log(1 + x) / x (DLMF 15.4.1 and 15.5.1)."""
    return special.hyp2f1(2, 2, 3, -x).astype(x.dtype) / -2


exprel = primitive(special.exprel).defvjp(lambda g, x: g * slope_of_exprel(x))
exp2 = primitive(special.exp2).defvjp(lambda g, y: g * y * math.log(2))
exp10 = primitive(special.exp10).defvjp(lambda g, y: g * y * math.log(10))
expm1 = primitive(special.expm1).defvjp(lambda g, x: g * np.exp(x))
log1p = primitive(special.log1p).defvjp(lambda g, x: g / unless_pole(g, 1 + x))
cbrt = primitive(special.cbrt).defvjp(lambda g, y: g / unless_pole(g, 3 * y * y))
boxcox = primitive(special.boxcox).defvjp(
    lambda g, x1, x2: g * x1 ** (x2 - 1),
    lambda g, x1, x2: g * np.log(x1) ** 2 * slope_of_exprel(x2 * np.log(x1)),
)
boxcox1p = primitive(special.boxcox1p).defvjp(
    lambda g, x1, x2: g * (1 + x1) ** (x2 - 1),
    lambda g, x1, x2: g * np.log1p(x1) ** 2 * slope_of_exprel(x2 * np.log1p(x1)),
)
inv_boxcox = primitive(special.inv_boxcox).defvjp(
    lambda g, x1, x2, y: g * y / (1 + x1 * x2),
    lambda g, x1, x2, y: g * y * x1 * x1 * slope_of_log1p_ratio(x1 * x2),
)
inv_boxcox1p = primitive(special.inv_boxcox1p).defvjp(
    lambda g, x1, x2, y: g * (1 + y) / (1 + x1 * x2),
    lambda g, x1, x2, y: g * (1 + y) * x1 * x1 * slope_of_log1p_ratio(x1 * x2),
)

# ------------------------------------------------------------------------------------------------- robust losses


def huber_vjp_width(g: Any, x1: Any, x2: Any) -> Any:
    """What |x2| exceeds the width by."""
    excess = np.abs(x2) - x1
    return g * np.where((x1 >= 0) & (excess > 0), excess, 0)


def huber_vjp_residual(g: Any, x1: Any, x2: Any) -> Any:
    """x2, but no larger than the width."""
    return g * np.where(x1 >= 0, np.maximum(np.minimum(x2, x1), -x1), 0)


def length(x1: Any, x2: Any) -> Any:
    """Return √(x1² + x2²), but 1 instead of 0."""
    hypotenuse = np.hypot(x1, x2)
    return np.where(hypotenuse == 0, 1, hypotenuse)


def pseudo_huber_vjp_width(g: Any, x1: Any, x2: Any) -> Any:
    """(h - x1)² / h with h = √(x1² + x2²), where h - x1 = x2² / (h + x1)."""
    h = length(x1, x2)
    return np.where(x1 >= 0, g * (x2 * (x2 / np.where(x1 >= 0, h + x1, 1))) ** 2 / h, 0)


def pseudo_huber_vjp_residual(g: Any, x1: Any, x2: Any) -> Any:
    """x1 x2 / h."""
    return np.where(x1 >= 0, g * x1 * (x2 / length(x1, x2)), 0)


huber = primitive(special.huber).defvjp(huber_vjp_width, huber_vjp_residual)
pseudo_huber = primitive(special.pseudo_huber).defvjp(pseudo_huber_vjp_width, pseudo_huber_vjp_residual)

# ------------------------------------------------------------------------------------------------- trigonometry

DEGREE = math.pi / 180

cosm1 = primitive(special.cosm1).defvjp(lambda g, x: -g * np.sin(x))
sindg = primitive(special.sindg).defvjp(lambda g, x: g * special.cosdg(x) * DEGREE)
cosdg = primitive(special.cosdg).defvjp(lambda g, x: -g * special.sindg(x) * DEGREE)
tandg = primitive(special.tandg).defvjp(lambda g, y: g * (1 + y * y) * DEGREE)
cotdg = primitive(special.cotdg).defvjp(lambda g, y: -g * (1 + y * y) * DEGREE)


@implements(special.radian)
def radian(d: Any, m: Any, s: Any) -> Any:
    """Composed: the angle of `d` degrees, `m` minutes and `s` seconds."""
    return (d + m / 60 + s / 3600) * DEGREE


nondifferentiable(special.round)
