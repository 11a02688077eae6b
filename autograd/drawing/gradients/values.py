"""The values of arrays of a graph, as far as something kept them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.drawing.reading import Walked
from autograd.drawing.reading.kept import Slot, journalled, kept_by, slots_of
from autograd.graph import Node
from autograd.tensor import Tensor


def known_values(outputs: Sequence[Tensor], walked: Walked) -> dict[str, np.ndarray]:
    """Return the arrays that are at hand, by the names of operations and leaves in execution order.

    An operation's output is known if it is an output of the graph, if a VJP needs it, or if a journal has it as the
    argument of another operation. What the forward pass itself used comes before what a Tensor holds by now.
    """
    found: dict[Node, Any] = {}
    slots: dict[Any, tuple[Slot, ...]] = {}
    for node in walked.names:
        if node.rule is None:
            continue
        if node.rule not in slots:
            slots[node.rule] = slots_of(node.rule)
        for _, value, source, _ in kept_by(node, slots[node.rule]):
            if source is not None:
                found.setdefault(source, value)
        for source, value in journalled(node):
            if source is not None:
                found.setdefault(source, value)
    for node, array in walked.known.values.items():
        found.setdefault(node, array)
    for tensor in outputs:
        if tensor._node is not None:
            found.setdefault(tensor._node, tensor.data)
    known = {name: np.asarray(found[node]) for node, name in walked.names.items() if node in found}
    return known | walked.constants
