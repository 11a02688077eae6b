"""What a checker answered."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """An answer and the words it came with.

    Attributes
    ----------
    answer : str
        "accept", "reject", "none" (the checker says that it cannot tell) or "error" (an exception that is not how the
        checker rejects).
    detail : str
        The verdict or the first line of the message.
    """

    answer: str
    detail: str


ACCEPT = Answer("accept", "")


def rejection(exception: Exception) -> Answer:
    """Return the answer that is an exception of the kind with which the checker rejects."""
    return Answer("reject", first_line(exception))


def first_line(exception: Exception) -> str:
    """Return the line of an exception's message that says most: the last one of a traceback, else the first."""
    lines = [line.strip() for line in str(exception).splitlines() if line.strip()] or [""]
    return f"{type(exception).__name__}: {lines[-1 if 'Traceback' in lines[0] else 0][:200]}"
