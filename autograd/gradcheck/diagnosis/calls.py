"""The evidence about one argument of one operation of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Direction, Evidence
from autograd.gradcheck.operations.operation import Operation


def of_operation(
    operation: Operation,
    position: int,
    *,
    g: np.ndarray,
    analytic: np.ndarray,
    numeric: np.ndarray,
    error: np.ndarray | None = None,
    directions: Sequence[tuple[np.ndarray, float, float]] = (),
    previous: np.ndarray | None = None,
    ties: np.ndarray | None = None,
) -> Evidence:
    """Return the evidence about the argument at `position` of ``operation.values``.

    Parameters
    ----------
    operation : Operation
    position : int
    g : ndarray
        The cotangent of its output.
    analytic, numeric, error, directions, previous, ties
        As in `Evidence`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.gradcheck.diagnosis import diagnose, of_operation
    >>> from autograd.gradcheck.operations.operation import NOWHERE, Operation
    >>> from autograd.ops.elementwise import sin
    >>> x, g = np.array([0.3, -1.2, 2.0]), np.array([1.0, 2.0, 3.0])
    >>> operation = Operation(sin, {"x": x}, [True], NOWHERE)
    >>> diagnose(of_operation(operation, 0, g=g, analytic=g, numeric=g * np.cos(x))).mistake
    'omitted derivative'
    """

    def function(x: np.ndarray) -> np.ndarray:
        values = list(operation.values)
        values[position] = x
        return np.asarray(operation.outputs(values)[0])

    return Evidence(
        analytic,
        numeric,
        error,
        tuple(Direction(*known) for known in directions),
        x=operation.values[position],
        y=operation.output,
        g=g,
        function=function,
        arguments=_others(operation, position),
        elementwise=operation.primitive.is_elementwise,
        previous=previous,
        ties=ties,
    )


def _others(operation: Operation, position: int) -> dict[str, Any]:
    """Return the other arguments by name, those of ``*args`` as ``name[0]`` and so on."""
    own_name, own_number = operation.places[position]
    result: dict[str, Any] = {}
    for name, value in operation.arguments.items():
        if name == own_name:
            if own_number is not None:
                result |= {f"{name}[{i}]": item for i, item in enumerate(value) if i != own_number}
        else:
            result[name] = value
    return result
