"""What is written on nodes and edges: HTML-like labels and tooltips, and the one place where text is escaped.

Every text that is not ours (names of parameters, modules, primitives, arguments, lines of code) passes through `escape`
or `tip`, so that none of it can be markup.
"""

from __future__ import annotations

import html
import textwrap

from autograd.drawing.model import Edge, Folded, GraphModel, Leaf, Mark, Operation, Output, Region, Statistics
from autograd.drawing.notation import (
    bytes_text,
    clean,
    count_text,
    gradient_text,
    number_text,
    region_text,
    shape_text,
    sign,
    write,
)

_LONGEST = 40  # characters of a label; the tooltip has them all
_REASON_WIDTH = 40
_EXPLAINED = {"failed", "wrong", "non-finite", "dead"}

_GAP = '<br/><font point-size="3"> </font>'  # between a label and the line that it stands on

Colors = dict[str, str]


def escape(text: str, longest: int = _LONGEST) -> str:
    """Return `text` as it is written inside an HTML-like label, shortened in the middle if it is very long."""
    text = clean(text)
    if len(text) > longest:
        text = f"{text[: longest - 12]}…{text[-11:]}"
    return html.escape(text, quote=False).replace("\\", "\\\\")  # Graphviz reads \N as the name of the node even here


def html_label(markup: str) -> str:
    """Return `markup` as an HTML-like label."""
    return f"<{markup}>" if markup else ""


def tip(*lines: str) -> str:
    """Return plain lines as a tooltip, which Graphviz reads with backslash escapes and entities."""
    plain = (html.escape(clean(line), quote=False).replace("\\", "\\\\") for line in lines if line.strip())
    return "\\n".join(line.replace("\\", "\\\\") for line in plain)  # escaped twice, for Graphviz reads it twice


def node_label(node: Operation | Folded | Leaf | Output, region: str, model: GraphModel, colors: Colors) -> str:
    """Return the label of `node`, drawn in the region of the dotted name `region`."""
    if isinstance(node, Operation):
        formula, detail = write(node)
        role = "failed" if any(mark.kind in ("failed", "wrong") for mark in node.marks) else "operation"
        label = f"{sign(node.marks)}{escape(formula)}{_small(detail, colors[f'detail_of_{role}'])}"
        return label + _reasons(node.marks)
    if isinstance(node, Folded):
        return _folded_label(node, model, colors)
    shape = shape_text(node.output, model.dtype)
    if isinstance(node, Output):
        return f"<b>{escape(node.label)}</b>{_small(node.value or shape, colors['detail_of_output'])}"
    label = node.label or ("" if node.kind == "constant" and shape else node.name)
    if region and label.startswith(f"{region}."):
        label = label[len(region) + 1 :]
    if node.kind == "parameter":
        return f"{sign(node.marks)}{escape(label)}{_small(shape, colors['detail_of_learned'])}{_reasons(node.marks)}"
    shown = f"<b>{escape(label)}</b>{_small(shape, colors['detail_of_constant'])}" if label else escape(shape)
    return f"{sign(node.marks)}{shown}"


def region_title(region: Region) -> str:
    """Return the bold dotted name of a call and what kind of module was called."""
    name, title = region_text(region)
    return f"<b>{escape(name)}</b>  {escape(title)}" if name else escape(title)


def edge_label(edge: Edge, name: str | None, shape: str, colors: Colors) -> str:
    """Return the label of `edge`: the user's `name` for what flows, its `shape`, and the gradient that flows back."""
    parts = [f"<b>{escape(name)}</b>"] if name else []
    parts += [escape(shape)] if shape else []
    parts += [f"∂ {gradient_text(edge.gradient)}"] if edge.gradient is not None else []
    if edge.gradient is not None and edge.share is not None and 0 < edge.share < 0.9995:
        share = f"{100 * edge.share:.0f} %" if edge.share >= 0.005 else "< 1 %"
        parts.append(_small(share, colors["note"]).strip())
    return html_label(f"  {'  '.join(parts)}  {_GAP}") if parts else ""


def tooltip(node: Operation | Folded | Leaf | Output, model: GraphModel) -> str:
    """Return what `node` is, in full: ordinal, primitive, module, shape, dtype, bytes, VJPs, statistics and line."""
    marks = [mark.text for mark in getattr(node, "marks", ())]
    if isinstance(node, Folded):
        what = [count_text(n, thing) for n, thing in ((node.operations, "operation"), (node.leaves, "array")) if n]
        held = [f"{count_text(node.parameters, 'parameter')}" if node.parameters else "", _saved_text(node.saved_bytes)]
        name = node.label if node.module is None else " ".join(region_text(model.regions[node.module]))
        return tip(name, " and ".join(what), *held, _statistics("gradient", node.gradient), *marks)
    array = node.output
    size = f"shape {array.shape}, {array.dtype}, {bytes_text(array.nbytes)}"
    if isinstance(node, Output):
        return tip(node.label, node.value or "", size)
    statistics = [_statistics("value", node.value), _statistics("gradient", node.gradient)]
    if isinstance(node, Leaf):
        return tip(node.label or node.name, node.kind, size, *statistics, *marks)
    options = ", ".join(f"{name} {value}" for name, value in node.options)
    module = "" if node.region is None else model.regions[node.region].caption
    place = "" if node.place is None else f"{node.place}: {node.place.code}"
    name = f"{node.name}  {node.label}" if node.label else node.name
    if not array.nbytes and any(mark.kind == "failed" for mark in node.marks):  # it has no output
        size = ""
    saved = _saved_text(node.saved_bytes)
    return tip(name, options, module, size, saved, *node.vjps, *statistics, place, *marks)


def edge_tooltip(edge: Edge) -> str:
    """Return what the target of `edge` contributes to the gradient of its source, nothing where that is not known."""
    if edge.gradient is None:
        return ""
    share = "" if edge.share is None else f"{100 * edge.share:.3g} % of all contributions"
    arrays = f"{edge.count} edges drawn as one" if edge.count > 1 else ""
    return tip(f"{edge.target} to the gradient of {edge.source}", _statistics("", edge.gradient), share, arrays)


def _reasons(marks: tuple[Mark, ...]) -> str:
    """Return in small print what went wrong, or why a gradient ends; of what the notes tell, only the beginning."""
    lines: list[str] = []
    for mark in marks:
        if mark.kind in _EXPLAINED:
            text = mark.text.partition(":")[0] if mark.kind == "non-finite" else mark.text
            lines += textwrap.wrap(clean(text), _REASON_WIDTH, max_lines=3, placeholder=" …")
    return "".join(f'<br/><font point-size="8">{escape(line)}</font>' for line in lines)


def _folded_label(node: Folded, model: GraphModel, colors: Colors) -> str:
    if node.module is None:
        return f"{sign(node.marks)}{escape(node.label)}"
    counts = [count_text(node.operations, "operation")] + ([count_text(node.leaves, "array")] if node.leaves else [])
    small = f'<font point-size="8.5" color="{colors["detail_of_constant"]}">{" · ".join(counts)}</font>'
    return f"{sign(node.marks)}{region_title(model.regions[node.module])}<br/>{small}"


def _saved_text(count: int) -> str:
    return f"saved for the backward pass: {bytes_text(count)}" if count else ""


def _statistics(what: str, found: Statistics | None) -> str:
    """Return rms, largest element and what is zero or not finite, in words."""
    if found is None:
        return ""
    words = [f"rms {number_text(found.rms)}", f"largest {number_text(found.maximum)}"]
    words += [f"{100 * found.zeros / found.size:.3g} % zeros"] if found.zeros else []
    words += [f"{found.nans} NaN"] if found.nans else []
    words += [f"{found.infs} infinite"] if found.infs else []
    return f"{what}: {', '.join(words)}" if what else ", ".join(words)


def _small(text: str, color: str) -> str:
    return f'  <font point-size="9" color="{color}">{escape(text)}</font>' if text else ""
