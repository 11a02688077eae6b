"""Whole matrices of derivatives, float64: the Hessian of a logistic loss, and the Jacobian of tanh(A x)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.works.task import Contestants, Task


def examples(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights, shape (size,), and twice as many examples as weights, each multiplied by its label ±1."""
    rng = np.random.default_rng(0)
    return rng.standard_normal(size), rng.standard_normal((2 * size, size)) / np.sqrt(size)


def hessian_by_hand(size: int) -> Task:
    """Plain NumPy: the mean of log(1 + exp(-m)) over margins m = X w has the Hessian Xᵀ diag(p (1 - p) / n) X."""
    w, x = examples(size)

    def run() -> np.ndarray:
        p = 1 / (1 + np.exp(x @ w))
        return (x.T * (p * (1 - p) / len(x))) @ x

    return _task(run)


def hessian_chainrule(size: int) -> Task:
    """`autograd.hessian`."""
    from autograd import hessian

    w, x = examples(size)
    function = hessian(lambda w: np.mean(np.logaddexp(0, -(x @ w))))
    return _task(lambda: function(w))


def hessian_torch(size: int) -> Task:
    """`torch.func.hessian`: forward over reverse mode, all columns at once."""
    import torch

    w, x = map(torch.from_numpy, examples(size))
    function = torch.func.hessian(lambda w: torch.nn.functional.softplus(-(x @ w)).mean())
    return _task(lambda: function(w))


def hessian_hips(size: int) -> Task:
    """HIPS autograd's `hessian`."""
    import autograd.numpy as anp
    from autograd import hessian

    w, x = examples(size)
    function = hessian(lambda w: anp.mean(anp.logaddexp(0, -anp.dot(x, w))))
    return _task(lambda: function(w))


def hessian_jax(size: int) -> Task:
    """`jax.hessian`, compiled."""
    import jax
    import jax.numpy as jnp

    w, x = map(jnp.asarray, examples(size))
    function = jax.jit(jax.hessian(lambda w: jnp.mean(jnp.logaddexp(0, -(x @ w)))))
    return _task(lambda: function(w).block_until_ready())


def matrix(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x, shape (size,), and A, shape (size, size)."""
    rng = np.random.default_rng(0)
    return rng.standard_normal(size), rng.standard_normal((size, size)) / np.sqrt(size)


def jacobian_by_hand(size: int) -> Task:
    """Plain NumPy: row i of A, times 1 - tanh²."""
    x, a = matrix(size)

    def run() -> np.ndarray:
        y = np.tanh(a @ x)
        return (1 - y * y)[:, None] * a

    return _task(run)


def jacobian_chainrule(size: int) -> Task:
    """`autograd.jacobian`."""
    from autograd import jacobian

    x, a = matrix(size)
    function = jacobian(lambda x: np.tanh(a @ x))
    return _task(lambda: function(x))


def jacobian_torch(size: int) -> Task:
    """`torch.func.jacrev`."""
    import torch

    x, a = map(torch.from_numpy, matrix(size))
    function = torch.func.jacrev(lambda x: torch.tanh(a @ x))
    return _task(lambda: function(x))


def jacobian_hips(size: int) -> Task:
    """HIPS autograd's `jacobian`."""
    import autograd.numpy as anp
    from autograd import jacobian

    x, a = matrix(size)
    function = jacobian(lambda x: anp.tanh(anp.dot(a, x)))
    return _task(lambda: function(x))


def jacobian_jax(size: int) -> Task:
    """`jax.jacrev`, compiled."""
    import jax
    import jax.numpy as jnp

    x, a = map(jnp.asarray, matrix(size))
    function = jax.jit(jax.jacrev(lambda x: jnp.tanh(a @ x)))
    return _task(lambda: function(x).block_until_ready())


HESSIAN: Contestants = {
    "numpy": hessian_by_hand,
    "chainrule": hessian_chainrule,
    "torch": hessian_torch,
    "hips": hessian_hips,
    "jax": hessian_jax,
}
JACOBIAN: Contestants = {
    "numpy": jacobian_by_hand,
    "chainrule": jacobian_chainrule,
    "torch": jacobian_torch,
    "hips": jacobian_hips,
    "jax": jacobian_jax,
}


def _task(run: Callable[[], Any]) -> Task:
    return Task(run, lambda: [np.array(run())])
