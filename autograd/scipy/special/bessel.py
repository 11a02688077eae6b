"""Bessel, Hankel and Airy functions; their derivatives in the order are not available.

DLMF 10.6.1 and 10.29.1 give the derivative of every one as half the sum or difference of its neighbours in the order,
which is also right at 0. An order is written 2.0, not 2: SciPy computes those of integers in double precision only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from autograd.errors import DTypeError
from autograd.primitive import implements, primitive
from autograd.scipy.special.orders import no_formula

# ------------------------------------------------------------------------------------------------- Bessel and Hankel

j0 = primitive(special.j0).defvjp(lambda g, x: -g * special.j1(x))
j1 = primitive(special.j1).defvjp(lambda g, x: g * (special.j0(x) - special.jv(2.0, x)) / 2)
y0 = primitive(special.y0).defvjp(lambda g, x: -g * special.y1(x))
y1 = primitive(special.y1).defvjp(lambda g, x: g * (special.y0(x) - special.yv(2.0, x)) / 2)
jv = primitive(special.jv).defvjp(
    no_formula(special.jv, "v"), lambda g, x1, x2: g * (special.jv(x1 - 1, x2) - special.jv(x1 + 1, x2)) / 2
)
yv = primitive(special.yv).defvjp(
    no_formula(special.yv, "v"), lambda g, x1, x2: g * (special.yv(x1 - 1, x2) - special.yv(x1 + 1, x2)) / 2
)
yn = primitive(special.yn).defvjp(
    no_formula(special.yn, "n"), lambda g, x1, x2: g * (special.yn(x1 - 1, x2) - special.yn(x1 + 1, x2)) / 2
)
hankel1 = primitive(special.hankel1).defvjp(
    no_formula(special.hankel1, "v"),
    lambda g, x1, x2: g * (special.hankel1(x1 - 1, x2) - special.hankel1(x1 + 1, x2)) / 2,
)
hankel2 = primitive(special.hankel2).defvjp(
    no_formula(special.hankel2, "v"),
    lambda g, x1, x2: g * (special.hankel2(x1 - 1, x2) - special.hankel2(x1 + 1, x2)) / 2,
)
hankel1e = primitive(special.hankel1e).defvjp(  # times exp(-iz)
    no_formula(special.hankel1e, "v"),
    lambda g, x1, x2, y: g * ((special.hankel1e(x1 - 1, x2) - special.hankel1e(x1 + 1, x2)) / 2 - 1j * y),
)
hankel2e = primitive(special.hankel2e).defvjp(  # times exp(iz)
    no_formula(special.hankel2e, "v"),
    lambda g, x1, x2, y: g * ((special.hankel2e(x1 - 1, x2) - special.hankel2e(x1 + 1, x2)) / 2 + 1j * y),
)

# ------------------------------------------------------------------------------------------------- modified


def ive_vjp(g: Any, x1: Any, x2: Any, y: Any) -> Any:
    """The derivative of Iᵥ(x) exp(-|x|)."""
    if np.iscomplexobj(x2):
        raise DTypeError("ive: it is not holomorphic, its derivative is that of real numbers only; use iv")
    return g * ((special.ive(x1 - 1, x2) + special.ive(x1 + 1, x2)) / 2 - np.sign(x2) * y)


i0 = primitive(special.i0).defvjp(lambda g, x: g * special.i1(x))
i1 = primitive(special.i1).defvjp(lambda g, x: g * (special.i0(x) + special.iv(2.0, x)) / 2)
i0e = primitive(special.i0e).defvjp(lambda g, x, y: g * (special.i1e(x) - np.sign(x) * y))
i1e = primitive(special.i1e).defvjp(lambda g, x, y: g * ((special.i0e(x) + special.ive(2.0, x)) / 2 - np.sign(x) * y))
iv = primitive(special.iv).defvjp(
    no_formula(special.iv, "v"), lambda g, x1, x2: g * (special.iv(x1 - 1, x2) + special.iv(x1 + 1, x2)) / 2
)
ive = primitive(special.ive).defvjp(no_formula(special.ive, "v"), ive_vjp)

k0 = primitive(special.k0).defvjp(lambda g, x: -g * special.k1(x))
k1 = primitive(special.k1).defvjp(lambda g, x: -g * (special.k0(x) + special.kv(2.0, x)) / 2)
k0e = primitive(special.k0e).defvjp(lambda g, x, y: g * (y - special.k1e(x)))  # times exp(x)
k1e = primitive(special.k1e).defvjp(lambda g, x, y: g * (y - (special.k0e(x) + special.kve(2.0, x)) / 2))
kn = primitive(special.kn).defvjp(
    no_formula(special.kn, "n"), lambda g, x1, x2: -g * (special.kv(x1 - 1.0, x2) + special.kv(x1 + 1.0, x2)) / 2
)
kv = primitive(special.kv).defvjp(
    no_formula(special.kv, "v"), lambda g, x1, x2: -g * (special.kv(x1 - 1, x2) + special.kv(x1 + 1, x2)) / 2
)
kve = primitive(special.kve).defvjp(
    no_formula(special.kve, "v"),
    lambda g, x1, x2, y: g * (y - (special.kve(x1 - 1, x2) + special.kve(x1 + 1, x2)) / 2),
)

# ------------------------------------------------------------------------------------------------- Airy functions


@primitive
def airy_part(z: Any, index: int) -> Any:
    """Return Ai, Ai′, Bi or Bi′."""
    return special.airy(z)[index]


def airy_part_vjp(g: Any, z: Any, index: int) -> Any:
    """Ai″(z) = z Ai(z), and likewise for Bi (DLMF 9.2.1)."""
    return g * z * airy_part(z, index - 1) if index % 2 else g * airy_part(z, index + 1)


airy_part.defvjp(airy_part_vjp)


@implements(special.airy)
def airy(z: Any) -> tuple[Any, Any, Any, Any]:
    return airy_part(z, 0), airy_part(z, 1), airy_part(z, 2), airy_part(z, 3)
