"""Making a large graph small enough to look at, and saying what was left out.

`selection` says which calls of modules are asked to be single nodes, `repeats` finds what comes again and again in a
sequence of integers, `blocks` and `wiring` write a graph as such sequences, and `contract` and `group` decide what
each node is drawn as. That is kept in a `plan`, from which `merge` makes the smaller model. `auto` decides the order.
"""

from autograd.drawing.fold.auto import LIMIT, fold

__all__ = ["LIMIT", "fold"]
