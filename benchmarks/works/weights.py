"""Derivatives of a network's loss in all its weights, beyond a gradient; one hidden ReLU layer, float32.

The product of the Hessian with a vector, and the gradient of every example of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from benchmarks.works.networks import Sizes, data, start
from benchmarks.works.task import Contestants, Task


def vectors(sizes: Sizes) -> list[np.ndarray]:
    """Return a direction for every parameter, of its shape."""
    rng = np.random.default_rng(2)
    return [rng.standard_normal(parameter.shape, np.float32) for parameter in start(sizes)]


def hvp_by_hand(sizes: Sizes, batch: int) -> Task:
    """Plain NumPy: differentiate forward and backward along the vector (Pearlmutter 1994); R marks derivatives."""
    x, labels = data(sizes, batch)
    w1, b1, w2, b2 = start(sizes)
    v1, c1, v2, c2 = vectors(sizes)
    rows = np.arange(batch)

    def run() -> list[np.ndarray]:
        z = x @ w1.T + b1
        active = z > 0
        a = z * active
        r_a = (x @ v1.T + c1) * active
        logits = a @ w2.T + b2
        r_logits = r_a @ w2.T + a @ v2.T + c2
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        r_g = p * (r_logits - (p * r_logits).sum(axis=1, keepdims=True)) / batch
        g = p
        g[rows, labels] -= 1
        g /= batch
        r_gz = (r_g @ w2 + g @ v2) * active
        return [r_gz.T @ x, r_gz.sum(axis=0), r_g.T @ a + g.T @ r_a, r_g.sum(axis=0)]

    return _task(run)


def hvp_chainrule(sizes: Sizes, batch: int) -> Task:
    """`autograd.hvp`."""
    from autograd import hvp
    from nn import functional

    x, labels = data(sizes, batch)
    parameters, directions = start(sizes), vectors(sizes)

    def loss_function(parameters: list[Any]) -> Any:
        w1, b1, w2, b2 = parameters
        hidden = functional.relu(functional.linear(x, w1, b1))
        return functional.cross_entropy(functional.linear(hidden, w2, b2), labels)

    product = hvp(loss_function)
    return _task(lambda: product(parameters, directions))


def hvp_torch(sizes: Sizes, batch: int) -> Task:
    """`torch.func`: the gradient's directional derivative, forward over reverse mode."""
    import torch
    from torch.nn import functional

    x, labels = map(torch.from_numpy, data(sizes, batch))
    parameters = [torch.from_numpy(value) for value in start(sizes)]
    directions = [torch.from_numpy(value) for value in vectors(sizes)]

    def loss_function(parameters: list[Any]) -> Any:
        w1, b1, w2, b2 = parameters
        hidden = functional.relu(functional.linear(x, w1, b1))
        return functional.cross_entropy(functional.linear(hidden, w2, b2), labels)

    gradient = torch.func.grad(loss_function)
    return _task(lambda: torch.func.jvp(gradient, (parameters,), (directions,))[1])


def hvp_hips(sizes: Sizes, batch: int) -> Task:
    """HIPS autograd's `make_hvp`: reverse over reverse mode."""
    import autograd.numpy as anp
    from autograd.differential_operators import make_hvp

    x, labels = data(sizes, batch)
    parameters, directions = start(sizes), vectors(sizes)
    rows = np.arange(batch)

    def loss_function(parameters: list[Any]) -> Any:
        w1, b1, w2, b2 = parameters
        logits = anp.dot(anp.maximum(anp.dot(x, w1.T) + b1, 0), w2.T) + b2
        shifted = logits - anp.max(logits, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(shifted), axis=1)) - shifted[rows, labels])

    return _task(lambda: make_hvp(loss_function)(parameters)[0](directions))


def hvp_jax(sizes: Sizes, batch: int) -> Task:
    """JAX, compiled: the gradient's directional derivative."""
    import jax
    import jax.numpy as jnp

    x, labels = map(jnp.asarray, data(sizes, batch))
    parameters = [jnp.asarray(value) for value in start(sizes)]
    directions = [jnp.asarray(value) for value in vectors(sizes)]

    def loss_function(parameters: list[Any]) -> Any:
        w1, b1, w2, b2 = parameters
        logits = jax.nn.relu(x @ w1.T + b1) @ w2.T + b2
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))

    gradient = jax.grad(loss_function)
    product = jax.jit(lambda parameters, directions: jax.jvp(gradient, (parameters,), (directions,))[1])
    return _task(lambda: jax.block_until_ready(product(parameters, directions)))


def per_example_by_hand(sizes: Sizes, batch: int) -> Task:
    """Plain NumPy: the outer products that a step would sum over the batch."""
    x, labels = data(sizes, batch)
    w1, b1, w2, b2 = start(sizes)
    rows = np.arange(batch)

    def run() -> list[np.ndarray]:
        a = np.maximum(x @ w1.T + b1, 0)
        logits = a @ w2.T + b2
        g = np.exp(logits - logits.max(axis=1, keepdims=True))
        g /= g.sum(axis=1, keepdims=True)
        g[rows, labels] -= 1
        gz = (g @ w2) * (a > 0)
        return [gz[:, :, None] * x[:, None], gz, g[:, :, None] * a[:, None], g]

    return _task(run)


def per_example_chainrule(sizes: Sizes, batch: int) -> Task:
    """One gradient of the summed loss, in a copy of the weights for every example."""
    from autograd import grad
    from nn import functional

    x, labels = data(sizes, batch)
    parameters = start(sizes)

    def loss_function(copies: list[Any]) -> Any:
        w1, b1, w2, b2 = copies
        hidden = functional.relu(np.einsum("noi,ni->no", w1, x) + b1)
        return functional.cross_entropy(np.einsum("noi,ni->no", w2, hidden) + b2, labels, reduction="sum")

    gradient = grad(loss_function)
    return _task(lambda: gradient([np.broadcast_to(value, (batch, *value.shape)) for value in parameters]))


def per_example_torch(sizes: Sizes, batch: int) -> Task:
    """`torch.func`: vmap of grad."""
    import torch
    from torch.nn import functional

    x, labels = map(torch.from_numpy, data(sizes, batch))
    parameters = [torch.from_numpy(value) for value in start(sizes)]

    def loss_function(parameters: list[Any], x: Any, label: Any) -> Any:
        w1, b1, w2, b2 = parameters
        hidden = functional.relu(functional.linear(x, w1, b1))
        return functional.cross_entropy(functional.linear(hidden, w2, b2), label)

    gradients = torch.func.vmap(torch.func.grad(loss_function), in_dims=(None, 0, 0))
    return _task(lambda: gradients(parameters, x, labels))


def per_example_hips(sizes: Sizes, batch: int) -> Task:
    """HIPS autograd: one gradient of the summed loss, in a copy of the weights for every example."""
    import autograd.numpy as anp
    from autograd import grad

    x, labels = data(sizes, batch)
    parameters = start(sizes)
    rows = np.arange(batch)

    def loss_function(copies: list[Any]) -> Any:
        w1, b1, w2, b2 = copies
        hidden = anp.maximum(anp.einsum("noi,ni->no", w1, x) + b1, 0)
        logits = anp.einsum("noi,ni->no", w2, hidden) + b2
        shifted = logits - anp.max(logits, axis=1, keepdims=True)
        return anp.sum(anp.log(anp.sum(anp.exp(shifted), axis=1)) - shifted[rows, labels])

    gradient = grad(loss_function)
    return _task(lambda: gradient([np.broadcast_to(value, (batch, *value.shape)) for value in parameters]))


def per_example_mygrad(sizes: Sizes, batch: int) -> Task:
    """MyGrad: one gradient of the summed loss, in a copy of the weights for every example; its guard is off."""
    import mygrad as mg
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    mg.turn_memory_guarding_off()
    x, labels = data(sizes, batch)
    parameters = start(sizes)

    def run() -> list[Any]:
        copies = [mg.tensor(np.broadcast_to(value, (batch, *value.shape)), copy=False) for value in parameters]
        w1, b1, w2, b2 = copies
        hidden = relu(mg.einsum("noi,ni->no", w1, x) + b1)
        loss = softmax_crossentropy(mg.einsum("noi,ni->no", w2, hidden) + b2, labels) * batch
        loss.backward()
        return [copy.grad for copy in copies]

    return _task(run)


def per_example_jax(sizes: Sizes, batch: int) -> Task:
    """JAX, compiled: vmap of grad."""
    import jax
    import jax.numpy as jnp

    x, labels = map(jnp.asarray, data(sizes, batch))
    parameters = [jnp.asarray(value) for value in start(sizes)]

    def loss_function(parameters: list[Any], x: Any, label: Any) -> Any:
        w1, b1, w2, b2 = parameters
        return -jax.nn.log_softmax(w2 @ jax.nn.relu(w1 @ x + b1) + b2)[label]

    gradients = jax.jit(jax.vmap(jax.grad(loss_function), in_axes=(None, 0, 0)))
    return _task(lambda: jax.block_until_ready(gradients(parameters, x, labels)))


HVP: Contestants = {
    "numpy": hvp_by_hand,
    "chainrule": hvp_chainrule,
    "torch": hvp_torch,
    "hips": hvp_hips,
    "jax": hvp_jax,
}
PER_EXAMPLE: Contestants = {
    "numpy": per_example_by_hand,
    "chainrule": per_example_chainrule,
    "torch": per_example_torch,
    "hips": per_example_hips,
    "mygrad": per_example_mygrad,
    "jax": per_example_jax,
}


def _task(run: Callable[[], Iterable[Any]]) -> Task:
    return Task(run, lambda: [np.array(value) for value in run()])
