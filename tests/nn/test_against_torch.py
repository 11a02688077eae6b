"""The networks beside PyTorch's: the same names, arguments, defaults, outputs, gradients and optimiser steps."""

import inspect
import itertools
from collections import OrderedDict

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional, optim

torch = pytest.importorskip("torch", reason="compares with PyTorch; pip install torch")

# Both round differently, so a comparison allows some units in the last place of the largest number involved.
TOLERANCE = {np.float64: 1e-12, np.float32: 2e-5}
DTYPES = pytest.mark.parametrize("dtype", TOLERANCE, ids=["float64", "float32"])
REDUCTIONS = ["mean", "sum", "none"]


def assert_same(ours, theirs, dtype):
    """Check that both have the same shape and dtype, and values to within TOLERANCE of the largest, or of 1."""
    ours = ours.data if isinstance(ours, Tensor) else ours
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype == dtype
    size = max(1.0, np.abs(theirs, dtype=np.float64).max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE[dtype] * size)


def both(values):
    """Return `values` as a variable of each library."""
    return Tensor(values.copy(), requires_grad=True), torch.tensor(values, requires_grad=True)


def compare(ours, theirs, *inputs, dtype, rng):
    """Check outputs of two functions at `inputs`, and gradients in each of them for a random cotangent."""
    pairs = [both(x) for x in inputs]
    y, z = ours(*(one for one, _ in pairs)), theirs(*(two for _, two in pairs))
    assert_same(y, z, dtype)
    g = rng.normal(size=y.shape).astype(dtype)
    y.backward(g)
    z.backward(torch.tensor(g))
    for one, two in pairs:
        assert_same(one.grad, two.grad, dtype)


def twins(dtype, *layers):
    """Return a Sequential of each library, of layers given as (class name, arguments), with the same weights."""
    ours = nn.Sequential(
        *(getattr(nn, name)(*args, **({"dtype": dtype} if name == "Linear" else {})) for name, *args in layers)
    )
    theirs = torch.nn.Sequential(*(getattr(torch.nn, name)(*args) for name, *args in layers))
    theirs.to(torch.float64 if dtype == np.float64 else torch.float32)
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})
    return ours, theirs


# ------------------------------------------------------------------------------------------------- layers


@DTYPES
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(3,), (1, 3), (7, 3), (2, 5, 3), (2, 1, 4, 3)], ids=str)
def test_linear(shape, bias, dtype, rng):
    ours, theirs = twins(dtype, ("Linear", 3, 4, bias))
    compare(ours, theirs, rng.normal(size=shape).astype(dtype), dtype=dtype, rng=rng)
    for one, two in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_same(one.grad, two.grad, dtype)


@DTYPES
def test_functional_linear_in_all_arguments(dtype, rng):
    x, weight, bias = (rng.normal(size=shape).astype(dtype) for shape in [(5, 3), (2, 3), (2,)])
    compare(functional.linear, torch.nn.functional.linear, x, weight, bias, dtype=dtype, rng=rng)


ACTIVATIONS = [
    ("Sigmoid",),
    ("Tanh",),
    ("ReLU",),
    ("LeakyReLU",),
    ("LeakyReLU", 0.3),
    ("ELU",),
    ("ELU", 0.5),
    ("SELU",),
]


@DTYPES
@pytest.mark.parametrize("layer", ACTIVATIONS, ids=str)
def test_activations(layer, dtype, rng):
    name, *args = layer
    x = np.concatenate([5 * rng.normal(size=200), [0.0, 1000.0, -1000.0]]).astype(dtype)
    compare(getattr(nn, name)(*args), getattr(torch.nn, name)(*args), x, dtype=dtype, rng=rng)


@DTYPES
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu"])
def test_functional_activations(name, dtype, rng):
    x = rng.normal(size=(4, 5)).astype(dtype)
    compare(getattr(functional, name), getattr(torch.nn.functional, name), x, dtype=dtype, rng=rng)


@DTYPES
@pytest.mark.parametrize("scale", [1, 1e4])
@pytest.mark.parametrize(("shape", "dim"), [((5,), 0), ((4, 3), 0), ((4, 3), 1), ((2, 3, 4), 1), ((2, 3, 4), -1)])
@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax"])
def test_softmax_along_any_dim(name, shape, dim, scale, dtype, rng):
    x = (scale * rng.normal(size=shape)).astype(dtype)
    compare(getattr(nn, name)(dim=dim), getattr(torch.nn, name)(dim=dim), x, dtype=dtype, rng=rng)
    function = {"Softmax": "softmax", "LogSoftmax": "log_softmax"}[name]
    ours, theirs = getattr(functional, function), getattr(torch.nn.functional, function)
    compare(lambda x: ours(x, dim), lambda x: theirs(x, dim), x, dtype=dtype, rng=rng)


# ------------------------------------------------------------------------------------------------- losses

CLASSES = 4
LOGIT_SHAPES = [(CLASSES,), (6, CLASSES), (3, CLASSES, 5), (2, CLASSES, 2, 3)]
WEIGHTS = pytest.mark.parametrize("weight", [None, [0.5, 2.0, 0.0, 0.25]], ids=["unweighted", "weighted"])

IGNORED = pytest.mark.parametrize("ignored", [-100, 2])


def loss_pair(name, weight, dtype, **options):
    """Return the loss `name` of each library with the same options."""
    given = () if weight is None else (np.array(weight, dtype),)
    ours = getattr(nn, name)(*given, **options)
    return ours, getattr(torch.nn, name)(*map(torch.tensor, given), **options)


def some_labels(shape, ignored, rng):
    labels = rng.integers(0, CLASSES, shape[:1] + shape[2:] if len(shape) > 1 else ())
    if labels.ndim:
        labels.flat[0] = 1  # so that some label has weight
        labels.flat[-1] = ignored
    elif labels == 2:
        labels = np.array(1)
    return labels


@DTYPES
@WEIGHTS
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", LOGIT_SHAPES, ids=str)
@IGNORED
def test_cross_entropy_of_labels(shape, reduction, smoothing, weight, ignored, dtype, rng):
    options = {"ignore_index": ignored, "reduction": reduction, "label_smoothing": smoothing}
    ours, theirs = loss_pair("CrossEntropyLoss", weight, dtype, **options)
    labels, x = some_labels(shape, ignored, rng), (3 * rng.normal(size=shape)).astype(dtype)
    compare(lambda x: ours(x, labels), lambda x: theirs(x, torch.tensor(labels)), x, dtype=dtype, rng=rng)


@DTYPES
@WEIGHTS
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", LOGIT_SHAPES, ids=str)
def test_cross_entropy_of_probabilities_in_both_arguments(shape, reduction, smoothing, weight, dtype, rng):
    ours, theirs = loss_pair("CrossEntropyLoss", weight, dtype, reduction=reduction, label_smoothing=smoothing)
    x, t = rng.normal(size=shape).astype(dtype), rng.uniform(size=shape).astype(dtype)
    compare(ours, theirs, x, t, dtype=dtype, rng=rng)


@DTYPES
@WEIGHTS
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", LOGIT_SHAPES, ids=str)
@IGNORED
def test_nll(shape, reduction, weight, ignored, dtype, rng):
    ours, theirs = loss_pair("NLLLoss", weight, dtype, ignore_index=ignored, reduction=reduction)
    labels, x = some_labels(shape, ignored, rng), rng.normal(size=shape).astype(dtype)
    compare(lambda x: ours(x, labels), lambda x: theirs(x, torch.tensor(labels)), x, dtype=dtype, rng=rng)


@DTYPES
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(), (3,), (4, 3), (2, 3, 4)], ids=str)
def test_mse_in_both_arguments(shape, reduction, dtype, rng):
    x, t = (np.array(rng.normal(size=shape), dtype) for _ in range(2))
    ours, theirs = loss_pair("MSELoss", None, dtype, reduction=reduction)
    compare(ours, theirs, x, t, dtype=dtype, rng=rng)


@DTYPES
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")  # torch advises batchmean
@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 3, 4)], ids=str)
def test_kl_divergence_in_both_arguments(shape, reduction, log_target, dtype, rng):
    x, t = rng.normal(size=shape).astype(dtype), rng.uniform(0.1, 1, size=shape).astype(dtype)
    ours, theirs = loss_pair("KLDivLoss", None, dtype, reduction=reduction, log_target=log_target)
    compare(ours, theirs, x, t, dtype=dtype, rng=rng)


@pytest.mark.parametrize("reduction", ["sum", "none", "batchmean"])
def test_kl_divergence_with_zeros_in_the_target(reduction, rng):
    x, t = rng.normal(size=(4, 3)), rng.uniform(size=(4, 3))
    t[::2, 1] = 0
    ours, theirs = loss_pair("KLDivLoss", None, np.float64, reduction=reduction)
    compare(lambda x: ours(x, t), lambda x: theirs(x, torch.tensor(t)), x, dtype=np.float64, rng=rng)


# ------------------------------------------------------------------------------------------------- whole models

MODELS = [
    [("Linear", 6, 5), ("Sigmoid",), ("Linear", 5, 4)],
    [("Linear", 6, 8), ("Tanh",), ("Linear", 8, 8, False), ("ELU",), ("Linear", 8, 4), ("LogSoftmax", 1)],
    [("Linear", 6, 9), ("ReLU",), ("Linear", 9, 7), ("LeakyReLU", 0.1), ("Linear", 7, 5), ("SELU",), ("Linear", 5, 4)],
]


@DTYPES
@pytest.mark.parametrize("layers", MODELS, ids=["one hidden", "two hidden", "three hidden"])
def test_loss_and_all_gradients_of_a_model(layers, dtype, rng):
    ours, theirs = twins(dtype, *layers)
    x, labels = rng.normal(size=(10, 6)).astype(dtype), rng.integers(0, 4, 10)
    one, two = both(x)
    loss, their_loss = (
        nn.CrossEntropyLoss()(ours(one), labels),
        torch.nn.CrossEntropyLoss()(theirs(two), torch.tensor(labels)),
    )
    assert_same(loss, their_loss, dtype)
    loss.backward()
    their_loss.backward()
    assert_same(one.grad, two.grad, dtype)
    for (name, mine), (their_name, yours) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert name == their_name
        assert_same(mine.grad, yours.grad, dtype)


@pytest.mark.parametrize("layers", MODELS, ids=["one hidden", "two hidden", "three hidden"])
def test_the_repr_of_a_model_is_theirs(layers):
    ours, theirs = twins(np.float32, *layers)
    assert repr(ours) == repr(theirs)
    assert repr(nn.Sequential(ours, nn.Softmax(dim=0))) == repr(torch.nn.Sequential(theirs, torch.nn.Softmax(dim=0)))


def test_a_state_dict_of_torch_loads_here():
    theirs = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.Tanh(), torch.nn.Linear(5, 4))
    ours = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4))
    keys = ours.load_state_dict(theirs.state_dict())
    assert (keys.missing_keys, keys.unexpected_keys) == ([], [])
    for name, value in theirs.state_dict().items():
        np.testing.assert_array_equal(ours.state_dict()[name], value.numpy())
    x = np.ones((2, 6), np.float32)
    assert_same(ours(x), theirs(torch.tensor(x)), np.float32)


def build(library, parameter):
    """Return the same model in either library: parameters after submodules, a layer held twice, nested containers."""

    class Model(library.Module):
        def __init__(self):
            super().__init__()
            self.body = library.Sequential(
                library.Linear(2, 3), library.Sequential(library.Linear(3, 3), library.Tanh())
            )
            self.scale = parameter(np.ones(3, np.float32))
            self.head = library.Linear(3, 3, bias=False)
            self.again = self.head
            self.shift = parameter(np.zeros(3, np.float32))

    return Model()


def test_names_and_order_of_parameters_and_modules_are_theirs():
    ours, theirs = build(nn, nn.Parameter), build(torch.nn, lambda values: torch.nn.Parameter(torch.tensor(values)))
    for method in ("named_parameters", "named_modules"):
        assert [n for n, _ in getattr(ours, method)()] == [n for n, _ in getattr(theirs, method)()]
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})
    ours.load_state_dict(theirs.state_dict())


def test_a_sequential_of_named_modules_and_its_slices_have_their_names():
    ours, theirs = (
        library.Sequential(OrderedDict(fc=library.Linear(1, 1), act=library.Tanh(), out=library.Linear(1, 1)))
        for library in (nn, torch.nn)
    )
    assert repr(ours) == repr(theirs)
    assert repr(ours[1:]) == repr(theirs[1:])
    assert list(ours[1:].state_dict()) == list(theirs[1:].state_dict()) == ["out.weight", "out.bias"]


def test_a_slice_of_a_sequential_keeps_their_numbers():
    ours, theirs = (library.Sequential(library.Tanh(), library.Linear(1, 1))[1:] for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("in_features", [1, 3, 64])
def test_linear_starts_within_the_bounds_of_theirs(in_features):
    ours, theirs = nn.Linear(in_features, 5000, rng=0), torch.nn.Linear(in_features, 5000)
    for one, two in zip(ours.parameters(), theirs.parameters(), strict=True):
        values = two.detach().numpy()
        assert np.abs(one.data).max() == pytest.approx(np.abs(values).max(), rel=0.01)  # 5000 draws come near the bound
        assert one.data.std() == pytest.approx(values.std(), rel=0.05)


# ------------------------------------------------------------------------------------------------- SGD

GRID = [
    {"lr": lr, "momentum": m, "dampening": d, "weight_decay": w, "nesterov": n, "maximize": x}
    for lr, m, d, w, n, x in itertools.product(
        [0.05, 0.3], [0.0, 0.5, 0.95], [0.0, 0.3], [0.0, 0.01], [False, True], [False, True]
    )
    if not n or (m and not d)
]


def train(model, optimizer, loss, x, labels):
    for _ in range(20):
        optimizer.zero_grad()
        loss(model(x), labels).backward()
        optimizer.step()


@pytest.mark.parametrize("options", GRID, ids=str)
def test_twenty_steps_of_sgd(options, rng):
    ours, theirs = twins(np.float64, ("Linear", 4, 5), ("Tanh",), ("Linear", 5, 3))
    if options["maximize"]:  # ascent on the loss diverges; on its negative it is descent
        losses = (lambda z, t: -functional.cross_entropy(z, t), lambda z, t: -torch.nn.functional.cross_entropy(z, t))
    else:
        losses = (nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss())
    x, labels = rng.normal(size=(8, 4)), rng.integers(0, 3, 8)
    train(ours, optim.SGD(ours.parameters(), **options), losses[0], x, labels)
    train(theirs, torch.optim.SGD(theirs.parameters(), **options), losses[1], torch.tensor(x), torch.tensor(labels))
    for one, two in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_same(one.data, two, np.float64)


@DTYPES
def test_sgd_with_groups_and_a_changing_rate(dtype, rng):
    ours, theirs = twins(dtype, ("Linear", 4, 5), ("Sigmoid",), ("Linear", 5, 3))
    x, t = rng.normal(size=(8, 4)).astype(dtype), rng.normal(size=(8, 3)).astype(dtype)
    for model, library, x_, t_, loss in (
        (ours, optim, x, t, nn.MSELoss()),
        (theirs, torch.optim, torch.tensor(x), torch.tensor(t), torch.nn.MSELoss()),
    ):
        groups = [{"params": model[0].parameters()}, {"params": model[2].parameters(), "lr": 0.3, "weight_decay": 0.1}]
        optimizer = library.SGD(groups, lr=0.1, momentum=0.9)
        for step in range(10):
            optimizer.param_groups[0]["lr"] = 0.1 / (1 + step)
            optimizer.zero_grad()
            loss(model(x_), t_).backward()
            optimizer.step()
    for one, two in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_same(one.data, two, dtype)


# ------------------------------------------------------------------------------------------------- signatures

LEFT_OUT = {
    "size_average", "reduce",  # deprecated there: `reduction` says it
    "inplace",  # nothing is computed in place
    "device",  # there is one
    "dtype",  # of Linear float32, not the global default there; of softmax a cast, which is written as one
    "_stacklevel",
    "mse_loss.weight",  # a factor of every element: multiply reduction="none" by it
    "foreach", "differentiable", "fused",  # ways to compute an SGD step
}  # fmt: skip
PAIRS = [
    *(
        (getattr(nn, name), getattr(torch.nn, name))
        for name in ["Linear", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "SELU", "Softmax", "LogSoftmax"]
    ),
    *((getattr(nn, name), getattr(torch.nn, name)) for name in ["CrossEntropyLoss", "NLLLoss", "MSELoss", "KLDivLoss"]),
    *(
        (getattr(functional, name), getattr(torch.nn.functional, name))
        for name in ["leaky_relu", "elu", "softmax", "log_softmax", "cross_entropy", "nll_loss", "mse_loss", "kl_div"]
    ),
    (optim.SGD, torch.optim.SGD),
    (optim.SGD.step, torch.optim.SGD.step),
    (optim.SGD.zero_grad, torch.optim.SGD.zero_grad),
    (nn.Module.train, torch.nn.Module.train),
    (nn.Module.zero_grad, torch.nn.Module.zero_grad),
    (nn.Module.requires_grad_, torch.nn.Module.requires_grad_),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda x: x.__qualname__)
def test_arguments_and_defaults_are_theirs(ours, theirs):
    mine, yours = (inspect.signature(f).parameters for f in (ours, theirs))
    for name, parameter in yours.items():
        is_named = parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if is_named and not {name, f"{theirs.__name__}.{name}"} & LEFT_OUT:
            assert mine[name].default == parameter.default


# ------------------------------------------------------------------------------------------------- differences meant


def test_a_mean_over_no_example_is_an_error_here_and_nan_there():
    logits, labels = np.zeros((2, 3)), np.array([-100, -100])
    assert torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels)).isnan()
    with pytest.raises(ValueError, match="nothing to average"):
        functional.cross_entropy(logits, labels)


def test_a_loss_that_broadcasts_is_an_error_here_and_a_warning_there():
    x, t = np.zeros((3, 1)), np.zeros(3)
    with pytest.warns(UserWarning, match="broadcasting"):
        torch.nn.functional.mse_loss(torch.tensor(x), torch.tensor(t))
    with pytest.raises(ValueError, match="does not broadcast"):
        functional.mse_loss(x, t)


def test_a_learning_rate_of_nan_is_an_error_here_and_accepted_there():
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=float("nan"))
    with pytest.raises(ValueError, match="lr must be a finite number"):
        optim.SGD([nn.Parameter([1.0])], lr=float("nan"))


def test_a_momentum_of_one_is_an_error_here_and_accepted_there():
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=1.0)
    with pytest.raises(ValueError, match="momentum must be"):
        optim.SGD([nn.Parameter([1.0])], lr=0.1, momentum=1.0)


def test_a_float64_input_is_cast_by_a_float32_layer_here_and_refused_there():
    x = np.ones((1, 2))
    with pytest.raises(RuntimeError, match="dtype"):
        torch.nn.Linear(2, 1)(torch.tensor(x))
    assert nn.Linear(2, 1)(x).dtype == np.float32


@pytest.mark.filterwarnings("ignore:Implicit dimension choice:UserWarning")
def test_softmax_without_dim_is_over_the_last_axis_here_and_depends_on_ndim_there(rng):
    x = rng.normal(size=(2, 3, 4))
    assert_same(functional.softmax(x), torch.nn.functional.softmax(torch.tensor(x), dim=-1), np.float64)
    theirs = torch.nn.functional.softmax(torch.tensor(x))
    np.testing.assert_allclose(theirs.sum(dim=0).numpy(), np.ones((3, 4)))


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.NLLLoss, nn.MSELoss, nn.KLDivLoss])
@pytest.mark.parametrize("argument", ["size_average", "reduce"])
def test_deprecated_arguments_are_not_accepted_here(loss, argument):
    with pytest.raises(TypeError, match=argument):
        loss(**{argument: True})
