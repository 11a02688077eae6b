"""The mathematics of layers: the affine map, activations, softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import DTypeError, ShapeError, Tensor, ops
from nn.functional.arrays import Array, as_tensor


def linear(input: Array, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return ``x Wᵀ + b``: (..., in) and (out, in) to (..., out); `input` is cast to the dtype of `weight`."""
    x = input if isinstance(input, Tensor | np.ndarray) else Tensor(input)
    if x.dtype is not weight.dtype and x.dtype != weight.dtype:
        if x.dtype.kind not in "iufc":
            raise DTypeError(f"linear: input of dtype {x.dtype}; convert it to numbers with astype(float)")
        if x.dtype.kind == "c" and weight.dtype.kind != "c":
            raise DTypeError(
                f"linear: input of dtype {x.dtype} for a weight of dtype {weight.dtype}; take its real part"
            )
        x = x.astype(weight.dtype)
    try:
        return ops.linear.apply(x, weight, bias)
    except ShapeError:
        if x.shape[-1:] == weight.shape[-1:]:
            raise
        raise ShapeError(
            f"linear: expected a last axis of size {weight.shape[-1]} (weight {weight.shape}), got an input of shape "
            f"{x.shape}; reshape it to (examples, {weight.shape[-1]})"
        ) from None


def sigmoid(input: Array) -> Tensor:
    """Return ``1 / (1 + exp(-x))``, elementwise, without overflow."""
    return ops.sigmoid(as_tensor(input))


def tanh(input: Array) -> Tensor:
    """Return the hyperbolic tangent, elementwise."""
    x: Any = as_tensor(input)
    return np.tanh(x)


def relu(input: Array) -> Tensor:
    """Return ``max(0, x)``, elementwise; its derivative at 0 is 0 (1 in Skrede 2018; both are subgradients)."""
    return ops.relu.apply(as_tensor(input))


def leaky_relu(input: Array, negative_slope: float = 0.01) -> Tensor:
    """Return `x` where positive, else ``negative_slope * x``."""
    return ops.leaky_relu(as_tensor(input), negative_slope)


def elu(input: Array, alpha: float = 1.0) -> Tensor:
    """Return `x` where positive, else ``alpha * (exp(x) - 1)``."""
    return ops.elu(as_tensor(input), alpha)


def selu(input: Array) -> Tensor:
    """Return the self-normalising ELU (Klambauer et al. 2017)."""
    return ops.selu(as_tensor(input))


def softmax(input: Array, dim: int | None = None, *, axis: int | None = None) -> Tensor:
    """Return ``exp(x) / Σ exp(x)`` along `dim`, the last axis by default, without overflow."""
    return ops.softmax(as_tensor(input), one_axis(dim, axis))


def log_softmax(input: Array, dim: int | None = None, *, axis: int | None = None) -> Tensor:
    """Return the logarithm of the softmax along `dim`, the last axis by default, without overflow."""
    return ops.log_softmax(as_tensor(input), one_axis(dim, axis))


def one_axis(dim: int | None, axis: int | None) -> int:
    """Return the axis that torch's `dim` or NumPy's `axis` names; the last by default."""
    if dim is not None and axis is not None:
        raise TypeError(f"both dim={dim} and axis={axis} were given; they are two names for one thing")
    return dim if dim is not None else -1 if axis is None else axis
