"""Samples of functions that combine the elements along axes: reductions, scans, methods of ufuncs."""

import numpy as np

from autograd.ops import reductions, scans
from autograd.ops.arguments import numpys
from sampling import MASK, nonzero, positive, real, row, spaced

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
    row(reductions.sum, real(2, 3), initial=0.5, where=np.array([True, False, True])),
    row(reductions.sum, real(2, 3), axis=0, where=MASK),
    row(reductions.mean, real(2, 3), axis=1, where=np.array([True, False, True])),
    row(reductions.mean, real(2, 3), keepdims=True, where=MASK),
    row(reductions.prod, real(2, 3), axis=1, initial=2.0, where=np.array([True, False, True])),
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
    row(np.max, spaced(2, 3), axis=1, keepdims=True).but(analytic=False),
    row(np.max, spaced(2, 3), axis=0, initial=0.2).but(analytic=False),
    row(np.max, spaced(2, 3), initial=-5.0, where=MASK).but(analytic=False),
    row(np.max, spaced(0, 3), axis=0, initial=-5.0).but(analytic=False),
    row(np.min, spaced(2, 3), axis=(0, 1), keepdims=True, initial=5.0, where=MASK).but(analytic=False),
    row(np.ptp, spaced(2, 3)).but(analytic=False),
    row(np.ptp, spaced(2, 3), axis=1, keepdims=True).but(analytic=False),
]
for no_axis in (0, -1):  # NumPy lets these stand for an axis of a number
    REDUCTIONS += [
        row(reductions.sum, real(), axis=no_axis),
        row(reductions.sum, real(), axis=no_axis, keepdims=True, initial=0.5),
        row(reductions.prod, real(), axis=no_axis),
        row(reductions.max, real(), axis=no_axis).but(analytic=False),
        row(reductions.min, real(), axis=no_axis, keepdims=True).but(analytic=False),
        row(np.max, real(), axis=no_axis, initial=-5.0).but(analytic=False),
        row(np.ptp, real(), axis=no_axis).but(analytic=False),
        row(np.nansum, real(), axis=no_axis).but(analytic=False),
        row(np.nanmean, real(), axis=no_axis).but(analytic=False),
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

SCANS = [
    row(scans.cumsum, real(2, 3)),
    row(scans.cumsum, real(2, 3), axis=0),
    row(scans.cumsum, real(2, 3), axis=-1),
    row(scans.cumprod, real(2, 3)),
    row(scans.cumprod, real(3, 2), axis=0),
    row(scans.cumprod, real(2, 3, 2), axis=-2),
    row(scans.cumprod, real(0, 3), axis=1),
]
for cumulative in numpys("cumulative_sum", "cumulative_prod"):
    SCANS += [
        row(cumulative, real(4)),
        row(cumulative, real(), axis=0),
        row(cumulative, real(2, 3), axis=-1, include_initial=True),
        row(cumulative, real(2, 3), axis=0),
    ]

METHODS = [
    row(np.ufunc.outer, np.multiply, real(2), real(2, 3)),
    row(np.ufunc.outer, np.subtract, real(2, 3), real()),
    row(np.ufunc.outer, np.power, positive(2), real(3)),
    row(np.ufunc.reduce, np.add, real(2, 3)),
    row(np.ufunc.reduce, np.add, real(2, 3), axis=None, keepdims=True, initial=1.5, where=MASK),
    row(np.ufunc.reduce, np.multiply, real(2, 3), axis=(0, 1)),
    row(np.ufunc.reduce, np.maximum, spaced(2, 3), axis=-1).but(analytic=False),
    row(np.ufunc.reduce, np.minimum, spaced(2, 3), initial=0.2).but(analytic=False),
    row(np.ufunc.reduce, np.logaddexp, real(2, 3), axis=1).but(analytic=False),
    row(np.ufunc.reduce, np.logaddexp, real(2, 3), axis=0, initial=0.5, where=MASK).but(analytic=False),
    row(np.ufunc.reduce, np.subtract, real(2, 3), axis=1, keepdims=True),
    row(np.ufunc.reduce, np.hypot, nonzero(2, 3), axis=None).but(analytic=False),
    row(np.ufunc.accumulate, np.add, real(2, 3)),
    row(np.ufunc.accumulate, np.multiply, real(2, 3), axis=1),
    row(np.ufunc.accumulate, np.maximum, spaced(2, 3), axis=1).but(analytic=False),
    row(np.ufunc.accumulate, np.minimum, spaced(3)).but(analytic=False),
    row(np.ufunc.accumulate, np.divide, nonzero(2, 3), axis=1),
    row(np.ufunc.reduceat, np.add, real(5), [0, 3, 1]),
    row(np.ufunc.reduceat, np.add, real(2, 5), [0, 2], axis=1),
    row(np.ufunc.reduceat, np.maximum, spaced(5, 2), [1, 1, 3]).but(analytic=False),
]

TABLE = [*REDUCTIONS, *SCANS, *METHODS]
