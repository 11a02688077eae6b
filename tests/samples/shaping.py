"""Samples of functions that give elements another shape, order or number."""

import numpy as np

from autograd import Tensor
from autograd.ops import repeating, shaping
from sampling import real, row


def repeated(a, times, axis):
    return np.repeat(a, times, axis)


def filled(a, *args, **options):
    return np.full_like(a.data, *args, **options)


SHAPES_AND_AXES = [
    row(shaping.reshape, real(2, 3), (3, 2)),
    row(shaping.reshape, real(2, 3), -1),
    row(shaping.reshape, real(2, 3), (3, -1), order="F"),
    row(shaping.reshape, real(), (1, 1)),
    row(shaping.reshape, real(0, 3), (3, 0)),
    row(np.ravel, real(2, 3)),
    row(np.ravel, real(2, 3), order="F"),
    row(np.ravel, real()),
    row(shaping.expand_dims, real(2, 3), 1),
    row(shaping.expand_dims, real(2, 3), (0, -1)),
    row(shaping.squeeze, real(1, 3, 1)),
    row(shaping.squeeze, real(1, 3, 1), axis=-1),
    row(shaping.squeeze, real(1, 3, 1), axis=(0, 2)),
    row(shaping.broadcast_to, real(3, 1), (2, 3, 4)),
    row(shaping.broadcast_to, real(), (2, 2)),
    row(shaping.broadcast_to, real(1, 3), (0, 3)),
    row(np.full_like, Tensor(np.zeros((2, 3))), real(3)).but(analytic=False, reference=filled),
    row(np.full_like, Tensor([0]), real(), float, shape=(2, 2)).but(analytic=False, reference=filled),
    row(np.broadcast_arrays, real(3, 1), real(2, 1, 4)),
    row(np.broadcast_arrays, real(3), real(), real(2, 1)),
    row(shaping.transpose, real(2, 3)),
    row(shaping.transpose, real(2, 3, 4), (1, 2, 0)),
    row(shaping.transpose, real(2, 3, 4), axes=(-1, 0, -2)),
    row(shaping.swapaxes, real(2, 3, 4), 0, -1),
    row(shaping.moveaxis, real(2, 3, 4), 0, -1),
    row(shaping.moveaxis, real(2, 3, 4), (0, 1), (-1, 0)),
    row(np.rollaxis, real(2, 3, 4), 2),
    row(np.rollaxis, real(2, 3, 4), 0, 3),
    row(np.rollaxis, real(2, 3, 4), -2, -1),
    row(np.rollaxis, real(2, 3, 4), 1, -3),
    row(np.permute_dims, real(2, 3, 4), (2, 0, 1)),
    row(np.matrix_transpose, real(2, 3, 4)),
    row(shaping.flip, real(2, 3)),
    row(shaping.flip, real(2, 3), axis=-1),
    row(shaping.flip, real(2, 3, 2), axis=(0, 2)),
    row(shaping.roll, real(2, 3), 2),
    row(shaping.roll, real(2, 3), -1, axis=1),
    row(shaping.roll, real(2, 3), (1, 2), axis=(0, 1)),
    row(shaping.roll, real(2, 3), (1, 2), axis=-1),
    row(shaping.roll, real(2, 3), 1, axis=(0, 1)),
    row(shaping.roll, real(3, 2), [1, -1], axis=[0, 1]),
    row(shaping.roll, real(4), np.int64(3)),
    *(row(np.rot90, real(2, 3), k) for k in (-1, 0, 1, 2)),
    row(np.rot90, real(2, 3, 4), 3, axes=(2, 0)),
    row(np.rot90, real(2, 3, 4), axes=(-1, 1)),
    row(np.flipud, real(2, 3)),
    row(np.fliplr, real(2, 3)),
    row(np.atleast_1d, real()),
    row(np.atleast_1d, real(3)),
    row(np.atleast_2d, real()),
    row(np.atleast_2d, real(3)),
    row(np.atleast_2d, real(2, 3)),
    *(row(np.atleast_3d, domain) for domain in (real(), real(3), real(2, 3))),
    row(np.atleast_1d, real(), real(2)),
    row(np.atleast_2d, real(3), real()),
    row(np.atleast_3d, real(3), real(2, 3, 2), real()),
]

REPEATING = [
    row(repeating.repeat_equally, real(2, 3), 3, 0).but(reference=np.repeat),
    row(repeating.repeat_equally, real(2, 3, 2), 2, axis=1).but(reference=repeated),
    row(np.repeat, real(2, 3), 2),
    row(np.repeat, real(2, 3), 2, axis=-1),
    row(np.repeat, real(2, 3), [1, 0, 3], axis=1),
    row(np.repeat, real(2, 3), np.array([2, 1]), axis=0),
    row(np.repeat, real(), 3),
    row(np.repeat, real(2, 3), [2], axis=1),
    row(np.repeat, real(2, 3), 0, axis=1),
    row(np.tile, real(2, 3), 2),
    row(np.tile, real(3), (2, 1, 2)),
    row(np.tile, real(2, 3, 2), (2, 1)),
    row(np.tile, real(), 3),
    row(np.tile, real(3), 0),
    row(np.resize, real(2, 3), (3, 5)),
    row(np.resize, real(2, 3), 4),
    row(np.resize, real(2), (0, 2)),
    row(np.resize, real(), (2, 2)),
]

TABLE = [*SHAPES_AND_AXES, *REPEATING]
