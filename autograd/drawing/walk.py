"""From the nodes of the engine to the model that is drawn: one walk, without recursion."""

from __future__ import annotations

import linecache
import math
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.drawing.calls import Calls
from autograd.drawing.formulas import vjp_formulas
from autograd.drawing.model import UNKNOWN, Array, Edge, GraphModel, Leaf, Operation, Output, Place, Saved
from autograd.drawing.naming import Names, identity
from autograd.graph import Node, reachable
from autograd.journal import entry
from autograd.sites import Site
from autograd.tensor import Tensor


@dataclass(frozen=True)
class Walked:
    """The model of a graph, and which node of the engine each of its nodes is."""

    model: GraphModel
    names: dict[Node, str]


def walk(outputs: Sequence[Tensor], model: Any, names: Mapping[str, Any]) -> Walked:
    """Return the model of the graph that computed `outputs`."""
    roots = [tensor._node for tensor in outputs if tensor._node is not None]
    nodes = reachable(roots)[0][::-1]
    calls = Calls(nodes)
    known = Names(names, calls.outermost_models() if model is None else [model], calls.owners())
    builder = _Builder(known, calls)
    for node in nodes:
        builder.add_variable(node) if node.rule is None else builder.add_operation(node)
    return Walked(builder.finish(outputs, is_model=model is not None or bool(known.parameters)), builder.by_node)


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
        self.holders: dict[Any, bool] = {}  # by rule, see _may_hold_constants
        self.arrays: dict[Any, Array] = {}
        self.formulas: dict[Any, tuple[str, ...]] = {}
        self.lines: dict[Site, Place] = {}

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
        region = self.region_of[name] = self.calls.at(node.number)
        arguments: list[str | None] = [UNKNOWN if source is None else None for source in node.inputs]
        for position, source in enumerate(node.inputs):
            if source is not None:
                self._connect(node, source, position, region)
        first = len(self.edges) - sum(source is not None for source in node.inputs)
        options: dict[str, str] = {}
        for argument, value in _constants(node, rule) if self._may_hold_constants(rule, node) else ():
            missing = arguments.index(UNKNOWN) if UNKNOWN in arguments else None
            if isinstance(value, np.ndarray) and value.ndim:
                if not _is_mean(argument, value):
                    self._connect_constant(name, argument, value, missing, region)
                    if missing is not None:
                        arguments[missing] = None
            elif rule.is_elementwise and missing is not None:
                arguments[missing] = _text(value)
            else:
                options[argument] = _text(value)
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
                tuple(options.items()),
                self._saved(node, name),
                self._formulas(rule),
                self._place(node),
            )
        )

    def _may_hold_constants(self, rule: Any, node: Node) -> bool:
        """Whether the VJPs of `rule` ask for more than its output, shapes and dtypes."""
        known = self.holders.get(rule)
        if known is None:
            known = self.holders[rule] = any(name != "y" and not name.endswith(_DERIVED) for name in rule.saves)
        return known and bool(node.saved)

    def _connect(self, node: Node, source: Node, position: int, region: int | None) -> None:
        name, target = self.by_node[source], self.by_node[node]
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
            label = given or owned or (None if argument in _OPERANDS else argument)
            leaf = Leaf(self.name("constant"), "constant", label, self.array(value.shape, value.dtype), None)
            self.leaves[key] = leaf
            self.places[key] = None if given else region
            if owned:
                self.owned.add(leaf.name)
        leaf = self.leaves[key]
        if self.places[key] != region and leaf.name not in self.owned:
            self.places[key] = None
        self.edges.append(Edge(leaf.name, target, leaf.output, position, argument, False))

    def _saved(self, node: Node, name: str) -> tuple[Saved, ...]:
        """Return the arrays that `node` keeps; a scalar or an option is not worth a word."""
        rule: Any = node.rule
        if not node.saved:
            return ()
        found: list[Saved] = []
        for asked, value, lifted in zip(rule.saves, node.saved, rule.lift(node), strict=True):
            items = zip(value, lifted, strict=True) if isinstance(value, tuple) else ((value, lifted),)
            for item, tensor in items:
                if isinstance(item, np.ndarray) and item.ndim:
                    origin = tensor._node if isinstance(tensor, Tensor) else None
                    source = name if asked == "y" else None if origin is None else self.by_node.get(origin)
                    found.append(Saved(asked, source, self._newly_held(item)))
        return tuple(found)

    def _newly_held(self, array: np.ndarray) -> int:
        """Return the bytes of the memory that `array` is part of, 0 where that has been counted."""
        while isinstance(array.base, np.ndarray):
            array = array.base
        if id(array) in self.held:
            return 0
        self.held.add(id(array))
        return array.nbytes

    def _formulas(self, rule: Any) -> tuple[str, ...]:
        known = self.formulas.get(rule)
        if known is None:
            known = self.formulas[rule] = vjp_formulas(rule)
        return known

    def _place(self, node: Node) -> Place | None:
        """Return the line that called the operation of `node`, if a journal was kept then."""
        known = entry(node)
        if known is None or not known.site.line:
            return None
        site = known.site
        found = self.lines.get(site)
        if found is None:
            found = Place(_file_name(site.file), site.line, linecache.getline(site.file, site.line).strip())
            self.lines[site] = found
        return found

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
            drawn.append(Output(name, label, _text(tensor.data[()]) if not node.shape else None, array))
            self.edges.append(Edge(self.by_node[node], name, array, 0, None, True))
        leaves = tuple(
            replace(leaf, region=self._region_of_leaf(leaf, self.places.get(key))) for key, leaf in self.leaves.items()
        )
        made: list[Operation | Leaf | Output] = [*self.operations, *leaves, *drawn]
        dtypes = Counter(node.output.dtype for node in made)
        floating = (dtype for dtype, _ in dtypes.most_common() if np.dtype(dtype).kind in "fc")
        regions = self.calls.describe(self.names, self.name)
        operations, edges = tuple(self.operations), tuple(self.edges)
        return GraphModel(operations, leaves, tuple(drawn), edges, regions, next(floating, None), len(operations))

    def _region_of_leaf(self, leaf: Leaf, region: int | None) -> int | None:
        """Return the region to draw `leaf` in: outside of a call that is given nothing else, for it is its input."""
        if leaf.kind == "constant" and leaf.name not in self.owned:
            return next((r for r in self.calls.around(region) if r in self.fed), None)
        return region


_OPERANDS = {"x1", "x2", "operands", "arrays"}  # names that say nothing
_DERIVED = ("_shape", "_dtype")


def _constants(node: Node, rule: Any) -> list[tuple[str, Any]]:
    """Return what `node` saved that is neither its output nor an input with a gradient, by the names of arguments."""
    found: dict[Any, tuple[str, Any]] = {}
    # `lift` is how a recorded backward pass tells the two apart: it makes Tensors of what carries a gradient.
    for argument, value in zip(rule.saves, rule.lift(node), strict=True):
        if value is None or argument.endswith(_DERIVED):
            continue
        for item in value if argument in _OPERANDS and isinstance(value, tuple) else (value,):
            if not isinstance(item, Tensor):
                found.setdefault((argument, id(item) if isinstance(item, np.ndarray) else None), (argument, item))
    return list(found.values())


def _position(edge: Edge) -> float:
    return math.inf if edge.position is None else edge.position


def _file_name(file: str) -> str:
    """Return `file` as its user would name it: from the working directory, or the name alone if it is elsewhere."""
    try:
        relative = os.path.relpath(file)
    except ValueError:  # on another drive
        return os.path.basename(file)
    return os.path.basename(file) if relative.startswith("..") else relative


def _is_mean(argument: str, value: np.ndarray) -> bool:
    """Whether `value` is the equal weights of a plain mean over examples, which nobody gave and nobody looks for."""
    return argument == "weights" and bool(np.all(value == value.flat[0]))


def _text(value: Any) -> str:
    """Return a scalar or an option as short text; never the values of an array."""
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if isinstance(value, np.ndarray):
        return f"array {value.shape}"
    if isinstance(value, bool | np.bool_ | int | np.integer | str):
        return str(value)
    if isinstance(value, float | complex | np.inexact):
        return f"{value:.4g}"
    if isinstance(value, slice):
        step = "" if value.step is None else f":{_text(value.step)}"
        start, stop = ("" if bound is None else _text(bound) for bound in (value.start, value.stop))
        return f"{start}:{stop}{step}"
    if isinstance(value, tuple | list):
        return ", ".join(map(_text, value)) if len(value) <= 8 else f"{len(value)} items"
    return "…" if value is Ellipsis else repr(value)[:40]
