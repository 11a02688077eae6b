"""Samples of functions that select elements, of diagonals and grids, and of functions of slices."""

import numpy as np

from autograd import Tensor
from autograd.ops import diagonals
from sampling import nonzero, positive, real, row

SELECTING = [
    row(np.take, real(2, 3), [4, 0, 4]),
    row(np.take, real(2, 3), 1, axis=0),
    row(np.take, real(2, 3), np.array([[2, -1], [0, 2]]), axis=1),
    row(np.take, real(2, 3), Tensor([1, 1, 0]), axis=-2),
    row(np.take, real(2, 3), [7, -4], axis=1, mode="wrap"),
    row(np.take, real(2, 3), [7, -4, 1], mode="clip"),
    row(np.take, real(2, 3), [True, False], axis=1),
    row(np.take, real(), 0),
    row(np.take, real(), [0, -1], axis=-1),
    row(np.take_along_axis, real(2, 3), np.array([[2, 0], [0, 0]]), axis=1),
    row(np.take_along_axis, real(2, 3), np.array([[1, 0, -1]]), axis=0),
    row(np.take_along_axis, real(1, 3), np.array([[1, 0], [2, 2]]), axis=-1),
    row(np.take_along_axis, real(2, 3), np.array([5, 1, 5]), axis=None),
    row(np.compress, [True, False, True], real(2, 3), axis=1),
    row(np.compress, [0, 1], real(2, 3), axis=0),
    row(np.compress, np.array([False, True, True, False]), real(2, 3)),
    row(np.delete, real(2, 3), 1, axis=1),
    row(np.delete, real(2, 3), -1, axis=0),
    row(np.delete, real(2, 3), [0, 4, 4]),
    row(np.delete, real(5), slice(None, None, 2)),
    row(np.delete, real(5), np.array([True, False, False, True, False])),
    row(np.delete, real(2, 3), [], axis=1),
    row(np.trim_zeros, real(4)),
]


def trimmed_between_zeros(a, **options):
    return np.trim_zeros(np.concatenate([np.zeros(2), a, np.zeros(3)]), **options)


SELECTING += [row(trimmed_between_zeros, nonzero(3), trim=trim) for trim in ("fb", "f", "b", "B")]
if np.lib.NumpyVersion(np.__version__) >= "2.2.0":  # several dimensions are new
    SELECTING += [row(np.trim_zeros, nonzero(2, 3)), row(np.trim_zeros, nonzero(2, 3), "b", axis=-1)]

DIAGONALS = [
    row(np.diagonal, real(3, 3)),
    row(np.diagonal, real(2, 4), 1),
    row(np.diagonal, real(4, 2), -2),
    row(np.diagonal, real(2, 3, 4), offset=1, axis1=2, axis2=0),
    row(np.diagonal, real(2, 2), 5),
    *(row(diagonals.diagonal, real(3, 4), offset) for offset in (0, 1, -1, 3, -5)),
    row(diagonals.diagonal, real(2, 3, 2), axis1=-1, axis2=0),
    row(diagonals.diagonal, real(2, 3, 2), 1, 2, 1),
    row(diagonals.diagonal, real(0, 2)),
    *(row(np.linalg.diagonal, real(2, 4, 3), offset=offset) for offset in (0, 1, -2, -4)),
    row(np.diag, real(3)),
    row(np.diag, real(2), 2),
    row(np.diag, real(2), -1),
    row(np.diag, real(0)),
    row(np.diag, real(3, 4), k=1),
    row(np.diagflat, real(2, 2), 1),
    row(np.diagflat, real(), -1),
    row(np.tril, real(3, 3)),
    row(np.tril, real(2, 3, 4), 1),
    row(np.tril, real(3)),
    row(np.triu, real(3, 4)),
    row(np.triu, real(2, 4, 3), k=-1),
]

GRIDS = [
    row(np.meshgrid, real(2), real(3)),
    row(np.meshgrid, real(2), real(), real(3)),
    row(np.meshgrid, real(2), real(3), indexing="ij", copy=False),
    row(np.meshgrid, real(2), real(3), sparse=True),
    row(np.meshgrid, real(3)),
    row(np.ix_, real(2), real(3)),
    row(np.linspace, real(), real(), 5),
    row(np.linspace, real(3), real(2, 1), 4, endpoint=False, axis=1),
    row(np.linspace, real(2), 1.0, num=1, axis=-1),
    row(np.linspace, 0, real(), num=0),
    row(np.linspace, real(), real(2), 4, retstep=True),
    row(np.logspace, real(), real(), 5),
    row(np.logspace, positive(2), 0.5, 4, True, positive(2), axis=1).but(complex=False),
    row(np.logspace, real(), real(2), 3, endpoint=False, base=2.0),
    row(np.geomspace, positive(2), positive(), 4),
    row(np.geomspace, positive(2), positive(2), 3, endpoint=False, axis=-1),
    row(np.vander, real(3)),
    row(np.vander, real(3), 4, increasing=True),
    row(np.vander, real(2), 0),
]

OF_SLICES = [
    row(np.apply_along_axis, np.cumsum, 1, real(2, 3)),
    row(np.apply_along_axis, np.sum, 0, real(2, 3)),
    row(np.apply_along_axis, np.diag, -2, real(2, 3, 2)),
    row(np.apply_along_axis, np.roll, 1, real(2, 3), 1),
    row(np.apply_over_axes, np.sum, real(2, 3, 2), [0, -1]),
    row(np.apply_over_axes, np.cumsum, real(2, 3), 1),
]

CONVERSIONS = [
    row(np.real_if_close, real(2, 3)).but(analytic=False),
    row(np.sort_complex, real(4)).but(analytic=False),
]

TABLE = [*SELECTING, *DIAGONALS, *GRIDS, *OF_SLICES, *CONVERSIONS]
