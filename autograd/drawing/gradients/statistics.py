"""Statistics of the elements of an array."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from autograd.drawing.model import Statistics
from autograd.tensor import plain


def statistics(array: Any) -> Statistics:
    """Return the statistics of an array of any shape and numeric dtype, summed in float64.

    Examples
    --------
    >>> import numpy as np
    >>> found = statistics(np.array([3e200, -4e200, 0.0, np.nan]))
    >>> f"{found.norm:.3g}", found.maximum, found.zeros, found.nans
    ('5e+200', 4e+200, 1, 1)
    """
    array = np.asarray(plain(array))
    sizes = np.asarray(np.abs(array), np.float64).ravel()
    nans = infs = 0
    maximum = float(sizes.max(initial=0.0))
    if not math.isfinite(maximum):
        nans, infs = int(np.count_nonzero(np.isnan(sizes))), int(np.count_nonzero(np.isinf(sizes)))
        sizes = sizes[np.isfinite(sizes)]
        maximum = float(sizes.max(initial=0.0))
    norm = _norm(sizes, maximum)
    rms = norm / math.sqrt(sizes.size) if sizes.size else 0.0
    zeros = array.size - int(np.count_nonzero(array))
    return Statistics(array.size, norm, maximum, zeros, nans, infs, 1, rms, rms)


def _norm(sizes: np.ndarray, maximum: float) -> float:
    """Return the Euclidean norm of finite `sizes`, which it overwrites."""
    if maximum == 0:
        return 0.0
    scale = math.ldexp(1.0, math.frexp(maximum)[1] - 1)  # a power of two is exact; no square overflows or underflows
    sizes /= scale
    return min(scale * math.sqrt(sizes.dot(sizes)), sys.float_info.max)
