"""What `draw` takes, and what its pictures do with it."""

import importlib.util
import re
import shutil
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
from autograd import Tensor, draw, no_grad
from autograd.errors import GraphError

HAS_ENGINE = shutil.which("dot") is not None or importlib.util.find_spec("pygraphviz") is not None
needs_engine = pytest.mark.skipif(not HAS_ENGINE, reason="no Graphviz and no pygraphviz")
SVG = "{http://www.w3.org/2000/svg}"


def variable(*values):
    return Tensor(np.array(values), requires_grad=True)


# ------------------------------------------------------------------------------------------------- a function


def test_function_is_drawn_with_its_lines():
    x = variable(1.0, 2.0)
    operation = draw(lambda: np.sum(np.exp(x))).model.operations[0]
    assert operation.place.file.endswith("test_drawing_draw.py")
    assert operation.place.code == "operation = draw(lambda: np.sum(np.exp(x))).model.operations[0]"


def test_lines_are_left_out_where_they_are_not_to_be_shared():
    x = variable(1.0, 2.0)
    drawing = draw(lambda: np.sum(np.exp(x)), source=False)
    assert "test_drawing_draw" not in drawing.source + drawing.model.to_json()


def test_function_is_drawn_with_constants_that_no_vjp_needs():
    x, c = variable(1.0, 2.0), np.array([3.0, 4.0])
    assert [leaf.label for leaf in draw(lambda: np.sum(x + c), names={"x": x, "c": c}).model.leaves] == ["x", "c"]
    assert draw(lambda: np.sum(x + 2.5)).model.operations[0].arguments == (None, "2.5")


def test_function_records_inside_no_grad():
    x = variable(1.0, 2.0)
    with no_grad():
        assert len(draw(lambda: np.sum(x)).model.operations) == 1


def test_module_in_the_place_of_its_output_is_refused_with_the_way_out():
    with pytest.raises(GraphError, match=r"Linear is a module, not what it computed; draw\(model\(x\)\)"):
        draw(nn.Linear(2, 3))


def test_outputs_may_be_nested():
    x = variable(1.0, 2.0)
    assert len(draw({"a": x * 2, "b": [x + 1, np.sum(x)]}).model.outputs) == 3


# ------------------------------------------------------------------------------------------------- colours, direction


@pytest.mark.parametrize("option", ["theme", "direction"])
def test_unknown_choice_lists_the_known_ones(option):
    with pytest.raises(ValueError, match=rf"draw: {option} is 'up'; it can be 'auto', '(light|right)', '(dark|down)'"):
        draw(np.sum(variable(1.0)), **{option: "up"})


def test_short_graphs_run_to_the_right_and_long_ones_down():
    y = variable(0.5)
    short = draw(np.tanh(y))
    for _ in range(9):
        y = np.tanh(y)
    assert ("rankdir=LR" in short.source, "rankdir=TB" in draw(y).source) == (True, True)
    assert "rankdir=TB" in draw(np.tanh(variable(0.5)), direction="down").source
    assert "rankdir=LR" in draw(y, direction="right").source


def test_dark_picture_has_dark_paper():
    y = np.sum(variable(1.0, 2.0))
    assert 'bgcolor="#0f172a"' in draw(y, theme="dark").source
    assert 'bgcolor="#ffffff"' in draw(y).source


@needs_engine
def test_svg_brings_dark_colors_for_who_prefers_them_and_only_then():
    y = np.sum(variable(1.0, 2.0))
    style = ElementTree.fromstring(draw(y).svg()).find(f"{SVG}style").text
    assert style.startswith("@media (prefers-color-scheme:dark){.chainrule .")
    assert "fill:#0f172a" in style
    assert ElementTree.fromstring(draw(y, theme="light").svg()).find(f"{SVG}style") is None


@needs_engine
def test_every_dark_rule_is_about_an_element_of_its_light_color():
    root = ElementTree.fromstring(draw(np.sum(variable(1.0, 2.0)), gradients=True).svg())
    rules = re.findall(r"\.(fill|stroke)-(\w+)\{", root.find(f"{SVG}style").text)
    for attribute, color in rules:
        found = [e for e in root.iter() if f"{attribute}-{color}" in (e.get("class") or "").split()]
        assert found
        assert {e.get(attribute).lstrip("#") for e in found} == {color}


# ------------------------------------------------------------------------------------------------- gradients


def weights(drawing):
    """Return the colour and width of the lines of a picture, by what they join."""
    lines = re.findall(r"^\t*(\w+) -> (\w+) \[(.*)\]$", drawing.source, re.M)
    return {(a, b): dict(re.findall(r'(?<!font)(color|penwidth|style)="?([^" ]+)', rest)) for a, b, rest in lines}


def test_vanishing_gradients_are_thin_and_violet_and_exploding_ones_thick_and_orange():
    x = variable(1.0)
    y = x
    for _ in range(4):
        y = y * 1000.0
    lines = weights(draw(y, gradients=True))
    last, first = lines["multiply_4", "output_1"], lines["x_1", "multiply_1"]
    assert (last["color"], first["color"]) == ("#3b0f70", "#992f00")
    assert float(last["penwidth"]) < float(first["penwidth"])


def test_zero_gradient_is_dotted_and_a_nan_has_three_lines():
    x = variable(0.0, 1.0)
    with np.errstate(all="ignore"):
        drawing = draw(np.sum(np.sqrt(x) * 0.0) + np.sum(np.log(x)), gradients=True)
    lines = weights(drawing)
    assert lines["sqrt_1", "multiply_1"]["style"] == "dotted"
    assert lines["x_1", "log_1"]["color"] == "#b91c1c:#ffffff:#b91c1c"


@needs_engine
def test_edge_tells_what_it_contributes():
    x = variable(3.0, 4.0)
    root = ElementTree.fromstring(draw(np.sum(x * x), gradients=True).svg())
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert "multiply_1 to the gradient of x_1\nrms 3.54, largest 4\n50 % of all contributions" in titles


def test_without_gradients_nothing_is_computed(monkeypatch):
    monkeypatch.setattr("autograd.drawing.drawing.with_gradients", None)
    assert "∂ " not in draw(np.sum(variable(1.0, 2.0) ** 2)).source.replace("∂x", "")
