"""``chainrule check``."""

from __future__ import annotations

import argparse
import os

import numpy as np

import nn
from nn.cli.failure import OK, WRONG_GRADIENT, Failure
from nn.cli.predict import load_examples
from nn.cli.source import DIGITS, load
from nn.cli.train import BATCH_CHECKED, check_gradients
from nn.cli.trained import standardized
from nn.data import Inputs
from nn.training import load_run
from nn.training.run import Run


def run(arguments: argparse.Namespace) -> int:
    """Do what ``chainrule check`` was asked, and return its exit code."""
    trained = load_run(arguments.folder)
    settings = trained.config.settings
    x, y = _examples(trained, arguments.data)
    if y is None:
        raise Failure(f"{arguments.data}: has no labels, which a loss needs; give labelled examples")
    rows = np.random.default_rng(settings.seed).permutation(len(x))[: min(settings.batch_size, BATCH_CHECKED)]
    batch = standardized(trained.config.standardizer, x[rows]), y[rows]
    loss = nn.CrossEntropyLoss(label_smoothing=settings.label_smoothing)
    report = check_gradients(trained.model, loss, batch, settings.seed)
    print(report)
    return OK if report else WRONG_GRADIENT


def _examples(trained: Run, file: str | None) -> Inputs:
    source = trained.config.source
    if file is not None:
        return load_examples(trained, file)
    if source.file is None:
        return load_examples(trained, DIGITS)
    if not os.path.exists(source.file):
        raise Failure(f"{source.file}: the data of this run are gone; name them, or others like them, with --data")
    dataset = load(source.file, source.target, source.labels)
    if dataset.feature_names != source.feature_names or dataset.class_names != source.class_names:
        raise Failure(f"{source.file}: has other columns or classes than when the model was trained; use --data")
    return Inputs(dataset.x, dataset.y)
