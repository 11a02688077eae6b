"""`profile`: what the operations of a program cost."""

from __future__ import annotations

import dataclasses
import linecache
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

from autograd.errors import GraphError
from autograd.profiling.costs import Ledger, Row
from autograd.profiling.meter import start, stop
from autograd.profiling.tables import bytes_text, time_text, to_html, to_text

_ORDERS: dict[str, Callable[[Row], float]] = {
    "total": lambda row: row.seconds,
    "forward": lambda row: row.forward_seconds,
    "backward": lambda row: row.backward_seconds,
    "bytes": lambda row: row.bytes_made + row.bytes_saved,
}


class profile:  # noqa: N801  # used like a function
    """Measure the operations that run inside ``with profile() as p:``, forward and backward; ``print(p)`` shows them.

    Parameters
    ----------
    sort : "total", "forward", "backward" or "bytes"
        What the rows of the tables are ordered by, the largest first: the time forward and backward together, one of
        the two, or the bytes made and saved.

    Attributes
    ----------
    by_operation, by_module, by_line : tuple of Row
        What was measured, a row an operation, a module (by its name inside the outermost one that runs, and its type)
        or a line of source code; up to now while the profile runs. A row has `calls`, `forward_seconds`,
        `backward_calls`, `backward_seconds`, `bytes_made` and `bytes_saved`.

    Raises
    ------
    ValueError
        If `sort` is none of these.
    GraphError
        If a profile that is running is entered again.

    Notes
    -----
    An operation is a primitive applied to Tensors: ``np.stack`` appears as the primitives it is composed of, and what
    NumPy computes of plain arrays (also `argmax` and others without derivative) does not appear. The time of an
    operation is that of computing and of recording it, of a VJP that of computing it. The rest of the wall time is
    that of your own code, of the sweep around the VJPs, and of the profile, which takes a few µs a call: so take shares
    of the wall time from programs whose arrays are large, and the times from any.

    VJPs belong to the module and the line of the operation that they are of. In a sweep that is recorded (for higher
    orders) VJPs consist of operations: each has its own row, at that same module and line, and its time is not in the
    VJP's. VJPs of operations from before the profile have the module and line "(recorded before)".

    The line is the innermost one outside of this library, NumPy and Python's own. Two modules of the same name and
    type share a row.

    A profile measures all threads; their times add up, and can exceed the wall time. Several can run at once, nested
    or overlapping: each measures everything between its own beginning and end. A profile can be entered again when it
    has ended, and goes on counting.

    Profiling replaces the functions that compute operations by timed ones, and puts those back at the end, also after
    an error: while nothing is profiled it costs nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor, profile
    >>> x = Tensor(np.ones((100, 50)), requires_grad=True)
    >>> with profile() as p:
    ...     loss = np.sum(np.tanh(x) * 2.0)
    ...     loss.backward()
    >>> for row in sorted(p.by_operation, key=lambda row: row.name):
    ...     print(row.name, row.calls, row.backward_calls, row.bytes_made, row.bytes_saved)
    multiply 1 1 40000 0
    sum 1 1 8 0
    tanh 1 1 40000 40000
    >>> [(row.source, row.calls, row.backward_calls) for row in p.by_line]
    [('loss = np.sum(np.tanh(x) * 2.0)', 3, 3)]
    """

    def __init__(self, sort: str = "total") -> None:
        if sort not in _ORDERS:
            raise ValueError(f"profile: sort must be one of {', '.join(map(repr, _ORDERS))}, got {sort!r}")
        self.sort = sort
        self._ledger = Ledger()
        self._wall = 0
        self._began: int | None = None

    def __enter__(self) -> Self:
        if self._began is not None:
            raise GraphError("profile: this profile is running already; make another one with autograd.profile()")
        start(self._ledger)
        self._began = time.perf_counter_ns()
        return self

    def __exit__(self, *exception: object) -> None:
        self._wall, self._began = self._elapsed(), None
        stop(self._ledger)

    def _elapsed(self) -> int:
        return self._wall + (0 if self._began is None else time.perf_counter_ns() - self._began)

    @property
    def wall_seconds(self) -> float:
        """The time that passed inside."""
        return self._elapsed() / 1e9

    @property
    def total(self) -> Row:
        """The sum of all operations: its `seconds` are those spent in operations and their VJPs."""
        return self._ledger.total().row("total")

    @property
    def by_operation(self) -> tuple[Row, ...]:
        return self._ordered(cost.row(name) for name, cost in self._ledger.sums(lambda key: key[0]).items())

    @property
    def by_module(self) -> tuple[Row, ...]:
        return self._ordered(cost.row(name) for name, cost in self._ledger.sums(lambda key: key[1].module).items())

    @property
    def by_line(self) -> tuple[Row, ...]:
        costs = self._ledger.sums(lambda key: (key[1].file, key[1].line))
        return self._ordered(
            cost.row(f"{file}:{line}" if line else file, linecache.getline(file, line).strip())
            for (file, line), cost in costs.items()
        )

    def _ordered(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        order = _ORDERS[self.sort]
        return tuple(sorted(rows, key=lambda row: (-order(row), row.name)))

    # ------------------------------------------------------------------------------------------ display

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, strings and numbers."""
        return {
            "wall_seconds": self.wall_seconds,
            "total": dataclasses.asdict(self.total),
            "by_operation": [dataclasses.asdict(row) for row in self.by_operation],
            "by_module": [dataclasses.asdict(row) for row in self.by_module],
            "by_line": [dataclasses.asdict(row) for row in self.by_line],
        }

    def __str__(self) -> str:
        return "\n\n".join([self._headline(), *(to_text(title, rows, self.total) for title, rows in self._tables())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        tables = (to_html(title, rows, self.total) for title, rows in self._tables())
        return "\n".join([f"<p>{self._headline()}</p>", *tables])

    def _headline(self) -> str:
        total, wall = self.total, self.wall_seconds
        if not total.calls and not total.backward_calls:
            return "profile: no operation was applied to a Tensor"
        return (
            f"profile: {time_text(wall)}, {total.seconds / wall:.1%} of it in operations (forward "
            f"{time_text(total.forward_seconds)}, backward {time_text(total.backward_seconds)}), the rest around them; "
            f"{bytes_text(total.bytes_made)} made, {bytes_text(total.bytes_saved)} saved for backward"
        )

    def _tables(self) -> list[tuple[str, tuple[Row, ...]]]:
        tables = [("operation", self.by_operation), ("module", self.by_module), ("line", self.by_line)]
        return [(title, rows) for title, rows in tables if rows]
