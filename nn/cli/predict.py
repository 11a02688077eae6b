"""``chainrule predict``."""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from collections.abc import Sequence

import numpy as np

from nn.cli.failure import OK, Failure
from nn.cli.source import DIGITS
from nn.cli.trained import standardized
from nn.data import Inputs, load_digits, read_examples
from nn.training import load_run, probabilities
from nn.training.atomic import write_atomically
from nn.training.run import Run


def run(arguments: argparse.Namespace) -> int:
    """Do what ``chainrule predict`` was asked, and return its exit code."""
    if arguments.out is not None and os.path.lexists(arguments.out):
        raise Failure(f"{arguments.out}: exists and is not overwritten; choose another name or delete it")
    trained = load_run(arguments.folder)
    x, y = load_examples(trained, arguments.data)
    chances = probabilities(trained.model, standardized(trained.config.standardizer, x))
    table = _table(chances, trained.config.source.class_names)
    if arguments.out is None:
        sys.stdout.write(table)
    else:
        write_atomically(arguments.out, table)
        print(f"Written to {arguments.out}: {len(x)} predictions", file=sys.stderr)
    if y is not None:
        correct = int(np.count_nonzero(chances.argmax(axis=1) == y))
        print(f"Accuracy: {correct / len(y):.2%} ({correct} of {len(y)})", file=sys.stderr)
    return OK


def load_examples(trained: Run, file: str, labels: str | None = None) -> Inputs:
    """Read examples for a trained model from `file`; ``digits`` are those of the package."""
    source = trained.config.source
    if file != DIGITS:
        return read_examples(file, source.feature_names, source.class_names, labels)
    digits = load_digits()
    if (digits.feature_names, digits.class_names) != (source.feature_names, source.class_names):
        raise Failure(
            f"digits: have {len(digits.feature_names)} features of other names or classes than this model, "
            f"which needs {len(source.feature_names)}; give the data that it was trained for"
        )
    return Inputs(digits.x, digits.y)


def _table(chances: np.ndarray, class_names: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["row", "predicted", *(f"p({name})" for name in class_names)])
    for row, (best, values) in enumerate(zip(chances.argmax(axis=1), chances.tolist(), strict=True)):
        writer.writerow([row, class_names[best], *(f"{value:.6f}" for value in values)])
    return text.getvalue()
