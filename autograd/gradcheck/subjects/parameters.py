"""The parameters of a model, and evaluating the model at other values of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import graph
from autograd.errors import GraphError
from autograd.tensor import Tensor, wrap


def variable(array: np.ndarray) -> Tensor:
    """Return a Tensor of `array` that requires a gradient."""
    return wrap(array, graph.leaf(array.shape, array.dtype))


def variables_of(parameters: Mapping[str, Any]) -> dict[str, Tensor]:
    """Return the parameters that require a gradient."""
    if not parameters:
        raise GraphError("gradcheck: the model has no parameters to check")
    for name, parameter in parameters.items():
        if not isinstance(parameter, Tensor):
            kind = type(parameter)
            raise GraphError(
                f"gradcheck: parameter '{name}' is a {kind.__module__}.{kind.__qualname__}, not a Tensor; pass the "
                "arrays as inputs, and the gradient that another framework computes as gradient="
            )
    checked = {name: parameter for name, parameter in parameters.items() if parameter.requires_grad}
    if not checked:
        raise GraphError(
            f"gradcheck: none of the parameters ({', '.join(parameters)}) requires a gradient; "
            "model.requires_grad_() makes them"
        )
    return checked


@contextmanager
def parameters_as(parameters: Sequence[Tensor], variables: Sequence[Tensor]) -> Iterator[None]:
    """Give the parameters the values and the nodes of `variables`; put their own back whatever happens."""
    own = [(parameter._data, parameter._node) for parameter in parameters]
    try:
        for parameter, variable in zip(parameters, variables, strict=True):
            parameter._data, parameter._node = variable._data, variable._node
        yield
    finally:
        for parameter, (data, node) in zip(parameters, own, strict=True):
            parameter._data, parameter._node = data, node
