"""Probability distributions on Tensors: ``from autograd.scipy.stats import norm``, then ``norm.logpdf(x, loc, scale)``.

Densities and distribution functions with SciPy's names and arguments, differentiable in all of them to any order, but
for what their docstrings and errors say.
"""

from __future__ import annotations

import sys
from typing import Any

from autograd.scipy.stats.continuous import (
    beta,
    cauchy,
    chi2,
    expon,
    gamma,
    halfnorm,
    invgamma,
    laplace,
    logistic,
    lognorm,
    norm,
    pareto,
    t,
    uniform,
    weibull_min,
)
from autograd.scipy.stats.discrete import bernoulli, binom, geom, poisson
from autograd.scipy.stats.multivariate import dirichlet, multivariate_normal

__all__ = [
    "bernoulli",
    "beta",
    "binom",
    "cauchy",
    "chi2",
    "dirichlet",
    "expon",
    "gamma",
    "geom",
    "halfnorm",
    "invgamma",
    "laplace",
    "logistic",
    "lognorm",
    "multivariate_normal",
    "norm",
    "pareto",
    "poisson",
    "t",
    "uniform",
    "weibull_min",
]

# In HIPS autograd these are modules, so that programs say `import autograd.scipy.stats.norm as norm`.
_modules: dict[str, Any] = {
    "beta": beta,
    "chi2": chi2,
    "dirichlet": dirichlet,
    "gamma": gamma,
    "multivariate_normal": multivariate_normal,
    "norm": norm,
    "poisson": poisson,
    "t": t,
}
sys.modules.update({f"{__name__}.{name}": distribution for name, distribution in _modules.items()})
