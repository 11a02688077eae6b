"""Primitives whose derivative rules are curried: made from an output and all arguments, then given a cotangent.

That is how functions are extended in HIPS autograd. Each call becomes one of an ordinary primitive of the Tensors
among the positional arguments; what else it was called with goes along as an option.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import nested
from autograd.errors import GraphError, MissingRuleError
from autograd.functional import vjp
from autograd.grad_mode import recording
from autograd.misc.flatten import flatten
from autograd.primitive import Primitive
from autograd.tensor import Tensor
from autograd.tracer import holds_boxes, unboxed

Rule = Callable[[Any, list[Any], dict[str, Any]], Callable[[Any], Any]]  # (ans, args, kwargs) -> vjp
PushForward = Callable[..., Any]  # (g, ans, args, kwargs) -> tangent


class CurriedPrimitive:
    """A function with curried rules, recorded when an argument holds a Tensor.

    Made by `autograd.extend.primitive`. `vjp_rule` and `jvp_rule` return the rule for a position among the arguments,
    or None; a VJP that is not given is the transpose of the JVP.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function, updated=())
        self.fun = function
        self.name = getattr(function, "__name__", type(function).__name__)
        self.vjp_rule: Callable[[int], Rule | None] = lambda argnum: None
        self.jvp_rule: Callable[[int], PushForward | None] = lambda argnum: None
        self.is_recorded = True
        self._primitive = Primitive(self._forward, self.name).defvjp(self._vjp)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __get__(self, instance: Any, owner: type) -> Any:
        """Be a method where it is defined as one."""
        return self if instance is None else functools.partial(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        options = {name: self._option(name, value) for name, value in kwargs.items()} if kwargs else kwargs
        if not any(map(holds_boxes, args)):
            return self.fun(*args, **options)
        if not self.is_recorded:
            return self.fun(*map(unboxed, args), **options)
        call, boxes = Call(args, options), boxes_of(args)
        if recording.get():
            for (argnum, _), box in zip(call.places, boxes, strict=True):
                if box.requires_grad:
                    self._rule(argnum)  # raises if there is none
        return call.answer(self._primitive(*boxes, call=call))

    def _option(self, name: str, value: Any) -> Any:
        if recording.get() and any(isinstance(leaf, Tensor) and leaf.requires_grad for leaf in nested.leaves(value)):
            raise GraphError(
                f"{self.name}: {name}= holds a Tensor that requires a gradient, but only positional arguments have "
                "one; pass it by position, or its .detach()"
            )
        return unboxed(value)

    def _forward(self, *arrays: Any, call: Call) -> Any:
        answer = self.fun(*call.filled(arrays), **call.options)
        if holds_boxes(answer):
            if any(box.requires_grad for box in boxes_of((answer,))):
                raise GraphError(
                    f"{self.name}: the function uses a Tensor that requires a gradient but is not an argument; "
                    "pass it as one"
                )
            answer = unboxed(answer)
        return call.joined(answer)

    def _vjp(self, g: Any, y: Any, arrays: Any, index: int, call: Call) -> Any:
        argnum, place = call.places[index]
        make = self._rule(argnum)
        cotangent = make(call.answer(y), call.filled(arrays), call.options)(call.answer(g))
        if isinstance(cotangent, SparseObject):
            cotangent = cotangent.mut_add(cotangent.vs.zeros())
        return cotangent if place is None else list(nested.leaves(cotangent))[place]

    def _rule(self, argnum: int) -> Rule:
        rule = self.vjp_rule(argnum)
        if rule is not None:
            return rule
        jvp = self.jvp_rule(argnum)
        if jvp is not None:
            return functools.partial(_transposed, jvp, argnum)
        raise MissingRuleError(
            f"VJP of {self.name} wrt argnums ({argnum},) not defined; define it with defvjp, or pass .detach()"
        )


def boxes_of(args: tuple[Any, ...]) -> list[Tensor]:
    """Return the Tensors among arguments, also those nested in tuples, lists and dicts."""
    return [leaf for arg in args if holds_boxes(arg) for leaf in nested.leaves(arg) if isinstance(leaf, Tensor)]


class Call:
    """How a curried primitive was called, without the Tensors themselves: a node that keeps it keeps no graph alive.

    `places` says of each Tensor where it was: the number of its argument, and its position among what a nested argument
    holds, None if it was the argument itself.
    """

    def __init__(self, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        self.places: list[tuple[int, int | None]] = []
        self.options = options
        self._args = list(args)
        self._split: Callable[[Any], Any] | None = None  # takes apart what `joined` joined
        for argnum, arg in enumerate(args):
            if isinstance(arg, Tensor):
                self.places.append((argnum, None))
                self._args[argnum] = _BOX
            elif holds_boxes(arg):
                is_box = [isinstance(leaf, Tensor) for leaf in nested.leaves(arg)]
                self.places += [(argnum, place) for place in np.flatnonzero(is_box).tolist()]
                self._args[argnum] = nested.rebuild(arg, lambda leaf: _BOX if isinstance(leaf, Tensor) else leaf)

    def filled(self, arrays: tuple[Any, ...]) -> list[Any]:
        """Return the arguments with `arrays` where the Tensors were."""
        args = self._args.copy()
        remaining = map(_number_or_array, arrays)
        for argnum in dict.fromkeys(argnum for argnum, _ in self.places):
            if args[argnum] is _BOX:
                args[argnum] = next(remaining)
            else:
                args[argnum] = nested.rebuild(args[argnum], lambda leaf: next(remaining) if leaf is _BOX else leaf)
        return args

    def joined(self, answer: Any) -> Any:
        """Return what the function returned as one array: a node has one output."""
        if isinstance(answer, tuple | list | dict):
            joined, self._split = flatten(answer)
            return joined
        return answer if isinstance(answer, np.ndarray | np.generic) else np.asarray(answer)[()]

    def answer(self, y: Any) -> Any:
        """Return `y` in the structure of what the function returned."""
        return y if self._split is None else self._split(y)


_BOX: Any = type("Box", (), {"__repr__": lambda self: "<array>"})()


def _number_or_array(array: Any) -> Any:
    return array[()] if type(array) is np.ndarray and array.ndim == 0 else array


class SparseObject:
    """A cotangent of the space `vs` that is zero nearly everywhere: ``mut_add(x)`` adds it to `x` and returns that."""

    def __init__(self, vs: Any, mut_add: Callable[[Any], Any]) -> None:
        self.vs = vs
        self.mut_add = mut_add


def _transposed(
    jvp: PushForward, argnum: int, ans: Any, args: list[Any], kwargs: dict[str, Any]
) -> Callable[[Any], Any]:
    """Return the VJP that a JVP implies: this is linear in the tangent, so its pullback is the transposed map."""

    def pull(g: Any) -> Any:
        zero = nested.rebuild(args[argnum], lambda leaf: np.zeros(np.shape(leaf), np.result_type(leaf)))
        return vjp(lambda tangent: jvp(tangent, ans, args, kwargs), zero)[1](g)

    return pull
