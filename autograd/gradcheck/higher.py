"""Second and higher orders: the gradient itself as a function to be checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.functional import vjp


def gradient_function(function: Callable[..., Any], inputs: int) -> Callable[..., tuple[Any, ...]]:
    """Return the gradient of ``Σ <v, function(*x)>`` in x, as a function of x and of the cotangents v.

    Parameters
    ----------
    function : callable
        Of as many arrays as `inputs`; returns a tuple of arrays.
    inputs : int
        How many arrays of the result's arguments are x; the others are v, one an output.

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
        result = pull_back(tuple(v))
        return _as_tuple(result, inputs)

    return gradient


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
