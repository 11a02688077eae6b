"""What can be said of arrays before anything is computed: whether there is something to differentiate at, and in."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.gradcheck.report import Finding
from autograd.gradcheck.verdict import Verdict

_SHOWN = 3  # indices of entries that are not finite


def inspect(names: Sequence[str], arrays: Sequence[np.ndarray]) -> list[Finding]:
    """Return what is remarkable about arrays: entries that share memory, that are not finite, or that do not exist.

    Parameters
    ----------
    names : sequence of str
        What to call them, such as ``x`` or ``output 0``.
    arrays : sequence of ndarray
        As they came: a copy no longer shows how its entries lay in memory.

    Returns
    -------
    list of Finding
        Of kind "input": CANNOT-TELL where an entry is not finite, RIGHT for what need only be known.

    Examples
    --------
    >>> import numpy as np
    >>> for finding in inspect(["x"], [np.array([1.0, np.nan])]):
    ...     print(finding.text)
    x is nan at [1]: no derivative can be taken there
    """
    found = []
    for name, array in zip(names, arrays, strict=True):
        if not array.size:
            text = f"{name} of shape {array.shape} has no entries, so there is nothing to check"
            found.append(Finding("input", Verdict.RIGHT, text))
        if overlaps_itself(array):
            text = (
                f"{name}: entries share memory (shape {array.shape}, strides {array.strides}, as np.broadcast_to "
                "makes them); each was checked as an entry of its own, on a copy"
            )
            found.append(Finding("input", Verdict.RIGHT, text))
        finite = np.isfinite(array)
        if not finite.all():
            found.append(Finding("input", Verdict.CANNOT_TELL, f"{name} is {_not_finite(array, finite)}"))
    return found


def inspect_outputs(outputs: Sequence[np.ndarray]) -> list[Finding]:
    """Return what is remarkable about the outputs of a function."""
    names = ["the output"] if len(outputs) == 1 else [f"output {i}" for i in range(len(outputs))]
    return inspect(names, [np.array(output) for output in outputs])  # a copy: an output may be broadcast


def overlaps_itself(array: np.ndarray) -> bool:
    """Whether two entries of `array` lie at the same place in memory."""
    axes = sorted((abs(stride), size) for stride, size in zip(array.strides, array.shape, strict=True) if size > 1)
    if not array.size or not axes:
        return False
    if axes[0][0] < array.itemsize:
        return True
    reach = array.itemsize
    for stride, size in axes:
        if stride < reach:  # the axes interleave, perhaps without meeting: look at every place
            return _places_meet(axes)
        reach += stride * (size - 1)
    return False


def _places_meet(axes: Sequence[tuple[int, int]]) -> bool:
    places = np.zeros(1, np.int64)
    for stride, size in axes:
        places = np.unique((places[:, np.newaxis] + stride * np.arange(size)).ravel())
    return places.size < math.prod(size for _, size in axes)


def _not_finite(array: np.ndarray, finite: np.ndarray) -> str:
    indices = np.argwhere(~finite)
    shown = ", ".join(str(index.tolist()) for index in indices[:_SHOWN]) if array.ndim else ""
    more = f" and {len(indices) - _SHOWN} more" if len(indices) > _SHOWN else ""
    values = dict.fromkeys(str(array[tuple(index)]) for index in indices[:_SHOWN])
    place = f" at {shown}{more}" if shown else ""
    return f"{' or '.join(values)}{place}: no derivative can be taken there"
