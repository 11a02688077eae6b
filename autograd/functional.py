"""Functions of functions: gradients, Jacobians, Hessians and products with them, of any order.

Each returns plain arrays when given plain arrays, or Tensors where the result depends on a Tensor that requires a
gradient. How they work is in `autograd.trace`.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import matrices, nested
from autograd.errors import ArgnumError, DTypeError, OutputError, ShapeError
from autograd.tensor import Tensor
from autograd.trace import Argnum, Function, Trace

# ------------------------------------------------------------------------------------------------- first order


def grad(function: Function, argnum: Argnum = 0) -> Function:
    """Return a function that computes the gradient of a scalar `function`.

    Parameters
    ----------
    function : callable
        Returns a real scalar (one element). Its arguments may be nested tuples, lists and dicts of arrays.
    argnum : int or sequence of int
        Which positional argument to differentiate in; for a sequence the result is a tuple.

    Returns
    -------
    callable
        Takes the arguments of `function`; returns the gradient, of the structure, shapes and dtypes of that argument:
        plain arrays, or Tensors where the gradient itself depends on a Tensor that requires a gradient.

    Raises
    ------
    OutputError
        If the output is not a scalar.
    DTypeError
        If the argument is not of a floating or complex dtype, or the output is complex.

    Warns
    -----
    UserWarning
        If the output does not depend on the argument; the gradient is then zero.

    Notes
    -----
    The gradient has the shape of the argument: it is the transpose of the derivative, which is the row that `jacobian`
    gives of a scalar in a vector (Dey, section 1).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import grad
    >>> float(grad(np.tanh)(0.0))
    1.0
    >>> float(grad(grad(lambda x: x**3))(2.0))
    12.0
    """

    @named("grad", function, argnum)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        trace, seed = _trace_of_scalar("grad", function, argnum, args, kwargs)
        return trace.pull(seed)

    return gradient


def value_and_grad(function: Function, argnum: Argnum = 0) -> Function:
    """Return a function that computes the value of `function` and its gradient; see `grad`.

    Examples
    --------
    >>> from autograd import value_and_grad
    >>> value, gradient = value_and_grad(lambda x: x**2)(3.0)
    >>> float(value), float(gradient)
    (9.0, 6.0)
    """

    @named("value_and_grad", function, argnum)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        trace, seed = _trace_of_scalar("value_and_grad", function, argnum, args, kwargs)
        return trace.value(), trace.pull(seed)

    return value_and_gradient


def _trace_of_scalar(operation: str, function: Function, argnum: Argnum, args: Any, kwargs: Any) -> tuple[Trace, Any]:
    """Return the trace of a function whose output must be a real scalar, and the cotangent of that."""
    trace = Trace(function, argnum, args, kwargs)
    warn_if_constant(trace, stacklevel=4)
    output = trace.single_output(operation)
    if output.size != 1:
        raise OutputError(
            f"{operation}: the function returned shape {output.shape}; a gradient needs a scalar: reduce it (np.sum), "
            "or use jacobian, vjp or elementwise_grad"
        )
    if output.dtype.kind == "c":
        raise DTypeError(f"{operation}: the function returned {output.dtype}; a loss is real: take np.real or np.abs")
    return trace, np.ones(output.shape, output.dtype)


def elementwise_grad(function: Function, argnum: Argnum = 0) -> Function:
    """Return a function that computes the derivative of an elementwise `function` at every element.

    It is the gradient of the sum of the output: column sums of the Jacobian, the diagonal where that is diagonal.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import elementwise_grad
    >>> elementwise_grad(np.square)(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 6.])
    """

    @named("elementwise_grad", function, argnum)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(function, argnum, args, kwargs)
        warn_if_constant(trace)
        output = trace.single_output("elementwise_grad")
        weights = np.ones(output.shape, output.dtype)
        parts = iter(matrices.derivative(lambda g: list(nested.leaves(trace.pull(g))), weights))
        return trace.restructure(nested.rebuild(trace.arguments, lambda _: next(parts)))

    return derivative


def vjp(function: Function, *args: Any, **kwargs: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return the value of `function` at `args`, and its pullback: cotangent of the output -> cotangents of the inputs.

    Parameters
    ----------
    function : callable
        Returns an array, or nested tuples, lists and dicts of arrays.
    *args
        Arrays, or nested tuples, lists and dicts of them.
    **kwargs
        Passed on to `function`; constants.

    Returns
    -------
    value
        What `function` returns.
    pullback : callable
        Takes a cotangent of the structure and shapes of `value`, dicts in any order of keys; returns the cotangent of
        the argument, a tuple if there are several. Can be called again.

    Raises
    ------
    ShapeError
        By the pullback, if structure or shapes of the cotangent are not those of `value`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import vjp
    >>> value, pullback = vjp(np.sin, np.array([0.0, np.pi]))
    >>> pullback(np.array([1.0, 1.0]))
    array([ 1., -1.])
    """
    argnum = 0 if len(args) == 1 else tuple(range(len(args)))
    trace = Trace(function, argnum, args, kwargs)
    return trace.value(), trace.pull


def jvp(function: Function, args: Sequence[Any], tangents: Sequence[Any], **kwargs: Any) -> tuple[Any, Any]:
    """Return the value of `function` at `args` and its directional derivative along `tangents`.

    Parameters
    ----------
    args, tangents : tuple
        Arguments and their tangents, of the same structures and shapes.
    **kwargs
        Passed on to `function`; constants.

    Returns
    -------
    value, tangent
        The output and its tangent, of the same structure and shapes.

    Raises
    ------
    ShapeError
        If structures or shapes of arguments and tangents differ.
    DTypeError
        If `args` or `tangents` is no tuple, such as the one argument itself.

    Notes
    -----
    A VJP is linear in its cotangent, so the pullback's own VJP with respect to that cotangent is the Jacobian times a
    vector: every primitive has forward mode without a second table of rules.

    Examples
    --------
    >>> from autograd import jvp
    >>> value, tangent = jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    >>> float(value), float(tangent)
    (6.0, 23.0)
    """
    for name, given in (("args", args), ("tangents", tangents)):
        if not isinstance(given, tuple | list):
            raise DTypeError(
                f"jvp: {name} is one {type(given).__name__}; arguments and tangents are tuples, those of one argument "
                "too: jvp(function, (x,), (tangent,))"
            )
    args, tangents = tuple(args), tuple(tangents)
    arrays, directions = list(nested.leaves(args)), list(nested.leaves_as(args, tangents, "jvp: tangents"))
    if [np.shape(a) for a in arrays] != [np.shape(d) for d in directions]:
        raise ShapeError(
            f"jvp: tangents of shapes {[np.shape(d) for d in directions]} for arguments of shapes "
            f"{[np.shape(a) for a in arrays]}; each argument needs a tangent of its shape"
        )
    trace = Trace(function, tuple(range(len(args))), args, kwargs)
    return trace.value(), matrices.transpose(trace).pull(tangents)


# ----------------------------------------------------------------------------------------- matrices of derivatives


def jacobian(function: Function, argnum: Argnum = 0) -> Function:
    """Return a function that computes the Jacobian: the derivative of every output element in every input element.

    Parameters
    ----------
    function : callable
        Returns an array, or nested tuples, lists and dicts of arrays.
    argnum : int or sequence of int
        Which positional argument to differentiate in; for a sequence there is a tuple in place of each Jacobian.

    Returns
    -------
    callable
        Its result has the structure of the output, with that of the differentiated argument in the place of each
        array; each Jacobian has shape ``output.shape + input.shape``.

    Notes
    -----
    Entry [i, j] is ∂f_i/∂x_j, output axes first (Johnson 2014, section 2); where a text writes (J)_ij = ∂f_j/∂x_i
    (Skrede 2018, on vectorisation), its Jacobian is the transpose of this one. That of ``x Wᵀ`` in W has the axes
    (i, k, j) which Dey's equation 10 has as (j, k, i).

    Row i is the pullback of the i-th unit vector, column j the tangent along the j-th; all rows are computed in one
    sweep (see `autograd.batching`), or all columns where there are fewer. A complex argument is taken to enter
    holomorphically, so the derivative of `numpy.conjugate` in one, which does not exist, comes out as 1.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import jacobian
    >>> jacobian(np.cumsum)(np.array([1.0, 2.0]))
    array([[1., 0.],
           [1., 1.]])
    """

    @named("jacobian", function, argnum)
    def jacobian_of_function(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(function, argnum, args, kwargs)
        warn_if_constant(trace)
        output = trace.outputs
        if isinstance(output, Tensor) and output.shape == () and output.dtype.kind != "c":
            return trace.pull(np.ones((), output.dtype))  # the only row; measured: rows would take a third longer
        found = matrices.jacobians(trace)
        return nested.rebuild(
            trace.outputs, lambda _: trace.restructure(nested.rebuild(trace.arguments, lambda _: next(found)))
        )

    return jacobian_of_function


def hessian(function: Function, argnum: Argnum = 0) -> Function:
    """Return a function that computes the Hessian: shape ``input.shape + input.shape`` for a scalar `function`.

    It is the Jacobian of the Jacobian: the axes of an output that is no scalar come first. An argument that is a dict
    has a dict of dicts: ``result["w"]["b"]`` has shape ``w.shape + b.shape``. A sequence of argnums has a tuple of
    tuples.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    return named("hessian", function, argnum)(jacobian(jacobian(function, argnum), argnum))


def hvp(function: Function, argnum: Argnum = 0) -> Function:
    """Return a function of the arguments and a vector that computes the Hessian times that vector.

    ``hvp(f)(x, v)``: `v` comes last and has the structure and shapes of the differentiated argument, a tuple for a
    sequence of argnums. The Hessian is not formed: it is symmetric, so its product with `v` is the pullback of `v`
    through the gradient.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import hvp
    >>> hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    gradient = grad(function, argnum)

    @named("hvp", function, argnum)
    def product(*args: Any, **kwargs: Any) -> Any:
        numbers = argnum if isinstance(argnum, tuple | list) else (argnum,)
        fewest = max((i + 1 if i >= 0 else -i for i in numbers), default=0)
        if len(args) <= fewest:
            raise ArgnumError(
                f"hvp: called with {len(args)} positional arguments; for argnum {argnum} it takes {fewest} or more of "
                "the function, and after them the vector that the Hessian is multiplied by"
            )
        *arguments, vector = args
        return Trace(gradient, argnum, tuple(arguments), kwargs).pull(vector)

    return product


# ------------------------------------------------------------------------------------------------- what they share


def named(operation: str, function: Function, argnum: Argnum) -> Callable[[Function], Function]:
    """Return a decorator that names a derivative of `function`: ``grad_of_f_wrt_argnum_0``, with the signature of f."""

    def rename(derivative: Function) -> Function:
        functools.update_wrapper(derivative, function, updated=())
        name = getattr(function, "__name__", "[unknown name]")
        derivative.__name__ = derivative.__qualname__ = f"{operation}_of_{name}_wrt_argnum_{argnum}"
        about = f"The {operation} of {name} in argument {argnum}; takes the arguments of {name}."
        derivative.__doc__ = f"{about}\n\n{function.__doc__}" if function.__doc__ else about
        return derivative

    return rename


def warn_if_constant(trace: Trace, stacklevel: int = 3) -> None:
    """Warn if no output of `trace` was computed from its variables: by mistake more often than not."""
    if trace.variables and not any(output._node in trace.on_path for output in nested.leaves(trace.outputs)):
        warnings.warn("Output seems independent of input.", stacklevel=stacklevel)
