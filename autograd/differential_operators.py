"""Functions of functions by HIPS autograd's names, beside those of `autograd.functional`."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import matrices, nested
from autograd.checkpointing import checkpoint
from autograd.errors import ArgnumError, OutputError
from autograd.functional import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    named,
    value_and_grad,
    warn_if_constant,
)
from autograd.trace import Argnum, Function, Trace
from autograd.vspace import vspace

__all__ = [
    "checkpoint",
    "deriv",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_jvp_reversemode",
    "make_vjp",
    "multigrad_dict",
    "tensor_jacobian_product",
    "unary_to_nary",
    "value_and_grad",
    "vector_jacobian_product",
]


def unary_to_nary(operator: Callable[..., Any]) -> Callable[..., Any]:
    """Let ``operator(function, x)`` serve functions of several arguments: ``operator(function, argnum)(*args)``.

    For a sequence of numbers of arguments, x is the tuple of these.
    """

    @functools.wraps(operator)
    def operator_on_argument(function: Function, argnum: Argnum = 0, *options: Any, **named_options: Any) -> Function:
        @named(operator.__name__, function, argnum)
        def result(*args: Any, **kwargs: Any) -> Any:
            numbers = [argnum] if isinstance(argnum, int) else list(argnum)
            if any(not -len(args) <= i < len(args) for i in numbers):
                raise ArgnumError(
                    f"argnum {argnum} is out of range: the function was called with {len(args)} positional arguments"
                )

            def of_argument(x: Any) -> Any:
                given = list(args)
                for i, value in zip(numbers, (x,) if isinstance(argnum, int) else x, strict=True):
                    given[i] = value
                return function(*given, **kwargs)

            x = args[argnum] if isinstance(argnum, int) else tuple(args[i] for i in numbers)
            return operator(of_argument, x, *options, **named_options)

        return result

    return operator_on_argument


# ------------------------------------------------------------------------------------------------- linear maps


@unary_to_nary
def make_vjp(function: Function, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """Return ``vjp, value``: the pullback of `function` at x, and its value there."""
    trace = _trace(function, x)
    return trace.pull, trace.value()


@unary_to_nary
def make_jvp_reversemode(function: Function, x: Any) -> Callable[[Any], Any]:
    """Return the function of a tangent of x that computes the tangent of the output."""
    return matrices.transpose(_trace(function, x)).pull


@unary_to_nary
def make_jvp(function: Function, x: Any) -> Callable[[Any], tuple[Any, Any]]:
    """Return the function of a tangent of x that computes ``value, tangent`` of the output.

    Examples
    --------
    >>> from autograd import make_jvp
    >>> value, tangent = make_jvp(lambda x, y: x * y, 1)(2.0, 3.0)(10.0)
    >>> float(value), float(tangent)
    (6.0, 20.0)
    """
    trace = _trace(function, x)
    push = matrices.transpose(trace).pull
    return lambda tangent: (trace.value(), push(tangent))


def _trace(function: Function, x: Any) -> Trace:
    trace = Trace(function, 0, (x,), {})
    warn_if_constant(trace, stacklevel=5)  # of this function's caller, called by what `unary_to_nary` returns
    return trace


@unary_to_nary
def make_hvp(function: Function, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """Return ``hvp, gradient``: the product of the Hessian at x with a vector, and the gradient there."""
    return make_vjp(grad(function))(x)


def half_square(y: Any) -> Any:
    return 0.5 * np.sum(y**2, axis=-1)


def make_ggnvp(function: Function, loss: Function = half_square, f_argnum: int = 0) -> Function:
    """Return a function of the arguments that makes the product with the generalised Gauss-Newton matrix there.

    That is Jᵀ H J, with the Jacobian J of `function` and the Hessian H of `loss` at its output (Schraudolph, "Fast
    curvature matrix-vector products for second-order gradient descent", 2002).
    """

    @unary_to_nary
    def ggnvp(function: Function, x: Any) -> Callable[[Any], Any]:
        pull, y = make_vjp(function)(x)
        push = make_jvp_reversemode(function)(x)
        multiply, _ = make_hvp(loss)(y)
        return lambda v: pull(multiply(push(v)))

    return ggnvp(function, f_argnum)


def tensor_jacobian_product(function: Function, argnum: int = 0) -> Function:
    """Return a function of the arguments and a tensor: the Jacobian, its first axes contracted with all the tensor's.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import tensor_jacobian_product
    >>> tensor_jacobian_product(np.cumsum)(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 100.0]))
    array([111., 110., 100.])
    """

    def contracted(*args: Any, **kwargs: Any) -> Any:
        *args_of_function, tensor = args
        return np.tensordot(tensor, function(*args_of_function, **kwargs), np.ndim(tensor))

    return jacobian(contracted, argnum)


vector_jacobian_product = tensor_jacobian_product
hessian_tensor_product = hessian_vector_product = hvp

# ------------------------------------------------------------------------------------------------- gradients


@unary_to_nary
def deriv(function: Function, x: Any) -> Any:
    """Return the derivative of `function` as x moves by one everywhere: for a number x, that of each output."""
    return make_jvp(function)(x)(nested.rebuild(vspace(x).zeros(), lambda zero: zero + 1))[1]


@unary_to_nary
def holomorphic_grad(function: Function, x: Any) -> Any:
    """Return the derivative of a holomorphic `function` of complex numbers."""
    if not vspace(x).iscomplex:
        warnings.warn("Input to holomorphic_grad is not complex", stacklevel=3)
    return grad(lambda z: np.real(function(z)))(x)


@unary_to_nary
def grad_and_aux(function: Function, x: Any) -> tuple[Any, Any]:
    """Return the gradient of the first of two outputs, and the second output."""
    trace = _trace(function, x)
    output, _ = trace.outputs
    if output.size != 1:
        raise OutputError(f"grad_and_aux: the first output has shape {output.shape}; a gradient needs a scalar")
    _, aux = trace.value()
    return trace.pull((np.ones(output.shape, output.dtype), vspace(aux).zeros())), aux


def grad_named(function: Function, argname: str) -> Function:
    """Return a function that computes the gradient in the argument of that name, given by position.

    Examples
    --------
    >>> from autograd import grad_named
    >>> float(grad_named(lambda a, x: a * x**2, "x")(2.0, 3.0))
    12.0
    """
    return grad(function, list(inspect.signature(function).parameters).index(argname))


def multigrad_dict(function: Function) -> Function:
    """Return a function that computes the gradients in all arguments, a dict by their names.

    Examples
    --------
    >>> from autograd import multigrad_dict
    >>> gradients = multigrad_dict(lambda a, x=3.0: a * x**2)(2.0)
    >>> float(gradients["a"]), float(gradients["x"])
    (9.0, 12.0)
    """
    signature = inspect.signature(function)

    def of_arguments(arguments: dict[str, Any]) -> Any:
        bound = inspect.BoundArguments(signature, arguments)
        return function(*bound.args, **bound.kwargs)

    @functools.wraps(function)
    def gradients(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return grad(of_arguments)(dict(bound.arguments))

    return gradients
