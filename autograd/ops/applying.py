"""Functions given by the user, applied to slices of an array."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.errors import ShapeError
from autograd.primitive import implements


@implements(np.apply_along_axis)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """Composed: the results of all vectors along `axis` are stacked, with their axes in its place."""
    vectors = np.moveaxis(arr, axis, -1)
    lead = vectors.shape[:-1]
    if 0 in lead:
        raise ShapeError(f"apply_along_axis: shape {arr.shape} has no vectors along axis {axis}")
    results = [func1d(vectors[place], *args, **kwargs) for place in itertools.product(*map(range, lead))]
    stacked = np.reshape(np.stack(results), lead + np.shape(results[0]))
    own = range(len(lead), stacked.ndim)
    return np.moveaxis(stacked, tuple(own), tuple(i - len(lead) + axis % arr.ndim for i in own))


@implements(np.apply_over_axes)
def apply_over_axes(func: Callable[[Any, int], Any], a: Any, axes: Any) -> Any:
    """Composed: `func` is applied over one axis after the other, and an axis that it removes is put back."""
    for axis in np.atleast_1d(axes).tolist():
        if np.ndim(a):
            axis = normalize_axis_index(axis, np.ndim(a))
        result = func(a, axis)
        result = result if np.ndim(result) == np.ndim(a) else np.expand_dims(result, axis)
        if np.ndim(result) != np.ndim(a):
            raise ShapeError(f"apply_over_axes: the function made {np.shape(result)} of {np.shape(a)} over axis {axis}")
        a = result
    return a
