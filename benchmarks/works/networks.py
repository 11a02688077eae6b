"""A training step: Linear and ReLU layers, softmax, cross-entropy, plain SGD, and the loss read; float32."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from benchmarks.works.task import Contestants, Task

LR = 0.01
STEPS = 3  # after which every contestant must have the same loss and the same weights

Sizes = tuple[int, ...]


def data(sizes: Sizes, batch: int) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs, shape (batch, sizes[0]) float32, and labels, shape (batch,) int64."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((batch, sizes[0]), np.float32), rng.integers(0, sizes[-1], batch)


def start(sizes: Sizes) -> list[np.ndarray]:
    """Return the parameters to start from: for each layer a weight, shape (out, in), and a bias; float32."""
    rng = np.random.default_rng(1)
    parameters = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        bound = fan_in**-0.5
        for shape in ((fan_out, fan_in), (fan_out,)):
            parameters.append(rng.uniform(-bound, bound, shape).astype(np.float32))
    return parameters


def state(sizes: Sizes) -> dict[str, np.ndarray]:
    """Return `start` under the names that a Sequential of alternating Linear and ReLU gives them."""
    names = [f"{2 * layer}.{name}" for layer in range(len(sizes) - 1) for name in ("weight", "bias")]
    return dict(zip(names, start(sizes), strict=True))


def by_hand(sizes: Sizes, batch: int) -> Task:
    """Plain NumPy."""
    x, labels = data(sizes, batch)
    parameters = start(sizes)
    weights, biases = parameters[::2], parameters[1::2]
    rows, last = np.arange(batch), len(weights) - 1

    def step() -> float:
        activations = [x]
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            z = activations[-1] @ w.T
            z += b
            activations.append(z if i == last else np.maximum(z, 0))
        logits = activations.pop()
        shifted = logits - logits.max(axis=1, keepdims=True)
        p = np.exp(shifted)
        total = p.sum(axis=1, keepdims=True)
        loss = float((np.log(total[:, 0]) - shifted[rows, labels]).mean())
        p /= total
        p[rows, labels] -= 1
        p /= batch
        g = p
        for i in range(last, -1, -1):
            a, w, b = activations[i], weights[i], biases[i]
            gw, gb = g.T @ a, g.sum(axis=0)
            if i:
                g = (g @ w) * (a > 0)
            gw *= LR
            gb *= LR
            w -= gw
            b -= gb
        return loss

    return _task(step, lambda: parameters)


def chainrule(sizes: Sizes, batch: int) -> Task:
    """`nn`, with modules and an optimiser."""
    import nn

    x, labels = data(sizes, batch)
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    model.load_state_dict(state(sizes))
    loss_function = nn.CrossEntropyLoss()
    optimizer = nn.optim.SGD(model.parameters(), lr=LR)

    def step() -> float:
        optimizer.zero_grad()
        loss = loss_function(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return _task(step, lambda: [parameter.data for parameter in model.parameters()])


def torch(sizes: Sizes, batch: int) -> Task:
    """PyTorch, eager, with modules and an optimiser."""
    import torch
    from torch import nn

    x, labels = map(torch.from_numpy, data(sizes, batch))
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state(sizes).items()})
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)

    def step() -> float:
        optimizer.zero_grad()
        loss = loss_function(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return _task(step, lambda: [parameter.detach().numpy() for parameter in model.parameters()])


def hips(sizes: Sizes, batch: int) -> Task:
    """HIPS autograd: a loss of a list of arrays."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    x, labels = data(sizes, batch)
    parameters = start(sizes)
    rows = np.arange(batch)

    def loss_function(parameters: list[Any]) -> Any:
        a = x
        for w, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            a = anp.maximum(anp.dot(a, w.T) + b, 0)
        logits = anp.dot(a, parameters[-2].T) + parameters[-1]
        shifted = logits - anp.max(logits, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(shifted), axis=1)) - shifted[rows, labels])

    loss_and_gradients = value_and_grad(loss_function)

    def step() -> float:
        loss, gradients = loss_and_gradients(parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= LR * gradient
        return float(loss)

    return _task(step, lambda: parameters)


def mygrad(sizes: Sizes, batch: int) -> Task:
    """MyGrad, with its own softmax cross-entropy and ReLU, and its guard of shared memory off, as it advises."""
    import mygrad as mg
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    mg.turn_memory_guarding_off()
    x, labels = data(sizes, batch)
    parameters = [mg.tensor(value) for value in start(sizes)]

    def step() -> float:
        a: Any = x
        for w, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            a = relu(mg.matmul(a, w.T) + b)
        loss = softmax_crossentropy(mg.matmul(a, parameters[-2].T) + parameters[-1], labels)
        loss.backward()
        for parameter in parameters:
            parameter.data -= LR * parameter.grad
            parameter.null_grad()
        return loss.item()

    return _task(step, lambda: [parameter.data for parameter in parameters])


def jax(sizes: Sizes, batch: int) -> Task:
    """JAX: the whole step compiled as one function."""
    import jax
    import jax.numpy as jnp

    x, labels = map(jnp.asarray, data(sizes, batch))
    parameters = [jnp.asarray(value) for value in start(sizes)]

    def loss_function(parameters: list[Any]) -> Any:
        a = x
        for w, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            a = jax.nn.relu(a @ w.T + b)
        logits = a @ parameters[-2].T + parameters[-1]
        picked = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
        return -jnp.mean(picked)

    @jax.jit
    def update(parameters: list[Any]) -> tuple[Any, list[Any]]:
        loss, gradients = jax.value_and_grad(loss_function)(parameters)
        return loss, [parameter - LR * gradient for parameter, gradient in zip(parameters, gradients, strict=True)]

    def step() -> float:
        nonlocal parameters
        loss, parameters = jax.block_until_ready(update(parameters))
        return float(loss)

    return _task(step, lambda: parameters)


CONTESTANTS: Contestants = {
    "numpy": by_hand,
    "chainrule": chainrule,
    "torch": torch,
    "hips": hips,
    "mygrad": mygrad,
    "jax": jax,
}


def _task(step: Callable[[], float], parameters: Callable[[], Iterable[Any]]) -> Task:
    def answer() -> list[np.ndarray]:
        losses = [step() for _ in range(STEPS)]
        return [np.array(losses), *(np.array(parameter) for parameter in parameters())]

    return Task(step, answer)
