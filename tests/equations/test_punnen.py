"""Punnen, The Maths behind Neural Networks, chapter 8: back propagation with softmax and cross-entropy.

As in the chapter, ``w`` of a layer multiplies from the left: it is (nodes of the layer, nodes before), like a weight of
the library. Examples are columns.
"""

import functools
import itertools
import math

import numpy as np
import pytest

import nn
from autograd import Tensor, elementwise_grad, grad, jacobian, vjp
from nn import functional

assert_close = functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z), axis=0)


# ------------------------------------------------------------------------------------------------- P1: the model


def new_parameters(sizes, rng):
    """Return w and b of every layer, b a column."""
    return [
        (rng.normal(size=(nodes, before)) / math.sqrt(before), rng.normal(size=(nodes, 1)) / math.sqrt(before))
        for before, nodes in itertools.pairwise(sizes)
    ]


def model_with(parameters):
    """Return the library's model of the chapter's network, logits on top."""
    modules = []
    for w, b in parameters:
        linear = nn.Linear(*reversed(w.shape), dtype=np.float64)
        linear.load_state_dict({"weight": w, "bias": b[:, 0]})
        modules += [linear, nn.Sigmoid()]
    return nn.Sequential(*modules[:-1])


def forward(parameters, x):
    """Return a of every layer, a⁰ = x first: z_l = w_l a_{l-1} + b_l, then sigmoid, in the last layer softmax."""
    a = [x]
    for w, b in parameters[:-1]:
        a.append(sigmoid(w @ a[-1] + b))
    w, b = parameters[-1]
    return [*a, softmax(w @ a[-1] + b)]


def gradients_by_the_chain_rule(parameters, a, one_hot):
    """Return ∂L/∂w and ∂L/∂b of every layer, the mean over examples.

    Down from ∂L/∂z = P - Y at the top, the Jacobian of each sigmoid layer is its diagonal: a Hadamard product.
    """
    m = one_hot.shape[1]
    dz, gradients = a[-1] - one_hot, []
    for (w, _), below in zip(reversed(parameters), reversed(a[:-1]), strict=True):
        gradients.append((dz @ below.T / m, dz.sum(axis=1, keepdims=True) / m))
        dz = (w.T @ dz) * (below * (1 - below))
    return gradients[::-1]


NETWORKS = [(3, 2), (4, 5, 3), (2, 6, 4, 5), (5, 3, 4, 2, 3)]


@pytest.mark.parametrize("sizes", NETWORKS, ids=str)
@pytest.mark.parametrize("m", [1, 6])
def test_p1_the_output_of_sigmoid_layers_with_softmax_on_top(sizes, m, rng):
    """z_l = w_l a_{l-1} + b_l; a_l = σ(z_l), in the last layer softmax, whose outputs add to 1."""
    parameters, x = new_parameters(sizes, rng), rng.normal(size=(sizes[0], m))
    output = nn.Softmax()(model_with(parameters)(x.T)).data.T
    assert_close(output, forward(parameters, x)[-1])
    assert_close(output.sum(axis=0), np.ones(m))


@pytest.mark.parametrize("sizes", NETWORKS, ids=str)
@pytest.mark.parametrize("m", [1, 6])
def test_p1_gradients_of_the_cross_entropy_on_top(sizes, m, rng):
    parameters, x, labels = new_parameters(sizes, rng), rng.normal(size=(sizes[0], m)), rng.integers(0, sizes[-1], m)
    model = model_with(parameters)
    nn.CrossEntropyLoss()(model(x.T), labels).backward()
    expected = gradients_by_the_chain_rule(parameters, forward(parameters, x), np.eye(sizes[-1])[:, labels])
    for linear, (dw, db) in zip(list(model)[::2], expected, strict=True):
        assert_close(linear.weight.grad, dw)
        assert_close(linear.bias.grad, db[:, 0])


def test_p1_training_equals_the_chapters_equations_in_numpy():
    """The model of the chapter learns the digits: the same losses and accuracy as gradient descent written out."""
    train, _, test = nn.data.train_validation_test_split(nn.data.load_digits(), rng=0)
    loader = nn.data.BatchLoader(train.x.astype(float) / 16, train.y, batch_size=32, rng=0)
    batches = [batch for _ in range(15) for batch in loader]
    parameters, rate = new_parameters((64, 32, 10), np.random.default_rng(0)), 0.5

    model = model_with(parameters)
    optimizer, losses = nn.optim.SGD(model.parameters(), lr=rate), []
    for x, labels in batches:
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    costs = []
    for x, labels in batches:
        one_hot = np.eye(10)[:, labels]
        a = forward(parameters, x.T)
        costs.append(-np.sum(one_hot * np.log(a[-1])) / len(labels))
        gradients = gradients_by_the_chain_rule(parameters, a, one_hot)
        parameters = [(w - rate * dw, b - rate * db) for (w, b), (dw, db) in zip(parameters, gradients, strict=True)]

    np.testing.assert_allclose(losses, costs, rtol=0, atol=1e-9)
    x = test.x.T / 16
    reached = np.mean(forward(parameters, x)[-1].argmax(axis=0) == test.y)
    assert reached > 0.93
    assert abs(np.mean(model(x.T).data.argmax(axis=1) == test.y) - reached) <= 0.01


# ------------------------------------------------------------------------------------------------- P2: products


@pytest.mark.parametrize(("rows", "inner", "columns"), [(1, 1, 1), (2, 3, 4), (5, 2, 3)])
@pytest.mark.parametrize(
    "multiply",
    [np.dot, np.matmul, functools.partial(np.einsum, "ij,jk->ik")],
    ids=["dot", "matmul", "einsum"],
)
def test_p2_dot_matmul_and_einsum_of_matrices_are_one_product(multiply, rows, inner, columns, rng):
    """(AB)_ik = Σ_j A_ij B_jk on Tensors, with the gradients Ā_ij = Σ_k g_ik B_jk and B̄_jk = Σ_i A_ij g_ik."""
    a, b, g = rng.normal(size=(rows, inner)), rng.normal(size=(inner, columns)), rng.normal(size=(rows, columns))
    product, in_a, in_b = np.zeros((rows, columns)), np.zeros((rows, inner)), np.zeros((inner, columns))
    for i, j, k in itertools.product(range(rows), range(inner), range(columns)):
        product[i, k] += a[i, j] * b[j, k]
        in_a[i, j] += g[i, k] * b[j, k]
        in_b[j, k] += a[i, j] * g[i, k]
    left, right = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    result = multiply(left, right)
    result.backward(g)
    assert_close(result.data, product)
    assert_close(left.grad, in_a)
    assert_close(right.grad, in_b)


def test_p2_dot_and_matmul_differ_beyond_matrices(rng):
    """The text equates the two without a condition: of stacks, `dot` pairs each matrix with each, `matmul` in step."""
    a, b = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 4, 5))
    for multiply, subscripts in [(np.dot, "aij,bjk->aibk"), (np.matmul, "aij,ajk->aik")]:
        value, pullback = vjp(multiply, a, b)
        expected, expected_pullback = vjp(functools.partial(np.einsum, subscripts), a, b)
        assert_close(value, expected)
        g = rng.normal(size=value.shape)
        for cotangent, expected_cotangent in zip(pullback(g), expected_pullback(g), strict=True):
            assert_close(cotangent, expected_cotangent)
    assert np.dot(a, b).shape != np.matmul(a, b).shape


@pytest.mark.parametrize("shape", [(1,), (4,), (3, 5)], ids=str)
def test_p2_the_hadamard_product(shape, rng):
    """(A ∘ B)_ij = A_ij B_ij, `np.multiply`; its gradients are Hadamard products as well."""
    a, b, g = rng.normal(size=(3, *shape))
    left, right = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    result = np.multiply(left, right)
    result.backward(g)
    for index in np.ndindex(shape):
        assert_close(result.data[index], a[index] * b[index])
        assert_close(left.grad[index], g[index] * b[index])
        assert_close(right.grad[index], g[index] * a[index])


# ------------------------------------------------------------------------------------------------- P3: the weights


@pytest.mark.parametrize("size", [1, 3, 8])
def test_p3_the_derivative_of_a_neuron_in_its_weights_is_the_row_of_its_inputs(size, rng):
    """∂z²/∂w² = 1ᵀ diag(a¹) = (a¹)ᵀ, where superscripts count layers and z = Σ (w ∘ a) + b is one neuron.

    The chapter takes it from "Derivative with respect to Bias" of its source; in the bias the derivative is 1.
    """
    w, a, b = rng.normal(size=size), rng.normal(size=size), rng.normal()

    def neuron(w, b):
        return np.sum(w * a) + b

    assert_close(jacobian(neuron)(w, b), np.ones(size) @ np.diag(a))
    assert_close(jacobian(neuron)(w, b), a)
    assert_close(np.ones(size) @ jacobian(lambda w: w * a)(w), a)
    assert jacobian(neuron, 1)(w, b) == 1


@pytest.mark.parametrize(("nodes", "before"), [(1, 3), (3, 1), (4, 5)])
def test_p3_in_the_weights_of_a_layer_each_output_has_that_row_in_its_own_place(nodes, before, rng):
    """For the matrix of a layer the chapter's row is not the whole: ∂z_k/∂w_ij is a_j for i = k, and 0 otherwise."""
    w, a, b = rng.normal(size=(nodes, before)), rng.normal(size=before), rng.normal(size=nodes)
    expected = np.zeros((nodes, nodes, before))
    for k in range(nodes):
        expected[k, k] = a
    assert_close(jacobian(lambda w: w @ a + b)(w), expected)
    assert_close(jacobian(lambda b: w @ a + b)(b), np.eye(nodes))


# ------------------------------------------------------------------------------------------------- P4: the chain rule


def test_p4_the_chain_rule_of_one_variable(rng):
    """dy/dx = dy/du du/dx for y = f(u), u = g(x)."""
    for x in rng.uniform(-2, 2, 10):
        composed = grad(lambda x: functional.sigmoid(np.sin(x)))(x)
        assert_close(composed, grad(functional.sigmoid)(np.sin(x)) * grad(np.sin)(x))


def composition(functions):
    """Return the function that applies `functions` one after another."""
    return lambda x: functools.reduce(lambda value, function: function(value), functions, x)


@pytest.mark.parametrize(("inputs", "hidden", "outputs"), [(1, 1, 2), (3, 5, 4), (6, 2, 3)])
def test_p4_the_vector_chain_rule_is_a_product_of_jacobians(inputs, hidden, outputs, rng):
    """∂y/∂x = ∂y/∂g ∂g/∂x, through linear maps, a sigmoid, a softmax and the cross-entropy."""
    v, w, b = rng.normal(size=(hidden, inputs)), rng.normal(size=(outputs, hidden)), rng.normal(size=hidden)
    one_hot = np.eye(outputs)[rng.integers(outputs)]
    layers = [  # each with its Jacobian, written out
        (lambda x: v @ x + b, lambda x: v),
        (sigmoid, lambda z: np.diag(sigmoid(z) * (1 - sigmoid(z)))),
        (lambda a: w @ a, lambda a: w),
        (softmax, lambda z: np.diag(softmax(z)) - np.outer(softmax(z), softmax(z))),
        (lambda p: -np.sum(one_hot * np.log(p)), lambda p: -one_hot / p),
    ]
    value = x = rng.normal(size=inputs)
    product, functions = np.eye(inputs), []
    for function, written_out in layers:
        functions.append(function)
        assert_close(jacobian(function)(value), written_out(value))
        product = jacobian(function)(value) @ product
        assert_close(jacobian(composition(functions))(x), product)
        value = function(value)


@pytest.mark.parametrize("size", [2, 5])
def test_p4_the_vector_chain_rule_of_one_number(size, rng):
    """∂y/∂x for a vector y and a number x, as the chapter introduces it: the second Jacobian is a column."""
    w, direction, x = rng.normal(size=(size, 3)), rng.normal(size=3), rng.normal()

    def inner(x):
        return w @ (direction * x)

    expected = jacobian(functional.softmax)(inner(x)) @ (w @ direction)
    assert_close(jacobian(composition([inner, functional.softmax]))(x), expected)


@pytest.mark.parametrize("size", [1, 4, 9])
def test_p4_of_elementwise_layers_only_the_diagonal_remains(size, rng):
    """∂y_i/∂x_i = ∂y_i/∂g_i ∂g_i/∂x_i, and every other entry is 0."""
    x = rng.normal(size=size)
    for function in (functional.sigmoid, np.tanh, functional.relu, np.sin):
        assert_close(jacobian(function)(x), np.diag(elementwise_grad(function)(x)))
    diagonal = [sigmoid(math.sin(x_i)) * (1 - sigmoid(math.sin(x_i))) * math.cos(x_i) for x_i in x]
    assert_close(jacobian(lambda x: functional.sigmoid(np.sin(x)))(x), np.diag(diagonal))


@pytest.mark.parametrize("size", [2, 4, 9])
def test_p4_of_other_layers_the_diagonals_are_not_enough(size, rng):
    """The chapter keeps ∂y_i/∂g_i ∂g_i/∂x_i for all of deep learning; softmax and linear layers mix their inputs."""
    x, w = rng.normal(size=size), rng.normal(size=(size, size)) / size
    outer, inner = jacobian(functional.softmax)(w @ x), jacobian(lambda x: w @ x)(x)
    composed = jacobian(lambda x: functional.softmax(w @ x))(x)
    assert_close(composed, outer @ inner)
    assert np.abs(composed - np.diag(np.diag(outer) * np.diag(inner))).max() > 1e-6


@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (3, 2)])
def test_p4_of_a_matrix_the_jacobian_is_the_diagonal_of_the_derivatives(rows, columns, rng):
    """∂a_ij/∂X = diag(f'(X)) for A = f(X), read over all elements: times a vector it is a Hadamard product."""
    x, v = rng.normal(size=(2, rows, columns))
    a = sigmoid(x)
    result = jacobian(functional.sigmoid)(x)
    assert result.shape == (rows, columns, rows, columns)
    flat = result.reshape(x.size, x.size)
    assert_close(flat, np.diag((a * (1 - a)).reshape(-1)))
    assert_close(flat @ v.reshape(-1), (a * (1 - a) * v).reshape(-1))
    assert_close(vjp(functional.sigmoid, x)[1](v), a * (1 - a) * v)


# ------------------------------------------------------------------------------------------------- P5: the loss


@pytest.mark.parametrize("size", [2, 3, 10])
def test_p5_softmax_in_index_notation(size, rng):
    """p_j = e^{z_j} / Σ_k e^{z_k}."""
    z = rng.normal(size=size)
    p = [math.exp(z[j]) / sum(math.exp(z[k]) for k in range(size)) for j in range(size)]
    assert_close(functional.softmax(z).data, p)
    assert_close(sum(p), 1)
    assert_close(
        jacobian(functional.softmax)(z), [[p[j] * ((j == k) - p[k]) for k in range(size)] for j in range(size)]
    )


@pytest.mark.parametrize("size", [2, 3, 10])
def test_p5_cross_entropy_in_index_notation(size, rng):
    """L = -Σ_j y_j log p_j, of logits and of probabilities: ∂L/∂p_j = -y_j/p_j, ∂L/∂z_j = p_j - y_j."""
    z, label = rng.normal(size=size), rng.integers(size)
    y, p = np.eye(size)[label], softmax(z)
    loss = -sum(y[j] * math.log(p[j]) for j in range(size))
    assert_close(functional.cross_entropy(z, label).item(), loss)
    assert_close(functional.cross_entropy(z, y).item(), loss)
    assert_close(grad(functional.cross_entropy)(z, label), [p[j] - y[j] for j in range(size)])
    assert_close(grad(lambda p: functional.nll_loss(np.log(p), label))(p), [-y[j] / p[j] for j in range(size)])
