"""What is known about one wrong gradient, and whether a hypothesis about it holds.

The known facts are entries of the numerical gradient, and its products with directions. A hypothesis gives either what
the gradient would be without the mistake (`corrected`, to agree with those facts) or what the mistake makes of it
(`predicted`, to agree with the gradient under test).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd.gradcheck.diagnosis.jacobian import jacobian_of

_BARS = 10  # a hypothesis may leave so many error bars
_RELATIVE = 1e-6  # or so much of the value, where the bars are smaller
_FLOOR = 1e-9  # or so much of the largest value: what is that small was made by cancellation
_EXPLAINED = 0.99
_FINEST = 1e-11  # of the value: agreement beyond that is not counted
DIGITS = 4.5  # a coincidence of so many digits is believed; a few hundred hypotheses are tried
_CONSISTENT = 1e-5  # the relative difference between numerical derivatives that were computed in two ways
_LARGEST_JACOBIAN = 100_000  # entries


class Direction(NamedTuple):
    """A numerical derivative along a direction: ``Re Σ gradient · direction``, and its error bar."""

    direction: np.ndarray
    value: float
    error: float


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known about the wrong gradient of one array: an input, a parameter, or an argument of an operation.

    Only the first two are needed; each of the others lets more mistakes be recognised.

    Attributes
    ----------
    analytic : ndarray
        The gradient under test.
    numeric : ndarray
        The numerical gradient, of the same shape: ``∂/∂Re - i ∂/∂Im`` of a complex array, as in the engine; NaN where
        it was not computed.
    error : ndarray or None
        The error bars of `numeric`.
    directions : sequence of Direction
        Numerical derivatives along directions, for arrays too large to do entry by entry. Three suffice.
    x, y, g : ndarray or None
        The array, the output of its operation, and the cotangent of that.
    name : str
        Of the array.
    function : callable or None
        The operation as a function of `x` alone, on plain arrays.
    arguments : mapping
        The arguments and options of the operation by name, such as ``axis`` and ``index``.
    elementwise : bool
        Whether the operation works element by element, with broadcasting.
    dimensions : mapping
        Sizes that a wrong factor could be, by what to call them: ``{"the batch size": 32}``.
    previous : ndarray or None
        The gradient that the call before this one returned, for another cotangent or at another point; or the first of
        two that should be equal, where `analytic` is the second.
    ties : ndarray of bool or None
        Where an entry is on a kink, such as one of two equal maxima.
    substituted : callable or None
        ``substituted(name, value)`` returns `function` for another value of one of the `arguments`.
    elsewhere : callable or None
        Returns the evidence at another point and for another cotangent, or None if there is none.
    arrays : int
        How many arrays these are entries of, one after another.
    cancelled : ndarray of bool or None
        Where an entry is on kinks that cancel, so that the function has a derivative.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.gradcheck.diagnosis import Evidence, diagnose
    >>> numeric = np.array([0.5, -1.0, 2.0])
    >>> print(diagnose(Evidence(32 * numeric, numeric, dimensions={"the batch size": 32})).text)
    The gradient is 32 times too large everywhere; 32 is the batch size. Explains 100.00 % of the mismatch.
    """

    analytic: np.ndarray
    numeric: np.ndarray
    error: np.ndarray | None = None
    directions: Sequence[Direction] = ()
    x: np.ndarray | None = None
    y: np.ndarray | None = None
    g: np.ndarray | None = None
    name: str = "x"
    function: Callable[[np.ndarray], np.ndarray] | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    elementwise: bool = False
    dimensions: Mapping[str, int] = field(default_factory=dict)
    previous: np.ndarray | None = None
    ties: np.ndarray | None = None
    substituted: Callable[[str, np.ndarray], Callable[[np.ndarray], np.ndarray]] | None = None
    elsewhere: Callable[[], Evidence | None] | None = None
    arrays: int = 1
    cancelled: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array whose gradient this is."""
        return self.analytic.shape

    @cached_property
    def known(self) -> np.ndarray:
        """Where the numerical gradient was computed."""
        return np.isfinite(self.numeric)

    @cached_property
    def is_complete(self) -> bool:
        """Whether the numerical gradient was computed everywhere."""
        return bool(self.known.all())

    @cached_property
    def wrong(self) -> np.ndarray:
        """Where the gradient is known to be wrong."""
        error = np.zeros(self.shape) if self.error is None else self.error
        with np.errstate(invalid="ignore"):  # of values that are not finite
            size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
            slack = np.maximum(_BARS * error, np.maximum(_RELATIVE * size, _FLOOR * _largest(self.numeric)))
            return self.known & ~(np.abs(self.analytic - self.numeric) <= slack)

    @cached_property
    def target(self) -> np.ndarray:
        """The numerical gradient and derivatives along directions, those that are known, in one vector."""
        return np.concatenate([self.numeric[self.known], [direction.value for direction in self.directions]])

    @cached_property
    def bars(self) -> np.ndarray:
        """The error bars of `target`."""
        error = np.zeros(self.shape) if self.error is None else self.error
        return np.concatenate([np.real(error[self.known]), [direction.error for direction in self.directions]])

    def project(self, gradient: np.ndarray) -> np.ndarray:
        """Return what `target` would be for another gradient."""
        along = [float(np.sum((gradient * direction).real)) for direction, _, _ in self.directions]
        return np.concatenate([gradient[self.known], along])

    @cached_property
    def jacobian(self) -> np.ndarray | None:
        """The numerical Jacobian of the operation, of shape ``(*y.shape, *x.shape)``.

        None if it cannot be had, or contradicts what is known of the gradient, as it does at a kink.
        """
        x, y, function = self.x, self.y, self.function
        if x is None or y is None or function is None or x.dtype.kind != "f" or y.dtype.kind != "f":
            return None
        if not 0 < x.size * y.size <= _LARGEST_JACOBIAN or not np.isfinite(x).all():
            return None
        result = jacobian_of(function, x, y.shape)
        if result is None:
            return None
        right = None if self.g is None else self.project(np.tensordot(self.g, result, self.g.ndim))
        is_consistent = right is None or np.allclose(right, self.target, _CONSISTENT, _CONSISTENT * _largest(right))
        return result if is_consistent else None

    @cached_property
    def slopes(self) -> np.ndarray | None:
        """The local derivative of an operation that works element by element, of the shape of the output; or None."""
        if self.g is None:
            return None
        if not self.elementwise:
            return self.diagonal if self._is_diagonal else None
        if self.jacobian is not None:
            return self.jacobian.reshape((*self.g.shape, -1)).sum(axis=-1)
        if self.g.shape == self.shape and self.is_complete and np.all(self.g != 0):
            return self.numeric / self.g
        return None

    @cached_property
    def diagonal(self) -> np.ndarray | None:
        """The derivative of each entry of the output in the same entry of the argument; None if unknown."""
        if self.jacobian is None or self.y is None or self.y.shape != self.shape:
            return None
        return np.diagonal(self.jacobian.reshape(self.y.size, self.y.size)).reshape(self.shape)

    @property
    def _is_diagonal(self) -> bool:
        """Whether every entry of the output depends on the same entry of the argument alone."""
        if self.jacobian is None or self.diagonal is None:
            return False
        return np.count_nonzero(self.jacobian) == np.count_nonzero(self.diagonal)

    def pulled_back(self, g: np.ndarray) -> np.ndarray | None:
        """Return the right gradient for the cotangent `g`, by the numerical Jacobian; None if there is none."""
        return None if self.jacobian is None else np.tensordot(g, self.jacobian, g.ndim)


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """A mistake that may explain a wrong gradient.

    `parameters` is how many numbers were fitted to the numerical gradient. `is_seen` marks what was seen in the
    gradient itself and needs no coincidence of digits to be believed; `is_formula` what must hold at any other point,
    and for any other cotangent, too.
    """

    mistake: str
    text: str
    corrected: np.ndarray | None = None
    predicted: np.ndarray | None = None
    parameters: int = 0
    is_seen: bool = False
    is_formula: bool = False


Hypotheses = Iterator[Hypothesis]


def explained(evidence: Evidence, hypothesis: Hypothesis, digits: float = DIGITS) -> float:
    """Return the part of the mismatch that `hypothesis` removes, or 0 if it does not hold.

    It holds if it leaves nothing beyond 10 error bars and less than 1 % of the mismatch, and if that can hardly be a
    coincidence: where the mismatch was m, to leave r of it has a probability of about r / m, and the product of these
    over all known facts, less the best of them for each fitted parameter, must be small: less than 10 to the power of
    minus `digits`.
    """
    target, analytic = evidence.target, evidence.project(evidence.analytic)
    mismatch = np.nan_to_num(np.abs(analytic - target), nan=np.inf)
    with np.errstate(all="ignore"):  # a hypothesis that is not finite does not hold
        if hypothesis.predicted is not None:
            aim, found = analytic, evidence.project(hypothesis.predicted)
            if not np.allclose(
                hypothesis.predicted, evidence.analytic, _RELATIVE, _FLOOR * _largest(evidence.analytic)
            ):
                return 0.0
        else:
            assert hypothesis.corrected is not None
            aim, found = target, evidence.project(hypothesis.corrected)
        residual = np.abs(found - aim)
        size = np.maximum(np.abs(found), np.abs(aim))
        tolerance = np.maximum(_BARS * evidence.bars, np.maximum(_RELATIVE * size, _FLOOR * _largest(aim)))
        if not np.all(residual <= tolerance):
            return 0.0
        part = 1 - math.sqrt(float(np.sum(residual**2)) / float(np.sum(mismatch**2)))
        if not part > _EXPLAINED:
            return 0.0
        attained = np.maximum(residual, np.maximum(evidence.bars, _FINEST * size))
        agreement = np.sort(np.log10(mismatch / attained)[mismatch > tolerance])
    believed = float(np.sum(agreement[: max(0, len(agreement) - hypothesis.parameters)]))
    return part if hypothesis.is_seen or believed > digits else 0.0


def _largest(array: np.ndarray) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(np.max(finite, initial=0))
