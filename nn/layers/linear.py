"""The affine map."""

from __future__ import annotations

import math
import operator

import numpy as np
import numpy.typing as npt

from autograd import Tensor
from nn import functional, init
from nn.module import Module
from nn.parameter import Parameter
from nn.random import generator


class Linear(Module):
    """``y = x Wᵀ + b``, a row an example (Dey, equation 1).

    Parameters
    ----------
    in_features, out_features : int
        Sizes of the last axis of the input and of the output.
    bias : bool
        Whether there is a `b`.
    dtype : dtype
        Of the parameters; an input of another real dtype is cast to it.
    rng : numpy.random.Generator, int or None
        Where the initial values come from; None for the generator that `nn.seed` seeds.

    Attributes
    ----------
    weight : Parameter of shape (out_features, in_features)
    bias : Parameter of shape (out_features,), or None
        Both start uniform in ±1/√in_features, as torch's.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> nn.Linear(3, 2, rng=0)(np.zeros((5, 3))).shape
    (5, 2)
    """

    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: np.random.Generator | int | None = None,
    ) -> None:
        self.in_features = _positive("in_features", in_features)
        self.out_features = _positive("out_features", out_features)
        rng = generator(rng)  # one generator for both: a seed would give the bias the weight's first values
        bound = 1 / math.sqrt(self.in_features)
        self.weight = Parameter(init.uniform(rng, (self.out_features, self.in_features), bound, dtype), dtype=dtype)
        self.bias = Parameter(init.uniform(rng, (self.out_features,), bound, dtype), dtype=dtype) if bias else None

    def forward(self, x: npt.ArrayLike | Tensor) -> Tensor:
        """Map an input of shape (..., in_features) to (..., out_features)."""
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


def _positive(name: str, size: int) -> int:
    try:
        size = operator.index(size)
    except TypeError:
        raise ValueError(f"Linear: {name} must be a positive integer, got {size!r}") from None
    if size < 1:
        raise ValueError(f"Linear: {name} must be a positive integer, got {size}")
    return size
