"""The gamma and beta functions, their logarithms, derivatives and inverses, and the incomplete ones.

ψ is the digamma function, DLMF 5.2.2. At a pole the values, and so the derivatives, are what SciPy returns.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from autograd.errors import DTypeError
from autograd.ops.elementwise import unless_pole
from autograd.primitive import nondifferentiable, primitive
from autograd.scipy.special.orders import no_formula
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- derivatives of ψ


@primitive
def zeta(x: Any, q: Any = None) -> Any:
    """Return the Hurwitz zeta function Σₙ (n + q)⁻ˣ, and Riemann's where `q` is not given."""
    return special.zeta(x, q)


@primitive
def polygamma(n: Any, x: Any) -> Any:
    """Return the derivative of ψ of order `n`."""
    return special.polygamma(n, x)


def digamma_vjp(g: Any, x: Any) -> Any:
    """ψ′(x) = ζ(2, x) (DLMF 25.11.12)."""
    if np.iscomplexobj(x):
        raise DTypeError("digamma: its derivative at complex numbers is not available; use real ones")
    return g * zeta(2, x)


zeta.is_elementwise = polygamma.is_elementwise = True
zeta.defvjp(no_formula("zeta", "x"), lambda g, x, q: -g * x * zeta(x + 1, q))
polygamma.defvjp(no_formula("polygamma", "n"), lambda g, n, x: g * polygamma(n + 1, x))
digamma = primitive(special.digamma, "digamma").defvjp(digamma_vjp)

# ------------------------------------------------------------------------------------------------- complete functions


def rgamma_vjp(g: Any, x: Any, y: Any) -> Any:
    """-ψ(x) / Γ(x), and for Re x < ½, where ψ has poles, from 1 / Γ(x) = Γ(1 - x) sin(πx) / π (DLMF 5.5.3)."""
    is_left = np.real(x) < 0.5
    left, right = np.where(is_left, x, 0), np.where(is_left, 1, x)
    turn = math.pi * left
    reflected = special.gamma(1 - left) * (np.cos(turn) - np.sin(turn) * special.digamma(1 - left) / math.pi)
    return g * np.where(is_left, reflected, -y * special.digamma(right))


def multigammaln(a: Any, d: int) -> Any:
    """Return the logarithm of the multivariate gamma function of dimension `d`: composed of `gammaln`.

    Raises
    ------
    ValueError
        If an element of `a` is not greater than (d - 1) / 2.
    """
    if np.any(plain(a) <= (d - 1) / 2):
        raise ValueError(f"multigammaln: a must be greater than (d - 1) / 2 = {(d - 1) / 2}; its least is {np.min(a)}")
    total = d * (d - 1) / 4 * math.log(math.pi)
    for j in range(d):
        total = total + special.gammaln(a - j / 2)
    return total


gamma = primitive(special.gamma).defvjp(lambda g, x, y: g * y * special.digamma(x))
rgamma = primitive(special.rgamma).defvjp(rgamma_vjp)
gammaln = primitive(special.gammaln).defvjp(lambda g, x: g * special.digamma(x))
loggamma = primitive(special.loggamma).defvjp(lambda g, x: g * special.digamma(x))
poch = primitive(special.poch).defvjp(
    lambda g, x1, x2, y: g * y * (special.digamma(x1 + x2) - special.digamma(x1)),
    lambda g, x1, x2, y: g * y * special.digamma(x1 + x2),
)
beta = primitive(special.beta).defvjp(
    lambda g, x1, x2, y: g * y * (special.digamma(x1) - special.digamma(x1 + x2)),
    lambda g, x1, x2, y: g * y * (special.digamma(x2) - special.digamma(x1 + x2)),
)
betaln = primitive(special.betaln).defvjp(
    lambda g, x1, x2: g * (special.digamma(x1) - special.digamma(x1 + x2)),
    lambda g, x1, x2: g * (special.digamma(x2) - special.digamma(x1 + x2)),
)
binom = primitive(special.binom).defvjp(
    lambda g, x1, x2, y: g * y * (special.digamma(x1 + 1) - special.digamma(x1 - x2 + 1)),
    lambda g, x1, x2, y: g * y * (special.digamma(x1 - x2 + 1) - special.digamma(x2 + 1)),
)
nondifferentiable(special.gammasgn)

# ------------------------------------------------------------------------------------------------- incomplete functions


def gamma_density(a: Any, x: Any) -> Any:
    """Return ∂P(a, x)/∂x = xᵃ⁻¹ e⁻ˣ / Γ(a) (DLMF 8.8.13)."""
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a)).astype(x.dtype)


def slope_in_order(a: Any, x: Any) -> Any:
    """Return ∂P(a, x)/∂a, term by term of P(a, x) = Σₙ e⁻ˣ xᵃ⁺ⁿ / Γ(a + n + 1) (DLMF 8.7.1).

    The terms are the probabilities of a Poisson distribution of mean x: those far above the mean are left out. As many
    are summed as the largest x, so all of them are held at once. To the far right of a the sum is small and its terms
    are not, so its error is a small part of the largest slope, not of its own.
    """
    is_inside = (plain(x) > 0) & np.isfinite(plain(x))
    x = np.expand_dims(np.where(is_inside, x, 1), -1)
    largest = float(np.max(plain(x), initial=0))
    orders = np.expand_dims(a, -1) + np.arange(int(largest + 12 * math.sqrt(largest)) + 60).astype(x.dtype)
    weights = np.exp(special.xlogy(orders, x) - x - special.gammaln(orders + 1))
    return np.where(is_inside, np.sum(weights * (np.log(x) - special.digamma(orders + 1)), axis=-1), 0)


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """Return ∂Iₓ(a, b)/∂x = xᵃ⁻¹ (1 - x)ᵇ⁻¹ / B(a, b) (DLMF 8.17.20)."""
    return np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b)).astype(x.dtype)


gammainc = primitive(special.gammainc).defvjp(
    lambda g, x1, x2: g * slope_in_order(x1, x2), lambda g, x1, x2: g * gamma_density(x1, x2)
)
gammaincc = primitive(special.gammaincc).defvjp(
    lambda g, x1, x2: -g * slope_in_order(x1, x2), lambda g, x1, x2: -g * gamma_density(x1, x2)
)
gammaincinv = primitive(special.gammaincinv).defvjp(
    lambda g, x1, y: -g * slope_in_order(x1, y) / gamma_density(x1, y),
    lambda g, x1, y: g / unless_pole(g, gamma_density(x1, y)),
)
gammainccinv = primitive(special.gammainccinv).defvjp(
    lambda g, x1, y: -g * slope_in_order(x1, y) / gamma_density(x1, y),
    lambda g, x1, y: -g / unless_pole(g, gamma_density(x1, y)),
)
betainc = primitive(special.betainc).defvjp(
    no_formula(special.betainc, "a"),
    no_formula(special.betainc, "b"),
    lambda g, x1, x2, x3: g * beta_density(x1, x2, x3),
)
betaincc = primitive(special.betaincc).defvjp(
    no_formula(special.betaincc, "a"),
    no_formula(special.betaincc, "b"),
    lambda g, x1, x2, x3: -g * beta_density(x1, x2, x3),
)
betaincinv = primitive(special.betaincinv).defvjp(
    no_formula(special.betaincinv, "a"),
    no_formula(special.betaincinv, "b"),
    lambda g, x1, x2, y: g / unless_pole(g, beta_density(x1, x2, y)),
)


def t_density(df: Any, t: Any) -> Any:
    """Return the density of Student's t distribution."""
    logarithm = special.gammaln((df + 1) / 2) - special.gammaln(df / 2) - np.log(df * math.pi) / 2
    return np.exp(logarithm - (df + 1) / 2 * np.log1p(t * t / df)).astype(t.dtype)


stdtr = primitive(special.stdtr).defvjp(no_formula(special.stdtr, "df"), lambda g, x1, x2: g * t_density(x1, x2))
stdtrit = primitive(special.stdtrit).defvjp(
    no_formula(special.stdtrit, "df"), lambda g, x1, y: g / unless_pole(g, t_density(x1, y))
)
