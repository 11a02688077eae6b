"""What is wrong with values and gradients, as marks on nodes and notes about the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.drawing.gradients.dead import OFF_THE_PATH, dead_constants, dead_paths
from autograd.drawing.gradients.nonfinite import forward_origins
from autograd.drawing.gradients.watch import Watch
from autograd.drawing.model import GraphModel, Leaf, Mark
from autograd.drawing.reading import Walked


def examined(
    model: GraphModel, walked: Walked, watch: Watch, values: Mapping[str, np.ndarray], unreached: tuple[Leaf, ...]
) -> GraphModel:
    """Return `model` with its marks and notes.

    Parameters
    ----------
    model : GraphModel
        With all statistics.
    walked : Walked
        What it was made from.
    watch : Watch
        What the reverse sweep saw.
    values : mapping of str to ndarray
        What is known of the outputs of operations and of leaves, by name.
    unreached : tuple of Leaf
        The parameters that no path leads to.
    """
    faults = list(_faults(model, walked, watch, values))
    dead = dict.fromkeys((leaf.name for leaf in unreached), OFF_THE_PATH)
    dead |= dead_constants(model, walked.constants, walked.known, values)
    paths = dead_paths(model, walked.names)
    marks: dict[str, tuple[Mark, ...]] = {}
    for name, mark in (*faults, *((name, Mark("dead", reason)) for name, reason in dead.items()), *paths.items()):
        marks[name] = (*marks.get(name, ()), mark)
    return replace(
        model,
        operations=tuple(_marked(operation, marks) for operation in model.operations),
        leaves=tuple(_marked(leaf, marks) for leaf in model.leaves),
        notes=(*model.notes, *(mark.text for _, mark in faults)),
    )


def _faults(
    model: GraphModel, walked: Walked, watch: Watch, values: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, Mark]]:
    """Yield what raised and what is not finite, by the node where it arose."""
    forward, backward = forward_origins(model, values, walked.names), watch.origins.found()
    named = {*watch.failures, *(origin.name for origin in (*forward, *backward))}
    called = {node.name: _called(node) for node in (*model.operations, *model.leaves) if node.name in named}
    for name, error in watch.failures.items():
        yield name, Mark("failed", f"the VJP of {called[name]} raised {error}; what it was computed from has none")
    for direction, origins in (("forward", forward), ("backward", backward)):
        for origin in origins:
            text = f"first {origin.kind} {direction}: {origin.part}{called[origin.name]}{origin.clause}"
            yield origin.name, Mark("non-finite", text)


def _called(node: Any) -> str:
    """Return what to call an operation, with its line if that is known, or a leaf."""
    if isinstance(node, Leaf):
        return node.label or node.name
    return node.name if node.place is None else f"{node.name} at {node.place}"


def _marked(node: Any, marks: Mapping[str, tuple[Mark, ...]]) -> Any:
    found = marks.get(node.name)
    return node if found is None else replace(node, marks=(*node.marks, *found))
