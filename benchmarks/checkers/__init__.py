"""Gradient checkers side by side: the same functions, with right and wrong gradients, given to each.

`cases` has the functions, `contestants` hands them to a checker in its own idiom, `run` asks and `page` shows.
"""

from benchmarks.checkers.page import section
from benchmarks.checkers.run import measure

__all__ = ["measure", "section"]
