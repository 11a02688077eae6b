"""Gaussian-process regression: the kernel's parameters by the marginal likelihood, through a Cholesky factor.

Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equation 2.30 and algorithm 2.1.
"""

import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import grad, hessian, value_and_grad
from autograd.misc.optimizers import adam

rs = npr.RandomState(0)
inputs = np.sort(rs.rand(12, 1) * 6.0, axis=0)
targets = np.sin(inputs[:, 0]) + 0.1 * rs.randn(12)


def kernel(params, a, b):
    variance, lengths = np.exp(params[0]), np.exp(params[2:])
    differences = a[:, None, :] / lengths - b[None, :, :] / lengths
    return variance * np.exp(-0.5 * np.sum(differences**2, axis=2))


def covariance(params):
    return kernel(params, inputs, inputs) + (np.exp(params[1]) + 1e-8) * np.eye(len(inputs))


def objective(params):
    """The negative log marginal likelihood of log variance, log noise and log lengths."""
    factor = np.linalg.cholesky(covariance(params))
    whitened = np.linalg.solve(factor, targets)
    log_determinant = 2.0 * np.sum(np.log(np.diag(factor)))
    return 0.5 * (np.dot(whitened, whitened) + log_determinant + len(targets) * np.log(2.0 * np.pi))


def predict(params, points):
    cross = kernel(params, points, inputs)
    return np.dot(cross, np.linalg.solve(covariance(params), targets))


def run():
    params = np.array([0.3, -2.0, 0.2])
    value, gradient = value_and_grad(objective)(params)
    fitted = adam(lambda x, i: grad(objective)(x), params, step_size=0.05, num_iters=40)
    slope = grad(lambda point: predict(params, point.reshape((1, 1)))[0])(np.array([2.5]))
    return {
        "value": value,
        "gradient": gradient,
        "hessian": hessian(objective)(params),
        "fitted": fitted,
        "slope of the prediction": slope,
    }
