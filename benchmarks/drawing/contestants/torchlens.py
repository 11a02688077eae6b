"""`torchlens.trace` of the network with its loss, and `Trace.draw`; with gradients after `Trace.log_backward`.

Its drawing runs the program ``dot`` by itself and returns the text at the end, so that the time of the SVG is what it
waited for the program. After `log_backward` it is asked for the rolled view, as in the unrolled one of this version
the edges of gradients join a second set of nodes beside the operations.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torchlens
from torchlens.visualization import _render_utils

from benchmarks.drawing.contestants.picture import Picture
from benchmarks.drawing.contestants.torch_task import Task

DISTRIBUTION = "torchlens"
_FOLDED = '`collapse="auto", fold_repeats=True`'
_GRADIENTS = '`node_overlay="grad_norm", color_by="grad_norm"`'
SETTINGS: dict[str, dict[str, Any]] = {
    "": {},
    _FOLDED: {"collapse": "auto", "fold_repeats": True, "direction": "leftright"},
    _GRADIENTS: {
        "vis_mode": "rolled",
        "node_overlay": "grad_norm",
        "color_by": "grad_norm",
        "direction": "leftright",
    },
    "`show_saved_for_backward=True`": {"show_saved_for_backward": True, "direction": "leftright"},
    '`node_mode="profiling"`': {"node_mode": "profiling", "direction": "leftright"},
    '`node_overlay="nan"`': {"node_overlay": "nan", "direction": "leftright"},
    '`vis_theme="dark"`': {"vis_theme": "dark", "direction": "leftright"},
}
TIMED = ("", _FOLDED, _GRADIENTS)


def picture(task: Task, setting: str) -> Picture:
    """Draw the operations of the forward pass, with gradients if the setting is of gradients."""
    waiting: list[float] = []
    run = _render_utils.run_bounded_subprocess
    _render_utils.run_bounded_subprocess = _timed(run, waiting)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "graph")
        start = time.perf_counter()
        try:
            trace = traced(task, backward=setting == _GRADIENTS)
            dot = trace.draw(vis_outpath=str(path), vis_fileformat="svg", vis_save_only=True, **SETTINGS[setting])
        finally:
            _render_utils.run_bounded_subprocess = run
        seconds = time.perf_counter() - start
        svg = path.with_suffix(".svg").read_text(encoding="utf-8")
    return Picture(dot, svg, seconds - sum(waiting), sum(waiting))


def traced(task: Task, backward: bool = True) -> Any:
    """Return a record of the forward pass, and of the backward pass if asked for."""
    if not backward:
        return torchlens.trace(task.model, (task.x, task.labels))
    options = torchlens.options.CaptureOptions(save_grads=True)
    trace = torchlens.trace(task.model, (task.x, task.labels), capture=options)
    return trace.log_backward(trace[trace.output_layers[0]].out)


def others(task: Task) -> dict[str, Callable[[], str]]:
    """Return what else it can write."""

    def exported(function: Any, suffix: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            return Path(function(traced(task), Path(folder, f"graph.{suffix}"))).read_text(encoding="utf-8")

    return {
        "text": lambda: str(traced(task).summary()),
        "json": lambda: json.dumps(traced(task).to_agent_json()),
        "html": lambda: exported(torchlens.export.html, "html"),
        "svg": lambda: exported(torchlens.export.svg, "svg"),
        "first nan": lambda: str(traced(task).first_nonfinite()),
        "first nan backward": lambda: str(torchlens.debug.bisect_nan_backward(traced(task))),
    }


def _timed(run: Callable[..., Any], waiting: list[float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return run(*arguments, **options)
        finally:
            waiting.append(time.perf_counter() - start)

    return timed
