"""The cases that gradient checkers get wrong: kinks, jumps, edges, extreme scales, and rounding; and what is wanted.

Each is a function on the real line, taken to `differentiate` and `judge` as a check of one entry is.
"""

import math

import numpy as np
import pytest

from autograd.gradcheck.numeric import Derivative, differentiate
from autograd.gradcheck.verdict import Verdict, judge

RIGHT, RIGHT_ABS, WRONG = Verdict.RIGHT, Verdict.RIGHT_ABS, Verdict.WRONG
NONSMOOTH, CANNOT_TELL = Verdict.NONSMOOTH, Verdict.CANNOT_TELL

RIGHT_EITHER = {RIGHT, RIGHT_ABS}
EPS = np.finfo(np.float64).eps
EPS32 = np.finfo(np.float32).eps


def power_of_two(size):
    return math.ldexp(1.0, math.frexp(size)[1] - 1)


def line(function, x, eps=EPS, rtol=1e-6, branches=None, expected=None):
    """Return the derivative along x -> x + t s, where s is the power of two below |x| (1 at 0), and s."""
    scale = power_of_two(abs(x) or 1.0)
    with np.errstate(all="ignore"):
        start = float(function(x))
        noise = 4 * eps * (abs(start) + np.finfo(float).tiny) if math.isfinite(start) else 0.0
        return differentiate(
            lambda t: float(function(x + t * scale)) - start,
            noise,
            rtol / 100,
            1e-12 * abs(expected * scale) if expected is not None and math.isfinite(expected) else 0.0,
            branches=branches and (lambda t: branches(x + t * scale)),
            expected=expected * scale if expected is not None else None,
        ), scale


def check(function, x, analytic, eps=EPS, rtol=1e-6, branches=None):
    found, scale = line(function, x, eps, rtol, branches, analytic)
    slope = abs(analytic) * scale if math.isfinite(analytic) else 0.0
    return judge(analytic * scale, found, rtol, 1e-12 * slope, slope)


def relu(x):
    return max(x, 0.0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def single(function):
    """A float64 function that computes in float32."""
    return lambda x: float(function(np.float32(x)))


def norm(x):
    return np.linalg.norm(np.array([x, 0.0, 0.0]))


def guarded_square_root(x):
    return np.sqrt(x) if x > 0 else 0.0


CASES = {
    # name: (function, x, gradient, wanted verdicts, words of the reason)
    "sine": (np.sin, 1.0, math.cos(1), {RIGHT}, ""),
    "exponential, 1e-5 off": (np.exp, 1.0, math.e * (1 + 1e-5), {WRONG}, ""),
    "sign flipped": (np.sin, 1.0, -math.cos(1), {WRONG}, ""),
    "relu at 0, gradient 0": (relu, 0.0, 0.0, {NONSMOOTH}, "inside the one-sided slopes [0, 1]"),
    "relu at 0, gradient 0.5": (relu, 0.0, 0.5, {NONSMOOTH}, "inside the one-sided slopes [0, 1]"),
    "relu at 0, gradient 2": (relu, 0.0, 2.0, {WRONG}, "outside the one-sided slopes [0, 1]"),
    "relu at 0, gradient NaN": (relu, 0.0, math.nan, {WRONG}, "outside"),
    "relu at 1e-7": (relu, 1e-7, 1.0, {RIGHT}, ""),
    "relu at -1e-7": (relu, -1e-7, 0.0, {RIGHT_ABS}, ""),
    "relu at 1e-7, gradient 0": (relu, 1e-7, 0.0, {WRONG}, ""),
    "relu at -1e-7, gradient 1": (relu, -1e-7, 1.0, {WRONG}, ""),
    "kink 1e-7 away": (lambda x: relu(x - 1), 1 + 1e-7, 1.0, {RIGHT}, "a kink or a jump at"),
    "kink 1e-7 away, gradient 0.5": (lambda x: relu(x - 1), 1 + 1e-7, 0.5, {WRONG}, "a kink or a jump at"),
    "flat, kink 1e-7 away": (lambda x: relu(x - 1), 1 - 1e-7, 0.0, {RIGHT_ABS}, "a kink or a jump at"),
    "flat, kink 1e-7 away, gradient 1": (lambda x: relu(x - 1), 1 - 1e-7, 1.0, {WRONG}, "a kink or a jump at"),
    "absolute value at 0": (abs, 0.0, 0.0, {NONSMOOTH}, "inside the one-sided slopes [-1, 1]"),
    "kinks that cancel": (lambda x: relu(x) - relu(-x), 0.0, 0.0, {WRONG}, ""),
    "kinks that cancel, gradient 1": (lambda x: relu(x) - relu(-x), 0.0, 1.0, {RIGHT}, ""),
    "square root at 0": (np.sqrt, 0.0, math.inf, {NONSMOOTH}, "edge"),
    "square root of the absolute value at 0": (lambda x: np.sqrt(abs(x)), 0.0, math.inf, {NONSMOOTH}, "vertical"),
    "cube root at 0": (np.cbrt, 0.0, math.inf, {NONSMOOTH}, "vertical"),
    "square root, 0 for negative numbers, at 0": (guarded_square_root, 0.0, math.inf, {NONSMOOTH}, "vertical"),
    "norm at 0, gradient NaN": (norm, 0.0, math.nan, {WRONG}, "outside"),
    "norm at 0, gradient 0": (norm, 0.0, 0.0, {NONSMOOTH}, "inside"),
    "tie of a maximum, gradient 0.5": (lambda x: max(x, 1.0), 1.0, 0.5, {NONSMOOTH}, "inside"),
    "tie of a maximum, gradient 1": (lambda x: max(x, 1.0), 1.0, 1.0, {NONSMOOTH}, "inside"),
    "x |x| at 0": (lambda x: x * abs(x), 0.0, 0.0, RIGHT_EITHER, ""),
    "x |x| at 0, gradient 1": (lambda x: x * abs(x), 0.0, 1.0, {WRONG}, ""),
    "where, NaN from the other branch": (lambda x: np.log(x) if x > 0 else x, -1.0, math.nan, {WRONG}, "not finite"),
    "logarithm at 1e-8": (np.log, 1e-8, 1e8, {RIGHT}, ""),
    "logarithm at 1e-300": (np.log, 1e-300, 1e300, {RIGHT}, ""),
    "logarithm at 1e-300, factor 2": (np.log, 1e-300, 2e300, {WRONG}, ""),
    "logarithm at 0": (np.log, 0.0, math.inf, {CANNOT_TELL}, "not finite"),
    "saturated sigmoid, naive gradient 0": (sigmoid, 40.0, 0.0, {RIGHT_ABS}, "relative accuracy not verified"),
    "saturated sigmoid, gradient 1": (sigmoid, 40.0, 1.0, {WRONG}, ""),
    "expm1 at -40, gradient 0": (np.expm1, -40.0, 0.0, {RIGHT_ABS}, "relative accuracy not verified"),
    "square at 1e8": (lambda x: x * x, 1e8, 2e8, {RIGHT}, ""),
    "square at 1e8, 3 % off": (lambda x: x * x, 1e8, 2.06e8, {WRONG}, ""),
    "sine at 1e8": (np.sin, 1e8, float(np.cos(1e8)), {RIGHT}, ""),
    "sine at 1e8, factor 2": (np.sin, 1e8, 2 * float(np.cos(1e8)), {WRONG}, ""),
    "sine at 1e16": (np.sin, 1e16, float(np.cos(1e16)), {CANNOT_TELL}, "not resolved"),
    "fast sine": (lambda x: np.sin(1e6 * x), 1.0, 1e6 * math.cos(1e6), {RIGHT}, ""),
    "small and faster than any step": (lambda x: np.sin(x) + 1e-5 * np.sin(1e17 * x * x), 1.0, 2e12 * math.cos(1e17),
                                       {CANNOT_TELL}, "oscillation"),
    "fast sine, missing factor": (lambda x: np.sin(1e6 * x), 1.0, math.cos(1e6), {WRONG}, ""),
    "slow and fast": (lambda x: 1e9 * x + 1e-3 * np.sin(3e14 * x * x), 1.0, 1e9 + 6e11 * math.cos(3e14),
                      {CANNOT_TELL}, "oscillation"),
    "floor at 2.5": (np.floor, 2.5, 0.0, {RIGHT_ABS}, ""),
    "floor at 2.5, gradient 1": (np.floor, 2.5, 1.0, {WRONG}, ""),
    "floor at 2": (np.floor, 2.0, 0.0, {NONSMOOTH}, "jumps"),
    "round at 2.5": (np.round, 2.5, 0.0, {NONSMOOTH}, "jumps"),
    "sign at 0": (np.sign, 0.0, 0.0, {NONSMOOTH}, "jumps"),
    "step at 0": (lambda x: float(x >= 0), 0.0, 0.0, {NONSMOOTH}, "jumps"),
    "constant": (lambda x: 3.0, 1.0, 0.0, {RIGHT_ABS}, ""),
    "constant, gradient 1e-9": (lambda x: 3.0, 1.0, 1e-9, {WRONG}, ""),
    "large offset": (lambda x: 1e12 + x, 1.0, 1.0, {CANNOT_TELL}, "rounding"),
    "large offset, gradient 1.5": (lambda x: 1e12 + x, 1.0, 1.5, {WRONG}, ""),
    "hidden by an offset, gradient 0": (lambda x: 1e12 + 1e-6 * x, 1.0, 0.0, {CANNOT_TELL}, "rounding"),
    "hidden by an offset, gradient 1": (lambda x: 1e12 + 1e-6 * x, 1.0, 1.0, {WRONG}, ""),
    "cast to float32": (single(np.sin), 1.0, math.cos(1), {CANNOT_TELL, RIGHT}, ""),
    "cast to float32, gradient 0": (single(np.sin), 1.0, 0.0, {WRONG}, ""),
    "cast to float32, 1 % off": (single(np.sin), 1.0, 1.01 * math.cos(1), {WRONG}, ""),
    "partly cast to float32": (lambda x: np.sin(x) + single(np.exp)(x), 0.3, math.cos(0.3) + math.exp(0.3),
                               {CANNOT_TELL, RIGHT}, ""),
    "partly cast to float32, without that part": (lambda x: np.sin(x) + single(np.exp)(x), 0.3, math.cos(0.3),
                                                  {WRONG}, ""),
    "cancellation": (lambda x: (1 + x) - 1, 1.3e-9, 1.0, {CANNOT_TELL, RIGHT}, ""),
    "cancellation, gradient 0": (lambda x: (1 + x) - 1, 1.3e-9, 0.0, {WRONG}, ""),
    "stairs as wide as the steps": (lambda x: (1 + x) - 1, 1e-15, 1.0, {CANNOT_TELL}, ""),
    "stairs as wide as the steps, gradient 0": (lambda x: (1 + x) - 1, 1e-15, 0.0, {CANNOT_TELL}, ""),
    "softmax at 1e4": (lambda x: 1 / (1 + np.exp(-1e4 - x)), 1e4, 0.0, RIGHT_EITHER, ""),
    "x ** y at 0 in y": (lambda y: 0.0**y, 1.0, 0.0, {RIGHT_ABS}, ""),
    "x ** 0.5 at 0": (lambda x: np.power(x, 0.5), 0.0, math.inf, {NONSMOOTH}, "edge"),
    "x ** 2 at 0": (lambda x: x**2.0, 0.0, 0.0, RIGHT_EITHER, ""),
    "x ** 3 at 0": (lambda x: x**3.0, 0.0, 0.0, RIGHT_EITHER, ""),
    "x ** x at 0": (lambda x: np.power(x, x), 0.0, -math.inf, {NONSMOOTH, CANNOT_TELL}, ""),
    "arctan2(0, 0) in the first argument": (lambda y: np.arctan2(y, 0.0), 0.0, 0.0, {NONSMOOTH}, "jumps"),
    "arctan2(0, 0) in the second argument": (lambda x: np.arctan2(0.0, x), 0.0, 0.0, {NONSMOOTH}, "jumps"),
    "division near 0": (lambda x: 1 / x, 1e-300, -1e600, {WRONG}, ""),
    "division at 1e-100": (lambda x: 1 / x, 1e-100, -1e200, {RIGHT}, ""),
    "pole at 0": (lambda x: 1 / x if x else 0.0, 0.0, 0.0, {NONSMOOTH, CANNOT_TELL}, ""),
    "overflow of a large step": (np.exp, 700.0, float(np.exp(700.0)), {RIGHT}, ""),
    "aliasing with powers of two": (lambda x: np.sin(2 * np.pi * 1024 * x), 1.0, 2048 * math.pi, {RIGHT}, ""),
    "aliasing with powers of two, gradient 0": (lambda x: np.sin(2 * np.pi * 1024 * x), 1.0, 0.0, {WRONG}, ""),
    "narrow peak": (lambda x: (x - 1) * np.exp(-(1e4 * (x - 1)) ** 2), 1.0, 1.0, {RIGHT}, ""),
    "narrow peak, gradient 0": (lambda x: (x - 1) * np.exp(-(1e4 * (x - 1)) ** 2), 1.0, 0.0, {WRONG}, ""),
    "x sin(1 / x) at 0": (lambda x: x * np.sin(1 / x) if x else 0.0, 0.0, 0.0, {CANNOT_TELL}, ""),
}  # fmt: skip

FLOAT32_CASES = {
    "sine": (np.sin, 1.0, math.cos(1), {RIGHT}),
    "exponential, 0.5 % off": (np.exp, 1.0, 1.005 * math.e, {WRONG}),
    "square at 1e8": (lambda x: x * x, 1e8, 2e8, {RIGHT}),
    "relu at 0": (lambda x: np.maximum(x, np.float32(0)), 0.0, 0.5, {NONSMOOTH}),
    "fast sine": (lambda x: np.sin(np.float32(1e6) * x), 1.0, 1e6 * math.cos(1e6), {CANNOT_TELL}),
    "sine at 1e8": (np.sin, 1e8, float(np.cos(1e8)), {CANNOT_TELL}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hard_case_gets_the_verdict_it_should(name):
    function, x, analytic, wanted, words = CASES[name]
    verdict, reason = check(function, x, analytic)
    assert verdict in wanted, reason
    assert words in reason


def test_a_step_function_close_to_its_step_needs_to_be_seen_deciding():
    assert check(np.floor, 2.1, 0.0)[0] is CANNOT_TELL
    assert check(np.floor, 2.1, 0.0, branches=np.floor)[0] is RIGHT_ABS
    assert check(np.floor, 2.1, 1.0, branches=np.floor)[0] is WRONG


def test_kinks_that_cancel_are_named_where_decisions_are_seen():
    verdict, reason = check(lambda x: relu(x) - relu(-x), 0.0, 0.0, branches=lambda x: (x > 0, x < 0))
    assert verdict is WRONG
    assert "kinks at the point that cancel" in reason


def test_the_error_bars_of_one_sided_slopes_widen_what_is_valid():
    kink = Derivative(0.0, 1.1, -1.0, 1.0, "kink", 1.0, 89, left_error=0.1, right_error=0.01)
    assert judge(-1.3, kink, 1e-6, 0.0, 1.0)[0] is NONSMOOTH
    assert judge(-1.5, kink, 1e-6, 0.0, 1.0)[0] is WRONG
    assert judge(1.3, kink, 1e-6, 0.0, 1.0)[0] is WRONG


def test_kinks_at_every_step_cannot_be_told():
    kink = Derivative(math.nan, math.inf, math.nan, 1.0, "kink", 1.0, 89)
    assert judge(0.5, kink, 1e-6, 0.0, 1.0)[0] is CANNOT_TELL
    assert judge(math.nan, kink, 1e-6, 0.0, 1.0)[0] is WRONG


@pytest.mark.parametrize("name", FLOAT32_CASES)
def test_a_function_known_to_compute_in_float32_is_held_to_its_precision(name):
    function, x, analytic, wanted = FLOAT32_CASES[name]
    verdict, reason = check(single(function), x, analytic, EPS32, 1e-3)
    assert verdict in wanted, reason
