"""The activations of the lectures as modules; the mathematics is in `nn.functional`."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.functional.layers import one_axis
from nn.module import Module


class Sigmoid(Module):
    """``1 / (1 + exp(-x))``, elementwise."""

    def forward(self, x: Any) -> Any:
        return functional.sigmoid(x)


class Tanh(Module):
    """The hyperbolic tangent, elementwise."""

    def forward(self, x: Any) -> Any:
        return functional.tanh(x)


class ReLU(Module):
    """``max(0, x)``, elementwise; its derivative at 0 is 0."""

    def forward(self, x: Any) -> Any:
        return functional.relu(x)


class LeakyReLU(Module):
    """`x` where positive, else ``negative_slope * x``."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return functional.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """`x` where positive, else ``alpha * (exp(x) - 1)``."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return functional.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    """The self-normalising ELU (Klambauer et al. 2017)."""

    def forward(self, x: Any) -> Any:
        return functional.selu(x)


class Softmax(Module):
    """``exp(x) / Σ exp(x)`` along `dim`, the last axis by default."""

    def __init__(self, dim: int | None = None, *, axis: int | None = None) -> None:
        self.axis = one_axis(dim, axis)

    def forward(self, x: Any) -> Any:
        return functional.softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"dim={self.axis}"


class LogSoftmax(Softmax):
    """The logarithm of the softmax along `dim`, computed without overflow."""

    def forward(self, x: Any) -> Any:
        return functional.log_softmax(x, self.axis)
