"""The table of samples: what every primitive, and every composition that computes a NumPy function, is tested on.

A row is a function, its arguments, and its options. A domain such as ``positive(2, 3)`` is a differentiable argument
of that shape; everything else is a constant. ``.but(analytic=False)`` marks a function that is not holomorphic,
``complex=…`` whether complex inputs are supported where that differs, ``reference=…`` what computes the value
independently (NumPy's function of the same name by default). Every row goes through all of ``engine/test_table.py``.
"""

import operator

import numpy as np

from autograd import Tensor
from autograd.ops import elementwise, indexing, linalg, neural, reductions, shaping
from sampling import between, nonzero, positive, real, row, spaced, unit, whole

MASK = np.array([[True, False, True], [False, False, True]])

ARITHMETIC = [
    row(elementwise.add, real(2, 3), real(2, 3)),
    row(elementwise.add, real(3, 1), real(1, 4)),
    row(elementwise.add, real(2, 3), 2.5),
    row(elementwise.subtract, real(2, 3), real(2, 3)),
    row(elementwise.subtract, real(3), real(2, 3)),
    row(elementwise.subtract, 1.0, real(2, 3)),
    row(elementwise.multiply, real(2, 3), real(2, 3)),
    row(elementwise.multiply, real(3, 1), real(1, 4)),
    row(elementwise.multiply, real(), real(2, 3)),
    row(elementwise.multiply, 2.5, real(2, 3)),
    row(elementwise.divide, real(2, 3), nonzero(2, 3)),
    row(elementwise.divide, real(3, 1), nonzero(1, 4)),
    row(elementwise.divide, real(2, 3), nonzero()),
    row(elementwise.divide, 2.0, nonzero(2, 3)),
    row(elementwise.negative, real(2, 3)),
    row(elementwise.positive, real(2, 3)),
    row(elementwise.reciprocal, nonzero(2, 3)),
    row(elementwise.square, real(2, 3)),
    row(elementwise.remainder, between(2.2, 2.8, 2, 3), between(0.95, 1.05, 2, 3)).but(analytic=False),
    row(elementwise.remainder, between(-2.8, -2.2, 3, 1), between(0.95, 1.05, 1, 4)).but(analytic=False),
    row(elementwise.fmod, between(2.2, 2.8, 2, 3), between(0.95, 1.05, 2, 3)).but(analytic=False),
    row(elementwise.fmod, between(-2.8, -2.2, 3, 1), between(0.95, 1.05, 1, 4)).but(analytic=False),
    row(elementwise.power, positive(2, 3), real(2, 3)),
    row(elementwise.power, positive(3, 1), real(1, 4)),
    row(elementwise.power, nonzero(2, 3), 2),
    row(elementwise.power, nonzero(2, 3), -3.0),
    row(elementwise.power, positive(2, 3), 0.5),
    row(elementwise.power, nonzero(2, 3), 0),
    row(elementwise.power, nonzero(2, 3), np.array([0.0, 1.0, 3.0])),
    row(elementwise.power, 2.0, real(2, 3)),
    row(elementwise.float_power, positive(2, 3), real(2, 3)),
    row(elementwise.float_power, positive(2, 3), 1.5),
]

POWERS_AND_LOGARITHMS = [
    row(elementwise.sqrt, positive(2, 3)),
    row(elementwise.cbrt, nonzero(2, 3)).but(analytic=False),
    row(elementwise.exp, real(2, 3)),
    row(elementwise.exp2, real(2, 3)),
    row(elementwise.expm1, real(2, 3)),
    row(elementwise.log, positive(2, 3)),
    row(elementwise.log2, positive(2, 3)),
    row(elementwise.log10, positive(2, 3)),
    row(elementwise.log1p, unit(2, 3)),
    row(elementwise.logaddexp, real(2, 3), real(2, 3)).but(analytic=False),
    row(elementwise.logaddexp, real(3, 1), real(1, 4)).but(analytic=False),
    row(elementwise.logaddexp2, real(2, 3), real(2, 3)).but(analytic=False),
    row(elementwise.logaddexp2, real(2, 3), real()).but(analytic=False),
]

TRIGONOMETRY = [
    row(elementwise.sin, real(2, 3)),
    row(elementwise.cos, real(2, 3)),
    row(elementwise.tan, between(-1.2, 1.2, 2, 3)),
    row(elementwise.arcsin, unit(2, 3)),
    row(elementwise.arccos, unit(2, 3)),
    row(elementwise.arctan, unit(2, 3)),
    row(elementwise.arctan2, positive(2, 3), nonzero(2, 3)).but(analytic=False),
    row(elementwise.arctan2, positive(3, 1), nonzero(1, 4)).but(analytic=False),
    row(elementwise.hypot, nonzero(2, 3), real(2, 3)).but(analytic=False),
    row(elementwise.hypot, nonzero(3, 1), real(1, 4)).but(analytic=False),
    row(elementwise.deg2rad, real(2, 3)).but(analytic=False),
    row(elementwise.rad2deg, real(2, 3)).but(analytic=False),
    row(elementwise.radians, real(2, 3)).but(analytic=False),
    row(elementwise.degrees, real(2, 3)).but(analytic=False),
    row(elementwise.sinh, real(2, 3)),
    row(elementwise.cosh, real(2, 3)),
    row(elementwise.tanh, real(2, 3)),
    row(elementwise.arcsinh, unit(2, 3)),
    row(elementwise.arccosh, between(1.3, 3.0, 2, 3)),
    row(elementwise.arctanh, unit(2, 3)),
]

PARTS_AND_CHOICES = [
    row(elementwise.absolute, nonzero(2, 3)).but(analytic=False, complex=True),
    row(elementwise.fabs, nonzero(2, 3)).but(analytic=False),
    row(elementwise.conjugate, real(2, 3)).but(analytic=False, complex=True),
    row(elementwise.real, real(2, 3)).but(analytic=False, complex=True),
    row(elementwise.imag, real(2, 3)).but(analytic=False, complex=True),
    row(np.angle, positive(2, 3)).but(analytic=False, complex=True),
    row(np.angle, positive(2, 3), deg=True).but(analytic=False, complex=True),
    row(elementwise.astype, real(2, 3), np.float64).but(analytic=False),
    row(elementwise.astype, real(2, 3), np.complex128).but(analytic=False, complex=True),
    row(elementwise.copy, real(2, 3)),
    row(elementwise.maximum, spaced(2, 3), spaced(2, 3, offset=0.35)).but(analytic=False),
    row(elementwise.maximum, spaced(3, 1), spaced(1, 4, offset=0.35)).but(analytic=False),
    row(elementwise.maximum, spaced(2, 3), 0.0).but(analytic=False),
    row(elementwise.minimum, spaced(2, 3), spaced(2, 3, offset=0.35)).but(analytic=False),
    row(elementwise.minimum, spaced(), spaced(2, 3, offset=0.35)).but(analytic=False),
    row(elementwise.fmax, spaced(2, 3), spaced(2, 3, offset=0.35)).but(analytic=False),
    row(elementwise.fmax, spaced(2, 3), np.array([[np.nan, -9.0, 9.0]])).but(analytic=False),
    row(elementwise.fmin, spaced(2, 3), spaced(2, 3, offset=0.35)).but(analytic=False),
    row(elementwise.fmin, np.array([[np.nan, -9.0, 9.0]]), spaced(2, 3)).but(analytic=False),
    row(elementwise.where, MASK, real(2, 3), real(2, 3)),
    row(elementwise.where, MASK, real(3), 0.0),
    row(elementwise.where, MASK[:1], 1.0, real(2, 1)),
    row(np.clip, spaced(2, 3), -0.65, 0.85).but(analytic=False),
    row(np.clip, spaced(2, 3), None, 0.85).but(analytic=False),
    row(np.clip, spaced(2, 3), between(-0.7, -0.6), between(0.8, 0.9, 3)).but(analytic=False),
    row(np.clip, spaced(2, 3), -0.65, None).but(analytic=False),
]

REDUCTIONS = [
    row(reductions.sum, real(2, 3)),
    row(reductions.sum, real(2, 3), axis=0),
    row(reductions.sum, real(2, 3, 2), axis=-2, keepdims=True),
    row(reductions.sum, real(2, 3, 2), axis=(0, -1)),
    row(reductions.sum, real(2, 3), keepdims=True),
    row(reductions.sum, real(2, 3), axis=()),
    row(reductions.sum, real()),
    row(reductions.sum, real(0, 3), axis=0),
    row(reductions.mean, real(2, 3)),
    row(reductions.mean, real(2, 3), axis=1),
    row(reductions.mean, real(2, 3, 2), axis=-2, keepdims=True),
    row(reductions.mean, real(2, 3, 2), axis=(0, -1)),
    row(reductions.mean, real()),
    row(reductions.prod, real(2, 3)),
    row(reductions.prod, real(2, 3), axis=0),
    row(reductions.prod, real(2, 3, 2), axis=-2, keepdims=True),
    row(reductions.prod, real(2, 3, 2), axis=(-1, 0)),
    row(reductions.prod, real()),
    row(reductions.prod, real(0, 3), axis=0),
    row(reductions.cumsum, real(2, 3)),
    row(reductions.cumsum, real(2, 3), axis=0),
    row(reductions.cumsum, real(2, 3), axis=-1),
    row(reductions.max, spaced(2, 3)).but(analytic=False),
    row(reductions.max, spaced(2, 3), axis=0).but(analytic=False),
    row(reductions.max, spaced(2, 3, 2), axis=-2, keepdims=True).but(analytic=False),
    row(reductions.max, spaced(2, 3, 2), axis=(0, -1)).but(analytic=False),
    row(reductions.max, spaced(2, 0), axis=0).but(analytic=False),
    row(reductions.min, spaced(2, 3)).but(analytic=False),
    row(reductions.min, spaced(2, 3), axis=0).but(analytic=False),
    row(reductions.min, spaced(2, 3, 2), axis=(0, -1), keepdims=True).but(analytic=False),
    row(np.amax, spaced(2, 3), axis=1).but(analytic=False),
    row(np.amin, spaced(2, 3), axis=1).but(analytic=False),
    row(reductions.var, real(2, 3)).but(analytic=False, complex=True),
    row(reductions.var, real(2, 3), axis=0).but(analytic=False, complex=True),
    row(reductions.var, real(2, 3, 2), axis=(0, -1), ddof=1).but(analytic=False, complex=True),
    row(reductions.var, real(2, 3, 2), axis=-2, keepdims=True).but(analytic=False, complex=True),
    row(reductions.std, real(2, 3)).but(analytic=False, complex=True),
    row(reductions.std, spaced(2, 3), axis=0).but(analytic=False, complex=True),
    row(reductions.std, spaced(2, 3, 2), axis=(0, -1), ddof=1).but(analytic=False, complex=True),
    row(reductions.std, spaced(2, 3, 2), axis=-2, keepdims=True).but(analytic=False, complex=True),
]


def log_of_sum_of_exp(a, axis=None, keepdims=False):
    return np.log(np.sum(np.exp(a), axis=axis, keepdims=keepdims))


REDUCTIONS += [
    sample.but(reference=log_of_sum_of_exp, complex=False)
    for sample in (
        row(reductions.logsumexp, real(2, 3)),
        row(reductions.logsumexp, real(2, 3), axis=1),
        row(reductions.logsumexp, real(2, 3, 2), axis=-2, keepdims=True),
        row(reductions.logsumexp, real(2, 3, 2), axis=(0, -1)),
    )
]

SHAPES_AND_AXES = [
    row(shaping.reshape, real(2, 3), (3, 2)),
    row(shaping.reshape, real(2, 3), -1),
    row(shaping.reshape, real(2, 3), (3, -1), order="F"),
    row(shaping.reshape, real(), (1, 1)),
    row(shaping.reshape, real(0, 3), (3, 0)),
    row(np.ravel, real(2, 3)),
    row(shaping.expand_dims, real(2, 3), 1),
    row(shaping.expand_dims, real(2, 3), (0, -1)),
    row(shaping.squeeze, real(1, 3, 1)),
    row(shaping.squeeze, real(1, 3, 1), axis=-1),
    row(shaping.squeeze, real(1, 3, 1), axis=(0, 2)),
    row(shaping.broadcast_to, real(3, 1), (2, 3, 4)),
    row(shaping.broadcast_to, real(), (2, 2)),
    row(shaping.broadcast_to, real(1, 3), (0, 3)),
    row(shaping.transpose, real(2, 3)),
    row(shaping.transpose, real(2, 3, 4), (1, 2, 0)),
    row(shaping.transpose, real(2, 3, 4), axes=(-1, 0, -2)),
    row(shaping.swapaxes, real(2, 3, 4), 0, -1),
    row(shaping.moveaxis, real(2, 3, 4), 0, -1),
    row(shaping.moveaxis, real(2, 3, 4), (0, 1), (-1, 0)),
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
    row(np.flipud, real(2, 3)),
    row(np.fliplr, real(2, 3)),
    row(np.atleast_1d, real()),
    row(np.atleast_1d, real(3)),
    row(np.atleast_2d, real()),
    row(np.atleast_2d, real(3)),
    row(np.atleast_2d, real(2, 3)),
]

REPEATING = [
    row(np.repeat, real(2, 3), 2),
    row(np.repeat, real(2, 3), 2, axis=-1),
    row(np.repeat, real(2, 3), [1, 0, 3], axis=1),
    row(np.repeat, real(2, 3), np.array([2, 1]), axis=0),
    row(np.tile, real(2, 3), 2),
    row(np.tile, real(3), (2, 1, 2)),
    row(np.tile, real(2, 3, 2), (2, 1)),
    row(np.tile, real(), 3),
    row(shaping.pad_constant, real(2, 3), ((1, 0), (0, 2))).but(reference=np.pad),
    row(shaping.pad_constant, real(2, 3), 1, constant_values=2.0).but(reference=np.pad),
    row(np.pad, real(2, 3), 1),
    row(np.pad, real(2, 3), (1, 2), constant_values=-1.0),
    row(np.pad, real(2, 3), ((1, 0), (2, 1)), mode="constant"),
    row(np.pad, real(2, 3), ((1, 2), (0, 1)), mode="edge"),
    row(np.pad, real(2, 3), 1, mode="reflect"),
    row(np.pad, real(4), 3, mode="symmetric"),
    row(np.pad, real(2, 3), ((0, 0), (4, 2)), mode="wrap"),
]


def concatenated(*arrays, axis, stops):
    return np.concatenate(arrays, axis)


JOINING = [
    row(shaping.join, real(2, 3), real(1, 3), axis=0, stops=(0, 2, 3)).but(reference=concatenated),
    row(np.concatenate, [real(2, 3), real(1, 3)]),
    row(np.concatenate, [real(2, 3), real(2, 1), real(2, 2)], axis=-1),
    row(np.concatenate, [real(2, 3), real(2), real()], axis=None),
    row(np.concatenate, [real(2, 3), np.ones((2, 3)), real(0, 3)]),
    row(np.concat, (real(2, 3), real(2, 3)), axis=1),
    row(np.stack, [real(2, 3), real(2, 3)]),
    row(np.stack, [real(2, 3), real(2, 3), real(2, 3)], axis=-1),
    row(np.stack, [real(), real()]),
    row(np.vstack, [real(3), real(2, 3)]),
    row(np.hstack, [real(2), real(3)]),
    row(np.hstack, [real(2, 1), real(2, 3)]),
    row(np.column_stack, [real(3), real(3, 2)]),
    row(np.split, real(6), 3),
    row(np.split, real(2, 6), [1, 3], axis=-1),
    row(np.array_split, real(5, 2), 3),
    row(np.array_split, real(2, 5), 2, axis=1),
]


def read(domain, index):
    return row(indexing.getitem, domain, index).but(reference=operator.getitem)


def add_into_zeros(a, shape, index):
    result = np.zeros(shape, a.dtype)
    np.add.at(result, index, a)
    return result


INDEXING = [
    read(real(3, 4), 1),
    read(real(3, 4), (-1, 2)),
    read(real(3, 4), slice(None, None, -2)),
    read(real(3, 4), np.s_[1:, ::2]),
    read(real(3, 4), np.s_[..., None, 1]),
    read(real(3), None),
    read(real(), ...),
    read(real(), ()),
    read(real(3, 4), [2, 0, 2]),
    read(real(3, 4), np.array([[0, 1], [1, 1]])),
    read(real(3, 4), (np.array([0, 1, 0]), np.array([-1, 2, -1]))),
    read(real(3, 4), np.s_[:, [0, 3, 3]]),
    read(real(2, 3, 4), np.s_[[1, 1], :, [0, 0]]),
    read(real(2, 3, 4), np.s_[..., [0, 2], 1:3]),
    read(real(2, 3), MASK),
    read(real(2, 3, 4), (MASK, slice(1, 3))),
    read(real(3, 4), np.s_[[True, False, True], 1]),
    read(real(3, 4), np.array([], int)),
    row(Tensor.__getitem__, real(3, 4), np.s_[1:, [0, 0]]).but(reference=operator.getitem),
    row(indexing.scatter_add, real(3), (5,), np.array([4, 0, 4])).but(reference=add_into_zeros),
    row(indexing.scatter_add, real(2, 4), (3, 4), np.s_[1:]).but(reference=add_into_zeros),
]

LINEAR_ALGEBRA = [
    row(linalg.matmul, real(3), real(3)),
    row(linalg.matmul, real(3), real(3, 2)),
    row(linalg.matmul, real(2, 3), real(3)),
    row(linalg.matmul, real(2, 3), real(3, 2)),
    row(linalg.matmul, real(3, 3), real(3, 3)),
    row(linalg.matmul, real(2, 2, 3), real(2, 3, 2)),
    row(linalg.matmul, real(2, 1, 2, 3), real(3, 3, 2)),
    row(linalg.matmul, real(2, 3), real(2, 3, 2)),
    row(linalg.matmul, real(3), real(2, 3, 2)),
    row(linalg.matmul, real(2, 2, 3), real(3)),
    row(linalg.matmul, real(2, 0), real(0, 3)),
    row(np.dot, real(), real(2, 3)),
    row(np.dot, real(3), real(3)),
    row(np.dot, real(2, 3), real(3)),
    row(np.dot, real(2, 3), real(3, 2)),
    row(np.dot, real(2, 2, 3), real(3, 2)),
    row(np.dot, real(3), real(2, 3, 2)),
    row(np.dot, real(2, 3), real(2, 3, 2)),
    row(linalg.contract, "ij,jk->ik", real(2, 3), real(3, 2)).but(reference=np.einsum),
    row(linalg.contract, "ii->i", real(3, 3)).but(reference=np.einsum),
    *(
        row(np.einsum, subscripts, *(real(*shape) for shape in shapes))
        for subscripts, *shapes in (
            ("i,i", (3,), (3,)),
            ("ij,jk", (2, 3), (3, 2)),
            ("kj,ji", (2, 3), (3, 2)),
            (" i j , j k -> i k", (2, 3), (3, 2)),
            ("i,j->ij", (2,), (3,)),
            ("ij,ij->i", (2, 3), (2, 3)),
            ("ij->ji", (2, 3)),
            ("ba", (2, 3)),
            ("ij->", (2, 3)),
            ("ijk->j", (2, 3, 2)),
            ("ii", (3, 3)),
            ("ii->i", (3, 3)),
            ("iij->j", (2, 2, 3)),
            ("iii->i", (2, 2, 2)),
            ("ij,jj->i", (2, 3), (3, 3)),
            ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
            ("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
            ("...i,i->...", (2, 3), (3,)),
            ("i...->...", (2, 3)),
            ("...", (2, 3)),
            ("...ii->...i", (2, 3, 3)),
            ("ij,ij->ij", (3, 1), (1, 4)),
            ("ij,ij->j", (1, 2), (3, 2)),
            (",ij->ij", (), (2, 3)),
        )
    ),
    row(np.einsum, "ij,jk,kl->il", real(2, 3), real(3, 2), real(2, 2), optimize=True),
    row(np.einsum, "ij,j,jk->ik", real(2, 3), np.array([1.0, -2.0, 0.5]), real(3, 2)),
]


def leaky(x, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def exponential_linear(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def scaled_exponential_linear(x):  # Klambauer et al. (2017), equation 2, with the constants of its appendix
    return 1.0507009873554804934193349852946 * exponential_linear(x, 1.6732632423543772848170429916717)


def normalised_exponentials(x, axis=-1):
    return np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True)


def weighted_cross_entropy(logits, labels, weights, smoothing=0.0):
    logarithms = np.log(normalised_exponentials(logits))
    picked = logarithms[np.arange(len(labels)), labels]
    return -np.sum(weights * ((1 - smoothing) * picked + smoothing * np.mean(logarithms, axis=1)))


NEURAL = [
    row(neural.relu, nonzero(2, 3)).but(analytic=False, reference=lambda x: x * (x > 0)),
    row(neural.leaky_relu, nonzero(2, 3)).but(analytic=False, reference=leaky),
    row(neural.leaky_relu, nonzero(2, 3), 0.2).but(analytic=False, reference=leaky),
    row(neural.elu, nonzero(2, 3)).but(analytic=False, reference=exponential_linear),
    row(neural.elu, nonzero(2, 3), alpha=0.7).but(analytic=False, reference=exponential_linear),
    row(neural.selu, nonzero(2, 3)).but(analytic=False, reference=scaled_exponential_linear),
    row(neural.sigmoid, real(2, 3)).but(reference=lambda x: 1 / (1 + np.exp(-x))),
    row(neural.softmax, real(2, 3)).but(complex=False, reference=normalised_exponentials),
    row(neural.softmax, real(2, 3, 2), axis=1).but(complex=False, reference=normalised_exponentials),
    row(neural.log_softmax, real(2, 3)).but(complex=False, reference=lambda x: np.log(normalised_exponentials(x))),
    row(neural.log_softmax, real(2, 3), axis=0).but(
        complex=False, reference=lambda x, axis: np.log(normalised_exponentials(x, axis))
    ),
    row(neural.linear, real(2, 3), real(4, 3), real(4)).but(reference=lambda x, w, b: x @ w.T + b),
    row(neural.linear, real(2, 3), real(4, 3)).but(reference=lambda x, w: x @ w.T),
    row(neural.linear, real(3), real(4, 3), real(4)).but(reference=lambda x, w, b: x @ w.T + b),
    row(neural.linear, real(2, 2, 3), real(4, 3), real(4)).but(reference=lambda x, w, b: x @ w.T + b),
    row(neural.cross_entropy, real(3, 4), np.array([0, 3, 1]), np.array([0.5, 0.3, 0.2])).but(
        complex=False, reference=weighted_cross_entropy
    ),
    row(neural.cross_entropy, real(2, 40), np.array([39, 0]), 0.5).but(  # many classes lie differently in memory
        complex=False, reference=weighted_cross_entropy
    ),
    row(neural.cross_entropy, real(3, 4), np.array([2, 2, 1]), 1 / 3, 0.1).but(
        complex=False, reference=weighted_cross_entropy
    ),
]

TABLE = [
    *ARITHMETIC,
    *POWERS_AND_LOGARITHMS,
    *TRIGONOMETRY,
    *PARTS_AND_CHOICES,
    *REDUCTIONS,
    *SHAPES_AND_AXES,
    *REPEATING,
    *JOINING,
    *INDEXING,
    *LINEAR_ALGEBRA,
    *NEURAL,
]

WITHOUT_DERIVATIVE = [
    *(row(f, real(2, 3)) for f in (np.floor, np.ceil, np.trunc, np.rint, np.sign, np.signbit, np.spacing)),
    row(np.round, real(2, 3), 1),
    row(np.round, real()),
    row(np.floor_divide, real(2, 3), positive(3)),
    row(np.heaviside, real(2, 3), 0.5),
    row(np.nextafter, real(2, 3), 3.0),
    *(row(f, whole(3), whole(2, 3)) for f in (np.equal, np.not_equal, np.less, np.less_equal)),
    *(row(f, real(3), real(2, 3)) for f in (np.greater, np.greater_equal, np.isclose, np.allclose)),
    *(row(f, whole(3), whole(3)) for f in (np.array_equal, np.array_equiv)),
    *(row(f, real(2, 3)) for f in (np.isfinite, np.isinf, np.isnan, np.isneginf, np.isposinf)),
    *(row(f, real(2, 3)) for f in (np.iscomplex, np.isreal, np.iscomplexobj, np.isrealobj)),
    *(row(f, whole(3), whole(2, 3)) for f in (np.logical_and, np.logical_or, np.logical_xor)),
    *(row(f, whole(3), whole(2, 3)) for f in (np.bitwise_and, np.bitwise_or, np.bitwise_xor)),
    *(row(f, whole(3), whole(2, 3)) for f in (np.left_shift, np.right_shift)),
    *(row(f, whole(2, 3)) for f in (np.logical_not, np.invert)),
    *(row(f, real(2, 3)) for f in (np.zeros_like, np.ones_like, np.shape, np.ndim, np.size)),
    row(np.empty_like, real(0, 3)),
    row(np.full_like, real(2, 3), 7.0),
    row(np.full_like, real(2, 3), real(3)),
    row(np.result_type, real(2, 3), np.float32),
    row(np.can_cast, np.float32, np.float64),
    row(np.min_scalar_type, real()),
    *(row(f, real(3), real(3)) for f in (np.shares_memory, np.may_share_memory)),
    *(row(f, real(2, 3)) for f in (np.argmax, np.argmin, np.argsort)),
    row(np.argmax, real(2, 3), axis=0, keepdims=True),
    *(row(f, whole(2, 3)) for f in (np.all, np.any, np.count_nonzero, np.nonzero, np.flatnonzero, np.argwhere)),
    row(np.any, whole(2, 3), axis=1),
    row(np.searchsorted, np.array([-1.0, 0.0, 1.0]), real(4)),
    row(np.digitize, real(4), np.array([-1.0, 0.0, 1.0])),
    row(np.bincount, whole(6)),
    row(np.histogram, real(6), bins=3),
]
