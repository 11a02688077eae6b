"""The text tree: what stands on its lines, for models written by hand."""

import math

import numpy as np
import pytest

from autograd import Tensor, in_region
from autograd.drawing import draw
from autograd.drawing.model import Array, Edge, Folded, GraphModel, Leaf, Mark, Operation, Region, Statistics, Total
from autograd.drawing.notation import number_text, region_text, shortened
from autograd.drawing.reading import walk
from autograd.drawing.texts.tree import to_text

VECTOR = Array((3,), "float64", 24)
HOSTILE = ['"quoted"', "<b>bold</b>", "two\nlines", "\x00\x1b[31m", "日本 ∂", "\ud800", "{}", "a" * 10_000]


def statistics(rms, size=3, nans=0, infs=0):
    finite = size - nans - infs
    return Statistics(size, rms * math.sqrt(finite), rms, size if rms == 0 else 0, nans, infs, 1, rms, rms)


def operation(name, region=None, gradient=None, marks=()):
    primitive = name.partition("_")[0]
    return Operation(name, primitive, VECTOR, region, None, (None,), (), (), (), None, None, gradient, marks)


def edge(source, target):
    return Edge(source, target, VECTOR, 0, None, True)


def model(*operations, leaves=(), regions=(), edges=(), notes=()):
    return GraphModel(operations, leaves, (), edges, regions, "float64", Total(len(operations), len(leaves), 0), notes)


def lines(*operations, **parts):
    return to_text(model(*operations, **parts)).splitlines()[1:]


def test_gradients_are_a_column():
    shown = lines(
        operation("exp_1", gradient=statistics(3.14e-5)),
        operation("tanh_1", gradient=statistics(0.0)),
        operation("sin_1"),
    )
    assert shown == ["exp_1   eˣ     3  ∂ 3.1e-05", "tanh_1   tanh  3  ∂ 0", "sin_1   sin    3"]


def test_without_gradients_there_is_no_column():
    shown = lines(operation("exp_1"), operation("tanh_1"), edges=(edge("exp_1", "tanh_1"),))
    assert shown == ["exp_1   eˣ     3", "tanh_1   tanh  3  ← exp_1"]


def test_gradient_that_is_not_finite_says_so():
    found = lines(
        operation("exp_1", gradient=statistics(1.0, nans=1)), operation("exp_2", gradient=statistics(1.0, infs=2))
    )
    assert [line.partition("∂ ")[2] for line in found] == ["NaN", "∞"]


def test_array_has_the_gradient_beside_its_shape():
    weight = Leaf("parameter_1", "parameter", "weight", VECTOR, None, None, statistics(0.25))
    scalar = Leaf("x_1", "variable", None, Array((), "float64", 8), None, None, statistics(2.0, 1))
    shown = lines(
        operation("exp_1"), leaves=(weight, scalar), edges=(edge("parameter_1", "exp_1"), edge("x_1", "exp_1"))
    )
    assert shown == ["exp_1   eˣ  3  ← weight (3, ∂ 0.25), x_1 (∂ 2)"]


def test_marks_end_the_line():
    marks = Mark("non-finite", "first NaN forward: exp_1"), Mark("dead", "passes no gradient")
    shown = lines(operation("exp_1", marks=marks), edges=(edge("exp_2", "exp_1"),))
    assert shown == ["exp_1   eˣ  3  ← exp_2  ⚠ first NaN forward: exp_1; passes no gradient"]


def test_mark_of_an_array_is_said_where_it_is_first_read():
    frozen = Leaf("constant_1", "constant", "scale", VECTOR, None, marks=(Mark("dead", "frozen"),))
    shown = lines(
        *(operation(f"exp_{i}") for i in (1, 2)),
        leaves=(frozen,),
        edges=(edge("constant_1", "exp_1"), edge("constant_1", "exp_2")),
    )
    assert shown == ["exp_1   eˣ  3  ← scale (3)  scale: frozen", "exp_2   eˣ  3  ← scale (3)"]


def test_array_that_nothing_reads_has_a_line_for_its_mark():
    unused = Leaf("parameter_1", "parameter", "bias", VECTOR, None, marks=(Mark("dead", "no path to the loss"),))
    assert lines(operation("exp_1"), leaves=(unused,)) == ["exp_1   eˣ  3", "bias (3)       no path to the loss"]


def test_notes_come_first():
    text = to_text(model(operation("exp_1"), notes=("first NaN", "16 of 20 shown")))
    assert text.splitlines()[:3] == [
        "Computation graph: 1 operation, 0 arrays, float64 unless noted",
        "first NaN",
        "16 of 20 shown",
    ]


@pytest.mark.parametrize(
    ("region", "title"),
    [
        (Region("Block_1", "Block", "4 → 4", "layers.0", None), "layers.0 Block(4 → 4)"),
        (
            Region("Block_1", "Block", "4 → 4", "layers.0", None, (), 12, "layers.11", "own"),
            "layers.0 … layers.11 Block(4 → 4) × 12, own parameters",
        ),
        (
            Region("Cell_1", "Cell", "", "cell", None, (), 1000, None, "same"),
            "cell Cell × 1,000, the same parameters",
        ),
        (Region("repeated_1", "repeated", "", None, None, (), 5), "repeated × 5"),
    ],
)
def test_title_says_how_often_a_region_repeats(region, title):
    assert " ".join(part for part in region_text(region) if part) == title
    assert lines(operation("exp_1", 0), regions=(region,)) == [title, f"  exp_1   eˣ{' ' * (len(title) - 12)}  3"]


def test_nested_regions_are_indented_and_said_once():
    outer, inner = Region("A_1", "A", "", "", None), Region("B_1", "B", "", "b", 0)
    names = ("exp_1", 0), ("exp_2", 1), ("exp_3", 1), ("exp_4", 0), ("exp_5", None), ("exp_6", 0)
    shown = lines(*(operation(*name) for name in names), regions=(outer, inner))
    assert [line.rstrip("3 ")[:9] for line in shown] == [
        "A",
        "  exp_1  ",
        "  b B",
        "    exp_2",
        "    exp_3",
        "  exp_4  ",
        "exp_5   e",
        "A",
        "  exp_6  ",
    ]


def test_folded_call_has_shape_gradient_and_marks():
    call = Folded("B_1", "B", 3, 1, None, 0, VECTOR, 24, 3, statistics(0.5), (Mark("wrong", "gradient check: WRONG"),))
    shown = lines(call, regions=(Region("B_1", "B", "", "b", None, (), 4, "e"),), edges=(edge("x_1", "B_1"),))
    assert shown == ["b … e B × 4  3  ∂ 0.5  ← x_1  ✗ gradient check: WRONG"]


def test_graph_of_nothing_has_a_first_line():
    assert to_text(model()) == "Computation graph: 0 operations, 0 arrays, float64 unless noted"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_stays_on_its_line_and_in_its_column(name):
    class Module:
        def __call__(self, x):
            return in_region(self, lambda: np.exp(x) * 2)

        def extra_repr(self):
            return name

    x = Tensor(np.ones(3), requires_grad=True)
    walked = walk([Module()(x)], None, {name: x, f"c{name}": np.ones(3)})
    text = to_text(walked.model)
    text.encode()
    assert len(text.splitlines()) == 5
    assert all(len(line) < 250 and line.isprintable() for line in text.splitlines())


def test_long_name_of_a_module_is_shortened():
    region = Region("A_1", "A" * 10_000, "", "a" * 10_000, None)
    assert len(lines(operation("exp_1", 0), regions=(region,))[0]) < 130


def test_text_of_a_chain_of_100_000_operations():
    y = Tensor(np.ones(1), requires_grad=True)
    for _ in range(100_000):
        y = np.tanh(y)
    assert len(to_text(draw(y).model).splitlines()) == 100_002


# ------------------------------------------------------------------------------------------------- numbers, names


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (12.0, "12"),
        (0.12, "0.12"),
        (0.123456, "0.123"),
        (0.001, "0.001"),
        (0.00099, "9.9e-04"),
        (3.14e-5, "3.1e-05"),
        (1e-300, "1.0e-300"),
        (999.4, "999"),
        (999.9, "1.0e+03"),
        (12345.0, "1.2e+04"),
        (-0.5, "-0.5"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_size_of_a_gradient_is_short(number, text):
    assert number_text(number) == text


def test_shortened_text_keeps_both_ends():
    assert shortened("abc", 3) == "abc"
    assert shortened("a" * 50 + "z" * 50, 12) == "aaaaaaa…zzzz"
