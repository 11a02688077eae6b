"""Continuous distributions: one row each, of their functions of the standard variate z and the shape parameters.

Densities and distribution functions as in SciPy's documentation of each.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from autograd.scipy.stats.distributions import Continuous

HALF_LOG_TWO_PI = math.log(2 * math.pi) / 2
ROOT_2 = math.sqrt(2)
POSITIVE = (0, np.inf)

# ------------------------------------------------------------------------------------------------- on the line


def laplace_cdf(z: Any) -> Any:
    """exp(z) / 2 to the left of 0, and 1 - exp(-z) / 2 to the right; what is not taken must not overflow."""
    left, right = np.where(z > 0, 0, z), np.where(z > 0, z, 0)
    return np.where(z > 0, 1 - np.exp(-right) / 2, np.exp(left) / 2)


norm = Continuous(
    "norm",
    log_density=lambda z: -z * z / 2 - HALF_LOG_TWO_PI,
    cdf=lambda z: special.ndtr(z),
    sf=lambda z: special.ndtr(-z),
    logcdf=lambda z: special.log_ndtr(z),
    logsf=lambda z: special.log_ndtr(-z),
)
cauchy = Continuous(
    "cauchy",
    log_density=lambda z: -math.log(math.pi) - np.log1p(z * z),
    cdf=lambda z: np.arctan2(1, -z) / math.pi,
    sf=lambda z: np.arctan2(1, z) / math.pi,
)
laplace = Continuous(
    "laplace",
    log_density=lambda z: -np.abs(z) - math.log(2),
    cdf=lambda z: laplace_cdf(z),
    sf=lambda z: laplace_cdf(-z),
)
logistic = Continuous(
    "logistic",
    log_density=lambda z: special.log_expit(z) + special.log_expit(-z),
    cdf=lambda z: special.expit(z),
    sf=lambda z: special.expit(-z),
    logcdf=lambda z: special.log_expit(z),
    logsf=lambda z: special.log_expit(-z),
)
t = Continuous(
    "t",
    "df",
    log_density=lambda z, df: (
        special.gammaln((df + 1) / 2)
        - special.gammaln(df / 2)
        - np.log(df * math.pi) / 2
        - (df + 1) / 2 * np.log1p(z * z / df)
    ),
    cdf=lambda z, df: special.stdtr(df, z),
    sf=lambda z, df: special.stdtr(df, -z),
)

# ------------------------------------------------------------------------------------------------- on the half-line

expon = Continuous(
    "expon",
    log_density=lambda z: -z,
    cdf=lambda z: -np.expm1(-z),
    sf=lambda z: np.exp(-z),
    logsf=lambda z: -z,
    support=POSITIVE,
)
gamma = Continuous(
    "gamma",
    "a",
    log_density=lambda z, a: special.xlogy(a - 1, z) - z - special.gammaln(a),
    cdf=lambda z, a: special.gammainc(a, z),
    sf=lambda z, a: special.gammaincc(a, z),
    support=POSITIVE,
)
chi2 = Continuous(
    "chi2",
    "df",
    log_density=lambda z, df: special.xlogy(df / 2 - 1, z / 2) - z / 2 - special.gammaln(df / 2) - math.log(2),
    cdf=lambda z, df: special.gammainc(df / 2, z / 2),
    sf=lambda z, df: special.gammaincc(df / 2, z / 2),
    support=POSITIVE,
)
invgamma = Continuous(
    "invgamma",
    "a",
    log_density=lambda z, a: -(a + 1) * np.log(z) - special.gammaln(a) - 1 / z,
    cdf=lambda z, a: special.gammaincc(a, 1 / z),
    sf=lambda z, a: special.gammainc(a, 1 / z),
    support=(np.nextafter(0, 1), np.inf),
)
halfnorm = Continuous(
    "halfnorm",
    log_density=lambda z: math.log(2) - HALF_LOG_TWO_PI - z * z / 2,
    cdf=lambda z: special.erf(z / ROOT_2),
    sf=lambda z: special.erfc(z / ROOT_2),
    logsf=lambda z: math.log(2) + special.log_ndtr(-z),
    support=POSITIVE,
)
lognorm = Continuous(
    "lognorm",
    "s",
    log_density=lambda z, s: -((np.log(z) / s) ** 2) / 2 - np.log(s * z) - HALF_LOG_TWO_PI,
    cdf=lambda z, s: special.ndtr(np.log(z) / s),
    sf=lambda z, s: special.ndtr(-np.log(z) / s),
    logcdf=lambda z, s: special.log_ndtr(np.log(z) / s),
    logsf=lambda z, s: special.log_ndtr(-np.log(z) / s),
    support=(np.nextafter(0, 1), np.inf),
)
weibull_min = Continuous(
    "weibull_min",
    "c",
    log_density=lambda z, c: np.log(c) + special.xlogy(c - 1, z) - z**c,
    cdf=lambda z, c: -np.expm1(-(z**c)),
    sf=lambda z, c: np.exp(-(z**c)),
    logsf=lambda z, c: -(z**c),
    support=POSITIVE,
)
pareto = Continuous(
    "pareto",
    "b",
    log_density=lambda z, b: np.log(b) - (b + 1) * np.log(z),
    cdf=lambda z, b: -np.expm1(-b * np.log(z)),
    sf=lambda z, b: z**-b,
    logsf=lambda z, b: -b * np.log(z),
    support=(1, np.inf),
)

# ------------------------------------------------------------------------------------------------- on the interval

uniform = Continuous("uniform", log_density=lambda z: 0 * z, cdf=lambda z: z, sf=lambda z: 1 - z, support=(0, 1))
beta = Continuous(
    "beta",
    "a",
    "b",
    log_density=lambda z, a, b: special.xlog1py(b - 1, -z) + special.xlogy(a - 1, z) - special.betaln(a, b),
    cdf=lambda z, a, b: special.betainc(a, b, z),
    sf=lambda z, a, b: special.betaincc(a, b, z),
    support=(0, 1),
)
