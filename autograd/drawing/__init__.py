"""Seeing the graph: `draw` makes a picture of the operations that computed a Tensor.

`reading` turns the engine's nodes into a `model` of plain values, to which `gradients` adds what a backward pass brings
and `verdicts` what a gradient check found. `fold` makes a large one small; `picture` and `texts` write it down.
`failure` draws a computation that raised.
"""

from autograd.drawing.drawing import Drawing, draw
from autograd.drawing.failure import on_error
from autograd.drawing.picture.render import RenderError

draw.on_error = on_error  # type: ignore[attr-defined]  # functions have no declared attributes

__all__ = ["Drawing", "RenderError", "draw", "on_error"]
