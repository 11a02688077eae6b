"""Gradients that come from elsewhere: derived by hand, or computed by another program.

The function and its gradient are given plain arrays, so that code which knows nothing of Tensors can be checked. Before
each gradient the function is called at the same point: what it remembers for its backward pass is then current.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import nested
from autograd.errors import ShapeError
from autograd.grad_mode import enable_grad
from autograd.gradcheck.exact.mutation import read_only_view
from autograd.gradcheck.subjects.arguments import Arguments
from autograd.gradcheck.subjects.base import Arrays, Pulled, call, output_arrays, output_leaves
from autograd.gradcheck.subjects.given import (
    GivenSubject,
    cast,
    epsilon_of,
    fault,
    in_structure,
    refuse_several,
    refuse_to_move,
    scaled,
)
from autograd.tensor import Tensor


class ElsewhereSubject(GivenSubject):
    """A function of plain arrays."""

    def __init__(
        self, function: Callable[..., Any], inputs: tuple[Any, ...], names: Sequence[str] | None, *reachable: Any
    ) -> None:
        self._function = function
        self._arguments = Arguments(inputs, names)
        super().__init__(self._arguments.names, self._arguments.originals, function, inputs, *reachable)

    def _call(self, arrays: Sequence[Any]) -> Any:
        return call(self._function, self._arguments.filled(arrays))

    def record(self, variables: Sequence[Tensor]) -> list[Any]:
        """Return the outputs for Tensors, which a function written in NumPy takes as well."""
        with enable_grad():
            return output_leaves(self._call(variables))

    def _matched(self, given: Any, arrays: Arrays) -> Arrays:
        """Return the gradients that were returned as one array an input, or raise FaultError."""
        try:
            gradients = self._arguments.matched(given)
        except ShapeError as error:
            fault(f"the gradient {error}")
        return self._accepted(gradients, arrays)


class GradientSubject(ElsewhereSubject):
    """A function with one real number as output, and its gradient: arrays, or a function of the same arguments."""

    pulls_back = False

    def __init__(
        self, function: Callable[..., Any], inputs: tuple[Any, ...], names: Sequence[str] | None, gradient: Any
    ) -> None:
        super().__init__(function, inputs, names, gradient)
        self._gradient = gradient
        self.gradient_epsilon = epsilon_of(gradient)
        self.moves = callable(gradient)

    def _pull(self, arrays: Arrays, cotangents: Arrays) -> Pulled:
        refuse_several(output_arrays(self._call(arrays)))
        given = self._gradient
        if callable(given):
            given = call(given, self._arguments.filled(arrays))
        else:
            refuse_to_move(arrays, self.values)
        gradients = self._matched(given, arrays)
        return Pulled([scaled(g, cotangents[0]) for g in gradients], arrays, cotangents)


class BackwardSubject(ElsewhereSubject):
    """A function, and what computes the cotangents of its inputs: ``backward(g, *inputs)``."""

    def __init__(
        self, function: Callable[..., Any], inputs: tuple[Any, ...], names: Sequence[str] | None, backward: Any
    ) -> None:
        super().__init__(function, inputs, names, backward)
        self._backward = backward

    def _pull(self, arrays: Arrays, cotangents: Arrays) -> Pulled:
        output = self._call(arrays)
        cotangents = cast(cotangents, output)
        arguments = self._arguments.filled(arrays)
        given = call(self._backward, (in_structure(output, cotangents), *arguments))
        return Pulled(self._matched(given, arrays), arrays, cotangents)


class Context:
    """What ``forward(ctx, ...)`` remembers for ``backward(ctx, g)``: arrays, and attributes of any name."""

    saved_tensors: tuple[Any, ...] = ()

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad

    def save_for_backward(self, *arrays: Any) -> None:
        """Make `arrays` the ``saved_tensors``, which a backward pass may read only."""
        self.saved_tensors = tuple(map(read_only_view, arrays))


class PairSubject(ElsewhereSubject):
    """A class with static methods ``forward(ctx, *inputs)`` and ``backward(ctx, *cotangents)``, as torch has them."""

    def __init__(self, pair: Any, inputs: tuple[Any, ...], names: Sequence[str] | None) -> None:
        self._pair = pair
        super().__init__(pair.forward, inputs, names, pair.backward)

    def _call(self, arrays: Sequence[Any]) -> Any:
        return self._forward(arrays)[1]

    def _forward(self, arrays: Sequence[Any]) -> tuple[Context, Any]:
        arguments = self._arguments.filled(arrays)
        needed = (any(map(self._arguments.is_differentiated, nested.leaves(a))) for a in self._arguments.structure)
        context = Context(tuple(needed))
        return context, call(self._pair.forward, (context, *arguments))

    def _pull(self, arrays: Arrays, cotangents: Arrays) -> Pulled:
        context, output = self._forward(arrays)
        saved = [value for value in nested.leaves(list(vars(context).values())) if isinstance(value, np.ndarray)]
        cotangents = cast(cotangents, output)
        given = call(self._pair.backward, (context, *cotangents))
        return Pulled(self._matched(given, arrays), arrays, cotangents, saved)
