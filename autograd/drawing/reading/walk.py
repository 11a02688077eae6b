"""From the nodes of the engine to the model that is drawn: one walk, without recursion."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.drawing.formulas import vjp_formulas
from autograd.drawing.model import UNKNOWN, Array, Edge, GraphModel, Leaf, Operation, Output, Place, Saved, Total
from autograd.drawing.reading.calls import Calls
from autograd.drawing.reading.collection import collection_paused
from autograd.drawing.reading.kept import OPERANDS, Kept, Slot, constants, journalled, kept_by, slots_of
from autograd.drawing.reading.naming import Names, identity
from autograd.drawing.reading.options import option_text
from autograd.drawing.reading.places import place_of
from autograd.graph import Node, reachable
from autograd.journal import entry
from autograd.memory import owner_of
from autograd.sites import Site
from autograd.tensor import Tensor


@dataclass(frozen=True)
class Walked:
    """The model of a graph, and what of the engine its parts are.

    `names` has every node of the engine in execution order, with its name in the model, and `constants` the array of
    every leaf that no node stands for.
    """

    model: GraphModel
    names: dict[Node, str]
    constants: dict[str, np.ndarray]
    known: Names


def walk(outputs: Sequence[Tensor], model: Any, names: Mapping[str, Any]) -> Walked:
    """Return the model of the graph that computed `outputs`."""
    roots = [tensor._node for tensor in outputs if tensor._node is not None]
    with collection_paused():
        nodes = reachable(roots)[0][::-1]
        calls = Calls(nodes)
        known = Names(names, calls.outermost_models() if model is None else [model], calls.owners())
        builder = _Builder(known, calls)
        for node in nodes:
            builder.add_variable(node) if node.rule is None else builder.add_operation(node)
        drawn = builder.finish(outputs, is_model=model is not None or bool(known.parameters))
        return Walked(drawn, builder.by_node, builder.constants, known)


class _Builder:
    """Collects the model while the nodes pass by in execution order."""

    def __init__(self, names: Names, calls: Calls) -> None:
        self.names = names
        self.calls = calls
        self.operations: list[Operation] = []
        self.edges: list[Edge] = []
        self.leaves: dict[Any, Leaf] = {}  # by node, or by the identity of a constant
        self.by_node: dict[Node, str] = {}
        self.region_of: dict[str, int | None] = {}
        self.places: dict[Any, int | None] = {}  # where each leaf goes
        self.fed: set[int] = set()  # regions that a result from outside flows into
        self.held: set[int] = set()  # ids of the buffers that are saved by an operation before
        self.owned: set[str] = set()  # constants that a module holds
        self.ordinals: dict[str, int] = {}
        self.kinds: dict[str, str] = {}
        self.rules: dict[Any, tuple[tuple[Slot, ...], tuple[str, ...]]] = {}  # what is the same for all nodes of each
        self.constants: dict[str, np.ndarray] = {}  # by the names of their leaves
        self.of_constant: dict[int, str] = {}  # the names of the leaves of arrays, by id
        self.arrays: dict[Any, Array] = {}
        self.lines: dict[Site, Place | None] = {}

    def name(self, kind: str) -> str:
        plain = self.kinds.get(kind)
        if plain is None:
            plain = self.kinds[kind] = re.sub(r"\W+", "_", kind).strip("_") or "operation"
        self.ordinals[plain] = ordinal = self.ordinals.get(plain, 0) + 1
        return f"{plain}_{ordinal}"

    def array(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        found = self.arrays.get((shape, dtype))
        if found is None:
            found = self.arrays[shape, dtype] = Array(
                tuple(map(int, shape)), str(dtype), math.prod(shape) * dtype.itemsize
            )
        return found

    def add_variable(self, node: Node) -> None:
        kind = "parameter" if node in self.names.parameters else "variable"
        name = self.by_node[node] = self.name("x" if kind == "variable" else kind)
        self.leaves[node] = Leaf(name, kind, self.names.of_node(node), self.array(node.shape, node.dtype), None)

    def add_operation(self, node: Node) -> None:
        rule: Any = node.rule
        name = self.by_node[node] = self.name(rule.name)
        region = self.calls.at(node.number)
        if region is not None:
            self.region_of[name] = region
        known = self.rules.get(rule)
        if known is None:
            known = self.rules[rule] = (slots_of(rule), vjp_formulas(rule))
        slots, formulas = known
        first = len(self.edges)
        arguments = self._connect_inputs(node, name, region)
        kept = kept_by(node, slots)
        options = self._add_constants(name, rule, kept, arguments, region) if kept else ()
        if UNKNOWN in arguments:
            self._add_journalled(node, name, arguments, region)
        if len(self.edges) - first > 1:
            self.edges[first:] = sorted(self.edges[first:], key=_position)
        self.operations.append(
            Operation(
                name,
                rule.name,
                self.array(node.shape, node.dtype),
                region,
                self.names.of_node(node),
                tuple(arguments),
                options,
                self._saved(name, kept) if kept else (),
                formulas,
                self._place(node),
            )
        )

    def _connect_inputs(self, node: Node, name: str, region: int | None) -> list[str | None]:
        """Connect the inputs that carry a gradient, and return what is known of each argument so far."""
        arguments: list[str | None] = []
        for position, source in enumerate(node.inputs):
            if source is None:
                arguments.append(UNKNOWN)
            else:
                arguments.append(None)
                self._connect(source, name, position, region)
        return arguments

    def _add_constants(
        self, name: str, rule: Any, kept: Sequence[Kept], arguments: list[str | None], region: int | None
    ) -> tuple[tuple[str, str], ...]:
        """Connect constant arrays, write scalars into `arguments`, and return the options."""
        options: dict[str, str] = {}
        for argument, value in constants(kept):
            missing = arguments.index(UNKNOWN) if UNKNOWN in arguments else None
            if isinstance(value, np.ndarray) and value.ndim:
                if not _is_mean(argument, value):
                    self._connect_constant(name, argument, value, missing, region)
                    if missing is not None:
                        arguments[missing] = None
            elif rule.is_elementwise and missing is not None:
                arguments[missing] = option_text(value)
            elif value is not np._NoValue:  # NumPy's word for an option that was not given
                options[argument] = option_text(value)
        return tuple(options.items())

    def _add_journalled(self, node: Node, name: str, arguments: list[str | None], region: int | None) -> None:
        """Find arguments that no VJP asks for in the journal, if one was kept."""
        rule: Any = node.rule
        for position, (_, value) in enumerate(journalled(node)):
            if arguments[position] == UNKNOWN and np.ndim(value):
                self._connect_constant(name, rule.parameter_names[rule.differentiable[0]], value, position, region)
                arguments[position] = None
            elif arguments[position] == UNKNOWN and rule.is_elementwise:
                arguments[position] = option_text(value)

    def _connect(self, source: Node, target: str, position: int, region: int | None) -> None:
        name = self.by_node[source]
        self.edges.append(Edge(name, target, self.array(source.shape, source.dtype), position, None, True))
        if source.rule is None and source in self.names.parameters:
            self.places.setdefault(source, region)
        elif region is not None and (outside := self.region_of.get(name)) != region:
            around = set(self.calls.around(outside))
            self.fed.update(inner for inner in self.calls.around(region) if inner not in around)

    def _connect_constant(
        self, target: str, argument: str, value: np.ndarray, position: int | None, region: int | None
    ) -> None:
        given = self.names.given(value)
        key = (given, value.shape, value.dtype) if given else identity(value)  # a layer may cast its input each time
        if key not in self.leaves:
            owned = self.names.of_array(value)
            label = given or owned or (None if argument in OPERANDS else argument)
            leaf = Leaf(self.name("constant"), "constant", label, self.array(value.shape, value.dtype), None)
            self.leaves[key] = leaf
            self.constants[leaf.name] = value
            self.places[key] = None if given else region
            if owned:
                self.owned.add(leaf.name)
        leaf = self.leaves[key]
        self.of_constant[id(value)] = leaf.name
        if self.places[key] != region and leaf.name not in self.owned:
            self.places[key] = None
        self.edges.append(Edge(leaf.name, target, leaf.output, position, argument, False))

    def _saved(self, operation: str, kept: Sequence[Kept]) -> tuple[Saved, ...]:
        """Return the arrays among what an operation keeps; a scalar or an option is not worth a word."""
        return tuple(
            Saved(each.name, self._source(operation, each), self._newly_held(item))
            for each in kept
            for item in (each.value if isinstance(each.value, tuple) else (each.value,))
            if isinstance(item, np.ndarray) and item.ndim
        )

    def _source(self, operation: str, kept: Kept) -> str | None:
        """Return the node that made what `operation` keeps; itself, if it is a byproduct."""
        if kept.source is not None:
            return self.by_node[kept.source]
        return self.of_constant.get(id(kept.value)) if kept.is_constant else operation

    def _newly_held(self, array: np.ndarray) -> int:
        """Return the bytes of the memory that `array` is part of, 0 where that has been counted."""
        owner = owner_of(array)
        if id(owner) in self.held:
            return 0
        self.held.add(id(owner))
        return owner.nbytes

    def _place(self, node: Node) -> Place | None:
        """Return the line that called the operation of `node`, if a journal was kept then."""
        known = entry(node)
        if known is None:
            return None
        if known.site not in self.lines:
            self.lines[known.site] = place_of(known.site)
        return self.lines[known.site]

    def finish(self, outputs: Sequence[Tensor], *, is_model: bool) -> GraphModel:
        drawn: list[Output] = []
        for tensor in outputs:
            node = tensor._node
            if node is None:
                continue
            name = self.name("output")
            label = self.names.of_node(node) or ("loss" if is_model and not node.shape else "output")
            if len(outputs) > 1 and label in ("output", "loss"):
                label = f"{label} {len(drawn) + 1}"
            array = self.array(node.shape, node.dtype)
            drawn.append(Output(name, label, option_text(tensor.data[()]) if not node.shape else None, array))
            self.edges.append(Edge(self.by_node[node], name, array, 0, None, True))
        leaves = tuple(
            replace(leaf, region=self._region_of_leaf(leaf, self.places.get(key))) for key, leaf in self.leaves.items()
        )
        made: list[Operation | Leaf | Output] = [*self.operations, *leaves, *drawn]
        dtypes = Counter(node.output.dtype for node in made)
        floating = (dtype for dtype, _ in dtypes.most_common() if np.dtype(dtype).kind in "fc")
        regions = self.calls.describe(self.names, self.name)
        operations, edges = tuple(self.operations), tuple(self.edges)
        total = Total(len(operations), len(leaves), sum(operation.saved_bytes for operation in operations))
        return GraphModel(operations, leaves, tuple(drawn), edges, regions, next(floating, None), total)

    def _region_of_leaf(self, leaf: Leaf, region: int | None) -> int | None:
        """Return the region to draw `leaf` in: outside of a call that is given nothing else, for it is its input."""
        if leaf.kind == "constant" and leaf.name not in self.owned:
            return next((r for r in self.calls.around(region) if r in self.fed), None)
        return region


def _position(edge: Edge) -> float:
    return math.inf if edge.position is None else edge.position


def _is_mean(argument: str, value: np.ndarray) -> bool:
    """Whether `value` is the equal weights of a plain mean over examples, which nobody gave and nobody looks for."""
    return argument == "weights" and bool(np.all(value == value.flat[0]))
