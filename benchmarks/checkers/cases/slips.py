"""Wrong gradients: slips of those who write operations, in shapes, indices, terms, memory and chance."""

from __future__ import annotations

import numpy as np

from benchmarks.checkers.cases import functions
from benchmarks.checkers.cases.case import Array, Problem, case, elementwise, normal

slip = case("wrong", "reject")

# ---------------------------------------------------------------------------------------------------- terms and shapes


@slip
def mean_without_its_factor() -> Problem:
    """Mean cross-entropy of 32 rows: the gradient not divided by 32."""
    problem = functions.cross_entropy(np.arange(32) % 5)
    return Problem(problem.forward, lambda g, x: (32 * problem.backward(g, x)[0],), problem.inputs)


@slip
def broadcast_not_summed() -> Problem:
    """A row added to 8 rows: its gradient is that of the first row."""
    problem = functions.biased(8, 5)
    return problem._replace(backward=lambda g, x, b: (g, g[0]))


@slip
def not_transposed() -> Problem:
    """Product of square matrices: one not transposed."""
    problem = functions.matrix_product(4, 4, 4)
    return problem._replace(backward=lambda g, a, b: (g @ b, a.T @ g))


@slip
def softmax_without_its_second_term() -> Problem:
    """Softmax: y (g - Σ g y) without the sum."""
    return Problem(functions.softmax, lambda g, x: (functions.softmax(x) * g,), (normal(4, 6),))


@slip
def normalisation_with_constant_statistics() -> Problem:
    """Layer normalisation: mean and deviation taken as constants."""
    problem = functions.layer_normalisation()
    return problem._replace(backward=lambda g, x: (g / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5),))


@slip
def temperature_forgotten() -> Problem:
    """Softmax(x / 0.7): the gradient not divided by 0.7."""
    return Problem(
        lambda x: functions.softmax(x / 0.7), lambda g, x: functions.softmax_backward(g, x / 0.7), (normal(4, 6),)
    )


@slip
def path_forgotten() -> Problem:
    """x · mean(x): the mean taken as a constant."""
    return Problem(lambda x: x * x.mean(), lambda g, x: (g * x.mean(),), (1 + normal(5),))


@slip
def derivative_omitted() -> Problem:
    """tanh(x w): tanh's derivative omitted."""
    problem = functions.matrix_product(4, 3, 5)
    return problem._replace(forward=lambda x, w: np.tanh(x @ w))


# ------------------------------------------------------------------------------------------------------------- indices


@slip
def repeats_overwritten() -> Problem:
    """Rows of a table, some read twice: the last one wins."""
    index = np.array([0, 2, 2, 5, 2, 0])
    problem = functions.gather(6, 3, index)

    def backward(g: Array, table: Array) -> tuple[Array]:
        result = np.zeros_like(table)
        result[index] = g
        return (result,)

    return problem._replace(backward=backward)


@slip
def cumulative_sum_forward() -> Problem:
    """Cumulative sum: the gradient summed from the front."""
    return Problem(np.cumsum, lambda g, x: (np.cumsum(g),), (normal(9),))


@slip
def sorting_by_the_inverse() -> Problem:
    """Sorting: the permutation in place of its inverse."""
    return Problem(np.sort, lambda g, x: (g[np.argsort(x)],), (normal(8),))


@slip
def kernel_not_flipped() -> Problem:
    """Convolution: the kernel not flipped."""
    problem = functions.convolution()
    return problem._replace(backward=lambda g, x, k: (np.convolve(g, k), problem.backward(g, x, k)[1]))


@slip
def minimum_for_maximum() -> Problem:
    """Maximum: the gradient at the minimum."""
    return Problem(np.max, lambda g, x: (g * (np.arange(x.size) == np.argmin(x)),), (normal(8),))


# ---------------------------------------------------------------------------------------------------------- not finite


@slip
def not_a_number() -> Problem:
    """0 where x < 0, else √x, at -1: NaN from the branch not taken."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        with np.errstate(all="ignore"):
            return (g * np.where(x < 0, 0.0, 1.0) * 0.5 / np.sqrt(x),)

    return Problem(lambda x: np.where(x < 0, 0.0, np.sqrt(np.maximum(x, 0))), backward, (np.array([-1.0, 2.0]),))


@slip
def infinite() -> Problem:
    """√(x²) at 0.5: an infinite gradient."""
    return elementwise(lambda x: np.sqrt(x * x), lambda x: x + np.inf, 0.5)


# -------------------------------------------------------------------------------------------- the cotangent mishandled


@slip
def cotangent_ignored() -> Problem:
    """Sum of sines: the gradient not multiplied by the cotangent."""
    return Problem(lambda x: np.sin(x).sum(), lambda g, x: (np.cos(x),), (normal(5),))


@slip
def cotangent_clipped() -> Problem:
    """sin: the cotangent clipped to [-1, 1]."""
    return Problem(np.sin, lambda g, x: (np.clip(g, -1, 1) * np.cos(x),), (normal(5),))


@slip
def cotangent_overwritten() -> Problem:
    """sin: backward multiplies the cotangent in place."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        g *= np.cos(x)
        return (g,)

    return Problem(np.sin, backward, (normal(5),))


# --------------------------------------------------------------------------------------------------- memory and chance


@slip
def input_overwritten() -> Problem:
    """x²: forward squares its input in place."""

    def forward(x: Array) -> Array:
        x *= x
        return x.copy()

    return Problem(forward, lambda g, x: (2 * g * x,), (1 + np.abs(normal(5)),))


@slip
def input_overwritten_backward() -> Problem:
    """x²: backward doubles the input in place."""

    def backward(g: Array, x: Array) -> tuple[Array]:
        x *= 2
        return (g * x,)

    return Problem(lambda x: x * x, backward, (normal(5),))


@slip
def values_of_the_first_call() -> Problem:
    """sin: the gradient is that of the first call, at another point."""
    seen: list[Array] = [normal(5, seed=9)]

    def forward(x: Array) -> Array:
        seen.append(np.array(x))
        return np.sin(x)

    return Problem(forward, lambda g, x: (g * np.cos(seen[0]),), (normal(5),))


@slip
def values_of_the_last_call() -> Problem:
    """sin: the gradient is that of the last call, at whatever point."""
    seen: list[Array] = [normal(5, seed=9)]

    def forward(x: Array) -> Array:
        seen[0] = np.array(x)
        return np.sin(x)

    return Problem(forward, lambda g, x: (g * np.cos(seen[0]),), (normal(5),))


@slip
def accumulated() -> Problem:
    """sin: every backward pass adds to the gradient of the one before."""
    sums = np.zeros(5)

    def backward(g: Array, x: Array) -> tuple[Array]:
        sums[...] += g * np.cos(x)
        return (sums.copy(),)

    return Problem(np.sin, backward, (normal(5),))


@slip
def fresh_dropout() -> Problem:
    """Dropout with a new mask in every call."""
    rng = np.random.default_rng(0)
    masks: list[Array] = [np.ones(20)]

    def forward(x: Array) -> Array:
        masks[0] = (rng.random(20) < 0.5) * 2.0
        return x * masks[0]

    return Problem(forward, lambda g, x: (g * masks[0],), (normal(20),))


@slip
def faint_noise() -> Problem:
    """sin plus noise of 1e-10, new in every call."""
    rng = np.random.default_rng(0)
    return elementwise(lambda x: np.sin(x) + 1e-10 * rng.standard_normal(x.shape), np.cos, normal(5))


@slip
def faint_noise_backward() -> Problem:
    """sin: a gradient with noise of 1e-9, new in every call."""
    rng = np.random.default_rng(0)
    return elementwise(np.sin, lambda x: np.cos(x) + 1e-9 * rng.standard_normal(x.shape), normal(5))
