"""The table of a model."""

import numpy as np
import pytest

import nn
from nn.module import observer


def test_a_row_a_layer_with_output_shapes_and_counts():
    model = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Sequential(nn.Linear(100, 10, bias=False), nn.Softmax()))
    assert nn.summary(model, np.zeros((64, 784))).splitlines() == [
        "layer  type     output    parameters",
        "-----  -------  --------  ----------",
        "0      Linear   64 × 100      78,500",
        "1      ReLU     64 × 100           0",
        "2.0    Linear   64 × 10        1,000",
        "2.1    Softmax  64 × 10            0",
        "-----  -------  --------  ----------",
        "total                         79,500",
    ]


def table(model, *inputs):
    """Return the rows of the summary, split into cells, and the total."""
    lines = nn.summary(model, *inputs).splitlines()
    return [tuple(line.split()) for line in lines[2:-2]], int(lines[-1].split()[1])


def test_a_model_that_is_one_layer_has_one_row():
    assert table(nn.Linear(2, 3), np.zeros(2)) == ([("(model)", "Linear", "3", "9")], 9)


def test_layers_appear_in_the_order_they_run_as_often_as_they_run():
    class Backwards(nn.Module):
        def __init__(self):
            self.last = nn.Linear(2, 2)
            self.first = nn.Linear(2, 2)

        def forward(self, x):
            return self.last(self.first(self.first(x)))

    rows, total = table(Backwards(), np.zeros((1, 2)))
    assert [(name, count) for name, *_, count in rows] == [("first", "6"), ("first", "0"), ("last", "6")]
    assert total == 12


def test_a_shared_parameter_counts_once():
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    two.weight = one.weight
    rows, total = table(nn.Sequential(one, two), np.zeros((1, 2)))
    assert [row[-1] for row in rows] == ["6", "2"]
    assert total == 8


def test_a_module_with_children_and_parameters_of_its_own_has_a_row_for_those():
    class Scaled(nn.Module):
        def __init__(self):
            self.inner = nn.Linear(2, 3)
            self.scale = nn.Parameter(np.ones(3))

        def forward(self, x):
            return self.inner(x) * self.scale

    rows, total = table(nn.Sequential(Scaled()), np.zeros((1, 2)))
    assert rows == [("0.inner", "Linear", "1", "×", "3", "9"), ("0", "Scaled", "1", "×", "3", "3")]
    assert total == 12


def test_an_output_that_is_no_tensor_is_named_by_its_type():
    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    assert table(Pair(), np.zeros(1)) == ([("(model)", "Pair", "tuple", "0")], 0)


def test_the_model_runs_once_in_its_mode_without_recording():
    class Probe(nn.Module):
        def forward(self, x):
            seen.append((self.training, weight(x).requires_grad))
            return x

    seen, weight = [], nn.Linear(1, 1)
    nn.summary(Probe().eval(), np.zeros((1, 1)))
    assert seen == [(False, False)]
    assert weight(np.zeros((1, 1))).requires_grad


def test_a_failing_model_leaves_nothing_behind():
    with pytest.raises(ValueError, match="expected a last axis of size 3"):
        nn.summary(nn.Sequential(nn.Tanh(), nn.Linear(3, 1)), np.zeros((1, 2)))
    assert nn.Linear(1, 1)(np.zeros((1, 1))).requires_grad
    assert observer.get() is None
