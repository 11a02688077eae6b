"""Functions recorded once and run again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def const_graph(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """Return `function` with the first arguments and the options given.

    Elsewhere the graph of the first call is kept and replayed. Here every call records anew: the result is the same
    for a function whose graph is constant, and right for one whose is not.

    Examples
    --------
    >>> from autograd import grad
    >>> float(grad(const_graph(lambda a, x: a * x**2, 3.0))(2.0))
    12.0
    """
    return functools.wraps(function)(functools.partial(function, *args, **kwargs))
