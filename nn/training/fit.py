"""`fit`: train a classifier on mini-batches until the validation loss no longer falls."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import NonFiniteError
from nn.data import BatchLoader
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.training.evaluate import evaluate
from nn.training.history import Epoch, History
from nn.training.progress import Progress

Loss = Callable[[Any, Any], Any]
Examples = tuple[np.ndarray, np.ndarray]

# What overflows is found and named by the checks of each step; NumPy's warnings would only come before that.
_SILENT: Any = {"over": "ignore", "invalid": "ignore", "divide": "ignore"}


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    train: Examples,
    validation: Examples,
    *,
    epochs: int,
    batch_size: int = 32,
    patience: int | None = None,
    rng: np.random.Generator | int | None = None,
    progress: bool = True,
    on_epoch: Callable[[Epoch], object] | None = None,
) -> History:
    """Train `model`, and leave it with the weights of the epoch whose validation loss was smallest.

    Parameters
    ----------
    model : Module
        Maps (b, ...) to logits (b, C).
    loss : callable
        Maps logits and labels to their mean loss.
    optimizer : Optimizer
        Of the model's parameters.
    train, validation : (x, y) of ndarray
        Examples, shape (m, ...), and their labels, shape (m,), integers.
    epochs : int
        At most so many passes over the training examples.
    batch_size : int
        Examples a step.
    patience : int, optional
        Stop after so many epochs without a smaller validation loss. Default: never.
    rng : numpy.random.Generator or int, optional
        Where the order of the examples comes from. The same seed, model and data give the same history.
    progress : bool
        Show a bar on the standard error stream.
    on_epoch : callable, optional
        Called with the `Epoch` after each; it may change the optimiser's ``lr``.

    Returns
    -------
    History
        A row an epoch.

    Raises
    ------
    NonFiniteError
        If a loss or a gradient is not finite; it names the step and the parameter. The weights are then those before
        that step.

    Examples
    --------
    >>> import nn
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 2)).astype(np.float32)
    >>> y = (x[:, 0] > x[:, 1]).astype(int)
    >>> model = nn.Linear(2, 2, rng=rng)
    >>> optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
    >>> history = fit(model, nn.CrossEntropyLoss(), optimizer, (x, y), (x, y), epochs=20, rng=rng, progress=False)
    >>> history.best.validation_accuracy > 0.95
    True
    """
    if epochs < 1 or (patience is not None and patience < 1):
        raise ValueError(f"fit: epochs={epochs} and patience={patience} must be at least 1")
    loader = BatchLoader(*train, batch_size=batch_size, rng=rng)
    history, best = History(), model.state_dict()
    with Progress(epochs, loader.n_examples, progress) as bar:
        for epoch in range(1, epochs + 1):
            with np.errstate(**_SILENT):
                train_loss, train_accuracy = _train_one_epoch(model, loss, optimizer, loader, epoch, bar)
                score = evaluate(model, loss, *validation)
            if not math.isfinite(score.loss):
                raise NonFiniteError(f"fit: the validation loss after epoch {epoch} is {score.loss}; {_REMEDY}")
            row = Epoch(epoch, train_loss, train_accuracy, score.loss, score.accuracy)
            history = history.with_row(row)
            bar.finish_epoch(epoch, train_loss, train_accuracy, score.accuracy)
            if history.best is row:
                best = model.state_dict()
            if on_epoch is not None:
                on_epoch(row)
            if patience is not None and epoch - history.best.epoch >= patience:
                bar.stop_early()
                break
    model.load_state_dict(best)
    return history


def _train_one_epoch(
    model: Module, loss: Loss, optimizer: Optimizer, loader: BatchLoader, epoch: int, bar: Progress
) -> tuple[float, float]:
    """Return the mean loss and the accuracy over the epoch as it went."""
    model.train()
    total, correct, seen = 0.0, 0, 0
    for step, (x, y) in enumerate(loader, start=(epoch - 1) * len(loader) + 1):
        optimizer.zero_grad()
        logits = model(x)
        value = loss(logits, y)
        _refuse_non_finite_loss(float(value), model, step, epoch)
        value.backward()
        _refuse_non_finite_gradients(model, step, epoch)
        optimizer.step()
        seen += len(y)
        total += float(value) * len(y)
        correct += int(np.count_nonzero(logits.data.argmax(axis=1) == y))
        bar.batch(len(y), total / seen, correct / seen)
    return total / seen, correct / seen


_REMEDY = "lower the learning rate, or look for extreme values in the data"


def _refuse_non_finite_loss(value: float, model: Module, step: int, epoch: int) -> None:
    if math.isfinite(value):
        return
    counts = ((name, _non_finite(parameter.data)) for name, parameter in model.named_parameters())
    guilty = next((f"{name} has {count}" for name, count in counts if count), "every parameter is finite")
    raise NonFiniteError(f"fit: step {step} (epoch {epoch}): the loss is {value}; {guilty}; {_REMEDY}")


def _refuse_non_finite_gradients(model: Module, step: int, epoch: int) -> None:
    for name, parameter in model.named_parameters():
        if parameter.grad is not None and (count := _non_finite(parameter.grad)):
            raise NonFiniteError(f"fit: step {step} (epoch {epoch}): the gradient of {name} has {count}; {_REMEDY}")


def _non_finite(array: np.ndarray) -> str:
    if np.isfinite(array).all():
        return ""
    nan, infinite = np.count_nonzero(np.isnan(array)), np.count_nonzero(np.isinf(array))
    return f"{nan} NaN and {infinite} infinite of {array.size} values"
