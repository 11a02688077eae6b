"""Right gradients of ordinary functions at ordinary points."""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases import functions
from benchmarks.checkers.cases.case import Array, Problem, case, elementwise, normal, total

right = case("right", "accept")


@right
def sine() -> Problem:
    """sin at 0.7."""
    return elementwise(np.sin, np.cos, 0.7)


@right
def tangent_of_matrix() -> Problem:
    """tanh of a 3 × 4 matrix."""
    return elementwise(np.tanh, lambda x: 1 - np.tanh(x) ** 2, normal(3, 4))


@right
def square_of_one_array() -> Problem:
    """x · x: an input used twice."""
    return elementwise(lambda x: x * x, lambda x: 2 * x, normal(5))


@right
def matrix_product() -> Problem:
    """Product of matrices, 4 × 3 and 3 × 5."""
    return functions.matrix_product(4, 3, 5)


@right
def bias() -> Problem:
    """A row added to 8 rows, its gradient summed."""
    return functions.biased(8, 5)


@right
def sum_with_one_cotangent() -> Problem:
    """a + b, both gradients the same array."""
    return Problem(lambda a, b: a + b, lambda g, a, b: (g, g), (normal(4), normal(4, seed=1)))


@right
def softmax() -> Problem:
    """Softmax of 4 rows."""
    return Problem(functions.softmax, functions.softmax_backward, (normal(4, 6),))


@right
def cross_entropy() -> Problem:
    """Mean cross-entropy of 8 rows of logits."""
    return functions.cross_entropy(np.arange(8) % 5)


@right
def mean_square() -> Problem:
    """Mean of squares."""
    return Problem(lambda x: (x * x).mean(), lambda g, x: (g * 2 * x / x.size,), (normal(6, 3),))


@right
def layer_normalisation() -> Problem:
    """Layer normalisation."""
    return functions.layer_normalisation()


@right
def gather_with_repeats() -> Problem:
    """Rows of a table, some read twice."""
    return functions.gather(6, 3, np.array([0, 2, 2, 5, 2, 0]))


@right
def transpose_and_reshape() -> Problem:
    """Transpose, then reshape."""
    return Problem(lambda x: x.T.reshape(2, 6), lambda g, x: (g.reshape(4, 3).T,), (normal(3, 4),))


@right
def permutation() -> Problem:
    """A permutation of 50 numbers."""
    order = np.random.default_rng(1).permutation(50)
    return Problem(lambda x: x[order], lambda g, x: (g[np.argsort(order)],), (normal(50),))


@right
def cumulative_sum() -> Problem:
    """Cumulative sum."""
    return Problem(np.cumsum, lambda g, x: (np.cumsum(g[::-1])[::-1],), (normal(9),))


@right
def log_sum_exp() -> Problem:
    """Log-sum-exp."""

    def forward(x: Array) -> Array:
        return x.max() + np.log(np.exp(x - x.max()).sum())

    return Problem(forward, lambda g, x: (g * functions.softmax(x),), (3 * normal(7),))


@right
def convolution() -> Problem:
    """Convolution of 12 numbers with 4."""
    return functions.convolution()


@right
def linear_system() -> Problem:
    """Solution of a linear system, well conditioned."""
    return functions.linear_system(normal(5, 5) + 5 * np.eye(5), normal(5, seed=1))


@right
def log_determinant() -> Problem:
    """Logarithm of a determinant."""
    matrix = normal(4, 4) + 4 * np.eye(4)
    return Problem(lambda a: np.log(np.linalg.det(a)), lambda g, a: (g * np.linalg.inv(a).T,), (matrix,))


@right
def sorting() -> Problem:
    """Sorting of distinct numbers."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        result = np.empty_like(x)
        result[np.argsort(x)] = g
        return (result,)

    return Problem(np.sort, backward, (normal(8),))


@right
def maximum() -> Problem:
    """Maximum of distinct numbers."""
    return Problem(np.max, lambda g, x: (g * (np.arange(x.size) == np.argmax(x)),), (normal(8),))


@right
def relu() -> Problem:
    """ReLU away from 0."""
    return elementwise(functions.relu, lambda x: np.where(x > 0, 1.0, 0.0), np.array([-2.0, -0.3, 0.4, 1.5]))


@right
def dropout_with_fixed_mask() -> Problem:
    """Dropout with a fixed mask."""
    mask = (np.random.default_rng(3).random(20) < 0.5) * 2.0
    return elementwise(lambda x: x * mask, lambda x: mask, normal(20))


@right
def ignored_input() -> Problem:
    """A function that ignores its second input."""
    return Problem(lambda a, b: np.sin(a), lambda g, a, b: (g * np.cos(a), 0 * b), (normal(3), normal(4)))


@right
def constant() -> Problem:
    """A constant."""
    return elementwise(lambda x: 0 * x + 3.0, lambda x: 0 * x, normal(3))


@right
def powers() -> Problem:
    """x to the y, of both."""
    return Problem(
        lambda x, y: x**y,
        lambda g, x, y: (g * y * x ** (y - 1), g * x**y * np.log(x)),
        (np.array([0.5, 2.0, 3.0]), np.array([3.0, -1.5, 0.2])),
    )


@right
def complex_exponential() -> Problem:
    """exp of complex numbers."""
    return elementwise(np.exp, np.exp, normal(3) + 1j * normal(3, seed=1))


@right
def squared_modulus() -> Problem:
    """|z|² of complex numbers, real."""
    return Problem(
        lambda z: (z * z.conj()).real, lambda g, z: (2 * g * z.conj(),), (normal(3) + 1j * normal(3, seed=1),)
    )


@right
def fourier_transform() -> Problem:
    """Fourier transform of complex numbers."""
    return Problem(np.fft.fft, lambda g, z: (np.fft.fft(g),), (normal(6) + 1j * normal(6, seed=1),))


@right
def sum_of_sines() -> Problem:
    """Sum of sines of 30 numbers."""
    return total(np.sin, np.cos, normal(30))
