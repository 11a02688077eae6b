"""From the nodes of the engine to the model: `walk`, and what it asks about names, modules, lines and constants."""

from autograd.drawing.reading.outputs import outputs_of
from autograd.drawing.reading.walk import Walked, walk

__all__ = ["Walked", "outputs_of", "walk"]
