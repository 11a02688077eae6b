"""Samples of what neural networks are made of."""

import numpy as np

from autograd.ops import neural
from sampling import nonzero, real, row


def leaky(x, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def exponential_linear(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def scaled_exponential_linear(x):  # Klambauer et al. (2017), equation 2, with the constants of its appendix
    return 1.0507009873554804934193349852946 * exponential_linear(x, 1.6732632423543772848170429916717)


def normalised_exponentials(x, axis=-1):
    return np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True)


def weighted_cross_entropy(logits, labels, weights, smoothing=0.0):
    logarithms = np.log(normalised_exponentials(logits))
    picked = logarithms[np.arange(len(labels)), labels]
    return -np.sum(weights * ((1 - smoothing) * picked + smoothing * np.mean(logarithms, axis=1)))


NEURAL = [
    row(neural.relu, nonzero(2, 3)).but(analytic=False, reference=lambda x: x * (x > 0)),
    row(neural.leaky_relu, nonzero(2, 3)).but(analytic=False, reference=leaky),
    row(neural.leaky_relu, nonzero(2, 3), 0.2).but(analytic=False, reference=leaky),
    row(neural.elu, nonzero(2, 3)).but(analytic=False, reference=exponential_linear),
    row(neural.elu, nonzero(2, 3), alpha=0.7).but(analytic=False, reference=exponential_linear),
    row(neural.selu, nonzero(2, 3)).but(analytic=False, reference=scaled_exponential_linear),
    row(neural.sigmoid, real(2, 3)).but(reference=lambda x: 1 / (1 + np.exp(-x))),
    row(neural.softmax, real(2, 3)).but(complex=False, reference=normalised_exponentials),
    row(neural.softmax, real(2, 3, 2), axis=1).but(complex=False, reference=normalised_exponentials),
    row(neural.log_softmax, real(2, 3)).but(complex=False, reference=lambda x: np.log(normalised_exponentials(x))),
    row(neural.log_softmax, real(2, 3), axis=0).but(
        complex=False, reference=lambda x, axis: np.log(normalised_exponentials(x, axis))
    ),
    row(neural.linear, real(2, 3), real(4, 3), real(4)).but(reference=lambda x, w, b: x @ w.T + b),
    row(neural.linear, real(2, 3), real(4, 3)).but(reference=lambda x, w: x @ w.T),
    row(neural.linear, real(3), real(4, 3), real(4)).but(reference=lambda x, w, b: x @ w.T + b),
    row(neural.linear, real(2, 2, 3), real(4, 3), real(4)).but(reference=lambda x, w, b: x @ w.T + b),
    row(neural.cross_entropy, real(3, 4), np.array([0, 3, 1]), np.array([0.5, 0.3, 0.2])).but(
        complex=False, reference=weighted_cross_entropy
    ),
    row(neural.cross_entropy, real(2, 40), np.array([39, 0]), 0.5).but(  # many classes lie differently in memory
        complex=False, reference=weighted_cross_entropy
    ),
    row(neural.cross_entropy, real(3, 4), np.array([2, 2, 1]), 1 / 3, 0.1).but(
        complex=False, reference=weighted_cross_entropy
    ),
]

TABLE = [*NEURAL]
