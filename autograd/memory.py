"""Whose memory an array shows, and when it was written to as far as the library can see."""

from __future__ import annotations

import itertools
import weakref
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

# One clock for two kinds of event, the creation of a node and a write to an array. "Was this array written to after
# this node saved it?" is then a comparison of two integers.
tick = itertools.count(1).__next__

latest = 0  # the time of the last write to anything


class _Record:
    """What is known of the writes to one piece of memory.

    `whole` is when all of it was last written to, `stamps` when each element was, from the first write to a part on;
    `operation` is what wrote last.
    """

    __slots__ = ("operation", "reference", "stamps", "whole")

    def __init__(self, owner: np.ndarray) -> None:
        self.reference = weakref.ref(owner, partial(_forget, id(owner)))
        self.whole = 0
        self.stamps: np.ndarray | None = None
        self.operation = ""


_records: dict[int, _Record] = {}  # by id of the array that owns the memory


def owner_of(array: np.ndarray) -> np.ndarray:
    """Return the array that owns the memory of `array`."""
    while (base := array.base) is not None:
        if not isinstance(base, np.ndarray):
            base = getattr(base, "base", None)  # NumPy's strided views are of an object that holds the array
            if not isinstance(base, np.ndarray):
                break
        array = base
    return array


def record_write(array: np.ndarray, operation: str = "a write", index: Any = ...) -> None:
    """Note that `operation` changes the elements of `array` at `index` now, so that a sweep refuses what saved them."""
    global latest
    latest = tick()
    owner = array if array.base is None else owner_of(array)
    record = _records.get(id(owner))
    if record is None:
        record = _records[id(owner)] = _Record(owner)
    record.operation = operation
    if index is Ellipsis and (array is owner or array.size == owner.size):
        record.whole = latest
        return
    if record.stamps is None:
        record.stamps = np.zeros(owner.size, np.int64)
    stamps = _stamps_of(array, owner, record.stamps)
    if stamps is None:
        record.whole = latest
    else:
        stamps[index] = latest


def last_write(array: np.ndarray) -> tuple[int, str]:
    """Return when an element of `array` was last written to, 0 if never, and by what."""
    owner = owner_of(array)
    record = _records.get(id(owner))
    if record is None:
        return 0, ""
    if record.stamps is None or not array.size:
        return record.whole, record.operation
    stamps = _stamps_of(array, owner, record.stamps)
    return max(record.whole, int((record.stamps if stamps is None else stamps).max())), record.operation


def _stamps_of(array: np.ndarray, owner: np.ndarray, stamps: np.ndarray) -> np.ndarray | None:
    """Return the part of `stamps` that is about `array`, None if its elements are not those of its owner."""
    offset = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    size = owner.itemsize
    if array.itemsize != size or not owner.flags.forc or offset % size or any(s % size for s in array.strides):
        return None
    strides = [stride // size * stamps.itemsize for stride in array.strides]
    return as_strided(stamps[offset // size :], array.shape, strides)


def _forget(key: int, _: weakref.ref[np.ndarray]) -> None:
    del _records[key]
