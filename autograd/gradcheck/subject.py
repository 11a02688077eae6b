"""What is checked: a function of arrays, or a closure over the parameters of a model, behind one interface.

A `Subject` has named float64 or complex copies of the arrays that are differentiated, evaluates the function at other
values of them, and asks the engine for the gradient. A float32 function is thereby checked in float64, where finite
differences have digits to spare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import graph, nested
from autograd.errors import DTypeError, GraphError
from autograd.grad_mode import enable_grad, no_grad
from autograd.tensor import Tensor, plain, wrap


class Subject:
    """The function under test at its point.

    Attributes
    ----------
    names : list of str
        Of the differentiated arrays.
    values : list of ndarray
        The point, in double precision.
    dtypes : list of dtype
        The dtypes the arrays came in.
    """

    names: list[str]
    values: list[np.ndarray]
    dtypes: list[np.dtype[Any]]

    def outputs(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the output arrays at `values`."""
        raise NotImplementedError

    def gradient(self, cotangents: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the engine's gradient of ``Σ <cotangent, output>`` at the point."""
        raise NotImplementedError


class FunctionSubject(Subject):
    """A function of Tensors, each argument an array or nested tuples, lists and dicts of arrays."""

    def __init__(self, function: Callable[..., Any], inputs: tuple[Any, ...], names: Sequence[str] | None) -> None:
        self._function = function
        self._inputs = inputs
        arrays = [np.asarray(plain(leaf)) for leaf in nested.leaves(inputs)]
        checked = [array for array in arrays if array.dtype.kind in "fc"]
        if not checked:
            raise DTypeError(
                f"gradcheck: no input of a floating or complex dtype (got {[str(a.dtype) for a in arrays]}); "
                "make them floating: 2 -> 2.0, array.astype(float)"
            )
        self.dtypes = [array.dtype for array in checked]
        self.values = [_double(array) for array in checked]
        self.names = list(names) if names is not None else [f"x{i}" for i in range(len(checked))]
        if len(self.names) != len(checked):
            raise ValueError(f"gradcheck: {len(self.names)} names for {len(checked)} floating inputs")

    def outputs(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        with no_grad():
            return [np.asarray(plain(output)) for output in self._call([wrap(value, None) for value in values])]

    def gradient(self, cotangents: Sequence[np.ndarray]) -> list[np.ndarray]:
        variables = [wrap(value.copy(), graph.leaf(value.shape, value.dtype)) for value in self.values]
        with enable_grad():
            outputs = self._call(variables)
        _sweep_outputs(outputs, cotangents)
        return [_gradient_of(variable) for variable in variables]

    def _call(self, tensors: Sequence[Tensor]) -> list[Any]:
        given = iter(tensors)
        arguments = nested.rebuild(
            self._inputs, lambda leaf: next(given) if np.asarray(plain(leaf)).dtype.kind in "fc" else leaf
        )
        return _output_leaves(self._function(*arguments))


class ClosureSubject(Subject):
    """A function without arguments that depends on parameters: Tensors that require a gradient, by name."""

    def __init__(self, closure: Callable[[], Any], parameters: Mapping[str, Tensor]) -> None:
        if not parameters:
            raise GraphError("gradcheck: the model has no parameters to check")
        constant = [name for name, parameter in parameters.items() if not parameter.requires_grad]
        self._closure = closure
        self._parameters = [p for name, p in parameters.items() if name not in constant]
        self.names = [name for name in parameters if name not in constant]
        self.dtypes = [parameter.dtype for parameter in self._parameters]
        self.values = [_double(parameter.data) for parameter in self._parameters]

    def outputs(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        with self._parameters_at(values), no_grad():
            return [np.asarray(plain(output)) for output in _output_leaves(self._closure())]

    def gradient(self, cotangents: Sequence[np.ndarray]) -> list[np.ndarray]:
        with self._parameters_at([value.copy() for value in self.values]):
            with enable_grad():
                outputs = _output_leaves(self._closure())
            _sweep_outputs(outputs, cotangents)
            return [_gradient_of(parameter) for parameter in self._parameters]

    @contextmanager
    def _parameters_at(self, values: Sequence[np.ndarray]) -> Iterator[None]:
        """Give the parameters other values, dtypes and fresh nodes; put their own back whatever happens."""
        own = [(parameter._data, parameter._node) for parameter in self._parameters]
        try:
            for parameter, value in zip(self._parameters, values, strict=True):
                parameter._data, parameter._node = value, graph.leaf(value.shape, value.dtype)
            yield
        finally:
            for parameter, (data, node) in zip(self._parameters, own, strict=True):
                parameter._data, parameter._node = data, node


def _double(array: np.ndarray) -> np.ndarray:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _output_leaves(output: Any) -> list[Any]:
    leaves = list(nested.leaves(output))
    if not leaves:
        raise GraphError(f"gradcheck: the function returned {output!r}; it must return an array, or a nest of arrays")
    for leaf in leaves:
        if not isinstance(leaf, Tensor | np.ndarray | np.generic | float | complex):
            raise DTypeError(
                f"gradcheck: the function returned {type(leaf).__name__} ({str(leaf)[:40]}), not floating arrays"
            )
        if np.asarray(plain(leaf)).dtype.kind not in "fc":
            raise DTypeError(
                f"gradcheck: the function returned dtype {np.asarray(plain(leaf)).dtype}, which has no gradient"
            )
    return leaves


def _sweep_outputs(outputs: Sequence[Any], cotangents: Sequence[np.ndarray]) -> None:
    for output, cotangent in zip(outputs, cotangents, strict=True):
        if isinstance(output, Tensor) and output._node is not None:
            graph.backward(output._node, cotangent.astype(output.dtype), retain_graph=True)


def _gradient_of(variable: Tensor) -> np.ndarray:
    gradient = variable.grad
    return np.zeros(variable.shape, variable.dtype) if gradient is None else gradient
