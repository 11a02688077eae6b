"""Second and higher orders: the gradient itself as a function to be checked."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from autograd.functional import vjp
from autograd.gradcheck.report import Finding
from autograd.gradcheck.subject import FaultError
from autograd.gradcheck.verdict import Verdict
from autograd.primitive import compiled


def gradient_function(function: Callable[..., Any], inputs: int, order: int = 2) -> Callable[..., tuple[Any, ...]]:
    """Return the gradient of ``Σ <v, function(*x)>`` in x, as a function of x and of the cotangents v.

    Parameters
    ----------
    function : callable
        Of as many arrays as `inputs`; returns a tuple of arrays.
    inputs : int
        How many arrays of the result's arguments are x; the others are v, one an output.
    order : int
        Of the gradient of the result, to be said where that cannot be computed.

    Raises
    ------
    FaultError
        By the result, if a VJP cannot be run on Tensors.

    Notes
    -----
    The cotangents are arguments too, so that the derivative of the gradient in these is checked as well: it is the
    Jacobian again. A gradient check of this function is a second-order check of `function`.

    Examples
    --------
    >>> import numpy as np
    >>> gradient = gradient_function(lambda x: (x**3,), 1)
    >>> gradient(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    (array([  3., 120.]),)
    """

    def gradient(*arguments: Any) -> tuple[Any, ...]:
        x, v = arguments[:inputs], arguments[inputs:]
        _, pull_back = vjp(function, *x)
        try:
            result = pull_back(tuple(v))
        except FaultError:  # of an order below
            raise
        except Exception as error:  # whatever a VJP raises that was written for plain arrays
            finding = _finding_of(error, order)
            if finding is not None:
                raise FaultError(finding) from error
            raise
        return _as_tuple(result, inputs)

    return gradient


def _finding_of(error: BaseException, order: int) -> Finding | None:
    """Return what to report if a VJP raised `error`, else None."""
    ran = {frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)}
    names = {primitive.name for primitive in compiled for vjp in primitive.vjps if _code(vjp) in ran}
    if not names:
        return None
    text = (
        f"the VJP of {' or '.join(sorted(names))} cannot be run on Tensors, as the derivative of order {order} needs "
        f"it to be: {type(error).__name__}: {error}"
    )
    return Finding("algebra", Verdict.WRONG, text)


def _code(vjp: Callable[..., Any]) -> CodeType | None:
    return getattr(vjp, "__code__", None)


def _as_tuple(result: Any, inputs: int) -> tuple[Any, ...]:
    return (result,) if inputs == 1 else tuple(result)


def names_of(names: Sequence[str], outputs: int) -> list[str]:
    """Return the names of a gradient function's arguments: those of x, and of the cotangents.

    Examples
    --------
    >>> names_of(["x", "w"], 2)
    ['x', 'w', 'cotangent 0', 'cotangent 1']
    >>> names_of(["x", "cotangent"], 1)
    ['x', 'cotangent', "cotangent'"]
    """
    label = "cotangent"
    while any(name.startswith(label) and not name.startswith(f"{label}'") for name in names):
        label += "'"
    return [*names, *([label] if outputs == 1 else [f"{label} {i}" for i in range(outputs)])]
