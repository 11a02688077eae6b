"""What traces a computation, by the names that code for HIPS autograd imports: a box is a Tensor here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd import nested
from autograd.tensor import Tensor

Box = Tensor


def isbox(value: Any) -> bool:
    """Whether `value` is a Tensor."""
    return isinstance(value, Tensor)


def getval(value: Any) -> Any:
    """Return the plain value of a Tensor, and anything else as it is.

    Examples
    --------
    >>> from autograd import Tensor
    >>> getval(Tensor([1.0, 2.0]))
    array([1., 2.])
    """
    return value.data[()] if isinstance(value, Tensor) else value


def holds_boxes(value: Any) -> bool:
    """Whether `value` is a Tensor, or tuples, lists and dicts that hold one."""
    return isinstance(value, Tensor) or (
        isinstance(value, tuple | list | dict) and any(isinstance(leaf, Tensor) for leaf in nested.leaves(value))
    )


def unboxed(value: Any) -> Any:
    """Return `value`, an argument that may be nested, with every Tensor replaced by its plain value."""
    return nested.rebuild(value, getval) if holds_boxes(value) else value


def notrace_primitive(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a version of `function` that is given the plain values of Tensors: nothing is recorded."""

    @functools.wraps(function)
    def compute(*args: Any, **kwargs: Any) -> Any:
        return function(*map(unboxed, args), **{name: unboxed(value) for name, value in kwargs.items()})

    return compute
