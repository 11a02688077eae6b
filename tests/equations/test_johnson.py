"""Johnson, Notes about Neural Networks (2014): its equations in NumPy, examples in columns, against the engine."""

# Matrices have capital letters, as in the notes.
# ruff: noqa: N803, N806

import gc
import itertools
import math
import tracemalloc

import numpy as np
import pytest

import nn
from autograd import Tensor, grad, jacobian, jvp, no_grad, ops, vjp
from nn import functional

SIZES = [1, 2, 3, 10, 47]
SHAPES = [(2, 1), (1, 3), (3, 5), (10, 4), (31, 17)]  # n classes, m examples


def assert_same(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())


def softmax(x):
    """Return e^{x_i} / Σ_k e^{x_k}, for a matrix in each column."""
    e = np.exp(x)
    return e / e.sum(axis=0)


def distributions(rng, *shape):
    """Return columns that are positive and sum to 1."""
    return rng.dirichlet(np.ones(shape[0]), shape[1:]).T


def variable(values):
    return Tensor(values, requires_grad=True)


def cross_entropy(q, p):
    """Return H(q, p) of the notes, on arrays or Tensors."""
    return -np.sum(q * np.log(p))


# ------------------------------------------------------------------------------------------------- 1 Backpropagation


def network(rng, *sizes):
    """Return affine maps with rectifiers between them and a softmax at the end."""
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs, dtype=np.float64, rng=rng), nn.ReLU()]
    return nn.Sequential(*layers[:-1], nn.Softmax())


def affine(w, a):
    W, b = w
    return W @ a + b[:, None]


def rectify(w, a):
    return np.maximum(a, 0)


def layers_of_the_notes(model):
    """Return the functions f_i(w_i, a) that map columns, and their parameters w_i."""
    functions = {nn.Linear: affine, nn.ReLU: rectify, nn.Softmax: lambda w, a: softmax(a)}
    return [functions[type(layer)] for layer in model], [[p.data for p in layer.parameters()] for layer in model]


NETWORKS = [(3, 5), (4, 6, 2), (5, 3, 7, 4), (2, 2, 2, 2, 2)]


@pytest.mark.parametrize("sizes", NETWORKS)
def test_j1_a_sequential_is_the_composition_of_its_layers(sizes, rng):
    """f(w, x) = f_k(w_k, f_{k-1}(w_{k-1}, … f_1(w_1, x) …)), section 1."""
    model, X = network(rng, *sizes), rng.normal(size=(sizes[0], 6))
    y = X
    for f, w in zip(*layers_of_the_notes(model), strict=True):
        y = f(w, y)
    assert_same(model(X.T).data.T, y)


@pytest.mark.parametrize("sizes", NETWORKS)
def test_j1_every_activation_is_reachable(sizes, rng):
    """a_0 = x, a_i = f_i(w_i, a_{i-1}), y = a_k, section 1; the notes write a_{i+1}, which would leave out a_1."""
    model, X = network(rng, *sizes), rng.normal(size=(sizes[0], 6))
    f, w = layers_of_the_notes(model)
    a, activation = [X], X.T
    for i, layer in enumerate(model, start=1):
        a.append(f[i - 1](w[i - 1], a[i - 1]))
        activation = layer(activation)
        assert_same(activation.data.T, a[i])
        assert_same(model[:i](X.T).data.T, a[i])


def loss_and_derivatives(w, X, Q):
    """Return Σ_j H(q_j, f(w, x_j)) of two affine maps with a rectifier between, and its derivatives in w."""
    W1, b1, W2, b2 = w
    A1 = affine((W1, b1), X)
    A2 = rectify((), A1)
    P = softmax(affine((W2, b2), A2))
    dP = -Q / P
    dA3 = P * (dP - np.sum(P * dP, axis=0))
    dA1 = (W2.T @ dA3) * (A1 > 0)
    return cross_entropy(Q, P), [dA1 @ X.T, dA1.sum(axis=1), dA3 @ A2.T, dA3.sum(axis=1)]


PENALTIES = {  # the term of the library, R(w) of one parameter, its subgradient
    "l1": (functional.l1_penalty, lambda p, strength: strength * np.abs(p).sum(), np.sign),
    "l2": (functional.l2_penalty, lambda p, strength: strength / 2 * (p**2).sum(), lambda p: p),
}


@pytest.mark.parametrize("sizes", [(3, 4, 2), (5, 2, 3), (8, 16, 10)])
@pytest.mark.parametrize("norm", PENALTIES)
def test_j2_the_objective_is_the_sum_of_the_losses_and_a_regulariser(norm, sizes, rng):
    """J(w) = Σ_j ℓ(y_j, f(w, x_j)) + R(w), section 1; a parameter is 0, where the subgradient of |p| is 0."""
    penalty, regulariser, subgradient = PENALTIES[norm]
    model, X, Q = network(rng, *sizes), rng.normal(size=(sizes[0], 7)), distributions(rng, sizes[-1], 7)
    with no_grad():
        model[0].weight[0, 0] = 0.0
    objective = cross_entropy(Q.T, model(X.T)) + penalty(model.parameters(), 0.3)
    objective.backward()

    w = [p.data for p in model.parameters()]
    J = sum(loss_and_derivatives(w, x[:, None], q[:, None])[0] for x, q in zip(X.T, Q.T, strict=True))
    assert_same(objective.data, J + sum(regulariser(p, 0.3) for p in w))
    _, derivatives = loss_and_derivatives(w, X, Q)
    for parameter, derivative in zip(model.parameters(), derivatives, strict=True):
        assert_same(parameter.grad, derivative + 0.3 * subgradient(parameter.data))


@pytest.mark.parametrize("norm", PENALTIES)
def test_j2_gradients_of_losses_and_regulariser_accumulate_to_that_of_the_objective(norm, rng):
    """∂J/∂w = Σ_j ∂ℓ_j/∂w + ∂R/∂w, from J of section 1: one sweep a term."""
    penalty = PENALTIES[norm][0]
    model, x, q = network(rng, 4, 3, 5), rng.normal(size=(6, 4)), distributions(rng, 5, 6).T
    (cross_entropy(q, model(x)) + penalty(model.parameters(), 0.2)).backward()
    together = [p.grad for p in model.parameters()]
    model.zero_grad()
    for example, target in zip(x, q, strict=True):
        cross_entropy(target, model(example)).backward()
    penalty(model.parameters(), 0.2).backward()
    for parameter, expected in zip(model.parameters(), together, strict=True):
        assert_same(parameter.grad, expected)


@pytest.mark.parametrize("by", ["term of the loss", "weight decay"])
def test_j2_an_l2_regulariser_is_the_weight_decay_of_the_optimiser(by, rng):
    """Steps on Σ_j ℓ_j + λ/2 Σ w² (section 1) are w ← w - η (Σ_j ∂ℓ_j/∂w + λ w)."""
    eta, strength = 0.05, 0.4
    decay = strength if by == "weight decay" else 0.0
    model, X, Q = network(rng, 4, 6, 3), rng.normal(size=(4, 5)), distributions(rng, 3, 5)
    w = [p.data.copy() for p in model.parameters()]
    optimizer = nn.optim.SGD(model.parameters(), lr=eta, weight_decay=decay)
    for _ in range(4):
        optimizer.zero_grad()
        loss = cross_entropy(Q.T, model(X.T))
        (loss if decay else loss + functional.l2_penalty(model.parameters(), strength)).backward()
        optimizer.step()
        _, derivatives = loss_and_derivatives(w, X, Q)
        w = [p - eta * (d + strength * p) for p, d in zip(w, derivatives, strict=True)]
    for parameter, expected in zip(model.parameters(), w, strict=True):
        assert_same(parameter.data, expected)


# ------------------------------------------------------------------------------------------------- 2 Softmax


@pytest.mark.parametrize("n", SIZES)
def test_j3_softmax_divides_exponentials_by_their_sum(n, rng):
    """f_i(x) = e^{x_i} / Σ_k e^{x_k}, section 2."""
    x = rng.normal(scale=3, size=n)
    total = math.fsum(math.exp(x_k) for x_k in x)
    assert_same(ops.softmax(x), np.array([math.exp(x_i) / total for x_i in x]))


@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_j3_softmax_of_every_example_sums_to_one(n, m, rng):
    """Σ_i f_i(x) = 1, from section 2: rows here are the columns of the notes."""
    x = rng.normal(scale=3, size=(m, n))
    assert_same(functional.softmax(x).data.sum(axis=1), np.ones(m))
    assert_same(functional.softmax(x.T, axis=0).data, functional.softmax(x).data.T)


@pytest.mark.parametrize("shift", [-1000.0, -3.0, 1000.0])
def test_j3_softmax_is_invariant_under_a_shift(shift, rng):
    """f(x + c1) = f(x), from section 2; the definition as it stands overflows at 1000, the engine does not."""
    x = rng.normal(size=12)
    assert_same(ops.softmax(x + shift), softmax(x))
    assert_same(jacobian(ops.softmax)(x + shift), jacobian(ops.softmax)(x))


@pytest.mark.parametrize("n", SIZES)
def test_j4_entries_of_the_jacobian_of_softmax(n, rng):
    """∂f_i/∂x_j = -e^{x_i} e^{x_j} / (Σ_k e^{x_k})², for i = j (e^{x_i}/Σ) (1 - e^{x_i}/Σ), section 2."""
    x = rng.normal(size=n)
    e = [math.exp(x_k) for x_k in x]
    total = math.fsum(e)
    expected = [
        [e[i] / total * (1 - e[i] / total) if i == j else -e[i] * e[j] / total**2 for j in range(n)] for i in range(n)
    ]
    assert_same(jacobian(ops.softmax)(x), np.array(expected))


@pytest.mark.parametrize("n", SIZES)
def test_j5_the_jacobian_of_softmax_is_diagonal_minus_outer_product(n, rng):
    """∂f/∂x = diag(y) - yyᵀ, section 2."""
    x = rng.normal(size=n)
    y = softmax(x)
    np.testing.assert_allclose(jacobian(ops.softmax)(x), np.diag(y) - np.outer(y, y), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("n", SIZES)
def test_j5_the_jacobian_of_softmax_is_symmetric_and_singular(n, rng):
    """∂f/∂x = (∂f/∂x)ᵀ, as section 2 notes; (∂f/∂x) 1 = y - y (yᵀ1) = 0, because y sums to 1."""
    J = jacobian(ops.softmax)(rng.normal(size=n))
    np.testing.assert_allclose(J, J.T, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(J.sum(axis=1), np.zeros(n), atol=1e-15)
    assert np.linalg.matrix_rank(J, tol=1e-12) == n - 1


@pytest.mark.parametrize("n", SIZES)
def test_j6_the_product_with_a_vector_needs_no_matrix(n, rng):
    """(∂f/∂x) z = y ∘ z - yyᵀz = y ∘ (z - (yᵀz) 1), section 2; ∂f/∂x is symmetric, so this is vjp and jvp."""
    x, z = rng.normal(size=n), rng.normal(size=n)
    y = softmax(x)
    expected = y * (z - (y @ z) * np.ones(n))
    value, pullback = vjp(ops.softmax, x)
    _, tangent = jvp(ops.softmax, (x,), (z,))
    assert_same(value, y)
    for product in (pullback(z), tangent):
        np.testing.assert_allclose(product, expected, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(product, y * z - np.outer(y, y) @ z, rtol=1e-12, atol=1e-15)


def softmax_backward(X, dY):
    """Return softmax of the columns of `X`, and what the engine pulls `dY` back to."""
    X = variable(X)
    Y = ops.softmax(X, axis=0)
    Y.backward(dY)
    return Y.data, X.grad


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_j7_the_backward_pass_of_softmax_is_the_line_of_numpy(n, m, dtype, rng):
    """dX = Y * (dY - np.sum(Y * dY, axis=0)), the last line of section 2: to one unit in the last place."""
    dY = rng.normal(size=(n, m)).astype(dtype)
    Y, dX = softmax_backward(rng.normal(size=(n, m)).astype(dtype), dY)
    np.testing.assert_array_max_ulp(dX, Y * (dY - np.sum(Y * dY, axis=0)), maxulp=1)


@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_j7_each_column_is_pulled_back_by_its_own_jacobian(n, m, rng):
    """dX = Y ∘ (dY - 11ᵀ(Y ∘ dY)), section 2, whose i-th column is ∂f/∂x at column i of X times column i of dY."""
    X, dY = rng.normal(size=(n, m)), rng.normal(size=(n, m))
    Y, dX = softmax_backward(X, dY)
    ones = np.ones((n, 1))
    columns = [(np.diag(y) - np.outer(y, y)) @ dy for y, dy in zip(softmax(X).T, dY.T, strict=True)]
    np.testing.assert_allclose(dX, np.stack(columns, axis=1), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(dX, Y * (dY - ones @ ones.T @ (Y * dY)), rtol=1e-12, atol=1e-15)


def test_j7_the_jacobian_multiplies_a_column_of_the_derivatives_not_of_the_outputs(rng):
    """Section 2 says that ∂f/∂x is multiplied by a column of Y; that is no gradient, a column of dY gives it."""
    X, dY = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    Y, dX = softmax_backward(X, dY)
    as_written = np.stack([(np.diag(y) - np.outer(y, y)) @ y for y in Y.T], axis=1)
    assert np.abs(dX - as_written).max() > 0.01


def peak_of_softmax_backward(n):
    """Return the most memory of a forward and backward pass over 3 examples of n classes, in arrays of their size."""
    X, dY = np.zeros((n, 3)), np.ones((n, 3))
    softmax_backward(X, dY)  # what a first call allocates for good is not counted
    gc.collect()
    tracemalloc.start()
    try:
        softmax_backward(X, dY)
        return tracemalloc.get_traced_memory()[1] / X.nbytes
    finally:
        tracemalloc.stop()


def test_j7_memory_grows_linearly_with_the_number_of_classes():
    """The line of section 2 forms no n × n Jacobian: a fixed number of arrays like X, for 2^10 classes or 2^13."""
    peaks = [peak_of_softmax_backward(2**k) for k in (10, 11, 12, 13)]
    assert max(peaks) < 8
    assert max(peaks) - min(peaks) < 0.5


# ------------------------------------------------------------------------------------------------- 3 Cross-entropy


@pytest.mark.parametrize("k", SIZES)
def test_j8_cross_entropy_of_two_distributions(k, rng):
    """H(q, p) = -Σ_i q_i log p_i, section 3; log p serves as logits, since p sums to 1."""
    q, p = distributions(rng, k), distributions(rng, k)
    expected = np.array(-math.fsum(q_i * math.log(p_i) for q_i, p_i in zip(q, p, strict=True)))
    np.testing.assert_allclose(cross_entropy(q, variable(p)).data, expected, rtol=1e-12, atol=1e-15)
    by_loss = functional.cross_entropy(np.log(p), q, reduction="sum")
    np.testing.assert_allclose(by_loss.data, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_j8_one_hot_targets_make_it_the_negative_log_likelihood(n, m, rng):
    """Σ_j H(q_j, p_j) = -Σ_j log p_{j,y_j} if q_{j,i} = 1 iff y_j = i, section 3, which writes y_i = i."""
    X, labels = rng.normal(size=(n, m)), rng.integers(n, size=m)
    expected = np.array(-math.fsum(math.log(softmax(X)[labels[j], j]) for j in range(m)))
    one_hot = np.array([[float(labels[j] == i) for i in range(n)] for j in range(m)])
    for target in (labels, one_hot):
        loss = functional.cross_entropy(X.T, target, reduction="sum")
        np.testing.assert_allclose(loss.data, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("k", SIZES)
def test_j9_cross_entropy_has_gradients_in_both_distributions(k, rng):
    """∂H/∂q_i = -log p_i, ∂H/∂p_i = -q_i / p_i, section 3."""
    q, p = distributions(rng, k), distributions(rng, k)
    in_q, in_p = grad(cross_entropy, argnum=(0, 1))(q, p)
    np.testing.assert_allclose(in_q, [-math.log(p_i) for p_i in p], rtol=1e-12, atol=1e-15)
    assert_same(in_p, np.array([-q_i / p_i for q_i, p_i in zip(q, p, strict=True)]))


@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_j9_the_loss_on_logits_has_both_gradients_too(n, m, rng):
    """∂H/∂q = -log p, section 3, with p = softmax(x); ∂H/∂x = p ∘ (dp - 11ᵀ(p ∘ dp)) of ∂H/∂p = dp = -q / p."""
    X, Q = rng.normal(size=(n, m)), distributions(rng, n, m)
    logits, targets = variable(X.T), variable(Q.T)
    functional.cross_entropy(logits, targets, reduction="sum").backward()
    P = softmax(X)
    dP = -Q / P
    np.testing.assert_allclose(targets.grad.T, -np.log(P), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(logits.grad.T, P * (dP - np.sum(P * dP, axis=0)), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("k", SIZES)
def test_j9_the_divergence_has_the_same_gradient_in_the_model(k, rng):
    """D(q ‖ p) = H(q, p) - H(q, q): ∂D/∂p = -q / p as section 3's, and ∂D/∂q = -log p + log q + 1."""
    q, p = variable(distributions(rng, k)), variable(distributions(rng, k))
    functional.kl_div(np.log(p), q, reduction="sum").backward()
    assert_same(p.grad, -q.data / p.data)
    np.testing.assert_allclose(q.grad, -np.log(p.data) + np.log(q.data) + 1, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("k", SIZES)
def test_j9_through_a_loss_that_normalises_the_gradient_in_the_model_is_shifted(k, rng):
    """∂/∂p of H(q, p / Σ_i p_i) = -q / p + 1 where q and p sum to 1: not section 3's -q / p, which holds p free."""
    q, p = distributions(rng, k), variable(distributions(rng, k))
    functional.cross_entropy(np.log(p), q, reduction="sum").backward()
    np.testing.assert_allclose(p.grad, 1 - q / p.data, rtol=1e-12, atol=1e-12)


# ------------------------------------------------------------------------------------------------- training

EPOCHS, ETA, STRENGTH = 8, 0.01, 0.01


@pytest.fixture(scope="module")
def digits():
    """Return the batches of all epochs, then the test examples: rows of pixels in [0, 1] and their labels."""
    train, _, test = nn.data.train_validation_test_split(nn.data.load_digits(), rng=0)
    loader = nn.data.BatchLoader(train.x.astype(np.float64) / 16, train.y, batch_size=32, rng=1)
    return [batch for _ in range(EPOCHS) for batch in loader], (test.x / 16, test.y)


def descend_by_the_notes(w, batches):
    """Lower J(w) by stochastic subgradient descent in NumPy alone; return J of every batch, and the last w."""
    objectives = []
    for x, labels in batches:
        loss, derivatives = loss_and_derivatives(w, x.T, np.eye(10)[:, labels])
        objectives.append(loss + STRENGTH / 2 * sum(np.sum(p**2) for p in w))
        w = [p - ETA * (d + STRENGTH * p) for p, d in zip(w, derivatives, strict=True)]
    return objectives, w


@pytest.mark.parametrize(
    "summed_loss",
    [
        lambda model, x, labels: cross_entropy(np.eye(10)[labels], model(x)),
        lambda model, x, labels: nn.CrossEntropyLoss(reduction="sum")(model[:-1](x), labels),
    ],
    ids=["softmax then cross-entropy", "loss on logits"],
)
def test_a_network_of_the_notes_learns_the_digits_as_plain_numpy_does(summed_loss, digits):
    """w* = argmin J(w) by stochastic subgradient descent, section 1, with softmax, cross-entropy and R = λ/2 Σ w²."""
    batches, (x_test, labels_test) = digits
    model = network(np.random.default_rng(2), 64, 32, 10)
    expected, (W1, b1, W2, b2) = descend_by_the_notes([p.data.copy() for p in model.parameters()], batches)

    optimizer = nn.optim.SGD(model.parameters(), lr=ETA)
    objectives = []
    for x, labels in batches:
        optimizer.zero_grad()
        objective = summed_loss(model, x, labels) + functional.l2_penalty(model.parameters(), STRENGTH)
        objective.backward()
        optimizer.step()
        objectives.append(float(objective))
    np.testing.assert_allclose(objectives, expected, rtol=1e-9)

    scores = affine((W2, b2), rectify((), affine((W1, b1), x_test.T)))
    accuracy = np.mean(scores.argmax(axis=0) == labels_test)
    assert accuracy > 0.93
    assert abs(np.mean(model(x_test).data.argmax(axis=1) == labels_test) - accuracy) <= 0.01
