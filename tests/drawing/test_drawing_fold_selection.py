"""What `collapse` asks for."""

import numpy as np
import pytest

import nn
from autograd import GraphError, Tensor
from autograd.drawing import draw
from autograd.drawing.fold import fold
from autograd.drawing.model import Folded
from fold_checks import assert_consistent, repeated

FIRST = ["encoder.0.first", "encoder.0.second"]
LAST = ["encoder.2.first", "encoder.2.second"]


class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.first, self.second = nn.Linear(size, size), nn.Linear(size, size)

    def forward(self, x):
        return x + self.second(np.tanh(self.first(x)))


class Wide(Block):
    pass


@pytest.fixture(scope="module")
def model():
    net = nn.Sequential({"encoder": nn.Sequential(Block(4), Wide(4), Block(4)), "head": nn.Linear(4, 2)})
    return draw(np.sum(net(Tensor(np.ones((3, 4)), requires_grad=True))), net).model


@pytest.fixture(scope="module")
def deep():
    net = nn.Sequential(*[Block(4) for _ in range(48)])
    return draw(np.sum(net(Tensor(np.ones((3, 4)), requires_grad=True))), net).model


def collapsed(model, collapse, limit=150):
    small = fold(model, collapse, limit)
    assert_consistent(small)
    return [small.regions[node.module].label for node in small.operations if isinstance(node, Folded)]


@pytest.mark.parametrize(
    ("collapse", "expected"),
    [
        (0, [""]),
        (1, ["encoder", "head"]),
        (2, ["encoder.0", "encoder.1", "encoder.2"]),
        (3, [f"encoder.{i}.{layer}" for i in range(3) for layer in ("first", "second")]),
        ("encoder", ["encoder"]),
        ("encoder.*", ["encoder.0", "encoder.1", "encoder.2"]),
        ("*.first", ["encoder.0.first", "encoder.1.first", "encoder.2.first"]),
        ("Wide", ["encoder.1"]),
        ("[BW]*", ["encoder.0", "encoder.1", "encoder.2"]),
        (["head", "encoder.2"], ["encoder.2", "head"]),
        ({"Block", "head"}, ["encoder.0", "encoder.2", "head"]),
        (Wide, ["encoder.1"]),
        (Block, ["encoder.0", "encoder.1", "encoder.2"]),
        ((Wide, nn.Linear), [*FIRST, "encoder.1", *LAST, "head"]),
        (lambda region: region.detail == "4 → 2", ["head"]),
        (("encoder.1.first", "encoder"), ["encoder"]),
    ],
)  # fmt: skip
def test_what_becomes_a_single_node(model, collapse, expected):
    assert collapsed(model, collapse) == expected


@pytest.mark.parametrize("collapse", [None, "auto", 7, "repeats", lambda region: False])
def test_nothing_to_fold_is_the_model_itself(model, collapse):
    assert fold(model, collapse) is model


def test_none_folds_nothing_however_large(deep):
    assert deep.size > 150
    assert fold(deep, None) is deep


@pytest.mark.parametrize("collapse", [3.5, True, b"head", ["head", 1], {"head": 1}])
def test_unknown_value_is_an_error(model, collapse):
    with pytest.raises(GraphError, match=r'give None, "auto", "repeats", a depth'):
        fold(model, collapse)


@pytest.mark.parametrize("collapse", ["encodr", ["head", "encodr"], "encodr.*"])
def test_name_that_matches_nothing_is_an_error_that_says_what_there_is(model, collapse):
    with pytest.raises(GraphError, match=r"collapse='encodr.*' matches no call .* 'encoder"):
        fold(model, collapse)


def test_class_that_matches_nothing_is_an_error(model):
    with pytest.raises(GraphError, match=r"collapse='Tanh' matches no call"):
        fold(model, nn.Tanh)


def test_name_in_a_graph_without_modules_is_an_error():
    model = draw(np.exp(Tensor(1.0, requires_grad=True))).model
    with pytest.raises(GraphError, match="no calls of modules"):
        fold(model, "encoder")


def test_negative_depth_is_an_error(model):
    with pytest.raises(GraphError, match="a depth counts from 0"):
        fold(model, -1)


def test_tiny_limit_is_an_error(model):
    with pytest.raises(GraphError, match="at least 8"):
        fold(model, "auto", 7)


def test_what_was_asked_for_is_noted(model):
    small = fold(model, "encoder")
    assert small.notes == ("3 of 18 operations shown one by one, the others folded as asked",)


def test_too_large_a_picture_is_folded_further(deep):
    small = fold(deep, "*.first", 60)
    assert_consistent(small)
    assert repeated(small) == [("Block", 48, "own")]
    assert [small.regions[o.module].label for o in small.operations if isinstance(o, Folded)] == ["0.first"]
    assert small.notes == (
        "48 × Block drawn once",
        "4 of 241 operations shown one by one, the others folded as asked",
    )


def test_call_that_was_asked_for_stays_apart_from_its_like(deep):
    small = fold(deep, "7", 60)
    assert_consistent(small)
    assert repeated(small) == [("Block", 7, "own"), ("Block", 40, "own")]
    assert [small.regions[o.module].label for o in small.operations if isinstance(o, Folded)] == ["7"]
