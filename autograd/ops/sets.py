"""Sets of values: the elements of arrays without repetition, each a gather of its first occurrence."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import implements, nondifferentiable
from autograd.tensor import plain


@implements(np.unique)
def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    **options: Any,
) -> Any:
    """Composed: NumPy says where each value first occurs; indices, inverse and counts are plain, as NumPy's."""
    compute: Any = np.unique
    _, index, *others = compute(plain(ar), True, return_inverse, return_counts, axis, **options)
    values = np.ravel(ar)[index] if axis is None else ar[(slice(None),) * (axis % ar.ndim) + (index,)]
    parts = (values, *([index] if return_index else []), *others)
    return parts if len(parts) > 1 else values


@implements(np.unique_all)
def unique_all(x: Any) -> Any:
    result = np.unique_all(plain(x))
    return result._replace(values=np.ravel(x)[result.indices])


@implements(np.unique_counts)
def unique_counts(x: Any) -> Any:
    values, counts = np.unique(x, return_counts=True, equal_nan=False)
    return np.unique_counts(np.zeros(1))._replace(values=values, counts=counts)


@implements(np.unique_inverse)
def unique_inverse(x: Any) -> Any:
    result = np.unique_all(x)
    return np.unique_inverse(np.zeros(1))._replace(values=result.values, inverse_indices=result.inverse_indices)


@implements(np.unique_values)
def unique_values(x: Any) -> Any:
    """Composed: in order, although newer versions of NumPy leave the order open."""
    return np.unique(x, equal_nan=False)


# ------------------------------------------------------------------------------------------------- of two arrays

nondifferentiable(np.isin)


@implements(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    return np.unique(np.concatenate([ar1, ar2], axis=None))


@implements(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    ar1 = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return ar1[~np.isin(ar1, ar2, assume_unique=assume_unique)]


@implements(np.intersect1d)
def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """Composed: the common values are taken from `ar1`."""
    common, index1, index2 = np.intersect1d(plain(ar1), plain(ar2), assume_unique, return_indices=True)
    values = np.ravel(ar1)[index1].astype(common.dtype)
    return (values, index1, index2) if return_indices else values


@implements(np.setxor1d)
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    joined = np.concatenate([np.setdiff1d(ar1, ar2, assume_unique), np.setdiff1d(ar2, ar1, assume_unique)])
    return np.sort(joined)
