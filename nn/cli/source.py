"""Where the examples come from: the digits of the package, or a file."""

from __future__ import annotations

from nn.cli.failure import Failure
from nn.data import Dataset, load_digits, read

DIGITS = "digits"


def load(file: str, target: str | int | None = None, labels: str | None = None) -> Dataset:
    """Return the data set in `file`, or the digits if that is their name."""
    if file == DIGITS:
        if target is not None or labels is not None:
            raise Failure("--target and --labels are for a file; name it with --data")
        return load_digits()
    return read(file, column(target), labels)


def column(target: str | int | None) -> str | int | None:
    """Return a column's index as a number, a name as it is."""
    return int(target) if isinstance(target, str) and target.lstrip("-").isdecimal() else target
