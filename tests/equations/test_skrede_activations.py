"""Skrede, Dense neural network classifiers (INF5860, 2018), "Forward propagation": activations and softmax."""

import functools
import math

import numpy as np
import pytest

import nn
from autograd import elementwise_grad, grad, jacobian, vjp
from nn import functional

assert_close = functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)
SHAPES = [(1,), (7,), (4, 5)]

# ------------------------------------------------------------------------------------------------- S-act

SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717

# Each activation with its formula g(z) and its derivative g'(z).
ACTIVATIONS = {
    "sigmoid": (nn.Sigmoid(), lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(z) / (np.exp(z) + 1) ** 2),
    "sigmoid, second form": (
        nn.Sigmoid(),
        lambda z: np.exp(z) / (np.exp(z) + 1),
        lambda z: (np.exp(z) * (np.exp(z) + 1) - np.exp(2 * z)) / (np.exp(z) + 1) ** 2,
    ),
    "tanh": (
        nn.Tanh(),
        lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
        lambda z: 4 / (np.exp(z) + np.exp(-z)) ** 2,
    ),
    "relu": (nn.ReLU(), lambda z: np.maximum(0, z), lambda z: np.where(z > 0, 1, 0)),
    "leaky relu": (
        nn.LeakyReLU(0.2),
        lambda z: np.where(z > 0, z, 0.2 * z),
        lambda z: np.where(z > 0, 1, 0.2),
    ),
    "elu": (
        nn.ELU(0.7),
        lambda z: np.where(z > 0, z, 0.7 * (np.exp(z) - 1)),
        lambda z: np.where(z > 0, 1, 0.7 * np.exp(z)),
    ),
    "selu": (
        nn.SELU(),
        lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * (np.exp(z) - 1)),
        lambda z: SELU_SCALE * np.where(z > 0, 1, SELU_ALPHA * np.exp(z)),
    ),
}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_s_act_value_and_derivative(name, shape, rng):
    """Every g of the lecture, both forms of σ among them, and g'.

    Leaky ReLU, ELU and SELU are only named there; the formulas are those of Maas et al. (2013), Clevert et al. (2016)
    and Klambauer et al. (2017). The lecture's formula on Tensors has the same derivative as the library's activation.
    """
    activation, formula, derivative = ACTIVATIONS[name]
    z = 3 * rng.normal(size=shape)
    assert_close(activation(z).data, formula(z))
    assert_close(elementwise_grad(activation)(z), derivative(z))
    assert_close(elementwise_grad(formula)(z), derivative(z))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("activation", "values", "derivatives"),
    [
        (nn.Sigmoid(), [0, 1], [0, 0]),
        (nn.Tanh(), [-1, 1], [0, 0]),
        (nn.ReLU(), [0, 1000], [0, 1]),
        (nn.LeakyReLU(), [-10, 1000], [0.01, 1]),
        (nn.ELU(), [-1, 1000], [0, 1]),
        (nn.SELU(), [-SELU_SCALE * SELU_ALPHA, SELU_SCALE * 1000], [0, SELU_SCALE]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_s_act_at_1000_on_either_side_nothing_overflows(activation, values, derivatives, dtype):
    z = np.array([-1000, 1000], dtype)
    np.testing.assert_allclose(activation(z).data, values, rtol=np.finfo(dtype).eps)
    np.testing.assert_allclose(elementwise_grad(activation)(z), derivatives, rtol=np.finfo(dtype).eps)


def test_s_act_the_derivative_of_relu_at_0_is_a_subgradient_like_the_lectures():
    """The lecture has the Heaviside step, 1 at 0, and the library 0: each is the slope of a line below max{0, z}."""
    assert grad(functional.relu)(0.0) == 0
    z = np.linspace(-2, 2, 41)
    for slope in (grad(functional.relu)(0.0), np.heaviside(0.0, 1)):
        assert (functional.relu(z).data >= slope * z).all()


# ------------------------------------------------------------------------------------------------- S-softmax


def softmax(z):
    """s(z)_k = e^{z_k} / Σ_i e^{z_i}, element by element."""
    return np.array([math.exp(z_k) / sum(math.exp(z_i) for z_i in z) for z_k in z])


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_s_softmax_value_and_jacobian(size, rng):
    """s(z)_k, which sums to 1; ∂s_j/∂z_k is the lecture's (18)."""
    z = 2 * rng.normal(size=size)
    s = softmax(z)
    assert_close(functional.softmax(z).data, s)
    assert_close(functional.softmax(z).data.sum(), 1)
    assert_close(
        jacobian(functional.softmax)(z), [[s[j] * ((j == k) - s[k]) for k in range(size)] for j in range(size)]
    )


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_s_softmax_shifted_by_the_maximum_is_the_same_function(size, rng):
    """s(z)_k = e^{z_k - max(z)} / Σ_i e^{z_i - max(z)}: the same value and the same gradient."""
    z, cotangent = 2 * rng.normal(size=size), rng.normal(size=size)
    value, pullback = vjp(functional.softmax, z)
    for shift in (np.max, lambda z: 0.0, lambda z: -17.0):

        def shifted_softmax(z, shift=shift):
            e = np.exp(z - shift(z))
            return e / np.sum(e)

        shifted, shifted_pullback = vjp(shifted_softmax, z)
        assert_close(value, shifted)
        assert_close(pullback(cotangent), shifted_pullback(cotangent))


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_s_softmax_log_softmax_by_log_sum_exp(size, rng):
    """t(z)_k = log s(z)_k = z_k - log Σ_i e^{z_i}, and s(z)_k = e^{t(z)_k}; the text leaves out the index of z_i."""
    z = 2 * rng.normal(size=size)
    t = functional.log_softmax(z).data
    assert_close(t, [z_k - math.log(sum(math.exp(z_i) for z_i in z)) for z_k in z])
    assert_close(np.exp(t), functional.softmax(z).data)
    derivatives = [[(j == k) - softmax(z)[k] for k in range(size)] for j in range(size)]
    assert_close(jacobian(functional.log_softmax)(z), derivatives)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_s_softmax_of_huge_logits_is_finite_where_the_plain_form_is_not(dtype):
    """Logits of ±1e4: 1e4, 1e4, -1e4 have the probabilities 1/2, 1/2, 0."""
    z, cotangent = np.array([1e4, 1e4, -1e4], dtype), np.array([1, 0, 2], dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(np.exp(z) / np.exp(z).sum()).any()
    expected = {
        functional.softmax: ([0.5, 0.5, 0], [0.25, -0.25, 0]),
        functional.log_softmax: ([-math.log(2), -math.log(2), -2e4 - math.log(2)], [-0.5, -1.5, 2]),
    }
    for function, (value, gradient) in expected.items():
        y, pullback = vjp(function, z)
        assert y.dtype == pullback(cotangent).dtype == dtype
        np.testing.assert_allclose(y, value, rtol=np.finfo(dtype).eps)
        np.testing.assert_allclose(pullback(cotangent), gradient, rtol=np.finfo(dtype).eps)
    assert_close(np.exp(functional.log_softmax(z).data), functional.softmax(z).data, rtol=np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_s_softmax_of_huge_logits_under_the_cross_entropy(dtype):
    z = np.array([[1e4, -1e4], [-1e4, 1e4]], dtype)
    loss, pullback = vjp(lambda z: functional.cross_entropy(z, np.array([0, 0])), z)
    assert loss == 1e4
    np.testing.assert_array_equal(pullback(np.ones_like(loss)), [[0, 0], [-0.5, 0.5]])
