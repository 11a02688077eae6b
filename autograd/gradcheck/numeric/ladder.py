"""The values of a function at smaller and smaller steps to both sides, and what slopes they give."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from typing import NamedTuple

from autograd.gradcheck.numeric import noise as noises
from autograd.gradcheck.numeric.romberg import UNKNOWN, Estimate, Table, select

_COLUMNS = 6
_EPSILON = 2.0**-52
_IRREGULAR = [n / 2**20 for n in (2**20, 848911, 975883, 807947, 922639, 1016863, 881677)]
_GRID = 2.0**51  # steps are multiples of 2^-51, and added to a number of up to 2 without rounding
_BOTTOM = 8  # levels that tell what is at the point and not only near it
_SCATTER = 100  # times the noise that was given: more than rounding explains
_DROWNED = 256  # rounding at the finest level, in units of the smallest error bar


class Level(NamedTuple):
    """The values at one step to both sides. It counts if they are finite and no decision is another than at 0."""

    step: float
    below: float
    above: float
    decided: tuple[Hashable, Hashable]
    counts: bool

    @property
    def difference(self) -> float:
        """The central difference."""
        return (self.above - self.below) / (2 * self.step)

    @property
    def gap(self) -> float:
        """By how much the one-sided slopes differ."""
        return abs(self.above + self.below) / self.step

    @property
    def slope(self) -> float:
        """The larger of the one-sided slopes, absolutely."""
        return max(abs(self.above), abs(self.below)) / self.step

    def rounding(self, noise: float) -> float:
        """Return what the rounding of values, and of the argument to a relative machine epsilon, does to a slope."""
        return (2 * noise + _EPSILON * self.slope) / self.step


class Ladder:
    """Levels, coarse to fine, and the estimates of the slope that each gives together with the coarser ones."""

    def __init__(self, g: Callable[[float], float], noise: float, branches: Callable[[float], Hashable] | None) -> None:
        self.levels: list[Level] = []
        self.estimates: list[Estimate] = []
        self.noise = self.given_noise = noise
        self.scatter = 0.0
        self.evaluations = 1
        self._g = g
        self._branches = branches
        self._table = Table(2, _COLUMNS)
        self._start = float(g(0.0))
        self._centre = branches(0.0) if branches else None

    def value(self, t: float) -> float:
        """Return by how much the function at `t` differs from that at 0."""
        self.evaluations += 1
        return float(self._g(t)) - self._start

    def take(self, step: float) -> Level:
        """Add a level, at about that step.

        The factors keep the steps from being multiples of each other: where all are close to multiples of one period,
        the differences converge to the slope of an oscillation that is not there.
        """
        step = round(step * _IRREGULAR[len(self.levels) % len(_IRREGULAR)] * _GRID) / _GRID
        values, decisions = [], []
        for t in (-step, step):
            values.append(self.value(t))
            decisions.append(self._branches(t) if self._branches else None)
        counts = all(map(math.isfinite, values)) and all(decision == self._centre for decision in decisions)
        level = Level(step, values[0], values[1], (decisions[0], decisions[1]), counts)
        self.levels.append(level)
        self._estimate(level)
        return level

    def _estimate(self, level: Level) -> None:
        if level.counts:
            self.estimates.append(self._table.add(level.step, level.difference, level.rounding(self.noise)))
        else:
            self._table.restart()
            self.estimates.append(UNKNOWN)

    def drop(self, number: int) -> None:
        """Forget the last `number` levels."""
        del self.levels[-number:]
        self._estimate_again()

    def counting(self) -> list[Level]:
        """Return the finest levels, as far up as all of them count."""
        first = max((k + 1 for k, level in enumerate(self.levels) if not level.counts), default=0)
        return self.levels[first:]

    def is_constant(self) -> bool:
        """Whether no step has changed the value at all."""
        return all(level.counts and level.above == level.below == 0 for level in self.levels)

    def is_settled(self, tolerance: float, absolute: float) -> bool:
        """Whether the last two levels agree on a slope to the tolerance, and both sides on there being one."""
        if len(self.levels) < 4 or not all(level.counts for level in self.levels[-4:]) or self.is_constant():
            return False
        last, previous = self.estimates[-1], self.estimates[-2]
        precise = max(tolerance * max(abs(last.value), abs(previous.value)), absolute)
        finest = self.levels[-1]
        rounding = finest.rounding(self.noise)
        # An error below an `absolute` that is large says nothing if it is as large as the slopes.
        precise = min(precise, max(finest.slope / 2**14, 4 * rounding))
        if last.error > precise or previous.error > max(finest.slope / 64, 4 * rounding):
            return False
        if abs(last.value - previous.value) > last.error + previous.error:
            return False
        return finest.gap <= max(2 * rounding, precise, self.levels[-3].gap / 2)

    def is_drowned(self, expected: float | None) -> bool:
        """Whether rounding has swallowed the finest levels, so that still finer ones tell nothing."""
        levels = self.counting()[-10:]
        best = min(self.estimates)
        if len(levels) < 10:
            return False
        apart = 0.0 if expected is None else 4 * abs(best.value - expected)
        if levels[-1].rounding(self.noise) < max(_DROWNED * best.error, apart):
            return False
        return all(level.gap <= 2 * level.rounding(self.noise) for level in levels[-6:]) and all(
            noises.at_the_bottom(_steps(levels), values) <= self.noise for values in _sides(levels)
        )

    def measure_noise(self) -> bool:
        """Raise the noise to what the values show; return whether it drowns the function at every step."""
        levels = self.counting()
        if len(levels) < _BOTTOM:
            return False
        given, sides = self.noise, _sides(levels)
        bottom = min(noises.at_the_bottom(_steps(levels), values) for values in sides)
        self.scatter = bottom if bottom > _SCATTER * given else 0.0
        found = max(bottom, self._stairs(levels))
        if found <= given:
            return False
        self.noise = found
        self._estimate_again()
        return found > 2 * given and found > max(map(abs, sides[0] + sides[1])) / 8

    def _stairs(self, levels: list[Level]) -> float:
        """Return the noise of a function that jumps close to the point.

        That is what a lower precision inside the function looks like: rounded to a grid, it moves in stairs, and steps
        that stay on one stair see nothing of its slope.
        """
        found = []
        steps = _steps(levels)
        for sign, values in zip((-1, 1), _sides(levels), strict=True):
            rough = noises.roughness(steps, values)
            last = noises.last_roughness(rough, values, self.noise)
            if last is not None:
                jump = noises.size_of_a_jump(self.value, sign * steps[last], sign * steps[last + 1])
                if jump > 4 * self.noise:
                    found.append(max(jump, noises.above(rough, last)))
        return min(found, default=0.0)

    def _estimate_again(self) -> None:
        self._table.restart()
        self.estimates.clear()
        for level in self.levels:
            self._estimate(level)

    def finite(self) -> list[Level]:
        """Return the finest levels, as far up as all are finite."""
        bad = (k + 1 for k, level in enumerate(self.levels) if not math.isfinite(level.below + level.above))
        return self.levels[max(bad, default=0) :]

    def branch(self, side: int) -> list[Level]:
        """Return the finest levels, as far up as what is decided on that side (0 below, 1 above) stays the same."""
        levels = self.finite()
        other = (k + 1 for k, level in enumerate(levels) if level.decided[side] != levels[-1].decided[side])
        return levels[max(other, default=0) :]

    def best(self) -> Estimate:
        """Return the estimate of the smallest error that all finer ones confirm."""
        return select(self.estimates)

    def slope_scale(self) -> float:
        """Return the largest slope of the coarse levels that is clear of rounding."""
        levels = [level for level in self.levels if level.counts]
        clear = [level.slope for level in levels[2:8] or levels if level.slope > 2 * level.rounding(self.noise)]
        return max(clear, default=0.0)


def _sides(levels: list[Level]) -> tuple[list[float], list[float]]:
    return [level.below for level in levels], [level.above for level in levels]


def _steps(levels: list[Level]) -> list[float]:
    return [level.step for level in levels]
