"""The table of a graph, against counts by hand."""

import html
import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd import GraphError, Tensor, in_region, ops
from autograd.drawing.model import Array, Folded, GraphModel, Leaf, Operation, Region, Saved, Statistics, Total
from autograd.drawing.reading import walk
from autograd.drawing.texts.summary import summarise


class Affine:
    def __init__(self, rows, columns):
        self.weight = Tensor(np.ones((rows, columns)), requires_grad=True)
        self.bias = Tensor(np.zeros(rows), requires_grad=True)

    def __call__(self, x):
        return in_region(self, lambda: ops.linear(x, self.weight, self.bias))


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


def statistics(*elements):
    values = np.array(elements)
    finite = values[np.isfinite(values)]
    rms = math.sqrt(np.mean(finite**2)) if finite.size else 0.0
    return Statistics(
        values.size,
        math.sqrt(np.sum(finite**2)),
        max(abs(finite), default=0.0),
        int(np.sum(values == 0)),
        int(np.sum(np.isnan(values))),
        int(np.sum(np.isinf(values))),
        1,
        rms,
        rms,
    )


def parameter(name, region, *, size=2, value=None, gradient=None):
    return Leaf(name, "parameter", name, Array((size,), "float64", 8 * size), region, value, gradient)


def operation(name, region=None):
    output = Array((3,), "float64", 24)
    return Operation(name, "exp", output, region, None, (None,), (), (), ())


def model(operations, leaves=(), regions=()):
    return GraphModel(
        tuple(operations), tuple(leaves), (), (), tuple(regions), "float64", Total(len(operations), len(leaves), 0)
    )


def test_every_call_of_a_module_is_a_row_with_what_is_its_own():
    network = Network(Affine(4, 3), Affine(2, 4))
    summary = summarise(walk([np.sum(network(np.ones((5, 3))))], network, {}).model)
    assert [(row.name, row.kind, row.depth, row.parameters) for row in summary.rows] == [
        ("(model)", "Network", 0, 0),
        ("layers.0", "Affine", 1, 4 * 3 + 4),
        ("layers.1", "Affine", 1, 2 * 4 + 2),
        ("sum_1", "sum", 0, 0),
    ]
    assert [row.output.shape for row in summary.rows] == [(5, 2), (5, 4), (5, 2), ()]
    # Tanh keeps its output. A layer keeps its input, for the second it is kept already, and where that has a gradient
    # the weight.
    assert [row.saved_bytes for row in summary.rows] == [8 * (20 + 10), 8 * 15, 8 * 8, 0]
    assert (summary.total.parameters, summary.total.saved_bytes) == (26, 8 * (30 + 15 + 8))


def test_shared_parameters_are_counted_once():
    layer = Affine(3, 3)
    network = Network(layer, layer)
    summary = summarise(walk([network(np.ones((5, 3)))], network, {}).model)
    assert [row.parameters for row in summary.rows] == [0, 12, 0]
    assert summary.total.parameters == 12


def test_text_is_aligned():
    network = Network(Affine(4, 3), Affine(2, 4))
    text = str(summarise(walk([np.sum(network(np.ones((5, 3))))], network, {}).model))
    assert text.splitlines() == [
        "name        what     output  parameters  output bytes  saved bytes",
        "----------  -------  ------  ----------  ------------  -----------",
        "(model)     Network  5 × 2            0          80 B        240 B",
        "  layers.0  Affine   5 × 4           16         160 B        120 B",
        "  layers.1  Affine   5 × 2           10          80 B         64 B",
        "sum_1       sum                       0           8 B          0 B",
        "----------  -------  ------  ----------  ------------  -----------",
        "total                                26                      424 B",
    ]


def test_gradient_is_that_of_all_parameters_of_a_row_together():
    leaves = [
        parameter("weight", 0, gradient=statistics(3.0, 0.0)),
        parameter("bias", 0, gradient=statistics(0.0, 4.0)),
        parameter("other", 1, gradient=statistics(1.0, 1.0)),
    ]
    regions = [Region("A_1", "A", "", "a", None), Region("B_1", "B", "", "b", None)]
    summary = summarise(model([operation("exp_1", 0), operation("exp_2", 1)], leaves, regions))
    assert [row.gradient for row in summary.rows] == pytest.approx([math.sqrt(25 / 4), 1.0])
    assert summary.total.gradient == pytest.approx(math.sqrt(27 / 6))
    assert [row.update for row in summary.rows] == [None, None]
    assert "update" not in str(summary)


def test_update_is_the_step_of_sgd_relative_to_the_parameters():
    leaves = [
        parameter("weight", 0, value=statistics(10.0, 10.0), gradient=statistics(0.2, -0.2)),
        parameter("bias", 0, value=statistics(0.0, 0.0), gradient=statistics(0.2, 0.2)),
    ]
    summary = summarise(model([operation("exp_1", 0)], leaves, [Region("A_1", "A", "", "a", None)]), lr=0.5)
    assert summary.rows[0].update == pytest.approx(0.5 * 0.2 / math.sqrt(200 / 4))
    assert str(summary).splitlines()[2].split() == ["a", "A", "3", "4", "24", "B", "0", "B", "0.2", "0.0141"]


@pytest.mark.parametrize(
    ("value", "gradient", "update"),
    [((0.0,), (1.0,), math.inf), ((0.0,), (0.0,), 0.0), ((1.0,), (math.inf,), math.inf), (None, (1.0,), None)],
)
def test_update_at_the_extremes(value, gradient, update):
    leaf = parameter("w", None, value=value and statistics(*value), gradient=statistics(*gradient))
    assert summarise(model([operation("exp_1")], [leaf]), lr=1.0).rows[0].update == update


def test_parameter_without_gradient_is_not_compared():
    leaves = [
        parameter("weight", 0, value=statistics(2.0), gradient=statistics(1.0)),
        parameter("unused", 0, value=statistics(100.0)),
    ]
    summary = summarise(model([operation("exp_1", 0)], leaves, [Region("A_1", "A", "", "a", None)]), lr=1.0)
    assert summary.rows[0].update == 0.5


def test_gradient_with_nan_is_nan():
    leaf = parameter("w", None, value=statistics(1.0), gradient=statistics(1.0, math.nan, math.inf))
    summary = summarise(model([operation("exp_1")], [leaf]), lr=1.0)
    assert math.isnan(summary.rows[0].gradient)
    assert math.isnan(summary.rows[0].update)
    assert "NaN     NaN" in str(summary)


def test_variables_and_operations_outside_of_modules_are_rows():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    summary = summarise(walk([np.exp(x) * np.ones(3)], None, {"x": x}).model)
    assert [(row.name, row.kind) for row in summary.rows] == [
        ("x", "variable"),
        ("exp_1", "exp"),
        ("multiply_1", "multiply"),
    ]


def test_call_that_repeats_is_counted_as_often():
    regions = [
        Region("Block_1", "Block", "", "blocks.0", None, (), 12, "blocks.11", "own"),
        Region("Cell_1", "Cell", "", "cell", 0, (), 5, None, "same"),
    ]
    leaves = [parameter("a", 0, size=7), parameter("b", 1, size=2)]
    operations = [replace(operation(f"exp_{i}", i), saved=(Saved("y", None, 8),)) for i in (0, 1)]
    summary = summarise(model(operations, leaves, regions))
    assert [(row.name, row.kind) for row in summary.rows] == [
        ("blocks.0 … blocks.11", "Block × 12, own parameters"),
        ("cell", "Cell × 5, the same parameters"),
    ]
    assert [row.parameters for row in summary.rows] == [12 * 7, 12 * 2]
    assert [row.saved_bytes for row in summary.rows] == [12 * 8, 12 * 5 * 8]
    assert (summary.total.parameters, summary.total.saved_bytes) == (12 * 9, 12 * 8 + 60 * 8)


def test_folded_call_is_a_row_of_what_is_inside():
    regions = [Region("A_1", "A", "", "a", None), Region("B_1", "B", "", "b", 0)]
    folded = Folded("B_1", "B", 30, 4, 0, 1, Array((3,), "float64", 24), 512, 99)
    summary = summarise(model([operation("exp_1", 0), folded], regions=regions))
    assert [(row.name, row.depth, row.parameters, row.saved_bytes) for row in summary.rows] == [
        ("a", 0, 0, 0),
        ("b", 1, 99, 512),
    ]
    assert (summary.total.parameters, summary.total.saved_bytes) == (99, 512)


def test_stretch_left_out_is_a_row():
    middle = Folded("middle", "… 84 operations …", 84, 0, None, None, None, 640)
    summary = summarise(model([operation("exp_1"), middle]))
    assert [(row.name, row.output and 1, row.saved_bytes) for row in summary.rows] == [
        ("exp_1", 1, 0),
        ("… 84 operations …", None, 640),
    ]


def test_many_rows_are_printed_without_their_middle():
    summary = summarise(model([operation(f"exp_{i}") for i in range(1, 1001)]))
    lines = str(summary).splitlines()
    assert len(summary.rows) == 1000
    assert len(lines) == 40 + 1 + 20 + 4
    assert lines[2 + 40] == "… 940 more …"
    assert [lines[2 + 39].split()[0], lines[2 + 41].split()[0]] == ["exp_40", "exp_981"]


def test_rows_up_to_the_limit_are_all_printed():
    assert "more" not in str(summarise(model([operation(f"exp_{i}") for i in range(60)])))


def test_html_says_the_same_as_the_text():
    network = Network(Affine(4, 3), Affine(2, 4))
    summary = summarise(walk([np.sum(network(np.ones((5, 3))))], network, {}).model)
    rows = ElementTree.fromstring(summary._repr_html_()).iter("tr")
    said = [[cell.text for cell in row if cell.text] for row in rows]
    lines = [re.split(r"  +", line.strip()) for line in str(summary).splitlines() if not line.startswith("-")]
    assert said == lines


@pytest.mark.parametrize("name", ['"', "<b>", "two\nlines", "\x00\x1b[31m", "日本", "\ud800", "a" * 10_000])
def test_hostile_name_is_a_cell(name):
    x = Tensor(np.ones(3), requires_grad=True)
    summary = summarise(walk([np.exp(x)], None, {name: x}).model)
    str(summary).encode()
    assert len(str(summary).splitlines()) == 6
    assert max(map(len, str(summary).splitlines())) < 150
    cell = ElementTree.fromstring(summary._repr_html_())[1][0]
    assert cell.text == str(summary).splitlines()[2].partition("  ")[0]
    assert html.escape("<b>") in summary._repr_html_() or name != "<b>"


@pytest.mark.parametrize("lr", [0.0, -1.0, math.nan, math.inf])
def test_learning_rate_that_is_none_is_an_error(lr):
    with pytest.raises(ValueError, match=r"summary: lr is .*; give the learning rate, a number above 0"):
        summarise(model([operation("exp_1")]), lr=lr)


def test_learning_rate_without_gradients_is_an_error():
    with pytest.raises(GraphError, match="no gradient is known: draw them too"):
        summarise(model([operation("exp_1")], [parameter("w", None)]), lr=0.1)


def test_empty_graph():
    assert str(summarise(model([]))).splitlines()[-1].startswith("total")


def test_100_000_operations():
    x = Tensor(np.ones(3), requires_grad=True)
    for _ in range(100_000):
        x = np.tanh(x)
    summary = summarise(walk([x], None, {}).model)
    assert len(summary.rows) == 100_001
    assert summary.total.saved_bytes == 24 * 100_000
