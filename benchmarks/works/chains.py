"""Forward and backward of a long chain of tanh, multiplication and addition; float64.

Only the start of the chain needs a gradient; the factors and the summands are constants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.works.task import Contestants, Task


def data(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the start, the factors and the summands, each of shape (size,)."""
    rng = np.random.default_rng(0)
    return rng.standard_normal(size), rng.standard_normal(size), rng.standard_normal(size)


def by_hand(length: int, size: int) -> Task:
    """Plain NumPy, in place where that is possible."""
    x, w, b = data(size)

    def run() -> np.ndarray:
        y, saved = x, []
        for _ in range(length):
            t = np.tanh(y)
            saved.append(t)
            y = t * w
            y += b
        y.sum()
        g = np.ones_like(y)
        for t in reversed(saved):
            g *= w
            t *= t
            np.subtract(1, t, out=t)
            g *= t
        return g

    return _task(run)


def chainrule(length: int, size: int) -> Task:
    """A Tensor, NumPy's own functions and `backward`."""
    from autograd import Tensor

    x, w, b = data(size)
    start = Tensor(x, requires_grad=True)

    def run() -> np.ndarray | None:
        start.grad = None
        y = start
        for _ in range(length):
            y = np.tanh(y) * w + b
        y.sum().backward()
        return start.grad

    return _task(run)


def torch(length: int, size: int) -> Task:
    """PyTorch, eager."""
    import torch

    x, w, b = map(torch.from_numpy, data(size))
    x.requires_grad_()

    def run() -> Any:
        x.grad = None
        y = x
        for _ in range(length):
            y = torch.tanh(y) * w + b
        y.sum().backward()
        return x.grad

    return _task(run)


def hips(length: int, size: int) -> Task:
    """HIPS autograd."""
    import autograd.numpy as anp
    from autograd import grad

    x, w, b = data(size)

    def function(y: Any) -> Any:
        for _ in range(length):
            y = anp.tanh(y) * w + b
        return anp.sum(y)

    gradient = grad(function)
    return _task(lambda: gradient(x))


def mygrad(length: int, size: int) -> Task:
    """MyGrad, with its guard of shared memory off, as it advises."""
    import mygrad as mg

    mg.turn_memory_guarding_off()
    x, w, b = data(size)
    start = mg.tensor(x)

    def run() -> Any:
        start.null_grad()
        y = start
        for _ in range(length):
            y = mg.tanh(y) * w + b
        y.sum().backward()
        return start.grad

    return _task(run)


def jax(length: int, size: int) -> Task:
    """JAX, compiled."""
    import jax
    import jax.numpy as jnp

    x, w, b = map(jnp.asarray, data(size))

    def function(y: Any) -> Any:
        for _ in range(length):
            y = jnp.tanh(y) * w + b
        return jnp.sum(y)

    gradient = jax.jit(jax.grad(function))
    return _task(lambda: gradient(x).block_until_ready())


CONTESTANTS: Contestants = {
    "numpy": by_hand,
    "chainrule": chainrule,
    "torch": torch,
    "hips": hips,
    "mygrad": mygrad,
    "jax": jax,
}


def _task(run: Callable[[], Any]) -> Task:
    return Task(run, lambda: [np.array(run())])
