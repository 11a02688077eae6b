"""Skrede, Dense neural network classifiers (INF5860, 2018), "Optimization": equations (12) to (15), mini-batches."""

import functools
import itertools

import numpy as np
import pytest

import nn
from autograd import grad
from nn import functional

assert_close = functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)


def descend(objective, start, rate, steps):
    """Return the iterates of SGD on `objective`."""
    parameter = nn.Parameter(start, dtype=np.float64)
    optimizer = nn.optim.SGD([parameter], lr=rate)
    iterates = [parameter.data.copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        objective(parameter).backward()
        optimizer.step()
        iterates.append(parameter.data.copy())
    return np.array(iterates)


# ------------------------------------------------------------------------------------------------- S12 to S15


@pytest.mark.parametrize("rate", [0.05, 0.4, 0.9])
def test_s12_descent_on_a_parabola_follows_its_closed_form(rate, rng):
    """(12): θ ← θ - λ ∂J/∂θ. On J = a/2 (θ - c)² that is θ_k = c + (1 - λa)^k (θ_0 - c)."""
    curvature, minimum, start = rng.uniform(0.5, 2), rng.normal(), rng.normal()
    iterates = descend(lambda theta: curvature / 2 * (theta - minimum) ** 2, start, rate, 30)
    assert_close(iterates, [minimum + (1 - rate * curvature) ** k * (start - minimum) for k in range(31)])


@pytest.mark.parametrize("size", [1, 2, 6])
def test_s13_descent_on_a_quadratic_of_many_variables_follows_its_closed_form(size, rng):
    """(13): θ ← θ - λ ∇J. On J = (θ - c)ᵀ A (θ - c) / 2 that is θ_k = c + (I - λA)^k (θ_0 - c)."""
    directions = np.linalg.qr(rng.normal(size=(size, size)))[0]
    matrix = directions @ np.diag(rng.uniform(0.2, 3, size)) @ directions.T
    minimum, start, rate = rng.normal(size=size), rng.normal(size=size), 0.5

    def objective(theta):
        return (theta - minimum) @ matrix @ (theta - minimum) / 2

    factor = np.eye(size) - rate * matrix
    expected = [minimum + np.linalg.matrix_power(factor, k) @ (start - minimum) for k in range(31)]
    assert_close(descend(objective, start, rate, 30), expected)


@pytest.mark.parametrize("sizes", [(2, 3), (4, 5, 3), (3, 6, 4, 2)], ids=str)
def test_s14_s15_every_weight_and_bias_descends_its_own_derivative(sizes, rng):
    """(14) and (15): w_jk ← w_jk - λ ∂C/∂w_jk and b_k ← b_k - λ ∂C/∂b_k, for all j, k and l."""
    layers = [nn.Linear(j, k, dtype=np.float64, rng=rng) for j, k in itertools.pairwise(sizes)]
    x, labels, rate = rng.normal(size=(7, sizes[0])), rng.integers(0, sizes[-1], 7), 0.3

    def cost(parameters):
        a = x
        for w, b in parameters[:-1]:
            a = np.tanh(a @ w.T + b)
        w, b = parameters[-1]
        return functional.cross_entropy(a @ w.T + b, labels)

    before = [(layer.weight.data.copy(), layer.bias.data.copy()) for layer in layers]
    derivatives = grad(cost)(before)
    optimizer = nn.optim.SGD([p for layer in layers for p in layer.parameters()], lr=rate)
    cost([(layer.weight, layer.bias) for layer in layers]).backward()
    optimizer.step()
    for layer, (w, b), (dw, db) in zip(layers, before, derivatives, strict=True):
        for k in range(layer.out_features):
            for j in range(layer.in_features):
                assert_close(layer.weight.data[k, j], w[k, j] - rate * dw[k, j])
            assert_close(layer.bias.data[k], b[k] - rate * db[k])


# ------------------------------------------------------------------------------------------------- S-mb

mini_batches = pytest.mark.parametrize(("m", "batch_size"), [(12, 4), (13, 5), (3, 8), (7, 1)])


def two_epochs(m, batch_size, seed):
    """Return the numbers of the examples in each batch, for two epochs."""
    loader = nn.data.BatchLoader(np.arange(m), batch_size=batch_size, rng=seed)
    return [[batch.tolist() for (batch,) in loader] for _ in range(2)]


@mini_batches
def test_s_mb_an_epoch_shows_every_example_once(m, batch_size):
    for epoch in two_epochs(m, batch_size, seed=5):
        assert sorted(itertools.chain(*epoch)) == list(range(m))
        assert all(len(batch) == batch_size for batch in epoch[:-1])


def test_s_mb_epochs_are_shuffled_by_a_seeded_generator():
    first, second = two_epochs(40, 8, seed=5)
    assert first != second
    assert two_epochs(40, 8, seed=5) == [first, second]
    assert two_epochs(40, 8, seed=6)[0] != first


@mini_batches
def test_s_mb_the_batch_cost_is_the_mean_over_the_batch_however_short(m, batch_size, rng):
    """C_b = -(1/m_b) Σ_i Σ_k ỹ_k log ŷ_k, where the text drops the minus. So Σ_b (m_b/m) C_b is C, and so for ∇."""
    x, y, w = rng.normal(size=(m, 4)), rng.integers(0, 3, m), rng.normal(size=(4, 3))

    def cost(w, x, y):
        return functional.cross_entropy(x @ w, y)

    total, gradient = 0.0, np.zeros_like(w)
    for x_b, y_b in nn.data.BatchLoader(x, y, batch_size=batch_size, rng=rng):
        probabilities = [np.exp(row) / np.exp(row).sum() for row in x_b @ w]
        losses = [-np.log(p[label]) for p, label in zip(probabilities, y_b, strict=True)]
        assert_close(cost(w, x_b, y_b).item(), sum(losses) / len(y_b))
        total += len(y_b) / m * cost(w, x_b, y_b).item()
        gradient += len(y_b) / m * grad(cost)(w, x_b, y_b)
    assert_close(total, cost(w, x, y).item())
    assert_close(gradient, grad(cost)(w, x, y))


@mini_batches
def test_s_mb_evaluation_in_batches_is_that_of_all_examples(m, batch_size, rng):
    model, loss = nn.Linear(4, 3, dtype=np.float64, rng=rng), nn.CrossEntropyLoss()
    x, y = rng.normal(size=(m, 4)), rng.integers(0, 3, m)
    assert_close(nn.training.evaluate(model, loss, x, y, batch_size=batch_size).loss, loss(model(x), y).item())


def test_s_mb_without_the_minus_sign_a_step_would_climb(rng):
    x, y, w = rng.normal(size=(16, 4)), rng.integers(0, 3, 16), rng.normal(size=(4, 3))

    def cost(w):
        return functional.cross_entropy(x @ w, y)

    def printed(w):
        return np.sum(np.eye(3)[y] * functional.log_softmax(x @ w)) / len(y)

    before, after = (cost(iterate).item() for iterate in descend(cost, w, 0.1, 1))
    assert after < before
    before, after = (cost(iterate).item() for iterate in descend(printed, w, 0.1, 1))
    assert after > before
