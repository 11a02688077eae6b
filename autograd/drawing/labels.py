"""The words of a picture: labels as Graphviz's HTML-like text, tooltips as plain text.

Every name that comes from a user passes through `escape` or `tip`, so that none of them can be markup.
"""

from __future__ import annotations

import html
import re

from autograd.drawing.model import Edge, Folded, GraphModel, Leaf, Operation, Output, Region
from autograd.drawing.notation import bytes_text, count_text, shape_text, write

_LONGEST = 40  # characters of a label; the tooltip has them all
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML, or not shown
_SMALL = {"operation": "#bfdbfe", "learned": "#92400e", "constant": "#475569", "output": "#dcfce7"}


def clean(text: str) -> str:
    """Return `text` on one line without characters that no file of ours may hold."""
    return _UNPRINTABLE.sub("�", " ".join(text.split()))


def escape(text: str) -> str:
    """Return `text` as it is written inside an HTML-like label, shortened in the middle if it is very long."""
    text = clean(text)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 12]}…{text[-11:]}"
    return html.escape(text, quote=False).replace("\\", "\\\\")  # Graphviz reads \N as the name of the node even here


def html_label(markup: str) -> str:
    """Return `markup` as an HTML-like label."""
    return f"<{markup}>" if markup else ""


def tip(*lines: str) -> str:
    """Return plain lines as a tooltip, which Graphviz reads with backslash escapes and entities."""
    import graphviz  # type: ignore[import-untyped]  # it has no annotations; imported when something is drawn

    plain = (html.escape(clean(line), quote=False).replace("\\", "\\\\") for line in lines if line.strip())
    return graphviz.nohtml("\\n".join(map(graphviz.escape, plain)))  # escaped twice, for Graphviz reads it twice


def node_label(node: Operation | Folded | Leaf | Output, region: str, model: GraphModel) -> str:
    """Return the label of `node`, drawn in the region of the dotted name `region`."""
    if isinstance(node, Operation):
        formula, detail = write(node)
        return f"{escape(formula)}{_small(detail, 'operation')}"
    if isinstance(node, Folded):
        return _folded_label(node, model)
    shape = shape_text(node.output, model.dtype)
    if isinstance(node, Output):
        return f"<b>{escape(node.label)}</b>{_small(node.value or shape, 'output')}"
    label = node.label or ("" if node.kind == "constant" and shape else node.name)
    if region and label.startswith(f"{region}."):
        label = label[len(region) + 1 :]
    if node.kind == "parameter":
        return f"{escape(label)}{_small(shape, 'learned')}"
    return f"<b>{escape(label)}</b>{_small(shape, 'constant')}" if label else escape(shape)


def region_title(region: Region) -> str:
    """Return the bold dotted name of a call and what kind of module was called."""
    return f"<b>{escape(region.label)}</b>  {escape(region.title)}" if region.label else escape(region.title)


def edge_label(source: Operation | Folded | Leaf | Output, edge: Edge, usual_dtype: str | None) -> str:
    """Return the shape of what flows along `edge`, after the name that the user gave it."""
    shape = escape(shape_text(edge.array, usual_dtype))
    name = source.label if isinstance(source, Operation) else None
    text = f"<b>{escape(name)}</b>  {shape}" if name else shape
    return html_label(f" {text} ") if text else ""


def tooltip(node: Operation | Folded | Leaf | Output, model: GraphModel) -> str:
    """Return what `node` is, in full: ordinal, primitive, module, shape, dtype and bytes."""
    if isinstance(node, Folded):
        what = [count_text(n, thing) for n, thing in ((node.operations, "operation"), (node.leaves, "array")) if n]
        return tip(node.label if node.module is None else model.regions[node.module].caption, " and ".join(what))
    array = node.output
    size = f"shape {array.shape}, {array.dtype}, {bytes_text(array.nbytes)}"
    if isinstance(node, Output):
        return tip(node.label, node.value or "", size)
    if isinstance(node, Leaf):
        return tip(node.label or node.name, node.kind, size)
    options = ", ".join(f"{name} {value}" for name, value in node.options)
    module = "" if node.region is None else model.regions[node.region].caption
    saved = f"saved for the backward pass: {bytes_text(node.saved_bytes)}" if node.saved_bytes else ""
    return tip(node.name, node.label or "", options, module, size, saved)


def legend(model: GraphModel) -> str:
    """Return the key to the colours that `model` uses, the usual dtype, and the notes on what is not shown."""
    kinds = {"constant" if leaf.kind == "constant" else "gradient" for leaf in model.leaves if isinstance(leaf, Leaf)}
    entries = [("#2563eb", "operation")]
    entries += [("#fde9c8", "receives a gradient")] if "gradient" in kinds else []
    entries += [("#e2e8f0", "no gradient (dashed)")] if "constant" in kinds else []
    entries += [("#166534", "output")]
    cells = "".join(
        f'<td bgcolor="{color}" style="rounded" fixedsize="true" width="16" height="9"></td><td>{text}   </td>'
        for color, text in entries
    )
    words = [text for text in (model.dtype and f"{model.dtype} unless noted", *model.notes) if text]
    cells += "".join(f"<td>{'' if not index else '·  '}{text}  </td>" for index, text in enumerate(words))
    table = f'<table border="0" cellborder="0" cellspacing="2" cellpadding="2"><tr>{cells}</tr></table>'
    return html_label(f'<font point-size="8.5" color="#64748b">{table}</font>')


def _folded_label(node: Folded, model: GraphModel) -> str:
    if node.module is None:
        return escape(node.label)
    counts = [count_text(node.operations, "operation")] + ([count_text(node.leaves, "array")] if node.leaves else [])
    small = f'<font point-size="8.5" color="#475569">{" · ".join(counts)}</font>'
    return f"{region_title(model.regions[node.module])}<br/>{small}"


def _small(text: str, kind: str) -> str:
    return f'  <font point-size="9" color="{_SMALL[kind]}">{escape(text)}</font>' if text else ""
