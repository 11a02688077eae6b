"""`primitive`: a function together with the vector-Jacobian product (VJP) of each of its arguments.

How a row of the tables in `autograd.ops` reads::

    multiply = primitive(np.multiply).defvjp(lambda g, x2: g * x2, lambda g, x1: g * x1)

One VJP a differentiable argument, in the order of the arguments; None where an argument has no derivative. `g` is
the cotangent of the output, `y` the output, and every other parameter is named after an argument of the forward
function. ``x_shape`` and ``x_dtype`` stand for those of an argument whose values are not needed. **What a VJP names
is what a recorded node saves, and nothing else.**

A VJP is pure and uses NumPy functions, operators and array methods only. A first-order backward pass calls it with
plain arrays; a recorded one calls the same body with Tensors, and the result can be differentiated again.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from autograd.errors import GraphError
from autograd.explain import explain
from autograd.grad_mode import recording
from autograd.graph import Node, Saved
from autograd.tensor import Tensor, overloads, plain, wrap

VJP = Callable[..., Any]
F = TypeVar("F", bound=Callable[..., Any])

_NUMBERS = (np.ndarray, np.generic, int, float, complex)


class Primitive:
    """A function of arrays that records itself when an argument is a Tensor that requires a gradient.

    Made by `primitive`; `defvjp` gives it its derivatives. Called with plain arrays it is the forward function.
    """

    vjps: Iterable[VJP]

    def __init__(self, forward: Callable[..., Any], name: str | None = None) -> None:
        functools.update_wrapper(self, forward)
        self.name = name or forward.__name__
        self.forward = forward
        self.is_elementwise = isinstance(forward, np.ufunc) and forward.signature is None
        self.parameters = _parameters(forward)
        self._names = tuple(parameter.name for parameter in self.parameters)
        self._variadic = next((i for i, p in enumerate(self.parameters) if p.kind is p.VAR_POSITIONAL), None)
        self._positional_only_call = not any(p.kind in (p.KEYWORD_ONLY, p.VAR_POSITIONAL) for p in self.parameters)
        self._differentiable: tuple[int, ...] = ()
        self._without_derivative: frozenset[int] = frozenset()
        self._asks: tuple[tuple[str, ...], ...] = ()
        self.vjps = ()
        self.apply: Callable[..., Any] = self._apply

    def __repr__(self) -> str:
        return f"<primitive {self.name}({', '.join(self._names)})>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*args, **kwargs)

    def defvjp(self, *vjps: VJP | None) -> Primitive:
        """Give the VJP of each differentiable argument, in order; None for an argument without a derivative.

        Parameters
        ----------
        *vjps : callable or None
            ``vjp(g, ...)`` returns the cotangent of its argument, an array of the argument's shape. Its parameter
            names choose what it receives: `g` first, then `y` (the output), arguments of the forward function by
            name, or ``<name>_shape`` and ``<name>_dtype``. The VJP of ``*args`` serves each of them and may ask for
            its `index`.

        Returns
        -------
        Primitive
            This primitive.

        Raises
        ------
        GraphError
            If a VJP asks for a name that the forward function does not have.

        Examples
        --------
        >>> import numpy as np
        >>> from autograd import Tensor, primitive
        >>> @primitive
        ... def scaled_square(x, scale=1.0):
        ...     return scale * x**2
        >>> _ = scaled_square.defvjp(lambda g, x, scale: g * 2 * scale * x)
        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> np.sum(scaled_square(x, scale=3.0)).backward()
        >>> x.grad
        array([ 6., 12.])
        """
        if len(vjps) > len(self.parameters):
            raise GraphError(f"{self.name}: {len(vjps)} VJPs for {len(self.parameters)} arguments {self._names}")
        given = [(position, vjp) for position, vjp in enumerate(vjps) if vjp is not None]
        self._differentiable = tuple(position for position, _ in given)
        self._without_derivative = frozenset(range(len(vjps))) - frozenset(self._differentiable)
        self._asks = tuple(self._parameter_names(vjp) for _, vjp in given)
        self.vjps = tuple(vjp for _, vjp in given)
        if self._variadic in self._differentiable:
            self.vjps = itertools.repeat(self.vjps[0])
        self._save = self._compile_save()
        self.apply = self._choose_apply()
        if overloads.get(self.forward) is not None:
            overloads[self.forward] = self.apply
        return self

    def asks(self, position: int) -> Sequence[str]:
        """Return the names of what the VJP at `position` receives besides `g`."""
        return self._asks[0 if self._variadic in self._differentiable else position]

    # -------------------------------------------------------------------------------- what a node saves

    def _parameter_names(self, vjp: VJP) -> tuple[str, ...]:
        names = tuple(inspect.signature(vjp).parameters)[1:]
        if "y" in names and "y" in self._names:
            raise GraphError(f"{self.name}: rename its argument 'y': in a VJP, y is the output")
        allowed = {"y", "index", *self._names, *(f"{n}_{what}" for n in self._names for what in ("shape", "dtype"))}
        unknown = [name for name in names if name not in allowed]
        if unknown:
            raise GraphError(
                f"{self.name}: a VJP asks for {', '.join(unknown)}; it can have g, y, {', '.join(self._names)} and "
                "<name>_shape or <name>_dtype of those"
            )
        return names

    def _compile_save(self) -> Callable[[Sequence[Any], Any, Sequence[Node | None]], Saved]:
        """Compile the function that picks, from the arguments `v` and the output `y`, what the VJPs ask for.

        `n` are the nodes of the inputs: nothing is saved for an argument that needs no gradient. Written as source
        and compiled once, as dataclasses are, because it runs for every recorded operation.
        """
        picks = [f"({''.join(self._expression(name) + ', ' for name in asks)})" for asks in self._asks]
        if self._variadic in self._differentiable:
            source = f"lambda v, y, n: tuple({picks[0]} if node is not None else None for index, node in enumerate(n))"
        elif len(picks) == 1:
            source = f"lambda v, y, n: ({picks[0]},)"
        else:
            source = (
                f"lambda v, y, n: ({''.join(f'{p} if n[{i}] is not None else None, ' for i, p in enumerate(picks))})"
            )
        return eval(
            source, {"shape": np.shape, "dtype": np.result_type}
        )  # compiled from the table's own parameter names

    def _expression(self, name: str) -> str:
        if name in self._names:
            return f"v[{self._names.index(name)}]"
        if name in ("y", "index"):
            return name
        argument, _, what = name.rpartition("_")
        return f"{what}(v[{self._names.index(argument)}])"

    def lift(self, node: Node, saved: Saved) -> Saved:
        """Return what `node` saved with each array made a Tensor connected to the node it came from."""
        sources = dict(zip(self._argument_keys(node), node.inputs, strict=True))
        return tuple(
            arguments
            and tuple(self._lift_one(name, value, node, sources) for name, value in zip(asks, arguments, strict=True))
            for asks, arguments in zip(self._asks_of(node), saved, strict=True)
        )

    def _asks_of(self, node: Node) -> Iterable[tuple[str, ...]]:
        return self._asks * len(node.inputs) if self._variadic in self._differentiable else self._asks

    def _argument_keys(self, node: Node) -> Iterable[Any]:
        if self._variadic in self._differentiable:
            return range(len(node.inputs))
        return (self._names[position] for position in self._differentiable)

    def _lift_one(self, name: str, value: Any, node: Node, sources: dict[Any, Node | None]) -> Any:
        if name == "y":
            return wrap(value, node)
        if self._variadic is not None and name == self._names[self._variadic]:
            return tuple(item if sources.get(i) is None else wrap(item, sources[i]) for i, item in enumerate(value))
        source = sources.get(name)
        return value if source is None else wrap(value, source)

    # -------------------------------------------------------------------------------- calling it

    def _choose_apply(self) -> Callable[..., Any]:
        if self.is_elementwise and self._differentiable == (0,) and len(self._names) == 1:
            return self._unary_apply()
        if self.is_elementwise and self._differentiable == (0, 1) and len(self._names) == 2:
            return self._binary_apply()
        return self._apply

    def _unary_apply(self) -> Callable[..., Any]:
        """Return the call plan of an elementwise function of one argument."""
        forward, save, is_recording = self.forward, self._save, recording.get

        def apply(x: Any) -> Any:
            if not isinstance(x, Tensor):
                return forward(x)
            data, node = x._data, x._node
            try:
                y = forward(data)
            except (ValueError, TypeError, MemoryError) as error:
                raise explain(error, self.name, self._names, (data,)) from error
            if node is None or not is_recording():
                return wrap(y, None)
            return wrap(y, Node(self, (node,), save((data,), y, (node,)), y.shape, y.dtype))

        return apply

    def _binary_apply(self) -> Callable[..., Any]:
        """Return the call plan of an elementwise function of two arguments."""
        forward, save, is_recording = self.forward, self._save, recording.get

        def apply(x1: Any, x2: Any) -> Any:
            node1 = node2 = None
            is_tensor = False
            if isinstance(x1, Tensor):
                is_tensor = True
                node1 = x1._node
                x1 = x1._data
            elif not isinstance(x1, _NUMBERS):
                x1 = np.asarray(x1)
            if isinstance(x2, Tensor):
                is_tensor = True
                node2 = x2._node
                x2 = x2._data
            elif not isinstance(x2, _NUMBERS):
                x2 = np.asarray(x2)
            try:
                y = forward(x1, x2)
            except (ValueError, TypeError, MemoryError) as error:
                raise explain(error, self.name, self._names, (x1, x2)) from error
            if not is_tensor:
                return y
            if (node1 is None and node2 is None) or not is_recording():
                return wrap(y, None)
            nodes = (node1, node2)
            return wrap(y, Node(self, nodes, save((x1, x2), y, nodes), y.shape, y.dtype))

        return apply

    def _apply(self, *args: Any, **kwargs: Any) -> Any:
        """Call plan of every other function: bind the arguments, unwrap, compute, record."""
        values = self._bind(args, kwargs)
        nodes: list[Node | None] = []
        is_tensor = is_tracked = False
        for position, value in enumerate(values):
            differentiable = position in self._differentiable
            for item in value if position == self._variadic else (value,):
                node = None
                if isinstance(item, Tensor):
                    is_tensor = True
                    node = item._node
                    if node is not None and not differentiable:
                        self._refuse_gradient(position)
                        node = None
                if differentiable:
                    is_tracked = is_tracked or node is not None
                    nodes.append(node)
        if not is_tensor:
            return self._forward(values)
        arrays = tuple(
            tuple(_as_array(item) for item in value)
            if position == self._variadic
            else (_as_array(value) if position in self._differentiable else plain(value))
            for position, value in enumerate(values)
        )
        try:
            y = self._forward(arrays)
        except (ValueError, TypeError, IndexError, MemoryError) as error:
            raise explain(error, self.name, self._names, arrays) from error
        if not is_tracked or not recording.get() or y.dtype.kind not in "fc":
            return wrap(y, None)
        inputs = tuple(nodes)
        return wrap(y, Node(self, inputs, self._save(arrays, y, inputs), y.shape, y.dtype))

    def _refuse_gradient(self, position: int) -> None:
        if recording.get() and position not in self._without_derivative:
            raise GraphError(
                f"{self.name}: no VJP is defined for argument '{self._names[position]}', and a Tensor that requires a "
                "gradient was given for it; pass its .detach(), or define the VJP with defvjp"
            )

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return the value of every parameter, in order; those of ``*args`` as one tuple."""
        parameters = self.parameters
        if not kwargs and len(args) == len(parameters) and self._positional_only_call:
            return args
        values: list[Any] = []
        given = 0
        for parameter in parameters:
            if parameter.kind is parameter.VAR_POSITIONAL:
                values.append(args[given:])
                given = len(args)
            elif given < len(args) and parameter.kind is not parameter.KEYWORD_ONLY:
                if parameter.name in kwargs:
                    raise TypeError(f"{self.name}: argument '{parameter.name}' given twice")
                values.append(args[given])
                given += 1
            elif parameter.name in kwargs:
                values.append(kwargs[parameter.name])
            elif parameter.default is not parameter.empty:
                values.append(parameter.default)
            else:
                raise TypeError(f"{self.name}: argument '{parameter.name}' is missing")
        unknown = [name for name in kwargs if name not in self._names]
        if unknown or given < len(args):
            what = f"argument {', '.join(unknown)}=" if unknown else f"{len(args)} positional arguments"
            raise TypeError(f"{self.name}: {what} not supported on Tensors; it takes ({', '.join(self._names)})")
        return tuple(values)

    def _forward(self, values: Sequence[Any]) -> Any:
        if self._positional_only_call:
            return self.forward(*values)
        positional: list[Any] = []
        keywords: dict[str, Any] = {}
        for parameter, value in zip(self.parameters, values, strict=True):
            if parameter.kind is parameter.VAR_POSITIONAL:
                positional.extend(value)
            elif parameter.kind is parameter.KEYWORD_ONLY:
                keywords[parameter.name] = value
            else:
                positional.append(value)
        return self.forward(*positional, **keywords)


def primitive(function: Callable[..., Any]) -> Primitive:
    """Make `function` of arrays a primitive: an operation with its own derivative rule. Also a decorator.

    Parameters
    ----------
    function : callable
        Computes an array from arrays and options with plain NumPy; it never sees a Tensor. A NumPy ufunc becomes what
        computes that ufunc on Tensors.

    Returns
    -------
    Primitive
        Callable like `function`; its `defvjp` gives it derivatives.
    """
    result = Primitive(function)
    if isinstance(function, np.ufunc):
        overloads[function] = result.apply
    return result


def implements(*functions: Callable[..., Any]) -> Callable[[F], F]:
    """Return a decorator that makes a primitive, or a composition of them, compute NumPy's `functions` on Tensors."""

    def register(implementation: F) -> F:
        for function in functions:
            overloads[function] = implementation.apply if isinstance(implementation, Primitive) else implementation
        return implementation

    return register


def nondifferentiable(*functions: Callable[..., Any]) -> None:
    """List NumPy functions whose derivative is zero or undefined: on Tensors they return what NumPy returns."""
    for function in functions:

        def compute(*args: Any, _function: Callable[..., Any] = function, **kwargs: Any) -> Any:
            return _function(*(plain(a) for a in args), **{name: plain(value) for name, value in kwargs.items()})

        overloads[function] = functools.wraps(function)(compute)


def lift_saved(node: Node) -> Saved:
    """Return what `node` saved as Tensors connected to the graph, for a sweep that records itself."""
    rule: Any = node.rule
    return rule.lift(node, node.saved)


def _parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    if isinstance(function, np.ufunc):  # its names, as NumPy documents them
        names = ["x"] if function.nin == 1 else [f"x{i + 1}" for i in range(function.nin)]
        return tuple(inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in names)
    return tuple(inspect.signature(function).parameters.values())


def _as_array(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value._data
    return value if isinstance(value, _NUMBERS) or value is None else np.asarray(value)
