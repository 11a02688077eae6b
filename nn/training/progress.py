"""The bar that a training shows while it runs."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

_REFRESH = 0.1  # seconds between two pictures on a terminal
_REFRESH_LOG = 30.0  # ... and in a log file, where each picture stays
_FORMAT = "  {percentage:3.0f}% |{bar:24}| {desc}"


class Progress:
    """A tqdm bar over the examples of all epochs, with loss, accuracy and examples a second.

    Parameters
    ----------
    epochs : int
    examples : int
        Of one epoch.
    shown : bool
        False makes every method do nothing.
    """

    def __init__(self, epochs: int, examples: int, shown: bool) -> None:
        from tqdm import tqdm  # type: ignore[import-untyped, unused-ignore]  # it has no types

        self.epochs, self.epoch, self.validation = epochs, 1, ""
        interval = _REFRESH if sys.stderr.isatty() else _REFRESH_LOG
        self.bar = tqdm(
            total=epochs * examples,
            bar_format=_FORMAT,
            desc=f"epoch 1/{epochs}",
            mininterval=interval,
            disable=not shown,
        )
        self.start = self.shown_at = time.perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.bar.close()

    def batch(self, size: int, loss: float, accuracy: float) -> None:
        """Count a batch of `size` examples, and say how this epoch does so far."""
        if self.bar.disable:
            return
        now = time.perf_counter()
        if now - self.shown_at > _REFRESH:
            self.shown_at = now
            self._write(loss, accuracy)
        self.bar.update(size)

    def finish_epoch(self, epoch: int, loss: float, accuracy: float, validation_accuracy: float) -> None:
        """Say what an epoch achieved."""
        if self.bar.disable:
            return
        self.epoch, self.validation = epoch, f", validation {validation_accuracy:.1%}"
        self._write(loss, accuracy)
        self.epoch += 1

    def stop_early(self) -> None:
        """Fill the bar: no more epochs come."""
        if not self.bar.disable:
            self.bar.total = self.bar.n
            self.bar.refresh()

    def _write(self, loss: float, accuracy: float) -> None:
        rate = self.bar.n / (time.perf_counter() - self.start)
        self.bar.set_description_str(
            f"epoch {self.epoch:{len(str(self.epochs))}}/{self.epochs}, loss {loss:.4f}, accuracy {accuracy:.1%}"
            f"{self.validation}, {rate:,.0f} examples/s",
            refresh=False,
        )
