"""Measure a classifier on labelled examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import no_grad, ops
from nn.data import BatchLoader
from nn.module import Module


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a classifier did on m examples.

    Parameters
    ----------
    loss : float
        The mean loss an example (nats for cross-entropy).
    confusion : ndarray, shape (C, C), int64
        ``confusion[i, j]`` examples of class i were taken for class j.

    Examples
    --------
    >>> evaluation = Evaluation(loss=0.25, confusion=np.array([[3, 1], [0, 4]]))
    >>> evaluation.accuracy, evaluation.correct, evaluation.examples
    (0.875, 7, 8)
    """

    loss: float
    confusion: np.ndarray

    @property
    def examples(self) -> int:
        """How many examples there were, m."""
        return int(self.confusion.sum())

    @property
    def correct(self) -> int:
        """How many of them were taken for what they are."""
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        """The fraction that was."""
        return self.correct / self.examples


def evaluate(
    model: Module, loss: Callable[[Any, Any], Any], x: np.ndarray, y: np.ndarray, *, batch_size: int = 1024
) -> Evaluation:
    """Return loss, accuracy and confusion matrix of `model`, in evaluation mode and recording nothing.

    Parameters
    ----------
    model : Module
        Maps (b, ...) to logits (b, C).
    loss : callable
        Maps logits and labels to their **mean** loss; a short last batch then counts for its size.
    x : ndarray, shape (m, ...)
    y : ndarray of int, shape (m,)
    batch_size : int
        Examples at a time; changes the memory needed and, but for rounding, no result.

    Returns
    -------
    Evaluation

    Examples
    --------
    >>> import nn
    >>> logits = np.array([[2.0, 0.0], [0.0, 2.0], [2.0, 0.0]])
    >>> evaluate(nn.Sequential(), nn.CrossEntropyLoss(), logits, np.array([0, 1, 1]), batch_size=2).confusion
    array([[1, 0],
           [1, 1]])
    """
    total = 0.0
    confusion: Any = 0
    with evaluating(model), no_grad():
        for examples, labels in BatchLoader(x, y, batch_size=batch_size, shuffle=False):
            logits = np.asarray(model(examples))
            total += float(loss(logits, labels)) * len(labels)
            confusion = confusion + _confusion(labels, logits.argmax(axis=1), logits.shape[1])
    return Evaluation(total / len(y), confusion)


def probabilities(model: Module, x: np.ndarray, *, batch_size: int = 1024) -> np.ndarray:
    """Return the class probabilities, shape (m, C), that a model of logits gives to `x`, shape (m, ...).

    Examples
    --------
    >>> import nn
    >>> probabilities(nn.Sequential(), np.array([[0.0, 0.0]]))
    array([[0.5, 0.5]])
    """
    with evaluating(model), no_grad():
        batches = BatchLoader(x, batch_size=batch_size, shuffle=False)
        return np.concatenate([np.asarray(ops.softmax(model(examples), -1)) for (examples,) in batches])


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Set evaluation mode inside; on the way out every module is back in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def _confusion(y: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    return np.bincount(y * classes + predicted, minlength=classes**2).reshape(classes, classes)
