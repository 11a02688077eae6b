"""Gradients as other code returns them: whether they fit their inputs, and what to say if not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from autograd import nested
from autograd.errors import DTypeError, GraphError, ShapeError
from autograd.grad_mode import no_grad
from autograd.gradcheck.exact.mutation import FaultError, read_only
from autograd.gradcheck.report import Finding
from autograd.gradcheck.subjects.base import Arrays, Pulled, Subject, as_array, call, double, output_arrays
from autograd.gradcheck.subjects.parameters import parameters_as, variable, variables_of
from autograd.gradcheck.verdict import Verdict
from autograd.tensor import Tensor


class GivenSubject(Subject):
    """A subject whose gradient is computed elsewhere."""

    def _accepted(self, gradients: Sequence[Any], arrays: Arrays) -> Arrays:
        """Return gradients as arrays of the shapes of their inputs, or raise FaultError."""
        fitting = [_fitting(n, g, a) for n, g, a in zip(self.names, gradients, arrays, strict=True)]
        self.gradient_epsilon = max(self.gradient_epsilon, epsilon_of(fitting))
        return fitting


class ClosureGradientSubject(GivenSubject):
    """A closure over a model's parameters, and its gradient by parameter name: a dict, or a function returning one."""

    pulls_back = False

    def __init__(self, closure: Callable[[], Any], parameters: Mapping[str, Tensor], gradient: Any) -> None:
        checked = variables_of(parameters)
        self._closure = closure
        self._gradient = gradient
        self._parameters = list(checked.values())
        self.moves = callable(gradient)
        originals = [parameter.data for parameter in self._parameters]
        super().__init__(list(checked), originals, closure, parameters, gradient)
        self.gradient_epsilon = epsilon_of(gradient)

    def _call(self, arrays: Arrays) -> Any:
        with parameters_as(self._parameters, list(map(variable, arrays))), no_grad():
            return call(self._closure, ())

    def _pull(self, arrays: Arrays, cotangents: Arrays) -> Pulled:
        refuse_several(output_arrays(self._call(arrays)))
        given = self._gradient
        if callable(given):
            with parameters_as(self._parameters, list(map(variable, arrays))):
                given = call(given, ())
        else:
            refuse_to_move(arrays, self.values)
        if not isinstance(given, Mapping):
            raise DTypeError(
                f"gradcheck: gradient= of a model came as {type(given).__name__}; give a dict of arrays by parameter "
                f"name ({', '.join(self.names)}), or a function without arguments that returns one"
            )
        missing = [name for name in self.names if name not in given]
        if missing:
            fault(f"no gradient is given for {', '.join(missing)}; there are those of {', '.join(map(str, given))}")
        gradients = self._accepted([given[name] for name in self.names], arrays)
        return Pulled([scaled(g, cotangents[0]) for g in gradients], arrays, cotangents)


def epsilon_of(gradients: Any) -> float:
    """Return the machine epsilon of the narrowest dtype among arrays, nested or not; 0 for a function of them."""
    dtypes = [leaf.dtype for leaf in nested.leaves(gradients) if isinstance(leaf, np.ndarray | np.generic)]
    return max((float(np.finfo(dtype).eps) for dtype in dtypes if dtype.kind in "fc"), default=0.0)


def fault(text: str) -> NoReturn:
    """Raise what makes `text` a finding."""
    raise FaultError(Finding("algebra", Verdict.WRONG, text))


def _fitting(name: str, gradient: Any, array: np.ndarray) -> np.ndarray:
    """Return the gradient of the input `name` as an array of its shape; None stands for zeros."""
    if gradient is None:
        return np.zeros(array.shape, array.dtype)
    result = as_array(gradient)
    if result.dtype.kind not in "biufc":
        raise DTypeError(f"gradcheck: the gradient of {name} came as {type(gradient).__name__} ({str(gradient)[:40]})")
    if result.shape != array.shape:
        fault(
            f"the gradient returned shape {result.shape} for input {name} of shape {array.shape}"
            f"{_why(result.shape, array.shape)}"
        )
    if result.dtype.kind == "c" and array.dtype.kind != "c":
        fault(f"the gradient of {name} is {result.dtype}, but {name} is real; its gradient is the real part")
    return result


def _why(came: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return what a wrong shape is typical of."""
    if _stretches(wanted, came):
        return ": a sum over a broadcast axis may be missing"
    if came == wanted[::-1]:
        return ": it may be transposed"
    if _stretches(came, wanted):
        return ": it may be summed over an axis that is the input's own"
    if np.prod(came) == np.prod(wanted):
        return ": it may have to be reshaped"
    return ""


def _stretches(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False


def refuse_several(outputs: Arrays) -> None:
    """Raise unless the output is one real number: anything else has a Jacobian, and no gradient."""
    shapes = [output.shape for output in outputs]
    if len(outputs) != 1 or outputs[0].size != 1:
        came = f"outputs of shapes {shapes}" if len(shapes) > 1 else f"an output of shape {shapes[0]}"
        raise ShapeError(
            f"gradcheck: gradient= needs a function that returns one number, this one returned {came}; reduce it "
            "(np.sum), or give backward=, a function of the outputs' cotangent and the inputs"
        )
    if outputs[0].dtype.kind == "c":
        raise DTypeError(
            "gradcheck: gradient= needs a function that returns a real number, this one returned a complex one; take "
            "np.real or np.abs, or give backward="
        )


def refuse_to_move(arrays: Arrays, values: Arrays) -> None:
    """Raise if given arrays, which are the gradient at the point, are asked for at another."""
    if any(not np.array_equal(double(a), v, equal_nan=True) for a, v in zip(arrays, values, strict=True)):
        raise GraphError("gradcheck: the gradient came as arrays, so it is known at the point only")


def scaled(gradient: np.ndarray, cotangent: np.ndarray) -> np.ndarray:
    """Return the gradient of a scalar times that scalar's cotangent; for 1 the array itself."""
    factor = cotangent.reshape(())[()]
    return gradient if factor == 1 else gradient * factor


def cast(cotangents: Arrays, output: Any) -> Arrays:
    """Return cotangents in the dtypes of the outputs."""
    dtypes = [array.dtype for array in output_arrays(output)]
    return [c if c.dtype == d else read_only(c.astype(d)) for c, d in zip(cotangents, dtypes, strict=True)]


def in_structure(output: Any, cotangents: Arrays) -> Any:
    """Return cotangents in the structure of the output."""
    given = iter(cotangents)
    return nested.rebuild(output, lambda _: next(given))
