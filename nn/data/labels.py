"""Number the classes found among labels of any kind."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.data.errors import DataError


def encode_labels(labels: ArrayLike, source: str = "labels") -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Number the distinct labels ``0 .. C - 1`` in sorted order.

    Parameters
    ----------
    labels : array_like, shape (m,) or (m, 1)
        Text, or whole numbers of any type.
    source : str
        What errors begin with.

    Returns
    -------
    y : ndarray, shape (m,), int64
    class_names : tuple of str, length C

    Raises
    ------
    DataError
        If the labels are not a list, or one is neither text nor a whole number.

    Examples
    --------
    >>> encode_labels([10.0, 2.0, 10.0])
    (array([1, 0, 1]), ('2', '10'))
    """
    values = np.asarray(labels)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise DataError(
            f"{source}: labels have shape {values.shape} where (m,) is needed; take the argmax of one-hot rows"
        )
    if values.dtype.kind == "f":
        values = _whole(values, source)
    elif values.dtype.kind == "S":
        values = np.strings.decode(values, "utf-8", "replace")
    elif values.dtype.kind not in "biuU":
        raise DataError(f"{source}: labels have dtype {values.dtype}; give text or whole numbers")
    classes, y = np.unique(values, return_inverse=True)
    return y.astype(np.int64, copy=False), tuple(map(str, classes.tolist()))


def _whole(values: NDArray[Any], source: str) -> NDArray[np.int64]:
    # Beyond 2**53 neighbouring whole numbers share one float64, so two classes could become one.
    bad = ~(np.isfinite(values) & (np.abs(values) < 2.0**53))
    bad[~bad] = values[~bad] != np.rint(values[~bad])
    if bad.any():
        row = int(bad.argmax())
        raise DataError(
            f"{source}: label {values[row]:g} of example {row} is not a whole number; give a column of classes"
        )
    return values.astype(np.int64)
