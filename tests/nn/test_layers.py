"""Linear, activations and softmax against loops and closed formulas, at ordinary and extreme inputs."""

import math

import numpy as np
import pytest

import nn
from autograd import DTypeError, ShapeError, Tensor, elementwise_grad, jacobian
from nn import functional

# ------------------------------------------------------------------------------------------------- Linear


def affine(x, weight, bias):
    """Return Σ_i w_ki x_i + b_k for every row of `x`, by loops."""
    rows = x.reshape(-1, x.shape[-1])
    y = [
        [math.fsum([*(w * v for w, v in zip(ws, row, strict=True)), b]) for ws, b in zip(weight, bias, strict=True)]
        for row in rows
    ]
    return np.array(y).reshape(*x.shape[:-1], len(weight))


@pytest.mark.parametrize("shape", [(3,), (5, 3), (1, 3), (2, 4, 3), (0, 3)])
def test_linear_is_an_affine_map_of_the_last_axis(shape, rng):
    layer = nn.Linear(3, 2, dtype=np.float64, rng=0)
    x = rng.normal(size=shape)
    expected = affine(x, layer.weight.data, layer.bias.data)
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 4, 3)])
def test_gradients_of_linear_are_sums_over_rows(shape, rng):
    layer = nn.Linear(3, 2, dtype=np.float64, rng=0)
    x = Tensor(rng.normal(size=shape), requires_grad=True)
    g = rng.normal(size=(*shape[:-1], 2))
    layer(x).backward(g)
    rows, cotangents = x.data.reshape(-1, 3), g.reshape(-1, 2)
    by_row = [np.outer(cotangent, row) for cotangent, row in zip(cotangents, rows, strict=True)]
    np.testing.assert_allclose(layer.weight.grad, sum(by_row), rtol=1e-13)
    np.testing.assert_allclose(layer.bias.grad, sum(cotangents), rtol=1e-13)
    np.testing.assert_allclose(x.grad, affine(g, layer.weight.data.T, np.zeros(3)), rtol=1e-13, atol=1e-15)


def test_linear_without_bias_has_none():
    layer = nn.Linear(3, 2, bias=False, dtype=np.float64)
    assert layer.bias is None
    assert list(layer.state_dict()) == ["weight"]
    np.testing.assert_allclose(layer(np.eye(3)).data, layer.weight.data.T, rtol=1e-15)


def test_linear_weights_are_rows_of_outputs_in_float32():
    layer = nn.Linear(3, 2)
    assert (layer.weight.shape, layer.weight.dtype) == ((2, 3), np.float32)
    assert (layer.bias.shape, layer.bias.dtype) == ((2,), np.float32)


def test_a_seeded_linear_is_repeatable_and_its_bias_is_not_a_copy_of_its_weights():
    for seed in (3, np.int64(3), np.random.SeedSequence(3)):
        one, two = nn.Linear(4, 4, rng=seed), nn.Linear(4, 4, rng=seed)
        np.testing.assert_array_equal(one.weight.data, two.weight.data)
        np.testing.assert_array_equal(one.bias.data, two.bias.data)
        assert not np.array_equal(one.weight.data[0], one.bias.data)


def test_a_generator_given_to_linear_moves_on():
    rng = np.random.default_rng(0)
    assert not np.array_equal(nn.Linear(4, 4, rng=rng).weight.data, nn.Linear(4, 4, rng=rng).weight.data)


@pytest.mark.parametrize("in_features", [1, 4, 100])
def test_linear_starts_uniform_within_one_over_root_of_its_inputs(in_features):
    layer = nn.Linear(in_features, 20_000, rng=0, dtype=np.float64)
    bound = 1 / math.sqrt(in_features)
    for values in (layer.weight.data.ravel(), layer.bias.data):
        assert np.abs(values).max() <= bound
        # Variance bound²/3; the sample variance of n uniform values has relative deviation sqrt(0.8 / n).
        assert abs(values.var() / (bound**2 / 3) - 1) < 5 * math.sqrt(0.8 / values.size)


@pytest.mark.parametrize("shape", [(), (783,), (64, 783), (64, 28, 28), (784, 64), (0,)])
def test_linear_names_the_sizes_of_an_input_that_does_not_fit(shape):
    with pytest.raises(ShapeError, match="linear: expected a last axis of size 784") as error:
        nn.Linear(784, 10)(np.zeros(shape))
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("size", [0, -1, 2.5, 2.0, "3", None])
@pytest.mark.parametrize("name", ["in_features", "out_features"])
def test_linear_refuses_sizes_that_are_not_positive_integers(name, size):
    sizes = {"in_features": 4, "out_features": 4, name: size}
    with pytest.raises(ValueError, match=f"{name} must be a positive integer, got"):
        nn.Linear(**sizes)


def test_linear_accepts_numpy_integers_as_sizes():
    assert nn.Linear(np.int64(3), np.uint8(2)).weight.shape == (2, 3)


def test_a_float64_input_does_not_change_the_dtype_of_a_float32_model():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x = Tensor(np.ones((5, 3)), requires_grad=True)
    y = model(x)
    assert y.dtype == np.float32
    np.sum(y).backward()
    assert x.grad.dtype == np.float64
    assert {p.grad.dtype for p in model.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64, np.uint8])
def test_inputs_of_other_real_dtypes_are_cast_to_that_of_the_parameters(dtype):
    layer = nn.Linear(2, 1, dtype=np.float64)
    x = np.array([[1, 2], [3, 4]], dtype)
    np.testing.assert_array_equal(layer(x).data, layer(x.astype(np.float64)).data)
    assert layer(x).dtype == np.float64


@pytest.mark.parametrize("x", [np.ones((1, 2), bool), np.ones((1, 2), complex), np.array([["a", "b"]]), [["a", "b"]]])
def test_linear_refuses_inputs_that_are_no_real_numbers(x):
    with pytest.raises(DTypeError):
        nn.Linear(2, 1)(x)


# ------------------------------------------------------------------------------------------------- activations


def decay(x):
    """Return exp(-|x|), which cannot overflow."""
    return np.exp(-np.abs(x))


def logistic(x):
    return np.where(x >= 0, 1, decay(x)) / (1 + decay(x))


def logistic_slope(x):
    return decay(x) / (1 + decay(x)) ** 2


def hyperbolic(x):
    return np.sign(x) * (1 - decay(2 * x)) / (1 + decay(2 * x))


def hyperbolic_slope(x):
    return 4 * decay(2 * x) / (1 + decay(2 * x)) ** 2


def positive(x):
    return (x > 0).astype(float)


def exponential_unit(alpha, scale=1.0):
    return lambda x: scale * np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))


def exponential_unit_slope(alpha, scale=1.0):
    return lambda x: scale * np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def exponential_unit_curvature(alpha, scale=1.0):
    return lambda x: scale * np.where(x > 0, 0, alpha * np.exp(np.minimum(x, 0)))


# Klambauer et al. (2017), equation 14: the constants for which mean 0 and variance 1 are a fixed point.
_E1, _E2 = math.erfc(math.sqrt(0.5)), math.erfc(math.sqrt(2))
SELU_ALPHA = -math.sqrt(2 / math.pi) / (_E1 * math.exp(0.5) - 1)
SELU_SCALE = (1 - _E1 * math.sqrt(math.e)) * math.sqrt(2 * math.pi)
SELU_SCALE /= math.sqrt(
    2 * _E2 * math.e**2 + math.pi * _E1**2 * math.e - 2 * (2 + math.pi) * _E1 * math.sqrt(math.e) + math.pi + 2
)

# name -> (function, module, value, first derivative, second derivative)
ACTIVATIONS = {
    "sigmoid": (
        functional.sigmoid,
        nn.Sigmoid(),
        logistic,
        logistic_slope,
        lambda x: logistic_slope(x) * (1 - 2 * logistic(x)),
    ),
    "tanh": (
        functional.tanh,
        nn.Tanh(),
        hyperbolic,
        hyperbolic_slope,
        lambda x: -2 * hyperbolic(x) * hyperbolic_slope(x),
    ),
    "relu": (functional.relu, nn.ReLU(), lambda x: x * positive(x), positive, np.zeros_like),
    "leaky_relu": (
        lambda x: functional.leaky_relu(x, 0.2),
        nn.LeakyReLU(0.2),
        lambda x: x * (0.2 + 0.8 * positive(x)),
        lambda x: 0.2 + 0.8 * positive(x),
        np.zeros_like,
    ),
    "elu": (
        lambda x: functional.elu(x, 0.7),
        nn.ELU(0.7),
        exponential_unit(0.7),
        exponential_unit_slope(0.7),
        exponential_unit_curvature(0.7),
    ),
    "selu": (
        functional.selu,
        nn.SELU(),
        exponential_unit(SELU_ALPHA, SELU_SCALE),
        exponential_unit_slope(SELU_ALPHA, SELU_SCALE),
        exponential_unit_curvature(SELU_ALPHA, SELU_SCALE),
    ),
}
POINTS = np.concatenate([np.linspace(-6, 6, 49), [-1000.0, -100.0, -30.0, 30.0, 100.0, 1000.0]])
each_activation = pytest.mark.parametrize("name", ACTIVATIONS)


@each_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_have_the_values_of_their_formulas(name, dtype):
    function, module, value, _, _ = ACTIVATIONS[name]
    accuracy = {"rtol": 4 * np.finfo(dtype).eps, "atol": 2 * np.finfo(dtype).eps}
    x = POINTS.astype(dtype)
    for y in (function(x), module(x), module(Tensor(x))):
        assert y.dtype == dtype
        np.testing.assert_allclose(y.data, value(x.astype(np.float64)), **accuracy)


@each_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_have_the_derivatives_of_their_formulas(name, dtype):
    function, _, _, slope, _ = ACTIVATIONS[name]
    x = Tensor(POINTS.astype(dtype), requires_grad=True)
    function(x).backward(np.full(x.shape, 3))
    assert x.grad.dtype == dtype
    np.testing.assert_allclose(x.grad, 3 * slope(POINTS), rtol=8 * np.finfo(dtype).eps, atol=8 * np.finfo(dtype).eps)


@pytest.mark.filterwarnings("ignore:Output seems independent of input")  # some have slopes that are constants
@each_activation
def test_activations_have_the_second_derivatives_of_their_formulas(name):
    function, _, _, _, curvature = ACTIVATIONS[name]
    smooth = POINTS[POINTS != 0]  # the slope of some jumps at 0
    second = elementwise_grad(elementwise_grad(function))(smooth)
    np.testing.assert_allclose(second, curvature(smooth), rtol=1e-14, atol=1e-15)


def test_the_derivative_at_the_kink_is_that_of_the_left_side():
    at_zero = np.zeros(1)
    for function, expected in [
        (functional.relu, 0),
        (lambda x: functional.leaky_relu(x, 0.2), 0.2),
        (lambda x: functional.elu(x, 0.7), 0.7),
        (functional.selu, SELU_SCALE * SELU_ALPHA),
    ]:
        np.testing.assert_allclose(elementwise_grad(function)(at_zero), [expected], rtol=1e-15)


def test_defaults_of_the_activations():
    x = np.array([-1.0, 2.0])
    np.testing.assert_allclose(functional.leaky_relu(x).data, [-0.01, 2], rtol=1e-15)
    np.testing.assert_allclose(functional.elu(x).data, [math.exp(-1) - 1, 2], rtol=1e-15)
    np.testing.assert_array_equal(nn.LeakyReLU()(x).data, functional.leaky_relu(x).data)
    np.testing.assert_array_equal(nn.ELU()(x).data, functional.elu(x).data)


def test_activations_take_lists_and_scalars():
    assert float(functional.relu(-2.0)) == 0
    np.testing.assert_array_equal(functional.relu([-1.0, 1.0]).data, [0, 1])


# ------------------------------------------------------------------------------------------------- softmax


def softmax_by_loops(x, axis):
    def row(values):
        top = max(values)
        e = [math.exp(v - top) for v in values]
        return np.array(e) / math.fsum(e)

    return np.apply_along_axis(lambda values: row(values.tolist()), axis, x)


@pytest.mark.parametrize(("shape", "axis"), [((5,), 0), ((4, 3), 1), ((4, 3), 0), ((2, 3, 4), 1), ((2, 3, 4), -1)])
def test_softmax_and_its_logarithm_equal_loops(shape, axis, rng):
    x = 3 * rng.normal(size=shape)
    expected = softmax_by_loops(x, axis)
    for y in (
        functional.softmax(x, axis),
        functional.softmax(x, axis=axis),
        nn.Softmax(axis)(x),
        nn.Softmax(axis=axis)(x),
    ):
        np.testing.assert_allclose(y.data, expected, rtol=1e-14)
    for y in (functional.log_softmax(x, axis), functional.log_softmax(x, axis=axis), nn.LogSoftmax(dim=axis)(x)):
        np.testing.assert_allclose(y.data, np.log(expected), rtol=1e-13, atol=1e-15)


def test_softmax_is_over_the_last_axis_by_default(rng):
    x = rng.normal(size=(2, 3, 4))
    np.testing.assert_array_equal(functional.softmax(x).data, functional.softmax(x, -1).data)
    np.testing.assert_array_equal(nn.LogSoftmax()(x).data, functional.log_softmax(x, -1).data)


def test_jacobians_of_softmax_and_its_logarithm(rng):
    x = rng.normal(size=6)
    y = softmax_by_loops(x, 0)
    np.testing.assert_allclose(jacobian(functional.softmax)(x), np.diag(y) - np.outer(y, y), rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(jacobian(functional.log_softmax)(x), np.eye(6) - y, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_of_huge_logits_is_finite_with_finite_gradients(dtype):
    logits = np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [1e4, 1e4, -1e4]], dtype)
    g = np.array([[1, 2, 4]] * 3, dtype)
    y = np.array([[1, 0, 0], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.5, 0]])
    log_y = np.array([[0, -2e4, -1e4], [-math.log(3)] * 3, [-math.log(2), -math.log(2), -2e4 - math.log(2)]])
    for function, value, gradient in [
        (functional.softmax, y, y * (g - (y * g).sum(axis=1, keepdims=True))),
        (functional.log_softmax, log_y, g - y * 7),
    ]:
        x = Tensor(logits, requires_grad=True)
        output = function(x)
        output.backward(g)
        assert output.dtype == x.grad.dtype == dtype
        np.testing.assert_allclose(output.data, value, rtol=2 * np.finfo(dtype).eps)
        np.testing.assert_allclose(x.grad, gradient, rtol=1e-6, atol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("function", [functional.softmax, functional.log_softmax])
def test_two_names_for_the_axis_at_once_are_refused(function):
    with pytest.raises(TypeError, match="two names for one thing"):
        function([1.0, 2.0], 0, axis=0)
    with pytest.raises(TypeError, match="two names for one thing"):
        nn.Softmax(0, axis=0)


def test_an_axis_out_of_range_is_named():
    with pytest.raises(ValueError, match="axis 1 is out of bounds"):
        functional.softmax([1.0, 2.0], 1)
