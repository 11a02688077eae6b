"""`torchviz.make_dot` of the loss, with the names of the parameters as its documentation advises."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from torchviz import make_dot

from benchmarks.drawing.contestants.picture import Picture
from benchmarks.drawing.contestants.torch_task import Task

DISTRIBUTION = "torchviz"
SETTINGS: dict[str, dict[str, Any]] = {
    "": {},
    "`show_attrs=True, show_saved=True`": {"show_attrs": True, "show_saved": True},
}
TIMED = ("",)


def picture(task: Task, setting: str) -> Picture:
    """Draw the graph of the loss."""
    start = time.perf_counter()
    graph = make_dot(task.loss(), params=dict(task.network.named_parameters()), **SETTINGS[setting])
    dot = graph.source
    middle = time.perf_counter()
    svg = graph.pipe("svg").decode()
    return Picture(dot, svg, middle - start, time.perf_counter() - middle)


def others(task: Task) -> dict[str, Callable[[], str]]:
    """Return what else it can write: nothing."""
    return {}
