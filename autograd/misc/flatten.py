"""Nested arrays as one vector, and back: what optimisers and samplers of vectors need."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import nested


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return the elements of nested tuples, lists and dicts of arrays as a vector, and what makes the nest of one.

    Parameters
    ----------
    value
        Arrays and numbers, nested or not; Tensors among them stay part of what they were computed from.

    Returns
    -------
    vector
        Of shape ``(elements,)``, of the dtype that all promote to. The order is that of the nest, dicts by sorted keys.
    unflatten : callable
        Takes a vector of that shape; returns the same nest, of arrays of the same shapes and floating dtypes.

    Examples
    --------
    >>> import numpy as np
    >>> vector, unflatten = flatten({"w": np.array([[1.0, 2.0]]), "b": 3.0})
    >>> vector
    array([3., 1., 2.])
    >>> unflatten(2 * vector)
    {'b': np.float64(6.0), 'w': array([[2., 4.]])}
    """
    value = _by_key(value)
    leaves = [leaf if hasattr(leaf, "dtype") else np.asarray(leaf) for leaf in nested.leaves(value)]
    template = nested.rebuild(value, lambda _: ...)  # the structure, without the arrays
    kinds = [(leaf.shape, leaf.dtype) for leaf in leaves]
    stops = list(itertools.accumulate((leaf.size for leaf in leaves), initial=0))

    def unflatten(vector: Any) -> Any:
        parts = iter([_part(vector[a:b], *kind) for (a, b), kind in zip(itertools.pairwise(stops), kinds, strict=True)])
        return nested.rebuild(template, lambda _: next(parts))

    return np.concatenate([np.ravel(leaf) for leaf in leaves]) if leaves else np.zeros(0), unflatten


def flatten_func(function: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """Return `function`, of a nest like `example` and to a nest, as one of vectors; `unflatten`; and the vector."""
    vector, unflatten = flatten(example)

    def function_of_vector(x: Any, *args: Any) -> Any:
        return flatten(function(unflatten(x), *args))[0]

    return function_of_vector, unflatten, vector


def _by_key(value: Any) -> Any:
    """Return `value` with every dict in the order of its keys."""
    if isinstance(value, dict):
        return {key: _by_key(value[key]) for key in sorted(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_by_key, value))
    return type(value)(map(_by_key, value)) if isinstance(value, tuple | list) else value


def _part(part: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    if dtype.kind == "f" and part.dtype.kind == "c":  # its neighbours are complex
        part = np.real(part)
    if dtype.kind in "fc" and part.dtype != dtype:
        part = part.astype(dtype)
    return np.reshape(part, shape)[()]
