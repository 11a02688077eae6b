"""Discrete distributions: one row each, of their functions of k and the shape parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from autograd.scipy.stats.distributions import Discrete


def is_probability(p: Any) -> Any:
    return (p >= 0) & (p <= 1)


bernoulli = Discrete(
    "bernoulli",
    "p",
    log_density=lambda k, p: special.xlogy(k, p) + special.xlog1py(1 - k, -p),
    cdf=lambda k, p: 1 - p,
    sf=lambda k, p: p,
    support=(0, 1),
    is_valid=is_probability,
)
binom = Discrete(
    "binom",
    "n",
    "p",
    log_density=lambda k, n, p: (
        special.gammaln(n + 1)
        - (special.gammaln(k + 1) + special.gammaln(n - k + 1))
        + special.xlogy(k, p)
        + special.xlog1py(n - k, -p)
    ),
    cdf=lambda k, n, p: special.betaincc(k + 1, n - k, p),
    sf=lambda k, n, p: special.betainc(k + 1, n - k, p),
    support=lambda n, p: (0 * n, n),
    is_valid=lambda n, p: (n >= 0) & (n == np.floor(n)) & is_probability(p),
)
geom = Discrete(
    "geom",
    "p",
    log_density=lambda k, p: special.xlog1py(k - 1, -p) + np.log(p),
    cdf=lambda k, p: -np.expm1(special.xlog1py(k, -p)),
    sf=lambda k, p: np.exp(special.xlog1py(k, -p)),
    logsf=lambda k, p: special.xlog1py(k, -p),
    support=(1, np.inf),
    is_valid=lambda p: (p > 0) & (p <= 1),
)
poisson = Discrete(
    "poisson",
    "mu",
    log_density=lambda k, mu: special.xlogy(k, mu) - special.gammaln(k + 1) - mu,
    cdf=lambda k, mu: special.gammaincc(k + 1, mu),
    sf=lambda k, mu: special.gammainc(k + 1, mu),
    support=(0, np.inf),
    is_valid=lambda mu: mu >= 0,
)
