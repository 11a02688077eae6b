"""Call plans: what happens when a primitive is called, compiled once when the primitive is defined.

Every plan does the same: replace Tensors by their arrays, compute, and if an argument requires a gradient record a node
with what the VJPs ask for. A plan is written as the source of a function with the primitive's own signature and then
compiled, as dataclasses and named tuples are: what is known at the definition is not worked out again at each call.
For tanh, whose VJP asks for `y`:

>>> from autograd.ops.elementwise import tanh
>>> print(plan_source(tanh), end="")
def tanh(x, /):
    is_tensor_ = False
    node0_ = None
    if isinstance(x, Tensor_):
        is_tensor_ = True
        node0_ = x._node
        x = x._data
    elif not isinstance(x, operands_):
        if opts_out_(x):
            return NotImplemented
        x = as_numbers_(rule_, 0, x)
    elif type(x) is array_ and x.dtype.kind not in 'fciub':
        refuse_operand_(rule_, 0, x)
    if not is_tensor_:
        return forward_(x)
    try:
        y_ = forward_(x)
    except failures_ as error_:
        raise explain_(error_, rule_.name, rule_.parameter_names, (x,))
    result_ = new_(Tensor_)
    result_._views = None
    result_._data = y_
    if node0_ is None or not is_recording_():
        result_._node = None
        return result_
    result_._node = node_ = Node_()
    node_.rule = rule_
    node_.inputs = (node0_, )
    node_.saved = (y_, )
    node_.shape = y_.shape
    node_.dtype = y_.dtype
    node_.number = tick_()
    node_.regions = ()
    return result_

The sweep calls the VJP with what was saved:

>>> print(pullback_source(tanh, 0))
lambda g_, saved_: vjp_(g_, saved_[0])

Names of the plan's own end in an underscore; an argument cannot have one of them.
"""

from __future__ import annotations

import itertools
import linecache
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from inspect import Parameter
from typing import Any, NoReturn, Protocol

import numpy as np

from autograd.errors import DTypeError, GraphError, MissingRuleError
from autograd.explain import FAILURES, explain
from autograd.grad_mode import recording
from autograd.graph import Node, Pullback, Rule
from autograd.memory import tick
from autograd.tensor import Tensor, plain
from autograd.views import note_view, shows

Plan = Callable[..., Any]
VJP = Callable[..., Any]

_LOCAL_NAMES = re.compile(
    r"(rule|forward|y|arguments|node\d*|nodes|result|error|item|is_tensor|unknown)_|isinstance|any|tuple"
)

# NumPy computes these operators as the ufuncs, and on scalars ten times as fast.
_OPERATORS: dict[Any, str] = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.divide: "{} / {}",
    np.negative: "-{}",
}

NESTS = (Tensor, tuple, list, dict)  # what may hold a Tensor
OPERANDS = (np.ndarray, np.generic, int, float, complex)  # what needs no conversion
ARRAYS = (*OPERANDS, type(None))  # ... where an argument may be left out


class Definition(Rule, Protocol):
    """What a plan needs to know of a primitive."""

    forward: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    parameter_names: tuple[str, ...]
    differentiable: tuple[int, ...]
    without_derivative: frozenset[int]
    byproducts: dict[str, tuple[Any, ...]]
    vjps: tuple[VJP, ...]  # one a differentiable argument, in order
    asks: tuple[tuple[str, ...], ...]  # the names that each VJP receives besides g


def compile_plan(rule: Definition) -> Plan:
    """Return the function that is called when `rule` is."""
    source = plan_source(rule)
    file = f"<plan of {rule.name} {id(rule)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)  # for tracebacks
    defaults = {f"default_{p.name}_": p.default for p in rule.parameters}
    namespace = {**_names_of_plans(), **defaults, "rule_": rule, "forward_": rule.forward}
    exec(compile(source, file, "exec"), namespace)  # written below, from the names of the primitive's arguments
    return namespace[_function_name(rule)]


def compile_pullbacks(rule: Definition, vjps: Sequence[VJP]) -> Iterable[Pullback]:
    """Return what calls the VJP of each differentiable argument with what a node of `rule` saved."""
    pullbacks = tuple(eval(pullback_source(rule, k), {"vjp_": vjp}) for k, vjp in enumerate(vjps))
    return _ForEach(pullbacks[0]) if is_variadic(rule) else pullbacks


class _ForEach:
    """The pullbacks of ``*args``: the one VJP, told the index of each."""

    def __init__(self, make: Callable[[int], Pullback]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Pullback]:
        return map(self._make, itertools.count())


def refuse_names(rule: Definition) -> None:
    """Raise GraphError if an argument of `rule` has a name that its plan would use for something else."""
    for name in rule.parameter_names:
        if name in _names_of_plans() or _LOCAL_NAMES.fullmatch(name):
            raise GraphError(f"{rule.name}: rename its argument '{name}', a name that recording uses itself")


# ------------------------------------------------------------------------------------------------- the source


def plan_source(rule: Definition) -> str:
    """Return the source of the plan of `rule`."""
    lines = [f"def {_function_name(rule)}({', '.join(_signature(rule))}):"]
    lines += (f"    {line}" for line in _body(rule))
    return "\n".join(lines) + "\n"


def pullback_source(rule: Definition, position: int) -> str:
    """Return the source of the pullback of the differentiable argument at `position`, or of any of ``*args``."""
    values = [f"saved_[{rule.saves.index(name)}]" if name in rule.saves else "index_" for name in rule.asks[position]]
    pullback = f"lambda g_, saved_: vjp_({', '.join(['g_', *values])})"
    return f"lambda index_: {pullback}" if is_variadic(rule) else pullback


def _function_name(rule: Definition) -> str:
    return rule.name if rule.name.isidentifier() else "primitive"


def _signature(rule: Definition) -> Iterator[str]:
    """Yield the parameters; all defaults are those of the forward function."""
    kinds = [p.kind for p in rule.parameters]
    for position, p in enumerate(rule.parameters):
        if p.kind is p.KEYWORD_ONLY and not {p.VAR_POSITIONAL, p.KEYWORD_ONLY} & set(kinds[:position]):
            yield "*"
        stars = "*" * (p.kind is p.VAR_POSITIONAL) + "**" * (p.kind is p.VAR_KEYWORD)
        yield f"{stars}{p.name}" if p.default is p.empty else f"{p.name}=default_{p.name}_"
        if p.kind is p.POSITIONAL_ONLY and p.POSITIONAL_ONLY not in kinds[position + 1 :]:
            yield "/"
    if not rule.is_elementwise and Parameter.VAR_KEYWORD not in kinds:
        yield "**unknown_"


def _body(rule: Definition) -> Iterator[str]:
    if not rule.is_elementwise and all(p.kind is not p.VAR_KEYWORD for p in rule.parameters):
        yield "if unknown_:"
        yield "    refuse_(rule_, unknown_)"
    names = rule.parameter_names
    yield "is_tensor_ = False"
    if not rule.is_elementwise:
        yield f"arguments_ = {_arguments(rule)}"
    for position, p in enumerate(rule.parameters):
        if position not in rule.differentiable:
            yield from _unwrap_option(position, p.name)
        elif p.kind is p.VAR_POSITIONAL:
            yield from _unwrap_operands(p.name)
        else:
            yield from _unwrap_argument(rule, position, p.name)
    forward = _forward(rule)
    yield "if not is_tensor_:"
    yield f"    return {forward}{'[0]' if rule.byproducts else ''}"
    yield "try:"
    yield f"    {', '.join(('y_', *rule.byproducts))} = {_OPERATORS.get(rule.forward, forward).format(*names)}"
    yield "except failures_ as error_:"
    yield f"    raise explain_(error_, rule_.name, rule_.parameter_names, ({', '.join(names)},))"
    # wrap(...) and new_node(...), written out: calling them would take a fifth of the time of a small operation.
    yield "result_ = new_(Tensor_)"
    yield "result_._views = None"
    if not rule.is_elementwise:
        yield "if type(y_) is array_:"
        yield f"    if y_.base is not None or {_is_an_argument(rule)}:"
        yield "        note_views_(result_, y_, arguments_)"
        yield "elif not isinstance(y_, scalar_):"
        yield "    y_ = as_output_(rule_, y_)"
    yield "result_._data = y_"
    yield f"if {_is_constant(rule)} or not is_recording_():"
    yield "    result_._node = None"
    yield "    return result_"
    yield "result_._node = node_ = Node_()"
    yield "node_.rule = rule_"
    yield f"node_.inputs = {_inputs(rule)}"
    yield f"node_.saved = {_saved(rule)}"
    yield "node_.shape = y_.shape"
    yield "node_.dtype = y_.dtype"
    yield "node_.number = tick_()"
    yield "node_.regions = ()"
    yield "return result_"


def _unwrap_argument(rule: Definition, position: int, name: str) -> Iterator[str]:
    yield f"node{position}_ = None"
    yield f"if isinstance({name}, Tensor_):"
    yield "    is_tensor_ = True"
    yield f"    node{position}_ = {name}._node"
    yield f"    {name} = {name}._data"
    if rule.forward in _OPERATORS and position == 0 and len(rule.parameters) == 2:
        # Python's own operators of complex numbers take NumPy's scalars for floats.
        yield f"elif type({name}) is complex_:"
        yield f"    {name} = beside_({name}, {rule.parameter_names[1]})"
    yield f"elif not isinstance({name}, {'arrays_' if rule.parameters[position].default is None else 'operands_'}):"
    if rule.is_elementwise:
        yield f"    if opts_out_({name}):"
        yield "        return NotImplemented"
    yield f"    {name} = as_numbers_(rule_, {position}, {name})"
    yield f"elif type({name}) is array_ and {name}.dtype.kind not in 'fciub':"
    yield f"    refuse_operand_(rule_, {position}, {name})"


def _unwrap_operands(name: str) -> Iterator[str]:
    yield f"nodes_ = tuple([item_._node if isinstance(item_, Tensor_) else None for item_ in {name}])"
    yield f"is_tensor_ = is_tensor_ or any([isinstance(item_, Tensor_) for item_ in {name}])"
    yield f"{name} = tuple([item_._data if isinstance(item_, Tensor_) else item_ for item_ in {name}])"
    yield f"{name} = tuple([item_ if isinstance(item_, arrays_) else as_numbers_(rule_, 0, item_) for item_ in {name}])"


def _unwrap_option(position: int, name: str) -> Iterator[str]:
    yield f"if isinstance({name}, nests_):"
    yield f"    is_tensor_ = is_tensor_ or isinstance({name}, Tensor_)"
    yield f"    {name} = option_(rule_, {position}, {name})"


def _arguments(rule: Definition) -> str:
    """Return the tuple of all arguments."""
    return _tuple(
        f"{'*' * (p.kind is p.VAR_POSITIONAL)}{p.name}" for p in rule.parameters if p.kind is not p.VAR_KEYWORD
    )


def _is_an_argument(rule: Definition) -> str:
    """Return the condition under which the output is an argument itself."""
    if is_variadic(rule):
        return f"any([y_ is item_ for item_ in {rule.parameter_names[rule.differentiable[0]]}])"
    return " or ".join(f"y_ is {rule.parameter_names[i]}" for i in rule.differentiable) or "False"


def _forward(rule: Definition) -> str:
    """Return the call of the forward function."""
    arguments = []
    for p in rule.parameters:
        stars = "*" * (p.kind is p.VAR_POSITIONAL) + "**" * (p.kind is p.VAR_KEYWORD)
        arguments.append(f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else f"{stars}{p.name}")
    return f"forward_({', '.join(arguments)})"


def is_variadic(rule: Definition) -> bool:
    """Whether the differentiable arguments are ``*args``."""
    return any(rule.parameters[i].kind is Parameter.VAR_POSITIONAL for i in rule.differentiable)


def _is_constant(rule: Definition) -> str:
    """Return the condition under which nothing is recorded for want of a gradient."""
    if not rule.differentiable:
        return "True"
    if is_variadic(rule):
        condition = "not any(nodes_)"
    else:
        condition = " and ".join(f"node{i}_ is None" for i in rule.differentiable)
    # A ufunc of floats gives floats; of another function it is not known.
    return condition if rule.is_elementwise else f"{condition} or y_.dtype.kind not in 'fc'"


def _inputs(rule: Definition) -> str:
    return "nodes_" if is_variadic(rule) else _tuple(f"node{i}_" for i in rule.differentiable)


def _saved(rule: Definition) -> str:
    """Return the tuple of what the VJPs ask for, None for what only those that no gradient is needed of would."""
    return _tuple(_saved_value(rule, name) for name in rule.saves)


def _saved_value(rule: Definition, name: str) -> str:
    askers = [i for i, asked in zip(rule.differentiable, rule.asks, strict=True) if name in asked]
    expression = asked_expression(rule, name)
    if len(askers) == len(rule.differentiable):
        return expression
    return f"None if {' and '.join(f'node{i}_ is None' for i in askers)} else {expression}"


def asked_expression(rule: Definition, name: str) -> str:
    """Return the expression, in the names of a plan, for what a VJP asks for as `name`."""
    if name in rule.parameter_names or name in rule.byproducts:
        return name
    if name == "y":
        return "y_"
    argument, _, what = name.rpartition("_")
    return f"{what}_({argument})"


def _tuple(items: Any) -> str:
    return f"({''.join(f'{item}, ' for item in items)})"


# ------------------------------------------------------------------------------------------------- what plans call


def opts_out(operand: Any) -> bool:
    """Whether `operand` says, in NumPy's protocol, that its own reflected operator decides."""
    return getattr(type(operand), "__array_ufunc__", True) is None


def _option(rule: Definition, position: int, value: Any) -> Any:
    """Return the plain value of an argument that is not differentiated, refusing one whose gradient would be lost."""
    if position not in rule.without_derivative and recording.get() and _holds_variable(value):
        raise MissingRuleError(
            f"{rule.name}: no VJP is defined for argument '{rule.parameter_names[position]}', and a Tensor that "
            "requires a gradient was given for it; pass its .detach(), or define the VJP with defvjp"
        )
    return plain(value)


def _holds_variable(value: Any) -> bool:
    """Whether `value`, a Tensor or a nest, holds a Tensor that requires a gradient; `nested.leaves` takes too long."""
    if isinstance(value, Tensor):
        return value._node is not None
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, NESTS) and _holds_variable(item):
            return True
    return False


def _as_numbers(rule: Definition, position: int, value: Any) -> np.ndarray:
    """Return an argument that is no array, such as a list, as one."""
    array = np.asarray(value)
    if array.dtype.kind not in "fciub":
        _refuse_operand(rule, position, value)
    return array


def _refuse_operand(rule: Definition, position: int, value: Any) -> NoReturn:
    given = f"an array of dtype {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
    raise DTypeError(
        f"{rule.name}: argument '{rule.parameter_names[position]}' is {given}, which is not numeric; convert it to "
        "numbers first"
    )


def _beside(number: complex, operand: Any) -> np.complexfloating[Any, Any]:
    """Return Python's `number` as NumPy's of the dtype that it has beside `operand`."""
    return np.result_type(plain(operand), number).type(number)


def _note_views(result: Tensor, y: np.ndarray, arguments: tuple[Any, ...]) -> None:
    """Note of which argument `result`, with the values `y`, is a view, if of any."""
    for argument in arguments:
        if isinstance(argument, Tensor) and shows(y, argument._data):
            note_view(argument, result)
            return


def _as_output(rule: Definition, value: Any) -> Any:
    """Return `value`, which a forward function returned, as a Tensor holds it."""
    if isinstance(value, np.ndarray | int | float | complex):
        return np.asarray(value)[()]
    raise DTypeError(
        f"{rule.name}: returned {type(value).__name__}; the function of a primitive returns one ndarray or number, "
        "so several results are stacked, or are primitives of their own"
    )


def _explain(error: Exception, name: str, parameters: Sequence[str], values: Any) -> Exception:
    """Return the error to raise, NumPy's own where nothing can be added."""
    explained = explain(error, name, parameters, values)
    if explained is not error:
        explained.__cause__ = error
    return explained


def _refuse_arguments(rule: Definition, unknown: dict[str, Any]) -> None:
    raise TypeError(
        f"{rule.name}: argument {', '.join(unknown)}= not supported on Tensors; it takes "
        f"({', '.join(rule.parameter_names)})"
    )


def _names_of_plans() -> dict[str, Any]:
    return {
        "Node_": Node,
        "Tensor_": Tensor,
        "array_": np.ndarray,
        "arrays_": ARRAYS,
        "as_output_": _as_output,
        "as_numbers_": _as_numbers,
        "beside_": _beside,
        "complex_": complex,
        "dtype_": np.result_type,
        "explain_": _explain,
        "failures_": FAILURES,
        "is_recording_": recording.get,
        "nests_": NESTS,
        "note_views_": _note_views,
        "new_": object.__new__,
        "operands_": OPERANDS,
        "option_": _option,
        "opts_out_": opts_out,
        "refuse_": _refuse_arguments,
        "refuse_operand_": _refuse_operand,
        "scalar_": np.generic,
        "shape_": np.shape,
        "tick_": tick,
    }
