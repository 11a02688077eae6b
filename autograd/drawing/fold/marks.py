"""The marks of one node that is drawn for many: none that matters is lost, and no picture is buried under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd.drawing.model import Mark

_GRAVEST = ("failed", "wrong", "non-finite", "cannot tell")
_ENDS = ("dead", "cut off")
_HANDFUL = 5


def marks_of_repetitions(repetitions: Sequence[tuple[Mark, ...]]) -> tuple[Mark, ...]:
    """Return the marks of a node that is drawn for the same node of every repetition.

    What is said of all of them is said once, and of the others in which repetition it is so; where a gradient ends in
    some of them only, that is a note. That a gradient is "right" is always said once; the text is that of the first.
    """
    where: dict[tuple[str, str], list[int]] = {}
    first: dict[tuple[str, str], Mark] = {}
    for number, marks in enumerate(repetitions, 1):
        for mark in marks:
            key = (mark.kind, "" if mark.kind == "right" else mark.text)
            first.setdefault(key, mark)
            where.setdefault(key, []).append(number)
    found = []
    for key, mark in first.items():
        numbers = where[key]
        place = f"in repetition {numbers[0]:,} of {len(repetitions):,}"
        if 1 < len(numbers) < len(repetitions):
            place = f"in {len(numbers):,} of {len(repetitions):,} repetitions, first in repetition {numbers[0]:,}"
        kind = "note" if mark.kind in _ENDS else mark.kind
        found.append(mark if len(numbers) == len(repetitions) else Mark(kind, f"{place}: {mark.text}"))
    return _handful(found)


def marks_of_folded(members: Iterable[tuple[str, tuple[Mark, ...]]]) -> tuple[Mark, ...]:
    """Return the grave marks of the nodes that one node stands for, given their names and marks."""
    found = []
    for name, marks in members:
        for mark in marks:
            if mark.kind in _GRAVEST:
                found.append(mark if name in mark.text else Mark(mark.kind, f"{name}: {mark.text}"))
    return _handful(found)


def _handful(marks: list[Mark]) -> tuple[Mark, ...]:
    """Return the gravest of `marks`, with the number of the others."""
    if len(marks) <= _HANDFUL:
        return tuple(marks)
    ranks = {kind: rank for rank, kind in enumerate(_GRAVEST)}
    marks.sort(key=lambda mark: ranks.get(mark.kind, len(ranks)))
    rest = marks[_HANDFUL - 1 :]
    return (*marks[: _HANDFUL - 1], Mark(rest[0].kind, f"{len(rest):,} more like these"))
