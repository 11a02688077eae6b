"""Losses, in nats where they have a logarithm. None broadcasts its arguments against each other."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from autograd import ShapeError, Tensor, ops
from nn.functional.arrays import Array, as_tensor
from nn.functional.labels import (
    checked_labels,
    class_axis_last,
    class_count,
    class_factors,
    total_weight,
    without_class_axis,
)

Reduction = Literal["none", "mean", "sum"]


def cross_entropy(
    input: Array,
    target: Array,
    weight: npt.ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the cross-entropy -Σ_c t_c log softmax(input)_c in nats (Skrede 2018, equations 9 and 10).

    Parameters
    ----------
    input : (m, C), (C,) or (m, C, d1, ...) float
        Logits.
    target : (m,), () or (m, d1, ...) int, or the shape of `input` float
        Labels in [0, C), or class probabilities, in which the loss is differentiable too.
    weight : (C,) float, optional
        A factor for each class.
    ignore_index : int
        A label whose examples count for nothing.
    reduction : "mean", "sum" or "none"
        The mean divides by the sum of the weights of the labels (by the number of examples for probabilities).
    label_smoothing : float in [0, 1]
        How much of each target is spread evenly over the classes.

    Returns
    -------
    Tensor
        A scalar, or for "none" a loss an example.

    Raises
    ------
    ShapeError, DTypeError, ValueError
        If shapes do not fit, labels are not integers or out of range, or nothing is left to average.

    Notes
    -----
    Targets need not sum to 1. The gradient of an example's loss in the logits is softmax(input) Σ_c t_c - t (Dey,
    equation 19), and in t it is -log softmax(input) (Johnson 2014, section 3). The cross-entropy of two distributions,
    with its gradient -q/p in the second, is ``-np.sum(q * np.log(p))``.

    Examples
    --------
    >>> import numpy as np
    >>> from nn import functional
    >>> float(functional.cross_entropy(np.zeros((2, 4)), np.array([0, 3])))  # log 4
    1.38629436111989...
    """
    _check_reduction("cross_entropy", reduction)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy: label_smoothing must be in [0, 1], got {label_smoothing}")
    logits = as_tensor(input)
    target = target if isinstance(target, Tensor) else np.asarray(target)
    shape = logits.shape
    classes = class_count("cross_entropy", shape)
    rows = logits if len(shape) == 2 else class_axis_last(logits)
    if target.shape == shape and target.dtype.kind == "f":
        logits, target = _pair("cross_entropy", logits, target)
        factors = class_factors("cross_entropy", weight, classes, logits.dtype)
        mixed = class_axis_last(target) * (1 - label_smoothing) + label_smoothing / classes
        losses = -(mixed * factors * ops.log_softmax(rows)).sum(axis=-1)
        return _reduce(losses.reshape(without_class_axis(shape)), reduction)
    labels, kept = checked_labels("cross_entropy", shape, target, ignore_index)
    if weight is None and kept is None and reduction != "none":
        return ops.cross_entropy(rows, labels, 1 / labels.size if reduction == "mean" else 1.0, label_smoothing)
    factors = class_factors("cross_entropy", weight, classes, logits.dtype)
    kept = np.ones(labels.size, bool) if kept is None else kept
    weights = factors[labels] * kept
    if reduction == "mean":
        weights = weights / total_weight("cross_entropy", weights)
    if reduction != "none" and label_smoothing == 0:
        return ops.cross_entropy(rows, labels, weights)
    if label_smoothing == 0:
        losses = -weights * ops.log_softmax(rows)[np.arange(labels.size), labels]
    else:  # the part spread over the classes takes each class's own factor, as torch's does
        one_hot = np.arange(classes) == labels[:, None]
        scale = kept / (factors[labels] * kept).sum() if reduction == "mean" else kept
        mixed = (one_hot * (1 - label_smoothing) + label_smoothing / classes) * factors * scale[:, None]
        losses = -(mixed.astype(logits.dtype) * ops.log_softmax(rows)).sum(axis=-1)
    return losses.reshape(without_class_axis(shape)) if reduction == "none" else losses.sum()


def nll_loss(
    input: Array,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> Tensor:
    """Return -input[label]: the negative log-likelihood of labels, in nats (Skrede 2018, equation 8).

    Parameters are those of `cross_entropy`; `input` holds log-probabilities, such as the output of `log_softmax`.

    Examples
    --------
    >>> import numpy as np
    >>> from nn import functional
    >>> float(functional.nll_loss(np.log([[0.5, 0.5], [0.25, 0.75]]), np.array([0, 0])))  # (log 2 + log 4) / 2
    1.03972077083991...
    """
    _check_reduction("nll_loss", reduction)
    log_probabilities = as_tensor(input)
    shape = log_probabilities.shape
    classes = class_count("nll_loss", shape)
    factors = class_factors("nll_loss", weight, classes, log_probabilities.dtype)
    target = target if isinstance(target, Tensor) else np.asarray(target)
    labels, kept = checked_labels("nll_loss", shape, target, ignore_index)
    weights = factors[labels] if kept is None else factors[labels] * kept
    losses: Tensor = -weights * class_axis_last(log_probabilities)[np.arange(labels.size), labels]
    if reduction == "none":
        return losses.reshape(without_class_axis(shape))
    return losses.sum() / total_weight("nll_loss", weights) if reduction == "mean" else losses.sum()


def mse_loss(input: Array, target: Array, *, reduction: Reduction = "mean") -> Tensor:
    """Return the squared differences of two arrays of one shape, or their mean or sum over all elements.

    Examples
    --------
    >>> import numpy as np
    >>> from nn import functional
    >>> float(functional.mse_loss(np.array([1.0, 3.0]), np.array([1.0, 1.0])))
    2.0
    """
    _check_reduction("mse_loss", reduction)
    x, t = _pair("mse_loss", input, target)
    return _reduce((x - t) ** 2, reduction)


def kl_div(
    input: Array,
    target: Array,
    *,
    reduction: Literal["none", "mean", "sum", "batchmean"] = "mean",
    log_target: bool = False,
) -> Tensor:
    """Return the Kullback-Leibler divergence D(target ‖ exp(input)), elementwise terms t (log t - input), in nats.

    Parameters
    ----------
    input : array of any shape
        Log-probabilities of the model.
    target : array of the same shape
        Probabilities (0 log 0 = 0), or their logarithms if `log_target`. The loss is differentiable in both.
    reduction : "mean", "sum", "batchmean" or "none"
        "batchmean" divides the sum by the size of the first axis, which gives the divergence an example; "mean", the
        default as torch's, divides by the number of elements.

    Notes
    -----
    Skrede 2018, equation 11 (whose label of the arguments is reversed: the formula is D(data ‖ model)).

    Examples
    --------
    >>> import numpy as np
    >>> from nn import functional
    >>> float(functional.kl_div(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]), reduction="batchmean"))  # log 2
    0.693147180559945...
    """
    _check_reduction("kl_div", reduction, ("none", "mean", "sum", "batchmean"))
    x, t = _pair("kl_div", input, target)
    if log_target:
        terms: Any = np.exp(t) * (t - x)
    else:
        terms = t * (np.log(np.where(t > 0, t, 1)) - x)  # 0 log 0 = 0, and no NaN in the gradient
    if reduction == "batchmean":
        if x.size == 0 or x.ndim == 0:
            raise ShapeError(f"kl_div: an input of shape {x.shape} has no batch to average over; use reduction='sum'")
        return terms.sum() / x.shape[0]
    return _reduce(terms, reduction)


def _pair(operation: str, input: Array, target: Array) -> tuple[Tensor, Tensor]:
    """Return both as Tensors of one shape and, unless the target is differentiated too, of the input's dtype."""
    x, t = as_tensor(input), as_tensor(target)
    if x.shape != t.shape:
        raise ShapeError(
            f"{operation}: input of shape {x.shape} and target of shape {t.shape} must agree; a loss does not broadcast"
        )
    if t.dtype != x.dtype and x.dtype.kind == "f" and t.dtype.kind != "c" and not t.requires_grad:
        t = t.astype(x.dtype)
    return x, t


def _check_reduction(operation: str, reduction: str, known: tuple[str, ...] = ("none", "mean", "sum")) -> None:
    if reduction not in known:
        raise ValueError(f"{operation}: reduction must be one of {', '.join(map(repr, known))}, got {reduction!r}")


def _reduce(losses: Tensor, reduction: str) -> Tensor:
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()
