"""Rows of costs as aligned text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from autograd.profiling.costs import Row
from autograd.sites import file_label

_MOST_ROWS = 20
_MOST_CHARACTERS = 72
_HEADER = ("calls", "forward", "VJP calls", "backward", "made", "saved", "share")


def to_text(title: str, rows: Sequence[Row], total: Row) -> str:
    """Return a table of `rows`, as they are ordered, with the share that each has of the time of `total`.

    Examples
    --------
    >>> rows = [Row("tanh", 2, 3e-6, 2, 1.5e-5, 1600, 1600), Row("sum", 1, 2e-6, 1, 0.0, 8, 0)]
    >>> print(to_text("operation", rows, Row("total", forward_seconds=5e-6, backward_seconds=1.5e-5)))
    operation  calls  forward  VJP calls  backward    made   saved   share
    tanh           2  3.00 µs          2   15.0 µs  1.6 kB  1.6 kB   90.0%
    sum            1  2.00 µs          1         ·     8 B       ·   10.0%
    """
    table = [(title, *_HEADER), *((_clip(label(row)), *_cells(row, total)) for row in _shown(rows))]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join([name.ljust(widths[0]), *(cell.rjust(n) for cell, n in zip(cells, widths[1:], strict=True))])
        for name, *cells in table
    )


def to_html(title: str, rows: Sequence[Row], total: Row) -> str:
    """Return `to_text`'s table as an HTML table."""
    head = "".join(f"<th>{cell}</th>" for cell in _HEADER)
    lines = [f'<tr><th style="text-align: left">{escape(title)}</th>{head}</tr>']
    for row in _shown(rows):
        cells = "".join(f'<td style="text-align: right">{cell}</td>' for cell in _cells(row, total))
        lines.append(f'<tr><td style="text-align: left">{escape(label(row))}</td>{cells}</tr>')
    return f"<table>{''.join(lines)}</table>"


def label(row: Row) -> str:
    """Return the name of a row; of a source line without the folder, and with the text."""
    if not row.source:
        return row.name
    file, _, line = row.name.rpartition(":")
    return f"{file_label(file)}:{line}  {row.source}"


def time_text(seconds: float) -> str:
    """Return a time with three digits.

    Examples
    --------
    >>> time_text(2.5e-5), time_text(0.9999), time_text(75.0)
    ('25.0 µs', '1.00 s', '75.0 s')
    """
    for factor, unit in ((1e6, "µs"), (1e3, "ms")):
        if float(f"{seconds * factor:.3g}") < 1000:
            return f"{_three_digits(seconds * factor)} {unit}"
    return f"{_three_digits(seconds)} s"


def bytes_text(count: int) -> str:
    """Return a number of bytes in decimal units.

    Examples
    --------
    >>> bytes_text(40), bytes_text(1600), bytes_text(999_999)
    ('40 B', '1.6 kB', '1.0 MB')
    """
    if count < 1000:
        return f"{count} B"
    amount = count / 1000
    for unit in ("kB", "MB", "GB"):
        if float(f"{amount:.1f}") < 1000:
            return f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def _shown(rows: Sequence[Row]) -> list[Row]:
    """Return the first rows, and the sum of the others as one more."""
    if len(rows) <= _MOST_ROWS:
        return list(rows)
    rest = rows[_MOST_ROWS - 1 :]
    return [*rows[: _MOST_ROWS - 1], add(f"… {len(rest)} more", rest)]


def add(name: str, rows: Sequence[Row]) -> Row:
    """Return the sum of `rows`."""
    return Row(
        name,
        sum(row.calls for row in rows),
        sum(row.forward_seconds for row in rows),
        sum(row.backward_calls for row in rows),
        sum(row.backward_seconds for row in rows),
        sum(row.bytes_made for row in rows),
        sum(row.bytes_saved for row in rows),
    )


def _cells(row: Row, total: Row) -> tuple[str, ...]:
    share = row.seconds / total.seconds if total.seconds else 0.0
    return (
        f"{row.calls:,}" if row.calls else "·",
        time_text(row.forward_seconds) if row.forward_seconds else "·",
        f"{row.backward_calls:,}" if row.backward_calls else "·",
        time_text(row.backward_seconds) if row.backward_seconds else "·",
        bytes_text(row.bytes_made) if row.bytes_made else "·",
        bytes_text(row.bytes_saved) if row.bytes_saved else "·",
        f"{share:.1%}",
    )


def _three_digits(number: float) -> str:
    rounded = float(f"{number:.3g}") if number < 1000 else number
    return f"{rounded:.{max(0, 3 - len(str(int(rounded))))}f}"


def _clip(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
