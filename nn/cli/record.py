"""Write down what a training did: the files of the run folder."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shlex
from pathlib import Path

import numpy as np

import autograd
from nn.cli.graphs import write_graphs
from nn.cli.source import DIGITS, column
from nn.cli.trained import Trained
from nn.data import Dataset
from nn.training import plots, probabilities, save_weights
from nn.training.report import Findings, Mistake, report_page
from nn.training.run import CONFIG, WEIGHTS, Config, Settings, Source

_SETTINGS = Settings.__dataclass_fields__


def folder_name(dataset: Dataset) -> str:
    """Return what the runs of `dataset` are called: its name, as far as every file system takes it."""
    return re.sub(r"[^\w-]+", "-", dataset.name).strip("-")[:60] or "data"


def record_config(trained: Trained, arguments: argparse.Namespace) -> Config:
    """Return all that is needed to use the model again, or to train it again."""
    prepared, test, best = trained.prepared, trained.test, trained.history.best
    dataset = prepared.dataset
    is_file = arguments.data != DIGITS
    source = Source(
        name=dataset.name,
        file=os.path.abspath(arguments.data) if is_file else None,
        target=column(arguments.target),
        labels=os.path.abspath(arguments.labels) if arguments.labels else None,
        feature_names=dataset.feature_names,
        feature_shape=dataset.feature_shape,
        class_names=dataset.class_names,
        split={name: len(part) for name, part in prepared.parts.items()},
    )
    results = {
        "test_accuracy": test.accuracy,
        "test_loss": test.loss,
        "test_confusion": test.confusion.tolist(),
        "best_epoch": best.epoch,
        "epochs": len(trained.history),
        "parameters": sum(parameter.size for parameter in prepared.model.parameters()),
    }
    versions = {
        "chainrule": autograd.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
    settings = Settings(**{name: getattr(arguments, name) for name in _SETTINGS})
    return Config(source, prepared.standardizer, prepared.architecture, settings, results, versions)


def write_run(folder: Path, name: str, config: Config, trained: Trained, arguments: argparse.Namespace) -> list[str]:
    """Write all files of the run called `name` into `folder`; return what the user should know."""
    model, dataset = trained.prepared.model, trained.prepared.dataset
    graphs, notes = write_graphs(folder, trained)
    findings = Findings(
        data=dataset.describe(),
        network=trained.network,
        gradients=trained.gradients,
        history=trained.history,
        test=trained.test,
        graphs=graphs,
        curves=plots.curves(trained.history),
        confusion=plots.confusion(trained.test.confusion, dataset.class_names),
        mistakes=_mistakes(trained),
    )
    texts = {
        "history.csv": trained.history.to_csv(),
        "curves.svg": findings.curves,
        "confusion.svg": findings.confusion,
        "gradcheck.txt": f"{trained.gradients}\n",
        "report.html": report_page(name, command(arguments), config, findings),
        CONFIG: config.to_json(),
    }
    save_weights(model, folder / WEIGHTS)
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    return notes


def command(arguments: argparse.Namespace) -> str:
    """Return the command that repeats this training, with every setting written out."""
    words = ["chainrule", "train"]
    for option in ("data", "target", "labels"):
        value = getattr(arguments, option)
        words += [f"--{option}", value] if value is not None and value != DIGITS else []
    words += ["--hidden", ",".join(map(str, arguments.hidden)) or "none", "--activation", arguments.activation]
    for name in _SETTINGS:
        words += [f"--{name.replace('_', '-')}", str(getattr(arguments, name))]
    return shlex.join(words)


def _mistakes(trained: Trained) -> list[Mistake]:
    """Return the test examples that were taken for another class, the surest first."""
    part, names = trained.prepared.parts["test"], trained.prepared.dataset.class_names
    chances = probabilities(trained.prepared.model, trained.prepared.arrays("test")[0])
    predicted = chances.argmax(axis=1)
    wrong = np.flatnonzero(predicted != part.y)
    wrong = wrong[np.argsort(-chances[wrong, predicted[wrong]], kind="stable")]
    is_image = len(part.feature_shape) == 2
    return [
        Mistake(
            part.x[row].reshape(part.feature_shape) if is_image else None,
            names[part.y[row]],
            names[predicted[row]],
            float(chances[row, predicted[row]]),
        )
        for row in wrong
    ]
