"""`torchview.draw_graph` of the network with its loss; the forward pass is its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from torchview import draw_graph

from benchmarks.drawing.contestants.picture import Picture
from benchmarks.drawing.contestants.torch_task import Task

DISTRIBUTION = "torchview"
SETTINGS: dict[str, dict[str, Any]] = {
    "": {},
    "`expand_nested=True`": {"expand_nested": True, "graph_dir": "LR"},
    "`expand_nested=True, roll=True, hide_…=False`": {
        "expand_nested": True,
        "roll": True,
        "hide_inner_tensors": False,
        "hide_module_functions": False,
        "depth": 10,
        "graph_dir": "LR",
    },
}
TIMED = ("",)


def picture(task: Task, setting: str) -> Picture:
    """Draw the modules that the data pass through."""
    start = time.perf_counter()
    data, options = (task.x, task.labels), SETTINGS[setting]
    graph = draw_graph(task.model, input_data=data, device="cpu", mode="train", **options).visual_graph
    dot = graph.source
    middle = time.perf_counter()
    svg = graph.pipe("svg").decode()
    return Picture(dot, svg, middle - start, time.perf_counter() - middle)


def others(task: Task) -> dict[str, Callable[[], str]]:
    """Return what else it can write: nothing."""
    return {}
