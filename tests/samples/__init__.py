"""The table of samples: what every primitive, and every composition of a NumPy function, is tested on; a file a family.

A row is a function, its arguments, and its options. A domain such as ``positive(2, 3)`` is a differentiable argument
of that shape; everything else is a constant. ``.but(analytic=False)`` marks a function that is not holomorphic,
``complex=…`` whether complex inputs are supported where that differs, ``reference=…`` what computes the value
independently (NumPy's function of the same name by default). Every row goes through all of ``engine/test_table.py``.
"""

import importlib.util

import numpy as np

from autograd import Tensor
from samples import (
    calculus,
    elementwise,
    fft,
    indexing,
    joining,
    linalg,
    neural,
    products,
    reductions,
    selecting,
    shaping,
    sorting,
    statistics,
)
from samples.without_derivative import WITHOUT_DERIVATIVE

__all__ = ["IN_PLACE", "TABLE", "WITHOUT_DERIVATIVE"]

TABLE = [
    *elementwise.TABLE,
    *reductions.TABLE,
    *statistics.TABLE,
    *sorting.TABLE,
    *calculus.TABLE,
    *shaping.TABLE,
    *joining.TABLE,
    *selecting.TABLE,
    *indexing.TABLE,
    *products.TABLE,
    *linalg.TABLE,
    *fft.TABLE,
    *neural.TABLE,
]

# What writes into its first argument and returns nothing has tests of its own, in `engine/test_assignment.py`, and
# `np.add.at` with its relatives in `engine/test_updates.py`.
IN_PLACE = {
    Tensor.__setitem__,
    np.copyto,
    np.place,
    np.put,
    np.put_along_axis,
    np.putmask,
    np.fill_diagonal,
    np.ufunc.at,
}

if importlib.util.find_spec("scipy") is not None:  # it is optional
    from samples import scipy

    TABLE += scipy.TABLE
    WITHOUT_DERIVATIVE += scipy.WITHOUT_DERIVATIVE
