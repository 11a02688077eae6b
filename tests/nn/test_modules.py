"""`Module`: what it finds, in which order and under which names; modes, copies, and loading all or nothing."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import CheckpointError, Tensor


class Scaled(nn.Module):
    """A submodule assigned before a parameter of the module's own, and no ``super().__init__()``."""

    def __init__(self):
        self.inner = nn.Linear(2, 2, rng=0)
        self.scale = nn.Parameter(np.ones(2))
        self.name = "scaled"
        self.sizes = [1, 2]

    def forward(self, x):
        return self.inner(x) * self.scale


class Nested(nn.Module):
    """Parameters and modules inside lists, tuples and dicts, several levels deep."""

    def __init__(self):
        self.layers = [nn.Linear(1, 1), (nn.Tanh(), nn.Linear(1, 2, bias=False))]
        self.heads = {"a": {"b": nn.Parameter(np.zeros(3))}, 7: nn.Linear(1, 3)}

    def forward(self, x):
        return x


class Holding(nn.Module):
    """A module that holds what it is given, under the given names."""

    def __init__(self, **members):
        vars(self).update(members)

    def forward(self, x):
        return x


def names(pairs):
    return [name for name, _ in pairs]


# ------------------------------------------------------------------------------------------------- walking


def test_a_module_without_super_init_is_walked_and_called():
    model = Scaled()
    assert names(model.named_children()) == ["inner"]
    assert model(np.ones((4, 2))).shape == (4, 2)


def test_parameters_come_before_those_of_submodules():
    assert names(Scaled().named_parameters()) == ["scale", "inner.weight", "inner.bias"]


def test_containers_are_walked_at_any_depth():
    model = Nested()
    assert names(model.named_parameters()) == [
        "heads.a.b",
        "layers.0.weight",
        "layers.0.bias",
        "layers.1.1.weight",
        "heads.7.weight",
        "heads.7.bias",
    ]
    assert names(model.named_modules()) == ["", "layers.0", "layers.1.0", "layers.1.1", "heads.7"]
    assert names(model.named_children()) == ["layers.0", "layers.1.0", "layers.1.1", "heads.7"]


def test_a_sequential_inside_a_sequential_has_dotted_names():
    model = nn.Sequential(nn.Sequential(nn.Linear(1, 1), nn.ReLU()), nn.Linear(1, 1, bias=False))
    assert names(model.named_modules()) == ["", "0", "0.0", "0.1", "1"]
    assert names(model.named_parameters()) == ["0.0.weight", "0.0.bias", "1.weight"]


def test_a_prefix_is_put_before_every_name():
    assert names(nn.Linear(1, 1).named_parameters(prefix="net")) == ["net.weight", "net.bias"]
    assert names(nn.Sequential(nn.Tanh()).named_modules(prefix="net")) == ["net", "net.0"]


def test_a_shared_parameter_is_yielded_once_and_saved_under_each_name():
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    two.weight = one.weight
    model = nn.Sequential(one, two)
    assert names(model.named_parameters()) == ["0.weight", "0.bias", "1.bias"]
    assert len(list(model.parameters())) == 3
    assert list(model.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_a_submodule_held_twice_is_yielded_once_and_saved_under_each_name():
    layer = nn.Linear(1, 1)
    model = Holding(encoder=layer, decoder=nn.Sequential(layer, nn.Tanh()))
    assert names(model.named_modules()) == ["", "encoder", "decoder", "decoder.1"]
    assert names(model.named_parameters()) == ["encoder.weight", "encoder.bias"]
    assert list(model.state_dict()) == ["encoder.weight", "encoder.bias", "decoder.0.weight", "decoder.0.bias"]


def test_a_module_that_holds_itself_is_walked_once():
    model = Holding(layer=nn.Linear(1, 1))
    model.me = model
    model.layer.parent = model
    assert names(model.named_modules()) == ["", "layer"]
    assert list(model.state_dict()) == ["layer.weight", "layer.bias"]
    assert model.train().training
    assert "(me): ..." in repr(model)


def test_a_list_that_holds_itself_is_walked_once():
    layers = [nn.Linear(1, 1, bias=False)]
    layers.append(layers)
    assert names(Holding(layers=layers).named_parameters()) == ["layers.0.weight"]


def test_what_is_assigned_later_is_found_and_what_is_deleted_is_not():
    model = Holding()
    assert list(model.parameters()) == []
    model.layer = nn.Linear(1, 1)
    assert names(model.named_parameters()) == ["layer.weight", "layer.bias"]
    del model.layer
    assert list(model.parameters()) == []


# ------------------------------------------------------------------------------------------------- modes and gradients


def test_train_and_eval_set_the_mode_of_every_module_and_return_the_model():
    model = Nested()
    assert all(module.training for module in model.modules())
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    assert model.train() is model
    assert all(module.training for module in model.modules())
    assert not model.train(False).training


def test_a_mode_is_not_shared_with_other_models():
    nn.Linear(1, 1).eval()
    assert nn.Linear(1, 1).training


@pytest.mark.parametrize("set_to_none", [True, False])
def test_zero_grad_forgets_gradients_here_and_below(set_to_none):
    model = Scaled()
    model.inner.bias.requires_grad_(False)
    np.sum(model(np.ones((1, 2)))).backward()
    model.zero_grad(set_to_none=set_to_none)
    assert model.inner.bias.grad is None
    for parameter in (model.scale, model.inner.weight):
        if set_to_none:
            assert parameter.grad is None
        else:
            np.testing.assert_array_equal(parameter.grad, np.zeros(parameter.shape))


def test_requires_grad_freezes_and_thaws_all_parameters():
    model = Scaled()
    assert model.requires_grad_(False) is model
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert not model(np.ones((1, 2))).requires_grad
    assert all(parameter.requires_grad for parameter in model.requires_grad_().parameters())


# ------------------------------------------------------------------------------------------------- display


def test_the_repr_is_a_tree_as_torch_prints_it():
    model = nn.Sequential(
        nn.Linear(4, 8),
        nn.ReLU(),
        nn.Sequential(nn.Linear(8, 8, bias=False), nn.LeakyReLU(), nn.ELU(alpha=0.5), nn.SELU()),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.Softmax(dim=1),
        nn.LogSoftmax(dim=-1),
    )
    assert repr(model) == (
        "Sequential(\n"
        "  (0): Linear(in_features=4, out_features=8, bias=True)\n"
        "  (1): ReLU()\n"
        "  (2): Sequential(\n"
        "    (0): Linear(in_features=8, out_features=8, bias=False)\n"
        "    (1): LeakyReLU(negative_slope=0.01)\n"
        "    (2): ELU(alpha=0.5)\n"
        "    (3): SELU()\n"
        "  )\n"
        "  (3): Sigmoid()\n"
        "  (4): Tanh()\n"
        "  (5): Softmax(dim=1)\n"
        "  (6): LogSoftmax(dim=-1)\n"
        ")"
    )


def test_the_repr_of_a_module_with_children_has_its_own_line_of_extras():
    model = Scaled()
    model.extra_repr = lambda: "scale=2"
    assert repr(model) == "Scaled(\n  scale=2\n  (inner): Linear(in_features=2, out_features=2, bias=True)\n)"


def test_the_repr_of_an_empty_sequential_is_one_line():
    assert repr(nn.Sequential()) == "Sequential()"


# ------------------------------------------------------------------------------------------------- state


def test_a_state_dict_is_a_copy():
    layer = nn.Linear(2, 2, rng=0)
    before = layer.weight.data.copy()
    state = layer.state_dict()
    state["weight"][...] = 7
    np.testing.assert_array_equal(layer.weight.data, before)
    layer.weight.data[...] = 3
    np.testing.assert_array_equal(state["weight"], np.full((2, 2), 7, np.float32))


def test_loading_a_state_dict_makes_models_equal_and_keeps_the_parameters_themselves():
    source, target = (nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)) for _ in range(2))
    parameters = list(target.parameters())
    arrays = [parameter.data for parameter in parameters]
    keys = target.load_state_dict(source.state_dict())
    assert (keys.missing_keys, keys.unexpected_keys) == ([], [])
    assert all(a is b for a, b in zip(parameters, target.parameters(), strict=True))
    assert all(a is p.data for a, p in zip(arrays, parameters, strict=True))
    for one, two in zip(source.parameters(), parameters, strict=True):
        np.testing.assert_array_equal(one.data, two.data)
        assert not np.shares_memory(one.data, two.data)


def test_parameters_of_another_model_can_be_loaded_as_they_are():
    source, target = nn.Linear(2, 2), nn.Linear(2, 2)
    target.load_state_dict(dict(source.named_parameters()))
    np.testing.assert_array_equal(target.weight.data, source.weight.data)
    assert not np.shares_memory(target.weight.data, source.weight.data)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_loading_keeps_the_dtype_of_the_parameter(dtype):
    layer = nn.Linear(2, 1, dtype=dtype)
    layer.load_state_dict({"weight": np.array([[1, 2]]), "bias": np.array([0.5], np.float64)})
    assert layer.weight.dtype == layer.bias.dtype == dtype
    np.testing.assert_array_equal(layer.weight.data, [[1, 2]])


def test_all_problems_of_a_state_dict_are_in_one_error_and_nothing_is_loaded():
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    before = {name: value.copy() for name, value in model.state_dict().items()}
    given = {
        "0.weight": np.zeros((4, 3)),
        "0.bias": np.array(["a", "b", "c", "d"]),
        "1.weight": np.zeros((4, 2)),
        "scale": np.zeros(1),
    }
    with pytest.raises(CheckpointError, match="nothing was loaded") as error:
        model.load_state_dict(given)
    for problem in (
        "1.weight: shape (4, 2) for a parameter of shape (2, 4)",
        "0.bias: dtype <U1 for a parameter of dtype float32",
        "1.bias: missing",
        "scale: unexpected",
    ):
        assert problem in str(error.value)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_value_too_large_for_the_dtype_leaves_the_model_unchanged():
    layer = nn.Linear(1, 1, rng=0)
    before = layer.state_dict()
    with pytest.raises(RuntimeWarning, match="overflow"):
        layer.load_state_dict({"weight": np.zeros((1, 1)), "bias": np.array([1e300])})
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_complex_weights_are_refused_by_a_real_parameter():
    with pytest.raises(CheckpointError, match="dtype complex128"):
        nn.Linear(1, 1, bias=False).load_state_dict({"weight": np.array([[1j]])})


def test_not_strict_loads_what_fits_and_returns_the_rest():
    layer = nn.Linear(2, 1)
    bias = layer.bias.data.copy()
    keys = layer.load_state_dict({"weight": np.ones((1, 2)), "scale": np.ones(1)}, strict=False)
    assert keys.missing_keys == ["bias"]
    assert keys.unexpected_keys == ["scale"]
    np.testing.assert_array_equal(layer.weight.data, [[1, 1]])
    np.testing.assert_array_equal(layer.bias.data, bias)


def test_not_strict_still_refuses_a_wrong_shape():
    with pytest.raises(CheckpointError, match="shape"):
        nn.Linear(2, 1).load_state_dict({"weight": np.ones((2, 1))}, strict=False)


def test_frozen_parameters_are_loaded_too():
    layer = nn.Linear(1, 1, bias=False).requires_grad_(False)
    layer.load_state_dict({"weight": [[5.0]]})
    assert layer.weight.data.item() == 5


# ------------------------------------------------------------------------------------------------- copies


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"]
)
def test_a_copy_of_a_model_is_equal_and_independent(duplicate):
    tied = nn.Linear(2, 2, bias=False, rng=1)
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Tanh(), tied, tied).eval()
    model[0].bias.requires_grad_(False)
    x = np.ones((3, 2))
    np.sum(model(x)).backward()
    other = duplicate(model)
    np.testing.assert_array_equal(other(x).data, model(x).data)
    assert not other.training
    assert other[2] is other[3]
    assert [p.requires_grad for p in other.parameters()] == [True, False, True]
    for one, two in zip(model.parameters(), other.parameters(), strict=True):
        assert type(two) is nn.Parameter
        assert not np.shares_memory(one.data, two.data)
        if one.requires_grad:
            np.testing.assert_array_equal(one.grad, two.grad)
            assert not np.shares_memory(one.grad, two.grad)
    before = model.state_dict()
    other[0].weight.data[...] = 0
    np.testing.assert_array_equal(model.state_dict()["0.weight"], before["0.weight"])


def test_a_parameter_copies_what_it_is_given():
    for values in (np.ones(2, np.float32), Tensor(np.ones(2, np.float32))):
        parameter = nn.Parameter(values)
        assert not np.shares_memory(parameter.data, np.asarray(values))


@pytest.mark.parametrize("values", [[1, 2], np.ones(2), np.ones(2, np.float16), Tensor([1.0, 2.0])])
def test_a_parameter_is_float32_unless_asked(values):
    assert nn.Parameter(values).dtype == np.float32
    assert nn.Parameter(values, dtype=np.float64).dtype == np.float64
    assert nn.Parameter(values).requires_grad
    assert not nn.Parameter(values, requires_grad=False).requires_grad


# ------------------------------------------------------------------------------------------------- Sequential


def test_a_sequential_applies_its_modules_in_order():
    one, two = nn.Linear(3, 4, rng=0, dtype=np.float64), nn.Linear(4, 2, rng=1, dtype=np.float64)
    x = np.arange(6.0).reshape(2, 3) / 7
    expected = np.tanh(x @ one.weight.data.T + one.bias.data) @ two.weight.data.T + two.bias.data
    np.testing.assert_allclose(nn.Sequential(one, nn.Tanh(), two)(x).data, expected, rtol=1e-14)


def test_the_same_module_can_stand_at_several_places():
    act = nn.Tanh()
    model = nn.Sequential(act, act, act)
    np.testing.assert_allclose(model(np.array([1.0])).data, np.tanh(np.tanh(np.tanh([1.0]))), rtol=1e-15)
    assert len(model) == 3


def test_an_empty_sequential_returns_its_input():
    x = np.ones(3)
    assert nn.Sequential()(x) is x


def test_a_sequential_is_indexed_sliced_and_iterated():
    modules = [nn.Linear(1, 1), nn.Tanh(), nn.Linear(1, 1), nn.ReLU()]
    model = nn.Sequential(*modules)
    assert len(model) == 4
    assert list(model) == modules
    assert model[1] is modules[1]
    assert model[-1] is modules[-1]
    assert isinstance(model[1:3], nn.Sequential)
    assert list(model[1:3].named_children()) == [("1", modules[1]), ("2", modules[2])]
    with pytest.raises(IndexError):
        model[4]


def test_a_sequential_of_a_mapping_takes_its_names():
    model = nn.Sequential({"fc": nn.Linear(1, 2, bias=False), "act": nn.Tanh()})
    assert list(model.state_dict()) == ["fc.weight"]
    assert model.fc is model[0]
    assert model(np.ones((1, 1))).shape == (1, 2)


@pytest.mark.parametrize("name", ["forward", "a.b", "training"])
def test_a_sequential_refuses_names_that_would_hide_or_confuse(name):
    with pytest.raises(ValueError, match=f"cannot be named '{name}'"):
        nn.Sequential({name: nn.Tanh()})


@pytest.mark.parametrize("argument", [np.tanh, nn.Tanh, [nn.Tanh()], None])
def test_a_sequential_refuses_what_is_no_module(argument):
    with pytest.raises(TypeError, match="argument 1"):
        nn.Sequential(nn.Tanh(), argument)
