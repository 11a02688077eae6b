"""What is asked to be drawn: Tensors that have a graph, or a function that computes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import nested
from autograd.errors import GraphError
from autograd.grad_mode import enable_grad
from autograd.journal import Journal
from autograd.tensor import Tensor


def outputs_of(output: Any) -> tuple[Tensor, ...]:
    """Return the Tensors to draw, all of which have a graph; a function is run, and a journal kept of it."""
    if callable(output):
        _refuse_module(output)
        with Journal(), enable_grad():
            output = output()
    outputs = tuple(nested.leaves(output))
    if not outputs:
        raise GraphError("draw: there is no output to draw; give at least one Tensor")
    for tensor in outputs:
        _check(tensor)
    return outputs


def _refuse_module(output: Any) -> None:
    if hasattr(output, "named_parameters"):
        raise GraphError(
            f"draw: {type(output).__name__} is a module, not what it computed; "
            "draw(model(x)), or draw(lambda: model(x))"
        )


def _check(tensor: Any) -> None:
    if not isinstance(tensor, Tensor):
        hint = "; an ndarray does not know how it was computed" if isinstance(tensor, np.ndarray | np.generic) else ""
        raise GraphError(f"draw: expected a Tensor or a list of Tensors, got {type(tensor).__name__}{hint}")
    if tensor._node is None:
        raise GraphError(
            f"draw: this Tensor (shape {tensor.shape}, {tensor.dtype}) has no graph: it is a constant, was detached, "
            "was computed under no_grad(), or from nothing that requires a gradient; give an input requires_grad=True"
        )
