"""What the model of a graph says, against graphs counted by hand."""

import dataclasses
import gc
import json
import weakref

import numpy as np
import pytest

from autograd import GraphError, Tensor, in_region, no_grad, ops
from autograd.drawing import draw
from autograd.drawing.model import UNKNOWN


class Affine:
    """A module as `draw` knows one: it calls in a region and names what it holds."""

    def __init__(self, rows, columns):
        self.weight = Tensor(np.ones((rows, columns)), requires_grad=True)
        self.bias = Tensor(np.zeros(rows), requires_grad=True)

    def __call__(self, x):
        return in_region(self, lambda: ops.linear(x, self.weight, self.bias))

    def extra_repr(self):
        rows, columns = self.weight.shape
        return f"in_features={columns}, out_features={rows}, bias=True"


class Network:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        return in_region(self, self.forward, (x,))

    def forward(self, x):
        for layer in self.layers:
            x = np.tanh(layer(x))
        return x

    def named_modules(self):
        yield "", self
        yield from ((f"layers.{i}", layer) for i, layer in enumerate(self.layers))

    def named_parameters(self):
        for i, layer in enumerate(self.layers):
            yield f"layers.{i}.weight", layer.weight
            yield f"layers.{i}.bias", layer.bias


def variable(*shape):
    return Tensor(np.linspace(0.5, 1.5, int(np.prod(shape))).reshape(shape), requires_grad=True)


def edges(model):
    return {(edge.source, edge.target) for edge in model.edges}


def test_operations_are_named_by_ordinals_in_execution_order():
    x = variable(3)
    model = draw(np.sum(np.sin(np.exp(x)) * np.exp(np.sin(x)))).model
    assert [o.name for o in model.operations] == ["exp_1", "sin_1", "sin_2", "exp_2", "multiply_1", "sum_1"]
    assert edges(model) == {
        ("x_1", "exp_1"),
        ("exp_1", "sin_1"),
        ("x_1", "sin_2"),
        ("sin_2", "exp_2"),
        ("sin_1", "multiply_1"),
        ("exp_2", "multiply_1"),
        ("multiply_1", "sum_1"),
        ("sum_1", "output_1"),
    }


def test_shapes_dtypes_and_bytes():
    x = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    model = draw(np.matmul(x, np.ones((3, 4), np.float32))).model
    product = model.operations[0].output
    assert (product.shape, product.dtype, product.nbytes) == ((2, 4), "float32", 32)
    assert model.dtype == "float32"


def test_edge_carries_the_array_of_its_source():
    x = variable(2, 3)
    model = draw(np.sum(np.exp(x))).model
    assert [edge.array.shape for edge in model.edges] == [(2, 3), (2, 3), ()]


def test_operand_used_twice_has_two_edges():
    x = variable(2)
    assert [(e.source, e.target, e.position) for e in draw(x * x).model.edges[:2]] == [
        ("x_1", "multiply_1", 0),
        ("x_1", "multiply_1", 1),
    ]


def test_scalar_is_part_of_the_operation():
    x = variable(2)
    model = draw(2.0 * (1 - x) ** 3).model
    assert [o.arguments for o in model.operations] == [(UNKNOWN, None), (None, "3"), ("2", None)]
    assert len(model.leaves) == 1


def test_constant_array_is_visible_and_gives_no_gradient():
    x = variable(2, 3)
    model = draw(np.ones((4, 2)) @ x).model
    constant = next(leaf for leaf in model.leaves if leaf.kind == "constant")
    assert constant.output.shape == (4, 2)
    edge = next(edge for edge in model.edges if edge.source == constant.name)
    assert (edge.position, edge.has_gradient) == (0, False)


def test_constant_consumed_twice_is_one_leaf():
    x, c = variable(2), np.array([1.0, 2.0])
    model = draw((x * c) * c).model
    assert [leaf.kind for leaf in model.leaves] == ["variable", "constant"]
    assert sum(edge.source == "constant_1" for edge in model.edges) == 2


def test_two_operands_with_gradients_are_no_constants_of_each_other():
    x, w = variable(3, 3), variable(3, 3)
    assert [leaf.kind for leaf in draw(x @ w).model.leaves] == ["variable", "variable"]


def test_constant_operand_of_einsum_and_condition_of_where():
    x = variable(3)
    summed = draw(np.einsum("i,ij->j", x, np.ones((3, 2)))).model
    assert [leaf.output.shape for leaf in summed.leaves] == [(3,), (3, 2)]
    chosen = draw(np.where(np.array([True, False, True]), x, 0.0)).model
    assert [(leaf.label, leaf.output.dtype) for leaf in chosen.leaves][1] == ("condition", "bool")


def test_given_names_reach_variables_constants_and_results():
    x, c = variable(2), np.array([1.0, 2.0])
    h = x * c
    model = draw(np.exp(h), names={"x": x, "c": c, "h": h}).model
    assert [leaf.label for leaf in model.leaves] == ["x", "c"]
    assert [o.label for o in model.operations] == ["h", None]


def test_given_name_reaches_what_was_cast_and_only_that():
    x, c = variable(2), np.array([1.0, 2.0])
    model = draw(x * c.astype(np.float32), names={"c": c, "d": np.array([1.0, 3.0])}).model
    assert model.leaves[1].label == "c"


def test_scalar_output_says_its_value():
    x = Tensor(2.0, requires_grad=True)
    output = draw(x**2).model.outputs[0]
    assert (output.label, output.value) == ("output", "4")
    assert draw(variable(2) * 2).model.outputs[0].value is None


def test_several_outputs():
    x = variable(2)
    model = draw([np.exp(x), np.sin(x)]).model
    assert [output.label for output in model.outputs] == ["output 1", "output 2"]
    assert {("exp_1", "output_1"), ("sin_1", "output_2")} <= edges(model)


def test_modules_name_regions_and_parameters():
    network = Network(Affine(4, 3), Affine(2, 4))
    x = np.ones((5, 3))
    model = draw(np.sum(network(x)), network, names={"x": x}).model
    assert [(r.label, r.title, r.parent) for r in model.regions] == [
        ("", "Network", None),
        ("layers.0", "Affine(3 → 4)", 0),
        ("layers.1", "Affine(4 → 2)", 0),
    ]
    assert {o.name: o.region for o in model.operations} == {
        "linear_1": 1,
        "tanh_1": 0,
        "linear_2": 2,
        "tanh_2": 0,
        "sum_1": None,
    }
    assert {leaf.label: leaf.region for leaf in model.leaves} == {
        "layers.0.weight": 1,
        "layers.0.bias": 1,
        "layers.1.weight": 2,
        "layers.1.bias": 2,
        "x": None,
    }
    assert model.outputs[0].label == "loss"


def test_names_are_found_without_being_given_the_model():
    network = Network(Affine(4, 3))
    with_model, without = (draw(network(np.ones((5, 3))), model).model for model in (network, None))
    assert with_model == without


def test_parameters_of_a_module_that_names_nothing_are_its_attributes():
    affine = Affine(4, 3)
    model = draw(affine(np.ones((5, 3)))).model
    assert [leaf.label for leaf in model.leaves] == ["weight", "bias", "x"]
    assert model.regions[0].label is None


def test_modules_that_are_gone_leave_their_kind():
    output = Affine(4, 3)(np.ones((5, 3)))
    gc.collect()
    model = draw(output).model
    assert [region.title for region in model.regions] == ["Affine"]
    assert [leaf.kind for leaf in model.leaves] == ["variable", "variable", "constant"]


def test_data_is_outside_of_the_module_that_reads_it_and_a_mask_inside():
    class Masked(Affine):
        def __call__(self, x):
            return in_region(self, lambda: np.tanh(x) * np.array([0.0, 2.0, 2.0]))

    affine, masked = Affine(3, 3), Masked(3, 3)
    model = draw(masked(affine(np.ones((5, 3))))).model
    assert [leaf.region for leaf in model.leaves if leaf.kind == "constant"] == [None, 1]


def test_constant_that_the_user_holds_is_outside():
    class Masked:
        def __call__(self, x):
            return in_region(self, lambda: np.tanh(x) * mask)

    masked, mask, x = Masked(), np.array([0.0, 2.0, 2.0]), variable(3)
    assert [leaf.region for leaf in draw(masked(x)).model.leaves] == [None, 0]
    assert [leaf.region for leaf in draw(masked(x), names={"mask": mask}).model.leaves] == [None, None]


def test_shared_parameter_is_one_leaf_in_the_first_region():
    affine = Affine(3, 3)
    model = draw(affine(affine(np.ones((5, 3))))).model
    weight = next(leaf for leaf in model.leaves if leaf.label == "weight")
    assert weight.region == 0
    assert sum(edge.source == weight.name for edge in model.edges) == 2


def test_frozen_parameter_is_a_constant_in_its_module():
    class Scale:
        factor = None

        def __call__(self, x):
            return in_region(self, lambda: np.exp(x) * self.factor)

    scale = Scale()
    scale.factor = Tensor(np.ones(3))
    first, second = scale(variable(3)), scale(variable(3))
    model = draw(first + second).model
    assert [(leaf.label, leaf.kind, leaf.region) for leaf in model.leaves][1] == ("factor", "constant", 0)


def test_frozen_weight_is_a_constant_in_its_module():
    affine = Affine(4, 3)
    affine.weight.requires_grad = False
    model = draw(affine(variable(5, 3))).model
    weight = next(leaf for leaf in model.leaves if leaf.label == "weight")
    assert (weight.kind, weight.region) == ("constant", 0)


def test_call_with_two_outputs_is_one_region():
    class Pair:
        def __call__(self, x):
            return in_region(self, lambda: (np.exp(x), np.sin(x)))

    x = variable(2)
    a, b = Pair()(x)
    model = draw(a * b).model
    assert [o.region for o in model.operations] == [0, 0, None]
    assert len(model.regions) == 1


def test_saved_bytes_count_a_buffer_once():
    x, c = variable(4), np.ones(4)
    model = draw((np.exp(x) * c) * c).model
    assert [o.saved_bytes for o in model.operations] == [32, 32, 0]


def test_graph_freed_by_backward_is_still_drawn():
    affine = Affine(4, 3)
    loss = np.sum(affine(np.ones((5, 3))) * 2.0)
    before = draw(loss).model
    loss.backward()
    after = draw(loss)
    assert [o.name for o in after.model.operations] == [o.name for o in before.operations]
    assert [leaf.kind for leaf in after.model.leaves] == ["parameter", "parameter"]
    assert after.model.operations[1].arguments == (None, UNKNOWN)


def test_model_is_immutable_and_keeps_no_array_alive():
    x = variable(3)
    drawing = draw(np.exp(x))
    with pytest.raises(dataclasses.FrozenInstanceError):
        drawing.model.operations[0].name = "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        drawing.model = None
    gone = weakref.ref(x), weakref.ref(x.data)
    del x
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


def test_model_is_plain_values():
    x = variable(2, 3)
    drawing = draw(np.sum(x[0, 1:] * np.ones(2), axis=0))
    content = json.loads(drawing.model.to_json())
    assert content["operations"][0]["options"] == [["index", "0, 1:"]]
    assert content["operations"][2]["options"] == [["axis", "0"], ["keepdims", "False"]]
    assert content["leaves"][0]["output"] == {"shape": [2, 3], "dtype": "float64", "nbytes": 48}


def test_chain_of_100_000_operations():
    y = variable(1)
    for _ in range(50_000):
        y = np.tanh(y) * 1.01
    model = draw(y).model
    assert len(model.operations) == 100_000
    assert model.operations[-1].name == "multiply_50000"


def test_diamond_60_deep():
    y = variable(1)
    for _ in range(60):
        y = y + y
    assert len(draw(y).model.edges) == 121


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (np.ones(3), "ndarray does not know how it was computed"),
        ("loss", "expected a Tensor or a list of Tensors, got str"),
        ([], "no output to draw"),
        (Tensor([1.0, 2.0]), r"\(shape \(2,\), float64\) has no graph: it is a constant"),
        ([Tensor([1.0])], "has no graph"),
    ],
)
def test_nothing_to_draw_is_an_error_that_says_why(output, words):
    with pytest.raises(GraphError, match=words):
        draw(output)


def test_result_of_no_grad_and_of_detach_cannot_be_drawn():
    x = variable(2)
    with no_grad():
        y = x * 2
    for tensor in (y, (x * 2).detach()):
        with pytest.raises(GraphError, match=r"detached, was computed under no_grad\(\)"):
            draw(tensor)


def test_name_of_something_that_is_no_array_is_an_error():
    with pytest.raises(TypeError, match=r"names\['rate'\] is float"):
        draw(variable(2) * 2, names={"rate": 0.1})
