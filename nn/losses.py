"""Losses as modules; the mathematics is in `nn.functional`, arguments and defaults are torch.nn's."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from autograd import Tensor
from nn import functional
from nn.functional.arrays import Array
from nn.functional.losses import Reduction
from nn.module import Module


class CrossEntropyLoss(Module):
    """Cross-entropy in nats of logits with integer labels or class probabilities; see `functional.cross_entropy`.

    Parameters
    ----------
    weight : (C,) float, optional
        A factor for each class.
    ignore_index : int
        A label whose examples count for nothing.
    reduction : "mean", "sum" or "none"
    label_smoothing : float in [0, 1]

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> float(nn.CrossEntropyLoss()(np.zeros((2, 4)), np.array([0, 3])))  # log 4
    1.38629436111989...
    """

    def __init__(
        self,
        weight: npt.ArrayLike | None = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        self.weight = weight
        self.ignore_index = ignore_index
        self.reduction: Reduction = reduction
        self.label_smoothing = label_smoothing

    def forward(self, input: Array, target: Array) -> Tensor:
        """Return the loss of logits (m, C) and labels (m,) or probabilities (m, C)."""
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class NLLLoss(Module):
    """Negative log-likelihood of integer labels under log-probabilities; see `functional.nll_loss`."""

    def __init__(
        self, weight: npt.ArrayLike | None = None, *, ignore_index: int = -100, reduction: Reduction = "mean"
    ) -> None:
        self.weight = weight
        self.ignore_index = ignore_index
        self.reduction: Reduction = reduction

    def forward(self, input: Array, target: npt.ArrayLike) -> Tensor:
        """Return the loss of log-probabilities (m, C) and labels (m,)."""
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class MSELoss(Module):
    """Mean squared error; see `functional.mse_loss`."""

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        self.reduction: Reduction = reduction

    def forward(self, input: Array, target: Array) -> Tensor:
        """Return the loss of two arrays of one shape."""
        return functional.mse_loss(input, target, reduction=self.reduction)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class KLDivLoss(Module):
    """Kullback-Leibler divergence of log-probabilities from target probabilities; see `functional.kl_div`."""

    def __init__(self, *, reduction: Any = "mean", log_target: bool = False) -> None:
        self.reduction = reduction
        self.log_target = log_target

    def forward(self, input: Array, target: Array) -> Tensor:
        """Return the divergence of two arrays of one shape."""
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}, log_target={self.log_target}"
