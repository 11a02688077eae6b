"""Hand out examples in batches, in a new order each epoch."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.data.errors import DataError


class BatchLoader:
    """Iterate over arrays in batches: one pass is one epoch and shows every example once.

    Parameters
    ----------
    *arrays : ndarray, shape (m, ...)
        Batched together, row by row.
    batch_size : int
        Examples a batch.
    shuffle : bool
        Draw a fresh permutation for each epoch. If False, batches are views of the arrays, in their order.
    drop_last : bool
        Leave out the last batch if it is short.
    rng : numpy.random.Generator or int, optional
        Where permutations come from, or its seed. The same seed gives the same epochs.
        Default: unpredictable.

    Attributes
    ----------
    rng : numpy.random.Generator
        Its state before an epoch is all that is needed to repeat that epoch.

    Raises
    ------
    DataError
        If there are no arrays, no examples or no batches, or the arrays differ in length.
    TypeError, ValueError
        If `batch_size` is not an integer, or not positive.

    Examples
    --------
    >>> x, y = np.arange(10.0).reshape(5, 2), np.array([0, 1, 0, 1, 1])
    >>> loader = BatchLoader(x, y, batch_size=2, shuffle=False)
    >>> len(loader)
    3
    >>> [labels.tolist() for _, labels in loader]
    [[0, 1], [0, 1], [1]]
    """

    def __init__(
        self,
        *arrays: NDArray[Any],
        batch_size: int = 32,
        shuffle: bool = True,
        drop_last: bool = False,
        rng: np.random.Generator | int | None = None,
    ) -> None:
        self.arrays = tuple(np.asarray(array) for array in arrays)
        self.n_examples = _common_length(self.arrays)
        self.batch_size = _positive(batch_size)
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.rng = np.random.default_rng(rng)
        if len(self) == 0:
            raise DataError(
                f"BatchLoader: drop_last leaves no batch of {batch_size} from {self.n_examples} examples; "
                "use a smaller batch_size"
            )

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        if self.drop_last:
            return self.n_examples // self.batch_size
        return -(-self.n_examples // self.batch_size)

    def __iter__(self) -> Iterator[tuple[NDArray[Any], ...]]:
        """Start an epoch, whose order is drawn now, not when its first batch is asked for."""
        starts = range(0, len(self) * self.batch_size, self.batch_size)
        if not self.shuffle:
            return (self._slices(start) for start in starts)
        order = self.rng.permutation(self.n_examples)
        return (self._gathered(order[start : start + self.batch_size]) for start in starts)

    def _slices(self, start: int) -> tuple[NDArray[Any], ...]:
        return tuple(array[start : start + self.batch_size] for array in self.arrays)

    def _gathered(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        return tuple(np.take(array, rows, axis=0) for array in self.arrays)


def _common_length(arrays: tuple[NDArray[Any], ...]) -> int:
    if not arrays:
        raise DataError("BatchLoader: no arrays; give at least one")
    if any(array.ndim == 0 for array in arrays):
        raise DataError("BatchLoader: an array is a single number; give arrays of shape (m, ...)")
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise DataError(f"BatchLoader: arrays have lengths {lengths}; give one row an example in each")
    if lengths[0] == 0:
        raise DataError("BatchLoader: the arrays are empty; give at least one example")
    return lengths[0]


def _positive(batch_size: int) -> int:
    if isinstance(batch_size, bool):
        raise TypeError(f"BatchLoader: batch_size is {batch_size}; give a positive integer")
    try:
        size = operator.index(batch_size)
    except TypeError:
        raise TypeError(f"BatchLoader: batch_size is {batch_size!r}; give a positive integer") from None
    if size <= 0:
        raise ValueError(f"BatchLoader: batch_size is {size}; give a positive integer")
    return size
