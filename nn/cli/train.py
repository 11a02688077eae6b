"""``chainrule train``: from the data to the run folder."""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from textwrap import indent
from typing import Any

import numpy as np

import autograd
import nn
from nn.cli.failure import OK, WRONG_GRADIENT, Failure
from nn.cli.graphs import draw_loss
from nn.cli.record import folder_name, record_config, write_run
from nn.cli.source import load
from nn.cli.trained import Arrays, Prepared, Trained
from nn.data import Dataset, Standardizer, train_validation_test_split
from nn.training import Architecture, History, evaluate, fit
from nn.training.history import Epoch
from nn.training.run import new_folder
from nn.training.table import confusion_text

Say = Callable[[str], object]

BATCH_CHECKED = 64  # examples at most: the check costs thousands of evaluations, and more examples show no more


def run(arguments: argparse.Namespace) -> int:
    """Do what ``chainrule train`` was asked, and return its exit code."""
    _require_matplotlib()
    dataset = load(arguments.data, arguments.target, arguments.labels)
    with new_folder(arguments.out, folder_name(dataset)) as (partial, final):
        trained = _train(_prepare(dataset, arguments), arguments)
        notes = write_run(partial, final.name, record_config(trained, arguments), trained, arguments)
    for note in notes:
        _say(note)
    _say(f"Written to {final}, see {final / 'report.html'}")
    return OK


def check_gradients(model: nn.Module, loss: Any, batch: Arrays, seed: int) -> autograd.GradcheckReport:
    """Verify the gradient of the mean loss of `batch` for every parameter of `model`."""
    x, y = batch
    return autograd.gradcheck(lambda: loss(model(x), y), model, seed=seed)


def _prepare(dataset: Dataset, arguments: argparse.Namespace) -> Prepared:
    # Streams of their own: another --hidden changes neither the split nor the order of the examples.
    split, weights, order = map(np.random.default_rng, np.random.SeedSequence(arguments.seed).spawn(3))
    parts = train_validation_test_split(dataset, arguments.validation, arguments.test, rng=split)
    architecture = Architecture(dataset.x.shape[1], arguments.hidden, arguments.activation, dataset.n_classes)
    return Prepared(
        dataset,
        dict(zip(("training", "validation", "test"), parts, strict=True)),
        Standardizer.fit(parts[0].x),
        architecture,
        architecture.build(weights),
        nn.CrossEntropyLoss(label_smoothing=arguments.label_smoothing),
        order,
    )


def _train(prepared: Prepared, arguments: argparse.Namespace) -> Trained:
    say: Say = _keep_quiet if arguments.quiet else _say
    model, loss, (x, y) = prepared.model, prepared.loss, prepared.arrays("training")
    rows = min(arguments.batch_size, BATCH_CHECKED)
    batch = x[:rows], y[:rows]
    sizes = ", ".join(f"{len(part)} {name}" for name, part in prepared.parts.items())
    say(_titled("Data", f"{prepared.dataset.describe()}\nsplit: {sizes} (seed {arguments.seed}), standardised"))
    network = nn.summary(model, batch[0])
    say(_titled("Network", network))
    say("Gradients")
    gradients = _require_right_gradients(model, loss, batch, arguments.seed)
    say(f"{indent(gradients, '  ')}\n\nTraining")
    graphs: list[autograd.Drawing] = []

    def draw_first(epoch: Epoch) -> None:
        if epoch.epoch == 1:
            graphs.append(draw_loss(prepared, batch))

    start = time.perf_counter()
    history = fit(
        model,
        loss,
        nn.optim.SGD(model.parameters(), arguments.lr, arguments.momentum, weight_decay=arguments.weight_decay),
        (x, y),
        prepared.arrays("validation"),
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        patience=arguments.patience,
        rng=prepared.order,
        progress=not arguments.quiet,
        on_epoch=draw_first,
    )
    say(_outcome(history, time.perf_counter() - start))
    test = evaluate(model, loss, *prepared.arrays("test"))
    title = f"Test: {test.accuracy:.2%} ({test.correct} of {test.examples}), loss {test.loss:.4f}"
    say(_titled(title, confusion_text(test.confusion, prepared.dataset.class_names)))
    return Trained(prepared, batch, graphs[0], network, gradients, history, test)


def _require_right_gradients(model: nn.Module, loss: Any, batch: Arrays, seed: int) -> str:
    with np.errstate(over="ignore"):  # extreme data overflow here first; the report says so
        report = check_gradients(model, loss, batch, seed)
    if not report:
        _say(str(report))
        raise Failure("a gradient is wrong, see the table above; the network was not trained", WRONG_GRADIENT)
    return str(report)


def _outcome(history: History, seconds: float) -> str:
    best = history.best
    return (
        f"  {len(history)} epochs in {seconds:.1f} s; best: epoch {best.epoch}, "
        f"validation loss {best.validation_loss:.4f}, accuracy {best.validation_accuracy:.2%}\n"
    )


def _titled(title: str, text: str) -> str:
    return f"{title}\n{indent(text, '  ')}\n"


def _say(text: str) -> None:
    print(text, flush=True)


def _keep_quiet(text: str) -> None:
    pass


def _require_matplotlib() -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise Failure("the report's pictures need matplotlib; install it with: pip install 'chainrule[all]'")
