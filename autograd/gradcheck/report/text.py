"""Reports as plain text, from their dicts: aligned tables, and a line for each other thing that was found."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from autograd.gradcheck.report import tables, wording
from autograd.gradcheck.report.tables import Row
from autograd.gradcheck.report.wording import Found


def report(found: Found) -> str:
    """Return the text of a `GradcheckReport`.

    Examples
    --------
    >>> check = {"index": [1, 0], "analytic": 2.0, "numeric": 1.0, "error": 3e-13, "verdict": "WRONG", "reason": ""}
    >>> weight = {"name": "W", "shape": [2, 3], "dtype": "float64", "verdict": "WRONG", "checks": [check]}
    >>> diagnosis = {"text": "The gradient is 2 times too large everywhere. Explains 100.00 % of the mismatch."}
    >>> print(report({
    ...     "verdict": "WRONG", "tensors": [weight], "evaluations": 11, "seed": 5, "diagnosis": diagnosis
    ... }))
    gradcheck WRONG: 1 entry, 11 evaluations, seed 5
      array  shape  verdict  gradient  numeric  error bar  ratio  at
      W      2 × 3  WRONG    2         1        ± 3e-13    2      [1, 0]
      diagnosis: The gradient is 2 times too large everywhere. Explains 100.00 % of the mismatch.
    """
    lines = [wording.headline(found), *(f"  {line}" for line in _body(found))]
    for order, higher in enumerate(found.get("higher", ()), start=2):
        lines += [
            f"  {wording.ordinal(order)} order {wording.summary(higher)}",
            *(f"    {line}" for line in _body(higher)),
        ]
    return "\n".join(lines)


def local_report(found: Found) -> str:
    """Return the text of a `LocalReport`.

    Examples
    --------
    >>> check = {"index": None, "analytic": 0.5, "numeric": 2.0, "error": 1e-12, "verdict": "WRONG", "reason": ""}
    >>> argument = {"name": "x", "shape": [32], "dtype": "float64", "verdict": "WRONG", "checks": [check]}
    >>> mean = {"name": "mean", "place": "loss.py:41", "source": "return -picked.mean()", "verdict": "WRONG"}
    >>> found = {"verdict": "WRONG", "operations": [{**mean, "tensors": [argument]}], "evaluations": 9, "seed": 5}
    >>> print(local_report(found))
    gradcheck.local WRONG: 1 operation, 9 evaluations, seed 5
      operation  line        argument  shape  verdict  gradient  numeric  error bar  ratio  at
      mean       loss.py:41  x         32     WRONG    0.5       2        ± 1e-12    0.25   a direction
      mean (loss.py:41  `return -picked.mean()`) is WRONG
    """
    operations = found["operations"]
    lines = [f"gradcheck.local {found['verdict']}: {wording.local_counts(found)}"]
    shown, rest = wording.choose(operations)
    rows = [row for operation in shown for row in tables.operation_rows(operation)]
    lines += [f"  {line}" for line in [*_table(rows), *rest]]
    for operation in shown:
        lines += [f"  {line}" for line in wording.operation_notes(operation)]
    return "\n".join(lines)


def details(tensor: Found, most: int = wording.ROWS) -> str:
    """Return a table of the worst entries of an array.

    Examples
    --------
    >>> check = {"analytic": 2.0, "numeric": 1.0, "error": 3e-13, "verdict": "WRONG", "reason": ""}
    >>> print(details({"name": "b", "shape": [2], "checks": [{**check, "index": [0]}, {**check, "index": [1]}]}))
    b: 2 of the 2 entries that were checked are WRONG
      at   verdict  gradient  numeric  error bar  ratio
      [0]  WRONG    2         1        ± 3e-13    2
      [1]  WRONG    2         1        ± 3e-13    2
    """
    entries = [check for check in tensor["checks"] if check["index"] is not None]
    shown, rest = wording.choose(entries, most)
    rows = [tables.entry_row(check) for check in shown]
    return "\n  ".join([f"{wording.clean(tensor['name'])}: {wording.wrong_entries(entries)}", *_table(rows), *rest])


def _body(found: Found) -> list[str]:
    shown, rest = wording.choose(found["tensors"])
    lines = _table([tables.array_row(tensor) for tensor in shown]) + rest + wording.notes(found)
    wrong = [tensor for tensor in found["tensors"] if tensor["verdict"] == "WRONG"]
    several = [t for t in wrong if sum(c["verdict"] == "WRONG" and c["index"] is not None for c in t["checks"]) > 1]
    if several:
        lines += details(max(several, key=wording.severity)).splitlines()
    return lines


def _table(rows: Sequence[Row]) -> list[str]:
    columns = []
    for title, cells in tables.columns(rows):
        wide = max(map(_width, [title, *cells]))
        columns.append([cell + " " * (wide - _width(cell)) for cell in [title, *cells]])
    return ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]


def _width(text: str) -> int:
    """Return how many columns a text takes in a terminal: two for a wide character, none for a combining one."""
    marks = sum(unicodedata.category(c) in ("Mn", "Me", "Cf") for c in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(c) in "WF" for c in text)
