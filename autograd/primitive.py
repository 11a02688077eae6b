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
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from autograd.errors import GraphError
from autograd.graph import Node, Pullback, Saved, new_node
from autograd.plans import VJP, Plan, compile_plan, compile_pullbacks, is_variadic, opts_out, refuse_names
from autograd.tensor import overload, overloads, plain, wrap

F = TypeVar("F", bound=Callable[..., Any])

compiled: weakref.WeakSet[Primitive] = weakref.WeakSet()  # the primitives whose plans are compiled
watchers: list[Callable[[Primitive], None]] = []  # called with each primitive whose plan has just been compiled
undifferentiated: list[Callable[..., Any]] = []  # NumPy's functions whose derivative is zero or undefined


class _Uncompiled:
    """The pullbacks of a primitive until a sweep asks for them: most programs need few."""

    def __init__(self, rule: Primitive) -> None:
        self._rule = rule

    def __iter__(self) -> Iterator[Pullback]:
        self._rule.pullbacks = compile_pullbacks(self._rule, self._rule.vjps)
        return iter(self._rule.pullbacks)


class Primitive:
    """A function of arrays that records itself when an argument is a Tensor that requires a gradient.

    Made by `primitive`; `defvjp` gives it its derivatives. Called with plain arrays it is the forward function.
    """

    def __init__(self, forward: Callable[..., Any], name: str | None = None) -> None:
        functools.update_wrapper(self, forward, updated=())  # touching __dict__ would double the time of each attribute
        self.name = name or forward.__name__
        self.forward = forward
        self.is_elementwise = isinstance(forward, np.ufunc) and forward.signature is None
        self.parameters = _parameters(forward)
        self.parameter_names = tuple(parameter.name for parameter in self.parameters)
        self.variadic = next((i for i, p in enumerate(self.parameters) if p.kind is p.VAR_POSITIONAL), None)
        self.differentiable: tuple[int, ...] = ()
        self.without_derivative: frozenset[int] = frozenset()
        self.byproducts: dict[str, tuple[Any, ...]] = {}
        self.is_up_to_phase = False  # whether parts of a complex output could as well be multiplied by phases
        self.vjps: tuple[VJP, ...] = ()
        self.asks: tuple[tuple[str, ...], ...] = ()
        self.saves: tuple[str, ...] = ()
        self.pullbacks: Iterable[Pullback] = _Uncompiled(self)
        self.add_into: Callable[..., None] | None = None
        refuse_names(self)
        self.apply: Plan = self._compile_and_apply
        self.computes: list[Callable[..., Any]] = []  # the NumPy functions that it is on Tensors

    def __repr__(self) -> str:
        return f"<primitive {self.name}({', '.join(self.parameter_names)})>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*args, **kwargs)

    def defvjp(
        self,
        *vjps: VJP | None,
        byproducts: dict[str, tuple[Any, ...]] | None = None,
        add_into: Callable[..., None] | None = None,
    ) -> Primitive:
        """Give the VJP of each differentiable argument, in order; None for an argument without a derivative.

        Parameters
        ----------
        *vjps : callable or None
            ``vjp(g, ...)`` returns the cotangent of its argument, an array of the argument's shape. Its parameter
            names choose what it receives: `g` first, then `y` (the output), arguments of the forward function by
            name, or ``<name>_shape`` and ``<name>_dtype``. The VJP of ``*args`` serves each of them and may ask for
            its `index`.
        byproducts : dict, optional
            Arrays that the forward function returns after its output, for the VJPs to name. Each is what another
            primitive would return for the first differentiable argument: ``{"p": (softmax, 1)}`` says that p is
            ``softmax(argument, 1)``, whose own VJP then serves higher orders; that may ask for `y` and options only.
        add_into : callable, optional
            ``add_into(total, g, ...)`` adds what the one VJP would return to the array `total`, in place, and receives
            what that receives. Worth having where few elements of a large cotangent are not zero.

        Returns
        -------
        Primitive
            This primitive.

        Raises
        ------
        GraphError
            If a VJP asks for a name that the forward function does not have, or both ``*args`` and another argument
            have one.

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
            raise GraphError(
                f"{self.name}: {len(vjps)} VJPs for {len(self.parameters)} arguments {self.parameter_names}"
            )
        given = [(position, vjp) for position, vjp in enumerate(vjps) if vjp is not None]
        if self.variadic is not None and len(given) > 1 and any(position == self.variadic for position, _ in given):
            raise GraphError(
                f"{self.name}: VJPs for *{self.parameter_names[self.variadic]} and for other arguments; one VJP serves "
                "all of *args, so pass the other arrays among them, or give None for an argument without a derivative"
            )
        self.differentiable = tuple(position for position, _ in given)
        self.without_derivative = frozenset(range(len(vjps))) - frozenset(self.differentiable)
        for name, (maker, *options) in (byproducts or {}).items():
            missing = set(maker.saves) - {"y", *maker.parameter_names[1 : 1 + len(options)]}
            if missing:
                raise GraphError(
                    f"{self.name}: byproduct '{name}': the VJP of {maker.name} asks for {', '.join(sorted(missing))}; "
                    "of a byproduct it can have y and the options given"
                )
        self.byproducts = byproducts or {}
        self.add_into = add_into
        self.vjps = tuple(vjp for _, vjp in given)
        self.pullbacks = _Uncompiled(self)
        self.asks = tuple(self._names_asked_by(vjp) for vjp in self.vjps)
        asked = dict.fromkeys(name for names in self.asks for name in names)
        self.saves = tuple(name for name in asked if name != "index" or name in self.parameter_names)
        self.apply = self._compile_and_apply
        compiled.discard(self)
        self.overload(*self.computes)
        return self

    def _compile_and_apply(self, *args: Any, **kwargs: Any) -> Any:
        """Be the plan until the first call, which compiles it: most programs call few of the primitives."""
        if self.apply == self._compile_and_apply:  # it may have been compiled since this was looked up
            self.substitute(compile_plan(self))
            compiled.add(self)
            for watch in watchers:
                watch(self)
        return self.apply(*args, **kwargs)

    def substitute(self, plan: Plan) -> None:
        """Call `plan` from now on wherever the plan so far is called."""
        own = [function for function in self.computes if overloads.get(function) is self.apply]
        self.apply, self.computes = plan, []
        self.overload(*own)

    def overload(self, *functions: Callable[..., Any]) -> None:
        """Compute NumPy's `functions` on Tensors."""
        self.computes = list(dict.fromkeys([*self.computes, *functions]))
        for function in functions:
            overload(function, self.apply)

    # -------------------------------------------------------------------------------- what a node saves

    def _names_asked_by(self, vjp: VJP) -> tuple[str, ...]:
        asked = tuple(inspect.signature(vjp).parameters)[1:]
        names = self.parameter_names
        if "y" in asked and "y" in names:
            raise GraphError(f"{self.name}: rename its argument 'y': in a VJP, y is the output")
        single = [p.name for p in self.parameters if p.kind is not p.VAR_POSITIONAL]
        allowed = {"y", *names, *self.byproducts, *(f"{name}_{what}" for name in single for what in ("shape", "dtype"))}
        if self.variadic is not None:
            allowed.add("index")
        unknown = [name for name in asked if name not in allowed]
        if unknown:
            raise GraphError(
                f"{self.name}: a VJP asks for {', '.join(unknown)}; it can have g, y, {', '.join(names)} and "
                "<name>_shape or <name>_dtype of those"
            )
        return asked

    # -------------------------------------------------------------------------------- recording a sweep

    def lift(self, node: Node) -> Saved:
        """Return what `node` saved with each array made a Tensor connected to the node it came from."""
        names = (self.parameter_names[i] for i in self.differentiable)
        sources: dict[Any, Node | None] = dict(
            enumerate(node.inputs) if is_variadic(self) else zip(names, node.inputs, strict=True)
        )
        return tuple(
            self._lift_one(name, value, node, sources) for name, value in zip(self.saves, node.saved or (), strict=True)
        )

    def _lift_one(self, name: str, value: Any, node: Node, sources: dict[Any, Node | None]) -> Any:
        if value is None:
            return None
        if name == "y":
            return wrap(value, node)
        if self.variadic is not None and name == self.parameter_names[self.variadic]:
            return tuple(item if sources.get(i) is None else wrap(item, sources[i]) for i, item in enumerate(value))
        if name in self.byproducts:
            maker, *options = self.byproducts[name]
            return maker.output_for(value, node.inputs[0], options)
        source = sources.get(name)
        return value if source is None else wrap(value, source)

    def output_for(self, y: Any, source: Node, options: Sequence[Any]) -> Any:
        """Return `y`, known to be the output of this primitive for the array of `source`, as if just recorded."""
        known = {"y": y, **dict(zip(self.parameter_names[1:], options, strict=False))}
        return wrap(y, new_node(self, (source,), tuple(known[name] for name in self.saves), y.shape, y.dtype))


def primitive(function: Callable[..., Any], name: str | None = None) -> Primitive:
    """Make `function` of arrays a primitive: an operation with its own derivative rule. Also a decorator.

    Parameters
    ----------
    function : callable
        Computes an array from arrays and options with plain NumPy; it never sees a Tensor. A NumPy ufunc becomes what
        computes that ufunc on Tensors.
    name : str, optional
        What errors and pictures call it; the function's name by default.

    Returns
    -------
    Primitive
        Callable like `function`; its `defvjp` gives it derivatives.
    """
    result = Primitive(function, name)
    if isinstance(function, np.ufunc):
        result.overload(function)
    return result


def implements(*functions: Callable[..., Any]) -> Callable[[F], F]:
    """Return a decorator that makes a primitive, or a composition of them, compute NumPy's `functions` on Tensors."""

    def register(implementation: F) -> F:
        if isinstance(implementation, Primitive):
            implementation.overload(*functions)
        else:
            for function in functions:
                overload(function, implementation)
        return implementation

    return register


def nondifferentiable(*functions: Callable[..., Any]) -> None:
    """List NumPy functions whose derivative is zero or undefined: on Tensors they return what NumPy returns."""
    undifferentiated.extend(functions)
    for function in functions:
        overload(function, _plain_version(function))


def _plain_version(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def compute(*args: Any, **kwargs: Any) -> Any:
        if isinstance(function, np.ufunc) and any(map(opts_out, args)):
            return NotImplemented
        return function(*map(plain, args), **{name: plain(value) for name, value in kwargs.items()})

    return compute


def visit_recording(node: Node, g: Any) -> tuple[Any, Saved]:
    """Visit a node of a sweep that records itself: what it saved, as Tensors connected to the graph."""
    rule: Any = node.rule
    return rule, rule.lift(node)


def _parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    if isinstance(function, np.ufunc):  # its names, as NumPy documents them
        names = ["x"] if function.nin == 1 else [f"x{i + 1}" for i in range(function.nin)]
        return tuple(inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in names)
    return tuple(inspect.signature(function).parameters.values())
