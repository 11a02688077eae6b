"""The JSON of a model: valid whatever is in it, and all that is in it."""

import dataclasses
import json
import math

import numpy as np
import pytest

from autograd import Tensor
from autograd.drawing.model import GraphModel, Mark, Statistics, Total
from autograd.drawing.reading import walk


def model_of(output, **names):
    return walk([output], None, names).model


def variable(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


def lists_for_tuples(value):
    return json.loads(json.dumps(value))


def test_everything_is_there_under_its_name():
    x = variable(2, 3)
    model = model_of(np.sum(np.tanh(x[0, 1:]) * np.ones(2), axis=0), x=x)
    assert json.loads(model.to_json()) == lists_for_tuples(dataclasses.asdict(model))


def test_a_node_or_an_edge_is_a_line():
    model = model_of(np.exp(variable(2)))
    expected = [dataclasses.asdict(each) for each in (*model.operations, *model.leaves, *model.outputs, *model.edges)]
    lines = [line.rstrip(",") for line in model.to_json().splitlines() if line.startswith("{") and len(line) > 1]
    assert [json.loads(line) for line in lines] == lists_for_tuples(expected)


def test_number_that_is_not_finite_is_null():
    found = Statistics(4, math.nan, math.inf, 0, 1, 1, 1, -math.inf, 0.5)
    leaf = dataclasses.replace(model_of(np.exp(variable(2))).leaves[0], gradient=found)
    model = GraphModel((), (leaf,), (), (), (), None, Total(0, 1, 0))
    content = json.loads(model.to_json(), parse_constant=refuse)
    gradient = content["leaves"][0]["gradient"]
    assert [gradient[name] for name in ("norm", "maximum", "lowest", "highest")] == [None, None, None, 0.5]
    assert (gradient["nans"], content["operations"], content["dtype"]) == (1, [], None)


@pytest.mark.parametrize("name", ['"', "\\", "two\nlines", "\x00\x1b\x7f", "日本 ∂", "\u2028", "a" * 10_000])
def test_hostile_name_is_kept(name):
    x = variable(2)
    assert json.loads(model_of(np.exp(x), **{name: x}).to_json().encode())["leaves"][0]["label"] == name


def test_half_a_character_is_replaced():
    x = variable(2)
    model = model_of(np.exp(x), **{"a\ud800z\udc00\ud83d": x})
    assert json.loads(model.to_json().encode())["leaves"][0]["label"] == "a�z��"


def test_letters_are_written_as_they_are():
    leaf = dataclasses.replace(model_of(np.exp(variable(2))).leaves[0], marks=(Mark("dead", "∂ is 0"),))
    assert "∂ is 0" in GraphModel((), (leaf,), (), (), (), None, Total(0, 1, 0)).to_json()


def test_text_is_the_same_each_time():
    assert model_of(np.exp(variable(2))).to_json() == model_of(np.exp(variable(2))).to_json()
