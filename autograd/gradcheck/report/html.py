"""Reports as HTML for notebooks, from their dicts: no script, nothing from elsewhere, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from autograd.gradcheck.report import curve, tables, wording
from autograd.gradcheck.report.tables import Row
from autograd.gradcheck.report.wording import Found

_ARRAYS = 5  # the most that have their entries, and their pictures, shown

# A mark and a colour each. The text has the colour of the page and only its ground is tinted, so that it is legible on
# any; the colours are told apart by the colour-blind (Okabe & Ito 2008), the marks by everybody.
_MARKS = {
    "RIGHT": ("✓", "#009e73"),
    "RIGHT-ABS": ("≈", "#56b4e9"),
    "CANNOT-TELL": ("?", "#8c8c8c"),
    "NONSMOOTH": ("∧", "#e69f00"),
    "WRONG": ("✗", "#d55e00"),
    "NONDETERMINISTIC": ("↻", "#cc79a7"),
}

_STYLE = """
.gradcheck { line-height: 1.5; }
.gradcheck p, .gradcheck ul { margin: 0.4em 0; }
.gradcheck ul { padding-left: 1.2em; }
.gradcheck li { overflow-wrap: anywhere; }
.gradcheck table { border-collapse: collapse; margin: 0.5em 0; color: inherit; }
.gradcheck th, .gradcheck td { padding: 0.15em 0.9em 0.15em 0; border: 0; text-align: left; background: none; }
.gradcheck th { font-weight: 600; border-bottom: 1px solid; }
.gradcheck td { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.85em; white-space: pre; }
.gradcheck summary { cursor: pointer; }
.gradcheck details { margin: 0.3em 0; }
.gradcheck .table { overflow-x: auto; }
"""


def report(found: Found) -> str:
    """Return the HTML of a `GradcheckReport`.

    Examples
    --------
    >>> report({"verdict": "RIGHT", "tensors": [], "evaluations": 3, "seed": 5})[:23]
    '<div class="gradcheck">'
    """
    parts = [f"<style>{_STYLE}</style>", *_body(found)]
    for order, higher in enumerate(found.get("higher", ()), start=2):
        parts.append(_details(f"{wording.ordinal(order)} order {wording.summary(higher)}", _body(higher)))
    return f'<div class="gradcheck">{"".join(parts)}</div>'


def local_report(found: Found) -> str:
    """Return the HTML of a `LocalReport`."""
    title = f"<p>gradcheck.local {_badge(found['verdict'])} {escape(wording.local_counts(found))}</p>"
    return f'<div class="gradcheck"><style>{_STYLE}</style>{title}{"".join(_operations(found))}</div>'


def _body(found: Found) -> Iterable[str]:
    """Yield what is said of one order: the table, the findings, and what there is to unfold."""
    so_far = "" if found.get("complete", True) else " so far, interrupted after"
    yield f"<p>gradcheck {_badge(found['verdict'])}{so_far} {escape(wording.effort(found))}, seed {found['seed']}</p>"
    shown, rest = wording.choose(found["tensors"])
    yield _table([tables.array_row(tensor) for tensor in shown], rest)
    yield _list(wording.notes(found))
    severe = sorted(found["tensors"], key=wording.severity, reverse=True)[:_ARRAYS]
    for tensor in severe:
        entries, title = [c for c in tensor["checks"] if c["index"] is not None], wording.clean(tensor["name"])
        if tensor["verdict"] == "WRONG" and len(entries) > 1:
            shown, rest = wording.choose(entries)
            yield _details(
                f"{title}: {wording.wrong_entries(entries)}", [_table(list(map(tables.entry_row, shown)), rest)]
            )
    if found.get("operations"):
        yield _details("operations by themselves", _operations(found["operations"]))
    for tensor in severe:
        check = wording.worst(tensor)
        title = f"{wording.clean(tensor['name'])} {wording.place(check)}".rstrip() if check else ""
        picture = curve.draw(check, title) if check else ""
        if picture:
            yield _details(f"{title}: error against step size", [picture])


def _operations(local: Found) -> Iterable[str]:
    shown, rest = wording.choose(local["operations"])
    yield _table([row for operation in shown for row in tables.operation_rows(operation)], rest)
    yield _list([line for operation in shown for line in wording.operation_notes(operation)])


def _table(rows: Sequence[Row], rest: Sequence[str]) -> str:
    columns = tables.columns(rows)
    if not columns:
        return ""
    head = "".join(f"<th>{escape(title)}</th>" for title, _ in columns)
    titles = [title for title, _ in columns]
    lines = []
    for cells in zip(*(cells for _, cells in columns), strict=True):
        texts = [
            _badge(cell) if title == "verdict" else escape(cell) for title, cell in zip(titles, cells, strict=True)
        ]
        lines.append("<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>")
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return f'<div class="table">{table}</div>{_list(rest)}'


def _badge(verdict: str) -> str:
    """Return a verdict with its mark, on a ground of its colour."""
    if verdict not in _MARKS:
        return escape(verdict)
    mark, colour = _MARKS[verdict]
    colour = f"var(--gradcheck-{verdict.lower()}, {colour})"
    style = f"border-left:0.3em solid {colour};padding:0 0.5em;background:color-mix(in srgb, {colour} 22%, transparent)"
    return f'<span style="{style}"><b>{mark}</b> {escape(verdict)}</span>'


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""


def _details(title: str, parts: Iterable[str]) -> str:
    return f"<details><summary>{escape(title)}</summary>{''.join(parts)}</details>"
