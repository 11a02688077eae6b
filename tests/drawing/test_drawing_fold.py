"""Large graphs become small pictures that say what they leave out."""

import numpy as np
import pytest

from autograd import Tensor, in_region
from autograd.drawing import draw
from autograd.drawing.fold import LIMIT, fold
from autograd.drawing.fold.auto import ENDS
from autograd.drawing.model import Folded, Operation
from fold_checks import assert_consistent, repeated


class Block:
    """Each is another: the factor says so."""

    def __init__(self, factor):
        self.scale = Tensor(np.ones(3), requires_grad=True)
        self.factor = factor

    def __call__(self, x):
        return in_region(self, lambda: np.tanh(x * self.scale) + x * self.factor)


class Stack:
    def __init__(self, depth):
        self.blocks = [Block(1 / (i + 1)) for i in range(depth)]

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x

    def __call__(self, x):
        return in_region(self, self.forward, (x,))


def variable():
    return Tensor(np.ones(3), requires_grad=True)


def thue_morse(length):
    """Return bits of which no part comes three times in a row (Thue 1912)."""
    return [step.bit_count() % 2 for step in range(length)]


def chain(length):
    y = variable()
    for bit in thue_morse(length):
        y = np.tanh(y) if bit else np.sin(y)
    return y


def test_small_graph_is_left_alone():
    model = draw(chain(LIMIT - 2)).model
    assert model.size == LIMIT
    assert fold(model) is model


def test_long_chain_shows_its_ends_and_counts_the_middle():
    model = fold(draw(chain(10_000)).model)
    middle = model.operations[ENDS]
    assert isinstance(middle, Folded)
    assert (middle.operations, middle.label) == (10_000 - 2 * ENDS, f"… {10_000 - 2 * ENDS:,} operations …")
    assert len(model.operations) == 2 * ENDS + 1
    assert model.notes == (f"{2 * ENDS} of 10,000 operations shown one by one, the others folded to fit",)
    assert_consistent(model)


def test_edges_around_the_middle_keep_their_shape_and_arrays_inside_it_go_with_it():
    y = variable()
    for bit in thue_morse(200):
        y = y * variable() if bit else y + variable()
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
    assert [(node.operations, node.leaves) for node in folded] == [(4, 1)] * 60
    assert [o.name for o in model.operations if isinstance(o, Operation)] == ["sum_1"]
    assert_consistent(model)


def test_too_many_modules_are_elided_and_still_counted():
    stack = Stack(500)
    model = fold(draw(stack(variable())).model)
    assert model.size <= LIMIT
    assert sum(o.operations for o in model.operations if isinstance(o, Folded)) == 2000
    assert sum(o.leaves for o in model.operations if isinstance(o, Folded)) == 500
    assert_consistent(model)


def test_parameter_shared_by_folded_modules_stays_visible():
    stack = Stack(80)
    for block in stack.blocks:
        block.scale = stack.blocks[0].scale
    model = fold(draw(stack(variable())).model)
    scale = next(leaf for leaf in model.leaves if leaf.label == "scale")
    assert model.regions[scale.region].kind == "Stack"
    assert_consistent(model)


def test_blocks_of_many_operations_are_few_nodes():
    """48 blocks of 104 operations, whether they are modules or a loop, and whatever they do."""
    for factors in ([0.5] * 52, [1 / (i + 2) for i in range(52)]):

        def block(x, factors=factors):
            for factor in factors:
                x = np.tanh(x * factor)
            return x

        modules = y = x = variable()
        for _ in range(48):
            y, modules = block(y), in_region(Block(1), block, (modules,))
        for output in (y, modules):
            model = fold(draw(np.sum(output)).model)
            assert model.total.operations == 48 * 104 + 1
            assert model.size <= 40
            assert_consistent(model)
        assert x.shape == (3,)


def test_what_repeats_is_drawn_once_before_modules_become_single_nodes():
    blocks, y = [Block(1) for _ in range(60)], variable()
    for block in blocks:
        y = block(y)
    model = fold(draw(y).model)
    assert repeated(model) == [("Block", 60, "own")]
    assert not any(isinstance(operation, Folded) for operation in model.operations)
    assert model.notes == ("60 × Block drawn once",)


@pytest.mark.parametrize("limit", [8, 9, 20, 37])
def test_limit_is_kept(limit):
    x = variable()
    outputs = [chain(50) * variable() for _ in range(30)]
    model = fold(draw([np.sum(x * y) for y in outputs]).model, "auto", limit)
    assert model.size <= limit
    assert_consistent(model)


def test_text_says_what_repeats():
    y = variable()
    for _ in range(500):
        y = np.tanh(y)
    assert "500 × tanh drawn once" in str(draw(y))


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
