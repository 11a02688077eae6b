"""`gradcheck`: compare gradients with numerical derivatives, array by array."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.gradcheck.numeric import Derivative, differentiate
from autograd.gradcheck.report import Check, Finding, GradcheckReport, TensorReport
from autograd.gradcheck.subject import ClosureSubject, FunctionSubject, Subject
from autograd.gradcheck.verdict import Verdict, judge

_DIRECTIONS = 2
_SAMPLE = 10  # entries of a large array
_ATOL = 1e-12  # of the largest slope: below it two derivatives are equal


def gradcheck(
    function: Callable[..., Any],
    inputs: Any,
    *,
    names: Sequence[str] | None = None,
    rtol: float | None = None,
    max_entries: int = 100,
    seed: int | None = None,
) -> GradcheckReport:
    """Verify the gradients of `function` numerically.

    Parameters
    ----------
    function : callable
        Returns a Tensor, or nested tuples, lists and dicts of them. With a model as `inputs` it takes no arguments.
    inputs : array, tuple of arrays, or a model
        The arguments, nested or not; those of a floating or complex dtype are checked. Or anything that has
        ``named_parameters()``: then its parameters are checked, under their names.
    names : sequence of str, optional
        What to call the arguments.
    rtol : float, optional
        The relative error that counts as wrong: 1e-6, or 1e-3 where the function computes in float32 whatever it is
        given (1e-1 for float16).
    max_entries : int
        Arrays of up to so many entries are checked entry by entry. Of larger ones a random sample of entries is,
        and two random directions through all entries; if one is wrong, halving it leads to a wrong entry.
    seed : int, optional
        Of the directions and samples; random by default and said in the report.

    Returns
    -------
    GradcheckReport
        True unless a gradient is wrong; print it for the table.

    Raises
    ------
    DTypeError
        If no input is floating, or the function returns something that has no gradient.

    Notes
    -----
    Inputs and parameters of lower precision are checked at the same values in double precision. The function runs
    without recording, on copies; the parameters and their gradients are left as they were.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import gradcheck
    >>> report = gradcheck(lambda x, w: np.tanh(x @ w), (np.eye(2), np.full((2, 2), 0.5)), names=["x", "w"], seed=0)
    >>> bool(report)
    True
    >>> print(report)
    gradcheck RIGHT: 8 entries and 0 directions, ... evaluations, seed 0
      array  shape  verdict  gradient  numeric  error bar  at
      x      2 × 2  RIGHT    ...
      w      2 × 2  RIGHT    ...
    """
    seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    subject = _subject(function, inputs, names)
    return _Run(subject, rtol, max_entries, seed).report()


def _subject(function: Callable[..., Any], inputs: Any, names: Sequence[str] | None) -> Subject:
    if hasattr(inputs, "named_parameters"):
        return ClosureSubject(function, dict(inputs.named_parameters()))
    return FunctionSubject(function, inputs if isinstance(inputs, tuple) else (inputs,), names)


class _Run:
    """One check: the subject, the tolerances, and the lines along which derivatives are compared."""

    def __init__(self, subject: Subject, rtol: float | None, max_entries: int, seed: int) -> None:
        self.subject = subject
        self.max_entries = max_entries
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.evaluations = 0
        self.base = self._outputs(subject.values)
        # The narrowest dtype seen: a function that computes in float32 has float32's rounding whatever it is given.
        self.epsilon = max(float(np.finfo(output.dtype).eps) for output in self.base)
        self.rtol = rtol if rtol is not None else _default_rtol(self.epsilon)
        self.cotangents = [self._cotangent(output) for output in self.base]
        size = sum(float(np.abs(c * output).sum()) for c, output in zip(self.cotangents, self.base, strict=True))
        self.noise = 4 * self.epsilon * size

    def report(self) -> GradcheckReport:
        difference = self._nondeterminism()
        if difference:
            finding = Finding("determinism", Verdict.NONDETERMINISTIC, difference)
            return GradcheckReport((), (finding,), self.evaluations, self.seed)
        gradients = self.subject.gradient(self.cotangents)
        self.evaluations += 1
        finite = (np.abs(g[np.isfinite(g)]) for g in gradients)
        largest = max((float(np.max(g, initial=0)) for g in finite), default=0.0)
        tensors = []
        for position, (name, gradient) in enumerate(zip(self.subject.names, gradients, strict=True)):
            checks = tuple(self._checks(position, gradient, largest))
            tensors.append(TensorReport(name, gradient.shape, str(self.subject.dtypes[position]), checks))
        return GradcheckReport(tuple(tensors), (), self.evaluations, self.seed)

    # ------------------------------------------------------------------------------------------ the function on lines

    def _outputs(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        self.evaluations += 1
        return self.subject.outputs(values)

    def _cotangent(self, output: np.ndarray) -> np.ndarray:
        """Return a random cotangent; 1 for a lone scalar, so that the numbers in the table are its gradient."""
        if output.size == 1 and len(self.base) == 1:
            return np.ones(output.shape, np.promote_types(output.dtype, np.float64))
        cotangent = self.rng.standard_normal(output.shape)
        return cotangent + 1j * self.rng.standard_normal(output.shape) if output.dtype.kind == "c" else cotangent

    def _nondeterminism(self) -> str:
        again = self._outputs(self.subject.values)
        if all(a.tobytes() == b.tobytes() for a, b in zip(self.base, again, strict=True)):
            return ""
        return "two calls at the same point returned different values; fix the function's random numbers"

    def _along(self, position: int, direction: np.ndarray, atol: float) -> Derivative:
        """Return the derivative of ``Re Σ <cotangent, output>`` along `direction` of the array at `position`."""
        values = list(self.subject.values)
        point = values[position]

        def g(t: float) -> float:
            if t == 0:
                return 0.0
            values[position] = point + t * direction
            # Difference first, then project: what does not move cancels exactly, whatever its size.
            moved = [
                (cotangent * (output - base)).real.ravel()
                for cotangent, output, base in zip(self.cotangents, self._outputs(values), self.base, strict=True)
            ]
            return math.fsum(np.concatenate(moved).tolist())

        with np.errstate(all="ignore"):  # a step may leave the domain; the verdict says so
            return differentiate(g, self.noise, self.rtol / 100, atol)

    # ------------------------------------------------------------------------------------------ which lines

    def _checks(self, position: int, gradient: np.ndarray, largest: float) -> Iterator[Check]:
        """Yield the comparisons for one array."""
        size = gradient.size
        if size <= self.max_entries:
            entries: Iterable[int] = range(size)
        else:
            entries = sorted(self.rng.choice(size, min(_SAMPLE, self.max_entries), replace=False).tolist())
            yield from self._direction_checks(position, gradient, largest)
        for entry in entries:
            yield from self._entry_checks(position, entry, gradient, largest)

    def _entry_checks(self, position: int, entry: int, gradient: np.ndarray, largest: float) -> Iterator[Check]:
        """Compare the derivative in one entry; for a complex entry in its real and its imaginary part."""
        point = self.subject.values[position]
        scale = _power_of_two(abs(point.flat[entry]) or _rms(point) or 1.0)
        for unit in (1.0, 1j) if point.dtype.kind == "c" else (1.0,):
            direction = np.zeros_like(point)
            direction.flat[entry] = scale * unit
            check = self._compare(position, direction, gradient, largest * scale, scale)
            yield dataclasses.replace(check, index=tuple(int(i) for i in np.unravel_index(entry, point.shape)))

    def _direction_checks(self, position: int, gradient: np.ndarray, largest: float) -> Iterator[Check]:
        """Compare derivatives along random directions through every entry, and lead a wrong one to its entry."""
        point = self.subject.values[position]
        scale = _rms(point) or 1.0
        for _ in range(_DIRECTIONS):
            direction = scale * self.rng.standard_normal(point.shape).astype(point.dtype)
            if point.dtype.kind == "c":
                direction = direction + 1j * scale * self.rng.standard_normal(point.shape)
            check = self._compare(position, direction, gradient, largest * scale, 1.0)
            yield check
            if check.verdict is Verdict.WRONG:
                yield from self._locate(position, direction, gradient, largest)
                return

    def _locate(self, position: int, direction: np.ndarray, gradient: np.ndarray, largest: float) -> Iterator[Check]:
        """Halve a wrong direction until one entry is left, keeping a half that is wrong."""
        entries = np.arange(direction.size)
        while entries.size > 1:
            for half in np.array_split(entries, 2):
                part = np.zeros_like(direction)
                part.flat[half] = direction.flat[half]
                if self._compare(position, part, gradient, largest * _rms(direction), 1.0).verdict is Verdict.WRONG:
                    entries = half
                    break
            else:
                return  # each half is right to its own tolerance: no single entry to name
        yield from self._entry_checks(position, int(entries[0]), gradient, largest)

    def _compare(
        self, position: int, direction: np.ndarray, gradient: np.ndarray, slope_scale: float, unit: float
    ) -> Check:
        """Judge the derivative along `direction`; report it in units of `unit`."""
        moved = direction != 0  # elsewhere the gradient does not count, whatever it is
        analytic = float(np.sum((gradient[moved] * direction[moved]).real))
        numeric = self._along(position, direction, _ATOL * slope_scale)
        verdict, reason = judge(analytic, numeric, self.rtol, _ATOL * slope_scale, slope_scale)
        return Check(None, analytic / unit, numeric.value / unit, numeric.error / unit, verdict, reason)


def _default_rtol(epsilon: float) -> float:
    return 1e-6 if epsilon < 1e-12 else 1e-3 if epsilon < 1e-6 else 1e-1


def _rms(array: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.abs(array) ** 2)))


def _power_of_two(size: float) -> float:
    """Return the power of two below `size`: a step that many times 2^-k is added to an entry without rounding."""
    return float(2.0 ** math.floor(math.log2(size)))
