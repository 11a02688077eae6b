"""Where the first NaN and the first infinity arose, forward and backward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from autograd.drawing.model import UNKNOWN, Edge, Folded, GraphModel, Leaf, Operation, Statistics
from autograd.drawing.reading.options import option_text
from autograd.graph import Node

KINDS = ("NaN", "infinity")


@dataclass(frozen=True, slots=True)
class Origin:
    """The node at which the first non-finite value of a `kind` arose, which part of it, and a clause that says more."""

    kind: str
    name: str
    clause: str
    part: str = ""


def _ordered(found: Mapping[str, Origin]) -> list[Origin]:
    origins = {found[kind].name: found[kind] for kind in reversed(KINDS) if kind in found}
    return list(reversed(origins.values()))


# ------------------------------------------------------------------------------------------------- backward


class BackwardOrigins:
    """The first NaN and the first infinity of a reverse sweep, noted while it runs; no array is kept.

    An infinity that turns into NaN further up is not blamed for both: each kind has its own origin. What a forward
    pass left non-finite in the saved arrays is not of the backward pass.
    """

    def __init__(self) -> None:
        self._found: dict[str, Origin] = {}

    def found(self) -> list[Origin]:
        """Return what was found, NaN first; an operation that made both is named once."""
        return _ordered(self._found)

    def look_at_vjp(self, name: str, node: Node, part: Statistics, returned: np.ndarray, g: Any) -> None:
        """Note what is new in `part`, the statistics of what a VJP of `node` `returned` for the cotangent `g`."""
        for kind in KINDS:
            if kind in self._found or not _has(part, kind):
                continue
            is_bad = _is_bad(returned, kind)
            is_new = is_bad & ~_excused(returned.shape, kind, node, g)
            if not is_bad.any():
                clause = ", whose result overflows where it is summed or cast to the shape and dtype of the input"
                self._found[kind] = Origin(kind, name, clause, "VJP of ")
            elif is_new.any():
                self._found[kind] = Origin(kind, name, _where(_elements(is_new, node, g)), "VJP of ")

    def look_at_sum(self, name: str, total: Statistics, parts: Statistics) -> None:
        """Note what is new in a `total`, of which `parts` were added."""
        for kind in KINDS:
            if kind not in self._found and _has(total, kind) and not _excuses(parts, kind):
                is_what = "NaN" if kind == "NaN" else "infinite"
                clause = f", where the sum of the {parts.arrays} gradients that arrive is {is_what}"
                self._found[kind] = Origin(kind, name, clause)


def _excused(shape: tuple[int, ...], kind: str, node: Node, g: Any) -> np.ndarray:
    """Return for which elements of what a VJP of `node` returned the cotangent or a saved array explains `kind`.

    Of an elementwise operation the elements at the same place do, of others any element.
    """
    found = np.zeros(shape, bool)
    for _, value in _given(node, g):
        is_excuse = _is_bad(value, "NaN") if kind == "NaN" else ~np.isfinite(value)
        found |= np.broadcast_to(is_excuse, shape) if _is_elementwise(node, shape) else is_excuse.any()
    return found


def _elements(is_new: np.ndarray, node: Node, g: Any) -> dict[str, Any]:
    """Return the elements, by name, of what a VJP was given where its result is bad for the first time."""
    index = _first(is_new)
    if _is_elementwise(node, is_new.shape):
        return {name: np.broadcast_to(value, is_new.shape)[index] for name, value in _given(node, g)}
    if is_new.shape != node.shape:
        return {}
    return {name: value[index] for name, value in _given(node, g) if value.shape == is_new.shape}


def _is_elementwise(node: Node, shape: tuple[int, ...]) -> bool:
    rule: Any = node.rule
    return rule.is_elementwise and shape == node.shape


def _given(node: Node, g: Any) -> list[tuple[str, np.ndarray]]:
    """Return the arrays and numbers with fractions that a VJP of `node` can see, by name."""
    rule: Any = node.rule
    pairs = [
        (name, np.asarray(item))
        for name, value in (*sorted(zip(rule.saves, node.saved or (), strict=True), key=itemgetter(0)), ("g", g))
        for item in (value if isinstance(value, tuple) else (value,))
        if isinstance(item, np.ndarray | np.generic | float | complex)
    ]
    return [(name, array) for name, array in pairs if array.dtype.kind in "fc"]


# ------------------------------------------------------------------------------------------------- forward


def forward_origins(model: GraphModel, values: Mapping[str, np.ndarray], nodes: Mapping[Node, str]) -> list[Origin]:
    """Return where the first NaN and the first infinity of the forward pass arose, of what is known of it.

    Parameters
    ----------
    model : GraphModel
        With the statistics of values.
    values : mapping of str to ndarray
        The arrays themselves, by the names of operations and leaves.
    nodes : mapping of Node to str
    """
    made = [node for node in (*model.operations, *model.leaves) if not isinstance(node, Folded)]
    known = {node.name: node.value for node in made if node.value is not None}
    if all(value.is_finite for value in known.values()):
        return []
    forward = _Forward(model, values, nodes, known)
    return _ordered({kind: origin for kind in KINDS if (origin := forward.first(kind)) is not None})


class _Forward:
    """Looks at the known values of a model in execution order."""

    def __init__(
        self,
        model: GraphModel,
        values: Mapping[str, np.ndarray],
        nodes: Mapping[Node, str],
        known: Mapping[str, Statistics],
    ) -> None:
        self._values = values
        self._known = known
        self._nodes = {name: node for node, name in nodes.items()}
        self._edges = model.edges
        self._leaves = {leaf.name: leaf for leaf in model.leaves if isinstance(leaf, Leaf)}
        self._operations = {each.name: each for each in model.operations if isinstance(each, Operation)}

    def first(self, kind: str) -> Origin | None:
        """Return the first leaf or operation that has what none of its inputs excuses."""
        for target, group in groupby(self._edges, key=attrgetter("target")):
            edges = list(group)
            for edge in edges:
                if self._arises_at_leaf(kind, edge.source):
                    return Origin(kind, edge.source, f" itself contains {_count(self._known[edge.source], kind)}")
            is_excused = any(_excuses(self._known.get(edge.source), kind) for edge in edges)
            if target in self._operations and _has(self._known.get(target), kind) and not is_excused:
                return self._at_operation(kind, self._operations[target], edges)
        return None

    def _arises_at_leaf(self, kind: str, name: str) -> bool:
        leaf = self._leaves.get(name)
        if leaf is None or (kind == "infinity" and leaf.kind == "constant"):  # such as a mask: there on purpose
            return False
        return _has(self._known.get(name), kind)

    def _at_operation(self, kind: str, operation: Operation, edges: Sequence[Edge]) -> Origin:
        """Return the origin that an operation is, as far as its inputs are known."""
        name = operation.name
        if any(edge.has_gradient and edge.source not in self._known for edge in edges):
            return Origin(kind, name, ", or an operation before it whose output nothing kept")
        arrays = {edge.position: self._values[edge.source] for edge in edges}
        unknown = any(text == UNKNOWN and k not in arrays for k, text in enumerate(operation.arguments))
        if unknown:
            return Origin(kind, name, ", or in its constant operand, which nothing kept")
        return Origin(kind, name, self._inputs_at_first(kind, operation, arrays))

    def _inputs_at_first(self, kind: str, operation: Operation, arrays: Mapping[int | None, np.ndarray]) -> str:
        """Return a clause with the inputs of an operation where its output is bad for the first time."""
        rule: Any = self._nodes[operation.name].rule
        output = self._values[operation.name]
        index = _first(_is_bad(output, kind))
        elements = list(operation.arguments)
        for position, value in arrays.items():
            if position is not None and (rule.is_elementwise or value.shape == output.shape):
                elements[position] = _number(np.broadcast_to(value, output.shape)[index])
        if None in elements or not (rule.is_elementwise or len(elements) == 1):
            return ""
        if len(elements) == 1:
            return f", where its input is {_signed(str(elements[0]))}"
        return f", where its inputs are {' and '.join(map(str, elements))}"


# ------------------------------------------------------------------------------------------------- words


def _number(value: Any) -> str:
    """Return a number as short text, zero without its sign."""
    return option_text(value if value else 0)


def _signed(text: str) -> str:
    return f"negative ({text})" if text.startswith("-") else text


def _where(elements: Mapping[str, Any]) -> str:
    return f", where {', '.join(f'{name} = {_number(value)}' for name, value in elements.items())}" if elements else ""


def _count(found: Statistics, kind: str) -> str:
    if kind == "NaN":
        return f"{found.nans:,} NaN"
    return f"{found.infs:,} {'infinity' if found.infs == 1 else 'infinities'}"


def _has(found: Statistics | None, kind: str) -> bool:
    return found is not None and bool(found.nans if kind == "NaN" else found.infs)


def _excuses(found: Statistics | None, kind: str) -> bool:
    """Whether an input explains that an output has `kind`: NaN comes of NaN, an infinity of either."""
    return found is not None and bool(found.nans or (kind != "NaN" and found.infs))


def _is_bad(array: np.ndarray, kind: str) -> np.ndarray:
    return np.asarray(np.isnan(array) if kind == "NaN" else np.isinf(array))


def _first(is_bad: np.ndarray) -> tuple[Any, ...]:
    return np.unravel_index(int(is_bad.argmax()), is_bad.shape)
