"""Drawings side by side: the same networks drawn by chainrule, torchviz, torchview and TorchLens.

`networks` has what is drawn, `contestants` draws it in each library's own way, `run` asks and measures, `facts` finds
out what a picture says and `page` shows it. ``python -m benchmarks.drawing FOLDER`` writes all pictures, to look at.
"""

from benchmarks.drawing.page import section
from benchmarks.drawing.run import measure

__all__ = ["measure", "section"]
