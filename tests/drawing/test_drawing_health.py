"""What a drawn gradient says is wrong: the first NaN and infinity, and why parts have no gradient."""

import functools
import re

import numpy as np
import pytest

import nn
from autograd import Tensor, in_region, ops, primitive
from autograd.drawing.gradients import with_gradients
from autograd.drawing.reading import walk
from autograd.journal import Journal
from mutations.injection import injected
from samples import TABLE


def drawn(*outputs, model=None, **names):
    """Return the model with gradients of the graph of `outputs`, computed without warnings."""
    return with_gradients(outputs, walk(outputs, model, names))


def variable(*values, dtype=np.float64):
    return Tensor(np.array(values, dtype), requires_grad=True)


def marks(model, *kinds):
    """Return the texts of the marks of some kinds, by the label or name of their nodes."""
    return {
        getattr(node, "label", None) or node.name: mark.text
        for node in (*model.operations, *model.leaves)
        for mark in node.marks
        if mark.kind in kinds
    }


@pytest.fixture(autouse=True)
def _no_warnings():
    with np.errstate(all="ignore"):
        yield


# ------------------------------------------------------------------------------------------------- forward


def test_first_nan_forward_is_named_with_its_line_and_input():
    x = variable(4.0, -1.0)
    with Journal():
        y = np.sum(np.exp(np.sqrt(x)))
    (note, *_) = drawn(y).notes
    assert re.fullmatch(
        r"first NaN forward: sqrt_1 at \S*test_drawing_health.py:\d+, where its input is negative \(-1\)", note
    )


def test_first_infinity_forward():
    x = variable(1.0, 800.0)
    model = drawn(np.sum(np.exp(x)), x=x)
    assert model.notes[0] == "first infinity forward: exp_1, where its input is 800"
    assert list(marks(model, "non-finite")) == ["exp_1"]


def test_nan_that_an_infinity_became_has_an_origin_of_its_own():
    x = variable(800.0)
    with Journal():
        h = np.exp(x)
        y = np.sum(h - h)
    notes = [re.sub(r" at \S+:\d+", "", note) for note in drawn(y).notes]
    assert notes[:2] == [
        "first NaN forward: subtract_1, where its inputs are inf and inf",
        "first infinity forward: exp_1, where its input is 800",
    ]


def test_scalar_operand_is_among_the_inputs():
    x = variable(0.0, 1.0)
    h = x / 0.0
    assert drawn(np.sum(h), h=h, x=x).notes[0] == "first NaN forward: divide_1, where its inputs are 0 and 0"


def test_operand_that_is_broadcast_is_read_where_it_is_used():
    x, y = variable(1.0, -2.0), Tensor(np.array([[0.5], [2.0]]), requires_grad=True)
    note = drawn(np.sum(np.power(x, y))).notes[0]
    assert note == "first NaN forward: power_1, where its inputs are -2 and 0.5"


def test_leaf_that_contains_nan_is_the_origin():
    x = variable(1.0, np.nan, np.nan, np.nan)
    model = drawn(np.sum(np.exp(x)), x=x)
    assert model.notes == ("first NaN forward: x itself contains 3 NaN",)
    assert list(marks(model, "non-finite")) == ["x"]


def test_constant_that_contains_nan_is_the_origin():
    model = drawn(np.sum(variable(1.0, 2.0) * np.array([1.0, np.nan])))
    assert model.notes == ("first NaN forward: constant_1 itself contains 1 NaN",)


def test_infinite_mask_is_no_fault():
    x = variable(1.0, 2.0)
    model = drawn(np.sum(np.maximum(x, np.array([-np.inf, 0.0]))), x=x)
    assert model.notes == ()


def test_mask_that_is_added_is_no_fault_of_the_addition():
    x, mask = variable(1.0, 2.0), np.array([-np.inf, 0.0])
    with Journal():
        h = x + mask
        y = np.sum(np.exp(h))
    assert drawn(y).notes == ()


def test_infinite_constant_excuses_the_operation_it_is_given_to():
    x = variable(1.0, 2.0)
    h = x * np.array([-np.inf, 1.0])
    assert "forward" not in "".join(drawn(np.sum(np.exp(h)), h=h, x=x).notes)


def test_nan_in_a_constant_that_only_a_journal_knows():
    x = variable(1.0, 2.0)
    with Journal():
        h = x + np.array([np.nan, 0.0])
        y = np.sum(np.exp(h))
    assert drawn(y).notes[0] == "first NaN forward: constant_1 itself contains 1 NaN"


def test_constant_that_only_a_journal_knows_is_among_the_inputs():
    x = variable(1.0, 1e308)
    with Journal():
        h = x + np.array([0.0, 1.5e308])
        y = np.sum(np.tanh(h))
    assert drawn(y).notes[0].endswith(", where its inputs are 1e+308 and 1.5e+308")


def test_constant_that_nothing_kept_is_not_ruled_out():
    x = variable(1.0, 2.0)
    h = x + np.array([np.nan, 0.0])
    note = drawn(np.sum(h), h=h, x=x).notes[0]
    assert note == "first NaN forward: add_1, or in its constant operand, which nothing kept"


def test_earlier_operation_comes_before_a_later_leaf():
    x, late = variable(-1.0), variable(np.nan)
    model = drawn(np.sum(np.sqrt(x) * late), x=x, late=late)
    assert model.notes[0] == "first NaN forward: sqrt_1, where its input is negative (-1)"


def test_nothing_is_claimed_of_inputs_that_nothing_kept():
    x = variable(800.0)
    model = drawn(np.sum(np.exp(x) - np.exp(x)))  # the sum alone knows that it is NaN
    assert "first NaN forward: sum_1, or an operation before it whose output nothing kept" in model.notes


def test_finite_values_are_not_remarked_upon():
    model = drawn(np.sum(np.exp(variable(1.0, 2.0))))
    assert (model.notes, marks(model, "non-finite")) == ((), {})


# ------------------------------------------------------------------------------------------------- backward


def test_first_infinity_backward_is_named_with_what_the_vjp_was_given():
    x = variable(4.0, 0.0)
    model = drawn(np.sum(np.sqrt(x) * 3.0))
    assert model.notes == ("first infinity backward: VJP of sqrt_1, where y = 0, g = 3",)
    assert marks(model, "non-finite") == {"sqrt_1": model.notes[0]}


def test_line_of_the_vjp_is_said_if_it_is_known():
    with Journal():
        y = np.sum(np.sqrt(variable(0.0)))
    assert re.search(r"VJP of sqrt_1 at \S*test_drawing_health.py:\d+, where y = 0, g = 1", drawn(y).notes[0])


def test_nan_that_an_infinite_cotangent_became():
    x = variable(0.0)
    model = drawn(np.sum(np.sqrt(x * x)))
    assert model.notes == (
        "first NaN backward: VJP of multiply_1, where x1 = 0, x2 = 0, g = inf",
        "first infinity backward: VJP of sqrt_1, where y = 0, g = 1",
    )


def test_operand_that_was_broadcast_is_read_where_its_gradient_arose():
    x = variable(0.0)
    model = drawn(np.sum(np.power(x, np.array([2.0, 0.5]))))  # the slopes are 0 and infinite
    assert model.notes == ("first infinity backward: VJP of power_1, where x1 = 0, x2 = 0.5, g = 1",)


def test_infinite_element_does_not_excuse_what_arises_at_another():
    x = variable(0.0, -1.0)
    y = np.log(x)  # -inf and NaN; only the latter is the forward pass's
    model = drawn(np.sum(np.where(np.array([True, False]), np.sqrt(x), 0.0)) + 0.0 * np.sum(y * 0.0), x=x)
    assert "first infinity backward: VJP of sqrt_1, where y = 0, g = 1" in model.notes


def test_gradient_that_overflows_as_it_is_cast():
    x = variable(1.0, dtype=np.float32)
    model = drawn(np.sum(x * np.float64(1e30) * np.array([1e30])))
    (note,) = model.notes
    assert note.startswith("first infinity backward: VJP of multiply_")
    assert note.endswith(", whose result overflows where it is summed or cast to the shape and dtype of the input")


def test_sum_of_gradients_that_overflows_is_the_origin():
    x = variable(1.0)
    y = np.exp(x)
    model = drawn(np.sum(y * 1.5e308 + y * 1.5e308 - y * 1.0))
    note = next(note for note in model.notes if "backward" in note)
    assert note == "first infinity backward: exp_1, where the sum of the 3 gradients that arrive is infinite"


def test_infinities_that_cancel_to_nan_in_a_sum():
    x = variable(0.0)
    r = x * 1.0
    model = drawn(np.sum(np.sqrt(r)) - np.sum(np.sqrt(r)))
    assert "first NaN backward: multiply_1, where the sum of the 2 gradients that arrive is NaN" in model.notes


def test_nan_of_the_forward_pass_is_not_blamed_on_a_vjp():
    x = variable(np.nan)
    assert [note for note in drawn(np.sum(np.exp(x)), x=x).notes if "backward" in note] == []


def recorded(sample):
    """Return the real outputs of a row all of whose arguments are variables, and their walked graph."""
    arrays = sample.draw(np.random.default_rng(7))
    returned = sample(*(Tensor(array, requires_grad=array.dtype.kind in "fc") for array in arrays))
    several = returned if isinstance(returned, list | tuple) else [returned]
    outputs = [np.real(output) if output.dtype.kind == "c" else output for output in several]
    return outputs, walk(outputs, None, {})


def calls_of(walked):
    """Return the name of the newest operation that calls each VJP, by primitive and position."""
    return {
        (node.rule, 0 if node.rule.variadic in node.rule.differentiable else position): name
        for node, name in walked.names.items()
        if node.rule is not None
        for position, source in enumerate(node.inputs)
        if source is not None and 0 not in source.shape
    }


@pytest.mark.parametrize("sample", TABLE, ids=str)
def test_nan_injected_into_a_vjp_is_attributed_to_its_operation(sample):
    for (rule, position), name in calls_of(recorded(sample)[1]).items():
        right = rule.vjps[position]
        wrong = functools.wraps(right)(lambda *given, right=right: np.asarray(right(*given)) * np.nan)
        with injected(rule, position, wrong):
            model = with_gradients(*recorded(sample))
        if not any(edge.gradient is not None and edge.gradient.nans for edge in model.edges):
            continue  # what it contributes to has no elements
        (note,) = [note for note in model.notes if "NaN backward" in note]
        assert re.match(rf"first NaN backward: VJP of {name}(,|$)", note)
        assert marks(model, "non-finite")[name] == note


# ------------------------------------------------------------------------------------------------- dead parts


def test_integers_and_conditions_have_no_derivative():
    model = drawn(np.sum(np.where(np.array([True, False]), variable(1.0, 2.0), 0.0)))
    assert marks(model, "dead", "cut off") == {"condition": "boolean: has no derivative"}
    loss = nn.CrossEntropyLoss()(variable([1.0, 2.0]), np.array([1]))
    assert "integer: has no derivative" in marks(drawn(loss), "dead", "cut off").values()


def test_frozen_parameter_says_so():
    layer = nn.Linear(3, 2)
    layer.weight.requires_grad = False
    x = Tensor(np.ones((5, 3), np.float32), requires_grad=True)
    assert marks(drawn(np.sum(layer(x))), "dead", "cut off") == {"weight": "frozen: requires_grad is False"}


def test_detached_value_says_what_it_was_detached_from():
    h = np.tanh(variable(1.0, 2.0))
    assert marks(drawn(np.sum(h.detach() * h)), "dead", "cut off") == {"constant_1": "detached from tanh_1"}


def test_view_of_a_detached_value_is_detached_from_it():
    h = np.tanh(variable(1.0, 2.0, 3.0))
    assert marks(drawn(np.sum(h.detach()[1:] * h[1:])), "dead", "cut off") == {"constant_1": "detached from tanh_1"}


def test_detached_variable_is_called_by_its_label():
    x = variable(1.0, 2.0)
    assert marks(drawn(np.sum(x.detach() * x), x=x), "dead", "cut off") == {"constant_1": "detached from x"}


def test_views_of_one_dataset_are_not_detached_from_each_other():
    data = np.arange(1.0, 7.0)
    x = Tensor(data[:3], requires_grad=True)
    assert marks(drawn(np.sum(x * data[3:]), x=x), "dead", "cut off") == {}


def test_data_is_not_remarked_upon():
    assert marks(drawn(np.sum(variable(1.0, 2.0) * np.ones(2))), "dead", "cut off") == {}


class Branches(nn.Module):
    """A model of which one branch is not used, and a parameter of its own neither."""

    def __init__(self):
        self.used, self.spare, self.extra = nn.Linear(3, 2), nn.Linear(3, 4), nn.Parameter(np.zeros(2))

    def forward(self, x):
        return np.sum(self.used(x)) + np.sum(self.spare(x).detach())


def test_parameters_that_no_path_leads_to_are_added_in_their_module():
    model = drawn(Branches()(np.ones((5, 3), np.float32)))
    assert marks(model, "dead", "cut off") == {}  # nothing knows the model by now
    network = Branches()
    model = drawn(network(np.ones((5, 3), np.float32)))
    assert marks(model, "dead", "cut off") == dict.fromkeys(
        ["spare.weight", "spare.bias", "extra"], "no path to the loss"
    )
    added = {leaf.label: leaf for leaf in model.leaves if leaf.marks}
    assert [leaf.kind for leaf in added.values()] == ["parameter"] * 3
    assert added["spare.weight"].output.shape == (4, 3)
    assert added["spare.weight"].output.nbytes == 48
    assert added["extra"].region == next(i for i, region in enumerate(model.regions) if region.label == "")
    assert added["spare.weight"].region is None  # its call recorded nothing that leads to the loss
    assert len({leaf.name for leaf in model.leaves}) == len(model.leaves)


def test_frozen_parameters_off_the_path_are_not_added():
    network = Branches()
    network.extra.requires_grad = False
    assert "extra" not in marks(drawn(network(np.ones((5, 3), np.float32))), "dead", "cut off")


def test_parameters_off_the_path_are_not_added_without_gradients():
    network = Branches()
    output = network(np.ones((5, 3), np.float32))
    assert [leaf.label for leaf in walk([output], None, {}).model.leaves] == ["used.weight", "used.bias", "x"]


def test_inactive_relu_stops_the_gradient_and_what_is_before_it_says_where():
    x = variable(1.0, 2.0)
    model = drawn(np.sum(ops.relu(np.negative(np.exp(x)))), x=x)
    assert marks(model, "dead", "cut off") == {
        "relu_1": "passes no gradient to negative_1: relu is inactive for 100 % of its inputs",
        "negative_1": "the gradient that arrives is exactly 0 (stopped at relu_1)",
        "exp_1": "the gradient that arrives is exactly 0 (stopped at relu_1)",
        "x": "the gradient that arrives is exactly 0 (stopped at relu_1)",
    }
    assert list(marks(model, "dead")) == ["relu_1"]
    assert [edge.gradient.is_zero for edge in model.edges] == [True, True, True, False, False]


def test_relu_that_is_active_somewhere_is_not_remarked_upon():
    assert marks(drawn(np.sum(ops.relu(variable(-1.0, -2.0, 0.1)))), "dead", "cut off") == {}


def test_other_operations_say_that_their_derivative_is_0():
    x = variable(1.0, 2.0)
    assert marks(drawn(np.sum(np.minimum(x, 0.5)), x=x), "dead", "cut off") == {
        "minimum_1": "passes no gradient to x: its derivative is 0 at every element",
        "x": "the gradient that arrives is exactly 0 (stopped at minimum_1)",
    }


def test_factor_of_zeros_is_named():
    x, w = variable(1.0, 2.0), variable(0.0, 0.0)
    assert marks(drawn(np.sum(x * w), x=x, w=w), "note", "cut off") == {
        "multiply_1": "passes no gradient to x: w is 0 at every element",
        "x": "the gradient that arrives is exactly 0 (stopped at multiply_1)",
    }


def test_gradient_too_small_for_its_dtype_is_told_from_a_derivative_of_0():
    x = variable(0.1, dtype=np.float16)
    model = drawn(np.sum((x * x) * np.float16(6e-8)), x=x)
    text = marks(model, "dead", "cut off")["multiply_1"]
    assert text == "passes no gradient to x: what arrives is at most 6e-08, too small for float16 to multiply"


def test_path_around_a_dead_one_keeps_its_source_alive():
    x = variable(-1.0)
    model = drawn(np.sum(ops.relu(x) + x), x=x)
    assert marks(model, "dead", "cut off") == {
        "relu_1": "passes no gradient to x: relu is inactive for 100 % of its inputs"
    }


def test_array_used_twice_is_not_blocked_if_one_use_passes_something():
    x, zero = variable(1.0, 2.0), variable(0.0, 0.0)
    model = drawn(np.sum(np.hypot(x, x) + np.hypot(zero, x)), x=x, zero=zero)
    assert "hypot_1" not in marks(model, "dead", "cut off")


def test_contributions_that_cancel_are_told_from_a_stop():
    x = variable(1.0, 2.0)
    h = np.exp(x)
    assert marks(drawn(np.sum(h - h), x=x), "dead", "cut off") == {
        "exp_1": "the gradient that arrives is exactly 0: the contributions to it cancel",
        "x": "the gradient that arrives is exactly 0 (stopped at exp_1)",
    }


def test_empty_arrays_are_not_dead():
    x = Tensor(np.empty((0, 3)), requires_grad=True)
    assert marks(drawn(np.sum(ops.relu(x))), "dead", "cut off") == {}


def test_empty_gradient_is_not_blamed_for_the_zeros_it_becomes():
    x = variable(1.0, 2.0)
    assert marks(drawn(np.sum(x[:0]), x=x), "dead", "cut off") == {
        "x": "the gradient that arrives is exactly 0 (stopped at getitem_1)"
    }


def test_what_is_before_a_vjp_that_raised_is_not_called_dead():
    broken = primitive(lambda x: 2 * x, "broken").defvjp(lambda g: 1 // 0)
    assert marks(drawn(np.sum(broken(np.exp(variable(1.0))))), "dead", "cut off") == {}


def test_module_that_names_nothing_adds_no_parameters():
    class Plain:
        def __init__(self):
            self.weight, self.spare = variable(2.0), variable(3.0)

        def __call__(self, x):
            return in_region(self, lambda: x * self.weight)

    plain = Plain()
    assert [leaf.label for leaf in drawn(plain(variable(1.0))).leaves] == ["weight", None]
