"""What is checked: a function and its gradient, behind one interface.

A `Subject` has named copies in double precision of the arrays that are differentiated, evaluates the function at other
values of them, and asks the code under test for the gradient. A float32 function is thereby checked in float64, where
finite differences have digits to spare. The kinds of subject are in `autograd.gradcheck.subjects`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import DTypeError, GraphError
from autograd.gradcheck.exact.mutation import FaultError
from autograd.gradcheck.subjects.base import Pulled, Subject
from autograd.gradcheck.subjects.elsewhere import BackwardSubject, Context, GradientSubject, PairSubject
from autograd.gradcheck.subjects.engine import ClosureSubject, FunctionSubject
from autograd.gradcheck.subjects.given import ClosureGradientSubject

__all__ = ["ClosureSubject", "Context", "FaultError", "FunctionSubject", "Pulled", "Subject", "make_subject"]


def make_subject(
    function: Any,
    inputs: Any,
    names: Sequence[str] | None = None,
    gradient: Any = None,
    backward: Callable[..., Any] | None = None,
) -> Subject:
    """Return what is to be checked.

    Parameters
    ----------
    function : callable, or a class
        Of the inputs; with a model as `inputs` it takes no arguments. A class with static methods ``forward(ctx,
        *inputs)`` and ``backward(ctx, *cotangents)``, as torch has them, is a function and its gradient in one.
    inputs : array, tuple of arrays, or a model
        The arguments, nested or not, or anything that has ``named_parameters()``.
    names : sequence of str, optional
        Of the differentiated arrays: ``x0``, ``x1`` and so on by default, a model's own names for its parameters.
    gradient : array, tuple, dict or callable, optional
        The gradient of a `function` that returns one number, in the structure of the inputs, or a function of the
        same arguments that returns it. For a model a dict by parameter name, or a function without arguments.
    backward : callable, optional
        ``backward(g, *inputs)`` returns the cotangents of the inputs for that of the output, whatever its shape.

    Returns
    -------
    Subject
        Without `gradient` and `backward`, `function` is called with Tensors and the engine computes the gradient.
        With them it is called with plain arrays.

    Raises
    ------
    DTypeError, GraphError, ValueError
        If nothing can be differentiated, or the arguments contradict each other.

    Examples
    --------
    >>> import numpy as np
    >>> subject = make_subject(lambda x: np.sum(x**2), np.array([1.0, 2.0]), names=["x"], gradient=lambda x: 2 * x)
    >>> subject.gradient([np.ones(())])
    [array([2., 4.])]
    """
    if not callable(function):
        raise DTypeError(f"gradcheck: function is a {type(function).__name__}, which cannot be called")
    if gradient is not None and backward is not None:
        raise GraphError("gradcheck: both gradient= and backward= are given; they are two ways to say the same")
    is_pair = isinstance(function, type) and hasattr(function, "forward") and hasattr(function, "backward")
    if hasattr(inputs, "named_parameters"):
        return _closure_subject(function, inputs, names, gradient, backward)
    arguments = inputs if isinstance(inputs, tuple) else (inputs,)
    if is_pair:
        if gradient is not None or backward is not None:
            raise GraphError(
                f"gradcheck: {function.__name__} has a backward of its own, and gradient= or backward= is given; "
                "leave one out"
            )
        return PairSubject(function, arguments, names)
    if gradient is not None:
        return GradientSubject(function, arguments, names, gradient)
    if backward is not None:
        return BackwardSubject(function, arguments, names, backward)
    return FunctionSubject(function, arguments, names)


def _closure_subject(
    function: Callable[[], Any], model: Any, names: Sequence[str] | None, gradient: Any, backward: Any
) -> Subject:
    if names is not None:
        raise GraphError("gradcheck: names= is given with a model, whose parameters have names; leave it out")
    if backward is not None:
        raise GraphError(
            "gradcheck: backward= is given with a model; give gradient=, a dict by parameter name or a function that "
            "returns one"
        )
    parameters = dict(model.named_parameters())
    if gradient is not None:
        return ClosureGradientSubject(function, parameters, gradient)
    return ClosureSubject(function, parameters)
