"""Verdicts of gradient checks on the nodes of a picture."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, draw, gradcheck, primitive
from autograd.errors import DTypeError, GraphError


@primitive
def cube(x):
    return x**3


cube.defvjp(lambda g, x: g * 2 * x**2)  # wrong: 3 x²


def broken():
    x = Tensor(np.array([0.5, 1.0]), requires_grad=True)
    with autograd.Journal():
        return np.sum(np.exp(cube(x)))


def marks(drawing):
    return {node.name: [mark.kind for mark in node.marks] for node in drawing.model.operations}


def test_verdicts_of_operations_stand_on_their_nodes():
    y = broken()
    drawing = draw(y, check=gradcheck.local(y, seed=0))
    assert marks(drawing) == {"cube_1": ["wrong"], "exp_1": ["right"], "sum_1": ["right"]}
    assert "gradient check: WRONG: " in drawing.model.operations[0].marks[0].text


def test_verdict_is_a_sign_on_the_node():
    y = broken()
    source = draw(y, check=gradcheck.local(y, seed=0)).source
    assert "<✗ cube<br/>" in source
    assert "<✓ eˣ>" in source


def test_verdicts_of_parameters_stand_on_their_leaves():
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    x = np.random.default_rng(0).normal(size=(4, 3))

    def loss():
        return np.sum(model(x) ** 2)

    drawing = draw(loss(), model, check=gradcheck(loss, model, seed=0))
    leaves = {leaf.label: [mark.kind for mark in leaf.marks] for leaf in drawing.model.leaves}
    assert leaves["0.weight"] == leaves["0.bias"] == ["right"]


def test_report_about_another_graph_is_refused():
    y = broken()
    x = Tensor(np.ones(2), requires_grad=True)
    with pytest.raises(GraphError, match="3 operations, this one has 1: operation 1 is cube there and sum here"):
        draw(np.sum(x), check=gradcheck.local(y, seed=0))


def test_report_about_other_arrays_is_refused():
    report = gradcheck(lambda a: np.sum(a**2), np.ones(2), seed=0)
    x = Tensor(np.ones(2), requires_grad=True)
    with pytest.raises(GraphError, match="no array of this graph is called that"):
        draw(np.sum(x), check=report)


def test_what_is_no_report_is_refused():
    with pytest.raises(DTypeError, match=r"check is bool; give what gradcheck\.local"):
        draw(broken(), check=True)
