"""The rows of a summary, as numbers, as text and as HTML."""

from __future__ import annotations

import html
from dataclasses import dataclass

from autograd.drawing.model import Array
from autograd.drawing.notation import bytes_text, clean, number_text, shape_text, shortened

_FIRST, _LAST = 40, 20  # of more rows than both together, those that are shown
_LONGEST = 48  # characters of a cell
_WORDS = ("name", "what", "output")
_NUMBERS = ("parameters", "output bytes", "saved bytes", "gradient rms", "update")


@dataclass(frozen=True, slots=True)
class Row:
    """A call of a module, or an operation or array outside of all modules.

    Attributes
    ----------
    name : str
        The dotted name of the module, the user's name of an array, or an ordinal.
    kind : str
        The module with what it says of itself and how often it repeats, the primitive, or "parameter" or "variable".
    depth : int
        The number of calls around it.
    output : Array or None
        What it made last.
    parameters : int
        The number of elements of the parameters that it is the first to use: not those of the modules in it.
    saved_bytes : int
        What its own operations keep for the backward pass.
    gradient : float or None
        The rms of the gradient of those parameters; NaN or infinite if an element is, None if it is not known.
    update : float or None
        The rms of what one step of SGD changes, as a fraction of the rms of those parameters.
    """

    name: str
    kind: str
    depth: int
    output: Array | None
    parameters: int
    saved_bytes: int
    gradient: float | None
    update: float | None


@dataclass(frozen=True, repr=False)
class Summary:
    """A table of a graph: prints as text, shows itself in a notebook, and has its `rows` and their `total` as numbers.

    Of many rows only the first and the last are shown. `dtype` is that of the arrays of which none is said.
    """

    rows: tuple[Row, ...]
    total: Row
    dtype: str | None

    def __str__(self) -> str:
        table = self._table()
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        rule = ["-" * width for width in widths]
        return "\n".join(_line(cells, widths) for cells in (table[0], rule, *table[1:-1], rule, table[-1]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        header, *body = self._table()
        lines = ["".join(f'<th style="{_side(i)}">{cell}</th>' for i, cell in enumerate(header))]
        for cells in body:
            indent = len(cells[0]) - len(cells[0].lstrip())
            styles = [_side(i) for i in range(len(cells))]
            styles[0] += f"; padding-left: {indent + 1}ch"
            pairs = zip(styles, cells, strict=True)
            lines.append("".join(f'<td style="{style}">{html.escape(cell.strip())}</td>' for style, cell in pairs))
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    def _table(self) -> list[list[str]]:
        """Return header, rows and total as text, without the last columns if nothing is known of them."""
        header = [*_WORDS, *_NUMBERS]
        left_out = len(self.rows) - _FIRST - _LAST
        if left_out > 0:
            elided = [f"… {left_out:,} more …", *[""] * (len(header) - 1)]
            body = [*map(self._cells, self.rows[:_FIRST]), elided, *map(self._cells, self.rows[-_LAST:])]
        else:
            body = [*map(self._cells, self.rows)]
        unknown = all(row.update is None for row in self.rows) + all(row.gradient is None for row in self.rows)
        return [cells[: len(header) - unknown] for cells in (header, *body, self._cells(self.total))]

    def _cells(self, row: Row) -> list[str]:
        return [
            "  " * row.depth + shortened(clean(row.name), _LONGEST),
            shortened(clean(row.kind), _LONGEST),
            shape_text(row.output, self.dtype) if row.output else "",
            f"{row.parameters:,}",
            bytes_text(row.output.nbytes) if row.output else "",
            bytes_text(row.saved_bytes),
            *("–" if value is None else number_text(value) for value in (row.gradient, row.update)),
        ]


def _side(column: int) -> str:
    """Return the style of a column: words start at the left, numbers end at the right."""
    return "text-align: left" if column < len(_WORDS) else "text-align: right"


def _line(cells: list[str], widths: list[int]) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    return "  ".join(cell.ljust(width) if i < len(_WORDS) else cell.rjust(width) for i, (cell, width) in pairs).rstrip()
