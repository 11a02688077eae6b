"""`jax.test_util.check_grads` of a `jax.custom_vjp` whose two functions are callbacks to NumPy, in float64.

``order=1, modes=["rev"]``, as the gradient is opaque and has no derivative of its own; tolerances and step are the
defaults. JAX's arrays cannot be written to.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from jax.test_util import check_grads

from benchmarks.checkers.cases import Problem
from benchmarks.checkers.contestants.answer import ACCEPT, Answer, rejection


def check(problem: Problem, seed: int) -> Answer:
    """Check the problem; JAX's directions are always the same, whatever the seed."""
    try:
        check_grads(function_of(problem), problem.inputs, order=1, modes=["rev"])
    except AssertionError as exception:
        return rejection(exception)
    return ACCEPT


def function_of(problem: Problem) -> Any:
    """Return the function of JAX's arrays."""
    output = np.asarray(problem.forward(*(array.copy() for array in problem.inputs)))
    output_type = jax.ShapeDtypeStruct(output.shape, output.dtype)
    input_types = tuple(jax.ShapeDtypeStruct(array.shape, array.dtype) for array in problem.inputs)

    def forward(*arrays: Any) -> Any:
        return np.asarray(problem.forward(*map(np.asarray, arrays)))

    def backward(g: Any, *arrays: Any) -> Any:
        return tuple(map(np.asarray, problem.backward(*map(np.asarray, (g, *arrays)))))

    @jax.custom_vjp
    def function(*arrays: Any) -> Any:
        return jax.pure_callback(forward, output_type, *arrays)

    function.defvjp(
        lambda *arrays: (function(*arrays), arrays),
        lambda arrays, g: jax.pure_callback(backward, input_types, g, *arrays),
    )
    return function
