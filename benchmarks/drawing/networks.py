"""What is drawn: networks with a loss, written once for `nn` and for `torch.nn`, which have the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

BATCH = 5


class Network(NamedTuple):
    """A title, and the sizes of the input and of the output."""

    title: str
    inputs: int
    classes: int


NETWORKS = {
    "mlp": Network("MLP 4-8-3, tanh", 4, 3),
    "classifier": Network("classifier 784-128-10, ReLU", 784, 10),
    "deep": Network("48 blocks of Linear and ReLU", 16, 3),
    "residual": Network("12 residual blocks", 16, 3),
}
# A NaN arises in the forward pass, of a negative number's logarithm; or only in the backward pass, of √0² as 0 · ∞.
BROKEN = {"nan forward": Network("log", 4, 3), "nan backward": Network("sqrt", 4, 3)}


def build(name: str, nn: Any, functions: Any) -> Any:
    """Return a network of the modules in `nn`; `functions` has ``log`` and the like for its tensors."""

    class Residual(nn.Module):  # type: ignore[misc]  # a base class that is given
        def __init__(self, width: int) -> None:
            super().__init__()
            self.first = nn.Linear(width, width)
            self.tanh = nn.Tanh()
            self.second = nn.Linear(width, width)

        def forward(self, x: Any) -> Any:
            return x + self.second(self.tanh(self.first(x)))

    class Broken(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(4, 8)
            self.outer = nn.Linear(8, 3)

        def forward(self, x: Any) -> Any:
            hidden = self.inner(x)
            if name == "nan forward":
                return self.outer(functions.log(hidden))
            return self.outer(functions.sqrt(functions.square(hidden * 0.0)))

    if name == "mlp":
        return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    if name == "classifier":
        return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    if name == "deep":
        return nn.Sequential(*(nn.Sequential(nn.Linear(16, 16), nn.ReLU()) for _ in range(48)), nn.Linear(16, 3))
    if name == "residual":
        return nn.Sequential(*(Residual(16) for _ in range(12)), nn.Linear(16, 3))
    return Broken()


def data(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs, shape (5, inputs) float32, and labels, shape (5,) int64."""
    network, rng = (NETWORKS | BROKEN)[name], np.random.default_rng(0)
    return rng.standard_normal((BATCH, network.inputs), np.float32), rng.integers(0, network.classes, BATCH)


def weights(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Return parameters of these shapes, float32: normal, of variance 1/fan-in as far as there is one."""
    rng = np.random.default_rng(1)
    return {name: (rng.standard_normal(shape) * shape[-1] ** -0.5).astype(np.float32) for name, shape in shapes.items()}


def truth() -> tuple[float, list[np.ndarray]]:
    """Return the loss of "mlp", and its gradients by the results of the three layers, computed by hand."""
    x, labels = data("mlp")
    shapes = {"0.weight": (8, 4), "0.bias": (8,), "2.weight": (3, 8), "2.bias": (3,)}
    w1, b1, w2, b2 = weights(shapes).values()
    hidden = np.tanh(x @ w1.T + b1)
    logits = hidden @ w2.T + b2
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(BATCH), labels]).mean()
    by_logits = (p - np.eye(3)[labels]) / BATCH
    by_hidden = by_logits @ w2
    return float(loss), [by_hidden * (1 - hidden**2), by_hidden, by_logits]
