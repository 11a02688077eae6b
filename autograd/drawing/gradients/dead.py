"""Why a part of a graph has no gradient: constants, detached values, parameters off the path, slopes of exactly 0."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby
from operator import attrgetter
from typing import Any

import numpy as np

from autograd.drawing.model import Array, Edge, GraphModel, Leaf, Mark, Statistics
from autograd.drawing.reading.naming import Names, identity
from autograd.graph import Node
from autograd.memory import owner_of

OFF_THE_PATH = "no path to the loss"


def unreached_parameters(model: GraphModel, known: Names, reached: Mapping[Node, str]) -> Iterator[tuple[Node, Leaf]]:
    """Yield the parameters that a module holds and no path leads to, as leaves of the call of that module."""
    regions: dict[str | None, int] = {}
    for index, region in enumerate(model.regions):
        regions.setdefault(region.label, index)
    taken = {leaf.name for leaf in model.leaves}
    names = (name for ordinal in count(1) if (name := f"parameter_{ordinal}") not in taken)
    for node, label in known.learned.items():
        if node not in reached and node.rule is None:
            array = Array(node.shape, str(node.dtype), math.prod(node.shape) * node.dtype.itemsize)
            yield node, Leaf(next(names), "parameter", label, array, regions.get(label.rpartition(".")[0]))


def dead_constants(
    model: GraphModel, constants: Mapping[str, np.ndarray], known: Names, values: Mapping[str, np.ndarray]
) -> dict[str, str]:
    """Return why constants have no gradient, by their names; one that is simply data is not among them.

    Parameters
    ----------
    model : GraphModel
    constants : mapping of str to ndarray
        The arrays of the constants.
    known : Names
    values : mapping of str to ndarray
        What is known of the outputs of operations and of leaves, by name in execution order.
    """
    found: dict[str, str] = {}
    data: dict[str, np.ndarray] = {}
    for name, array in constants.items():
        if array.dtype.kind in "biu":
            found[name] = f"{'boolean' if array.dtype.kind == 'b' else 'integer'}: has no derivative"
        elif known.of_array(array) is not None:
            found[name] = "frozen: requires_grad is False"
        else:
            data[name] = array
    if data:
        labels = {node.name: node.label for node in (*model.operations, *model.leaves)}
        owners = _Owners((name, array) for name, array in values.items() if name not in constants)
        sources = ((name, owners.of(array)) for name, array in data.items())
        found |= {
            name: f"detached from {labels.get(source) or source}" for name, source in sources if source is not None
        }
    return found


class _Owners:
    """Whose value a piece of memory is."""

    def __init__(self, values: Iterable[tuple[str, np.ndarray]]) -> None:
        self._same: dict[Any, str] = {}
        self._whole: dict[int, str] = {}  # by id: the view of an array is part of its value
        for name, array in values:
            self._same.setdefault(identity(array), name)
            self._whole.setdefault(id(array), name)

    def of(self, array: np.ndarray) -> str | None:
        same = self._same.get(identity(array))
        if same is not None:
            return same
        return self._whole.get(id(owner_of(array)))


def dead_paths(model: GraphModel, nodes: Mapping[Node, str]) -> dict[str, Mark]:
    """Return marks for the nodes that pass no gradient on, and for those that only zeros reach, by name.

    Parameters
    ----------
    model : GraphModel
        With the statistics of gradients on its nodes and edges.
    nodes : mapping of Node to str
        The names of its nodes.
    """
    rules = {name: node.rule for node, name in nodes.items()}
    known = {node.name: node for node in (*model.operations, *model.leaves)}
    stops: dict[str, str] = {}  # where what arrives at a node as zeros was last something else
    alive: set[str] = set()  # nodes that something else than zeros arrives at
    found: dict[str, Mark] = {}
    for target, group in groupby(reversed(model.edges), key=attrgetter("target")):
        edges = list(group)
        node = known.get(target)
        if node is None:  # an output: the seed
            alive.update(edge.source for edge in edges)
            continue
        stop = target
        if _is_zero(node.gradient):
            found[target], stop = _why_zero(target, stops, alive)
        elif node.gradient is not None and node.gradient.size and (blocked := sorted(_blocked(edges))):
            named = " and ".join(known[source].label or source for source in blocked)
            others = [known[edge.source] for edge in edges if edge.source not in blocked]
            reason = _why_blocked(node, rules[target], others)
            passes_any = any(edge.has_gradient and edge.source not in blocked for edge in edges)
            found[target] = Mark("note" if passes_any else "dead", f"passes no gradient to {named}: {reason}")
        for edge in edges:
            if _is_zero(edge.gradient):
                stops.setdefault(edge.source, stop)
            elif edge.gradient is not None:
                alive.add(edge.source)
    for leaf in model.leaves:
        if _is_zero(leaf.gradient):
            found[leaf.name] = _why_zero(leaf.name, stops, alive)[0]
    return found


def _is_zero(found: Statistics | None) -> bool:
    return found is not None and found.size > 0 and found.is_zero


def _blocked(edges: Iterable[Edge]) -> set[str]:
    """Return the inputs of an operation that it contributes only zeros to."""
    carrying = [edge for edge in edges if edge.has_gradient]
    return {edge.source for edge in carrying} - {edge.source for edge in carrying if not _is_zero(edge.gradient)}


def _why_blocked(operation: Any, rule: Any, others: Iterable[Any]) -> str:
    if operation.primitive == "relu":
        return "relu is inactive for 100 % of its inputs"
    zero = [other.label or other.name for other in others if _is_zero(other.value)]
    if zero:
        return f"{zero[0]} is 0 at every element"
    dtype, largest = operation.output.dtype, operation.gradient.maximum
    if largest < np.finfo(dtype).smallest_normal:
        return f"what arrives is at most {largest:.1g}, too small for {dtype} to multiply"
    return f"its {'derivative' if rule.is_elementwise else 'VJP'} is 0 at every element"


def _why_zero(name: str, stops: Mapping[str, str], alive: set[str]) -> tuple[Mark, str]:
    """Return a mark that says why only zeros arrive at a node, and where they begin."""
    if name in alive:
        return Mark("dead", "the gradient that arrives is exactly 0: the contributions to it cancel"), name
    stop = stops.get(name, name)
    return Mark("cut off", f"the gradient that arrives is exactly 0 (stopped at {stop})"), stop
