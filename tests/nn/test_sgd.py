"""SGD against closed forms and a scalar loop; in place, without allocation, and continued bit for bit."""

import copy
import itertools
import math
import tracemalloc

import numpy as np
import pytest

import nn
from autograd import CheckpointError, GraphError, Tensor, no_grad
from nn import functional
from nn.optim import SGD

# Every combination of options that is allowed: nesterov needs momentum and no dampening.
OPTIONS = [
    {"momentum": m, "dampening": d, "weight_decay": w, "nesterov": n, "maximize": x}
    for m, d, w, n, x in itertools.product([0.0, 0.9], [0.0, 0.4], [0.0, 0.1], [False, True], [False, True])
    if not n or (m and not d)
]


def each_option(function):
    ids = [", ".join(name for name, value in options.items() if value) or "plain" for options in OPTIONS]
    return pytest.mark.parametrize("options", OPTIONS, ids=ids)(function)


def descend(parameter, steps, loss, **options):
    """Return the iterates of `parameter` while SGD lowers ``loss(parameter)``."""
    optimizer = SGD([parameter], **options)
    iterates = [parameter.data.copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        loss(parameter).backward()
        optimizer.step()
        iterates.append(parameter.data.copy())
    return np.array(iterates)


def feed(optimizer, parameter, gradients):
    """Take a step with each of `gradients`."""
    for gradient in gradients:
        parameter.grad = gradient
        optimizer.step()


def double(values):
    return nn.Parameter(values, dtype=np.float64)


# ------------------------------------------------------------------------------------------------- closed forms
# On C(p) = Σ a/2 (p - c)² the error e = p - c of every coordinate follows a linear recursion.

CURVATURE, CENTRE, START = np.array([0.5, 1.0, 3.0]), np.array([1.0, -2.0, 0.5]), np.array([4.0, 4.0, -4.0])


def quadratic(p):
    return np.sum(CURVATURE / 2 * (p - CENTRE) ** 2)


def linear_recursion(matrix, first, steps):
    """Return the errors e_1 … e_steps of (e, v) ← matrix (e, v), one coordinate after another."""
    by_coordinate = [
        [(np.linalg.matrix_power(matrix(a), k) @ first(a, e))[0] for k in range(steps)]
        for a, e in zip(CURVATURE, START - CENTRE, strict=True)
    ]
    return np.transpose(by_coordinate)


def test_gradient_descent_shrinks_the_error_by_a_constant_factor():
    iterates = descend(double(START), 30, quadratic, lr=0.3)
    expected = [CENTRE + (1 - 0.3 * CURVATURE) ** k * (START - CENTRE) for k in range(31)]
    np.testing.assert_allclose(iterates, expected, rtol=1e-13)


def test_weight_decay_moves_the_minimum_towards_zero():
    iterates = descend(double(START), 30, quadratic, lr=0.2, weight_decay=0.5)
    minimum = CURVATURE * CENTRE / (CURVATURE + 0.5)
    expected = [minimum + (1 - 0.2 * (CURVATURE + 0.5)) ** k * (START - minimum) for k in range(31)]
    np.testing.assert_allclose(iterates, expected, rtol=1e-12)


@pytest.mark.parametrize("dampening", [0.0, 0.4])
def test_momentum_follows_its_linear_recursion(dampening):
    lr, mu, kept = 0.1, 0.8, 1 - dampening
    iterates = descend(double(START), 30, quadratic, lr=lr, momentum=mu, dampening=dampening)
    errors = linear_recursion(
        lambda a: np.array([[1 - lr * kept * a, -lr * mu], [kept * a, mu]]),
        lambda a, e: np.array([e - lr * a * e, a * e]),  # the first velocity is the whole gradient
        30,
    )
    np.testing.assert_allclose(iterates[1:], CENTRE + errors, rtol=1e-11)


def test_nesterov_follows_its_linear_recursion():
    lr, mu = 0.1, 0.8
    iterates = descend(double(START), 30, quadratic, lr=lr, momentum=mu, nesterov=True)
    errors = linear_recursion(
        lambda a: np.array([[1 - lr * (1 + mu) * a, -lr * mu**2], [a, mu]]),
        lambda a, e: np.array([e - lr * (1 + mu) * a * e, a * e]),
        30,
    )
    np.testing.assert_allclose(iterates[1:], CENTRE + errors, rtol=1e-11)


@each_option
def test_every_combination_of_options_equals_a_scalar_loop(options, rng):
    """The loop is written from the equations in the docstring of SGD, for one Python float at a time."""
    start, gradients = rng.normal(size=4), rng.normal(size=(12, 4))
    parameter = double(start)
    feed(SGD([parameter], lr=0.2, **options), parameter, gradients)
    mu, kept = options["momentum"], 1 - options["dampening"]
    for i, p in enumerate(start.tolist()):
        v = None
        for gradient in gradients[:, i].tolist():
            g = (-gradient if options["maximize"] else gradient) + options["weight_decay"] * p
            v = g if v is None else mu * v + kept * g
            direction = g + mu * v if options["nesterov"] else v if mu else g
            p -= 0.2 * direction
        assert parameter.data[i] == pytest.approx(p, rel=1e-12)


@each_option
def test_maximizing_the_negative_loss_is_the_same_bit_for_bit(options):
    other = {**options, "maximize": not options["maximize"]}
    one = descend(double(START), 10, quadratic, lr=0.1, **options)
    two = descend(double(START), 10, lambda p: -quadratic(p), lr=0.1, **other)
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}])
def test_weight_decay_equals_an_l2_penalty_in_the_loss(options):
    by_decay = descend(double(START), 20, quadratic, lr=0.1, weight_decay=0.3, **options)
    by_penalty = descend(double(START), 20, lambda p: quadratic(p) + functional.l2_penalty([p], 0.3), lr=0.1, **options)
    np.testing.assert_allclose(by_decay, by_penalty, rtol=1e-12)


def test_the_default_learning_rate_is_a_thousandth():
    parameter = double([1.0])
    feed(SGD([parameter]), parameter, [[1.0]])
    assert parameter.data.item() == 1 - 0.001


# ------------------------------------------------------------------------------------------------- in place


@each_option
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_dtype_changes_even_with_numpy_scalars_as_options(options, dtype):
    parameter, other = (nn.Parameter(np.ones(3), dtype=dtype) for _ in range(2))
    numbers = {name: np.float64(value) if isinstance(value, float) else value for name, value in options.items()}
    optimizer = SGD([parameter], lr=np.float64(0.1), **numbers)
    feed(optimizer, parameter, np.ones((3, 3)))
    assert parameter.dtype == parameter.grad.dtype == dtype
    assert all(array.dtype == dtype for arrays in optimizer.state for array in arrays.values())
    feed(SGD([other], lr=0.1, **options), other, np.ones((3, 3)))
    np.testing.assert_array_equal(parameter.data, other.data)


@each_option
def test_the_parameter_keeps_its_array_and_the_gradient_its_values(options, rng):
    parameter = nn.Parameter(rng.normal(size=(2, 3)))
    array = parameter.data
    optimizer = SGD([parameter], lr=0.1, **options)
    for _ in range(3):
        before, gradient = array.copy(), rng.normal(size=(2, 3)).astype(np.float32)
        feed(optimizer, parameter, [gradient])
        assert parameter.data is array
        assert not np.array_equal(array, before)
        np.testing.assert_array_equal(parameter.grad, gradient)


@each_option
def test_a_steady_step_allocates_no_array(options):
    parameter = nn.Parameter(np.ones(200_000))
    parameter.grad = np.ones(200_000)
    optimizer = SGD([parameter], lr=0.1, **options)
    optimizer.step()
    optimizer.step()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(5):
            optimizer.step()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < parameter.nbytes / 50


@pytest.mark.parametrize(
    "values",
    [np.array(2.0), np.zeros((0, 3)), np.asfortranarray(np.ones((3, 4))), np.ones((4, 6))[::2, ::-2]],
    ids=["0-d", "empty", "Fortran", "strided"],
)
def test_parameters_of_any_layout_are_stepped(values):
    parameter = Tensor(values.copy(order="K"), requires_grad=True)
    parameter.data = values
    optimizer = SGD([parameter], lr=0.5, momentum=0.5, weight_decay=0.5, nesterov=True)
    expected = values - 0.5 * 1.5 * (1 + 0.5 * values)
    feed(optimizer, parameter, [np.ones(values.shape)])
    np.testing.assert_array_equal(parameter.data, expected)


def test_parameters_of_several_dtypes_and_sizes_do_not_disturb_each_other(rng):
    shapes = [((3,), np.float32), ((7, 5), np.float64), ((1,), np.float16), ((2, 2), np.float32)]
    options = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1, "nesterov": True}
    together = [nn.Parameter(rng.normal(size=shape), dtype=dtype) for shape, dtype in shapes]
    alone = copy.deepcopy(together)
    joint, separate = SGD(together, **options), [SGD([p], **options) for p in alone]
    for _ in range(4):
        for one, two in zip(together, alone, strict=True):
            one.grad = two.grad = rng.normal(size=one.shape)
        joint.step()
        for optimizer in separate:
            optimizer.step()
    for one, two in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.data, two.data)


# ------------------------------------------------------------------------------------------------- groups and closures


def test_groups_have_hyper_parameters_of_their_own_and_share_the_defaults():
    one, two, three = double([1.0]), double([1.0]), double([1.0])
    optimizer = SGD([{"params": [one]}, {"params": [two], "lr": 0.5}, {"params": three, "weight_decay": 1}], lr=0.1)
    for parameter in (one, two, three):
        parameter.grad = [1.0]
    optimizer.step()
    assert [p.data.item() for p in (one, two, three)] == pytest.approx([0.9, 0.5, 0.8], rel=1e-15)


def test_a_hyper_parameter_changed_between_steps_counts_from_then_on():
    parameter = double([0.0])
    optimizer = SGD([parameter], lr=1)
    feed(optimizer, parameter, [[1.0]])
    optimizer.param_groups[0]["lr"] = 0.25
    feed(optimizer, parameter, [[1.0]])
    assert parameter.data.item() == -1.25


def test_named_parameters_can_be_given():
    layer = nn.Linear(1, 1, dtype=np.float64)
    before = layer.weight.data.item()
    optimizer = SGD(layer.named_parameters(), lr=1)
    feed(optimizer, layer.weight, [[[2.0]]])
    assert layer.weight.data.item() == before - 2


def test_a_closure_is_recorded_called_once_and_its_loss_returned():
    parameter, calls = double([3.0]), []
    optimizer = SGD([parameter], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = np.sum(parameter**2)
        loss.backward()
        calls.append(loss)
        return loss

    with no_grad():
        loss = optimizer.step(closure)
    assert [loss] == calls
    assert float(loss) == 9
    assert parameter.data.item() == 0


def test_a_step_without_closure_returns_nothing():
    parameter = double([3.0])
    parameter.grad = [1.0]
    assert SGD([parameter], lr=0.5).step() is None


# ------------------------------------------------------------------------------------------------- gradients


def test_zero_grad_forgets_or_fills_with_zeros():
    parameter, untouched = double([1.0]), double([1.0])
    frozen = nn.Parameter([1.0], requires_grad=False)
    optimizer = SGD([parameter, untouched, frozen], lr=1)
    parameter.grad = [2.0]
    optimizer.zero_grad(set_to_none=False)
    assert parameter.grad.tolist() == [0]
    assert untouched.grad is None
    optimizer.zero_grad()
    assert [p.grad for p in (parameter, untouched, frozen)] == [None] * 3


def test_parameters_without_gradient_stay_and_have_no_state():
    used, unused, frozen = double([1.0]), double([1.0]), nn.Parameter([1.0], requires_grad=False)
    optimizer = SGD([unused, used, frozen], lr=1, momentum=0.5, weight_decay=0.5)
    feed(optimizer, used, [[1.0]])
    assert (used.data.item(), unused.data.item(), frozen.data.item()) == (-0.5, 1, 1)
    assert [list(arrays) for arrays in optimizer.state] == [[], ["momentum_buffer"], []]


def test_a_step_without_any_gradient_warns():
    parameter = double([1.0])
    with pytest.warns(UserWarning, match=r"SGD.step: no parameter has a gradient; call backward\(\) first"):
        SGD([parameter], lr=1, weight_decay=1).step()
    assert parameter.data.item() == 1


def test_a_step_between_forward_and_backward_is_an_error_of_the_backward_pass():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    optimizer, x = SGD(model.parameters(), lr=0.1), np.ones((4, 2))
    np.sum(model(x)).backward()
    gradients = [parameter.grad.copy() for parameter in model.parameters()]
    loss = np.sum(model(x))
    optimizer.step()
    with pytest.raises(GraphError, match=r"linear: 'weight'.*modified in place"):
        loss.backward()
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        np.testing.assert_array_equal(parameter.grad, gradient)


# ------------------------------------------------------------------------------------------------- state


@each_option
def test_training_continued_from_a_state_dict_is_bit_equal(options, rng):
    gradients, straight = rng.normal(size=(10, 5)), nn.Parameter(rng.normal(size=5))
    first = SGD([straight], lr=0.1, **options)
    feed(first, straight, gradients[:6])
    resumed, state = nn.Parameter(straight), first.state_dict()
    feed(first, straight, gradients[6:])
    second = SGD([resumed], lr=7.0, momentum=0.1)
    second.load_state_dict(state)
    feed(second, resumed, gradients[6:])
    np.testing.assert_array_equal(resumed.data, straight.data)


def test_a_state_dict_shares_nothing_with_its_optimizer():
    parameter = double([1.0])
    optimizer = SGD([parameter], lr=0.1, momentum=0.5)
    feed(optimizer, parameter, [[1.0]])
    state = optimizer.state_dict()
    feed(optimizer, parameter, [[1.0]])
    assert state["state"][0]["momentum_buffer"].tolist() == [1]
    state["param_groups"][0]["lr"] = 5
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert "params" not in state["param_groups"][0]
    optimizer.load_state_dict(state)
    assert not np.shares_memory(state["state"][0]["momentum_buffer"], optimizer.state[0]["momentum_buffer"])


def spoil_shape(state):
    state["state"][0]["momentum_buffer"] = np.zeros(3)


def spoil_group_count(state):
    state["param_groups"].append({})


def spoil_parameter_count(state):
    state["state"].append({})


def spoil_learning_rate(state):
    state["param_groups"][0]["lr"] = math.nan


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (spoil_shape, CheckpointError),
        (spoil_group_count, CheckpointError),
        (spoil_parameter_count, CheckpointError),
        (spoil_learning_rate, ValueError),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_nothing_changes(spoil, error):
    parameter = double([1.0])
    optimizer = SGD([parameter], lr=0.1, momentum=0.5)
    feed(optimizer, parameter, [[1.0]])
    state = optimizer.state_dict()
    state["param_groups"][0]["lr"] = 3
    spoil(state)
    with pytest.raises(error):
        optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert optimizer.state[0]["momentum_buffer"].tolist() == [1]


# ------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("lr", [math.nan, math.inf, -math.inf, -0.1, "0.1", None, 1j, [0.1]])
def test_a_learning_rate_that_is_no_finite_positive_number_is_refused(lr):
    with pytest.raises(ValueError, match="SGD: lr must be a finite number at least 0, got"):
        SGD([double([1.0])], lr=lr)
    with pytest.raises(ValueError, match="SGD: lr must be"):
        SGD([{"params": [double([1.0])]}, {"params": [double([1.0])], "lr": lr}])


@pytest.mark.parametrize(
    ("name", "value", "bounds"),
    [
        ("momentum", 1.0, r"in \[0, 1\)"),
        ("momentum", -0.1, r"in \[0, 1\)"),
        ("momentum", math.nan, r"in \[0, 1\)"),
        ("momentum", "0.9", r"in \[0, 1\)"),
        ("dampening", math.nan, ""),
        ("dampening", math.inf, ""),
        ("dampening", -math.inf, ""),
        ("weight_decay", -1, "at least 0"),
        ("weight_decay", math.inf, "at least 0"),
    ],
)
def test_options_out_of_range_are_named_with_their_value(name, value, bounds):
    with pytest.raises(ValueError, match=f"SGD: {name} must be a finite number .*{bounds}, got {value!r}"):
        SGD([double([1.0])], lr=0.1, **{name: value})


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_without_momentum_or_with_dampening_is_refused(options):
    with pytest.raises(ValueError, match="nesterov needs momentum > 0 and dampening 0"):
        SGD([double([1.0])], lr=0.1, nesterov=True, **options)


def used_up():
    parameters = nn.Linear(1, 1).parameters()
    list(parameters)
    return parameters


SHARED = nn.Parameter([1.0, 2.0])


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "no parameters"),
        (used_up(), ValueError, "a generator that was used before"),
        (SHARED, TypeError, "params is a single Tensor"),
        ([SHARED, np.ones(2)], TypeError, "parameter 1 is ndarray, not a Tensor"),
        ([SHARED, nn.Linear(1, 1)], TypeError, "parameter 1 is Linear, not a Tensor"),
        ([SHARED, nn.Parameter([1.0]), SHARED], ValueError, r"parameter 2 of shape \(2,\) was given twice"),
        ([{"params": [SHARED]}, {"params": [SHARED]}], ValueError, "parameter 1 .* was given twice"),
        ([SHARED * 2], ValueError, "parameter 0 is the output of an operation"),
        ([{"lr": 0.1}], TypeError, "group 0 must be a dict with 'params'"),
        ([{"params": [SHARED]}, nn.Parameter([1.0])], TypeError, "group 1 must be a dict with 'params', got Parameter"),
        ([SHARED, {"params": [nn.Parameter([1.0])]}], TypeError, "parameter 1 is dict"),
    ],
)
def test_parameters_that_cannot_be_updated_are_named(params, error, message):
    with pytest.raises(error, match=f"SGD: .*{message}"):
        SGD(params, lr=0.1)


def test_a_parameter_never_changes_shape_or_dtype_by_assignment():
    parameter = nn.Parameter([1.0, 2.0])
    with pytest.raises(ValueError, match="shape"):
        parameter.data = np.ones(3, np.float32)
    with pytest.raises(TypeError, match="dtype"):
        parameter.data = np.ones(2)
