"""Optimisers of functions of nested arrays, in functions: gradient descent with momentum, RMSprop, Adam.

``grad(x, i)`` is the gradient at `x` in step `i`, of the structure of `x`; ``callback(x, i, g)``, if given, is called
before each step. They differentiate too: a gradient through a training run tunes what it depends on. For networks of
`nn` see `nn.optim`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.misc.flatten import flatten

Gradient = Callable[[Any, int], Any]
Callback = Callable[[Any, int, Any], Any]


def unflatten_optimizer(optimize: Callable[..., Any]) -> Callable[..., Any]:
    """Return `optimize`, an optimiser of a vector, as one of nested tuples, lists and dicts of arrays."""

    @functools.wraps(optimize)
    def optimize_nest(grad: Gradient, x0: Any, callback: Callback | None = None, *args: Any, **kwargs: Any) -> Any:
        vector, unflatten = flatten(x0)

        def gradient(x: Any, i: int) -> Any:
            return flatten(grad(unflatten(x), i))[0]

        def report(x: Any, i: int, g: Any) -> None:
            if callback:
                callback(unflatten(x), i, unflatten(g))

        return unflatten(optimize(gradient, vector, report, *args, **kwargs))

    return optimize_nest


@unflatten_optimizer
def sgd(
    grad: Gradient, x: Any, callback: Callback, num_iters: int = 200, step_size: float = 0.1, mass: float = 0.9
) -> Any:
    """Gradient descent with momentum: ``v = mass·v − (1 − mass)·g``, ``x = x + step_size·v``."""
    velocity = np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        velocity = mass * velocity - (1.0 - mass) * g
        x = x + step_size * velocity
    return x


@unflatten_optimizer
def rmsprop(
    grad: Gradient,
    x: Any,
    callback: Callback,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Any:
    """RMSprop (Tieleman & Hinton, 2012): steps divided by a running root mean square of the gradient, 1 at first."""
    mean_square = np.ones(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        mean_square = gamma * mean_square + (1.0 - gamma) * g**2
        x = x - step_size * g / (np.sqrt(mean_square) + eps)
    return x


@unflatten_optimizer
def adam(
    grad: Gradient,
    x: Any,
    callback: Callback,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    """Adam (Kingma & Ba, 2015, algorithm 1)."""
    first, second = np.zeros(len(x)), np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        first = b1 * first + (1.0 - b1) * g
        second = b2 * second + (1.0 - b2) * g**2
        mean, mean_square = first / (1.0 - b1 ** (i + 1)), second / (1.0 - b2 ** (i + 1))
        x = x - step_size * mean / (np.sqrt(mean_square) + eps)
    return x
