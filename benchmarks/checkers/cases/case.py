"""What a case is: a function, the gradient that is claimed for it, a point, and whether the claim holds there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Array = Any  # an ndarray or a NumPy scalar


class Problem(NamedTuple):
    """What a checker is given.

    Attributes
    ----------
    forward : callable
        ``forward(*inputs) -> array``, in plain NumPy.
    backward : callable
        ``backward(g, *inputs)`` returns the claimed cotangent of each input. It is the transpose of the Jacobian,
        without conjugation, times the cotangent `g` of the output.
    inputs : tuple of ndarray
        The point.
    """

    forward: Callable[..., Array]
    backward: Callable[..., tuple[Array, ...]]
    inputs: tuple[np.ndarray, ...]


class Case(NamedTuple):
    """A row of a table.

    Attributes
    ----------
    title : str
        What the table says.
    group : str
        "right", "hard", "wrong" or "kink".
    truth : str
        "accept" or "reject".
    make : callable
        Returns the problem anew: some remember what they were called with.
    """

    title: str
    group: str
    truth: str
    make: Callable[[], Problem]


CASES: dict[str, Case] = {}


def case(group: str, truth: str) -> Callable[[Callable[[], Problem]], Callable[[], Problem]]:
    """Return a decorator that adds a case under the name of its function, with its docstring as the title."""

    def add(make: Callable[[], Problem]) -> Callable[[], Problem]:
        name = make.__name__
        if name in CASES:
            raise ValueError(f"two cases are called {name}")
        CASES[name] = Case(str(make.__doc__).strip().removesuffix("."), group, truth, make)
        return make

    return add


def elementwise(function: Callable[[Array], Array], derivative: Callable[[Array], Array], point: Any) -> Problem:
    """Return the problem of a function of each element and its claimed derivative."""
    return Problem(function, lambda g, x: (g * derivative(x),), (np.asarray(point),))


def total(function: Callable[[Array], Array], derivative: Callable[[Array], Array], point: Any) -> Problem:
    """Return the problem of the sum of a function of each element."""
    return Problem(lambda x: np.sum(function(x)), lambda g, x: (g * derivative(x),), (np.asarray(point),))


def at_a_point(
    function: Callable[[Array], Array], derivative: Callable[[Array], Array], point: float, slope: float
) -> Problem:
    """Return the problem of a function of one number, with that gradient at the point and its derivative elsewhere."""

    def claimed(x: Array) -> Array:
        return np.asarray(slope, float) if x == point else derivative(x)

    return elementwise(function, claimed, point)


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Return an array of standard normal numbers."""
    return np.random.default_rng(seed).standard_normal(shape)
