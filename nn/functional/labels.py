"""Labels and classes: their checks, their places in an array, their weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import DTypeError, ShapeError, Tensor


def class_count(operation: str, shape: tuple[int, ...]) -> int:
    """Return the number of classes of logits of `shape`."""
    if not shape or 0 in shape:
        raise ShapeError(f"{operation}: the input has shape {shape}; (examples, classes) was expected, none empty")
    return shape[0 if len(shape) == 1 else 1]


def class_axis_last(logits: Any) -> Any:
    """Return (C,), (m, C) or (m, C, d1, ...) as rows (examples, C)."""
    if logits.ndim == 2:
        return logits
    classes = logits.shape[0 if logits.ndim == 1 else 1]
    return np.reshape(logits if logits.ndim == 1 else np.moveaxis(logits, 1, -1), (-1, classes))


def without_class_axis(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of the labels of logits of `shape`."""
    return shape[:1] + shape[2:] if len(shape) > 1 else ()


def class_factors(operation: str, weight: npt.ArrayLike | None, classes: int, dtype: np.dtype[Any]) -> np.ndarray:
    if weight is None:
        return np.ones(classes, dtype)
    factors = np.asarray(weight, dtype)
    if factors.shape != (classes,):
        raise ShapeError(
            f"{operation}: weight has shape {factors.shape}; one factor a class was expected: ({classes},)"
        )
    return factors


def checked_labels(
    operation: str, logits_shape: tuple[int, ...], target: Any, ignore_index: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the labels, checked, flattened and with 0 for ignored ones, and which are kept (None for all)."""
    labels = target.data if isinstance(target, Tensor) else target
    shape, classes = without_class_axis(logits_shape), class_count(operation, logits_shape)
    if labels.dtype.kind not in "iu":
        raise DTypeError(
            f"{operation}: labels must be integers, got {labels.dtype} of shape {labels.shape}; class probabilities "
            f"must have the shape of the input, {logits_shape}"
        )
    if labels.shape != shape:
        raise ShapeError(
            f"{operation}: labels of shape {labels.shape} for logits of shape {logits_shape}; expected {shape}"
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


def total_weight(operation: str, weights: np.ndarray) -> np.floating[Any]:
    total = weights.sum()
    if total == 0:
        raise ValueError(f"{operation}: every example is ignored or has weight 0, so there is nothing to average")
    return total
