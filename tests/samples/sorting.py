"""Samples of sorting, order statistics and sets of values."""

import numpy as np

from autograd.ops import sorting
from sampling import row, spaced

ORDER = np.array([[2, 0, 1], [0, 2, 1]])
METHODS = [
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen"),
    *("weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"),
]


def partition_by_positions(a, kth, axis=-1):
    if axis is None:
        a, axis = a.ravel(), -1
    return np.take_along_axis(a, np.argpartition(a, kth, axis), axis)


def taken_back(a, order, axis):
    return np.take_along_axis(a, np.argsort(order, axis), axis)


SORTED = [
    row(sorting.sort, spaced(5)),
    row(sorting.sort, spaced(2, 3)),
    row(sorting.sort, spaced(2, 3), axis=0),
    row(sorting.sort, spaced(2, 3, 2), axis=-2, kind="mergesort"),
    row(sorting.sort, spaced(2, 3), axis=None, stable=True),
    row(sorting.sort, spaced(0, 3)),
    row(sorting.sort, spaced(3, 0)),
    row(sorting.take_in_order, spaced(2, 3), ORDER, 1).but(reference=np.take_along_axis),
    row(sorting.take_in_order, spaced(3, 2), ORDER.T, axis=0).but(reference=np.take_along_axis),
    row(sorting.put_in_order, spaced(2, 3), ORDER, 1).but(reference=taken_back),
    row(sorting.put_in_order, spaced(3, 2), ORDER.T, axis=0).but(reference=taken_back),
    row(np.partition, spaced(5), 2).but(analytic=False, complex=True, reference=partition_by_positions),
    row(np.partition, spaced(2, 5), [1, 3], axis=-1).but(
        analytic=False, complex=True, reference=partition_by_positions
    ),
    row(np.partition, spaced(2, 3), 4, axis=None).but(analytic=False, complex=True, reference=partition_by_positions),
]

QUANTILES = [
    sample.but(analytic=False)
    for sample in (
        row(sorting.median, spaced(5)),
        row(sorting.median, spaced(2, 3)),
        row(sorting.median, spaced(3, 4), axis=1),
        row(sorting.median, spaced(2, 3, 2), axis=(0, -1), keepdims=True),
        row(sorting.median, spaced()),
        row(sorting.median, spaced(0, 3), axis=1),
        row(sorting.nanmedian, spaced(3, 4), axis=0),
        row(sorting.nanmedian, spaced(2, 3, 2), axis=(0, -1), keepdims=True),
        row(sorting.quantile, spaced(2, 3), 0.3),
        row(sorting.quantile, spaced(2, 5), np.array([0.0, 0.3, 1.0]), axis=-1),
        row(sorting.quantile, spaced(2, 5), [[0.1], [0.8]], axis=0, keepdims=True),
        row(sorting.quantile, spaced(2, 3, 4), 0.6, axis=(-1, 0)),
        row(sorting.quantile, spaced(), 0.6),
        *(row(sorting.quantile, spaced(7), [0.2, 0.55, 0.9], method=method) for method in METHODS),
        row(sorting.quantile, spaced(5), 0.4, method="inverted_cdf", weights=np.array([1.0, 0.5, 3.0, 0.1, 2.0])),
        row(
            sorting.quantile, spaced(2, 3), [0.4, 0.7], axis=1, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5])
        ),
        row(sorting.nanquantile, spaced(2, 5), [0.2, 0.7], axis=1),
        row(sorting.nanquantile, spaced(2, 5), 0.2, axis=0, keepdims=True, method="hazen"),
        row(sorting.nanquantile, spaced(5), 0.4, method="inverted_cdf", weights=np.array([1.0, 0.5, 3.0, 0.1, 2.0])),
        row(np.percentile, spaced(2, 5), 35.0, axis=1),
        row(np.percentile, spaced(5), [10, 80], keepdims=True, method="weibull"),
        row(np.nanpercentile, spaced(2, 5), [35.0, 60.0], axis=-1),
    )
]


SETS = [
    row(np.unique, spaced(2, 3)),
    row(np.unique, spaced(2, 3), axis=0),
    row(np.unique, spaced(2, 3), axis=-1),
    row(np.unique_values, spaced(2, 3)).but(reference=np.unique),
    *(row(f, spaced(2, 3)).but(outputs=0) for f in (np.unique_all, np.unique_counts, np.unique_inverse)),
    row(np.union1d, spaced(2, 3), spaced(4, offset=0.35)),
    row(np.setdiff1d, spaced(2, 3), np.array([0.35, 0.85])),
    row(np.setdiff1d, spaced(5), np.array([0.35]), assume_unique=True),
    row(np.intersect1d, spaced(2, 3), np.array([9.0])),
    row(np.setxor1d, spaced(2, 3), spaced(4, offset=0.35)),
]

TABLE = [*SORTED, *QUANTILES, *SETS]
