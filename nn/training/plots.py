"""Pictures of a training as SVG text: the curves, and the confusion matrix.

Drawn with matplotlib's objects alone: no backend is chosen and no global figure is made. The same numbers give the
same bytes. Text stays text.
"""

from __future__ import annotations

import io
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.training.history import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The report exchanges these for its own colours, which follow the reader's light or dark scheme.
INK, MUTED, GRID, PAPER = "#1c2430", "#667085", "#e4e7ec", "#ffffff"
ON_COLOUR = "#fefefe"  # the counts in strong cells
TRAIN, VALIDATION, WRONG = "#2563eb", "#d97706", "#dc2626"

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "chainrule",
    "font.family": "sans-serif",
    "font.size": 10.0,
    "text.parse_math": False,  # a class may be called $x$
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
}
_MOST_COUNTS = 30  # classes beyond which counts in the cells would not be readable
_MOST_CHARACTERS = 14


def curves(history: History) -> str:
    """Return the picture of loss and accuracy over the epochs, for training and validation; a dot marks the best."""
    with _drawing():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9.6, 3.6), layout="constrained", facecolor=PAPER)
        loss, accuracy = figure.subplots(1, 2)
        _draw_curve(
            loss, history, "loss (nats)", [row.train_loss for row in history], [row.validation_loss for row in history]
        )
        _draw_curve(
            accuracy,
            history,
            "accuracy (%)",
            [100 * row.train_accuracy for row in history],
            [100 * row.validation_accuracy for row in history],
        )
        loss.set_ylim(bottom=0)
        accuracy.set_ylim(top=100.5)
        accuracy.legend(loc="lower right", frameon=False)
        return _svg(figure)


def confusion(matrix: np.ndarray, class_names: Sequence[str]) -> str:
    """Return the picture of a confusion matrix, shape (C, C): true classes down, predicted classes across.

    The strength of a cell is its share of the true class; what is right is blue, what is wrong red.
    """
    classes = len(class_names)
    side = min(max(3.2, 1.2 + 0.46 * classes), 14)
    with _drawing():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(side + 0.4, side), layout="constrained", facecolor=PAPER)
        axes = figure.subplots()
        _draw_cells(axes, matrix)
        names = [_label(name) for name in class_names]
        is_long = max(map(len, names)) > 3
        positions = range(classes) if classes <= 2 * _MOST_COUNTS else range(0, classes, -(-classes // _MOST_COUNTS))
        axes.set_xticks(positions, [names[i] for i in positions], rotation=45 if is_long else 0)
        axes.set_yticks(positions, [names[i] for i in positions])
        axes.set(xlim=(-0.5, classes - 0.5), ylim=(classes - 0.5, -0.5), aspect="equal")
        axes.set(xlabel="predicted", ylabel="true")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return _svg(figure)


def _draw_curve(axes: Axes, history: History, title: str, train: list[float], validation: list[float]) -> None:
    from matplotlib.ticker import MaxNLocator

    epochs = [row.epoch for row in history]
    best = history.best.epoch
    marker = "o" if len(epochs) == 1 else ""
    axes.plot(epochs, train, color=TRAIN, linewidth=1.6, label="training", marker=marker, markersize=4)
    axes.plot(epochs, validation, color=VALIDATION, linewidth=1.6, label="validation", marker=marker, markersize=4)
    axes.axvline(best, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
    axes.plot([best], [validation[epochs.index(best)]], "o", color=VALIDATION, markersize=5)
    axes.set_title(title, loc="left", fontsize=10.5)
    axes.set_xlabel("epoch")
    axes.margins(x=0.02)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))


def _draw_cells(axes: Axes, matrix: np.ndarray) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Rectangle

    totals = np.maximum(matrix.sum(axis=1), 1)
    cells, colours = [], []
    for i, j in np.ndindex(*matrix.shape):
        count, share = int(matrix[i, j]), float(matrix[i, j] / totals[i])
        # A floor under what is not 0, so that a single error among thousands is still seen.
        strength = 0.25 + 0.75 * share
        cells.append(Rectangle((j - 0.47, i - 0.47), 0.94, 0.94))
        colours.append(to_rgba(TRAIN if i == j else WRONG, strength) if count else to_rgba(GRID, 0.35))
        if count and len(matrix) <= _MOST_COUNTS:
            ink = ON_COLOUR if strength > 0.55 else INK
            axes.text(j, i, f"{count}", ha="center", va="center", color=ink, fontsize=9 if count < 10_000 else 6)
    axes.add_collection(PatchCollection(cells, facecolors=colours, linewidths=0), autolim=False)


@contextmanager
def _drawing() -> Iterator[None]:
    """Set matplotlib's style inside, and put it back as it was."""
    from matplotlib import rc_context

    with rc_context(_STYLE), warnings.catch_warnings():
        # A name in a script that the measuring font lacks: the text is still text, and the reader's fonts show it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def _label(name: str) -> str:
    # XML cannot hold control characters at all.
    printable = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c)[0] == "C" else c for c in name)
    return printable if len(printable) <= _MOST_CHARACTERS else printable[: _MOST_CHARACTERS - 1] + "…"
