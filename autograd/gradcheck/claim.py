"""Gradients under test beside numerical derivatives along lines: through one entry, or through many."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograd.gradcheck.lines import Line, Point, norm, power_of_two, representable, scale_of
from autograd.gradcheck.report import Check
from autograd.gradcheck.verdict import Verdict, judge

_ABSOLUTE = 1e-12  # of the largest slope: below it two derivatives are equal
_UNSURE = (Verdict.CANNOT_TELL, Verdict.RIGHT_ABS)

Directions = dict[int, np.ndarray]


@dataclass(frozen=True, eq=False)
class Claim:
    """What the code under test says the gradients are at a point.

    Attributes
    ----------
    point : Point
        Where.
    cotangents : sequence of ndarray
        Of what: one an output.
    gradients : sequence of ndarray
        One an input.
    rtol : float
        The relative error that counts as wrong.
    """

    point: Point
    cotangents: Sequence[np.ndarray]
    gradients: Sequence[np.ndarray]
    rtol: float

    def along(self, directions: Directions, tolerance: float, slope: float | None = None, unit: float = 1.0) -> Check:
        """Compare along a line.

        Parameters
        ----------
        directions : dict
            As `Line` takes them.
        tolerance : float
            The relative error bar at which a numerical derivative is precise enough.
        slope : float, optional
            What is large there, by default what the gradients make of the directions.
        unit : float
            How long the directions are, in units of what the result shall say.
        """
        line = Line(self.point, self.cotangents, directions)
        analytic, rounding = line.analytic(self.gradients)
        slope = self._slope(directions) if slope is None else slope
        absolute = _ABSOLUTE * slope + rounding
        numeric = line.derivative(tolerance, absolute, analytic)
        if analytic == 0:  # and no bit of the outputs moves: they do not depend on it, to their own precision
            slope = max(slope, line.stillness)
        verdict, reason = judge(analytic, numeric, self.rtol, absolute, slope, unit)
        steps = tuple(
            dataclasses.replace(step, difference=step.difference / unit, rounding=step.rounding / unit)
            for step in numeric.steps
        )
        values = analytic / unit, numeric.value / unit, numeric.error / unit
        return Check(None, *values, verdict, reason, steps, numeric.kind, absolute / unit)

    def by_scale(
        self, directions: Directions, scales: Iterable[float], tolerance: float, slope: float | None = None
    ) -> Check:
        """Compare along a line by steps of the first of some scales that gives the last digits, else by the best."""
        tried: list[Check] = []
        for scale in scales:
            longer = {position: scale * direction for position, direction in directions.items()}
            check = self.along(longer, tolerance, None if slope is None else scale * slope, scale)
            if check.verdict not in _UNSURE:
                return check
            tried.append(check)
        return min(tried, key=lambda check: (check.verdict is Verdict.CANNOT_TELL, check.error))

    def at_entry(self, position: int, entry: int, sizes: Iterable[float], tolerance: float) -> Iterator[Check]:
        """Yield the comparison of one entry; of a complex one in its real part and then in its imaginary part.

        Steps are relative to the `sizes` in turn, until one gives the last digits.
        """
        array, gradient = self.point.values[position], self.gradients[position]
        largest = float(np.max(np.abs(gradient), initial=0, where=np.isfinite(gradient)))
        scales = dict.fromkeys(power_of_two(size) for size in sizes if size and math.isfinite(size)) or (1.0,)
        index = tuple(int(i) for i in np.unravel_index(entry, array.shape))
        for unit in (1.0, 1j) if array.dtype.kind == "c" else (1.0,):
            direction = np.zeros_like(array)
            direction.flat[entry] = unit
            yield dataclasses.replace(self.by_scale({position: direction}, scales, tolerance, largest), index=index)

    def alike(self) -> Directions:
        """Return the directions that move all entries alike: of equal ones each has a kink, all together have none."""
        moving = {position: array for position, array in enumerate(self.point.values) if array.size}
        size = max(map(scale_of, moving.values()))
        return {position: representable(np.full_like(array, size), array) for position, array in moving.items()}

    def _slope(self, directions: Directions) -> float:
        with np.errstate(all="ignore"):  # a gradient may be anything
            return math.hypot(*(norm(np.abs(self.gradients[i] * u)) for i, u in directions.items()))
