"""Functions defined by integrals and series: exponential, sine and elliptic integrals, hypergeometric functions.

A hypergeometric function is differentiated in its last argument, which raises all its other parameters by one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from autograd.primitive import implements, primitive
from autograd.scipy.special.orders import no_formula

# ------------------------------------------------------------------------------------------------- hypergeometric

hyp0f1 = primitive(special.hyp0f1).defvjp(
    no_formula(special.hyp0f1, "v"), lambda g, x1, x2: g * special.hyp0f1(x1 + 1, x2) / x1
)
hyp1f1 = primitive(special.hyp1f1).defvjp(  # DLMF 13.3.15
    no_formula(special.hyp1f1, "a"),
    no_formula(special.hyp1f1, "b"),
    lambda g, x1, x2, x3: g * (x1 / x2) * special.hyp1f1(x1 + 1, x2 + 1, x3),
)
hyp2f1 = primitive(special.hyp2f1).defvjp(  # DLMF 15.5.1
    no_formula(special.hyp2f1, "a"),
    no_formula(special.hyp2f1, "b"),
    no_formula(special.hyp2f1, "c"),
    lambda g, x1, x2, x3, x4: g * (x1 * x2 / x3) * special.hyp2f1(x1 + 1, x2 + 1, x3 + 1, x4),
)
hyperu = primitive(special.hyperu).defvjp(  # DLMF 13.3.22
    no_formula(special.hyperu, "a"),
    no_formula(special.hyperu, "b"),
    lambda g, x1, x2, x3: -g * x1 * special.hyperu(x1 + 1, x2 + 1, x3),
)


def gauss_series(a: float, b: float, c: float, x: Any) -> Any:
    """Return ₂F₁(a, b; c; x) in the precision of `x`."""
    return special.hyp2f1(a, b, c, x).astype(x.dtype)


# ------------------------------------------------------------------------------------------------- elliptic


def ellipkm1_vjp(g: Any, x: Any, y: Any) -> Any:
    """-K′(m) at m = 1 - x (DLMF 19.4.1), for which 1 - x is too coarse where x is small."""
    is_small = x < 0.5
    small, large = np.where(is_small, x, 0.5), np.where(is_small, 1, x)
    near_pole = (special.ellipe(1 - small) - small * y) / (2 * small * (1 - small))
    return -g * np.where(is_small, near_pole, math.pi / 8 * gauss_series(1.5, 1.5, 2, 1 - large))


# By their hypergeometric series (DLMF 19.5.1 and 19.5.2): the usual formulas divide by m.
ellipk = primitive(special.ellipk).defvjp(lambda g, x: g * (math.pi / 8) * gauss_series(1.5, 1.5, 2, x))
ellipe = primitive(special.ellipe).defvjp(lambda g, x: g * (-math.pi / 8) * gauss_series(0.5, 1.5, 2, x))
ellipkm1 = primitive(special.ellipkm1).defvjp(ellipkm1_vjp)
ellipkinc = primitive(special.ellipkinc).defvjp(
    lambda g, x1, x2: g / np.sqrt(1 - x2 * np.sin(x1) ** 2), no_formula(special.ellipkinc, "m")
)
ellipeinc = primitive(special.ellipeinc).defvjp(
    lambda g, x1, x2: g * np.sqrt(1 - x2 * np.sin(x1) ** 2), no_formula(special.ellipeinc, "m")
)

# ------------------------------------------------------------------------------------------------- exponential


def expn_vjp(g: Any, x1: Any, x2: Any, y: Any) -> Any:
    """-E of the order before (DLMF 8.19.13); of the orders 0 and 1, which have none, by the recurrence 8.19.12."""
    has_predecessor = x1 > 1
    predecessor = special.expn(np.where(has_predecessor, x1 - 1, 1), x2)
    return -g * np.where(has_predecessor, predecessor, (np.exp(-x2) - (x1 - 1) * y) / x2)


expi = primitive(special.expi).defvjp(lambda g, x: g * np.exp(x) / x)
exp1 = primitive(special.exp1).defvjp(lambda g, x: -g * np.exp(-x) / x)
expn = primitive(special.expn).defvjp(no_formula(special.expn, "n"), expn_vjp)

# ------------------------------------------------------------------------------------------------- sine and cosine


def cardinal_sine(x: Any) -> Any:
    return np.sinc(x / math.pi)


def hyperbolic_cardinal_sine(x: Any) -> Any:
    """Return sinh(x) / x as ₀F₁(3/2; x²/4) (DLMF 10.39.9), right at 0."""
    return special.hyp0f1(1.5, x * x / 4)


@primitive
def sine_integral(x: Any) -> Any:
    return special.sici(x)[0]


@primitive
def cosine_integral(x: Any) -> Any:
    return special.sici(x)[1]


@primitive
def hyperbolic_sine_integral(x: Any) -> Any:
    return special.shichi(x)[0]


@primitive
def hyperbolic_cosine_integral(x: Any) -> Any:
    return special.shichi(x)[1]


sine_integral.defvjp(lambda g, x: g * cardinal_sine(x))
cosine_integral.defvjp(lambda g, x: g * np.cos(x) / x)
hyperbolic_sine_integral.defvjp(lambda g, x: g * hyperbolic_cardinal_sine(x))
hyperbolic_cosine_integral.defvjp(lambda g, x: g * np.cosh(x) / x)


@implements(special.sici)
def sici(x: Any) -> tuple[Any, Any]:
    return sine_integral(x), cosine_integral(x)


@implements(special.shichi)
def shichi(x: Any) -> tuple[Any, Any]:
    return hyperbolic_sine_integral(x), hyperbolic_cosine_integral(x)


# ------------------------------------------------------------------------------------------------- and others


def spence_vjp(g: Any, x: Any) -> Any:
    """log(x) / (1 - x) (DLMF 25.12.2), near 1 by its series (DLMF 15.4.1)."""
    is_near = np.abs(x - 1) < 0.5
    near, far = np.where(is_near, x, 1), np.where(is_near, 2, x)
    return g * np.where(is_near, -gauss_series(1, 1, 2, 1 - near), np.log(far) / (1 - far))


@primitive
def lambertw(z: Any, k: Any = 0, tol: float = 1e-8) -> Any:
    return special.lambertw(z, k, tol)


spence = primitive(special.spence).defvjp(spence_vjp)
lambertw.defvjp(lambda g, z, y: g / (z + np.exp(y)))  # DLMF 4.13.4, in a form that is right at 0
wrightomega = primitive(special.wrightomega).defvjp(lambda g, y: g * y / (1 + y))
