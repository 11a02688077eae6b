"""Tables of reports, from their dicts: which rows there are, and what their cells say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.gradcheck.report import wording
from autograd.gradcheck.report.wording import Found

_NUMBERS = {"gradient", "numeric", "ratio"}  # columns that are aligned at the decimal point
_ARGUMENTS = 4  # the most that are shown of one operation

Row = Mapping[str, str]


def array_row(tensor: Found, title: str = "array") -> Row:
    """Return the row of an array; `title` is what to call it."""
    check = wording.worst(tensor)
    row = {title: wording.clean(tensor["name"]), "shape": wording.shape(tensor)}
    if check is None:
        return {**row, "verdict": "empty" if 0 in tensor["shape"] else "not checked"}
    return {**row, "verdict": tensor["verdict"], **wording.numbers(check), "at": wording.place(check)}


def entry_row(check: Found) -> Row:
    """Return the row of a check in a table of one array."""
    return {"at": wording.place(check), "verdict": check["verdict"], **wording.numbers(check)}


def operation_rows(operation: Found) -> list[Row]:
    """Return a row for each argument of an operation, or the worst few; only the first says which operation it is."""
    name = {"operation": wording.clean(operation["name"]), "line": wording.clean(operation.get("place", ""))}
    tensors, _ = wording.choose(operation["tensors"], _ARGUMENTS)
    rows: list[Row] = [array_row(tensor, "argument") for tensor in tensors] or [{"verdict": operation["verdict"]}]
    return [{**(name if position == 0 else dict.fromkeys(name, "")), **row} for position, row in enumerate(rows)]


def columns(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """Return the title and the cells of each column that is filled in any row, numbers with blanks before them.

    Examples
    --------
    >>> columns([{"array": "W", "gradient": "-12.5", "at": ""}, {"array": "b", "gradient": "0.125"}])
    [('array', ['W', 'b']), ('gradient', ['-12.5', '  0.125'])]
    """
    filled = {title for row in rows for title, cell in row.items() if cell}
    titles = [title for title in dict.fromkeys(title for row in rows for title in row) if title in filled]
    cells = {title: [row.get(title, "") for row in rows] for title in titles}
    return [(title, _aligned(cells[title]) if title in _NUMBERS else cells[title]) for title in titles]


def _aligned(cells: Sequence[str]) -> list[str]:
    """Return numbers with blanks before them, so that their decimal points are below each other."""
    whole = [len(cell.partition("e")[0].partition(".")[0]) for cell in cells]
    return [" " * (max(whole) - width) + cell if cell else "" for cell, width in zip(cells, whole, strict=True)]
