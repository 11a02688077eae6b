"""Functions that more than one case is about, with their gradients as they should be."""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases.case import Array, Problem, normal


def softmax(x: Array) -> Array:
    """Return the softmax along the last axis."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(g: Array, x: Array) -> tuple[Array]:
    """Return the cotangent of the softmax."""
    y = softmax(x)
    return (y * (g - (g * y).sum(axis=-1, keepdims=True)),)


def sigmoid(x: Array) -> Array:
    """Return the logistic function."""
    return 1 / (1 + np.exp(-x))


def sigmoid_derivative(x: Array) -> Array:
    """Return the derivative of the logistic function, precise in both tails."""
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


def relu(x: Array) -> Array:
    """Return x where it is positive."""
    return np.where(x > 0, x, np.zeros_like(x))


def cross_entropy(labels: np.ndarray) -> Problem:
    """Return the mean cross-entropy of softmax for 8 rows of 5 logits."""
    rows = np.arange(len(labels))

    def forward(x: Array) -> Array:
        shifted = x - x.max(axis=-1, keepdims=True)
        return (np.log(np.exp(shifted).sum(axis=-1)) - shifted[rows, labels]).mean()

    def backward(g: Array, x: Array) -> tuple[Array]:
        p = softmax(x)
        p[rows, labels] -= 1
        return (g * p / len(labels),)

    return Problem(forward, backward, (normal(len(labels), 5),))


def layer_normalisation() -> Problem:
    """Return layer normalisation of 6 rows of 8 numbers."""
    eps = 1e-5

    def forward(x: Array) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        return centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)

    def backward(g: Array, x: Array) -> tuple[Array]:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)
        y = centred / deviation
        return ((g - g.mean(axis=-1, keepdims=True) - y * (g * y).mean(axis=-1, keepdims=True)) / deviation,)

    return Problem(forward, backward, (normal(6, 8),))


def matrix_product(rows: int, inner: int, columns: int) -> Problem:
    """Return the product of two matrices."""
    return Problem(
        lambda a, b: a @ b, lambda g, a, b: (g @ b.T, a.T @ g), (normal(rows, inner), normal(inner, columns, seed=1))
    )


def biased(rows: int, columns: int) -> Problem:
    """Return the addition of a row to each row of a matrix."""
    return Problem(lambda x, b: x + b, lambda g, x, b: (g, g.sum(axis=0)), (normal(rows, columns), normal(columns)))


def convolution() -> Problem:
    """Return the convolution, without padding, of 12 numbers with a kernel of 4."""
    return Problem(
        lambda x, k: np.convolve(x, k, "valid"),
        lambda g, x, k: (np.convolve(g, k[::-1]), np.convolve(x[::-1], g, "valid")),
        (normal(12), normal(4, seed=1)),
    )


def linear_system(matrix: np.ndarray, right: np.ndarray) -> Problem:
    """Return the solution of a linear system as a function of the matrix and the right-hand side."""

    def backward(g: Array, a: Array, b: Array) -> tuple[Array, Array]:
        x, z = np.linalg.solve(a, b), np.linalg.solve(a.T, g)
        return -np.outer(z, x), z

    return Problem(np.linalg.solve, backward, (matrix, right))


def classifier(rows: int, widths: tuple[int, int, int], dtype: type[np.floating] = np.float64) -> Problem:
    """Return the cross-entropy of a network with one hidden layer of tanh, as a function of its four parameters."""
    inputs, hidden, classes = widths
    x = normal(rows, inputs, seed=2).astype(dtype)
    loss = cross_entropy(np.arange(rows) % classes)
    parameters = (
        normal(inputs, hidden, seed=3) / np.sqrt(inputs),
        0.1 * normal(hidden, seed=4),
        normal(hidden, classes, seed=5) / np.sqrt(hidden),
        0.1 * normal(classes, seed=6),
    )

    def forward(w1: Array, b1: Array, w2: Array, b2: Array) -> Array:
        return loss.forward(np.tanh(x.astype(w1.dtype) @ w1 + b1) @ w2 + b2)

    def backward(g: Array, w1: Array, b1: Array, w2: Array, b2: Array) -> tuple[Array, ...]:
        h = np.tanh(x.astype(w1.dtype) @ w1 + b1)
        (gz,) = loss.backward(g, h @ w2 + b2)
        gh = gz @ w2.T * (1 - h * h)
        return x.T.astype(w1.dtype) @ gh, gh.sum(axis=0), h.T @ gz, gz.sum(axis=0)

    return Problem(forward, backward, tuple(parameter.astype(dtype) for parameter in parameters))


def gather(rows: int, width: int, index: np.ndarray) -> Problem:
    """Return rows of a table, read by an index that may repeat."""

    def backward(g: Array, table: Array) -> tuple[Array]:
        result = np.zeros_like(table)
        np.add.at(result, index, g)
        return (result,)

    return Problem(lambda table: table[index], backward, (normal(rows, width),))
