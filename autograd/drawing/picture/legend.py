"""The key to a picture: the colours it uses, the scale of its gradients, and notes on the whole."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing.model import Folded, GraphModel, Leaf, Operation
from autograd.drawing.notation import bytes_text, number_text
from autograd.drawing.picture.labels import Colors, escape, html_label
from autograd.drawing.picture.scale import GradientScale

_GREY = {"dead", "cut off"}
_NOTE_LONGEST = 160  # characters of a line
_KEY_LONGEST = 80  # ... of one of the key, which the picture of a few nodes is no wider than


def legend(
    model: GraphModel, colors: Colors, steps: tuple[str, ...], scale: GradientScale | None, *, is_backward: bool
) -> str:
    """Return the label under a picture of `model`."""
    rows = [_row("   ".join(line)) for line in _lines([*_swatches(model, colors, is_backward), *_words(model)])]
    if scale is not None:
        rows.append(_row(_scale(scale, steps)))
    rows += [_row(line) for note in model.notes for line in _wrapped(note)]
    table = f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2">{"".join(rows)}</table>'
    return html_label(f'<font point-size="8.5" color="{colors["note"]}">{table}</font>')


def _row(text: str) -> str:
    return f'<tr><td align="left">{text}</td></tr>'


def _lines(entries: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return the entries of each line of a key; `entries` are pairs of what is written and its text alone."""
    lines: list[list[str]] = [[]]
    length = 0
    for written, text in entries:
        if lines[-1] and length + len(text) > _KEY_LONGEST:
            lines.append([])
            length = 0
        lines[-1].append(written)
        length += len(text) + 4
    return lines


def _swatches(model: GraphModel, colors: Colors, is_backward: bool) -> list[tuple[str, str]]:
    """Return a swatch for each meaning of a colour that occurs, and its text."""
    leaves = [leaf for leaf in model.leaves if isinstance(leaf, Leaf)]
    nodes: list[Leaf | Operation] = [*leaves, *(node for node in model.operations if isinstance(node, Operation))]
    marks = {mark.kind for node in nodes for mark in node.marks}
    kinds = {leaf.kind for leaf in leaves if not {mark.kind for mark in leaf.marks} & _GREY}
    entries = [("operation", "operation")] if any(isinstance(node, Operation) for node in model.operations) else []
    entries += (
        [("module", "module")] if any(isinstance(n, Folded) and n.module is not None for n in model.operations) else []
    )
    entries += (
        [("learned", "parameter" if "variable" not in kinds else "receives a gradient")]
        if kinds & {"parameter", "variable"}
        else []
    )
    entries += [("constant", "no gradient (dashed)")] if "constant" in kinds else []
    entries += [("dead", "gradient ends (grey)")] if marks & _GREY else []
    entries += [("pullback", "VJP"), ("result", "gradient"), ("constant_flow", "saved (dashed)")] if is_backward else []
    entries += [("failed", "went wrong")] if marks & {"failed", "wrong"} else []
    entries += [("output", "output")] if model.outputs else []
    return [(f'<font color="{colors[role]}">██</font> {text}', text) for role, text in entries]


def _words(model: GraphModel) -> list[tuple[str, str]]:
    """Return the usual dtype, and the memory that waits for the backward pass."""
    words = [f"{model.dtype} unless noted"] if model.dtype else []
    words += [f"{bytes_text(model.total.saved_bytes)} saved for backward"] if model.total.saved_bytes else []
    return [(text, text) for text in words]


def _scale(scale: GradientScale, steps: tuple[str, ...]) -> str:
    """Return the colours of gradients from small to large, with numbers."""
    low, middle, high = map(number_text, scale.marks)
    bar = "".join(f'<font color="{color}">██</font>' for color in steps)
    return f"∂ contribution to the gradient, rms:  {low}  {bar}  {high},  median {middle}"


def _wrapped(note: str) -> list[str]:
    words = note.split()
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > _NOTE_LONGEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [escape(line, _NOTE_LONGEST) for line in lines]
