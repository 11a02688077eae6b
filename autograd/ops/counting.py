"""Histograms: numbers of elements, which have no derivative, or sums of their weights, which do."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.indexing import scatter_add
from autograd.primitive import implements, nondifferentiable
from autograd.tensor import plain

nondifferentiable(np.histogram_bin_edges)


@implements(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """Composed: each weight is added where its number counts."""
    counts = np.bincount(plain(x), minlength=minlength)
    if weights is not None and np.shape(weights) != np.shape(x):
        raise ShapeError("bincount: each number has one weight")
    return counts if weights is None else scatter_add(np.astype(weights, np.float64), counts.shape, plain(x))


@implements(np.histogram)
def histogram(a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None) -> Any:
    """Composed: each weight is added to the bin of its element; the edges are plain, and so are numbers of elements."""
    edges = np.histogram_bin_edges(plain(a), plain(bins), plain(range), plain(weights))
    weights = np.ones(np.size(a), np.intp) if weights is None else np.ravel(weights)
    return sums_in_bins([np.ravel(a)], [edges], weights, density), edges


@implements(np.histogramdd)
def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, Any]:
    """Composed, as `histogram`; the sample is an array with a point in each row, or a list of coordinates."""
    if hasattr(sample, "shape"):
        sample = list(np.atleast_2d(sample.T))
    _, edges = np.histogramdd(plain(sample), plain(bins), plain(range))
    weights = np.ones(len(sample[0])) if weights is None else np.astype(weights, np.float64)
    return sums_in_bins(sample, edges, weights, density), edges


@implements(np.histogram2d)
def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, Any, Any]:
    if hasattr(bins, "__len__") and len(bins) not in (1, 2):  # the edges of both
        bins = [bins, bins]
    sums, (x_edges, y_edges) = np.histogramdd([x, y], bins, range, density, weights)
    return sums, x_edges, y_edges


def sums_in_bins(coordinates: Sequence[Any], edges: Sequence[np.ndarray], weights: Any, density: Any) -> Any:
    """Return the sum of the weights in each bin; as a density, their shares of the whole over the sizes of the bins."""
    shape = tuple(len(each) - 1 for each in edges)
    bins = list(map(bin_of, coordinates, edges))
    is_inside = np.logical_and.reduce([(bin_ >= 0) & (bin_ < n) for bin_, n in zip(bins, shape, strict=True)])
    sums = scatter_add(weights[is_inside], shape, tuple(bin_[is_inside] for bin_ in bins))
    return sums / functools.reduce(np.multiply.outer, map(np.diff, edges)) / np.sum(sums) if density else sums


def bin_of(a: Any, edges: np.ndarray) -> Any:
    """Return the number of the bin of each element, -1 or that of all bins for none; the last has both its edges."""
    return np.searchsorted(edges, a, "right") - 1 - (plain(a) == edges[-1])
