"""Time work on the library against the same mathematics written by hand in NumPy, interleaved in one process.

One thread, float32 networks, the public API as a user would write it. Each round times every contestant once, in
alternation, so that a slow moment of the machine hits both; what counts is the median and the ratio of medians.
"""

from __future__ import annotations

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"  # before NumPy is imported

import itertools
import platform
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import nn
from autograd import Tensor

LR = 0.01


def network_step(sizes: tuple[int, ...], batch: int) -> Callable[[], Any]:
    """Return a training step of a ReLU network with softmax, cross-entropy and SGD."""
    x, labels = _data(sizes, batch)
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out, rng=0), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    loss_function = nn.CrossEntropyLoss()
    optimizer = nn.optim.SGD(model.parameters(), lr=LR)

    def step() -> float:
        optimizer.zero_grad()
        loss = loss_function(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def network_step_by_hand(sizes: tuple[int, ...], batch: int) -> Callable[[], Any]:
    """Return the same step in plain NumPy."""
    x, labels = _data(sizes, batch)
    layers = [nn.Linear(a, b, rng=0) for a, b in itertools.pairwise(sizes)]
    weights = [layer.weight.data for layer in layers]
    biases = [layer.bias.data for layer in layers if layer.bias is not None]
    rows = np.arange(batch)
    last = len(weights) - 1

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

    return step


def chain(length: int, size: int) -> Callable[[], Any]:
    """Return forward and backward of `length` times tanh, multiplication and addition."""
    x, w, b = _vectors(size)
    variable = Tensor(x, requires_grad=True)

    def run() -> np.ndarray | None:
        variable.grad = None
        y = variable
        for _ in range(length):
            y = np.tanh(y) * w + b
        y.sum().backward()
        return variable.grad

    return run


def chain_by_hand(length: int, size: int) -> Callable[[], Any]:
    """Return the same in plain NumPy."""
    x, w, b = _vectors(size)

    def run() -> np.ndarray:
        y, saved = x, []
        for _ in range(length):
            t = np.tanh(y)
            saved.append(t)
            y = t * w + b
        y.sum()
        g = np.ones_like(y)
        for t in reversed(saved):
            g = g * w
            g = g * (1 - t * t)
        return g

    return run


WORKS: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...], int]] = {
    "MLP 64-64-10, batch 64, step": (network_step, network_step_by_hand, ((64, 64, 10), 64), 300),
    "MLP 784-128-10, batch 64, step": (network_step, network_step_by_hand, ((784, 128, 10), 64), 150),
    "200 x (tanh, x, +) on 16 numbers": (chain, chain_by_hand, (200, 16), 150),
}


def compare(ours: Callable[[], Any], hand: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Return the median seconds of both, timed in alternation."""
    for _ in range(5):
        np.testing.assert_allclose(ours(), hand(), rtol=1e-4)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, record in zip((ours, hand), times, strict=True):
            start = time.perf_counter()
            work()
            record.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> None:
    """Print the table."""
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, {platform.machine()}, one thread, medians")
    print(f"{'work':34} {'chainrule':>12} {'NumPy by hand':>14} {'ratio':>6}")
    for name, (ours, hand, arguments, rounds) in WORKS.items():
        mine, theirs = compare(ours(*arguments), hand(*arguments), rounds)
        print(f"{name:34} {mine * 1e6:9.1f} us {theirs * 1e6:11.1f} us {mine / theirs:6.2f}")


def _data(sizes: tuple[int, ...], batch: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((batch, sizes[0]), np.float32), rng.integers(0, sizes[-1], batch)


def _vectors(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal(size), rng.standard_normal(size), rng.standard_normal(size)


if __name__ == "__main__":
    main()
