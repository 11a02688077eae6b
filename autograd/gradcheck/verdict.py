"""The rule that turns an engine's derivative and a numerical one with an error bar into a verdict."""

from __future__ import annotations

import math
from enum import StrEnum

from autograd.gradcheck.numeric import Derivative


class Verdict(StrEnum):
    """What a check found; the order is that of severity."""

    RIGHT = "RIGHT"
    RIGHT_ABS = "RIGHT-ABS"
    CANNOT_TELL = "CANNOT-TELL"
    NONSMOOTH = "NONSMOOTH"
    WRONG = "WRONG"
    NONDETERMINISTIC = "NONDETERMINISTIC"


SEVERITY = list(Verdict)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the most severe of `verdicts`."""
    return max(verdicts, key=SEVERITY.index, default=Verdict.RIGHT)


def judge(analytic: float, numeric: Derivative, rtol: float, atol: float, scale: float) -> tuple[Verdict, str]:
    """Return the verdict on the engine's derivative `analytic` along a line, and the reason where one is due.

    With ``tau = atol + rtol · max(|a|, |n|)`` and the error bar `E` of the numerical derivative: WRONG beyond
    ``max(tau, 4 E)``; within it RIGHT if `E` is small against the derivative, RIGHT-ABS if it is small only against
    the slopes nearby or `scale`, the largest of the gradient, else CANNOT-TELL. Where the function has a kink, the
    engine's value is valid between the one-sided slopes and WRONG outside.
    """
    if numeric.kind == "not finite":
        return Verdict.CANNOT_TELL, "the function is not finite near the point"
    if numeric.kind == "jump":
        return Verdict.NONSMOOTH, "the function jumps, or has a vertical tangent, at the point"
    if numeric.kind == "kink":
        return _judge_kink(analytic, numeric, rtol, atol)
    if not math.isfinite(analytic):
        return Verdict.WRONG, "the gradient is not finite where the function is smooth"
    size = max(abs(analytic), abs(numeric.value))
    bound = max(atol + rtol * size, 4 * numeric.error)
    if abs(analytic - numeric.value) > bound:
        return Verdict.WRONG, ""
    if numeric.error <= rtol * size:
        return Verdict.RIGHT, ""
    if numeric.error <= max(atol, rtol * max(scale, numeric.slope_scale)):
        return Verdict.RIGHT_ABS, "relative accuracy not verified"
    return Verdict.CANNOT_TELL, f"the numerical derivative is uncertain by {numeric.error:.1e}"


def _judge_kink(analytic: float, numeric: Derivative, rtol: float, atol: float) -> tuple[Verdict, str]:
    low, high = sorted((numeric.left, numeric.right))
    slack = atol + rtol * max(abs(low), abs(high))
    between = f"the one-sided slopes [{low:.6g}, {high:.6g}] of a kink"
    if low - slack <= analytic <= high + slack:
        return Verdict.NONSMOOTH, f"inside {between}"
    return Verdict.WRONG, f"outside {between}"
