"""Locks: arrays that are read-only as long as a node needs them as it saved them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.graph import Saved

_lock = threading.RLock()
_statements = 0  # inside which arrays are locked
_held: dict[int, list[Any]] = {}  # by id: an array that is locked, and how many nodes saved it


@contextmanager
def locking() -> Iterator[None]:
    """Let arrays be locked inside a ``with`` statement; after the last one all are open."""
    global _statements
    with _lock:
        _statements += 1
    try:
        yield
    finally:
        with _lock:
            _statements -= 1
            if not _statements:
                while _held:
                    _make_writeable(_held.popitem()[1][0])


class LockedArrays(tuple[Any, ...]):
    """What a node saved, read-only as long as it is kept."""

    __slots__ = ()

    def __new__(cls, saved: Saved) -> LockedArrays:
        locked = super().__new__(cls, saved)
        with _lock:
            for array in _arrays(saved):
                _close(array)
        return locked

    def __del__(self) -> None:
        with _lock:
            for array in _arrays(self):
                _open(array)


def _arrays(saved: Saved) -> Iterator[np.ndarray]:
    for value in saved:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, np.ndarray):
                yield item


def _close(array: np.ndarray) -> None:
    held = _held.get(id(array))
    if held is not None:
        held[1] += 1
    elif array.flags.writeable and _can_be_opened(array):
        array.flags.writeable = False
        _held[id(array)] = [array, 1]


def _open(array: np.ndarray) -> None:
    held = _held.get(id(array))
    if held is not None:
        held[1] -= 1
        if not held[1]:
            del _held[id(array)]
            _make_writeable(array)


def _can_be_opened(array: np.ndarray) -> bool:
    """Whether NumPy lets `array` be writeable again: not in memory that is of no array."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array.flags.owndata


def _make_writeable(array: np.ndarray) -> None:
    """Undo a lock; NumPy lets a view be writeable only if its base is at that moment."""
    base = array.base if isinstance(array.base, np.ndarray) else None
    is_locked = base is not None and not base.flags.writeable
    if base is not None and is_locked:
        base.flags.writeable = True
    array.flags.writeable = True
    if base is not None and is_locked:
        base.flags.writeable = False
