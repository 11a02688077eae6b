"""Call plans: what happens when a primitive is called, prepared once when the primitive is defined.

Every plan does the same: unwrap the arguments, compute, and if an argument requires a gradient record a node with what
the VJPs ask for. They differ in what they need not look at: an elementwise function of one or two arguments has no
options to bind, other functions have, and ``*args`` need a loop. With plain arrays a plan is the forward function.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter
from typing import Any, Protocol

import numpy as np

from autograd.errors import GraphError
from autograd.explain import explain
from autograd.grad_mode import recording
from autograd.graph import Node, Rule
from autograd.tensor import Tensor, plain, wrap

Plan = Callable[..., Any]

_NUMBERS = (np.ndarray, np.generic, int, float, complex)
_NESTS = (Tensor, tuple, list)  # what may hold a Tensor
_FAILURES = (ValueError, TypeError, IndexError, MemoryError)


class Definition(Rule, Protocol):
    """What a plan needs to know of a primitive."""

    forward: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    parameter_names: tuple[str, ...]
    differentiable: tuple[int, ...]
    without_derivative: frozenset[int]
    variadic: int | None
    byproducts: dict[str, tuple[Any, ...]]
    saves: tuple[Callable[..., tuple[Any, ...]], ...]  # of each VJP: (*values, y) -> what it asks for


def choose_plan(primitive: Definition) -> Plan:
    """Return the cheapest plan that serves `primitive`."""
    if primitive.variadic is not None:
        return _variadic_plan(primitive)
    if primitive.is_elementwise and primitive.differentiable == (0,) and len(primitive.parameters) == 1:
        return _unary_plan(primitive)
    if primitive.is_elementwise and primitive.differentiable == (0, 1) and len(primitive.parameters) == 2:
        return _binary_plan(primitive)
    return _general_plan(primitive)


def _unary_plan(primitive: Definition) -> Plan:
    forward, is_recording = primitive.forward, recording.get
    (save,) = primitive.saves

    def apply(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return forward(x)
        node = x._node
        x = x._data
        try:
            y = forward(x)
        except _FAILURES as error:
            raise explain(error, primitive.name, primitive.parameter_names, (x,)) from error
        if node is None or not is_recording():
            return wrap(y, None)
        return wrap(y, Node(primitive, (node,), (save(x, y),), y.shape, y.dtype))

    return apply


def _binary_plan(primitive: Definition) -> Plan:
    forward, is_recording = primitive.forward, recording.get
    save1, save2 = primitive.saves

    def apply(x1: Any, x2: Any) -> Any:
        node1 = node2 = None
        is_tensor = False
        if isinstance(x1, Tensor):
            is_tensor = True
            node1 = x1._node
            x1 = x1._data
        elif not isinstance(x1, _NUMBERS):
            if opts_out(x1):
                return NotImplemented
            x1 = np.asarray(x1)
        if isinstance(x2, Tensor):
            is_tensor = True
            node2 = x2._node
            x2 = x2._data
        elif not isinstance(x2, _NUMBERS):
            if opts_out(x2):
                return NotImplemented
            x2 = np.asarray(x2)
        try:
            y = forward(x1, x2)
        except _FAILURES as error:
            raise explain(error, primitive.name, primitive.parameter_names, (x1, x2)) from error
        if not is_tensor:
            return y
        if (node1 is None and node2 is None) or not is_recording():
            return wrap(y, None)
        saved = (None if node1 is None else save1(x1, x2, y), None if node2 is None else save2(x1, x2, y))
        return wrap(y, Node(primitive, (node1, node2), saved, y.shape, y.dtype))

    return apply


def opts_out(operand: Any) -> bool:
    """Whether `operand` says, in NumPy's protocol, that its own reflected operator decides."""
    return getattr(type(operand), "__array_ufunc__", True) is None


def _general_plan(primitive: Definition) -> Plan:
    forward, saves, is_recording = _positional(primitive), primitive.saves, recording.get
    differentiable = primitive.differentiable
    options = tuple(i for i in range(len(primitive.parameters)) if i not in differentiable)
    count = sum(p.kind is not p.KEYWORD_ONLY for p in primitive.parameters)
    defaults = [p.default for p in primitive.parameters]
    required = sum(default is Parameter.empty for default in defaults)
    has_byproducts = bool(primitive.byproducts)

    def apply(*args: Any, **kwargs: Any) -> Any:
        given = len(args)
        if kwargs or not required <= given <= count:
            values = bind(primitive, args, kwargs)
        else:
            values = [*args, *defaults[given:]]
        nodes: list[Node | None] = []
        is_tensor = is_tracked = False
        for position in differentiable:
            value = values[position]
            node = None
            if isinstance(value, Tensor):
                is_tensor = True
                node = value._node
                is_tracked = is_tracked or node is not None
                values[position] = value._data
            elif value is not None and not isinstance(value, _NUMBERS):
                values[position] = np.asarray(value)
            nodes.append(node)
        for position in options:
            if isinstance(values[position], _NESTS):
                is_tensor = is_tensor or isinstance(values[position], Tensor)
                values[position] = _option(primitive, position, values[position])
        try:
            y = forward(*values)
        except _FAILURES as error:
            if not is_tensor:
                raise
            raise explain(error, primitive.name, primitive.parameter_names, values) from error
        if has_byproducts:
            y, *made = y
            values += made
        if not is_tensor:
            return y
        if not is_tracked or not is_recording() or y.dtype.kind not in "fc":
            return wrap(y, None)
        saved = tuple([None if node is None else save(*values, y) for node, save in zip(nodes, saves, strict=True)])
        return wrap(y, Node(primitive, tuple(nodes), saved, y.shape, y.dtype))

    return apply


def _variadic_plan(primitive: Definition) -> Plan:
    forward, saves, is_recording = _positional(primitive), primitive.saves, recording.get
    variadic: int = primitive.variadic  # type: ignore[assignment]  # chosen because it is not None

    def apply(*args: Any, **kwargs: Any) -> Any:
        values = bind(primitive, args, kwargs)
        operands = values[variadic]
        inputs = tuple(operand._node if isinstance(operand, Tensor) else None for operand in operands)
        is_tensor = any(isinstance(operand, Tensor) for operand in operands)
        values = [_option(primitive, position, value) for position, value in enumerate(values)]
        values[variadic] = tuple(v if isinstance(v, _NUMBERS) else np.asarray(v) for v in map(plain, operands))
        try:
            y = forward(*values)
        except _FAILURES as error:
            if not is_tensor:
                raise
            raise explain(error, primitive.name, primitive.parameter_names, values) from error
        if not is_tensor:
            return y
        if not any(inputs) or not is_recording() or y.dtype.kind not in "fc":
            return wrap(y, None)
        saved = tuple(None if node is None else saves[0](*values, y, index) for index, node in enumerate(inputs))
        return wrap(y, Node(primitive, inputs, saved, y.shape, y.dtype))

    return apply


def _option(primitive: Definition, position: int, value: Any) -> Any:
    """Return the plain value of an argument that is not differentiated, refusing one whose gradient would be lost."""
    if (
        isinstance(value, Tensor)
        and value._node is not None
        and recording.get()
        and position not in primitive.without_derivative
    ):
        raise GraphError(
            f"{primitive.name}: no VJP is defined for argument '{primitive.parameter_names[position]}', and a Tensor "
            "that requires a gradient was given for it; pass its .detach(), or define the VJP with defvjp"
        )
    return plain(value)


def _positional(primitive: Definition) -> Callable[..., Any]:
    """Return the forward function taking the value of every parameter by position, those of ``*args`` as one tuple."""
    forward, parameters = primitive.forward, primitive.parameters
    keywords = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    if primitive.variadic is None and not keywords:
        return forward
    leading = len(parameters) - len(keywords) - (primitive.variadic is not None)

    def call(*values: Any) -> Any:
        operands = values[leading] if primitive.variadic is not None else ()
        options = values[len(values) - len(keywords) :]
        return forward(*values[:leading], *operands, **dict(zip(keywords, options, strict=True)))

    return call


def bind(primitive: Definition, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """Return the value of every parameter, in order; those of ``*args`` as one tuple."""
    values: list[Any] = []
    given = 0
    for parameter in primitive.parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            values.append(args[given:])
            given = len(args)
        elif given < len(args) and parameter.kind is not parameter.KEYWORD_ONLY:
            if parameter.name in kwargs:
                raise TypeError(f"{primitive.name}: argument '{parameter.name}' given twice")
            values.append(args[given])
            given += 1
        elif parameter.name in kwargs:
            values.append(kwargs[parameter.name])
        elif parameter.default is not parameter.empty:
            values.append(parameter.default)
        else:
            raise TypeError(f"{primitive.name}: argument '{parameter.name}' is missing")
    unknown = [name for name in kwargs if name not in primitive.parameter_names]
    if unknown or given < len(args):
        what = f"argument {', '.join(unknown)}=" if unknown else f"{len(args)} positional arguments"
        takes = ", ".join(primitive.parameter_names)
        raise TypeError(f"{primitive.name}: {what} not supported on Tensors; it takes ({takes})")
    return values
