"""One recorded operation as what is checked: a function of its arguments, and the cotangents its VJPs return."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import graph
from autograd.errors import GraphError
from autograd.graph import Node
from autograd.journal import entry, signature_of
from autograd.primitive import Primitive
from autograd.sites import Site

NOWHERE = Site("(no module)", "(no line)", 0)


class UnknownArgumentError(LookupError):
    """An argument of an operation that cannot be told from the graph."""


class Operation:
    """The application of a primitive to plain arguments, in double precision.

    Parameters
    ----------
    primitive : Primitive
        The operation.
    arguments : mapping
        What its forward function receives, by name of the parameter; a tuple for ``*args``.
    wanted : sequence of bool
        Which of the differentiable arguments, in order, gradients are needed of.
    site : Site
        Where it was called.

    Attributes
    ----------
    names : list of str
        Of the arguments that are differentiated.
    values : list of ndarray
        Those arguments, in double precision and read-only.
    dtypes : list of dtype
        The dtypes they came in.
    output : ndarray
        What the operation is at them.
    places : list of (str, int or None)
        Where each of `values` is among the arguments: the parameter, and for ``*args`` which of them.
    finite : ndarray
        Where the output at the point is finite; elsewhere it counts as 0.
    """

    def __init__(self, primitive: Primitive, arguments: Mapping[str, Any], wanted: Sequence[bool], site: Site) -> None:
        self.primitive = primitive
        self.site = site
        self.arguments = {name: _double(value) for name, value in arguments.items()}
        slots = _slots(primitive, arguments)
        self._wanted = [slot if is_wanted else None for slot, is_wanted in zip(slots, wanted, strict=True)]
        self.places = [slot for slot in self._wanted if slot is not None]
        self.names = [name if number is None else f"{name}[{number}]" for name, number in self.places]
        self.dtypes = [np.asarray(_get(arguments, place)).dtype for place in self.places]
        self.values = [np.asarray(_get(self.arguments, place)) for place in self.places]
        self.finite = np.asarray(True)
        (self.output,) = self.outputs(self.values)
        self.finite = np.isfinite(self.output)

    def outputs(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the output, in a list, for other values of the arguments."""
        y = np.asarray(self._forward(self.given(values))[0])
        return [y if self.finite.all() or y.shape != self.finite.shape else np.where(self.finite, y, 0)]

    def gradient(
        self, cotangents: Sequence[np.ndarray], values: Sequence[np.ndarray] | None = None
    ) -> list[np.ndarray]:
        """Return what the engine carries back to each argument, whatever else these are connected to."""
        arguments = self.given(self.values if values is None else values)
        y, saved = self._saved(arguments)
        leaves = [None if place is None else _leaf(_get(arguments, place)) for place in self._wanted]
        node = graph.new_node(self.primitive, tuple(leaves), saved, np.shape(y), np.asarray(y).dtype)
        g = np.where(self.finite, cotangents[0], 0).astype(node.dtype)
        arrived = graph.sweep({node: g}, retain_graph=True)
        return [
            np.asarray(arrived[leaf]) if leaf in arrived else np.zeros(leaf.shape, leaf.dtype)
            for leaf in leaves
            if leaf is not None
        ]

    def added(self, cotangent: np.ndarray, total: np.ndarray) -> np.ndarray | None:
        """Return what the VJP that adds to a cotangent in place makes of `total`; None if there is no such VJP."""
        if self.primitive.add_into is None or not self.places:
            return None
        y, saved = self._saved(self.arguments)
        result = total.copy()
        self.primitive.add_into(result, np.where(self.finite, cotangent, 0).astype(np.asarray(y).dtype), *saved)
        return result

    def given(self, values: Sequence[np.ndarray]) -> dict[str, Any]:
        """Return all arguments, with `values` in the places of those that are differentiated."""
        arguments = dict(self.arguments)
        for (name, number), value in zip(self.places, values, strict=True):
            own = _get(self.arguments, (name, number))
            given: Any = value[()] if isinstance(own, np.generic) else value
            if number is not None:
                given = (*arguments[name][:number], given, *arguments[name][number + 1 :])
            arguments[name] = given
        return arguments

    def call(self, arguments: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the positional and the keyword arguments of the forward function."""
        bound = inspect.BoundArguments(signature_of(self.primitive), dict(arguments))
        return bound.args, bound.kwargs

    def _forward(self, arguments: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the output and the byproducts."""
        args, kwargs = self.call(arguments)
        result: Any = self.primitive.forward(*args, **kwargs)
        return result if self.primitive.byproducts else (result,)

    def _saved(self, arguments: Mapping[str, Any]) -> tuple[Any, tuple[Any, ...]]:
        """Return the output, and what a node of the operation saves."""
        y, *byproducts = self._forward(arguments)
        known = {**dict(zip(self.primitive.byproducts, byproducts, strict=True)), "y": y, **arguments}
        return y, tuple(known[name] if name in known else _about(name, arguments) for name in self.primitive.saves)


def operation_of(node: Node, outputs: Mapping[Node, Any], rng: np.random.Generator) -> tuple[Operation, str]:
    """Return the operation that a node records, and a note on what had to be assumed, empty for nothing.

    Parameters
    ----------
    node : Node
        If no journal was kept when it was recorded, what its VJPs do not ask for is drawn at random.
    outputs : mapping
        The arrays of other nodes that are known.
    rng : Generator
        Draws what is not known.

    Raises
    ------
    UnknownArgumentError
        If an argument cannot be told.
    GraphError
        If a backward pass has freed the graph.
    """
    wanted = [source is not None for source in node.inputs]
    known = entry(node)
    if known is not None:
        return Operation(known.primitive, known.arguments, wanted, known.site), ""
    rule: Any = node.rule
    primitive = rule if isinstance(rule, Primitive) else rule.primitive  # a profiler's
    if node.saved is None:
        raise GraphError(
            f"{primitive.name}: its saved arrays were freed by a backward pass, so there is nothing to check; pass "
            "retain_graph=True to that, or check first"
        )
    arguments, drawn = _recovered(primitive, node, outputs, rng)
    with np.errstate(all="ignore"):
        operation = Operation(primitive, arguments, wanted, NOWHERE)
        if drawn and not operation.finite.all():
            arguments.update((name, _positive(arguments[name])) for name in drawn)  # as roots and logarithms want them
            operation = Operation(primitive, arguments, wanted, NOWHERE)
    if operation.output.shape != node.shape:
        raise UnknownArgumentError("one of its options")
    asked = {"y", *primitive.byproducts} & set(primitive.saves)
    if drawn and asked:
        return (
            operation,
            f"checked at random values of {', '.join(sorted(drawn))}: the graph does not hold the real ones",
        )
    return operation, ""


def known_outputs(nodes: Iterable[Node]) -> dict[Node, Any]:
    """Return the arrays of nodes as far as they or their consumers saved them."""
    found: dict[Node, Any] = {}
    for node in nodes:
        rule: Any = node.rule
        sources = dict(zip(_slots(rule, _saved_by_name(node)), node.inputs, strict=False))
        for name, value in _saved_by_name(node).items():
            if name == "y":
                found[node] = value
        for place, source in sources.items():
            value = _get(_saved_by_name(node), place)
            if source is not None and value is not None:
                found.setdefault(source, value)
    return found


def _recovered(
    primitive: Primitive, node: Node, outputs: Mapping[Node, Any], rng: np.random.Generator
) -> tuple[dict[str, Any], set[str]]:
    """Return the arguments of the operation of a node, and which of them were drawn at random."""
    saved = _saved_by_name(node)
    arguments: dict[str, Any] = {}
    drawn: set[str] = set()

    def find(name: str, source: Node) -> Any:
        if source in outputs:
            return outputs[source]
        drawn.add(name)
        return _random(rng, source)

    for position, parameter in enumerate(primitive.parameters):
        name = parameter.name
        is_array = position in primitive.differentiable
        if name in saved and not (is_array and saved[name] is None):
            arguments[name] = saved[name]
        elif is_array and position == primitive.variadic:
            if None in node.inputs:
                raise UnknownArgumentError(f"{name}, some of which are constants")
            arguments[name] = tuple(find(name, source) for source in node.inputs if source is not None)
        elif is_array and (source := node.inputs[primitive.differentiable.index(position)]) is not None:
            arguments[name] = find(name, source)
        elif parameter.default is not parameter.empty:
            arguments[name] = parameter.default
        elif is_array and primitive.is_elementwise:
            arguments[name] = _random(rng, node)  # a constant that no VJP asks for
        elif name in ("shape", "dtype"):
            arguments[name] = getattr(node, name)
        else:
            raise UnknownArgumentError(f"its argument '{name}'")
    return arguments, drawn


def _random(rng: np.random.Generator, like: Node) -> np.ndarray:
    values = rng.standard_normal(like.shape)
    if like.dtype.kind == "c":
        values = values + 1j * rng.standard_normal(like.shape)
    return np.asarray(values, like.dtype)


def _positive(value: Any) -> Any:
    return tuple(map(_positive, value)) if isinstance(value, tuple) else np.abs(value) + 0.5


def _saved_by_name(node: Node) -> dict[str, Any]:
    rule: Any = node.rule
    return dict(zip(rule.saves, node.saved or (), strict=False))


Place = tuple[str, int | None]


def _slots(primitive: Primitive, arguments: Mapping[str, Any]) -> list[Place]:
    """Return the places of the differentiable arguments, in the order of the inputs of a node."""
    names = [primitive.parameter_names[position] for position in primitive.differentiable]
    if primitive.variadic in primitive.differentiable:
        return [(names[0], number) for number in range(len(arguments.get(names[0]) or ()))]
    return [(name, None) for name in names]


def _get(arguments: Mapping[str, Any], place: Place) -> Any:
    name, number = place
    return arguments.get(name) if number is None else arguments[name][number]


def _double(value: Any) -> Any:
    """Return floating arrays, and dtypes, in double precision; everything else as it is."""
    if isinstance(value, tuple | list) and type(value) in (tuple, list):
        return type(value)(_double(item) for item in value)
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fc":
        copy = value.astype(_double(value.dtype))
        copy.setflags(write=False)  # what writes to it raises
        return copy
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.inexact)):
        kind = np.dtype(value).kind
        return np.dtype(np.float64 if kind == "f" else np.complex128) if kind in "fc" else value
    return value


def _leaf(value: Any) -> Node:
    array = np.asarray(value)
    return graph.leaf(array.shape, array.dtype)


def _about(name: str, arguments: Mapping[str, Any]) -> Any:
    """Return what a VJP asks for as ``<name>_shape`` or ``<name>_dtype``."""
    argument, _, what = name.rpartition("_")
    return np.shape(arguments[argument]) if what == "shape" else np.result_type(arguments[argument])
