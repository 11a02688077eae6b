"""The error function, the normal distribution function, and their relatives and inverses.

Formulas: NIST Digital Library of Mathematical Functions (DLMF), chapter 7. An inverse has an infinite slope where it is
infinite itself; there a cotangent of 0 stays 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from autograd.ops.elementwise import unless_pole
from autograd.primitive import implements, primitive

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
ROOT_TWO_PI = math.sqrt(2 * math.pi)


def bell(x: Any) -> Any:
    """Return the slope of erf, 2/√π exp(-x²)."""
    return TWO_OVER_ROOT_PI * np.exp(-x * x)


def normal_density(x: Any) -> Any:
    return np.exp(-x * x / 2) / ROOT_TWO_PI


# ------------------------------------------------------------------------------------------------- error functions

erf = primitive(special.erf).defvjp(lambda g, x: g * bell(x))
erfc = primitive(special.erfc).defvjp(lambda g, x: -g * bell(x))
erfi = primitive(special.erfi).defvjp(lambda g, x: g * TWO_OVER_ROOT_PI * np.exp(x * x))
erfinv = primitive(special.erfinv).defvjp(lambda g, y: g / unless_pole(g, bell(y)))
erfcinv = primitive(special.erfcinv).defvjp(lambda g, y: -g / unless_pole(g, bell(y)))
# Both terms of the next three are nearly equal at a large x: 2 log10(x) digits are lost.
erfcx = primitive(special.erfcx).defvjp(lambda g, x, y: g * (2 * x * y - TWO_OVER_ROOT_PI))
dawsn = primitive(special.dawsn).defvjp(lambda g, x, y: g * (1 - 2 * x * y))
wofz = primitive(special.wofz).defvjp(lambda g, x, y: g * (TWO_OVER_ROOT_PI * 1j - 2 * x * y))

# ------------------------------------------------------------------------------------------------- normal distribution


def log_ndtr_vjp(g: Any, x: Any) -> Any:
    """The density over the distribution function; to the left, where both vanish, by their ratio √(2/π) / erfcx."""
    is_left = np.real(x) < 0
    left, right = np.where(is_left, x, 0), np.where(is_left, 0, x)
    ratio = math.sqrt(2 / math.pi) / special.erfcx(-left / math.sqrt(2))
    return g * np.where(is_left, ratio, normal_density(right) / special.ndtr(right))


ndtr = primitive(special.ndtr).defvjp(lambda g, x: g * normal_density(x))
ndtri = primitive(special.ndtri).defvjp(lambda g, y: g / unless_pole(g, normal_density(y)))
ndtri_exp = primitive(special.ndtri_exp).defvjp(lambda g, x, y: g * ROOT_TWO_PI * np.exp(x + y * y / 2))
log_ndtr = primitive(special.log_ndtr).defvjp(log_ndtr_vjp)
# Owen, "Tables for computing bivariate normal probabilities", 1956, equation 2.1 differentiated
owens_t = primitive(special.owens_t).defvjp(
    lambda g, x1, x2: g * normal_density(x1) * special.erf(x1 * x2 / math.sqrt(2)) / -2,
    lambda g, x1, x2: g * np.exp(-x1 * x1 * (1 + x2 * x2) / 2) / (2 * math.pi * (1 + x2 * x2)),
)

# ------------------------------------------------------------------------------------------------- Fresnel integrals


@primitive
def fresnel_sine(z: Any) -> Any:
    return special.fresnel(z)[0]


@primitive
def fresnel_cosine(z: Any) -> Any:
    return special.fresnel(z)[1]


fresnel_sine.defvjp(lambda g, z: g * np.sin(math.pi / 2 * z * z))
fresnel_cosine.defvjp(lambda g, z: g * np.cos(math.pi / 2 * z * z))


@implements(special.fresnel)
def fresnel(z: Any) -> tuple[Any, Any]:
    return fresnel_sine(z), fresnel_cosine(z)
