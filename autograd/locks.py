"""Locks: arrays that are read-only as long as something needs them as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.graph import Saved


class Locks:
    """The arrays that are read-only for now, and how many nodes saved each."""

    def __init__(self) -> None:
        self._held: dict[int, list[Any]] = {}  # by id: the array and the count

    def close(self, array: np.ndarray) -> None:
        held = self._held.get(id(array))
        if held is not None:
            held[1] += 1
        elif array.flags.writeable:
            array.flags.writeable = False
            self._held[id(array)] = [array, 1]

    def open(self, array: np.ndarray) -> None:
        held = self._held.get(id(array))
        if held is not None:
            held[1] -= 1
            if not held[1]:
                del self._held[id(array)]
                _make_writeable(array)

    def open_all(self) -> None:
        while self._held:
            _make_writeable(self._held.popitem()[1][0])


class LockedArrays(tuple[Any, ...]):
    """What a node saved, read-only as long as it is kept."""

    locks: Locks

    def __new__(cls, saved: Saved, locks: Locks) -> LockedArrays:
        locked = super().__new__(cls, saved)
        locked.locks = locks
        for array in _arrays(saved):
            locks.close(array)
        return locked

    def __del__(self) -> None:
        for array in _arrays(self):
            self.locks.open(array)


def _arrays(saved: Saved) -> Iterator[np.ndarray]:
    for value in saved:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, np.ndarray):
                yield item


def _make_writeable(array: np.ndarray) -> None:
    """Undo a lock; NumPy lets a view be writeable only if its base is at that moment."""
    base = array.base if isinstance(array.base, np.ndarray) else None
    is_locked = base is not None and not base.flags.writeable
    if base is not None and is_locked:
        base.flags.writeable = True
    array.flags.writeable = True
    if base is not None and is_locked:
        base.flags.writeable = False
