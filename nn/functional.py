"""The mathematics of layers and losses, without state; names, arguments and defaults are torch.nn.functional's.

Arrays and Tensors are both accepted, and where torch says `dim`, `axis` is too. A loss never broadcasts its arguments
against each other, and is in nats where it has a logarithm.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from autograd import DTypeError, ShapeError, Tensor, ops

Array = npt.ArrayLike | Tensor
Reduction = Literal["none", "mean", "sum"]


# ------------------------------------------------------------------------------------------------- layers


def linear(input: Array, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return ``x Wᵀ + b``: (..., in) and (out, in) to (..., out); `input` is cast to the dtype of `weight`."""
    x = input if isinstance(input, Tensor | np.ndarray) else Tensor(input)
    if x.shape[-1:] != weight.shape[-1:]:
        raise ShapeError(
            f"linear: expected a last axis of size {weight.shape[-1]} (weight {weight.shape}), got an input of shape "
            f"{x.shape}; reshape it to (examples, {weight.shape[-1]})"
        )
    if x.dtype is not weight.dtype and x.dtype != weight.dtype:
        if x.dtype.kind not in "iufc":
            raise DTypeError(f"linear: input of dtype {x.dtype}; convert it to numbers with astype(float)")
        if x.dtype.kind == "c" and weight.dtype.kind != "c":
            raise DTypeError(
                f"linear: input of dtype {x.dtype} for a weight of dtype {weight.dtype}; take its real part"
            )
        x = x.astype(weight.dtype)
    return ops.linear(x, weight, bias)


def sigmoid(input: Array) -> Tensor:
    """Return ``1 / (1 + exp(-x))``, elementwise, without overflow."""
    return ops.sigmoid(_tensor(input))


def tanh(input: Array) -> Tensor:
    """Return the hyperbolic tangent, elementwise."""
    x: Any = _tensor(input)
    return np.tanh(x)


def relu(input: Array) -> Tensor:
    """Return ``max(0, x)``, elementwise; its derivative at 0 is 0."""
    return ops.relu(_tensor(input))


def leaky_relu(input: Array, negative_slope: float = 0.01) -> Tensor:
    """Return `x` where positive, else ``negative_slope * x``."""
    return ops.leaky_relu(_tensor(input), negative_slope)


def elu(input: Array, alpha: float = 1.0) -> Tensor:
    """Return `x` where positive, else ``alpha * (exp(x) - 1)``."""
    return ops.elu(_tensor(input), alpha)


def selu(input: Array) -> Tensor:
    """Return the self-normalising ELU (Klambauer et al. 2017)."""
    return ops.selu(_tensor(input))


def softmax(input: Array, dim: int | None = None, *, axis: int | None = None) -> Tensor:
    """Return ``exp(x) / Σ exp(x)`` along `dim`, the last axis by default, without overflow."""
    return ops.softmax(_tensor(input), one_axis(dim, axis))


def log_softmax(input: Array, dim: int | None = None, *, axis: int | None = None) -> Tensor:
    """Return the logarithm of the softmax along `dim`, the last axis by default, without overflow."""
    return ops.log_softmax(_tensor(input), one_axis(dim, axis))


def one_axis(dim: int | None, axis: int | None) -> int:
    """Return the axis that torch's `dim` or NumPy's `axis` names; the last by default."""
    if dim is not None and axis is not None:
        raise TypeError(f"both dim={dim} and axis={axis} were given; they are two names for one thing")
    return dim if dim is not None else -1 if axis is None else axis


# ------------------------------------------------------------------------------------------------- losses


def cross_entropy(
    input: Array,
    target: Array,
    weight: npt.ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the cross-entropy -Σ_c t_c log softmax(input)_c in nats (Skrede, S9 and S10).

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
    logits = _tensor(input)
    target = target if isinstance(target, Tensor) else np.asarray(target)
    classes = _class_count("cross_entropy", logits)
    rows = _class_axis_last(logits)
    if target.shape == logits.shape and target.dtype.kind == "f":
        logits, target = _pair("cross_entropy", logits, target)
        factors = _class_factors("cross_entropy", weight, classes, logits.dtype)
        mixed = _class_axis_last(target) * (1 - label_smoothing) + label_smoothing / classes
        losses = -(mixed * factors * ops.log_softmax(rows)).sum(axis=-1)
        return _reduce(losses.reshape(_without_class_axis(logits)), reduction)
    labels, kept = _labels("cross_entropy", logits, target, ignore_index)
    if weight is None and kept is None and reduction != "none":
        return ops.cross_entropy(rows, labels, 1 / labels.size if reduction == "mean" else 1.0, label_smoothing)
    factors = _class_factors("cross_entropy", weight, classes, logits.dtype)
    kept = np.ones(labels.size, bool) if kept is None else kept
    weights = factors[labels] * kept
    if reduction == "mean":
        weights = weights / _total("cross_entropy", weights)
    if reduction != "none" and label_smoothing == 0:
        return ops.cross_entropy(rows, labels, weights)
    if label_smoothing == 0:
        losses = -weights * ops.log_softmax(rows)[np.arange(labels.size), labels]
    else:  # the part spread over the classes takes each class's own factor, as torch's does
        one_hot = np.arange(classes) == labels[:, None]
        scale = kept / (factors[labels] * kept).sum() if reduction == "mean" else kept
        mixed = (one_hot * (1 - label_smoothing) + label_smoothing / classes) * factors * scale[:, None]
        losses = -(mixed.astype(logits.dtype) * ops.log_softmax(rows)).sum(axis=-1)
    return losses.reshape(_without_class_axis(logits)) if reduction == "none" else losses.sum()


def nll_loss(
    input: Array,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> Tensor:
    """Return -input[label]: the negative log-likelihood of labels under log-probabilities, in nats (Skrede, S8).

    Parameters are those of `cross_entropy`; `input` holds log-probabilities, such as the output of `log_softmax`.

    Examples
    --------
    >>> import numpy as np
    >>> from nn import functional
    >>> float(functional.nll_loss(np.log([[0.5, 0.5], [0.25, 0.75]]), np.array([0, 0])))  # (log 2 + log 4) / 2
    1.03972077083991...
    """
    _check_reduction("nll_loss", reduction)
    log_probabilities = _tensor(input)
    classes = _class_count("nll_loss", log_probabilities)
    factors = _class_factors("nll_loss", weight, classes, log_probabilities.dtype)
    target = target if isinstance(target, Tensor) else np.asarray(target)
    labels, kept = _labels("nll_loss", log_probabilities, target, ignore_index)
    weights = factors[labels] if kept is None else factors[labels] * kept
    losses: Tensor = -weights * _class_axis_last(log_probabilities)[np.arange(labels.size), labels]
    if reduction == "none":
        return losses.reshape(_without_class_axis(log_probabilities))
    return losses.sum() / _total("nll_loss", weights) if reduction == "mean" else losses.sum()


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
    Skrede, S11 (whose label of the arguments is reversed: the formula is D(data ‖ model)).

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


# ------------------------------------------------------------------------------------------------- regularisers


def l1_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """Return ``strength * Σ |p|`` over all parameters, to be added to a loss (Johnson, J2)."""
    return strength * _sum_over("l1_penalty", (abs(p).sum() for p in parameters))


def l2_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """Return ``strength / 2 * Σ p²`` over all parameters, to be added to a loss (Johnson, J2).

    Its gradient is ``strength * p``: what an optimiser's ``weight_decay=strength`` adds.

    Examples
    --------
    >>> from nn import Parameter, functional
    >>> float(functional.l2_penalty([Parameter([3.0, 4.0])], strength=0.1))
    1.25
    """
    return strength / 2 * _sum_over("l2_penalty", ((p * p).sum() for p in parameters))


# ------------------------------------------------------------------------------------------- checks and reductions


def _tensor(value: Array) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value)


def _pair(operation: str, input: Array, target: Array) -> tuple[Tensor, Tensor]:
    """Return both as Tensors of one shape and, unless the target is differentiated too, of the input's dtype."""
    x, t = _tensor(input), _tensor(target)
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


def _sum_over(operation: str, terms: Iterable[Tensor]) -> Tensor:
    terms = list(terms)
    if not terms:
        raise ValueError(f"{operation}: no parameters were given (a generator can be used only once)")
    return functools.reduce(operator.add, terms)


def _class_count(operation: str, logits: Tensor) -> int:
    if logits.ndim == 0 or logits.size == 0:
        raise ShapeError(
            f"{operation}: the input has shape {logits.shape}; (examples, classes) was expected, none empty"
        )
    return logits.shape[0 if logits.ndim == 1 else 1]


def _class_axis_last(logits: Any) -> Any:
    """Return (C,), (m, C) or (m, C, d1, ...) as rows (examples, C)."""
    if logits.ndim == 2:
        return logits
    classes = logits.shape[0 if logits.ndim == 1 else 1]
    return np.reshape(logits if logits.ndim == 1 else np.moveaxis(logits, 1, -1), (-1, classes))


def _without_class_axis(logits: Tensor) -> tuple[int, ...]:
    return logits.shape[:1] + logits.shape[2:] if logits.ndim > 1 else ()


def _class_factors(operation: str, weight: npt.ArrayLike | None, classes: int, dtype: np.dtype[Any]) -> np.ndarray:
    if weight is None:
        return np.ones(classes, dtype)
    factors = np.asarray(weight, dtype)
    if factors.shape != (classes,):
        raise ShapeError(
            f"{operation}: weight has shape {factors.shape}; one factor a class was expected: ({classes},)"
        )
    return factors


def _labels(operation: str, logits: Tensor, target: Any, ignore_index: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the labels, checked, flattened and with 0 for ignored ones, and which are kept (None for all)."""
    labels = target.data if isinstance(target, Tensor) else target
    shape, classes = _without_class_axis(logits), _class_count(operation, logits)
    if labels.dtype.kind not in "iu":
        raise DTypeError(
            f"{operation}: labels must be integers, got {labels.dtype} of shape {labels.shape}; class probabilities "
            f"must have the shape of the input, {logits.shape}"
        )
    if labels.shape != shape:
        raise ShapeError(
            f"{operation}: labels of shape {labels.shape} for logits of shape {logits.shape}; expected {shape}"
        )
    labels = labels.reshape(-1).astype(np.int64, copy=False)
    # A negative label is a huge number when read as unsigned: one comparison checks both bounds.
    if labels.view(np.uint64).max() < classes and not 0 <= ignore_index < classes:
        return labels, None
    kept = labels != ignore_index
    outside = kept & ((labels < 0) | (labels >= classes))
    if outside.any():
        row = int(outside.argmax())
        raise ValueError(f"{operation}: label {labels[row]} at row {row} is outside [0, {classes})")
    return np.where(kept, labels, 0), kept


def _total(operation: str, weights: np.ndarray) -> np.floating[Any]:
    total = weights.sum()
    if total == 0:
        raise ValueError(f"{operation}: every example is ignored or has weight 0, so there is nothing to average")
    return total
