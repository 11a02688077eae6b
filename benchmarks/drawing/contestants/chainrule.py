"""`autograd.draw` of the loss, with the names of the data; gradients are of a backward pass that it runs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import autograd
import nn
from autograd.journal import Journal
from benchmarks.drawing import networks
from benchmarks.drawing.contestants.picture import Picture

DISTRIBUTION = "chainrule"
_JOURNAL = "with `Journal()`"
_GRADIENTS = "`gradients=True`"
SETTINGS: dict[str, dict[str, Any]] = {
    "": {},
    _GRADIENTS: {"gradients": True},
    "`backward=True`": {"backward": True},
    '`collapse="repeats"`': {"collapse": "repeats"},
    '`theme="dark"`': {"theme": "dark"},
    _JOURNAL: {},
}
TIMED = ("", _GRADIENTS)


class Task:
    """A network with its data."""

    def __init__(self, name: str) -> None:
        self.network = networks.build(name, nn, np)
        shapes = {key: value.shape for key, value in self.network.state_dict().items()}
        self.network.load_state_dict(networks.weights(shapes))
        self.x, self.labels = networks.data(name)
        self.loss_function = nn.CrossEntropyLoss()

    def loss(self) -> Any:
        """Return the loss, by a forward pass."""
        return self.loss_function(self.network(self.x), self.labels)

    def draw(self, setting: str = "") -> Any:
        """Return the drawing of a forward pass."""
        names = {"x": self.x, "labels": self.labels}
        with Journal() if setting == _JOURNAL else nullcontext():
            loss = self.loss()
        return autograd.draw(loss, names=names, **SETTINGS[setting])


def picture(task: Task, setting: str) -> Picture:
    """Draw the operations that computed the loss."""
    start = time.perf_counter()
    drawing = task.draw(setting)
    dot = drawing.source
    middle = time.perf_counter()
    svg = drawing.svg()
    return Picture(dot, svg, middle - start, time.perf_counter() - middle)


def others(task: Task) -> dict[str, Callable[[], str]]:
    """Return what else it can write."""

    def saved(suffix: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"graph.{suffix}")
            task.draw().save(path)
            return path.read_text(encoding="utf-8")

    return {
        "text": lambda: str(task.draw()),
        "json": partial(saved, "json"),
        "mermaid": partial(saved, "mmd"),
        "html": partial(saved, "html"),
        "svg": partial(saved, "svg"),
        "first nan": lambda: str(task.draw(_GRADIENTS)),
        "first nan backward": lambda: str(task.draw(_GRADIENTS)),
    }
