"""What operations cost: counted while they run, then summed up to rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import get_ident
from typing import TypeVar

from autograd.sites import Site

G = TypeVar("G")
Key = tuple[str, Site]  # an operation's name and where it was called


@dataclass(frozen=True)
class Row:
    """The cost of one operation, module or source line.

    Attributes
    ----------
    name : str
        Of a source line the file and the number, as in ``train.py:12``.
    calls, backward_calls : int
        How often an operation was applied to Tensors, and how many VJPs were called: one an input with a gradient.
    forward_seconds, backward_seconds : float
        In operations, and in VJPs; without what runs inside and has its own row.
    bytes_made : int
        Of the outputs; a view of an input makes none.
    bytes_saved : int
        Of the arrays that recorded operations saved for their VJPs, each once an operation.
    source : str
        The text of a source line.
    """

    name: str
    calls: int = 0
    forward_seconds: float = 0.0
    backward_calls: int = 0
    backward_seconds: float = 0.0
    bytes_made: int = 0
    bytes_saved: int = 0
    source: str = ""

    @property
    def seconds(self) -> float:
        """The time forward and backward."""
        return self.forward_seconds + self.backward_seconds


class Cost:
    """Calls, nanoseconds and bytes that add up."""

    __slots__ = ("backward", "backward_calls", "calls", "forward", "made", "saved")

    def __init__(self) -> None:
        self.calls = self.forward = self.backward_calls = self.backward = self.made = self.saved = 0

    def __iadd__(self, other: Cost) -> Cost:
        for name in Cost.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    def row(self, name: str, source: str = "") -> Row:
        """Return this as a row."""
        times = self.forward / 1e9, self.backward / 1e9
        return Row(name, self.calls, times[0], self.backward_calls, times[1], self.made, self.saved, source)


class Ledger:
    """The costs of each operation at each site, a thread its own: no two threads add to the same number."""

    def __init__(self) -> None:
        self._costs: dict[tuple[int, Key], Cost] = {}

    def cost(self, key: Key) -> Cost:
        """Return the cost to which this thread adds."""
        entry = (get_ident(), key)
        cost = self._costs.get(entry)
        if cost is None:
            cost = self._costs[entry] = Cost()
        return cost

    def total(self) -> Cost:
        """Return the sum of all costs."""
        return self.sums(lambda _: "").get("", Cost())

    def sums(self, group: Callable[[Key], G]) -> dict[G, Cost]:
        """Return the sum of the costs of each group of keys."""
        sums: dict[G, Cost] = {}
        for (_, key), cost in list(self._costs.items()):  # a copy: other threads may be adding
            total = sums.setdefault(group(key), Cost())
            total += cost
        return sums
