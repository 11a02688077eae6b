"""Regularisers: terms to add to a loss."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable

from autograd import Tensor


def l1_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """Return ``strength * Σ |p|`` over all parameters, to be added to a loss (Johnson 2014, section 1).

    Its gradient at 0 is 0, a subgradient.
    """
    return strength * _sum_over("l1_penalty", (abs(p).sum() for p in parameters))


def l2_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """Return ``strength / 2 * Σ p²`` over all parameters, to be added to a loss (Johnson 2014, section 1).

    Its gradient is ``strength * p``: what an optimiser's ``weight_decay=strength`` adds.

    Examples
    --------
    >>> from nn import Parameter, functional
    >>> float(functional.l2_penalty([Parameter([3.0, 4.0])], strength=0.1))
    1.25
    """
    return strength / 2 * _sum_over("l2_penalty", ((p * p).sum() for p in parameters))


def _sum_over(operation: str, terms: Iterable[Tensor]) -> Tensor:
    terms = list(terms)
    if not terms:
        raise ValueError(f"{operation}: no parameters were given (a generator can be used only once)")
    return functools.reduce(operator.add, terms)
