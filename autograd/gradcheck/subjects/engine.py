"""Gradients that the engine computes: of a function of Tensors, and of a closure over a model's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import graph
from autograd.functional import jvp
from autograd.grad_mode import enable_grad, no_grad
from autograd.gradcheck.exact.mutation import read_only
from autograd.gradcheck.exact.watch import Watch
from autograd.gradcheck.report import Finding
from autograd.gradcheck.subjects.arguments import Arguments
from autograd.gradcheck.subjects.base import Arrays, Pulled, Subject, call, output_leaves
from autograd.gradcheck.subjects.parameters import parameters_as, variable, variables_of
from autograd.graph import Node
from autograd.observe import observing
from autograd.tensor import Tensor, plain, wrap


class EngineSubject(Subject):
    """A function that records itself. A subclass says how it is called with variables."""

    def _with(self, variables: Sequence[Tensor]) -> Any:
        """Return what the function returns with these Tensors in the places of the differentiated arrays."""
        raise NotImplementedError

    def _call(self, arrays: Arrays) -> Any:
        with no_grad():
            return self._with([wrap(array, None) for array in arrays])

    def _pull(self, arrays: Arrays, cotangents: Arrays) -> Pulled:
        variables = [variable(array) for array in arrays]
        outputs = self._record(variables)
        nodes, _ = graph.reachable(_nodes(outputs))
        saved = [array for node in nodes for array in node.saved or () if isinstance(array, np.ndarray)]
        _backward(outputs, cotangents, variables)
        return Pulled([_gradient(variable) for variable in variables], arrays, cotangents, saved)

    def _record(self, variables: Sequence[Tensor]) -> list[Any]:
        with enable_grad():
            return self.function(*variables)

    def accumulate(self, cotangents: Sequence[np.ndarray]) -> list[Arrays]:
        variables = [variable(value.copy()) for value in self.values]
        found = []
        for _ in range(2):
            self.random.restore()
            _backward(self._record(variables), list(map(read_only, cotangents)), variables)
            found.append([np.array(_gradient(variable)) for variable in variables])
        return found

    def watch(self, cotangents: Sequence[np.ndarray]) -> list[Finding]:
        variables = [variable(value.copy()) for value in self.values]
        watch = Watch()
        with observing(watch):
            outputs = self._record(variables)
        seeds: dict[Node, Any] = {}
        for output, cotangent in zip(outputs, cotangents, strict=True):
            if isinstance(output, Tensor) and output._node is not None:
                seed = cotangent.astype(output.dtype)
                seeds[output._node] = seeds[output._node] + seed if output._node in seeds else seed
        return watch.sweep(seeds)

    def jvp(self, tangents: Sequence[np.ndarray]) -> Arrays | None:
        try:
            _, derivative = jvp(self.function, tuple(self.values), tuple(tangents))
        except Exception:  # an operation whose VJP is not made of operations on Tensors has no forward mode
            return None
        return [np.asarray(plain(array)) for array in derivative]

    def function(self, *variables: Tensor) -> list[Any]:
        return output_leaves(self._with(variables))


class FunctionSubject(EngineSubject):
    """A function of Tensors, each argument an array or nested tuples, lists and dicts of arrays."""

    def __init__(self, function: Callable[..., Any], inputs: tuple[Any, ...], names: Sequence[str] | None) -> None:
        self._function = function
        self._arguments = Arguments(inputs, names)
        super().__init__(self._arguments.names, self._arguments.originals, function, inputs)

    def _with(self, variables: Sequence[Tensor]) -> Any:
        return call(self._function, self._arguments.filled(variables))


class ClosureSubject(EngineSubject):
    """A function without arguments that depends on parameters: Tensors that require a gradient, by name."""

    def __init__(self, closure: Callable[[], Any], parameters: Mapping[str, Tensor]) -> None:
        checked = variables_of(parameters)
        self._closure = closure
        self._parameters = list(checked.values())
        super().__init__(list(checked), [parameter.data for parameter in self._parameters], closure, parameters)

    def _call(self, arrays: Arrays) -> Any:
        with no_grad():  # they still are variables: a model may ask
            return self._with(list(map(variable, arrays)))

    def _with(self, variables: Sequence[Tensor]) -> Any:
        with parameters_as(self._parameters, variables):
            return call(self._closure, ())


def _gradient(variable: Tensor) -> np.ndarray:
    gradient = variable.grad
    return np.zeros(variable.shape, variable.dtype) if gradient is None else gradient


def _nodes(outputs: Sequence[Any]) -> list[Node]:
    return [output._node for output in outputs if isinstance(output, Tensor) and output._node is not None]


def _backward(outputs: Sequence[Any], cotangents: Sequence[np.ndarray], variables: Sequence[Tensor]) -> None:
    """Sweep from every output, and leave the gradients of what else the function depends on as they were."""
    own = {variable._node for variable in variables}
    nodes, _ = graph.reachable(_nodes(outputs))
    others = [(node, node.grad) for node in nodes if node.rule is None and node not in own]
    try:
        for node, gradient in others:
            node.grad = None if gradient is None else gradient.copy()
        for output, cotangent in zip(outputs, cotangents, strict=True):
            if isinstance(output, Tensor) and output._node is not None:
                seed = cotangent if cotangent.dtype == output.dtype else read_only(cotangent.astype(output.dtype))
                graph.backward(output._node, seed, retain_graph=True)
    finally:
        for node, gradient in others:
            node.grad = gradient
