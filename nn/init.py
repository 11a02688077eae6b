"""Initial values of weights: pure functions of a generator and a shape.

A weight has shape ``(fan_out, fan_in)``. Each scheme keeps the variance of what flows through a layer near 1 for one
kind of activation; uniform and normal variants have the same variance.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from nn.random import generator

Rng = np.random.Generator | int | None


def uniform(rng: Rng, shape: tuple[int, ...], bound: float, dtype: npt.DTypeLike = np.float32) -> np.ndarray:
    """Return values uniform in [-bound, bound)."""
    return generator(rng).uniform(-bound, bound, shape).astype(dtype)


def normal(rng: Rng, shape: tuple[int, ...], std: float, dtype: npt.DTypeLike = np.float32) -> np.ndarray:
    """Return normal values of mean 0 and standard deviation `std`."""
    return generator(rng).normal(0.0, std, shape).astype(dtype)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return (fan_in, fan_out) of a weight of `shape`: how many inputs an output has, and outputs an input.

    Examples
    --------
    >>> from nn import init
    >>> init.fans((10, 64))
    (64, 10)
    """
    if len(shape) < 2:
        raise ValueError(f"init: a weight of shape {shape} has no fan-in and fan-out; it needs two axes or more")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def he_uniform(
    rng: Rng, shape: tuple[int, ...], negative_slope: float = 0.0, dtype: npt.DTypeLike = np.float32
) -> np.ndarray:
    """Return uniform values of variance 2 / ((1 + a²) fan_in), for (leaky) ReLU (He et al. 2015, equations 10, 14)."""
    return uniform(rng, shape, math.sqrt(3 * _he_variance(shape, negative_slope)), dtype)


def he_normal(
    rng: Rng, shape: tuple[int, ...], negative_slope: float = 0.0, dtype: npt.DTypeLike = np.float32
) -> np.ndarray:
    """Return normal values of variance 2 / ((1 + a²) fan_in), for (leaky) ReLU (He et al. 2015, equations 10, 14).

    Examples
    --------
    >>> from nn import init
    >>> round(float(init.he_normal(0, (200, 50)).std() ** 2 * 50), 1)
    2.0
    """
    return normal(rng, shape, math.sqrt(_he_variance(shape, negative_slope)), dtype)


def glorot_uniform(
    rng: Rng, shape: tuple[int, ...], gain: float = 1.0, dtype: npt.DTypeLike = np.float32
) -> np.ndarray:
    """Return uniform values of variance 2 gain² / (fan_in + fan_out), for tanh (Glorot & Bengio 2010, equation 16)."""
    return uniform(rng, shape, gain * math.sqrt(6 / sum(fans(shape))), dtype)


def glorot_normal(rng: Rng, shape: tuple[int, ...], gain: float = 1.0, dtype: npt.DTypeLike = np.float32) -> np.ndarray:
    """Return normal values of variance 2 gain² / (fan_in + fan_out), for tanh (Glorot & Bengio 2010, equation 12)."""
    return normal(rng, shape, gain * math.sqrt(2 / sum(fans(shape))), dtype)


def lecun_uniform(rng: Rng, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> np.ndarray:
    """Return uniform values of variance 1 / fan_in, for SELU (LeCun et al. 1998, equation 16)."""
    return uniform(rng, shape, math.sqrt(3 / fans(shape)[0]), dtype)


def lecun_normal(rng: Rng, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> np.ndarray:
    """Return normal values of variance 1 / fan_in, for SELU (LeCun et al. 1998, equation 16)."""
    return normal(rng, shape, math.sqrt(1 / fans(shape)[0]), dtype)


def _he_variance(shape: tuple[int, ...], negative_slope: float) -> float:
    return 2 / ((1 + negative_slope**2) * fans(shape)[0])
