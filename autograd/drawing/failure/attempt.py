"""The model of a computation that did not end: its last node is the call that raised."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from autograd import nested
from autograd.drawing.failure.culprit import Call, Culprit
from autograd.drawing.model import Array, Edge, GraphModel, Mark, Operation, Output
from autograd.drawing.reading import walk
from autograd.drawing.reading.places import place_of
from autograd.graph import Node, new_node
from autograd.journal import signature_of
from autograd.plans import is_variadic
from autograd.primitive import Primitive
from autograd.tensor import Tensor, wrap


def failed_model(
    culprit: Culprit, results: list[Node], message: str, model: Any, names: Mapping[str, Any]
) -> GraphModel | None:
    """Return what computed the arguments of the call that raised, and the call as a node marked "failed".

    The call is that of the operation, or else that of the innermost module if it raised before it computed anything.
    If it is neither, return what computed those of `results` that nothing has consumed; None if there are none.
    """
    attempt = _failed_node(culprit, results)
    if attempt is not None:
        return _with_failure(_walk(attempt, culprit, model, names), message, culprit)
    latest = _unconsumed(results)
    if not latest:
        return None
    end = new_node(_any_operation("end"), tuple(latest), (), (), latest[-1].dtype)
    return _with_results(_walk(end, culprit, model, names))


def _failed_node(culprit: Culprit, results: list[Node]) -> Node | None:
    """Return the node that the call to blame would have recorded, if there is one."""
    if culprit.operation is not None:
        operation = culprit.operation.callee
        with suppress(TypeError):  # arguments that the operation does not take
            if isinstance(operation, Primitive):
                return _node_of_primitive(operation, culprit.operation)
        name = operation.name if isinstance(operation, Primitive) else operation.__name__
        return _node_of_any(culprit.operation, name, is_elementwise=isinstance(operation, np.ufunc))
    if culprit.module is None or any(node.number > culprit.regions[-1][2] for node in results):
        return None
    return _node_of_any(culprit.module, type(culprit.module.callee).__name__)


def _node_of_primitive(primitive: Primitive, call: Call) -> Node:
    """Return a node that has saved every argument, so that all of them are drawn."""
    given = signature_of(primitive).bind(*call.args, **call.kwargs).arguments
    operands = [primitive.parameter_names[position] for position in primitive.differentiable]
    inputs = [_node_of(given.get(name)) for name in operands]
    if is_variadic(primitive):
        inputs = [*map(_node_of, given.get(operands[0], ()))]
    rule = copy.copy(primitive)
    rule.saves, rule.byproducts = primitive.parameter_names, {}
    return _node(rule, inputs, [_plain(given.get(name), is_operand=name in operands) for name in rule.saves])


def _node_of_any(call: Call, name: str, *, is_elementwise: bool = False) -> Node:
    """Return the node of a call of which it is not known what it does with its arguments."""
    operands = list(nested.leaves(call.args))
    rule = _any_operation(name)
    rule.is_elementwise = is_elementwise
    rule.saves = ("operands", *call.kwargs)
    return _node(rule, [*map(_node_of, operands)], [tuple(map(_plain, operands)), *map(_plain, call.kwargs.values())])


def _any_operation(name: str) -> Primitive:
    return Primitive(lambda *operands: operands, name).defvjp(lambda g: g)


def _node(rule: Primitive, inputs: list[Node | None], saved: list[Any]) -> Node:
    dtypes = [value.dtype for value in nested.leaves(saved) if isinstance(value, np.ndarray)]
    return new_node(rule, tuple(inputs), tuple(saved), (), dtypes[0] if dtypes else np.dtype(float))


def _node_of(value: Any) -> Node | None:
    return value._node if isinstance(value, Tensor) else None


def _plain(value: Any, *, is_operand: bool = False) -> Any:
    if isinstance(value, tuple | list) and any(isinstance(item, Tensor | np.ndarray) for item in value):
        return tuple(map(_plain, value))
    if is_operand and isinstance(value, tuple | list):
        with suppress(TypeError, ValueError):  # ragged: it stays as it is
            return np.asarray(value)
    return value.data if isinstance(value, Tensor) else value


def _unconsumed(results: list[Node]) -> list[Node]:
    """Return the nodes that no other one has consumed, without those of an earlier step, whose graph is freed."""
    consumed = {source for node in results for source in node.inputs}
    latest = [node for node in results if node not in consumed]
    return [node for node in latest if node.saved is not None] or latest[-1:]


def _walk(end: Node, culprit: Culprit, model: Any, names: Mapping[str, Any]) -> GraphModel:
    """Return the model of what computed the inputs of `end`, which is its last operation."""
    end.regions = culprit.regions
    drawn = walk([wrap(np.empty(()), end)], model, names).model
    edges = tuple(edge for edge in drawn.edges if edge.target != drawn.outputs[0].name)
    return replace(drawn, outputs=(), edges=edges)


def _with_failure(model: GraphModel, message: str, culprit: Culprit) -> GraphModel:
    *done, last = model.operations
    assert isinstance(last, Operation)
    nothing = Array((), model.dtype or last.output.dtype, 0)
    marks, place = (Mark("failed", message),), place_of(culprit.site)
    failed = replace(last, output=nothing, saved=(), vjps=(), marks=marks, place=place)
    return replace(model, operations=(*done, failed))


def _with_results(model: GraphModel) -> GraphModel:
    """Return `model` with the inputs of its last operation as outputs."""
    *done, end = model.operations
    outputs: list[Output] = []
    edges: list[Edge] = []
    for edge in model.edges:
        if edge.target == end.name:
            name = f"output_{len(outputs) + 1}"
            outputs.append(Output(name, "result", None, edge.array))
            edge = replace(edge, target=name, position=0)
        edges.append(edge)
    total = replace(model.total, operations=len(done))
    return replace(model, operations=tuple(done), outputs=tuple(outputs), edges=tuple(edges), total=total)
