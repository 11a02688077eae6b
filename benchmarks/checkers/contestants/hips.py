"""`autograd.test_util.check_grads` of HIPS autograd, of a primitive with VJPs.

``order=1, modes=["rev"]``, as the gradient is opaque and has no derivative of its own; tolerances and step are its
own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd.extend
from autograd.test_util import check_grads
from benchmarks.checkers.cases import Problem
from benchmarks.checkers.contestants.answer import ACCEPT, Answer, rejection


def check(problem: Problem, seed: int) -> Answer:
    """Check the problem."""
    np.random.seed(seed)  # noqa: NPY002 - HIPS draws from NumPy's global generator
    argnum = tuple(range(len(problem.inputs)))
    try:
        check_grads(function_of(problem), argnum, modes=["rev"], order=1)(*problem.inputs)
    except AssertionError as exception:
        return rejection(exception)
    return ACCEPT


def function_of(problem: Problem) -> Any:
    """Return the primitive."""

    @autograd.extend.primitive
    def function(*arrays: Any) -> Any:
        return np.asarray(problem.forward(*arrays))

    def maker(position: int) -> Any:
        return lambda y, *arrays: lambda g: np.asarray(problem.backward(g, *arrays)[position])

    autograd.extend.defvjp(function, *(maker(position) for position in range(len(problem.inputs))))
    return function
