"""``report.html``: one page that shows a whole training, and needs nothing but itself."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from nn.training import plots
from nn.training.evaluate import Evaluation
from nn.training.history import Epoch, History
from nn.training.inline import inline_svg
from nn.training.run import Config

_COLOURS = {
    plots.INK: "var(--ink)",
    plots.MUTED: "var(--muted)",
    plots.GRID: "var(--line)",
    plots.TRAIN: "var(--train)",
    plots.VALIDATION: "var(--validation)",
    plots.WRONG: "var(--wrong)",
    plots.PAPER: "var(--paper)",
    plots.ON_COLOUR: "var(--on-colour)",
}
_MOST_MISTAKES = 12


@dataclass(frozen=True)
class Mistake:
    """A test example that was taken for another class, with the probability of what it was taken for."""

    image: np.ndarray | None
    true: str
    predicted: str
    probability: float


@dataclass(frozen=True)
class Graph:
    """The graph of the loss of a batch after an epoch, as SVG.

    `gradient` is the median over the parameters of the rms of their gradients.
    """

    epoch: int
    svg: str
    gradient: float


@dataclass(frozen=True)
class Findings:
    """What a training found, in the words and pictures that the page puts together.

    Texts are as printed; pictures are SVG. `graphs` are after the first epoch and with the weights that are kept, none
    where no layout engine is installed.
    """

    data: str
    network: str
    gradients: str
    history: History
    test: Evaluation
    graphs: Sequence[Graph]
    curves: str
    confusion: str
    mistakes: Sequence[Mistake]


def report_page(name: str, command: str, config: Config, findings: Findings) -> str:
    """Return the page of the run called `name`, which `command` repeats.

    Everything that comes from the user or the data is escaped; pictures and styles are inside the page.
    """
    style = (files("nn.training") / "report.css").read_text(encoding="utf-8")
    sections = [
        _section("Data", _pre(findings.data), _split(config)),
        _section("Network", _pre(findings.network), str(config.architecture)),
        _section("Gradients", _pre(findings.gradients), "every parameter, against numerical derivatives"),
        _section("Graph", _graphs(findings.graphs), "one batch, from the examples to the loss, and back", "wide"),
        _section("Training", _curves(config, findings), _criterion(config)),
        _section("Test", _confusion(findings), f"{findings.test.correct} of {findings.test.examples} right"),
        *([_section("Mistakes", _mistakes(findings.mistakes), "test examples")] if findings.mistakes else []),
        _section("History", _history(findings.history), "training figures are means over the epoch as it went"),
        _section(
            "Reproduce",
            _reproduce(command, config),
            "on the same machine and NumPy the weights are the same, bit for bit",
        ),
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{html.escape(name)}: {findings.test.accuracy:.1%}</title>",
            f"<style>\n{style}</style></head>",
            "<body>",
            _header(name, config, findings),
            "<main>",
            *sections,
            "</main>",
            f"<footer>{html.escape(_versions(config))}</footer>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _header(name: str, config: Config, findings: Findings) -> str:
    best, test = findings.history.best, findings.test
    figures = [
        ("Test accuracy", f"{test.accuracy:.2%}", f"{test.correct} of {test.examples}"),
        ("Test loss", f"{test.loss:.4f}", "nats"),
        ("Best epoch", f"{best.epoch}", f"of {len(findings.history)} trained"),
        ("Parameters", f"{config.results['parameters']:,}", str(config.architecture)),
        ("Gradients", '<span class="right">none wrong</span>', "checked before training"),
    ]
    rows = [
        f"<div><dt>{title}</dt><dd>{value}<small>{html.escape(note)}</small></dd></div>"
        for title, value, note in figures
    ]
    return (
        f'<header><p class="eyebrow">chainrule run</p><h1>{html.escape(name)}</h1>'
        f'<dl class="figures">{"".join(rows)}</dl></header>'
    )


def _section(title: str, content: str, note: str, kind: str = "") -> str:
    start = f'<section class="{kind}">' if kind else "<section>"
    return f"{start}<h2>{title}<small>{html.escape(note)}</small></h2><div>{content}</div></section>"


def _pre(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>"


def _split(config: Config) -> str:
    return ", ".join(f"{count} {part}" for part, count in config.source.split.items())


def _criterion(config: Config) -> str:
    smoothing = config.settings.label_smoothing
    return f"cross-entropy, label smoothing {smoothing:g}" if smoothing else "cross-entropy"


def _graphs(graphs: Sequence[Graph]) -> str:
    if not graphs:
        return (
            "<p>No Graphviz layout engine was installed; <code>graph-first.dot</code> and <code>graph.dot</code> have "
            "the graphs as text.</p>"
        )
    first, kept = graphs
    return (
        f"<p>{_LEGEND}</p><p>{_change(first, kept)}</p>"
        f"<div class='graphs'>{_figure(first, 'graph-first-', 'After epoch 1')}"
        f"{_figure(kept, 'graph-kept-', f'After epoch {kept.epoch}, whose weights are kept')}</div>"
    )


_LEGEND = (
    "The colour of a line says how much gradient flows back along it, on a logarithmic scale around the median of its "
    "picture; the number after ∂ is its root mean square (rms). Look at the first layers for the ends of the scale, as "
    "gradients vanish or explode there first, and for what is grey: no gradient arrives."
)


def _change(first: Graph, kept: Graph) -> str:
    """Say what happened to the gradients between two graphs of the same batch."""
    now = f"{kept.gradient:.2g}"
    if first.epoch == kept.epoch:
        return f"No later epoch was better, so both are the same; the median rms of the parameters' gradients is {now}."
    return (
        f"From epoch {first.epoch} to epoch {kept.epoch} the median rms of the parameters' gradients went from "
        f"{first.gradient:.2g} to {now}."
    )


def _figure(graph: Graph, prefix: str, caption: str) -> str:
    picture = inline_svg(graph.svg, prefix, f"The computation graph of the loss, {caption.lower()}", keep_styles=True)
    return f'<figure class="graph"><figcaption>{caption}</figcaption>{picture}</figure>'


def _curves(config: Config, findings: Findings) -> str:
    best, last = findings.history.best, len(findings.history)
    end = (
        f"Training stopped after epoch {last}, {config.settings.patience} epochs without a smaller validation loss."
        if last < config.settings.epochs
        else f"Training went through all {last} epochs."
    )
    picture = inline_svg(findings.curves, "curves-", "Loss and accuracy over the epochs", _COLOURS)
    return f"<figure>{picture}</figure><p>{end} The weights are those of epoch {best.epoch}, the dashed line.</p>"


def _confusion(findings: Findings) -> str:
    picture = inline_svg(findings.confusion, "confusion-", "Confusion matrix of the test examples", _COLOURS)
    return f"<figure>{picture}</figure>"


def _mistakes(mistakes: Sequence[Mistake]) -> str:
    items = [
        f"<li>{_image(mistake.image)}<b>{html.escape(mistake.true)}</b> taken for "
        f"<b>{html.escape(mistake.predicted)}</b><small>with probability {mistake.probability:.2f}</small></li>"
        for mistake in mistakes[:_MOST_MISTAKES]
    ]
    more = f"<p>and {len(mistakes) - _MOST_MISTAKES} more</p>" if len(mistakes) > _MOST_MISTAKES else ""
    return f'<ul class="mistakes">{"".join(items)}</ul>{more}'


def _image(pixels: np.ndarray | None) -> str:
    if pixels is None:
        return ""
    from matplotlib.image import imsave

    span = max(float(np.ptp(pixels)), np.finfo(np.float32).tiny)
    png = io.BytesIO()
    imsave(png, (pixels - pixels.min()) / span, cmap="gray_r", vmin=0, vmax=1, format="png")
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}">'


def _history(history: History) -> str:
    titles = ("epoch", "training loss", "accuracy", "validation loss", "accuracy")
    head = "".join(f"<th>{title}</th>" for title in titles)
    rows = "".join(_history_row(row, row is history.best) for row in history)
    return f'<div class="history"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _history_row(row: Epoch, is_best: bool) -> str:
    cells = (
        f"{row.epoch}",
        f"{row.train_loss:.5f}",
        f"{row.train_accuracy:.2%}",
        f"{row.validation_loss:.5f}",
        f"{row.validation_accuracy:.2%}",
    )
    mark = ' class="best"' if is_best else ""
    return f"<tr{mark}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _reproduce(command: str, config: Config) -> str:
    settings = vars(config.settings)
    table = "".join(f"<div><dt>{_words(name)}</dt><dd>{value}</dd></div>" for name, value in settings.items())
    return f'<pre class="command">{html.escape(command)}</pre><dl class="settings">{table}</dl>'


def _words(name: str) -> str:
    return "learning rate" if name == "lr" else name.replace("_", " ")


def _versions(config: Config) -> str:
    return ", ".join(f"{name} {version}" for name, version in config.versions.items())
