"""The backward graph in the picture: below each operation its VJPs, from right to left, and what they were saved."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from autograd.drawing.model import GraphModel, Leaf, Operation, Output
from autograd.drawing.notation import clean, shape_text
from autograd.drawing.picture.labels import Colors, escape, html_label, tip

_WIDTH = 36  # characters of a formula on a node; its tooltip has all of it
_EQUATION = re.compile(r"∂\S+ = ")
_CITATION = re.compile(r" \([^()]*\)\.?$")


def draw_backward(graph: Any, model: GraphModel, colors: Colors) -> None:
    """Add to `graph` a node for the VJPs of each operation and one for the gradient of each leaf.

    Lines between them mirror those of the forward graph, so that Graphviz puts each node near the one that it is the
    derivative of; dashed lines bring what an operation saved.
    """
    carries = {node.name for node in (*model.operations, *model.outputs)}
    carries |= {leaf.name for leaf in model.leaves if not (isinstance(leaf, Leaf) and leaf.kind == "constant")}
    for node in (*model.operations, *model.leaves):
        if node.name not in carries:
            continue
        if isinstance(node, Leaf):
            label = f"∂{escape(node.label or node.name)}"
            look = {"fillcolor": colors["result"], "fontcolor": colors["on_result"], "fontsize": "10"}
            note = tip(f"gradient of {node.label or node.name}", shape_text(node.output, None))
        else:
            formulas = node.vjps if isinstance(node, Operation) else ()
            label = "<br/>".join(escape(line) for text in formulas for line in _lines(text)) or "VJPs"
            look = {"fillcolor": colors["pullback"], "fontcolor": colors["on_pullback"], "fontsize": "10"}
            note = tip(f"VJP of {node.name}", *formulas)
        graph.node(_name(node.name), html_label(label), tooltip=note, **look)
    outputs = {output.name for output in model.outputs if isinstance(output, Output)}
    flow = {"color": colors["backward_flow"], "dir": "back"}
    for edge in model.edges:
        if edge.has_gradient and edge.source in carries:
            target = edge.target if edge.target in outputs else _name(edge.target)
            graph.edge(_name(edge.source), target, _attributes=flow, weight="8")
    _draw_saved(graph, model, colors)


def _draw_saved(graph: Any, model: GraphModel, colors: Colors) -> None:
    """Draw what each operation saved as a dashed line from the node that computed it to the VJPs that use it."""
    known = {node.name for node in (*model.operations, *model.leaves)}
    look = {"style": "dashed", "color": colors["constant_flow"], "constraint": "false", "arrowhead": "vee"}
    for node in model.operations:
        if isinstance(node, Operation):
            for saved in node.saved:
                if saved.source in known:
                    note = tip(f"{saved.name} is saved for the VJPs of {node.name}")
                    graph.edge(saved.source, _name(node.name), _attributes=look, tooltip=note)


def _lines(formula: str) -> list[str]:
    """Return a VJP as short lines; where it is said in words, without their source."""
    text = clean(formula)
    text = text if _EQUATION.match(text) else _CITATION.sub("", text)
    return textwrap.wrap(text, _WIDTH, max_lines=2, placeholder=" …")


def _name(forward: str) -> str:
    """Return the name of the node that is the backward of the node `forward`."""
    return f"vjp_of_{forward}"
