"""Skrede, Dense neural network classifiers (INF5860, 2018), "Backward propagation" and "Vectorisation": (16) to (23).

As in the lecture, examples are columns, and ``w`` of a layer is (nodes before, nodes of the layer).
"""

import functools
import itertools
import math

import numpy as np
import pytest

import nn
from autograd import Tensor, elementwise_grad, grad, jacobian
from nn import functional

assert_close = functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)

# Each activation with its g(z) and g'(z); the Heaviside step is 1 at 0 in the lecture.
ACTIVATIONS = {
    nn.Sigmoid: (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(z) / (np.exp(z) + 1) ** 2),
    nn.Tanh: (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    nn.ReLU: (lambda z: np.maximum(0, z), lambda z: np.heaviside(z, 1)),
    nn.LeakyReLU: (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}
networks = pytest.mark.parametrize("sizes", [(3, 2), (4, 5, 3), (2, 6, 4, 5), (5, 3, 4, 2, 3)], ids=str)
activations = pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda activation: activation.__name__)
class_counts = pytest.mark.parametrize("classes", [2, 3, 10])


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z), axis=0)


def new_parameters(sizes, rng):
    """Return w and b of every layer."""
    return [
        (rng.normal(size=(before, nodes)) / math.sqrt(before), rng.normal(size=nodes) / math.sqrt(before))
        for before, nodes in itertools.pairwise(sizes)
    ]


def model_with(parameters, activation):
    """Return the library's model of the lecture's network, logits on top."""
    modules = []
    for w, b in parameters:
        linear = nn.Linear(*w.shape, dtype=np.float64)
        linear.load_state_dict({"weight": w.T, "bias": b})
        modules += [linear, activation()]
    return nn.Sequential(*modules[:-1])


def linear_layers(model):
    return [module for module in model if isinstance(module, nn.Linear)]


def engine_gradients(model, x, labels):
    """Return the gradients of the cost in w and b of every layer, each in the lecture's orientation."""
    nn.CrossEntropyLoss()(model(x.T), labels).backward()
    return [(layer.weight.grad.T, layer.bias.grad) for layer in linear_layers(model)]


def assert_gradients_close(actual, expected):
    for (actual_w, actual_b), (expected_w, expected_b) in zip(actual, expected, strict=True):
        assert_close(actual_w, expected_w)
        assert_close(actual_b, expected_b)


# ------------------------------------------------------------------------------------------------- S16 to S20


@class_counts
def test_s16_the_chain_rule_through_every_node_of_the_softmax(classes, rng):
    """(16): ∂L/∂z_k = Σ_j ∂L/∂a_j ∂a_j/∂z_k, since every z_k is in every a_j."""
    z, one_hot = rng.normal(size=classes), np.eye(classes)[rng.integers(classes)]
    a = softmax(z)
    expected = np.zeros(classes)
    for k in range(classes):
        for j in range(classes):
            expected[k] += -one_hot[j] / a[j] * (a[k] * (1 - a[k]) if j == k else -a[j] * a[k])
    assert_close(grad(lambda z: -np.sum(one_hot * np.log(functional.softmax(z))))(z), expected)


@class_counts
def test_s17_the_derivative_of_the_loss_in_the_probabilities(classes, rng):
    """(17): ∂L/∂a_j = -ỹ_j / a_j."""
    a, one_hot = softmax(rng.normal(size=classes)), np.eye(classes)[rng.integers(classes)]
    expected = [-one_hot[j] / a[j] for j in range(classes)]
    assert_close(grad(lambda a: -np.sum(one_hot * np.log(a)))(a), expected)


@class_counts
def test_s18_the_derivative_of_the_softmax_in_the_logits(classes, rng):
    """(18): ∂a_j/∂z_k = a_j (δ_jk - a_k), from the quotient rule for j = k and for j ≠ k."""
    z = rng.normal(size=classes)
    a, e, total = softmax(z), np.exp(z), np.exp(z).sum()
    derivative = jacobian(functional.softmax)(z)
    for j in range(classes):
        for k in range(classes):
            assert_close(derivative[j, k], a[j] * ((j == k) - a[k]))
            assert_close(derivative[j, k], ((j == k) * e[j] * total - e[j] * e[k]) / total**2)


@class_counts
@pytest.mark.parametrize("m", [1, 6])
def test_s19_composed_and_fused_cross_entropy_have_the_gradient_of_the_derivation(classes, m, rng):
    """(19): ∂L/∂z_k = ŷ_k - ỹ_k; the library's rows are examples, and the mean divides by m."""
    z, labels = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    one_hot = np.eye(classes)[:, labels]
    expected = (softmax(z) - one_hot) / m
    assert_close(grad(lambda z: -np.sum(one_hot * np.log(functional.softmax(z, axis=0))) / m)(z), expected)
    assert_close(grad(lambda z: functional.cross_entropy(z.T, labels))(z), expected)
    assert_close(grad(lambda z: functional.cross_entropy(z.T, one_hot.T))(z), expected)


@class_counts
def test_s19_of_targets_that_do_not_sum_to_1_keeps_their_sum(classes, rng):
    """The derivation pulls a_k Σ_j ỹ_j out as a_k Σ_j δ_jk; both sums are 1 for one-hot targets only.

    Σ_j -ỹ_j (δ_jk - a_k) = a_k Σ_j ỹ_j - ỹ_k: as printed, ŷ - ỹ is no gradient of the loss of other targets.
    """
    z, target = rng.normal(size=classes), rng.uniform(1, 2, classes)
    gradient = grad(functional.cross_entropy)(z, target)
    assert_close(
        gradient, [sum(-target[j] * ((j == k) - softmax(z)[k]) for j in range(classes)) for k in range(classes)]
    )
    assert_close(gradient, softmax(z) * target.sum() - target)
    assert np.abs(gradient - (softmax(z) - target)).max() > 0.01


@pytest.mark.parametrize("shape", [(1,), (6,), (3, 4)], ids=str)
def test_s20_sigmoid_and_relu_have_the_derivatives_of_the_lecture(shape, rng):
    """(20): g'(z) is a (1 - a) for the sigmoid, and the Heaviside step for ReLU."""
    z = rng.normal(size=shape)
    a = np.exp(z) / (np.exp(z) + 1)
    assert_close(elementwise_grad(functional.sigmoid)(z), a * (1 - a))
    assert_close(
        elementwise_grad(functional.sigmoid)(z), np.exp(z) / (np.exp(z) + 1) - (np.exp(z) / (np.exp(z) + 1)) ** 2
    )
    assert_close(elementwise_grad(functional.relu)(z), np.heaviside(z, 1))


# ------------------------------------------------------------------------------------------------- S21: loops


def loop_gradients(parameters, x, one_hot, g, derivative):
    """Equations (21a) to (21d) for one example, index by index: return ∂L/∂w and ∂L/∂b of every layer."""
    z, a = [], [x]
    for w, b in parameters:
        before, nodes = w.shape
        z.append([sum(w[j, k] * a[-1][j] for j in range(before)) + b[k] for k in range(nodes)])
        a.append([g(value) for value in z[-1]])
    total = sum(math.exp(value) for value in z[-1])
    dz = [math.exp(z_k) / total - y_k for z_k, y_k in zip(z[-1], one_hot, strict=True)]  # 21d
    gradients = []
    for layer in reversed(range(len(parameters))):
        w, _ = parameters[layer]
        before, nodes = w.shape
        dw = [[dz[k] * a[layer][j] for k in range(nodes)] for j in range(before)]  # 21a
        gradients.append((dw, dz))  # 21b
        if layer > 0:
            dz = [
                derivative(z[layer - 1][k]) * sum(dz[j] * w[k, j] for j in range(nodes)) for k in range(before)
            ]  # 21c
    return gradients[::-1]


@networks
@activations
def test_s21_backpropagation_by_loops_over_nodes(sizes, activation, rng):
    """(21a-d): ∂L/∂w_jk = ∂L/∂z_k a_j, ∂L/∂b_k = ∂L/∂z_k, ∂L/∂z_k = g'(z_k) Σ_j ∂L/∂z_j w_kj, at the top ŷ_k - ỹ_k."""
    parameters, x, label = new_parameters(sizes, rng), rng.normal(size=sizes[0]), rng.integers(sizes[-1])
    expected = loop_gradients(parameters, x, np.eye(sizes[-1])[label], *ACTIVATIONS[activation])
    assert_gradients_close(engine_gradients(model_with(parameters, activation), x[:, None], [label]), expected)


# ------------------------------------------------------------------------------------------------- S-vec


def forward(parameters, x, g):
    """Return Z and A of every layer, A⁰ = X first: Z = Wᵀ A + B with m equal columns in B, A = g(Z), at the top s(Z).

    For a layer at a time the text calls both z and a by the name z; the second is a = g(z).
    """
    z, a = [], [x]
    for w, b in parameters:
        z.append(w.T @ a[-1] + np.tile(b[:, None], x.shape[1]))
        a.append(g(z[-1]))
    return z, [*a[:-1], softmax(z[-1])]


@networks
@activations
@pytest.mark.parametrize("m", [1, 5])
def test_s_vec_forward_over_layers_and_examples(sizes, activation, m, rng):
    """Every z and a of the lecture, (n, m), is the transpose of what the library's layers return."""
    parameters, x = new_parameters(sizes, rng), rng.normal(size=(sizes[0], m))
    z, a = forward(parameters, x, ACTIVATIONS[activation][0])
    modules = [*model_with(parameters, activation), nn.Softmax()]
    outputs = list(itertools.accumulate(modules, lambda value, module: module(value), initial=x.T))
    for expected_z, expected_a, linear, following in zip(z, a[1:], outputs[1::2], outputs[2::2], strict=True):
        assert_close(linear.data.T, expected_z)
        assert_close(following.data.T, expected_a)


@pytest.mark.parametrize(("classes", "m"), [(2, 1), (3, 4), (10, 7)])
def test_s_vec_the_cost_is_a_product_with_ones_on_either_side(classes, m, rng):
    """C = -(1/m) 1ᵀ (Ỹ ∘ log Ŷ) 1: in NumPy, on Tensors, and fused."""
    z, labels = rng.normal(size=(classes, m)), rng.integers(0, classes, m)
    one_hot = np.eye(classes)[:, labels]

    def cost(z):
        return -np.ones(classes) @ (one_hot * np.log(softmax(z))) @ np.ones(m) / m

    assert_close(functional.cross_entropy(z.T, labels).item(), cost(z))
    assert_close(cost(Tensor(z)).item(), cost(z))
    assert_close(grad(cost)(z), grad(lambda z: functional.cross_entropy(z.T, labels))(z))


# ------------------------------------------------------------------------------------------------- S22, S23: matrices


def jacobians_in_z(parameters, z, one_hot, derivative):
    """Return J_z of every layer: Ŷ - Ỹ at the top (22d, 23d), else g'(Z) ∘ (W J_z) of the layer above (22c, 23c)."""
    jacobians = [softmax(z[-1]) - one_hot]
    for (w, _), z_before in zip(reversed(parameters[1:]), reversed(z[:-1]), strict=True):
        jacobians.append(derivative(z_before) * (w @ jacobians[-1]))
    return jacobians[::-1]


def matrix_gradients(parameters, x, one_hot, g, derivative):
    """Equations (23a) and (23b): return (1/m) A J_zᵀ and (1/m) J_z 1 of every layer."""
    m = x.shape[1]
    z, a = forward(parameters, x, g)
    jacobians = jacobians_in_z(parameters, z, one_hot, derivative)
    return [(below @ j.T / m, j @ np.ones(m) / m) for below, j in zip(a[:-1], jacobians, strict=True)]


@networks
@activations
def test_s22_backpropagation_of_one_example(sizes, activation, rng):
    """(22a-d): ∇_W L = a ∇_z Lᵀ, ∇_b L = ∇_z L, ∇_z L = g'(z) ∘ (W ∇_z L), at the top ŷ - ỹ."""
    g, derivative = ACTIVATIONS[activation]
    parameters, x, label = new_parameters(sizes, rng), rng.normal(size=(sizes[0], 1)), rng.integers(sizes[-1])
    z, a = forward(parameters, x, g)
    in_z = jacobians_in_z(parameters, z, np.eye(sizes[-1])[:, [label]], derivative)
    expected = [(below @ j.T, j[:, 0]) for below, j in zip(a[:-1], in_z, strict=True)]
    assert_gradients_close(engine_gradients(model_with(parameters, activation), x, [label]), expected)


@networks
@activations
@pytest.mark.parametrize("m", [1, 2, 7, 33])
def test_s23_backpropagation_of_m_examples(sizes, activation, m, rng):
    """(23a-d): ∇_W C = (1/m) A J_zᵀ, ∇_b C = (1/m) J_z 1, J_z = g'(Z) ∘ (W J_z), at the top Ŷ - Ỹ."""
    parameters, x = new_parameters(sizes, rng), rng.normal(size=(sizes[0], m))
    labels = rng.integers(0, sizes[-1], m)
    expected = matrix_gradients(parameters, x, np.eye(sizes[-1])[:, labels], *ACTIVATIONS[activation])
    assert_gradients_close(engine_gradients(model_with(parameters, activation), x, labels), expected)


@pytest.mark.parametrize("m", [2, 7])
def test_s23_j_z_holds_the_gradients_of_the_losses_not_of_their_mean(m, rng):
    """The text writes J_z(C) for Ŷ - Ỹ, but ∂C/∂Z is a 1/m of it; (23a) and (23b) divide by m only then."""
    z, labels = rng.normal(size=(4, m)), rng.integers(0, 4, m)
    j_z = softmax(z) - np.eye(4)[:, labels]
    of_each_loss = jacobian(lambda z: functional.cross_entropy(z.T, labels, reduction="none"))(z)
    for i in range(m):
        assert_close(of_each_loss[i, :, i], j_z[:, i])
    of_the_cost = grad(lambda z: functional.cross_entropy(z.T, labels))(z)
    assert_close(of_the_cost, j_z / m)
    assert np.abs(of_the_cost - j_z).max() > 0.01


@pytest.mark.parametrize(("n", "m"), [(1, 3), (4, 2), (5, 5)])
def test_s22_the_jacobian_of_the_lecture_is_the_transpose_of_the_librarys(n, m, rng):
    """(J)_ij = ∂f_j/∂x_i, n × m for m functions of n variables; `jacobian` has an output a row."""
    w, b, x = rng.normal(size=(n, m)), rng.normal(size=m), rng.normal(size=n)
    a = np.tanh(w.T @ x + b)
    lecture = [[(1 - a[j] ** 2) * w[i, j] for j in range(m)] for i in range(n)]
    result = jacobian(lambda x: np.tanh(w.T @ x + b))(x)
    assert result.shape == (m, n)
    assert_close(result.T, lecture)


# ------------------------------------------------------------------------------------------------- training


def accuracy(probabilities, labels):
    return np.mean(np.argmax(probabilities, axis=0) == labels)


def test_training_equals_the_lectures_equations_in_numpy():
    """A ReLU network learns the digits by (14) and (15) with the gradients of (23): the same losses all along."""
    train, _, test = nn.data.train_validation_test_split(nn.data.load_digits(), rng=0)
    loader = nn.data.BatchLoader(train.x.astype(float) / 16, train.y, batch_size=32, rng=0)
    batches = [batch for _ in range(25) for batch in loader]
    parameters, rate = new_parameters((64, 32, 10), np.random.default_rng(0)), 0.2

    model = model_with(parameters, nn.ReLU)
    optimizer, losses = nn.optim.SGD(model.parameters(), lr=rate), []
    for x, labels in batches:
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    g, derivative = ACTIVATIONS[nn.ReLU]
    costs = []
    for x, labels in batches:
        one_hot = np.eye(10)[:, labels]
        probabilities = forward(parameters, x.T, g)[1][-1]
        costs.append(-np.sum(one_hot * np.log(probabilities)) / len(labels))
        gradients = matrix_gradients(parameters, x.T, one_hot, g, derivative)
        parameters = [(w - rate * dw, b - rate * db) for (w, b), (dw, db) in zip(parameters, gradients, strict=True)]

    np.testing.assert_allclose(losses, costs, rtol=0, atol=1e-9)
    x = test.x.T / 16
    reached = accuracy(forward(parameters, x, g)[1][-1], test.y)
    assert reached > 0.93
    assert abs(accuracy(model(x.T).data.T, test.y) - reached) <= 0.01
