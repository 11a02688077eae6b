"""SciPy's distributions, and its special functions that are not ufuncs, in PyTorch's words."""

import numpy as np

from referee.pointwise import tensor, torch

D = torch.distributions
ZERO, ONE = tensor(0.0), tensor(1.0)

# By parameters of shape, for a location 0 and a scale 1.
CONTINUOUS = {
    "beta": lambda a, b: D.Beta(a, b, validate_args=False),
    "cauchy": lambda: D.Cauchy(ZERO, ONE),
    "chi2": lambda df: D.Chi2(df),
    "expon": lambda: D.Exponential(ONE),
    "gamma": lambda a: D.Gamma(a, ONE),
    "halfnorm": lambda: D.HalfNormal(ONE),
    "invgamma": lambda a: D.InverseGamma(a, ONE),
    "laplace": lambda: D.Laplace(ZERO, ONE),
    "lognorm": lambda s: D.LogNormal(ZERO, s),
    "norm": lambda: D.Normal(ZERO, ONE),
    "pareto": lambda b: D.Pareto(ONE, b),
    "t": lambda df: D.StudentT(df),
    "uniform": lambda: D.Uniform(ZERO, ONE),
    "weibull_min": lambda c: D.Weibull(ONE, c),
}
WITHOUT_CDF = {"beta", "chi2", "gamma", "invgamma", "t"}  # or without its derivative in the shape
DISCRETE = {
    "bernoulli": lambda k, p: D.Bernoulli(p).log_prob(tensor(k)),
    "binom": lambda k, n, p: D.Binomial(n, p).log_prob(tensor(k)),
    "geom": lambda k, p: D.Geometric(p).log_prob(tensor(k) - 1),  # trials, of which PyTorch counts the failures
    "poisson": lambda k, mu, loc=0: D.Poisson(mu).log_prob(tensor(k) - loc),
}
MULTIVARIATE = {
    "dirichlet": lambda x, alpha: D.Dirichlet(alpha, validate_args=False).log_prob(torch.movedim(x, 0, -1)),
    "multivariate_normal": lambda x, mean, cov: D.MultivariateNormal(mean, matrix(cov, mean)).log_prob(x),
}


def matrix(cov, mean):
    return cov if cov.ndim == 2 else cov * torch.eye(len(mean), dtype=mean.dtype)


def methods(name):
    """Return SciPy's methods of a continuous distribution: each takes x, the shapes, and perhaps location and scale."""
    make = CONTINUOUS[name]
    count = make.__code__.co_argcount

    def standard(x, parameters):
        shapes, moved = parameters[:count], parameters[count:]
        loc, scale = map(tensor, (*moved, *(0.0, 1.0)[len(moved) :]))
        return make(*map(tensor, shapes)), (x - loc) / scale, scale

    def logpdf(x, *parameters):
        made, z, scale = standard(x, parameters)
        return made.log_prob(z) - torch.log(scale)

    def cdf(x, *parameters):
        made, z, _ = standard(x, parameters)
        return made.cdf(z)

    densities = {"logpdf": logpdf, "pdf": lambda *args: torch.exp(logpdf(*args))}
    cumulative = {
        "cdf": cdf,
        "sf": lambda *args: 1 - cdf(*args),
        "logcdf": lambda *args: torch.log(cdf(*args)),
        "logsf": lambda *args: torch.log1p(-cdf(*args)),
    }
    return densities if name in WITHOUT_CDF else densities | cumulative


def with_exponential(name, compute):
    return {name: compute, name.removeprefix("log"): lambda *args: torch.exp(compute(*args))}


STATS = {
    **{name: methods(name) for name in CONTINUOUS},
    **{name: with_exponential("logpmf", compute) for name, compute in DISCRETE.items()},
    **{name: with_exponential("logpdf", compute) for name, compute in MULTIVARIATE.items()},
}


def polygamma(n, x):
    if np.ndim(n) == 0:
        return torch.special.polygamma(int(n), x)
    return torch.stack([torch.special.polygamma(int(k), x[..., i]) for i, k in enumerate(n)], -1)


def of_axes(function):
    """Return a function of the exponentials along axes, all by default, in which they sum to 1."""

    def compute(x, axis=None):
        axes = tuple(range(x.ndim)) if axis is None else axis
        return function(x - torch.logsumexp(x, axes, keepdim=True))

    return compute


def log_of_sum(a, axis=None, b=None, keepdims=False):
    axes = tuple(range(a.ndim)) if axis is None else axis
    if b is None:
        return torch.logsumexp(a, axes, keepdims)
    return torch.log(torch.sum(b * torch.exp(a), axes, keepdims))


SPECIAL = {
    "log_softmax": of_axes(lambda logarithms: logarithms),
    "logsumexp": log_of_sum,
    "multigammaln": lambda a, d: torch.special.multigammaln(a, d),
    "polygamma": polygamma,
    "softmax": of_axes(torch.exp),
    "zeta": lambda x, q: torch.special.zeta(tensor(x), q),
}
