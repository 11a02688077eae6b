"""Repetitions are drawn once, and only what truly repeats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor, in_region
from autograd.drawing import draw
from autograd.drawing.fold import fold
from autograd.drawing.fold.contract import contract_repeats
from autograd.drawing.fold.plan import Plan
from autograd.drawing.model import Folded
from fold_checks import assert_consistent, repeated


class Block:
    """Called in a region; holds what it multiplies with."""

    def __init__(self, function, count=1):
        self.scale = Tensor(np.ones(3), requires_grad=True)
        self.function, self.count = function, count

    def __call__(self, x):
        return in_region(self, self.forward, (x,))

    def forward(self, x):
        y = x
        for _ in range(self.count):
            y = self.function(y) * self.scale
        return y + x


def variable(*shape):
    return Tensor(np.ones(shape or (3,)), requires_grad=True)


def folded(*outputs):
    model = fold(draw(list(outputs)).model, "repeats")
    assert_consistent(model)
    return model


def primitives(model):
    return [operation.primitive for operation in model.operations]


def test_chain_of_one_operation():
    x = y = variable()
    for _ in range(5000):
        y = np.tanh(y)
    model = folded(y)
    assert primitives(model) == ["tanh"]
    assert repeated(model) == [("repeated", 5000, None)]
    assert [(e.source, e.target, e.count) for e in model.edges] == [("x_1", "tanh_1", 1), ("tanh_1", "output_1", 1)]
    assert model.notes == ("5,000 × tanh drawn once",)
    assert x.shape == (3,)


def test_two_of_a_kind_stay():
    y = np.tanh(np.tanh(variable()))
    model = draw(y).model
    assert fold(model, "repeats") is model


def test_recurrent_loop_with_shared_weights_and_a_sequence():
    w, u, h = variable(4, 4), variable(4, 4), np.zeros((2, 4))
    for step in range(30):
        h = np.tanh(np.full((2, 4), step + 1.0) @ w + h @ u)
    model = folded(np.sum(h))
    assert primitives(model) == ["matmul", "matmul", "add", "tanh", "sum"]
    assert repeated(model) == [("repeated", 30, "same")]
    assert [(leaf.kind, leaf.region) for leaf in model.leaves if leaf.kind == "variable"] == [("variable", None)] * 2
    sequence = [leaf for leaf in model.leaves if leaf.kind == "constant" and leaf.region is not None]
    assert len(sequence) == 1  # the input of each step; the first state is outside
    counts = {edge.source: edge.count for edge in model.edges if edge.target.startswith("matmul")}
    assert counts == {"x_1": 30, "x_2": 30, sequence[0].name: 30, "constant_2": 1}


def test_sequence_that_was_computed_before_is_one_edge():
    inputs = variable()
    sequence = [np.exp(inputs) for _ in range(10)]
    y = variable()
    for x in sequence:
        y = np.tanh(y * x)
    model = folded(y)
    assert primitives(model) == ["exp", "multiply", "tanh"]
    assert {(e.source, e.target): e.count for e in model.edges}["exp_1", "multiply_1"] == 10


def test_results_of_every_step_leave_as_one_edge():
    h, steps = variable(), []
    for _ in range(10):
        h = np.tanh(h * 2.0)
        steps.append(h)
    model = folded(np.concatenate(steps))
    assert [(e.source, e.count, e.position) for e in model.edges if e.target == "concatenate_1"] == [
        ("tanh_1", 10, None)
    ]


def test_result_taken_twice_keeps_its_arguments():
    y = variable()
    for _ in range(10):
        y = np.tanh(y)
    model = folded(y * y)
    assert [(e.count, e.position) for e in model.edges if e.target == "multiply_1"] == [(1, 0), (1, 1)]


def test_skip_from_outside():
    x = np.exp(variable())
    y = x
    for _ in range(20):
        y = np.tanh(y) + x
    model = folded(y)
    assert primitives(model) == ["exp", "tanh", "add"]
    assert {(e.source, e.target): e.count for e in model.edges}["exp_1", "add_1"] == 20


def test_constant_that_differs_is_not_folded_away():
    y = variable()
    for step in range(20):
        y = np.tanh(y * (2.0 if step != 7 else 3.0))
    model = folded(y)
    assert primitives(model) == ["multiply", "tanh"] * 3
    assert [times for _, times, _ in repeated(model)] == [7, 12]


def test_option_that_differs_is_not_folded_away():
    y = variable(4, 4)
    for step in range(12):
        y = np.cumsum(y, axis=1 if step == 5 else 0)
    model = folded(y)
    assert [times for _, times, _ in repeated(model)] == [5, 6]


def test_shape_that_differs_is_not_folded_away():
    y = variable(3, 1)
    for step in range(12):
        y = y + variable(1, 4 if step >= 5 else 1)
    model = folded(y)
    assert [operation.output.shape for operation in model.operations] == [(3, 1), (3, 4), (3, 4)]
    assert [times for _, times, _ in repeated(model)] == [5, 6]


def test_wiring_that_differs_is_not_folded_away():
    first = y = np.exp(variable())
    for step in range(20):
        y = np.tanh(y) * (first if step == 9 else y)
    model = folded(y)
    assert [times for _, times, _ in repeated(model)] == [9, 10]


@pytest.mark.parametrize("odd", [0, 5])
def test_variable_is_no_constant(odd):
    y = variable()
    for step in range(12):
        y = y * (variable() if step == odd else np.full(3, step + 1.0))
    model = folded(y)
    assert [times for _, times, _ in repeated(model)] == ([5] if odd else []) + [11 - odd]
    assert [leaf.kind for leaf in model.leaves].count("variable") == 2


def test_first_repetition_that_does_without_its_own_result():
    x, y = np.arctan(variable()), variable()
    results = []
    for step in range(10):
        results.append(np.sin(y))
        y = y * (results[-1] if step else x)
    model = folded(y + results[0])
    assert [times for _, times, _ in repeated(model)] == [9]


def test_repetition_begins_where_least_is_carried_on():
    y = variable() + variable()
    for _ in range(6):
        y = np.tanh(y) + np.sin(y)
    model = folded(y)
    assert [(o.primitive, o.region) for o in model.operations] == [("add", None), ("tanh", 0), ("sin", 0), ("add", 0)]


def test_weights_of_which_some_are_shared():
    shared, y = variable(), variable()
    for _ in range(6):
        y = np.tanh(y * shared + variable())
    assert repeated(folded(y)) == [("repeated", 6, "own")]


def test_order_of_arguments_counts():
    x, y = variable(), variable()
    for step in range(20):
        y = np.tanh(y) - x if step < 10 else x - np.tanh(y)
    model = folded(y)
    assert primitives(model) == ["tanh", "subtract"] * 2
    assert [times for _, times, _ in repeated(model)] == [10, 10]


def test_recurrence_of_second_order_repeats_in_pairs():
    before, y = np.exp(variable()), np.exp(variable())
    for _ in range(20):
        before, y = y, np.tanh(y * before)
    model = folded(y)
    assert primitives(model)[2:] == ["multiply", "tanh"] * 2
    assert repeated(model) == [("repeated", 10, None)]


def test_alternating_weights_repeat_in_pairs():
    a, b, y = variable(), variable(), np.exp(variable())
    for step in range(20):
        y = y * (b if step % 2 else a)
    model = folded(y)
    assert primitives(model) == ["exp", "multiply", "multiply"]
    assert repeated(model) == [("repeated", 10, "same")]
    assert len(model.leaves) == 3


def test_one_array_for_two_is_another_wiring():
    sequence = [np.exp(variable()) for _ in range(20)]
    y = np.exp(variable())
    for step in range(9):
        first, second = sequence[2 * step], sequence[2 * step + 1]
        y = y * first + (first if step == 4 else second)
    model = folded(y)
    assert [times for _, times, _ in repeated(model)][-2:] == [4, 5]


def test_arrays_that_are_only_at_first_the_same():
    x = y = np.exp(variable())
    for _ in range(9):
        x, y = np.tanh(x), np.sin(x * y)
    model = folded(x * y)
    assert repeated(model) == [("repeated", 9, None)]


def test_nested_loops():
    y = variable()
    for _ in range(10):
        for _ in range(6):
            y = np.tanh(y)
        y = np.exp(y)
    model = folded(y)
    assert primitives(model) == ["tanh", "exp"]
    assert repeated(model) == [("repeated", 10, None), ("repeated", 6, None)]
    assert [model.regions[i].repeats for i in model.ancestors(model.operations[0].region)] == [6, 10]


def test_repetitions_whose_inside_repeats_differently_are_apart():
    y = variable()
    for _ in range(4):
        for times in (3, 5):
            for _ in range(times):
                y = np.tanh(y)
            y = np.exp(y)
    model = folded(y)
    assert repeated(model) == [("repeated", 4, None), ("repeated", 3, None), ("repeated", 5, None)]


class TestModules:
    def test_calls_of_own_parameters(self):
        y = x = variable()
        for block in (blocks := [Block(np.tanh) for _ in range(12)]):
            y = block(y)
        model = folded(y)
        assert len(blocks) == 12
        assert repeated(model) == [("Block", 12, "own")]
        assert [leaf.label for leaf in model.leaves] == [None, "scale"]
        assert {(e.source, e.target): e.count for e in model.edges}[model.leaves[1].name, "multiply_1"] == 12
        assert x.shape == (3,)

    def test_calls_of_one_module(self):
        block, y = Block(np.tanh), variable()
        for _ in range(12):
            y = block(y)
        model = folded(y)
        assert repeated(model) == [("Block", 12, "same")]
        assert [model.regions[leaf.region].kind for leaf in model.leaves if leaf.label == "scale"] == ["Block"]

    def test_names_of_the_first_and_the_last(self):
        net = nn.Sequential(*[nn.Sequential(nn.Linear(8, 8), nn.Tanh()) for _ in range(12)], nn.Linear(8, 3))
        model = fold(draw(np.sum(net(np.ones((5, 8)))), net).model, "repeats")
        assert_consistent(model)
        region = next(region for region in model.regions if region.repeats > 1)
        assert (region.label, region.last_label, region.repeats, region.shares) == ("0", "11", 12, "own")
        assert [leaf.label for leaf in model.leaves if leaf.kind == "parameter"] == [
            "0.0.weight",
            "0.0.bias",
            "12.weight",
            "12.bias",
        ]

    def test_kind_of_module_and_what_it_says_count(self):
        net = nn.Sequential(*[nn.Linear(8, 8) for _ in range(4)], nn.Linear(8, 4), *[nn.Linear(4, 4) for _ in range(3)])
        model = fold(draw(net(np.ones((5, 8))), net).model, "repeats")
        assert repeated(model) == [("Linear", 4, "own"), ("Linear", 3, "own")]

    def test_calls_that_say_different_things_are_apart(self):
        class Named(Block):
            def extra_repr(self):
                return self.name

        y = variable()
        blocks = [Named(np.tanh) for _ in range(10)]
        for i, block in enumerate(blocks):
            block.name = "left" if i < 4 else "right"
            y = block(y)
        model = folded(y)
        assert [(region.detail, region.repeats) for region in model.regions] == [("left", 4), ("right", 6)]

    def test_repeated_calls_that_repeat(self):
        x, block, results = np.exp(variable()), Block(np.tanh), []
        for _ in range(3):
            y = x
            for _ in range(4):
                y = block(y)
            results.append(y)
        model = folded(np.concatenate(results))
        assert repeated(model) == [("repeated", 3, "same"), ("Block", 4, "same")]

    def test_calls_alternate(self):
        y = variable()
        blocks = [Block(np.tanh if i % 2 else np.sin) for i in range(20)]
        for block in blocks:
            y = block(y)
        model = folded(y)
        assert repeated(model) == [("repeated", 10, "own")]
        assert [region.kind for region in model.regions] == ["repeated", "Block", "Block"]

    def test_repetition_within_repeated_calls(self):
        y = variable()
        blocks = [Block(np.tanh, 5) for _ in range(6)]
        for block in blocks:
            y = block(y)
        model = folded(y)
        assert repeated(model) == [("Block", 6, "own"), ("repeated", 5, "same")]
        assert primitives(model) == ["tanh", "multiply", "add"]

    def test_call_with_another_inside_is_apart(self):
        y = variable()
        blocks = [Block(np.sin if i == 4 else np.tanh) for i in range(10)]
        for block in blocks:
            y = block(y)
        model = folded(y)
        assert [(kind, times) for kind, times, _ in repeated(model)] == [("Block", 4), ("Block", 5)]
        assert primitives(model)[3] == "sin"

    @pytest.mark.parametrize(("operations", "is_folded"), [(21, False), (22, True)])
    def test_large_repetition_is_one_node(self, operations, is_folded):
        def long(y):
            for i in range(operations):
                y = y * (i + 0.5)
            return y

        y = variable()
        blocks = [Block(long) for _ in range(6)]
        for block in blocks:
            y = block(y)
        model = folded(y)
        assert isinstance(model.operations[0], Folded) == is_folded  # beside them are a scale and two operations
        assert len(model.operations) == (1 if is_folded else operations + 2)
        assert repeated(model) == [("Block", 6, "own")]


def test_result_of_a_repetition_fed_back_to_an_earlier_place_makes_no_circle():
    a, b = variable(), variable()
    for _ in range(8):
        a, b = np.tanh(b), np.exp(a)
    folded(a * b)


steps = st.lists(
    st.tuples(st.sampled_from(["tanh", "exp", "multiply", "add", "leaf", "block", "old"]), st.integers(0, 3)),
    min_size=1,
    max_size=6,
)


def run(program, state, blocks):
    """Run a random loop: `program` lists pieces, each of which is repeated."""
    for times, body in program:
        weights = [variable() for _ in range(times)]
        for step in range(times):
            for kind, which in body:
                x, other = state[-1], state[-1 - which % len(state)]
                if kind in ("tanh", "exp"):
                    y = getattr(np, kind)(x) * 0.5
                elif kind in ("multiply", "add"):
                    y = getattr(np, kind)(x, other)
                elif kind == "leaf":
                    y = x * weights[step if which % 2 else 0]
                elif kind == "old":
                    y = x + state[0]
                else:
                    y = blocks[which](x)
                state.append(np.tanh(y))
    return state[-1]


@given(st.lists(st.tuples(st.integers(1, 6), steps), min_size=1, max_size=3), st.integers(8, 60))
def test_random_programs_stay_consistent(program, limit):
    blocks = [Block(np.tanh), Block(np.sin, 3), Block(np.tanh), Block(lambda x: Block(np.cos)(x))]
    model = draw(run(program, [variable()], blocks)).model
    for collapse in ("repeats", "auto", 0, "Block") if model.regions else ("repeats", "auto"):
        small = fold(model, collapse, limit)
        assert small.size <= limit
        assert_consistent(small)
        again = fold(small, "auto", 8)
        assert again.size <= 8
        assert_consistent(again)


@given(st.lists(st.tuples(st.integers(1, 6), steps), min_size=1, max_size=3))
def test_what_is_drawn_once_does_the_same_everywhere(program):
    blocks = [Block(np.tanh), Block(np.sin, 3), Block(np.tanh), Block(lambda x: Block(np.cos)(x))]
    model = draw(run(program, [variable()], blocks)).model
    plan = Plan(model)
    contract_repeats(plan)
    for operation, alike in zip(model.operations, plan.alike, strict=False):
        first = plan.nodes[alike]
        assert (operation.primitive, operation.options) == (first.primitive, first.options)
        assert (operation.arguments, operation.output) == (first.arguments, first.output)
    for edge, slot, target, hidden in zip(model.edges, plan.slot, plan.target, plan.is_hidden, strict=True):
        first = model.edges[slot]
        assert (edge.position, edge.array) == (first.position, first.array)
        source, home = plan.number[first.source], plan.home[target]
        if home < plan.operations and not hidden:
            around = (plan.regions[region].name for region in plan.around(plan.region[home]))
            begin, end = next((plan.first[name] for name in around if name in plan.first), (0, 0))
            if begin <= source < end:
                assert plan.home[plan.number[edge.source]] == plan.home[source]


@pytest.mark.parametrize("period", [1, 2, 3, 5])
def test_loops_are_found_whatever_surrounds_them(period):
    y = np.arctan(variable())
    functions = [np.tanh, np.exp, np.sin, np.cos, np.square][:period]
    for _ in range(7):
        for function in functions:
            y = function(y)
    model = folded(np.sum(np.arctan(y)))
    assert primitives(model) == ["arctan", *(function.__name__ for function in functions), "arctan", "sum"]
