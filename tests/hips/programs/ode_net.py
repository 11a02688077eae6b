"""An ordinary differential equation whose right-hand side is a network, fitted to a spiral through the solver.

Chen et al., "Neural Ordinary Differential Equations", 2018.
"""

import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import grad, value_and_grad
from autograd.builtins import tuple  # noqa: A004  # of traced values
from autograd.misc.optimizers import adam
from autograd.scipy.integrate import odeint

times = np.linspace(0.0, 2.0, 9)
start = np.array([2.0, 0.0])
rotation = np.array([[-0.1, 2.0], [-2.0, -0.1]])
spiral = odeint(lambda y, t: np.dot(y**3, rotation) / 4.0, start, times)


def dynamics(y, t, weights_in, biases, weights_out):
    return np.dot(np.tanh(np.dot(y**3, weights_in) + biases), weights_out)


def objective(params):
    """The mean absolute distance from the spiral at all times."""
    return np.mean(np.abs(odeint(dynamics, start, times, tuple(params), rtol=1e-9, atol=1e-9) - spiral))


def run():
    rs = npr.RandomState(4)
    params = [0.3 * rs.randn(2, 6), 0.1 * rs.randn(6), 0.3 * rs.randn(6, 2)]
    value, gradient = value_and_grad(objective)(params)
    fitted = adam(lambda x, i: grad(objective)(x), params, step_size=0.02, num_iters=5)
    return {
        "value": value,
        "weights in": gradient[0],
        "biases": gradient[1],
        "weights out": gradient[2],
        "fitted": fitted[1],
    }
