"""The graph of the loss with its gradients: after the first epoch, and with the weights that are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import autograd
from nn.cli.trained import Arrays, Prepared, Trained
from nn.training.report import Graph

FIRST, KEPT = "graph-first", "graph"  # what the files are called


def draw_loss(prepared: Prepared, batch: Arrays) -> autograd.Drawing:
    """Draw the loss of `batch` with the gradients of all it was computed from, and change nothing."""
    x, y = batch
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is marked in the picture
        loss = prepared.loss(prepared.model(x), y)
        return autograd.draw(loss, prepared.model, names={"x": x, "labels": y}, gradients=True, direction="down")


def write_graphs(folder: Path, trained: Trained) -> tuple[list[Graph], list[str]]:
    """Write both drawings into `folder`; return them for the report, and what the user should know."""
    kept = draw_loss(trained.prepared, trained.batch)
    drawings = [(FIRST, 1, trained.first_graph), (KEPT, trained.history.best.epoch, kept)]
    try:
        graphs = [
            Graph(epoch, _svg(drawing, folder / f"{name}.svg"), _gradient(drawing)) for name, epoch, drawing in drawings
        ]
    except autograd.AutogradError as error:
        for name, _, drawing in drawings:
            (folder / f"{name}.svg").unlink(missing_ok=True)
            drawing.save(folder / f"{name}.dot")
        return [], [f"The graphs are in {FIRST}.dot and {KEPT}.dot, as they could not be laid out: {error}"]
    return graphs, []


def _svg(drawing: autograd.Drawing, path: Path) -> str:
    drawing.save(path)
    return path.read_text(encoding="utf-8")


def _gradient(drawing: autograd.Drawing) -> float:
    """Return the median over the parameters of the rms of their gradients."""
    parameters = (leaf for leaf in drawing.model.leaves if getattr(leaf, "kind", None) == "parameter")
    return float(np.median([leaf.gradient.rms for leaf in parameters if leaf.gradient is not None]))
