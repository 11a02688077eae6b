"""How long a check will take, said before it does."""

from __future__ import annotations

import sys
import warnings
from typing import Any, Self

from autograd.gradcheck.lines import Evaluator

SHOWN = 2.0  # seconds: beyond that there is a bar
LONG = 10.0  # and beyond that the estimate is said first
REPEATS = 2  # calls that an estimate is made of, besides the first
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
        calls = CALLS * self._lines + EXACT
        expected = calls * self._seconds(SHOWN / calls)
        if expected > LONG:
            time = f"about {calls:,} calls of {duration(expected / calls)}, {duration(expected)} in all"
            print(f"gradcheck: {time}; an interrupt gives what was found until then", file=sys.stderr)
        if self._is_shown or expected > SHOWN:
            self._bar = _bar(self._lines)
        return self

    def _seconds(self, enough: float) -> float:
        """Return how long a call takes; the first ones, if they take longer than `enough`, are not believed alone."""
        for _ in range(REPEATS):
            if self._evaluator.seconds > enough:
                self._evaluator.time_again()
        return self._evaluator.seconds

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self) -> None:
        """Note that one more derivative is done."""
        if self._bar is not None:
            self._bar.update()


def _bar(total: int) -> Any:
    """Return a bar of the kind that fits where this runs; what it lacks for that is not worth a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]  # it has no types

        return tqdm(total=total, desc="gradcheck", unit="line", leave=False)


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
