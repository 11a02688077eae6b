"""The function under test along lines through its point: what numerical derivatives are taken of."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from autograd.gradcheck.numeric import Derivative, differentiate
from autograd.gradcheck.operations.branches import BranchRecorder
from autograd.gradcheck.subject import Subject

FIRST_STEP = 0.125
_SALT = 0x67726164  # of all streams: a key that nobody spawns by counting
_ROUNDINGS = 4  # of an output, in units of its machine epsilon
_BITS = 17  # of a direction: the first step has 13, so that 2^-20 times it is still added to a float64 without rounding


class Evaluator:
    """Evaluates a subject: counts and times the calls, and notes what the operations decided.

    Parameters
    ----------
    subject : Subject
        What is evaluated, with the same random numbers at every call.
    recorder : BranchRecorder
        Is observing operations.
    """

    def __init__(self, subject: Subject, recorder: BranchRecorder) -> None:
        self.subject = subject
        self.evaluations = 0
        self.seconds = math.inf  # of the fastest call: another may compile plans, or wait for the machine
        self._recorder = recorder

    def outputs(self, values: Sequence[np.ndarray]) -> tuple[list[np.ndarray], bytes]:
        """Return the outputs at `values`, and what operations decided."""
        self.evaluations += 1
        return self._timed(values), self._recorder.signature()

    def time_again(self) -> None:
        """Time one more call, which does not count: how many it takes depends on the machine."""
        self._timed(self.subject.values)

    def _timed(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        self.subject.random.restore()
        self._recorder.restart()
        began = time.perf_counter()
        outputs = self.subject.outputs(values)
        self.seconds = min(self.seconds, time.perf_counter() - began)
        return outputs

    def gradient(self, cotangents: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the gradients under test at `values`."""
        self.evaluations += 1
        self.subject.random.restore()
        return self.subject.gradient(cotangents, values)


class Evaluates(Protocol):
    """What a point needs of an evaluator."""

    def outputs(self, values: Sequence[np.ndarray]) -> tuple[list[np.ndarray], bytes]:
        """Return the outputs at `values`, and what operations decided."""


class Point:
    """Values of the inputs, and what the function is there."""

    def __init__(self, evaluator: Evaluates, values: Sequence[np.ndarray]) -> None:
        self.evaluator = evaluator
        self.values = list(values)
        self.outputs, self.decisions = evaluator.outputs(values)
        # The narrowest dtype seen: a function that computes in float32 has float32's rounding whatever it is given.
        self.epsilon = max((float(np.finfo(output.dtype).eps) for output in self.outputs), default=0.0)


class Line:
    """``g(t) = Re Σ <cotangent, f(x + t u) - f(x)>`` and its derivative at 0.

    Parameters
    ----------
    point : Point
        The x.
    cotangents : sequence of ndarray
        One an output.
    directions : dict
        The arrays `u`, by the position of the input that moves; see `representable`.
    """

    def __init__(self, point: Point, cotangents: Sequence[np.ndarray], directions: dict[int, np.ndarray]) -> None:
        self.directions = directions
        self._point = point
        self._cotangents = cotangents
        self._values = list(point.values)
        self._known: dict[float, tuple[float, bytes]] = {0.0: (0.0, point.decisions)}
        self._moving = 0.0  # the norm of what moves, in outputs times cotangents

    def analytic(self, gradients: Sequence[np.ndarray]) -> tuple[float, float]:
        """Return the derivative by the gradients, and what rounding can do to it."""
        terms = []
        for position, direction in self.directions.items():
            moves = direction != 0  # elsewhere the gradient does not count, whatever it is
            with np.errstate(all="ignore"):  # a gradient may be anything
                terms.append((gradients[position][moves] * direction[moves]).real)
        every = np.concatenate(terms)
        if not np.isfinite(every).all():
            with np.errstate(invalid="ignore"):
                return float(every.sum()), 0.0
        return _sum(every.tolist()), 8 * self._point.epsilon * float(np.abs(every).sum())

    def derivative(self, tolerance: float, absolute: float, expected: float | None = None) -> Derivative:
        """Return the numerical derivative, as precise as `tolerance` (relative) or `absolute`, or as can be.

        Before one that is not the `expected` is believed, finer steps are asked.
        """
        with np.errstate(all="ignore"):  # a step may leave the domain; the verdict says so
            for t in (FIRST_STEP, -FIRST_STEP):
                self(t)
            # What does not move does not round either; but where nothing does, rounding may be why.
            noise = _ROUNDINGS * self._point.epsilon * (self._moving or self.stillness)
            return differentiate(self, noise, tolerance, absolute, FIRST_STEP, self.branches, expected)

    @property
    def stillness(self) -> float:
        """The size of the outputs times their cotangents if not one bit of them has moved, else 0."""
        return (
            0.0
            if self._moving
            else math.hypot(*(norm(np.abs(c * y)) for c, y in zip(self._cotangents, self._point.outputs, strict=True)))
        )

    def branches(self, t: float) -> bytes:
        """Return what the operations decided at `t`."""
        self(t)
        return self._known[t][1]

    def __call__(self, t: float) -> float:
        known = self._known.get(t)
        if known is None:
            known = self._known[t] = self._evaluate(t)
        return known[0]

    def _evaluate(self, t: float) -> tuple[float, bytes]:
        for position, direction in self.directions.items():
            self._values[position] = self._point.values[position] + t * direction
        outputs, decisions = self._point.evaluator.outputs(self._values)
        moved: list[float] = []
        moving = 0.0
        for cotangent, output, base in zip(self._cotangents, outputs, self._point.outputs, strict=True):
            if output.shape != base.shape:
                return math.nan, decisions
            # Difference first, then project: what does not move cancels exactly, whatever its size.
            terms = (cotangent * (output - base)).real
            moves = terms != 0
            moved += terms[moves].ravel().tolist()
            moving = math.hypot(moving, norm(np.abs(cotangent[moves] * base[moves])))
        if math.isfinite(moving):
            self._moving = max(self._moving, moving)
        return _sum(moved), decisions


def norm(sizes: np.ndarray) -> float:
    """Return the Euclidean norm of what is finite, also where its square is not."""
    sizes = sizes[np.isfinite(sizes)]
    largest = float(np.max(sizes, initial=0))
    return largest * float(np.linalg.norm(sizes / largest)) if largest else 0.0


def _sum(terms: list[float]) -> float:
    """Return the sum of all terms without rounding in between, NaN if it is not finite."""
    try:
        return math.fsum(terms) if all(map(math.isfinite, terms)) else math.nan
    except OverflowError:
        return math.nan


def representable(direction: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return `direction` rounded so that ``point + t * direction`` is exact for steps that are not too short.

    A step that is rounded when it is added is another step; at a point of 1e8 that would be all there is to see.
    """
    if direction.dtype.kind == "c":
        parts = representable(direction.real, point.real), representable(direction.imag, point.imag)
        return parts[0] + 1j * parts[1]
    _, exponent = np.frexp(np.maximum(np.abs(direction), np.abs(point)))
    unit = np.ldexp(1.0, exponent - _BITS)
    with np.errstate(under="ignore"):
        rounded = np.rint(direction / np.where(unit == 0, 1, unit)) * unit
    return np.where(np.isfinite(rounded) & (unit != 0), rounded, direction)


def scale_of(array: np.ndarray) -> float:
    """Return the root mean square of what is finite in an array, 1 where that is 0: what a step is relative to."""
    sizes = np.abs(array)
    sizes = sizes[np.isfinite(sizes)]
    largest = float(np.max(sizes, initial=0))
    return largest * float(np.sqrt(np.mean((sizes / largest) ** 2))) if largest else 1.0


def stream(seed: int, number: int = 0) -> np.random.Generator:
    """Return random numbers that nothing else is made of: one stream a seed and a number.

    Where the data come from ``default_rng(seed)`` too, a cotangent from the same numbers would be the data again, and a
    gradient with the one in the place of the other would be right. So would a second-order one, whose inputs are the
    cotangents of the first order, if these were drawn alike.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_SALT, number)))


def gaussian(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Return standard normal numbers; complex ones have both parts."""
    values = rng.standard_normal(shape)
    return np.asarray(values + 1j * rng.standard_normal(shape) if dtype.kind == "c" else values)


def default_rtol(epsilon: float) -> float:
    """Return the relative error that counts as wrong where a function computes with this machine epsilon."""
    return 1e-6 if epsilon < 1e-12 else 1e-3 if epsilon < 1e-6 else 1e-1


def power_of_two(size: float) -> float:
    """Return the power of two below `size`: a step that many times 2^-k is added to an entry without rounding."""
    return math.ldexp(1.0, math.frexp(size)[1] - 1)
