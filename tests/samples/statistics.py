"""Samples of moments, correlations, histograms of weights, and of the functions that leave NaN out."""

import numpy as np

from autograd.ops import statistics
from sampling import positive, real, row, spaced

NUMBERS = np.array([0.0, 2.5, 1.0, 0.9, 3.0, 2.6])
POINTS = np.array([[0.0, 2.5], [1.0, 0.9], [0.4, 2.6], [0.7, 0.0], [-0.9, 3.0]])
COUNTS = np.array([2, 1, 1, 3, 1])


MOMENTS = [
    sample.but(analytic=False, complex=True)
    for sample in (
        row(statistics.variance, real(2, 3), axis=0, dtype=None, ddof=1, keepdims=True, where=True),
        row(statistics.deviation, real(2, 3), axis=None, dtype=None, ddof=0, keepdims=False, where=True),
        row(np.var, real(2, 3)),
        row(np.var, real(2, 3), axis=0),
        row(np.var, real(2, 3, 2), axis=(0, -1), ddof=1),
        row(np.var, real(2, 3, 2), axis=-2, keepdims=True),
        row(np.var, real(3, 4), axis=1, correction=1),
        row(np.var, real(2, 3), axis=1, where=np.array([True, False, True])),
        row(np.var, real(2, 3), axis=0, mean=np.array([[0.1, 0.2, -0.3]])),
        row(np.var, real(2, 3), mean=0.5, where=np.array([True, False, True]), keepdims=True),
        row(np.std, real(2, 3)),
        row(np.std, spaced(2, 3), axis=0),
        row(np.std, spaced(2, 3, 2), axis=(0, -1), ddof=1),
        row(np.std, spaced(2, 3, 2), axis=-2, keepdims=True),
        row(np.std, spaced(3, 4), axis=1, correction=1),
        row(np.std, spaced(2, 3), axis=1, where=np.array([True, False, True])),
        row(np.std, spaced(2, 3), axis=0, mean=np.array([[0.1, 0.2, -0.3]])),
        row(np.nanvar, real(2, 3), axis=1, ddof=1),
        row(np.nanvar, real(2, 3), where=np.array([True, False, True]), keepdims=True),
        row(np.nanstd, spaced(2, 3), axis=1),
    )
]

AVERAGES = [
    row(np.average, real(2, 3)),
    row(np.average, real(2, 3), axis=1, keepdims=True),
    row(np.average, real(2, 3), None, positive(2, 3)),
    row(np.average, real(2, 3), -1, positive(3)),
    row(np.average, real(2, 3, 4), (2, 0), positive(4, 2)),
    row(np.average, np.arange(6.0).reshape(2, 3), 0, positive(2), keepdims=True),
    row(np.average, real(2, 3), 0, positive(2), returned=True).but(outputs=0),
]

COVARIANCES = [
    row(np.cov, real(3, 5)).but(analytic=False, complex=True),
    row(np.cov, real(5, 3), rowvar=False, bias=True).but(analytic=False, complex=True),
    row(np.cov, real(5)).but(analytic=False, complex=True),
    row(np.cov, real(5), real(5), ddof=0).but(analytic=False, complex=True),
    row(np.cov, [1.0, 2.0, 4.0], real(3)).but(analytic=False, complex=True),
    row(np.cov, real(4, 2), real(4, 1), False).but(analytic=False, complex=True),
    row(np.cov, real(2, 5), fweights=COUNTS).but(analytic=False),
    row(np.cov, real(2, 5), None, True, False, None, COUNTS, positive(5)).but(analytic=False),
    row(np.cov, real(2, 5), None, True, True, None, None, positive(5)).but(analytic=False),
    row(np.corrcoef, real(3, 5)).but(analytic=False, complex=True),
    row(np.corrcoef, real(2, 5), real(1, 5)).but(analytic=False, complex=True),
]

WEIGHTS = [
    row(np.bincount, np.array([1, 0, 3, 1]), real(4)).but(complex=False, analytic=False),
    row(np.bincount, np.array([1, 0, 3, 1]), real(4), minlength=6).but(analytic=False),
    row(np.histogram, NUMBERS, 3, None, None, real(6)).but(outputs=0),
    row(np.histogram, NUMBERS, [0.5, 1.0, 2.6], None, None, real(6)).but(outputs=0),
    row(np.histogram, NUMBERS, 4, (0.5, 2.75), True, positive(6)).but(outputs=0),
    *(
        sample.but(outputs=0, analytic=False)
        for sample in (
            row(np.histogramdd, POINTS, 3, None, None, real(5)),
            row(np.histogramdd, POINTS, [[-1.0, 0.5, 1.0], 2], [(0, 1), (0, 3)], True, positive(5)),
            row(np.histogramdd, NUMBERS, 3, None, None, real(6)),
            row(np.histogram2d, *POINTS.T, 2, None, None, real(5)),
            row(np.histogram2d, *POINTS.T, [0.0, 1.0, 3.0], None, True, positive(5)),
        )
    ),
]

WITHOUT_NAN = [
    row(np.nansum, real(2, 3)),
    row(np.nansum, real(2, 3), axis=0, keepdims=True, initial=0.5, where=np.array([True, False, True])),
    row(np.nanprod, real(2, 3), axis=1),
    row(np.nancumsum, real(2, 3), axis=1),
    row(np.nancumprod, real(2, 3), axis=0),
    row(np.nanmean, real(2, 3)),
    row(np.nanmean, real(2, 3), axis=1, keepdims=True, where=np.array([True, False, True])),
    row(np.nanmax, spaced(2, 3)).but(analytic=False),
    row(np.nanmax, spaced(2, 3), axis=1, keepdims=True).but(analytic=False),
    row(np.nanmin, spaced(2, 3), axis=0).but(analytic=False),
    row(np.nanmin, spaced(2, 3), axis=0, initial=0.2, where=np.array([True, False, True])).but(analytic=False),
]

TABLE = [*MOMENTS, *AVERAGES, *COVARIANCES, *WEIGHTS, *WITHOUT_NAN]
