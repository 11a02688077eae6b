"""Numerical derivatives with an error bar: central differences, halved steps, extrapolation.

For ``g(t)`` along a line, a ladder of steps, each about half the one before, gives the differences
``D_k = (g(h_k) - g(-h_k)) / 2 h_k``, and `romberg` what they converge to. Nearly always the first four do. Where they
do not, the ladder goes on to the finest steps, `noise` tells what rounding inside the function does to its values, and
`kinks` whether the function has a derivative at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from autograd.gradcheck.numeric import kinks
from autograd.gradcheck.numeric.ladder import Ladder, Level
from autograd.gradcheck.numeric.romberg import Estimate

CANCELLED = "kinks at the point that cancel"  # a note

_FINEST = 2.0**-44  # of the first step, which makes 2^-48
_BOTTOM = 8  # levels that tell what is at the point and not only near it
_CLEAR = 64  # times the noise: what a power is fitted to, which is to tell 0.9 from 1


@dataclass(frozen=True)
class Step:
    """One step of a numerical derivative: its size, the central difference, and what rounding can do to that."""

    size: float
    difference: float
    rounding: float


@dataclass(frozen=True)
class Derivative:
    """A numerical derivative along a line, and what was learned about the function on the way.

    Attributes
    ----------
    value, error : float
        The estimate and its error bar.
    left, right : float
        The one-sided slopes; at a point with a derivative `value`.
    kind : str
        "smooth"; "kink" (the one-sided slopes differ); "jump"; "vertical tangent"; "domain edge" (the function is
        finite on one side); "not finite"; "unresolved" (no step is short enough to follow the function).
    slope_scale : float
        The largest coarse slope seen: what "small" means for this function.
    evaluations : int
        How often the function was called.
    steps : tuple of Step
        The steps that `value` was made of, from the largest on.
    left_error, right_error : float
        The error bars of the one-sided slopes.
    noise : float
        The absolute error of one value of the function, given or found.
    given_noise : float
        What was given.
    scatter : float
        By how much values scatter down to the finest steps, if that is more than rounding explains; else 0.
    note : str
        What else is worth saying, such as a kink nearby; empty if nothing.
    """

    value: float
    error: float
    left: float
    right: float
    kind: str
    slope_scale: float
    evaluations: int
    steps: tuple[Step, ...] = ()
    left_error: float = 0.0
    right_error: float = 0.0
    noise: float = 0.0
    given_noise: float = 0.0
    scatter: float = 0.0
    note: str = ""


def differentiate(
    g: Callable[[float], float],
    noise: float,
    tolerance: float,
    absolute: float = 0.0,
    step: float = 0.125,
    branches: Callable[[float], Hashable] | None = None,
    expected: float | None = None,
) -> Derivative:
    """Return the derivative of `g` at 0.

    Parameters
    ----------
    g : callable
        The function on a line, best less its value at 0. A step of 1 should be a large relative change of its argument.
    noise : float
        A bound for the absolute rounding error of one value of `g`. Where the function is noisier, that is found out.
    tolerance, absolute : float
        The error bar, relative to the derivative or absolute, at which to stop early.
    step : float
        The largest step.
    branches : callable, optional
        Returns what the function decided at `t` (which side of every kink it is on), after `g` was called there. Steps
        that change a decision do not count. If all do, the point sits on a kink.
    expected : float, optional
        What the derivative should be. Where the largest steps tell another one, finer steps are asked before that is
        believed: the function may have structure that the large ones jump over.

    Notes
    -----
    9 evaluations for a smooth function; about 100 where nothing converges.

    Examples
    --------
    >>> import math
    >>> from autograd.gradcheck.numeric import differentiate
    >>> found = differentiate(lambda t: math.sin(1 + t) - math.sin(1), 1e-15, tolerance=1e-8)
    >>> abs(found.value - math.cos(1)) <= found.error < 1e-8, found.kind, found.evaluations
    (True, 'smooth', 9)
    >>> found = differentiate(lambda t: max(t, 0.0), 1e-15, tolerance=1e-8)
    >>> found.kind, found.left, found.right
    ('kink', 0.0, 1.0)
    """
    if expected is not None and not math.isfinite(expected):
        expected = None
    ladder = Ladder(g, noise, branches)
    size = step
    is_narrow = False  # flat at the largest steps, not at finer ones
    while size > _FINEST * step:
        level = ladder.take(size)
        size /= 2 if level.counts else 4
        if len(ladder.levels) == 2 and ladder.is_constant():
            ladder.take(step * 2.0**-11)
            ladder.take(step * 2.0**-25)
            if ladder.is_constant():
                return _smooth(ladder, Estimate(2 * noise / step, 0.0, 0.0))
            ladder.drop(2)
            is_narrow = True
        if ladder.is_settled(tolerance, absolute):
            found = min(ladder.estimates[-2:])
            precise = max(4 * found.error, absolute, tolerance * abs(found.value))
            if expected is None or abs(found.value - expected) <= precise:
                return _smooth(ladder, found)
        if not is_narrow and ladder.is_drowned(expected):
            break
    return _classify(ladder, tolerance)


def _classify(ladder: Ladder, tolerance: float) -> Derivative:
    """Tell from a whole ladder whether there is a derivative, and what there is otherwise."""
    bottom = ladder.levels[-_BOTTOM:]
    below = [math.isfinite(level.below) for level in bottom]
    above = [math.isfinite(level.above) for level in bottom]
    if not any(below + above) or not (all(below) or all(above)):
        return _odd(ladder, "not finite")
    if not (all(below) and all(above)):
        return _odd(ladder, "domain edge" if not (any(below) and any(above)) else "not finite")
    levels = ladder.counting()
    if len(levels) >= _BOTTOM:
        if ladder.measure_noise():
            return _odd(ladder, "unresolved")
        return _at_sides(ladder, levels, levels, tolerance)
    return _at_sides(ladder, ladder.branch(0), ladder.branch(1), tolerance)


def _at_sides(ladder: Ladder, below: Sequence[Level], above: Sequence[Level], tolerance: float) -> Derivative:
    """Tell what the function does at the point from its values on each side of it."""
    sides = []
    for sign, levels in ((-1, below), (1, above)):
        steps = [level.step for level in levels]
        values = [level.above if sign > 0 else level.below for level in levels]
        power = kinks.fit(steps, list(map(abs, values)), [_CLEAR * ladder.noise] * len(steps))
        if power is not None and kinks.is_singular(power):
            return _odd(ladder, "jump" if power.exponent < 0.1 else "vertical tangent")
        sides.append(kinks.side([sign * step for step in steps], values, ladder.noise))
    left, right = sides
    gap = abs(right.value - left.value)
    is_kink = gap > max(2 * (left.error + right.error), tolerance * max(abs(left.value), abs(right.value)))
    if below is not above:  # every step changes a decision
        if is_kink or not math.isfinite(gap):
            return _kink(ladder, left, right)
        both = Estimate(max(left.error, right.error) + gap, (left.value + right.value) / 2, 0.0)
        return _smooth(ladder, both, CANCELLED)
    gaps = _gaps(ladder, below)
    best = ladder.best()
    if gaps is None or not gaps.is_local or gaps.exponent > 0.5:
        return _smooth(ladder, best)
    if is_kink:
        return _kink(ladder, left, right)
    return _smooth(ladder, best._replace(error=max(best.error, below[gaps.last].gap)))


def _gaps(ladder: Ladder, levels: Sequence[Level]) -> kinks.Power | None:
    """Return the power law of the gap between one-sided slopes."""
    return kinks.fit(
        [level.step for level in levels],
        [level.gap for level in levels],
        [2 * level.rounding(ladder.noise) for level in levels],
    )


def _smooth(ladder: Ladder, found: Estimate, note: str = "") -> Derivative:
    levels = ladder.counting()
    gaps = _gaps(ladder, levels)
    if gaps is not None and not gaps.is_local:
        step = levels[gaps.last].step
        note = note or f"a kink or a jump at {step:.0e} of a unit step; smaller ones stay on this side"
    return _derivative(ladder, "smooth", found, found, found, note)


def _kink(ladder: Ladder, left: Estimate, right: Estimate) -> Derivative:
    middle = (left.value + right.value) / 2
    spread = abs(right.value - left.value) / 2 + max(left.error, right.error)
    return _derivative(ladder, "kink", Estimate(spread, middle, 0.0), left, right)


def _odd(ladder: Ladder, kind: str) -> Derivative:
    """Return that there is no telling a slope; `value` is the difference at the finest step."""
    level = ladder.levels[-1]
    below = Estimate(math.inf, -level.below / level.step, 0.0)
    above = Estimate(math.inf, level.above / level.step, 0.0)
    return _derivative(ladder, kind, Estimate(math.inf, level.difference, 0.0), below, above)


def _derivative(
    ladder: Ladder, kind: str, found: Estimate, left: Estimate, right: Estimate, note: str = ""
) -> Derivative:
    steps = (Step(level.step, level.difference, level.rounding(ladder.noise)) for level in ladder.levels)
    return Derivative(
        found.value,
        found.error,
        left.value,
        right.value,
        kind,
        ladder.slope_scale(),
        ladder.evaluations,
        tuple(step for step in steps if math.isfinite(step.difference)),
        left.error,
        right.error,
        ladder.noise,
        ladder.given_noise,
        ladder.scatter,
        note,
    )
