"""The evidence about one argument of one operation of a graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Direction, Evidence
from autograd.gradcheck.lines import gaussian, stream
from autograd.gradcheck.operations.operation import Operation

_AWAY = 0.25  # of the values: how far another point is
_PRECISION = 1e-8  # of a Jacobian by two differences


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

    def elsewhere() -> Evidence | None:
        return _elsewhere(operation, position)

    return _evidence(
        operation,
        position,
        operation.values,
        operation.output,
        g,
        analytic,
        numeric,
        error,
        directions=tuple(Direction(*known) for known in directions),
        previous=previous,
        ties=ties,
        elsewhere=elsewhere,
    )


def _evidence(
    operation: Operation,
    position: int,
    values: Sequence[np.ndarray],
    y: np.ndarray,
    g: np.ndarray,
    analytic: np.ndarray,
    numeric: np.ndarray,
    error: np.ndarray | None,
    **known: Any,
) -> Evidence:
    """Return the evidence about one argument at some values of all."""
    places = {name: i for i, name in enumerate(operation.names)}

    def function(x: np.ndarray) -> np.ndarray:
        return np.asarray(operation.outputs([*values[:position], x, *values[position + 1 :]])[0])

    def substituted(name: str, value: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        def other(x: np.ndarray) -> np.ndarray:
            moved = [*values[:position], x, *values[position + 1 :]]
            if name in places:
                moved[places[name]] = value
                return np.asarray(operation.outputs(moved)[0])
            args, kwargs = operation.call({**operation.given(moved), name: value})
            return np.asarray(operation.primitive.forward(*args, **kwargs))

        return other

    return Evidence(
        analytic,
        numeric,
        error,
        x=values[position],
        y=y,
        g=g,
        name=operation.names[position],
        function=function,
        arguments=_others(operation, position, values),
        elementwise=operation.primitive.is_elementwise,
        substituted=substituted,
        **known,
    )


def _elsewhere(operation: Operation, position: int) -> Evidence | None:
    """Return the evidence at another point and for another cotangent, or None if the operation is not finite there."""
    rng = stream(0)
    values = [np.asarray(value * (1 + rng.uniform(-_AWAY, _AWAY, value.shape))) for value in operation.values]
    try:
        with np.errstate(all="ignore"):
            y = operation.outputs(values)[0]
        g = gaussian(rng, y.shape, y.dtype)
        analytic = operation.gradient([g], values)[position]
    except Exception:  # whatever a function of the user raises outside its domain
        return None
    if y.shape != operation.output.shape or not np.isfinite(y).all():
        return None
    known = _evidence(operation, position, values, y, g, analytic, np.full(analytic.shape, np.nan), None)
    numeric = known.pulled_back(g)
    if numeric is None:
        return None
    error = np.full(numeric.shape, _PRECISION * float(np.max(np.abs(numeric), initial=0)))
    return dataclasses.replace(known, numeric=numeric, error=error)


def _others(operation: Operation, position: int, values: Sequence[np.ndarray]) -> dict[str, Any]:
    """Return the other arguments by name, those of ``*args`` as ``name[0]`` and so on."""
    own_name, own_number = operation.places[position]
    result: dict[str, Any] = {}
    for name, value in operation.given(values).items():
        if name == own_name:
            if own_number is not None:
                result |= {f"{name}[{i}]": item for i, item in enumerate(value) if i != own_number}
        else:
            result[name] = value
    return result
