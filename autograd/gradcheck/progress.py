"""How long a check will take, said before it does."""

from __future__ import annotations

import sys
from typing import Any, Self

from autograd.gradcheck.lines import Evaluator

LONG = 10.0  # seconds: beyond that the estimate is said first
CALLS = 11  # a line, typically
EXACT = 25  # for what is tested without lines


class Progress:
    """A progress bar on standard error, used in a ``with`` statement.

    Parameters
    ----------
    lines : int
        How many derivatives there are.
    evaluator : Evaluator
        Has called the function already, so that it knows how long a call takes.
    is_shown : bool or None
        None: only if the check takes more than a few seconds.
    """

    def __init__(self, lines: int, evaluator: Evaluator, is_shown: bool | None) -> None:
        self._lines = lines
        self._evaluator = evaluator
        self._is_shown = is_shown
        self._bar: Any = None

    def __enter__(self) -> Self:
        if self._is_shown is False:
            return self
        seconds = self._evaluator.seconds
        calls = CALLS * self._lines + EXACT
        expected = calls * seconds
        if expected > LONG:
            time = f"about {calls:,} calls of {duration(seconds)}, {duration(expected)} in all"
            print(f"gradcheck: {time}; an interrupt gives what was found until then", file=sys.stderr)
        if self._is_shown or expected > LONG / 5:
            from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]  # it has no types

            self._bar = tqdm(total=self._lines, desc="gradcheck", unit="line", leave=False)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self) -> None:
        """Note that one more derivative is done."""
        if self._bar is not None:
            self._bar.update()


def duration(seconds: float) -> str:
    """Return a time as people say it.

    Examples
    --------
    >>> duration(0.5), duration(90), duration(7000)
    ('0.5 s', '1.5 min', '1.9 h')
    """
    for limit, unit in ((60, "s"), (3600, "min")):
        if seconds < limit:
            return f"{seconds * 60 / limit:.2g} {unit}"
    return f"{seconds / 3600:.2g} h"
