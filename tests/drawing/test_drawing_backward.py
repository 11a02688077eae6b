"""The backward graph in the picture."""

import re

import numpy as np

from autograd import Tensor, draw, ops


def source():
    x = Tensor(np.array([[0.5, 1.0]]), requires_grad=True)
    w = Tensor(np.ones((3, 2)), requires_grad=True)
    return draw(np.sum(np.tanh(ops.linear(x, w))), names={"x": x, "w": w}, backward=True).source


def test_every_operation_and_leaf_has_its_gradient():
    nodes = set(re.findall(r"^\t*vjp_of_(\w+) \[label", source(), re.M))
    assert nodes == {"linear_1", "tanh_1", "sum_1", "x_1", "x_2"}


def test_gradients_flow_against_the_data():
    lines = [line for line in source().splitlines() if "dir=back" in line]
    assert {tuple(re.findall(r"\w+_\d+", line)[:2]) for line in lines} == {
        ("vjp_of_x_1", "vjp_of_linear_1"),
        ("vjp_of_x_2", "vjp_of_linear_1"),
        ("vjp_of_linear_1", "vjp_of_tanh_1"),
        ("vjp_of_tanh_1", "vjp_of_sum_1"),
        ("vjp_of_sum_1", "output_1"),
    }


def test_saved_arrays_are_dashed_links_to_the_vjps_that_use_them():
    links = re.findall(r"(\w+) -> vjp_of_(\w+) \[.*constraint=false.*style=dashed", source())
    assert set(links) == {("tanh_1", "tanh_1"), ("x_1", "linear_1"), ("x_2", "linear_1")}


def test_vjps_are_written_as_mathematics():
    label = re.search(r"vjp_of_tanh_1 \[label=<(.*?)> ", source()).group(1)
    assert "(1 − y²)" in label


def test_constants_have_no_gradient():
    x = Tensor(np.ones(3), requires_grad=True)
    text = draw(np.sum(x * np.array([1.0, 2.0, 3.0])), backward=True).source
    assert "vjp_of_constant" not in text
