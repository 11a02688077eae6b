"""Forward and backward of a recurrence ``h = tanh(w h + b)`` on single numbers, all three of which need gradients."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.works.task import Contestants, Task

H, W, B = 0.5, 0.9, 0.1


def by_hand(steps: int) -> Task:
    """Plain Python floats."""

    def run() -> tuple[float, float, float]:
        h, states = H, [H]
        for _ in range(steps):
            h = math.tanh(W * h + B)
            states.append(h)
        gh, gw, gb = 1.0, 0.0, 0.0
        for i in range(steps, 0, -1):
            h = states[i]
            gz = gh * (1 - h * h)
            gw += gz * states[i - 1]
            gb += gz
            gh = gz * W
        return gh, gw, gb

    return _task(run)


def chainrule(steps: int) -> Task:
    """Tensors of one number, operators and NumPy's tanh."""
    from autograd import Tensor

    def run() -> tuple[Any, Any, Any]:
        start, w, b = (Tensor(value, requires_grad=True) for value in (H, W, B))
        h: Any = start
        for _ in range(steps):
            h = np.tanh(w * h + b)
        h.backward()
        return start.grad, w.grad, b.grad

    return _task(run)


def torch(steps: int) -> Task:
    """PyTorch tensors of one number, eager."""
    import torch

    def run() -> tuple[Any, Any, Any]:
        start, w, b = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (H, W, B))
        h = start
        for _ in range(steps):
            h = torch.tanh(w * h + b)
        h.backward()
        return start.grad, w.grad, b.grad

    return _task(run)


def hips(steps: int) -> Task:
    """HIPS autograd on Python floats."""
    import autograd.numpy as anp
    from autograd import grad

    def function(h: Any, w: Any, b: Any) -> Any:
        for _ in range(steps):
            h = anp.tanh(w * h + b)
        return h

    gradient = grad(function, (0, 1, 2))
    return _task(lambda: gradient(H, W, B))


def mygrad(steps: int) -> Task:
    """MyGrad tensors of one number, with its guard of shared memory off, as it advises."""
    import mygrad as mg

    mg.turn_memory_guarding_off()

    def run() -> tuple[Any, Any, Any]:
        start, w, b = (mg.tensor(value) for value in (H, W, B))
        h = start
        for _ in range(steps):
            h = mg.tanh(w * h + b)
        h.backward()
        return start.grad, w.grad, b.grad

    return _task(run)


def micrograd(steps: int) -> Task:
    """micrograd's Values; its package has no tanh, so its author's lecture is followed: an operation of one's own.

    `backward` calls itself for each step of the chain, deeper than Python allows unless told.
    """
    from micrograd.engine import Value

    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10 * steps + 1000))

    def tanh(x: Any) -> Any:
        t = math.tanh(x.data)
        out = Value(t, (x,), "tanh")

        def backward() -> None:
            x.grad += (1 - t * t) * out.grad

        out._backward = backward
        return out

    def run() -> tuple[float, float, float]:
        start, w, b = Value(H), Value(W), Value(B)
        h = start
        for _ in range(steps):
            h = tanh(w * h + b)
        h.backward()
        return start.grad, w.grad, b.grad

    return _task(run)


CONTESTANTS: Contestants = {
    "numpy": by_hand,
    "chainrule": chainrule,
    "torch": torch,
    "hips": hips,
    "mygrad": mygrad,
    "micrograd": micrograd,
}


def _task(run: Callable[[], Any]) -> Task:
    return Task(run, lambda: [np.array([float(gradient) for gradient in run()])])
