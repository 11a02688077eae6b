"""Skrede, Dense neural network classifiers (INF5860, 2018), "Cross entropy cost function": equations (1) to (11).

As in the lecture, examples are columns: logits, probabilities ŷ and one-hot targets ỹ are (n_y, m).
"""

import functools
import math

import numpy as np
import pytest

import nn
from autograd import grad
from nn import functional

assert_close = functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)
sizes = pytest.mark.parametrize(("classes", "m"), [(2, 1), (3, 4), (10, 7), (5, 20)])


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z), axis=0)


def encode(y, classes):
    """Equation (4): ỹ_k is the Iverson bracket [y = k]."""
    return np.array([[1.0 if label == k else 0.0 for label in y] for k in range(classes)])


def likelihood(probabilities, one_hot):
    """Equation (7): Π_i Π_k ŷ_k^ỹ_k."""
    classes, m = one_hot.shape
    return math.prod(probabilities[k, i] ** one_hot[k, i] for i in range(m) for k in range(classes))


def cost(logits, labels):
    """The library's cost of logits with examples in columns."""
    return functional.cross_entropy(logits.T, labels)


# ------------------------------------------------------------------------------------------------- S1 to S7: likelihood


@sizes
def test_s1_the_output_is_a_probability_mass_function(classes, m, rng):
    """(1): f(x; Θ)_k = Pr(Y = k | X = x; Θ), with a softmax on top of the network."""
    x, w, b = rng.normal(size=(4, m)), rng.normal(size=(4, classes)), rng.normal(size=classes)
    model = nn.Sequential(nn.Linear(4, classes, dtype=np.float64), nn.Softmax())
    model.load_state_dict({"0.weight": w.T, "0.bias": b})
    probabilities = model(x.T).data.T
    assert_close(probabilities, softmax(w.T @ x + b[:, None]))
    assert (probabilities >= 0).all()
    assert_close(probabilities.sum(axis=0), np.ones(m))


@sizes
def test_s2_the_maximum_likelihood_estimate_is_where_the_cost_is_stationary(classes, m, rng):
    """(2): θ̂ = argmax ℓ(θ; x). With logits θ for every example it is known: the frequencies of the classes."""
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, m)])
    frequencies = np.bincount(labels) / labels.size

    def cost_of(theta):
        return cost(theta[:, None] + np.zeros(labels.size), labels)

    estimate = np.log(frequencies)
    assert_close(grad(cost_of)(estimate), np.zeros(classes))
    for _ in range(20):
        other = estimate + rng.normal(size=classes)
        assert cost_of(other).item() > cost_of(estimate).item()
        one_hot = encode(labels, classes)
        probabilities = [softmax(np.tile(theta[:, None], labels.size)) for theta in (other, estimate)]
        assert likelihood(probabilities[0], one_hot) < likelihood(probabilities[1], one_hot)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_s3_the_loss_of_a_label_is_that_of_a_categorical_distribution(classes, rng):
    """(3): p(y | x; Θ) = Π_k Pr(Y = k | x; Θ)^[y = k]."""
    z = rng.normal(size=classes)
    for y in range(classes):
        probability = math.prod(softmax(z)[k] ** (1 if y == k else 0) for k in range(classes))
        assert_close(math.exp(-functional.cross_entropy(z, y).item()), probability)


@sizes
def test_s4_one_hot_targets_mean_the_same_as_labels(classes, m, rng):
    """(4): ỹ_k = 1 if y = k, else 0."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    one_hot = encode(y, classes)
    assert_close(cost(z, y).item(), cost(z, one_hot.T).item())
    assert_close(grad(cost)(z, y), grad(cost)(z, one_hot.T))


@sizes
def test_s5_the_loss_of_an_example_is_its_negative_log_probability(classes, m, rng):
    """(5): p(y | x; Θ) = Π_k ŷ_k^ỹ_k."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    losses = functional.cross_entropy(z.T, y, reduction="none").data
    one_hot, probabilities = encode(y, classes), softmax(z)
    for i in range(m):
        assert_close(math.exp(-losses[i]), math.prod(probabilities[:, i] ** one_hot[:, i]))


@sizes
def test_s6_independent_examples_multiply(classes, m, rng):
    """(6): p(y_1 … y_m | x_1 … x_m; Θ) = Π_i p(y_i | x_i; Θ), so losses add."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    product = math.prod(math.exp(-functional.cross_entropy(z[:, i], y[i]).item()) for i in range(m))
    assert_close(math.exp(-functional.cross_entropy(z.T, y, reduction="sum").item()), product)


@sizes
def test_s7_exp_of_minus_m_times_the_cost_is_the_likelihood(classes, m, rng):
    """(7): ℓ(Θ) = Π_i Π_k ŷ_k^ỹ_k."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    expected = likelihood(softmax(z), encode(y, classes))
    np.testing.assert_allclose(math.exp(-m * cost(z, y).item()), expected, rtol=1e-12, atol=0)


# ------------------------------------------------------------------------------------------------- S8 to S10: the cost


@sizes
def test_s8_the_cost_is_the_negative_mean_log_likelihood(classes, m, rng):
    """(8a-d): the cost is -(1/m) log ℓ. As printed, (8d) lacks the logarithm."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    assert_close(cost(z, y).item(), -math.log(likelihood(softmax(z), encode(y, classes))) / m)


@sizes
def test_s8_as_printed_8d_has_another_gradient(classes, m, rng):
    """∇(-ℓ/m) is ℓ times ∇(-log ℓ/m): the same stationary points, and a gradient that vanishes with the likelihood."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)

    def printed(z):
        return -np.prod(functional.softmax(z, axis=0)[y, np.arange(m)]) / m

    gradient = grad(cost)(z, y)
    assert_close(grad(printed)(z) / likelihood(softmax(z), encode(y, classes)), gradient)
    assert np.abs(grad(printed)(z) - gradient).max() > 1e-6


@sizes
def test_s9_the_cost_is_the_mean_over_the_examples(classes, m, rng):
    """(9): C = -(1/m) Σ_i Σ_k ỹ_k log ŷ_k."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    one_hot, probabilities = encode(y, classes), softmax(z)
    total = 0.0
    for i in range(m):
        for k in range(classes):
            total += one_hot[k, i] * math.log(probabilities[k, i])
    for loss in (nn.CrossEntropyLoss(), nn.CrossEntropyLoss(reduction="mean")):
        assert_close(loss(z.T, y).item(), -total / m)
    assert_close(nn.CrossEntropyLoss(reduction="sum")(z.T, y).item(), -total)


@sizes
def test_s10_the_loss_is_of_one_example(classes, m, rng):
    """(10): L(y, ŷ) = -Σ_k ỹ_k log ŷ_k, one an example; cost and sum are their mean and sum."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    one_hot, probabilities = encode(y, classes), softmax(z)
    expected = [-sum(one_hot[k, i] * math.log(probabilities[k, i]) for k in range(classes)) for i in range(m)]
    losses = nn.CrossEntropyLoss(reduction="none")(z.T, y).data
    assert_close(losses, expected)
    assert_close(nn.NLLLoss(reduction="none")(np.log(probabilities.T), y).data, expected)
    assert_close(cost(z, y).item(), losses.mean())


# ------------------------------------------------------------------------------------------------- S11: divergence


def divergence(p, q):
    """(11): D(p ‖ q) = Σ_x p(x) log(p(x) / q(x)), where 0 log 0 = 0."""
    return sum(p_x * math.log(p_x / q_x) for p_x, q_x in zip(p, q, strict=True) if p_x > 0)


def kl_div(target, model):
    """The library's divergence of one distribution from another."""
    return functional.kl_div(np.log(model), target, reduction="sum")


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_s11_divergence_of_two_distributions(classes, rng):
    """It is not negative, 0 for equal distributions, and grows as they differ more."""
    data, model = rng.dirichlet(np.ones(classes), size=2)
    assert_close(kl_div(data, model).item(), divergence(data, model))
    assert_close(kl_div(data, data).item(), 0)
    mixtures = [(1 - step) * data + step * model for step in (0.1, 0.4, 0.7, 1.0)]
    divergences = [kl_div(data, mixture).item() for mixture in mixtures]
    assert divergences == sorted(divergences)
    assert divergences[0] > 0


@sizes
def test_s11_batchmean_is_the_divergence_an_example(classes, m, rng):
    data, model = rng.dirichlet(np.ones(classes), size=m).T, rng.dirichlet(np.ones(classes), size=m).T
    expected = np.mean([divergence(data[:, i], model[:, i]) for i in range(m)])
    assert_close(nn.KLDivLoss(reduction="batchmean")(np.log(model.T), data.T).item(), expected)


@sizes
def test_s11_of_one_hot_targets_it_is_the_cross_entropy(classes, m, rng):
    """Value and gradient in the logits are those of (9), for ỹ log ỹ is 0 at 0 and at 1."""
    z, y = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    one_hot = encode(y, classes)

    def mean_divergence(z):
        return functional.kl_div(functional.log_softmax(z.T), one_hot.T, reduction="batchmean")

    assert_close(mean_divergence(z).item(), cost(z, y).item())
    assert_close(grad(mean_divergence)(z), grad(cost)(z, y))


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_s11_of_other_targets_it_differs_from_the_cross_entropy_by_their_entropy(classes, rng):
    """The text calls cross-entropy relative entropy too; that is the divergence, and equal only for one-hot targets."""
    data, model = rng.dirichlet(np.ones(classes), size=2)
    entropy = -sum(p * math.log(p) for p in data)
    assert entropy > 1e-6
    assert_close(functional.cross_entropy(np.log(model), data).item(), kl_div(data, model).item() + entropy)


def test_s11_the_label_of_the_arguments_is_reversed():
    """The text writes D(model ‖ data) for what is D(data ‖ model); the two differ, in value and in gradient."""
    data, model = np.array([0.7, 0.2, 0.1]), np.array([0.2, 0.3, 0.5])
    assert_close(kl_div(data, model).item(), divergence(data, model))
    assert abs(kl_div(data, model).item() - divergence(model, data)) > 0.01
    gradient = grad(kl_div, 1)(data, model)
    assert_close(gradient, -data / model)
    assert np.abs(gradient - (np.log(model / data) + 1)).max() > 0.1


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_s11_zeros_in_the_target_count_for_nothing(classes, rng):
    """Neither the value nor a gradient is NaN: -ỹ/ŷ in the model, log ỹ + 1 - log ŷ in the target where it is not 0."""
    data, model = rng.dirichlet(np.ones(classes), size=2)
    data[0] = 0
    assert_close(kl_div(data, model).item(), divergence(data, model))
    assert_close(grad(kl_div, 1)(data, model), -data / model)
    in_target = grad(kl_div)(data, model)
    assert np.isfinite(in_target).all()
    assert_close(in_target[1:], np.log(data[1:] / model[1:]) + 1)
