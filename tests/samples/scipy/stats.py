"""Samples of probability distributions."""

import numpy as np
import scipy.special
import scipy.stats

from autograd.scipy import stats
from sampling import Domain, between, nonzero, positive, real, row

COUNTS = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
CUMULATIVE = ("cdf", "sf", "logcdf", "logsf")


def of(distribution, methods, *args):
    """Return a row for each of the `methods` of a distribution, whose reference is SciPy's."""
    return [
        row(getattr(distribution, method), *args).but(analytic=False, reference=in_precision(distribution, method))
        for method in methods
    ]


def in_precision(distribution, method):
    """Return SciPy's method, which computes in double precision, with values in that of its arguments."""
    compute = getattr(getattr(scipy.stats, distribution.name), method)

    def reference(*args):
        parameters = args[1:] if hasattr(distribution, "pmf") else args
        return np.asarray(compute(*args)).astype(np.result_type(*parameters, np.float32))

    return reference


def simplex(*shape):
    """Return points of which no component is small, along the first axis."""

    def pick(rng, size):
        values = rng.uniform(1, 3, size)
        return values / values.sum(axis=0)

    return Domain(shape, pick)


def of_covariance(function):
    """Return `function` of a factor of its last argument, a covariance matrix that is definite for every factor."""

    def compute(*args):
        *others, factor = args
        return function(*others, factor @ factor.T + 2 * np.eye(3, dtype=factor.dtype))

    compute.__name__ = function.__name__
    return compute


def normal_logarithm(x, mean=0.0, cov=1.0):
    """Return the logarithm of the normal density, by the inverse and the determinant of the covariance matrix."""
    cov = cov * np.eye(np.size(mean)) if np.ndim(cov) < 2 else cov
    deviation = x - mean
    squares = np.einsum("...i,ij,...j->...", deviation, np.linalg.inv(cov), deviation)
    return (-squares / 2 - np.log(np.linalg.det(2 * np.pi * cov)) / 2).astype(np.result_type(x, mean))


def normal_entropy(mean, cov):
    return np.log(np.linalg.det(2 * np.pi * np.e * cov)) / 2


def dirichlet_density(x, alpha):
    constant = scipy.special.gamma(np.sum(alpha)) / np.prod(scipy.special.gamma(alpha))
    return constant * np.prod(x.T ** (alpha - 1), axis=-1)


def dirichlet_logarithm(x, alpha):
    return np.log(dirichlet_density(x, alpha))


CONTINUOUS = [
    *of(stats.norm, ("logpdf", "pdf", *CUMULATIVE), real(3, 1), real(1, 4), positive()),
    *of(stats.norm, ("logpdf", "logcdf"), real(2, 3)),
    *of(stats.cauchy, ("logpdf", *CUMULATIVE), real(2, 3), real(3), positive()),
    *of(stats.laplace, ("logpdf", *CUMULATIVE), nonzero(2, 3), 0.1, positive()),
    *of(stats.logistic, ("logpdf", *CUMULATIVE), real(2, 3), real(3), positive()),
    *of(stats.t, ("logpdf", "pdf"), real(2, 3), positive(3), real(), positive()),
    *of(stats.t, CUMULATIVE, real(2, 3), 2.5, real(), positive()),
    *of(stats.expon, ("logpdf", *CUMULATIVE), positive(2, 3), 0.1, positive(3)),
    *of(stats.gamma, ("logpdf", "pdf", *CUMULATIVE), positive(3, 1), positive(1, 2), 0.1, positive()),
    *of(stats.chi2, ("logpdf", "pdf", *CUMULATIVE), positive(2, 3), positive(3), 0.1, positive()),
    *of(stats.invgamma, ("logpdf", *CUMULATIVE), positive(2, 3), positive(3), 0.1, positive()),
    *of(stats.halfnorm, ("logpdf", *CUMULATIVE), positive(2, 3), 0.1, positive()),
    *of(stats.lognorm, ("logpdf", *CUMULATIVE), positive(2, 3), positive(3), 0.1, positive()),
    *of(stats.weibull_min, ("logpdf", *CUMULATIVE), positive(2, 3), positive(3), 0.1, positive()),
    *of(stats.pareto, ("logpdf", *CUMULATIVE), between(3.0, 5.0, 2, 3), positive(3), 0.1, between(1, 2)),
    *of(stats.uniform, ("logpdf", *CUMULATIVE), between(0.3, 0.7, 2, 3), between(0, 0.1), between(1, 2)),
    *of(stats.beta, ("logpdf", "pdf"), between(0.3, 0.7, 2, 3), positive(3), positive(), 0.1, between(1, 2)),
    *of(stats.beta, CUMULATIVE, between(0.3, 0.7, 2, 3), 2.5, 1.5, 0.1, between(1, 2)),
]

DISCRETE = [
    *of(stats.bernoulli, ("logpmf", "pmf"), np.array([0.0, 1.0, 1.0]), between(0.2, 0.8, 2, 3)),
    *of(stats.bernoulli, ("cdf", "sf"), np.zeros(3), between(0.2, 0.8, 2, 3)),
    *of(stats.binom, ("logpmf", "pmf", *CUMULATIVE), COUNTS, 6, between(0.2, 0.8, 3)),
    *of(stats.geom, ("logpmf", *CUMULATIVE), COUNTS + 1, between(0.2, 0.8, 3)),
    *of(stats.poisson, ("logpmf", "pmf", *CUMULATIVE), COUNTS, positive(3)),
    *of(stats.poisson, ("logpmf",), COUNTS + 2, positive(3), 2),
]

MULTIVARIATE = [
    row(of_covariance(stats.multivariate_normal.logpdf), real(2, 4, 3), real(3), real(3, 3)).but(
        analytic=False, reference=of_covariance(normal_logarithm)
    ),
    row(stats.multivariate_normal.logpdf, positive(3), positive(3), positive(3)).but(
        analytic=False, reference=lambda x, mean, cov: normal_logarithm(x, mean, np.diag(cov))
    ),
    row(stats.multivariate_normal.pdf, real(4, 3), real(3), positive()).but(
        analytic=False, reference=lambda *args: np.exp(normal_logarithm(*args))
    ),
    row(of_covariance(stats.multivariate_normal.entropy), None, real(3, 3)).but(
        analytic=False, reference=of_covariance(normal_entropy)
    ),
    row(stats.dirichlet.logpdf, simplex(3), between(1, 3, 3)).but(analytic=False, reference=dirichlet_logarithm),
    row(stats.dirichlet.pdf, simplex(3, 4), between(1, 3, 3)).but(analytic=False, reference=dirichlet_density),
]

TABLE = [*CONTINUOUS, *DISCRETE, *MULTIVARIATE]
