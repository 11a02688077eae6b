"""The VJP of one operation beside numerical derivatives of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.gradcheck.claim import Claim
from autograd.gradcheck.lines import Point, default_rtol, gaussian, power_of_two, representable, scale_of
from autograd.gradcheck.locate import wrong_entries
from autograd.gradcheck.operations.branches import BranchRecorder
from autograd.gradcheck.operations.operation import Operation
from autograd.gradcheck.report import Check, Finding
from autograd.gradcheck.verdict import Verdict

_FEW = 20  # arrays of up to so many entries are checked entry by entry
_SOME = 200  # and of up to so many, if they are wrong
_MOST_WRONG = 4  # entries that are looked for in a larger array
_DIRECTIONS = 2
_BESIDE = 1e-3  # how far from a kink the operation is checked again, relative to the values


class Comparison:
    """The VJP of one operation beside numerical derivatives."""

    def __init__(self, operation: Operation, rtol: float | None, rng: np.random.Generator) -> None:
        self.operation = operation
        self.evaluator = _Evaluator(operation)
        self._given_rtol = rtol
        self._rng = rng
        self._directions: dict[int, list[tuple[np.ndarray, float, float]]] = {}

    def prepare(self) -> None:
        """Call the VJP at the point."""
        point = Point(self.evaluator, self.operation.values)
        self._rtol = self._given_rtol or default_rtol(point.epsilon)
        self._tolerance = self._rtol / 100
        y = point.outputs[0]
        self._cotangent = gaussian(self._rng, y.shape, y.dtype) * self.operation.finite
        self._gradients = self.operation.gradient([self._cotangent])
        self._claim = Claim(point, [self._cotangent], self._gradients, self._rtol)
        # Where an output is not finite, 0 · ∞ in the VJP says nothing.
        hides = not self.operation.finite.all()
        self._checked = [
            np.isfinite(array) & (np.isfinite(gradient) if hides else True)
            for array, gradient in zip(self.operation.values, self._gradients, strict=True)
        ]

    def checks(self, position: int) -> Iterator[Check]:
        """Yield the comparisons for one argument."""
        array = self.operation.values[position]
        if array.size <= _FEW:
            found = [check for entry in range(array.size) for check in self._entry_checks(position, entry)]
            yield from found
            if any(check.verdict is Verdict.NONSMOOTH for check in found):
                yield self._beside(position)
                yield self._together(position)
            return
        for number in range(_DIRECTIONS):
            direction = np.where(self._checked[position], self._direction(array, is_relative=number == 0), 0)
            scales = dict.fromkeys((1.0, power_of_two(self._largest() / scale_of(array))))
            check = self._claim.by_scale({position: direction}, scales, self._tolerance)
            self._directions.setdefault(position, []).append((direction, check.numeric, check.error))
            yield check
            if check.verdict is Verdict.NONSMOOTH:
                yield self._beside(position)
                yield self._together(position)
            if check.verdict is Verdict.WRONG:
                yield from self._locate(position, direction)
                return

    def findings(self) -> Iterator[Finding]:
        """Yield what is found without differences."""
        hidden = int(np.sum(~self.operation.finite))
        if hidden:
            yield Finding("note", Verdict.RIGHT, f"{hidden} elements of the output are not finite: not checked")
        if self.operation.values:
            array, gradient = self.operation.values[0], self._gradients[0]
            total = gaussian(self._rng, array.shape, array.dtype)
            added = self.operation.added(self._cotangent, total)
            if added is not None and not np.allclose(added - total, gradient, rtol=self._rtol, atol=1e-9):
                text = "the VJP that adds to a cotangent in place adds something else than the VJP returns"
                yield Finding("accumulation", Verdict.WRONG, text)

    def suspect(self, position: int, checks: tuple[Check, ...]) -> Suspect:
        """Return what is known about a wrong argument."""
        array = self.operation.values[position]
        numeric = np.full(array.shape, np.nan, np.promote_types(array.dtype, np.float64))
        error = np.full(array.shape, np.nan)
        found = [check for check in checks if check.index is not None]
        done = {check.index for check in found}
        if array.size <= _SOME:
            for entry in range(array.size):
                if tuple(int(i) for i in np.unravel_index(entry, array.shape)) not in done:
                    found += self._entry_checks(position, entry)
        seen: set[tuple[int, ...]] = set()
        kinks = np.zeros(array.shape, bool)
        for check in found:
            assert check.index is not None
            if check.verdict is Verdict.NONSMOOTH:  # between one-sided slopes there is no derivative to compare with
                kinks[check.index] = True
                continue
            # The second check of a complex entry is along the imaginary axis.
            numeric[check.index] = numeric[check.index] - 1j * check.numeric if check.index in seen else check.numeric
            error[check.index] = max(check.error, error[check.index]) if check.index in seen else check.error
            seen.add(check.index)
        return Suspect(
            self.operation,
            position,
            self._cotangent,
            self._gradients[position],
            numeric,
            error,
            tuple(self._directions.get(position, ())),
            kinks,
        )

    # ------------------------------------------------------------------------------------------ lines

    def _entry_checks(self, position: int, entry: int) -> Iterator[Check]:
        """Compare the derivative in one entry; for a complex entry in its real and its imaginary part."""
        array = self.operation.values[position]
        if not self._checked[position].flat[entry]:
            return
        sizes = abs(array.flat[entry]), scale_of(array), self._largest()
        yield from self._claim.at_entry(position, entry, sizes, self._tolerance)

    def _largest(self) -> float:
        """Return the scale of the largest argument: beside that, steps of the others may drown in rounding."""
        return max(map(scale_of, self.operation.values))

    def _direction(self, array: np.ndarray, is_relative: bool) -> np.ndarray:
        """Return a random direction: each entry relative to itself, which keeps its sign, or all of one size."""
        size: Any = scale_of(array)
        if is_relative:
            size = np.where(array == 0, size, np.abs(array))
        direction = np.where(np.isfinite(array), size, 0) * gaussian(self._rng, array.shape, array.dtype)
        return representable(np.asarray(direction, array.dtype), array)

    def _beside(self, position: int) -> Check:
        """Compare beside a kink that the point is on: between two one-sided slopes there is room for a mistake."""
        values = list(self.operation.values)
        values[position] = values[position] + _BESIDE * self._direction(values[position], is_relative=False)
        direction = self._direction(values[position], is_relative=False)
        gradients = self.operation.gradient([self._cotangent], values)
        claim = dataclasses.replace(self._claim, point=Point(self.evaluator, values), gradients=gradients)
        return claim.along({position: direction}, self._tolerance)

    def _together(self, position: int) -> Check:
        """Compare along the line that moves all alike."""
        directions = self._claim.alike()
        check = self._claim.along(directions, self._tolerance)
        if check.verdict is not Verdict.NONSMOOTH:
            others = [(self._gradients[i] * u).real.sum() for i, u in directions.items() if i != position]
            known = (directions[position], check.numeric - float(sum(others)), check.error)
            self._directions.setdefault(position, []).append(known)
        return check

    def _locate(self, position: int, direction: np.ndarray) -> Iterator[Check]:
        def compare(part: np.ndarray) -> Check:
            return self._claim.along({position: part}, self._tolerance)

        for entry in wrong_entries(direction, compare, _MOST_WRONG):
            yield from self._entry_checks(position, entry)


@dataclass(frozen=True, eq=False)
class Suspect:
    """An argument whose VJP is wrong, and what is known about it: what a diagnosis starts from.

    Attributes
    ----------
    operation : Operation
        With `arguments`, `output` and `primitive`.
    position : int
        Of the argument among ``operation.values``.
    cotangent : ndarray
        Of the output.
    analytic : ndarray
        What the VJP returned.
    numeric, error : ndarray
        The numerical gradient and its error bars; NaN where it was not computed.
    directions : tuple of (ndarray, float, float)
        Directions through all entries, with the numerical derivatives along them and their error bars.
    kinks : ndarray of bool
        Where the function has a kink.
    """

    operation: Operation
    position: int
    cotangent: np.ndarray
    analytic: np.ndarray
    numeric: np.ndarray
    error: np.ndarray
    directions: tuple[tuple[np.ndarray, float, float], ...]
    kinks: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The argument."""
        return self.operation.values[self.position]

    def function(self, x: np.ndarray) -> np.ndarray:
        """Return the output for another value of the argument."""
        values = list(self.operation.values)
        values[self.position] = x
        return self.operation.outputs(values)[0]


class _Evaluator:
    """Evaluates one operation, on plain arrays, which nothing observes; counts the calls."""

    def __init__(self, operation: Operation) -> None:
        self.evaluations = 0
        self._operation = operation
        self._branches = BranchRecorder()

    def outputs(self, values: Any) -> tuple[list[np.ndarray], bytes]:
        self.evaluations += 1
        self._branches.restart()
        try:
            (y,) = self._operation.outputs(values)
        except Exception:  # whatever a function of the user raises outside its domain
            y = np.full_like(self._operation.output, np.nan)
        # A step that leaves the domain is no step to take a difference over.
        if not np.isfinite(y).all():
            return [y], b"not finite"
        args, kwargs = self._operation.call(self._operation.given(values))
        self._branches.note(self._operation.primitive, y, args, kwargs)
        return [y], self._branches.signature()
