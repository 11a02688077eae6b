"""Seeing the graph: `draw` makes a picture of the operations that computed a Tensor.

`walk` turns the engine's nodes into a `model` of plain values, `fold` makes a large one small, and `dot` and `text`
write it down; `render` has Graphviz lay it out.
"""

from autograd.drawing.drawing import Drawing, draw
from autograd.drawing.render import RenderError

__all__ = ["Drawing", "RenderError", "draw"]
