"""Black-box variational inference: a Gaussian fitted to a density by gradients through its samples.

Kingma & Welling, "Auto-Encoding Variational Bayes", 2014, section 2.4.
"""

import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import grad
from autograd.misc.optimizers import adam

DIMENSION = 2


def log_normal(x, mean, log_std):
    return -0.5 * ((x - mean) / np.exp(log_std)) ** 2 - log_std - 0.5 * np.log(2.0 * np.pi)


def log_density(x):
    """A funnel: the spread of the first coordinate is the exponential of half the second."""
    return log_normal(x[:, 1], 0.0, np.log(1.35)) + log_normal(x[:, 0], 0.0, 0.5 * x[:, 1])


def sample(params, count, rs):
    mean, log_std = params[:DIMENSION], params[DIMENSION:]
    return mean + np.exp(log_std) * rs.randn(count, DIMENSION)


def entropy(log_std):
    return 0.5 * DIMENSION * (1.0 + np.log(2.0 * np.pi)) + np.sum(log_std)


def objective(params, t=0):
    """The negative lower bound on the log of the density's integral, from the samples of iteration t."""
    samples = sample(params, 50, npr.RandomState(t))
    return -(entropy(params[DIMENSION:]) + np.mean(log_density(samples)))


def run():
    params = np.concatenate([-np.ones(DIMENSION), -0.5 * np.ones(DIMENSION)])
    seen = []
    fitted = adam(grad(objective), params, step_size=0.1, num_iters=60, callback=lambda x, t, g: seen.append(g))
    return {"gradient": grad(objective)(params, 0), "fitted": fitted, "gradients": np.array(seen)}
