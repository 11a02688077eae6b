"""What a node or an edge that is drawn for many says of them."""

from dataclasses import replace

import numpy as np
import pytest

import nn
from autograd import Tensor, in_region
from autograd.drawing import draw
from autograd.drawing.fold import fold
from autograd.drawing.model import Folded, Mark, Saved, Statistics
from fold_checks import assert_consistent, repeated


class Step:
    def __init__(self):
        self.weight = Tensor(np.ones((4, 4)), requires_grad=True)
        self.bias = Tensor(np.ones(4), requires_grad=True)

    def __call__(self, x):
        return in_region(self, lambda: np.tanh(x @ self.weight + self.bias))


def variable(*shape):
    return Tensor(np.ones(shape or (3,)), requires_grad=True)


def chain(length=12):
    y = variable()
    for _ in range(length):
        y = np.tanh(y)
    return draw(y).model


def steps(times=6, *, shared=False):
    modules = [Step() for _ in range(times)]
    y = variable(2, 4)
    for module in modules:
        y = (modules[0] if shared else module)(y)
    return draw(np.sum(y)).model, modules


def statistics(*values):
    parts = [Statistics(1, abs(v), abs(v), v == 0, 0, 0, 1, abs(v), abs(v)) for v in values]
    return Statistics.pooled(parts)


def with_operations(model, change):
    """Return `model` with ``change(index, operation)`` for each operation."""
    return replace(model, operations=tuple(change(i, o) for i, o in enumerate(model.operations)))


def folded(model, collapse="repeats"):
    small = fold(model, collapse)
    assert_consistent(small)
    return small


def marks_of_repetitions(texts, kind="wrong"):
    model = with_operations(
        chain(len(texts)), lambda i, o: replace(o, marks=(Mark(kind, texts[i]),) if texts[i] else ())
    )
    return [(mark.kind, mark.text) for mark in folded(model).operations[0].marks]


class TestRepetitions:
    def test_statistics_of_all_are_pooled(self):
        model = with_operations(
            chain(), lambda i, o: replace(o, value=statistics(float(i)), gradient=statistics(10.0**-i))
        )
        operation = folded(model).operations[0]
        assert operation.value == statistics(*map(float, range(12)))
        assert (operation.gradient.arrays, operation.gradient.lowest, operation.gradient.highest) == (12, 1e-11, 1.0)

    def test_statistics_that_only_some_have(self):
        model = with_operations(chain(), lambda i, o: replace(o, gradient=statistics(1.0) if i in (3, 4) else None))
        assert folded(model).operations[0].gradient == statistics(1.0, 1.0)

    def test_statistics_of_leaves_are_pooled(self):
        model, _ = steps()
        leaves = tuple(replace(leaf, gradient=statistics(float(i + 1))) for i, leaf in enumerate(model.leaves))
        model = replace(model, leaves=leaves)
        numbers = [i + 1.0 for i, leaf in enumerate(leaves) if leaf.label == "weight"]
        weight = next(leaf for leaf in folded(model).leaves if leaf.label == "weight")
        assert weight.gradient == statistics(*numbers)

    def test_edges_are_pooled_and_counted(self):
        y = variable()
        for _ in range(5):
            y = np.tanh(np.exp(y))
        model = draw(y).model
        inner = [i for i, edge in enumerate(model.edges) if edge.target.startswith("tanh")]
        edges = tuple(
            replace(edge, gradient=statistics(float(i)), share=1.0) if i in inner else edge
            for i, edge in enumerate(model.edges)
        )
        edge = next(e for e in folded(replace(model, edges=edges)).edges if e.target == "tanh_1")
        assert (edge.count, edge.share, edge.gradient) == (5, 1.0, statistics(*map(float, inner)))

    def test_share_that_differs_is_not_told(self):
        y = variable()
        for _ in range(5):
            y = np.tanh(np.exp(y))
        model = draw(y).model
        edges = tuple(replace(edge, share=1.0 / (i + 1)) for i, edge in enumerate(model.edges))
        edge = next(e for e in folded(replace(model, edges=edges)).edges if e.target == "tanh_1")
        assert edge.share is None

    def test_mark_of_one_says_which(self):
        assert marks_of_repetitions([""] * 6 + ["off by 2"] + [""] * 5) == [
            ("wrong", "in repetition 7 of 12: off by 2")
        ]

    def test_mark_of_some_says_how_many(self):
        expected = [("note", "in 2 of 12 repetitions, first in repetition 3: zero")]
        assert marks_of_repetitions([""] * 2 + ["zero"] * 2 + [""] * 8, "dead") == expected

    def test_mark_of_all_is_said_once(self):
        assert marks_of_repetitions(["zero"] * 12, "dead") == [("dead", "zero")]

    def test_right_is_said_once_whatever_its_text(self):
        assert marks_of_repetitions([f"error {i}" for i in range(12)], "right") == [("right", "error 0")]

    def test_many_marks_are_counted(self):
        marks = marks_of_repetitions([f"off by {i}" for i in range(12)])
        assert marks[:2] == [
            ("wrong", "in repetition 1 of 12: off by 0"),
            ("wrong", "in repetition 2 of 12: off by 1"),
        ]
        assert marks[4:] == [("wrong", "8 more like these")]

    def test_grave_marks_come_before_many_others(self):
        kinds = ["dead"] * 11 + ["failed"]
        model = with_operations(chain(), lambda i, o: replace(o, marks=(Mark(kinds[i], f"text {i}"),)))
        assert folded(model).operations[0].marks[0] == Mark("failed", "in repetition 12 of 12: text 11")

    def test_repetitions_of_nested_loops_are_counted_through(self):
        y = variable()
        for _ in range(4):
            for _ in range(3):
                y = np.tanh(y)
            y = np.exp(y)
        model = draw(y).model
        model = with_operations(
            model, lambda i, o: replace(o, marks=(Mark("failed", "no"),) if o.name == "tanh_8" else ())
        )
        assert folded(model).operations[0].marks == (Mark("failed", "in repetition 8 of 12: no"),)

    def test_saved_array_of_a_repetition_is_that_of_the_first(self):
        model = draw(np.exp(chain_and_more())).model
        last = model.operations[-2].name
        model = with_operations(
            model, lambda i, o: replace(o, saved=(Saved("x", last, 8),)) if i == len(model.operations) - 1 else o
        )
        assert folded(model).operations[-1].saved == (Saved("x", "tanh_1", 8),)


def chain_and_more():
    y = variable()
    for _ in range(12):
        y = np.tanh(y)
    return y


class TestFolded:
    def test_own_parameters_all_count(self):
        model, modules = steps()
        node = folded(model, "Step").operations[0]
        assert (node.operations, node.leaves, node.parameters) == (3, 2, 20)
        node = fold(model, "Step", 8).operations[0]
        assert len(modules) == 6
        assert (node.operations, node.leaves, node.parameters) == (18, 12, 120)

    def test_shared_parameters_count_once(self):
        model, _ = steps(shared=True)
        node = fold(model, "Step", 8).operations[0]
        assert (node.operations, node.leaves, node.parameters) == (18, 2, 20)

    def test_bytes_saved_are_those_of_all_repetitions(self):
        model, _ = steps()
        inside = sum(o.saved_bytes for o in model.operations if o.region is not None)
        assert fold(model, "Step", 8).operations[0].saved_bytes == inside > 0

    def test_node_inside_a_repetition_is_described_once(self):
        net = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(48)])
        model = draw(np.sum(net(np.ones((2, 4)))), net).model
        node = fold(model, "Linear", 60).operations[0]
        assert (node.operations, node.leaves, node.parameters) == (1, 2, 20)

    def test_array_that_is_handed_on_and_its_gradient(self):
        model, _ = steps()
        model = with_operations(model, lambda i, o: replace(o, gradient=statistics(float(i))))
        first = folded(model, "Step").operations[0]
        assert (first.output.shape, first.gradient) == ((2, 4), statistics(2.0))
        together = fold(model, "Step", 8).operations[0]
        assert (together.output.shape, together.gradient) == ((2, 4), statistics(17.0))

    def test_one_array_of_each_repetition_is_handed_on(self):
        modules, y, results = [Step() for _ in range(6)], variable(2, 4), []
        for module in modules:
            y = module(y)
            results.append(y)
        model = with_operations(draw(np.concatenate(results)).model, lambda i, o: replace(o, gradient=statistics(1.0)))
        node = fold(model, "Step", 8).operations[0]
        assert (node.operations, node.output.shape, node.gradient) == (18, (2, 4), statistics(*[1.0] * 6))

    def test_several_arrays_handed_on(self):
        module, x = Step(), variable(2, 4)
        y = in_region(module, lambda: (np.exp(x), np.sum(np.tanh(x))))
        node = folded(draw(list(y)).model, "Step").operations[0]
        assert (node.output, node.gradient) == (None, None)

    def test_grave_marks_inside_are_named_and_others_not(self):
        model, _ = steps()
        kinds = ["dead", "wrong", "right", "non-finite"]
        model = with_operations(model, lambda i, o: replace(o, marks=(Mark(kinds[i % 4], f"because of {i}"),)))
        small = folded(model, "Step")
        assert small.operations[0].marks == (Mark("wrong", "add_1: because of 1"),)
        assert small.operations[1].marks == (
            Mark("non-finite", "matmul_2: because of 3"),
            Mark("wrong", "tanh_2: because of 5"),
        )

    def test_edges_into_a_folded_node_are_one(self):
        x = variable(2, 4)
        both = draw(in_region(Step(), lambda: np.tanh(x) * np.sin(x))).model
        edges = tuple(replace(edge, gradient=statistics(1.0)) for edge in both.edges)
        edge = folded(replace(both, edges=edges), "Step").edges[0]
        assert (edge.source, edge.count, edge.position, edge.gradient) == ("x_1", 2, None, statistics(1.0, 1.0))

    def test_parameter_that_others_use_stays_visible(self):
        model, _ = steps(shared=True)
        small = folded(model, lambda region: region.name == "Step_3")
        assert {leaf.label for leaf in small.leaves} == {None, "weight", "bias"}
        assert [node.leaves for node in small.operations if isinstance(node, Folded)] == [0]


@pytest.mark.parametrize(("shared", "arrays"), [(False, 24), (True, 2)])
def test_a_model_that_is_folded_already_is_folded_further(shared, arrays):
    model, _ = steps(12, shared=shared)
    node = folded(folded(model), "Step").operations[0]
    assert (node.operations, node.leaves, node.parameters) == (36, arrays, 10 * arrays)


def test_folded_nodes_are_never_taken_for_each_other():
    modules, y = [Step() for _ in range(12)], variable(2, 4)
    for module in modules:
        y = module(y)
    for _ in range(20):
        y = np.tanh(y)
    small = folded(folded(draw(y).model, "Step"))
    assert repeated(small) == [("repeated", 20, None)]
    assert [node.name for node in small.operations][:12] == [f"Step_{i + 1}" for i in range(12)]


@pytest.mark.parametrize("collapse", ["repeats", "auto", 0])
def test_notes_are_kept(collapse):
    model = replace(chain(200), notes=("first NaN forward: tanh_3",))
    assert fold(model, collapse).notes == ("first NaN forward: tanh_3", "200 × tanh drawn once")
