"""What a drawn gradient says, against sums of contributions made by hand."""

import functools
import gc
import math
import weakref

import numpy as np
import pytest

from autograd import DTypeError, GraphError, Tensor, grad, primitive
from autograd.drawing.gradients import with_gradients
from autograd.drawing.gradients.statistics import statistics
from autograd.drawing.reading import walk
from autograd.drawing.reading.collection import collection_paused
from autograd.graph import conform, reachable
from autograd.journal import Journal


def drawn(*outputs, model=None, **names):
    """Return the model with gradients of the graph of `outputs`."""
    return with_gradients(outputs, walk(outputs, model, names))


def variable(*values, dtype=np.float64):
    return Tensor(np.array(values, dtype), requires_grad=True)


def node_of(model, name):
    return next(node for node in (*model.operations, *model.leaves) if node.name == name)


def edges_of(model):
    return {(edge.source, edge.target, edge.position): edge for edge in model.edges}


def norm(array):
    return math.sqrt(math.fsum(abs(complex(element)) ** 2 for element in np.ravel(array)))


# ------------------------------------------------------------------------------------------------- statistics


def test_statistics_of_finite_elements():
    found = statistics(np.array([[3.0, -4.0], [0.0, 0.0]]))
    assert (found.size, found.norm, found.maximum, found.zeros) == (4, 5.0, 4.0, 2)
    assert (found.arrays, found.rms, found.lowest, found.highest) == (1, 2.5, 2.5, 2.5)
    assert found.is_finite


def test_statistics_count_what_is_not_finite_and_leave_it_out():
    found = statistics(np.array([3.0, np.nan, np.inf, -np.inf, 4.0]))
    assert (found.nans, found.infs, found.norm, found.maximum) == (1, 2, 5.0, 4.0)
    assert found.rms == pytest.approx(5 / math.sqrt(2), rel=1e-15)


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324])
def test_norms_neither_overflow_nor_underflow(scale):
    found = statistics(np.array([3 * scale, 4 * scale]))
    assert found.norm == pytest.approx(5 * scale, rel=1e-15)


def test_norm_beyond_the_largest_number_stays_finite():
    assert statistics(np.full(4, 1.5e308)).norm == np.finfo(np.float64).max


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_small_dtypes_are_summed_in_float64(dtype):
    values = np.full(100_000, 60_000 if dtype == np.float16 else 1e38, dtype)
    found = statistics(values)
    assert found.norm == pytest.approx(float(values[0]) * math.sqrt(100_000), rel=1e-13)


def test_statistics_of_complex_elements_are_those_of_their_absolute_values():
    found = statistics(np.array([3 + 4j, 0, complex(np.nan, 1)]))
    assert (found.norm, found.maximum, found.zeros, found.nans) == (5.0, 5.0, 1, 1)


def test_statistics_of_no_elements():
    found = statistics(np.empty((0, 3)))
    assert (found.size, found.norm, found.maximum, found.rms, found.is_finite) == (0, 0.0, 0.0, 0.0, True)


def test_statistics_of_a_scalar():
    assert statistics(np.float32(-2)).norm == 2.0
    assert statistics(np.array(-2)).norm == 2.0


def test_statistics_leave_the_array_alone():
    values = np.array([[1.0, -2.0]])
    statistics(values)
    assert values.tolist() == [[1.0, -2.0]]


# ------------------------------------------------------------------------------------------------- contributions


def test_edges_carry_what_each_consumer_contributes():
    x = variable(3.0, 4.0)
    model = drawn(np.sum(x * x) + np.sum(2.0 * x))  # x contributes x twice, and 2
    found = edges_of(model)
    assert found["x_1", "multiply_1", 0].gradient.norm == 5.0
    assert found["x_1", "multiply_1", 1].gradient.norm == 5.0
    assert found["x_1", "multiply_2", 1].gradient.norm == pytest.approx(math.sqrt(8), rel=1e-15)
    assert node_of(model, "x_1").gradient.norm == pytest.approx(math.hypot(8, 10), rel=1e-15)


def test_share_is_the_part_of_the_sum_of_norms():
    x = variable(3.0, 4.0)
    shares = [edge.share for edge in drawn(np.sum(x * x) + np.sum(x * 5.0)).edges if edge.source == "x_1"]
    total = 5 + 5 + math.sqrt(50)
    assert shares == pytest.approx([5 / total, 5 / total, math.sqrt(50) / total], rel=1e-15)


def test_share_of_the_only_contribution_is_1_and_of_zeros_unknown():
    x, y = variable(1.0), variable(-1.0)
    found = edges_of(drawn(np.sum(np.exp(x) + np.maximum(y, 0.0))))
    assert found["x_1", "exp_1", 0].share == 1.0
    assert found["x_2", "maximum_1", 0].share is None


def test_shares_of_huge_contributions_do_not_overflow():
    x = variable(1.0, 1.0)
    shares = [edge.share for edge in drawn(np.sum(x * 1.2e308 - x * 1.2e308)).edges if edge.source == "x_1"]
    assert shares == [0.5, 0.5]


def test_edge_into_the_output_carries_the_seed():
    edge = drawn(np.sum(variable(1.0, 2.0))).edges[-1]
    assert (edge.target, edge.gradient.norm, edge.share) == ("output_1", 1.0, 1.0)


def test_contribution_is_of_the_shape_and_dtype_of_its_source():
    x = variable(1.0, dtype=np.float32)
    model = drawn(np.sum(x * np.ones((5, 3))))  # broadcast from (1,), cast from float32
    edge = edges_of(model)["x_1", "multiply_1", 0]
    assert (edge.gradient.size, edge.gradient.norm) == (1, 15.0)


def test_constants_have_no_gradient():
    edge = edges_of(drawn(np.sum(variable(1.0, 2.0) * np.ones(2))))["constant_1", "multiply_1", 1]
    assert (edge.gradient, edge.share) == (None, None)


def random_graph(rng):
    """Return an output with diamonds, broadcasting, gathers, and arrays used twice in one operation."""
    arrays = [variable(*rng.uniform(0.5, 1.5, 4)) for _ in range(2)]
    steps = [
        lambda a, b: a * b,
        lambda a, b: a + np.sum(b),
        lambda a, b: a / (a * a + b * b),
        lambda a, b: a[np.array([0, 3, 3, 1])] - b[::-1],
        lambda a, b: a[[2, 2, 0, 1]] * a + a[[3, 1, 1, 1]],
        lambda a, b: np.concatenate([a[:2], b[2:]]),
        lambda a, b: (a.reshape(4, 1) * b) @ np.tanh(a),
        lambda a, b: np.where(a.data > b.data, a, b) * np.exp(-a),
        lambda a, b: np.sum(a.reshape(4, 1) * b, axis=0) + np.max(a),
    ]
    for _ in range(12):
        a, b = (arrays[i] for i in rng.integers(0, len(arrays), 2))
        arrays.append(np.tanh(steps[rng.integers(len(steps))](a, b)))
    return np.sum(functools.reduce(np.add, arrays))


def contributions_by_hand(root):
    """Return each contribution by node and position, and their sums by node, with nothing added in place."""
    parts, sums = {}, {root: np.ones(())}
    for node in reachable([root])[0]:
        pullbacks = node.rule.pullbacks if node.rule else ()
        for position, (pullback, source) in enumerate(zip(pullbacks, node.inputs, strict=False)):
            if source is not None:
                part = conform(pullback(sums[node], node.saved), source, node, node.rule)
                parts[node, position] = part
                sums[source] = sums[source] + part if source in sums else part
    return parts, sums


@pytest.mark.parametrize("seed", range(20))
def test_contributions_add_up_to_the_gradient_on_random_graphs(seed):
    output = random_graph(np.random.default_rng(seed))
    walked = walk([output], None, {})
    model = with_gradients([output], walked)
    parts, sums = contributions_by_hand(output._node)
    edges = edges_of(model)
    assert len(parts) == sum(edge.has_gradient for edge in model.edges) - 1
    for (node, position), part in parts.items():
        edge = edges[walked.names[node.inputs[position]], walked.names[node], position]
        assert edge.gradient.norm == pytest.approx(norm(part), rel=1e-12)
        assert edge.gradient.zeros == part.size - np.count_nonzero(part)
    for node, total in sums.items():
        found = node_of(model, walked.names[node]).gradient
        assert found.norm == pytest.approx(norm(total), rel=1e-12, abs=1e-14)
        assert found.maximum == pytest.approx(np.abs(total).max(), rel=1e-12, abs=1e-14)


def test_gradient_of_a_leaf_is_what_backward_gives():
    x = variable(0.3, -0.7)
    y = np.sum(np.tanh(x[[0, 0, 1]]) * x[[1, 0, 1]])
    model = drawn(y)
    y.backward()
    assert node_of(model, "x_1").gradient.norm == pytest.approx(norm(x.grad), rel=1e-14)


def test_complex_gradients_inside_of_a_real_loss():
    z = Tensor(np.array([3 + 4j]), requires_grad=True)
    assert node_of(drawn(np.sum(np.abs(z))), "x_1").gradient.norm == pytest.approx(1.0, rel=1e-15)


def test_empty_arrays():
    x = Tensor(np.empty((0, 2)), requires_grad=True)
    model = drawn(np.sum(np.exp(x)))
    assert node_of(model, "x_1").gradient.size == 0
    assert all(not node.marks for node in (*model.operations, *model.leaves))


# ------------------------------------------------------------------------------------------------- outputs


def test_outputs_of_one_element_need_no_note():
    assert drawn(np.exp(variable(1.0))).notes == ()


def test_wide_output_gets_ones_and_a_note():
    model = drawn(2.0 * variable(1.0, 2.0, 3.0))
    assert node_of(model, "x_1").gradient.norm == pytest.approx(math.sqrt(12), rel=1e-15)
    assert model.notes == ("the gradients are those of the sum of the 3 elements of the output",)


def test_gradient_of_several_outputs_is_that_of_their_sum():
    x = variable(1.0)
    y = 3.0 * x
    model = drawn(np.sum(y * 2.0), y)
    assert node_of(model, "multiply_1").gradient.norm == 3.0
    assert node_of(model, "x_1").gradient.norm == 9.0
    assert edges_of(model)["multiply_1", "output_2", 0].share == pytest.approx(1 / 3)
    assert model.notes == ("the gradients are those of the sum of 2 outputs",)


def test_output_given_twice_counts_twice():
    y = np.exp(variable(0.0))
    model = drawn(y, y)
    assert node_of(model, "x_1").gradient.norm == 2.0
    assert [edge.gradient.norm for edge in model.edges[-2:]] == [1.0, 1.0]


def test_variable_as_output():
    assert node_of(drawn(variable(1.0)), "x_1").gradient.norm == 1.0


def test_complex_output_is_an_error():
    z = Tensor(np.array([1j]), requires_grad=True)
    with pytest.raises(DTypeError, match=r"draw: the output is complex \(complex128\).*np.abs"):
        drawn(z * 2)


def test_freed_graph_is_an_error_that_says_when_to_draw():
    y = np.sum(np.exp(variable(1.0)))
    y.backward()
    with pytest.raises(GraphError, match=r"freed by backward\(\).*draw before backward\(\), or pass retain_graph=True"):
        drawn(y)


def test_written_array_is_an_error():
    x, c = variable(1.0, 2.0), Tensor(np.ones(2))
    y = np.sum(x * c)
    c[0] = 5.0
    with pytest.raises(GraphError, match=r"draw: the gradients cannot be computed: multiply: .* modified in place"):
        drawn(y)


# ------------------------------------------------------------------------------------------------- no side effects


def test_grad_is_untouched_and_the_graph_still_usable():
    def loss_of(x):
        h = np.tanh(x[[0, 1, 1]])
        return np.sum(h * h + x[[1, 1, 0]]), h

    x, other = variable(0.1, 0.7), variable(0.1, 0.7)
    x.grad = np.array([5.0, 5.0])
    (loss, h), (undrawn, _) = loss_of(x), loss_of(other)
    h.retain_grad()
    drawn(loss)
    assert x.grad.tolist() == [5.0, 5.0]
    assert h.grad is None
    x.grad = None
    loss.backward()
    undrawn.backward()
    assert x.grad.tobytes() == other.grad.tobytes()


def test_graph_can_be_drawn_of_the_output_of_a_gradient():
    x = variable(0.5)
    slope = np.sum(grad(lambda a: np.sum(a * np.exp(x)))(variable(2.0)))
    assert node_of(drawn(slope), "x_1").gradient.norm == pytest.approx(math.exp(0.5), rel=1e-14)


def test_no_array_is_kept():
    made = []

    @primitive
    def double(x):
        return 2 * x

    def vjp(g):
        made.append(weakref.ref(result := 2 * g))
        return result

    double.defvjp(vjp)
    x = variable(1.0, 2.0)
    held = weakref.ref(x.data)
    model = drawn(np.sum(double(double(x))))
    del x
    gc.collect()
    assert [reference() for reference in (*made, held)] == [None] * 3
    assert model.total.operations == 3


def test_warnings_of_vjps_do_not_surface():
    x = variable(1e-320, 1.0)
    with np.errstate(all="raise"):
        y = np.sum(np.log(x))
        model = drawn(y)
    assert node_of(model, "x_1").gradient.infs == 1


def test_vjp_that_raises_is_drawn_as_failed():
    @primitive
    def broken(x):
        return 2 * x

    def vjp(g):
        raise ValueError("no derivative today")

    broken.defvjp(vjp)
    x, w = variable(1.0), variable(3.0)
    model = drawn(np.sum(broken(np.exp(x)) * w))
    mark = node_of(model, "broken_1").marks[0]
    assert (mark.kind, mark.text) in {(mark.kind, note) for note in model.notes}
    assert mark.kind == "failed"
    assert "the VJP of broken_1 raised ValueError: no derivative today" in mark.text
    assert [node_of(model, name).gradient for name in ("exp_1", "x_1")] == [None, None]
    assert edges_of(model)["exp_1", "broken_1", 0].gradient is None
    assert edges_of(model)["x_1", "exp_1", 0].gradient is None
    assert node_of(model, "x_2").gradient.norm == pytest.approx(2 * math.e, rel=1e-15)


def test_vjp_of_the_wrong_shape_is_drawn_as_failed():
    double = primitive(lambda x: 2 * x, "double").defvjp(lambda g: np.ones(7))
    model = drawn(np.sum(double(variable(1.0, 2.0))))
    assert "vjp of 'double' returned shape (7,)" in node_of(model, "double_1").marks[0].text


def test_gradient_of_which_a_part_failed_is_unknown_and_the_other_part_is_drawn():
    broken = primitive(lambda x: 2 * x, "broken").defvjp(lambda g: 1 // 0)
    x = variable(1.0)
    model = drawn(np.sum(broken(x) + 3.0 * x))
    edge = edges_of(model)["x_1", "multiply_1", 1]
    assert node_of(model, "x_1").gradient is None
    assert (edge.gradient.norm, edge.share) == (3.0, None)


# ------------------------------------------------------------------------------------------------- values


def test_value_is_known_where_something_kept_it():
    x = variable(3.0, 4.0)
    model = drawn(np.sum(np.tanh(x + 1.0) * np.array([0.0, 2.0])))
    assert node_of(model, "add_1").value is None  # nothing needs it
    assert node_of(model, "tanh_1").value.norm == pytest.approx(math.hypot(math.tanh(4), math.tanh(5)), rel=1e-14)
    assert node_of(model, "multiply_1").value is None
    assert node_of(model, "sum_1").value.norm == pytest.approx(2 * math.tanh(5), rel=1e-14)
    assert node_of(model, "constant_1").value.zeros == 1
    assert node_of(model, "x_1").value is None


def test_value_of_an_operand_is_that_of_what_computed_it():
    x, w = variable(3.0, 4.0), variable(1.0, 1.0)
    model = drawn(np.sum((x + 1.0) * w))
    assert node_of(model, "add_1").value.norm == pytest.approx(math.hypot(4, 5), rel=1e-15)


def test_value_of_a_named_variable_is_known():
    x = variable(3.0, 4.0)
    assert node_of(drawn(np.sum(x), x=x), "x_1").value.norm == 5.0


def test_journal_makes_values_known():
    with Journal():
        y = np.sum(np.concatenate([variable(3.0) + 0.0, variable(4.0)]))
    model = drawn(y)
    assert [node_of(model, name).value.norm for name in ("x_1", "add_1", "x_2", "concatenate_1")] == [3, 3, 4, 5]


def test_parameters_say_their_values():
    class Scale:
        def __init__(self):
            self.factor = variable(3.0, 4.0)

        def named_modules(self):
            yield "", self

        def named_parameters(self):
            yield "factor", self.factor

    scale = Scale()
    assert node_of(drawn(np.sum(scale.factor), model=scale), "parameter_1").value.norm == 5.0


# ------------------------------------------------------------------------------------------------- size


def test_chain_of_20_000_operations():
    y = variable(0.5)
    for _ in range(10_000):
        y = np.tanh(y) * 1.01
    model = drawn(y)
    assert all(operation.gradient is not None for operation in model.operations)


def test_diamond_60_deep_is_summed_once_a_node():
    y = variable(1.0)
    for _ in range(60):
        y = y + y
    assert node_of(drawn(y), "x_1").gradient.norm == 2.0**60


def test_collection_of_cycles_goes_on_after_an_error():
    with pytest.raises(ZeroDivisionError), collection_paused():
        assert int(gc.isenabled()) // 0
    assert gc.isenabled()


def test_collection_of_cycles_that_was_off_stays_off():
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
