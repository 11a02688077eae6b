"""Ordinary differential equations: ``from autograd.scipy.integrate import odeint``.

The gradient is computed by the adjoint method (Pontryagin; Chen et al., "Neural ordinary differential equations", 2018,
algorithm 2 of appendix C): cotangents follow an equation of their own backwards in time, which is solved from each time
to the one before, beginning with the solution that was found there. That equation is solved by `odeint` as well, and so
the gradient can be differentiated again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate

from autograd import nested
from autograd.errors import DTypeError
from autograd.functional import vjp
from autograd.primitive import primitive
from autograd.scipy.arrays import array
from autograd.tensor import plain

VARIABLE = object()  # stands in `System.template` for each of the parameters
OF_THE_FORWARD_SYSTEM = ("Dfun", "col_deriv", "ml", "mu", "tcrit")  # options that do not hold for its adjoint


@dataclasses.dataclass(frozen=True)
class System:
    """What a solution depends on besides numbers: the right-hand side, what its parameters look like, and options."""

    function: Callable[..., Any]
    template: tuple[Any, ...]
    shapes: tuple[tuple[int, ...], ...]  # of the parameters
    options: dict[str, Any]

    def arguments(self, parameters: Any) -> tuple[Any, ...]:
        """Return the further arguments of the right-hand side, given its parameters as one vector."""
        parts, start = [], 0
        for shape in self.shapes:
            size = int(np.prod(shape))
            parts.append(np.reshape(parameters[start : start + size], shape))
            start += size
        remaining = iter(parts)
        return nested.rebuild(self.template, lambda leaf: next(remaining) if leaf is VARIABLE else leaf)

    def slope(self, y: Any, time: Any, parameters: Any) -> Any:
        """Return dy/dt."""
        first = (time, y) if self.options.get("tfirst") else (y, time)
        value = self.function(*first, *self.arguments(parameters))
        return np.ravel(value if hasattr(value, "dtype") else np.stack(value))

    def adjoint(self, size: int) -> Callable[..., Any]:
        """Return the right-hand side for the state, its cotangent and that of the parameters, joined in a vector."""

        def slopes(state: Any, time: Any, parameters: Any) -> Any:
            value, pullback = vjp(lambda y, p: self.slope(y, time, p), state[:size], parameters)
            return np.concatenate([value, *(-cotangent for cotangent in pullback(state[size : 2 * size]))])

        return slopes

    def options_of_adjoint(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.options.items() if name not in OF_THE_FORWARD_SYSTEM}
        tolerances = {name: np.min(kept[name]) for name in ("rtol", "atol") if kept.get(name) is not None}
        return {**kept, **tolerances, "tfirst": False}


@primitive
def trajectory(variables: Any, count: int, system: System) -> Any:
    """Return the states at `count` times; `variables` are the first state, the times and the parameters, joined."""
    y0, t, parameters = split(variables, count, sum(int(np.prod(shape)) for shape in system.shapes))
    return scipy.integrate.odeint(system.function, y0, t, system.arguments(parameters), **system.options)


def split(variables: Any, count: int, parameters: int) -> tuple[Any, Any, Any]:
    size = variables.shape[0] - count - parameters
    return variables[:size], variables[size : size + count], variables[size + count :]


def trajectory_vjp(g: Any, y: Any, variables: Any, count: int, system: System) -> Any:
    """The cotangents of the first state, of the times and of the parameters, joined.

    They are solved for in units of the largest cotangent, because absolute tolerances hold for numbers of size 1.
    """
    unit = power_of_two(np.max(np.abs(plain(g)), initial=0))
    size, g = y.shape[1], g / unit
    t, parameters = variables[size : size + count], variables[size + count :]
    adjoint, options = system.adjoint(size), system.options_of_adjoint()
    arrived, of_parameters = np.zeros_like(g[0]), np.zeros_like(parameters)
    of_times = []
    for i in reversed(range(1, count)):
        of_times.append(np.sum(g[i] * system.slope(y[i], t[i], parameters)))
        state = np.concatenate([y[i], arrived + g[i], of_parameters])
        earlier = odeint(adjoint, state, t[i - 1 : i + 1][::-1], (parameters,), **options)[1]
        arrived, of_parameters = earlier[size : 2 * size], earlier[2 * size :]
    of_times.append(-np.sum(arrived * system.slope(y[0], t[0], parameters)))  # a later start is a state moved back
    return np.concatenate([arrived + g[0], np.stack(of_times[::-1]), of_parameters]) * unit


def power_of_two(size: float) -> float:
    """Return a power of 2 near `size`, and 1 for 0: to divide by it rounds nothing."""
    return float(2.0 ** np.frexp(size)[1]) if np.isfinite(size) else 1.0


trajectory.defvjp(trajectory_vjp)


def odeint(func: Callable[..., Any], y0: Any, t: Any, args: Any = (), **options: Any) -> Any:
    """Return the solution of dy/dt = func(y, t, ...) at given times, as `scipy.integrate.odeint` does.

    Parameters
    ----------
    func : callable
        ``func(y, t, *args)``, written with NumPy's functions, returns the n slopes: an array, or a list of numbers.
        A Tensor that it uses must be among its arguments.
    y0 : array_like, shape (n,)
        The state at the first time.
    t : array_like, shape (m,)
        Times, in order. The solution is differentiable in them.
    args : tuple
        Further arguments of `func`; nested tuples, lists and dicts. It is differentiable in the floating arrays and
        numbers among them.
    **options
        As of `scipy.integrate.odeint`, but for ``full_output``. The gradient is computed with the same tolerances.

    Returns
    -------
    array, shape (m, n)

    Raises
    ------
    DTypeError
        If an argument is complex.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import grad
    >>> from autograd.scipy.integrate import odeint
    >>> last = lambda rate: odeint(lambda y, t, rate: -rate * y, np.ones(1), np.array([0.0, 2.0]), (rate,))[-1, 0]
    >>> round(float(grad(last)(0.5)), 6)  # -2 exp(-1)
    -0.735759
    """
    if options.get("full_output"):
        raise TypeError("odeint: full_output=True is not supported; call scipy.integrate.odeint for it")
    args = args if isinstance(args, tuple) else (args,)
    parameters = [leaf for leaf in nested.leaves(args) if is_variable(leaf)]
    variables = [array(y0), array(t), *map(array, parameters)]
    if any(variable.dtype.kind == "c" for variable in variables):
        raise DTypeError("odeint: complex arguments are not supported; solve for real and imaginary parts")
    template = nested.rebuild(args, lambda leaf: VARIABLE if is_variable(leaf) else leaf)
    shapes = tuple(np.shape(parameter) for parameter in parameters)
    joined = np.concatenate([np.ravel(variable) for variable in variables])
    return trajectory(joined, np.size(t), System(func, template, shapes, options))


def is_variable(leaf: Any) -> bool:
    return isinstance(leaf, float) or getattr(getattr(leaf, "dtype", None), "kind", "") in ("f", "c")
