"""`History`: what each epoch of a training achieved."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Epoch(NamedTuple):
    """One row: losses in nats, accuracies as fractions.

    The training figures are means over the epoch as it went, while the weights still moved; the validation figures
    are those of the weights at its end.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float


@dataclass(frozen=True)
class History:
    """The epochs of one training, in order; immutable.

    Parameters
    ----------
    rows : tuple of Epoch

    Examples
    --------
    >>> history = History().with_row(Epoch(1, 0.9, 0.5, 0.7, 0.75)).with_row(Epoch(2, 0.4, 0.8, 0.8, 0.5))
    >>> history.best.epoch
    1
    >>> print(history.to_csv().splitlines()[1])
    1,0.9,0.5,0.7,0.75
    >>> History.from_csv(history.to_csv()) == history
    True
    """

    rows: tuple[Epoch, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Epoch]:
        return iter(self.rows)

    def with_row(self, row: Epoch) -> History:
        """Return this history with one more row."""
        return History((*self.rows, row))

    @property
    def best(self) -> Epoch:
        """The row of the smallest validation loss, the first of equals."""
        if not self.rows:
            raise ValueError("History.best: there are no epochs yet")
        return min(self.rows, key=lambda row: row.validation_loss)

    def to_csv(self) -> str:
        """Return the rows below a header; every bit of a number survives `from_csv`."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(Epoch._fields)
        writer.writerows([row.epoch, *map(repr, map(float, row[1:]))] for row in self.rows)
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> History:
        """Rebuild a history from the result of `to_csv`.

        Raises
        ------
        ValueError
            If the header is another or a line has not five numbers; the message names the line.
        """
        header, *lines = [*csv.reader(io.StringIO(text))] or [[]]
        if tuple(header) != Epoch._fields:
            raise ValueError(f"History.from_csv: line 1 is {header} where {list(Epoch._fields)} is needed")
        rows = []
        for number, line in enumerate(lines, start=2):
            try:
                epoch, *values = line
                rows.append(Epoch(int(epoch), *map(float, values)))
            except (ValueError, TypeError):
                raise ValueError(f"History.from_csv: line {number} is {line} where five numbers are needed") from None
        return cls(tuple(rows))
