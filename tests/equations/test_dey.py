"""Dey, Basic Operations of Neural Networks: its equations in NumPy, an example a column, against the engine."""

# Names are the text's: capital letters for matrices, l for a layer.
# ruff: noqa: E741, N803, N806

import itertools
import math

import numpy as np
import pytest

import nn
from autograd import Tensor, grad, jacobian, ops
from nn import functional

SIZES = [1, 2, 3, 10, 31]
SHAPES = [(1, 2), (3, 1), (2, 3), (8, 5), (10, 16)]  # N^(l), N^(l-1)
NETWORKS = [[3, 5, 4, 2], [1, 2, 6, 3], [8, 4, 7, 10]]  # N^(0), …, N^(3)


def assert_same(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())


def variable(values):
    return Tensor(values, requires_grad=True)


def cost(a, y):
    """Return the cross-entropy C = -Σ y_i ln a_i (2), on arrays or Tensors."""
    return -np.sum(y * np.log(a))


def softmax(s):
    """Return k_i / k with k_i = e^{s_i} and k = Σ k_i (18)."""
    k = np.exp(s)
    return k / k.sum()


def softmax_derivative(s):
    """Return H' of softmax: k_i (k - k_i) / k² on the diagonal, -k_i k_j / k² off it, section 3.2."""
    k_i = np.exp(s.ravel())
    k = k_i.sum()
    H = -np.outer(k_i, k_i) / k**2
    np.fill_diagonal(H, k_i * (k - k_i) / k**2)
    return H


# A module, h(s) and h'(s) of a number. The constants of SELU are those of Klambauer et al. (2017).
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
ELEMENTWISE = {
    "sigmoid": (nn.Sigmoid, lambda s: 1 / (1 + math.exp(-s)), lambda s: math.exp(-s) / (1 + math.exp(-s)) ** 2),
    "tanh": (nn.Tanh, math.tanh, lambda s: 1 / math.cosh(s) ** 2),
    "relu": (nn.ReLU, lambda s: max(s, 0.0), lambda s: float(s > 0)),
    "leaky_relu": (nn.LeakyReLU, lambda s: s if s > 0 else 0.01 * s, lambda s: 1.0 if s > 0 else 0.01),
    "elu": (nn.ELU, lambda s: s if s > 0 else math.expm1(s), lambda s: 1.0 if s > 0 else math.exp(s)),
    "selu": (
        nn.SELU,
        lambda s: SELU_SCALE * (s if s > 0 else SELU_ALPHA * math.expm1(s)),
        lambda s: SELU_SCALE * (1.0 if s > 0 else SELU_ALPHA * math.exp(s)),
    ),
}


def elementwise(h):
    """Return the vectorised scalar function (16)."""
    return lambda s: np.reshape([h(s_i) for s_i in s.ravel()], s.shape)


def diagonal(h_prime):
    """Return the matrix of derivatives of a vectorised scalar function (17)."""
    return lambda s: np.diag([h_prime(s_i) for s_i in s.ravel()])


# A module, h(s) and H'(s) of a column. The H' of log-softmax is not symmetric, so it tells H' from its transpose.
ACTIVATIONS = {name: (module, elementwise(h), diagonal(prime)) for name, (module, h, prime) in ELEMENTWISE.items()}
ACTIVATIONS["softmax"] = (nn.Softmax, softmax, softmax_derivative)
ACTIVATIONS["log_softmax"] = (nn.LogSoftmax, lambda s: np.log(softmax(s)), lambda s: np.eye(s.size) - softmax(s).T)


def network(rng, sizes, activation):
    """Return layers of `sizes` neurons with `activation` in the hidden ones and softmax in the last."""
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs, dtype=np.float64, rng=rng), ACTIVATIONS[activation][0]()]
    return nn.Sequential(*layers[:-1], nn.Softmax())


def parameters_of(model):
    """Return copies of W^(l) and, as columns, b^(l): lists in which the place of a layer is its number."""
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    W = [None, *(layer.weight.data.copy() for layer in linear)]
    b = [None, *(layer.bias.data[:, None].copy() for layer in linear)]
    return W, b


def gradients_of(model):
    """Return what `backward` left: the gradients of the weights and, as columns, of the biases, by layer."""
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [None, *(layer.weight.grad for layer in linear)], [None, *(layer.bias.grad[:, None] for layer in linear)]


def assert_same_by_layer(actual, expected):
    for one, other in zip(actual[1:], expected[1:], strict=True):
        assert_same(one, other)


def feed_forward(W, b, activation, x):
    """Return s^(l) and a^(l) of every layer (1a, 1b)."""
    L = len(W) - 1
    h = [None, *[ACTIVATIONS[activation][1]] * (L - 1), softmax]
    s, a = [None], [x]
    for l in range(1, L + 1):
        s.append(W[l] @ a[l - 1] + b[l])
        a.append(h[l](s[l]))
    return s, a


def deltas(W, s, a, activation, y):
    """Return δ^(l) of every layer, from the last to the first (5, 13)."""
    L = len(W) - 1
    H_prime = [None, *[ACTIVATIONS[activation][2]] * (L - 1), softmax_derivative]
    delta = [None] * (L + 1)
    delta[L] = H_prime[L](s[L]).T @ (-y / a[L])
    for l in range(L - 1, 0, -1):
        delta[l] = H_prime[l](s[l]).T @ W[l + 1].T @ delta[l + 1]
    return delta


def backpropagate(W, b, activation, x, y):
    """Return C of one example, and its gradients in W^(l) and b^(l) by layer: the summary of section 2.2."""
    s, a = feed_forward(W, b, activation, x)
    delta = deltas(W, s, a, activation, y)
    in_weights = [None, *(delta[l] @ a[l - 1].T for l in range(1, len(W)))]
    return cost(a[-1], y), in_weights, delta


def example(rng, sizes):
    """Return an input and a target distribution, columns."""
    return rng.normal(size=(sizes[0], 1)), rng.dirichlet(np.ones(sizes[-1]))[:, None]


# ------------------------------------------------------------------------------------------------- 2.1 Feedforward


@pytest.mark.parametrize("shape", SHAPES)
def test_d1_linear_is_a_weight_matrix_times_a_column_plus_a_bias(shape, rng):
    """s = W a + b (1a), with W of shape (N^(l), N^(l-1)): s_i = W_i1 a_1 + W_i2 a_2 + … + b_i; (9) leaves b_i out."""
    outputs, inputs = shape
    layer, a = nn.Linear(inputs, outputs, dtype=np.float64, rng=rng), rng.normal(size=inputs)
    W, b = layer.weight.data, layer.bias.data
    assert W.shape == shape
    s = layer(a).data
    assert_same(s, [math.fsum(W[i, j] * a[j] for j in range(inputs)) + b[i] for i in range(outputs)])
    assert np.abs(s - W @ a).max() > 1e-3


@pytest.mark.parametrize("sizes", NETWORKS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_d1_layers_alternate_affine_maps_and_activations(activation, sizes, rng):
    """a^(l) = h(s^(l)) (1b) for l = 1 … L, with every a^(l) the input of the next layer."""
    model, x = network(rng, sizes, activation), rng.normal(size=(sizes[0], 1))
    s, a = feed_forward(*parameters_of(model), activation, x)
    for l in range(1, 4):
        assert_same(model[: 2 * l - 1](x.T).data.T, s[l])
        assert_same(model[: 2 * l](x.T).data.T, a[l])


@pytest.mark.parametrize("n", SIZES)
def test_d2_the_cost_is_the_cross_entropy(n, rng):
    """C = -Σ_i y_i ln a_i (2)."""
    a, y = rng.dirichlet(np.ones(n), size=2)
    expected = -math.fsum(y_i * math.log(a_i) for y_i, a_i in zip(y, a, strict=True))
    np.testing.assert_allclose(cost(variable(a), y).data, expected, rtol=1e-12, atol=1e-15)
    by_loss = functional.cross_entropy(np.log(a), y, reduction="sum")
    np.testing.assert_allclose(by_loss.data, expected, rtol=1e-12, atol=1e-15)


# ------------------------------------------------------------------------------------------------- 2.2 Backpropagation


@pytest.mark.parametrize("n", SIZES)
def test_d3_the_derivative_is_a_row_and_the_gradient_its_transpose(n, rng):
    """∂C/∂a = -[y_1/a_1 … y_N/a_N] (3), a row; ∇_a C = (∂C/∂a)ᵀ, section 1, of the shape of a."""
    a, y = rng.dirichlet(np.ones(n), size=2)
    expected = np.array([[-y_i / a_i for y_i, a_i in zip(y, a, strict=True)]])
    derivative = jacobian(lambda a: cost(a, y).reshape(1))(a)
    assert derivative.shape == (1, n)
    assert_same(derivative, expected)
    gradient = grad(cost)(a[:, None], y[:, None])
    assert gradient.shape == (n, 1)
    assert_same(gradient, derivative.T)


@pytest.mark.parametrize("n", SIZES)
def test_d4_derivatives_multiply_from_the_cost_backwards(n, rng):
    """∂C/∂s = (∂C/∂a) (∂a/∂s) = (∂C/∂a) H' (4), a row."""
    s, y = rng.normal(size=n), rng.dirichlet(np.ones(n))
    derivative = jacobian(lambda s: cost(ops.softmax(s), y).reshape(1))(s)
    in_activations = jacobian(lambda a: cost(a, y).reshape(1))(softmax(s))
    np.testing.assert_allclose(derivative, in_activations @ jacobian(ops.softmax)(s), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(derivative, -(y / softmax(s)) @ softmax_derivative(s)[None], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("shape", SHAPES)
def test_d6_and_d12_an_affine_map_has_the_derivatives_identity_and_weight(shape, rng):
    """∂s/∂b = I, after (6), and ∂s^(l+1)/∂a^(l) = W^(l+1), after (12)."""
    W, b, a = rng.normal(size=shape), rng.normal(size=shape[0]), rng.normal(size=shape[1])
    in_input, in_bias = jacobian(ops.linear, argnum=(0, 2))(a, W, b)
    np.testing.assert_array_equal(in_bias, np.eye(shape[0]))
    np.testing.assert_array_equal(in_input, W)


@pytest.mark.parametrize("shape", SHAPES)
def test_d10_the_derivative_in_the_weight_is_a_tensor_of_third_order(shape, rng):
    """∂s/∂W holds at (j, k) the column that is a_j at place k and 0 elsewhere (10): `jacobian`'s axes are (i, k, j)."""
    outputs, inputs = shape
    W, b, a = rng.normal(size=shape), rng.normal(size=outputs), rng.normal(size=inputs)
    columns = np.zeros((inputs, outputs, outputs))
    for j in range(inputs):
        for k in range(outputs):
            columns[j, k, k] = a[j]
    found = jacobian(ops.linear, argnum=1)(a, W, b)
    assert found.shape == (outputs, outputs, inputs)
    np.testing.assert_array_equal(found.transpose(2, 1, 0), columns)


@pytest.mark.parametrize("shape", SHAPES)
def test_d8_the_derivative_in_the_weight_contracts_the_tensor(shape, rng):
    """(∂C/∂W)_jk = (∂C/∂s) (∂s/∂W)_jk (8) = a_j δ_k, of the shape of Wᵀ; ∇_W C is its transpose δ aᵀ (11)."""
    outputs, inputs = shape
    W, b, a = rng.normal(size=shape), rng.normal(size=outputs), rng.normal(size=inputs)
    y = rng.dirichlet(np.ones(outputs))
    delta = grad(lambda s: cost(ops.softmax(s), y))(W @ a + b)
    in_weight = jacobian(ops.linear, argnum=1)(a, W, b).transpose(2, 1, 0)
    derivative = [[delta @ in_weight[j, k] for k in range(outputs)] for j in range(inputs)]
    gradient = grad(lambda W: cost(ops.softmax(ops.linear(a, W, b)), y))(W)
    np.testing.assert_allclose(np.transpose(derivative), gradient, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(np.outer(delta, a), gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("hidden_layers", [1, 2, 3, 4])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_d5_d7_d11_d13_one_backward_is_the_recursion_over_the_layers(activation, hidden_layers, rng):
    """δ^(L) = H'ᵀ ∇_a C (5), δ^(l) = H'ᵀ W^(l+1)ᵀ δ^(l+1) (13), ∇_b C = δ (7), ∇_W C = δ^(l) a^(l-1)ᵀ (11)."""
    sizes = rng.integers(2, 9, size=hidden_layers + 2).tolist()
    model, (x, y) = network(rng, sizes, activation), example(rng, sizes)
    C, in_weights, in_biases = backpropagate(*parameters_of(model), activation, x, y)
    for loss in (
        cost(model(x.T), y.T),
        functional.cross_entropy(model[:-1](x.T), y.T, reduction="sum"),
    ):
        assert_same(loss.data, C)
        model.zero_grad()
        loss.backward()
        found_in_weights, found_in_biases = gradients_of(model)
        assert_same_by_layer(found_in_weights, in_weights)
        assert_same_by_layer(found_in_biases, in_biases)


@pytest.mark.parametrize("sizes", NETWORKS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_d13_the_error_of_every_layer_is_the_gradient_in_its_sum(activation, sizes, rng):
    """δ^(l) = ∇_{s^(l)} C, section 2.2: what `retain_grad` keeps of the intermediate s^(l)."""
    model, (x, y) = network(rng, sizes, activation), example(rng, sizes)
    W, b = parameters_of(model)
    a, sums = x.T, [None]
    for layer in model:
        a = layer(a)
        if isinstance(layer, nn.Linear):
            a.retain_grad()
            sums.append(a)
    cost(a, y.T).backward()
    assert_same_by_layer(
        [None, *(s.grad.T for s in sums[1:])], deltas(W, *feed_forward(W, b, activation, x), activation, y)
    )


def test_d11_weights_take_the_error_of_their_own_layer_not_of_the_last(rng):
    """Item 4 of the summary has δ^(L) for every l: that is ∇_W C of the last layer alone, where (11) derives it."""
    sizes = [4, 4, 4, 4]
    model, (x, y) = network(rng, sizes, "tanh"), example(rng, sizes)
    W, b = parameters_of(model)
    s, a = feed_forward(W, b, "tanh", x)
    delta = deltas(W, s, a, "tanh", y)
    cost(model(x.T), y.T).backward()
    found, _ = gradients_of(model)
    assert_same(found[3], delta[3] @ a[2].T)
    for l in (1, 2):
        assert np.abs(found[l] - delta[3] @ a[l - 1].T).max() > 0.01


ONE = np.ones((1, 1))


@pytest.mark.parametrize("sizes", NETWORKS)
def test_bias_trick_an_augmented_weight_gives_the_same_cost_and_gradients(sizes, rng):
    """[W b] [a; 1] = W a + b, end of section 2.2: ∇ of the augmented matrix is [∇_W C  ∇_b C]."""
    model, (x, y) = network(rng, sizes, "tanh"), example(rng, sizes)
    W, b = parameters_of(model)
    augmented = [None, *(variable(np.hstack([W[l], b[l]])) for l in (1, 2, 3))]
    a = x
    for l in (1, 2, 3):
        s = augmented[l] @ np.concatenate([a, ONE])
        a = np.tanh(s) if l < 3 else ops.softmax(s, axis=0)
    loss, same_loss = cost(a, y), cost(model(x.T), y.T)
    assert_same(loss.data, same_loss.data)
    loss.backward()
    same_loss.backward()
    in_weights, in_biases = gradients_of(model)
    assert_same_by_layer(
        [None, *(p.grad for p in augmented[1:])],
        [None, *(np.hstack([in_weights[l], in_biases[l]]) for l in (1, 2, 3))],
    )


@pytest.mark.parametrize("sizes", NETWORKS)
def test_bias_trick_the_step_for_weights_does_that_for_biases(sizes, rng):
    """∇ = δ^(l) [a^(l-1); 1]ᵀ, end of section 2.2; in (13) the last entry of W^(l+1)ᵀ δ^(l+1), the 1's, is left out."""
    model, (x, y) = network(rng, sizes, "tanh"), example(rng, sizes)
    W, b = parameters_of(model)
    s, a = feed_forward(W, b, "tanh", x)
    augmented = [None, *(np.hstack([W[l], b[l]]) for l in (1, 2, 3))]
    delta = [None, None, None, softmax_derivative(s[3]).T @ (-y / a[3])]
    for l in (2, 1):
        delta[l] = np.diag(1 / np.cosh(s[l].ravel()) ** 2).T @ (augmented[l + 1].T @ delta[l + 1])[:-1]
    cost(model(x.T), y.T).backward()
    in_weights, in_biases = gradients_of(model)
    for l in (1, 2, 3):
        assert_same(delta[l] @ np.vstack([a[l - 1], ONE]).T, np.hstack([in_weights[l], in_biases[l]]))


# ------------------------------------------------------------------------------------------------- 2.3 Update


def updated(parameters, gradients, eta):
    """Return p - η ∇_p C of every layer (14)."""
    return [None, *(p - eta * g for p, g in zip(parameters[1:], gradients[1:], strict=True))]


def mean_by_layer(of_examples):
    """Return the mean over examples of what each has by layer, as in (15)."""
    return [None, *(sum(layer) / len(layer) for layer in zip(*(one[1:] for one in of_examples), strict=True))]


def mean_backpropagation(W, b, activation, X, Y):
    """Return the means of C, ∇_W C and ∇_b C over examples, the columns of `X` and `Y`, one after another."""
    each = [backpropagate(W, b, activation, x[:, None], y[:, None]) for x, y in zip(X.T, Y.T, strict=True)]
    C, in_weights, in_biases = zip(*each, strict=True)
    return sum(C) / len(C), mean_by_layer(in_weights), mean_by_layer(in_biases)


@pytest.mark.parametrize("sizes", NETWORKS)
def test_d14_a_step_of_sgd_goes_against_the_gradient(sizes, rng):
    """p ← p - η ∇_p C (14), for every weight and bias, after one example each."""
    model = network(rng, sizes, "sigmoid")
    optimizer = nn.optim.SGD(model.parameters(), lr=0.7)
    W, b = parameters_of(model)
    for _ in range(5):
        x, y = example(rng, sizes)
        _, in_weights, in_biases = backpropagate(W, b, "sigmoid", x, y)
        W, b = updated(W, in_weights, 0.7), updated(b, in_biases, 0.7)
        optimizer.zero_grad()
        cost(model(x.T), y.T).backward()
        optimizer.step()
        found_W, found_b = parameters_of(model)
        assert_same_by_layer(found_W, W)
        assert_same_by_layer(found_b, b)


@pytest.mark.parametrize("M", [1, 2, 7, 32])
def test_d15_a_minibatch_makes_one_update_with_the_mean_of_the_gradients(M, rng):
    """p ← p - (η/M) Σ_i (∇_p C)^[i] (15): M sweeps of one example each, or one sweep of the mean cost."""
    sizes = [5, 4, 3]
    model = network(rng, sizes, "tanh")
    X, Y = rng.normal(size=(5, M)), rng.dirichlet(np.ones(3), size=M).T
    W, b = parameters_of(model)
    C, in_weights, in_biases = mean_backpropagation(W, b, "tanh", X, Y)

    optimizer = nn.optim.SGD(model.parameters(), lr=0.3)
    loss = nn.CrossEntropyLoss()(model[:-1](X.T), Y.T)
    loss.backward()
    optimizer.step()
    assert_same(loss.data, C)
    found_W, found_b = parameters_of(model)
    assert_same_by_layer(found_W, updated(W, in_weights, 0.3))
    assert_same_by_layer(found_b, updated(b, in_biases, 0.3))


@pytest.mark.parametrize("M", [1, 2, 7, 32])
def test_d15_the_gradient_of_a_mean_is_the_mean_of_the_gradients(M, rng):
    """∇_p (1/M) Σ_i C^[i] = (1/M) Σ_i (∇_p C)^[i], behind (15): both by the engine."""
    model, x, y = network(rng, [5, 4, 3], "elu"), rng.normal(size=(M, 5)), rng.dirichlet(np.ones(3), size=M)
    nn.CrossEntropyLoss()(model[:-1](x), y).backward()
    of_mean = [p.grad for p in model.parameters()]
    model.zero_grad()
    for example_x, example_y in zip(x, y, strict=True):
        cost(model(example_x), example_y).backward()
    for parameter, expected in zip(model.parameters(), of_mean, strict=True):
        assert_same(parameter.grad / M, expected)


# ------------------------------------------------------------------------------------------------- 3 Activations


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_d16_hidden_activations_apply_a_scalar_function_to_each_element(name, n, rng):
    """a_i = h(s_i) (16)."""
    module, h, _ = ELEMENTWISE[name]
    s = rng.normal(scale=2, size=n)
    assert_same(module()(s).data, np.array([h(s_i) for s_i in s]))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_d17_the_derivative_of_an_elementwise_activation_is_diagonal(name, n, rng):
    """H' = ∂a/∂s = diag(h'(s_1), …, h'(s_N)) (17), with exact zeros off the diagonal."""
    module, _, h_prime = ELEMENTWISE[name]
    s = rng.normal(scale=2, size=n)
    H = jacobian(module())(s)
    assert_same(H, np.diag([h_prime(s_i) for s_i in s]))
    np.testing.assert_array_equal(H[~np.eye(n, dtype=bool)], 0.0)


@pytest.mark.parametrize("n", SIZES)
def test_d18_entries_of_the_derivative_of_softmax(n, rng):
    """∂a_i/∂s_i = k_i (k - k_i) / k² and ∂a_i/∂s_j = ∂a_j/∂s_i = -k_i k_j / k², after (18)."""
    s = rng.normal(size=n)
    k_i = [math.exp(s_i) for s_i in s]
    k = math.fsum(k_i)
    expected = [[k_i[i] * ((k if i == j else 0.0) - k_i[j]) / k**2 for j in range(n)] for i in range(n)]
    assert_same(ops.softmax(s), np.array(k_i) / k)
    H = jacobian(ops.softmax)(s)
    np.testing.assert_allclose(H, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(H, H.T, rtol=1e-12, atol=1e-15)


def one_hot(rng, n):
    return np.eye(n)[rng.integers(n)]


TARGETS = {
    "one-hot": one_hot,
    "a distribution": lambda rng, n: rng.dirichlet(np.ones(n)),
    "not of sum 1": lambda rng, n: 5 * rng.random(n),
}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("target", TARGETS)
def test_d19_the_error_of_the_output_layer(target, n, rng):
    """δ_i = a_i Σ_j y_j - y_i (19), for softmax followed by the cost and for the loss on logits."""
    s, y = rng.normal(size=n), TARGETS[target](rng, n)
    a = softmax(s)
    delta = np.array([a[i] * math.fsum(y) - y[i] for i in range(n)])
    composed = grad(lambda s: cost(ops.softmax(s), y))(s)
    fused = grad(lambda s: functional.cross_entropy(s, y, reduction="sum"))(s)
    for found in (composed, fused, softmax_derivative(s) @ (-y / a)):
        np.testing.assert_allclose(found, delta, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("n", SIZES)
def test_d19_of_a_label_the_error_is_activation_minus_target(n, rng):
    """δ = a - y for one-hot y, after (19): δ_n = a_n - 1 at the correct class, δ_m = a_m at the others."""
    s, label = rng.normal(size=n), int(rng.integers(n))
    delta = softmax(s)
    delta[label] -= 1
    found = grad(lambda s: functional.cross_entropy(s, label))(s)
    np.testing.assert_allclose(found, delta, rtol=1e-12, atol=1e-15)


def test_d19_activation_minus_target_needs_targets_that_sum_to_one(rng):
    """δ = a Σ y - y (19) is not a - y where Σ y is not 1."""
    s, y = rng.normal(size=6), np.full(6, 0.5)
    found = grad(lambda s: functional.cross_entropy(s, y, reduction="sum"))(s)
    assert np.abs(found - (softmax(s) - y)).max() > 0.1


# ------------------------------------------------------------------------------------------------- training

EPOCHS, ETA, MINIBATCH = 6, 0.5, 32


def test_a_network_of_the_text_learns_the_digits_as_plain_numpy_does():
    """Feedforward, backpropagation and averaged updates, section 2, example by example with explicit H' in NumPy."""
    train, _, test = nn.data.train_validation_test_split(nn.data.load_digits(), rng=0)
    loader = nn.data.BatchLoader(train.x.astype(np.float64) / 16, train.y, batch_size=MINIBATCH, rng=1)
    model = network(np.random.default_rng(2), [64, 24, 16, 10], "tanh")
    optimizer = nn.optim.SGD(model.parameters(), lr=ETA)
    W, b = parameters_of(model)

    costs, losses = [], []
    for _ in range(EPOCHS):
        for x, labels in loader:
            C, in_weights, in_biases = mean_backpropagation(W, b, "tanh", x.T, np.eye(10)[:, labels])
            W, b = updated(W, in_weights, ETA), updated(b, in_biases, ETA)
            costs.append(C)

            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model[:-1](x), labels)
            loss.backward()
            optimizer.step()
            losses.append(float(loss))
    np.testing.assert_allclose(losses, costs, rtol=1e-9)

    answers = [feed_forward(W, b, "tanh", x[:, None] / 16)[1][-1].argmax() for x in test.x]
    accuracy = np.mean(answers == test.y)
    assert accuracy > 0.93
    assert abs(np.mean(model(test.x / 16).data.argmax(axis=1) == test.y) - accuracy) <= 0.01
