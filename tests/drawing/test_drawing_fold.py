"""Large graphs become small pictures that say what they leave out."""

import numpy as np
import pytest

from autograd import Tensor, in_region
from autograd.drawing import draw
from autograd.drawing.fold import ENDS, LIMIT, fold
from autograd.drawing.model import Folded, Operation


class Block:
    def __call__(self, x):
        return in_region(self, lambda: np.tanh(x * self.scale) + x)

    def __init__(self):
        self.scale = Tensor(np.ones(3), requires_grad=True)


class Stack:
    def __init__(self, depth):
        self.blocks = [Block() for _ in range(depth)]

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x

    def __call__(self, x):
        return in_region(self, self.forward, (x,))


def variable():
    return Tensor(np.ones(3), requires_grad=True)


def chain(length):
    y = variable()
    for _ in range(length):
        y = np.tanh(y)
    return y


def assert_consistent(model):
    """Every edge joins two nodes, forwards."""
    position = {node.name: i for i, node in enumerate((*model.leaves, *model.operations, *model.outputs))}
    assert len(position) == model.size
    assert all(position[edge.source] < position[edge.target] for edge in model.edges)


def test_small_graph_is_left_alone():
    model = draw(chain(LIMIT - 2)).model
    assert model.size == LIMIT
    assert fold(model) is model


def test_long_chain_shows_its_ends_and_counts_the_middle():
    model = fold(draw(chain(10_000)).model)
    middle = model.operations[ENDS]
    assert isinstance(middle, Folded)
    assert (middle.operations, middle.label) == (10_000 - 2 * ENDS, f"… {10_000 - 2 * ENDS:,} operations …")
    names = [operation.name for operation in model.operations]
    assert names[ENDS - 1 : ENDS + 2] == [f"tanh_{ENDS}", "middle", f"tanh_{10_001 - ENDS}"]
    assert model.notes == (f"{2 * ENDS} of 10,000 operations shown one by one, the others folded to fit",)
    assert_consistent(model)


def test_edges_around_the_middle_keep_their_shape_and_arrays_inside_it_go_with_it():
    y = variable()
    for _ in range(200):
        y = y * variable()
    model = fold(draw(y).model)
    assert_consistent(model)
    middle = next(o for o in model.operations if isinstance(o, Folded))
    assert (middle.operations, middle.leaves) == (200 - 2 * ENDS, 200 - 2 * ENDS)
    assert len(model.leaves) == 2 * ENDS + 1
    assert [edge.array.shape for edge in model.edges if edge.target == "middle"] == [(3,)]


def test_modules_become_single_nodes_before_anything_is_left_out():
    stack = Stack(60)
    model = fold(draw(np.sum(stack(variable()))).model)
    folded = [o for o in model.operations if isinstance(o, Folded)]
    assert [(node.operations, node.leaves) for node in folded] == [(3, 1)] * 60
    assert [o.name for o in model.operations if isinstance(o, Operation)] == ["sum_1"]
    assert_consistent(model)


def test_too_many_modules_are_elided_and_still_counted():
    stack = Stack(500)
    model = fold(draw(stack(variable())).model)
    assert model.size <= LIMIT
    assert sum(o.operations for o in model.operations if isinstance(o, Folded)) == 1500
    assert sum(o.leaves for o in model.operations if isinstance(o, Folded)) == 500
    assert_consistent(model)


def test_parameter_shared_by_folded_modules_stays_visible():
    block, y = Block(), variable()
    for _ in range(80):
        y = block(y)
    model = fold(draw(y).model)
    scale = next(leaf for leaf in model.leaves if leaf.label == "scale")
    assert scale.region is None
    assert_consistent(model)


@pytest.mark.parametrize("count", [300, 3000])
def test_one_operation_with_many_inputs(count):
    model = fold(draw(np.concatenate([variable() for _ in range(count)])).model)
    assert model.size <= LIMIT
    rest = model.leaves[-1]
    assert isinstance(rest, Folded)
    assert rest.leaves + len(model.leaves) - 1 == count
    assert_consistent(model)


def test_many_outputs():
    x = variable()
    model = fold(draw([np.exp(x) for _ in range(400)]).model)
    assert model.size <= LIMIT
    assert model.outputs[-1].label == f"… {400 - ENDS} more outputs"
    assert_consistent(model)


def test_text_and_dot_of_a_folded_graph_say_so():
    drawing = draw(chain(10_000))
    for text in (str(drawing), drawing.source):
        assert "16 of 10,000 operations shown one by one" in text
        assert "… 9,984 operations …" in text
    assert len(drawing.model.operations) == 10_000
