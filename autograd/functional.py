"""Functions of functions: gradients, Jacobians, Hessians and products with them, of any order.

Each makes the arguments fresh variables, runs the function, and sweeps from its output to those variables only. When
the result can depend on something else that is being differentiated (the variables of an enclosing `grad`, or a
Parameter), the sweep itself is recorded and the result is a Tensor that can be differentiated again; otherwise the
result is plain arrays. So the functions nest to any order, and first order costs nothing extra.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograd import graph, nested
from autograd.errors import DTypeError, GraphError, ShapeError
from autograd.grad_mode import enable_grad, recording
from autograd.graph import Node
from autograd.ops.elementwise import positive
from autograd.primitive import lift_saved
from autograd.tensor import Tensor, plain, wrap

Function = Callable[..., Any]
Argnum = int | tuple[int, ...] | list[int]


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
        return trace.pull(np.ones(output.shape, output.dtype))

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
    Row i is the pullback of the i-th unit vector: one sweep an output element.

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
        rows = [list(nested.leaves(trace.pull(unit))) for unit in units]
        columns = iter(range(len(trace.variables)))

        def assemble(variable: Any) -> Any:
            column = next(columns)
            shape = output.shape + np.shape(variable)
            if not rows:
                return np.zeros(shape, variable.dtype)
            return np.reshape(np.stack([row[column] for row in rows]), shape)

        return trace.restructure(nested.rebuild(trace.arguments, assemble))

    return jacobian_of_function


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


# ------------------------------------------------------------------------------------------------- the shared mechanism


class Trace:
    """One run of a function on fresh variables, and the sweeps from its outputs back to them.

    `arguments` are the differentiated arguments as variables (a tuple also for one); `outputs` is what the function
    returned.
    """

    def __init__(self, function: Function, argnum: Argnum, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.single = isinstance(argnum, int)
        argnums = (argnum,) if isinstance(argnum, int) else tuple(argnum)
        if any(not -len(args) <= i < len(args) for i in argnums):
            raise GraphError(
                f"argnum {argnum} is out of range: the function was called with {len(args)} positional arguments"
            )
        self.outer_mode = recording.get()
        self.arguments = tuple(nested.rebuild(args[i], _variable) for i in argnums)
        self.variables: list[Node] = [tensor._node for tensor in nested.leaves(self.arguments)]
        traced = list(args)
        for i, argument in zip(argnums, self.arguments, strict=True):
            traced[i] = argument
        with enable_grad():
            self.outputs = nested.rebuild(function(*traced, **kwargs), _as_output)
        self._plan_sweep()

    def _plan_sweep(self) -> None:
        """Find the nodes between the variables and the outputs, and whether the outputs depend on others as well."""
        roots = [output._node for output in nested.leaves(self.outputs) if output._node is not None]
        oldest = min((node.number for node in self.variables), default=0)
        order, found = graph.reachable(roots, oldest)
        ends = set(self.variables)
        for node in ends:
            if node.rule is None:
                graph.close(node)
        self.on_path = set(ends)
        outside: set[Node] = {node for node in ends if node.rule is not None}
        for node in reversed(order):
            if node in ends:
                continue
            if graph.is_variable(node):
                outside.add(node)
            for source in node.inputs:
                if source is None:
                    continue
                if source in self.on_path:
                    self.on_path.add(node)
                if source in outside or (
                    source not in found and (source.rule is not None or graph.is_variable(source))
                ):
                    outside.add(node)
        self.order = [node for node in order if node in self.on_path and node not in ends]
        self.has_outside = any(root in outside for root in roots)

    def single_output(self, operation: str) -> Tensor:
        """Return the output, which must be one array."""
        if not isinstance(self.outputs, Tensor):
            raise GraphError(
                f"{operation}: the function returned {type(self.outputs).__name__}, one array was expected; "
                "for several outputs use vjp or jvp"
            )
        return self.outputs

    def value(self) -> Any:
        """Return the outputs as the caller sees them: plain, or Tensors where something outside is differentiated."""
        return nested.rebuild(self.outputs, self._release)

    def pull(self, cotangents: Any) -> Any:
        """Carry cotangents of the outputs back to the variables, and return theirs in the arguments' structure.

        The sweep is recorded where the result depends on something that is being differentiated elsewhere: on arrays
        of the graph if it leads outside, on the cotangents if one of them requires a gradient.
        """
        given = list(nested.leaves(cotangents))
        outputs = list(nested.leaves(self.outputs))
        if len(given) != len(outputs):
            raise ShapeError(f"pullback: {len(given)} cotangents for {len(outputs)} outputs; structures must agree")
        depends_on_outside = self.outer_mode and self.has_outside
        is_recorded = depends_on_outside or (recording.get() and any(_is_tracked(g) for g in given))
        seeds: dict[Node, Any] = {}
        for g, output in zip(given, outputs, strict=True):
            if np.shape(g) != output.shape:
                raise ShapeError(f"pullback: cotangent of shape {np.shape(g)} for an output of shape {output.shape}")
            if output._node in self.on_path:
                seed = _cast(g if is_recorded else plain(g), output.dtype)
                seeds[output._node] = seeds[output._node] + seed if output._node in seeds else seed
        if is_recorded:
            seeds = {node: seed if isinstance(seed, Tensor) else wrap(seed, None) for node, seed in seeds.items()}
        lift = lift_saved if depends_on_outside else None
        with enable_grad() if is_recorded else nullcontext():
            arrived = graph.sweep(seeds, self.order, wanted=self.on_path, lift=lift, retain_graph=True)
        nodes = iter(self.variables)

        def collect(variable: Tensor) -> Any:
            g = arrived.get(next(nodes))
            if g is None:
                return np.zeros(variable.shape, variable.dtype)[()]
            if _is_tracked(g):
                return g
            # Memory of its own, as a cotangent may be shared; a scalar where the shape is (), as NumPy returns.
            return np.array(plain(g))[()]

        return self.restructure(nested.rebuild(self.arguments, collect))

    def restructure(self, results: tuple[Any, ...]) -> Any:
        """Return the results of a single argument itself, of several as a tuple."""
        return results[0] if self.single else results

    def _release(self, output: Tensor) -> Any:
        if self.outer_mode and self.has_outside and output._node is not None:
            return output
        return output.data[()]


def _variable(value: Any) -> Tensor:
    """Return a fresh variable of `value`, connected to what `value` was computed from."""
    if isinstance(value, Tensor) and value._node is not None:
        return positive(value) if recording.get() else wrap(value.data, graph.leaf(value.shape, value.dtype))
    data = np.asarray(plain(value))
    if data.dtype.kind not in "fc":
        raise DTypeError(
            f"cannot differentiate in an argument of dtype {data.dtype} (value {str(value)[:40]}); make it floating: "
            "2 -> 2.0, array.astype(float)"
        )
    return wrap(data, graph.leaf(data.shape, data.dtype))


def _as_output(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value)


def _is_tracked(value: Any) -> bool:
    return isinstance(value, Tensor) and value._node is not None


def _cast(value: Any, dtype: np.dtype[Any]) -> Any:
    value = value if isinstance(value, Tensor) else np.asarray(value)
    return value if value.dtype == dtype else value.astype(dtype)
