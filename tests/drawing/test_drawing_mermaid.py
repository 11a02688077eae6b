"""The Mermaid flowchart, read back by a grammar of its own."""

import re

import numpy as np
import pytest

from autograd import Tensor, in_region, ops
from autograd.drawing.model import Folded, GraphModel, Region, Total
from autograd.drawing.notation import clean
from autograd.drawing.picture.render import RenderError
from autograd.drawing.reading import walk
from autograd.drawing.texts.mermaid import MOST_CHARACTERS, MOST_EDGES, to_mermaid

# A line of a flowchart, as far as it is used: https://mermaid.js.org/syntax/flowchart.html
ID = r"(?!(?:end|graph|subgraph|style|class|click|default)\b)[A-Za-z_]\w*"
TEXT = r'"([^"`<>]+|(?:[^"`<>]|<br/>)+)"'
LINES = {
    "begin": re.compile(r"flowchart LR"),
    "box": re.compile(rf" *subgraph ({ID})\[{TEXT}\]"),
    "end": re.compile(r" *end"),
    "node": re.compile(rf" *({ID})\[{TEXT}\]"),
    "edge": re.compile(rf" *({ID}) (-->|-\.->)(?:\|{TEXT}\|)? ({ID})"),
    "look": re.compile(
        rf" *classDef ({ID}) ((?:fill|stroke|color):#[0-9a-f]{{6}}(?:,(?:stroke|color):#[0-9a-f]{{6}})*)"
    ),
    "class": re.compile(rf" *class ({ID}(?:,{ID})*) ({ID})"),
}
HOSTILE = [
    '"quoted"',
    '"]',
    "<b>bold</b>",
    "two\nlines",
    "back\\slash",
    "&amp; &quot; #quot; &#35; #35;",
    "日本 ∂",
    "1. item",
    "2) item",
    "- item",
    "+",
    "---",
    "===",
    "*em* _em_ __init__ ~~s~~",
    "`code`",
    "```",
    "end",
    "subgraph x",
    "a --> b",
    "|x|",
    "a;b",
    "%% comment",
    "%%{init: {}}%%",
    "style x:#f00;",
    "$$x$$",
    "x" * 10_000,
    "\x00\x1b]>",
    "\ud800",
    "  ",
    "#",
    "class a b",
    "@{shape: rect}",
    "{{x}}",
    "fa:fa-car",
    "[x]",
    "(x)",
]


def read(text):
    """Return the nodes, edges, boxes and classes of a flowchart; fail on a line that is none."""
    nodes, edges, boxes, classes, looks, around = {}, [], {}, {}, set(), []
    first, *lines = text.splitlines()
    assert LINES["begin"].fullmatch(first)
    for line in lines:
        kind, found = next(
            (kind, found)
            for kind in ("box", "end", "look", "class", "node", "edge")
            if (found := LINES[kind].fullmatch(line))
        )
        if kind == "node":
            assert found[1] not in nodes
            nodes[found[1]] = (unescaped(found[2]), around[-1] if around else None)
        elif kind == "edge":
            edges.append((found[1], found[2], unescaped(found[3] or ""), found[4]))
        elif kind == "box":
            boxes[found[1]] = (unescaped(found[2]), around[-1] if around else None)
            around.append(found[1])
        elif kind == "end":
            around.pop()
        elif kind == "look":
            looks.add(found[1])
        else:
            classes |= dict.fromkeys(found[1].split(","), found[2])
    assert not around
    assert set(classes.values()) == looks
    assert {end for source, _, _, target in edges for end in (source, target)} <= set(nodes)
    assert set(classes) == set(nodes) | set(boxes)
    return nodes, edges, boxes, classes


def unescaped(text):
    assert not re.search(r"[\"`<>](?!br/|$)|&|#(?!\d+;)", text.replace("<br/>", " "))
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text)


class Linear:
    def __init__(self, rows, columns):
        self.weight = Tensor(np.ones((rows, columns)), requires_grad=True)

    def __call__(self, x):
        return in_region(self, lambda: ops.linear(x, self.weight))

    def extra_repr(self):
        return "in_features={1}, out_features={0}".format(*self.weight.shape)


class Block:
    def __init__(self):
        self.first, self.second = Linear(4, 4), Linear(4, 4)

    def __call__(self, x):
        return in_region(self, lambda: self.second(np.tanh(self.first(x))))

    def named_modules(self):
        return [("block", self), ("first", self.first), ("second", self.second)]

    def named_parameters(self):
        return [("first.weight", self.first.weight), ("second.weight", self.second.weight)]


def variable(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


def model_of(output, **names):
    return walk([output], None, names).model


def test_nodes_are_mathematics_and_names():
    x = variable(5, 4)
    nodes, *_ = read(to_mermaid(model_of(np.sum(np.exp(x) * np.ones(4), axis=1), x=x)))
    assert {name: label for name, (label, _) in nodes.items()} == {
        "x_1": "x",
        "constant_1": "constant_1",
        "exp_1": "eˣ",
        "multiply_1": "×",
        "sum_1": "Σ axis 1",
        "output_1": "output",
    }


def test_edges_have_shapes_and_are_dashed_where_no_gradient_flows():
    x = variable(5, 4)
    _, edges, *_ = read(to_mermaid(model_of(np.sum(x * np.arange(4)))))
    assert edges == [
        ("x_1", "-->", "5 × 4", "multiply_1"),
        ("constant_1", "-.->", "4 int64", "multiply_1"),
        ("multiply_1", "-->", "5 × 4", "sum_1"),
        ("sum_1", "-->", "", "output_1"),
    ]


def test_modules_of_more_than_one_node_are_boxes_in_boxes():
    x, block = variable(5, 4), Block()
    nodes, _, boxes, _ = read(to_mermaid(model_of(block(np.exp(x)) + block(x))))
    assert boxes == {
        "Block_1": ("block Block", None),
        "Linear_1": ("first Linear(4 → 4)", "Block_1"),
        "Linear_2": ("second Linear(4 → 4)", "Block_1"),
        "Block_2": ("block Block", None),
    }
    inside = {name: box for name, (_, box) in nodes.items()}
    assert inside["linear_1"] == inside["parameter_1"] == "Linear_1"
    assert inside["tanh_1"] == "Block_1"
    assert inside["exp_1"] is None


def test_nodes_have_the_class_of_their_kind():
    x, block = variable(5, 4), Block()
    *_, classes = read(to_mermaid(model_of(np.sum(block(x * np.ones(4))))))
    assert classes == {
        **dict.fromkeys(["multiply_1", "linear_1", "tanh_1", "linear_2", "sum_1"], "operation"),
        **dict.fromkeys(["x_1", "parameter_1", "parameter_2"], "parameter"),
        **dict.fromkeys(["Block_1", "Linear_1", "Linear_2"], "module"),
        "constant_1": "constant",
        "output_1": "output",
    }


def test_repeated_and_folded_calls_say_so():
    region = Region("Block_1", "Block", "", "layers.0", None, (), 12, "layers.11", "own")
    folded = Folded("Block_1", "Block", 30, 4, None, 0)
    text = to_mermaid(GraphModel((folded,), (), (), (), (region,), None, Total(30, 0, 0)))
    nodes, *_, classes = read(text)
    assert nodes["Block_1"][0] == "layers.0 … layers.11 Block × 12, own parameters<br/>30 operations"
    assert classes == {"Block_1": "folded"}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_a_label(name):
    x = variable(2)
    nodes, *_ = read(to_mermaid(model_of(np.exp(x), **{name: x})))
    label = nodes["x_1"][0]
    whole = clean(name) or " "
    assert label == whole if len(whole) <= 40 else len(label) == 40


@pytest.mark.parametrize(
    "name", ["1. a", "2) a", "- a", "+", "* a", "---", "===", "# a", "> a", "_a_", "*a*", "~~a~~", "`a`"]
)
def test_name_is_not_read_as_markdown(name):
    x = variable(2)
    label = re.search(r'x_1\["(.*)"\]', to_mermaid(model_of(np.exp(x), **{name: x})))[1]
    assert not re.match(r"\d+[.)] |[-+*=#>](?!\d+;)|.*[*_~`]", label)


@pytest.mark.parametrize("name", ["日本", "end", "0", "a b", "<lambda>", "-->"])
def test_primitive_of_any_name_is_a_node(name):
    from autograd import primitive

    x = variable(2)
    rule = primitive(lambda x: 2 * x, name=name).defvjp(lambda g: 2 * g)
    nodes, edges, *_ = read(to_mermaid(model_of(rule(x))))
    made = next(target for source, _, _, target in edges if source == "x_1")
    assert nodes[made][0] == name


def test_text_is_the_same_each_time():
    x = variable(2)
    y = np.exp(x) * np.sin(x)
    assert to_mermaid(model_of(y)) == to_mermaid(model_of(y))


def chain(length):
    y = variable(2)
    for _ in range(length):
        y = np.tanh(y)
    return model_of(y)


def test_more_edges_than_mermaid_draws_are_refused_with_the_way_out():
    assert len(read(to_mermaid(chain(MOST_EDGES - 1)))[1]) == MOST_EDGES
    with pytest.raises(RenderError, match=r"more than 500 edges and this one has 451 edges; .*collapse=1.*\.svg"):
        to_mermaid(chain(MOST_EDGES))


def test_longer_text_than_mermaid_reads_is_refused():
    x = [variable(2) for _ in range(220)]
    names = {f"{i}{'<' * 40}": each for i, each in enumerate(x)}
    output = sum(x[1:], x[0])
    assert len(to_mermaid(model_of(output))) < MOST_CHARACTERS
    with pytest.raises(RenderError, match=r"more than 50,000 characters and this one has a text of \d+,\d+ characters"):
        to_mermaid(model_of(output, **names))
