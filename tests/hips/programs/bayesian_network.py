"""A Bayesian neural network: the log density of all its weights as one vector, and Hamiltonian dynamics in it."""

import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import grad, hessian_vector_product, value_and_grad
from autograd.misc import flatten

rs = npr.RandomState(1)
inputs = np.linspace(-2.0, 2.0, 20)[:, np.newaxis]
targets = np.cos(2.0 * inputs) + 0.1 * rs.randn(20, 1)
layers = [{"weights": rs.randn(m, n), "biases": rs.randn(n)} for m, n in [(1, 8), (8, 4), (4, 1)]]
initial, unflatten = flatten(layers)


def predict(layers, x):
    for layer in layers[:-1]:
        x = np.tanh(np.dot(x, layer["weights"]) + layer["biases"])
    return np.dot(x, layers[-1]["weights"]) + layers[-1]["biases"]


def objective(vector):
    """The negative log density: a standard normal prior, and normal errors of standard deviation 0.3."""
    errors = targets - predict(unflatten(vector), inputs)
    return 0.5 * np.dot(vector, vector) + 0.5 * np.sum(errors**2) / 0.3**2


def leapfrog(position, momentum, step, steps):
    """Hamiltonian dynamics (Neal, 2011, equations 2.28 to 2.30)."""
    gradient = grad(objective)
    momentum = momentum - 0.5 * step * gradient(position)
    for _ in range(steps - 1):
        position = position + step * momentum
        momentum = momentum - step * gradient(position)
    position = position + step * momentum
    return position, momentum - 0.5 * step * gradient(position)


def run():
    value, gradient = value_and_grad(objective)(initial)
    momentum = npr.RandomState(2).randn(len(initial))
    position, momentum_after = leapfrog(initial, momentum, 1e-3, 10)
    by_layer = unflatten(gradient)
    return {
        "value": value,
        "gradient": gradient,
        "gradient of the first biases": by_layer[0]["biases"],
        "hessian times momentum": hessian_vector_product(objective)(initial, momentum),
        "position": position,
        "momentum": momentum_after,
    }
