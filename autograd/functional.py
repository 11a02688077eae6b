"""Functions of functions: gradients, Jacobians, Hessians and products with them, of any order.

Each returns plain arrays when given plain arrays, or Tensors where the result depends on a Tensor that requires a
gradient. How they work is in `autograd.trace`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import nested
from autograd.errors import DTypeError, GraphError, ShapeError
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
    GraphError
        If the output is not a scalar.
    DTypeError
        If the argument is not of a floating or complex dtype, or the output is complex.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import grad
    >>> float(grad(np.tanh)(0.0))
    1.0
    >>> float(grad(grad(lambda x: x**3))(2.0))
    12.0
    """
    value_and_gradient = value_and_grad(function, argnum)

    @functools.wraps(function)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return value_and_gradient(*args, **kwargs)[1]

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

    @functools.wraps(function)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        trace = Trace(function, argnum, args, kwargs)
        output = trace.single_output("grad")
        if output.size != 1:
            raise GraphError(
                f"grad: the function returned shape {output.shape}; a gradient needs a scalar: reduce it (np.sum), or "
                "use jacobian, vjp or elementwise_grad"
            )
        if output.dtype.kind == "c":
            raise DTypeError(f"grad: the function returned {output.dtype}; a loss is real: take np.real or np.abs")
        return trace.value(), trace.pull(np.ones(output.shape, output.dtype))

    return value_and_gradient


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

    @functools.wraps(function)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(function, argnum, args, kwargs)
        output = trace.single_output("elementwise_grad")
        return _derivative(trace, np.ones(output.shape, output.dtype))

    return derivative


def vjp(function: Function, *args: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return the value of `function` at `args`, and its pullback: cotangent of the output -> cotangents of the inputs.

    Parameters
    ----------
    function : callable
        Returns an array, or nested tuples, lists and dicts of arrays.
    *args
        Arrays, or nested tuples, lists and dicts of them.

    Returns
    -------
    value
        What `function` returns.
    pullback : callable
        Takes a cotangent of the structure and shapes of `value`; returns the cotangent of the argument, a tuple if
        there are several. Can be called again.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import vjp
    >>> value, pullback = vjp(np.sin, np.array([0.0, np.pi]))
    >>> pullback(np.array([1.0, 1.0]))
    array([ 1., -1.])
    """
    argnum = 0 if len(args) == 1 else tuple(range(len(args)))
    trace = Trace(function, argnum, args, {})
    return trace.value(), trace.pull


def jvp(function: Function, args: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return the value of `function` at `args` and its directional derivative along `tangents`.

    Parameters
    ----------
    args, tangents : tuple
        Arguments and their tangents, of the same structures and shapes.

    Returns
    -------
    value, tangent
        The output and its tangent, of the same structure and shapes.

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
    args, tangents = tuple(args), tuple(tangents)
    arrays, directions = list(nested.leaves(args)), list(nested.leaves(tangents))
    if [np.shape(a) for a in arrays] != [np.shape(d) for d in directions]:
        raise ShapeError(
            f"jvp: tangents of shapes {[np.shape(d) for d in directions]} for arguments of shapes "
            f"{[np.shape(a) for a in arrays]}; each argument needs a tangent of its shape"
        )
    trace = Trace(function, tuple(range(len(args))), args, {})
    probe = nested.rebuild(trace.outputs, lambda output: np.zeros(np.shape(output), output.dtype))
    transposed = Trace(trace.pull, 0, (probe,), {})
    return trace.value(), transposed.pull(tangents)


# ----------------------------------------------------------------------------------------- matrices of derivatives


def jacobian(function: Function, argnum: Argnum = 0) -> Function:
    """Return a function that computes the Jacobian: the derivative of every output element in every input element.

    Returns
    -------
    callable
        Its result has shape ``output.shape + input.shape`` for each array of the differentiated argument.

    Notes
    -----
    Row i is the pullback of the i-th unit vector: one sweep an output element. A complex argument is taken to enter
    holomorphically, so the derivative of `numpy.conjugate` in one, which does not exist, comes out as 1.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import jacobian
    >>> jacobian(np.cumsum)(np.array([1.0, 2.0]))
    array([[1., 0.],
           [1., 1.]])
    """

    @functools.wraps(function)
    def jacobian_of_function(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(function, argnum, args, kwargs)
        output = trace.single_output("jacobian")
        units = np.eye(output.size, dtype=output.dtype).reshape(output.size, *output.shape)
        rows = [list(nested.leaves(_derivative(trace, unit))) for unit in units]
        columns = iter(range(len(trace.variables)))

        def assemble(variable: Any) -> Any:
            column = next(columns)
            shape = output.shape + np.shape(variable)
            if not rows:
                return np.zeros(shape, variable.dtype)
            return np.reshape(np.stack([row[column] for row in rows]), shape)

        return trace.restructure(nested.rebuild(trace.arguments, assemble))

    return jacobian_of_function


def _derivative(trace: Trace, weights: np.ndarray) -> Any:
    """Return the derivative of ``Σ weights · output`` in the variables.

    The pullback to a real variable is a real part. For a complex output the imaginary part is pulled back as well.
    """
    derivative = trace.pull(weights)
    if weights.dtype.kind != "c":
        return derivative
    imaginary = nested.leaves(trace.pull(-1j * weights))

    def complete(part: Any) -> Any:
        other = next(imaginary)
        return part if part.dtype.kind == "c" else part + 1j * other

    return nested.rebuild(derivative, complete)


def hessian(function: Function, argnum: int = 0) -> Function:
    """Return a function that computes the Hessian of a scalar `function`: shape ``input.shape + input.shape``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    return jacobian(grad(function, argnum), argnum)


def hvp(function: Function, argnum: int = 0) -> Function:
    """Return a function of the arguments and a vector that computes the Hessian times that vector.

    ``hvp(f)(x, v)``: `v` comes last and has the structure and shapes of the differentiated argument. The Hessian is
    not formed: it is symmetric, so its product with `v` is the pullback of `v` through the gradient.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import hvp
    >>> hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    gradient = grad(function, argnum)

    @functools.wraps(function)
    def product(*args: Any, **kwargs: Any) -> Any:
        *arguments, vector = args
        return Trace(gradient, argnum, tuple(arguments), kwargs).pull(vector)

    return product
