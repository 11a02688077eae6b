"""The rule that turns an engine's derivative and a numerical one with an error bar into a verdict."""

from __future__ import annotations

import math
from enum import StrEnum

from autograd.gradcheck.numeric import CANCELLED, Derivative


class Verdict(StrEnum):
    """What a check found; the order is that of severity."""

    RIGHT = "RIGHT"
    RIGHT_ABS = "RIGHT-ABS"
    CANNOT_TELL = "CANNOT-TELL"
    NONSMOOTH = "NONSMOOTH"
    WRONG = "WRONG"
    NONDETERMINISTIC = "NONDETERMINISTIC"


SEVERITY = list(Verdict)

_FLOOR = 1e-12  # of the function's values, where all slopes in sight are 0
_EPSILON = 2.0**-52
_ODD = {
    "jump": "the function jumps at the point",
    "vertical tangent": "the function has a vertical tangent at the point",
    "domain edge": "the point is on the edge of the function's domain: it is finite on one side only",
}


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the most severe of `verdicts`."""
    return max(verdicts, key=SEVERITY.index, default=Verdict.RIGHT)


def judge(
    analytic: float, numeric: Derivative, rtol: float, atol: float, scale: float, unit: float = 1.0
) -> tuple[Verdict, str]:
    """Return the verdict on the engine's derivative `analytic` along a line, and the reason where one is due.

    Parameters
    ----------
    analytic : float
        The derivative that is checked.
    numeric : Derivative
        The numerical one.
    rtol, atol : float
        The error that counts as wrong, relative to the larger of the two and absolute.
    scale : float
        The largest slope that is known otherwise, such as that of the whole gradient.
    unit : float
        What slopes are divided by when they are said.

    Notes
    -----
    With ``tau = atol + rtol · max(|a|, |n|)`` and the error bar `E` of the numerical derivative: WRONG beyond
    ``max(tau, 4 E)``; within it RIGHT if `E` is small against the derivative, RIGHT-ABS if it is small only against
    the slopes nearby or `scale`, else CANNOT-TELL. Where the function has a kink, the value is valid between the
    one-sided slopes and WRONG outside. Where it is finite, no gradient is NaN.

    Examples
    --------
    >>> from autograd.gradcheck.numeric import differentiate
    >>> from autograd.gradcheck.verdict import judge
    >>> square = differentiate(lambda t: (3 + t) ** 2 - 9, 1e-14, tolerance=1e-8)
    >>> str(judge(6.0, square, 1e-6, 0.0, 0.0)[0]), str(judge(6.1, square, 1e-6, 0.0, 0.0)[0])
    ('RIGHT', 'WRONG')
    """
    if numeric.kind == "not finite":
        return Verdict.CANNOT_TELL, "the function is not finite near the point"
    if numeric.kind in _ODD:
        if math.isnan(analytic):
            return Verdict.WRONG, f"{_ODD[numeric.kind]}, but no slope is NaN"
        return Verdict.NONSMOOTH, _ODD[numeric.kind]
    if numeric.kind == "kink":
        return _judge_kink(analytic, numeric, rtol, atol, unit)
    if not math.isfinite(analytic):
        return Verdict.WRONG, "the gradient is not finite where the function is smooth"
    if numeric.kind == "unresolved":
        noise = f"values of the function scatter by {numeric.noise:.1e}, as much as they change"
        return Verdict.CANNOT_TELL, f"not resolved in this precision: {noise}"
    if not math.isfinite(numeric.error):
        return Verdict.CANNOT_TELL, "the slope depends on the step at every scale"
    size = max(abs(analytic), abs(numeric.value))
    bound = max(atol + rtol * size, 4 * numeric.error)
    if abs(analytic - numeric.value) > bound:
        if _may_hide(analytic, numeric):
            scatter = f"values of the function scatter by {numeric.scatter:.1e}"
            return Verdict.CANNOT_TELL, f"{scatter}; that may be an oscillation with slopes as large as the gradient"
        return Verdict.WRONG, numeric.note
    if numeric.error <= rtol * size:
        return Verdict.RIGHT, "" if numeric.note == CANCELLED else numeric.note  # which then had no influence
    if numeric.error <= max(atol, rtol * max(scale, numeric.slope_scale), _floor(numeric)):
        return Verdict.RIGHT_ABS, _and("relative accuracy not verified", numeric.note)
    uncertain = f"the numerical derivative is uncertain by {numeric.error / unit:.1e}"
    if numeric.error <= 16 * min((step.rounding for step in numeric.steps), default=0.0):
        return Verdict.CANNOT_TELL, _and(f"{uncertain}: rounding of the function hides more", numeric.note)
    return Verdict.CANNOT_TELL, _and(f"{uncertain}: the slope depends on the step", numeric.note)


def _floor(numeric: Derivative) -> float:
    """Return the slope that is as good as none: values change by less than 1e-12 while the argument doubles."""
    return _FLOOR * min(1.0, numeric.given_noise / (4 * _EPSILON))


def _may_hide(analytic: float, numeric: Derivative) -> bool:
    """Whether the gradient may be that of an oscillation faster than the finest step, which looks like noise."""
    if not numeric.scatter:
        return False
    mismatch = abs(analytic - numeric.value)
    if mismatch < max(abs(analytic), abs(numeric.value)) / 10:
        return False
    steepest = 4 * numeric.scatter / min(step.size for step in numeric.steps)
    return mismatch < steepest or abs(analytic) > 1e4 * max(abs(numeric.value), numeric.slope_scale)


def _judge_kink(analytic: float, numeric: Derivative, rtol: float, atol: float, unit: float) -> tuple[Verdict, str]:
    (low, below), (high, above) = sorted(
        [(numeric.left, numeric.left_error), (numeric.right, numeric.right_error)], key=lambda side: side[0]
    )
    between = f"the one-sided slopes [{low / unit:.6g}, {high / unit:.6g}] of a kink"
    slack = atol + rtol * max(abs(low), abs(high))
    if low - max(slack, 4 * below) <= analytic <= high + max(slack, 4 * above):
        return Verdict.NONSMOOTH, f"inside {between}"
    if math.isfinite(low + high) or not math.isfinite(analytic):
        return Verdict.WRONG, f"outside {between}"
    return Verdict.CANNOT_TELL, "kinks at every step"


def _and(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))
