"""Numerical derivatives and their error bars, against derivatives known in closed form."""

import itertools
import math

import numpy as np
import pytest

from autograd.gradcheck.numeric import differentiate

EPS = np.finfo(float).eps


def derivative(g, size=1.0):
    return differentiate(g, 4 * EPS * size, tolerance=1e-8)


SMOOTH = {
    "sine": (lambda t: math.sin(1 + t), math.cos(1)),
    "exponential": (lambda t: math.exp(1 + t), math.e),
    "parabola at its minimum": (lambda t: t * t, 0.0),
    "cube at its inflection": (lambda t: t**3, 0.0),
    "once differentiable": (lambda t: t * abs(t), 0.0),
    "two kinks that cancel": (lambda t: max(t, 0) - max(-t, 0), 1.0),
    "fast oscillation": (lambda t: math.sin(1e6 * (1 + t)), 1e6 * math.cos(1e6)),
    "constant": (lambda t: 3.0, 0.0),
    "logarithm near 0": (lambda t: math.log(1e-8 * (1 + t)), 1.0),
    "kink nearby": (lambda t: abs(1e-5 + t), 1.0),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_the_error_bar_covers_the_true_error(name):
    g, true = SMOOTH[name]
    found = derivative(g, size=max(1.0, abs(g(0.0))))
    assert found.kind == "smooth"
    assert abs(found.value - true) <= found.error + 1e-15 * abs(true)


@pytest.mark.parametrize("name", ["sine", "exponential", "two kinks that cancel", "kink nearby", "logarithm near 0"])
def test_the_error_bar_is_small_for_an_easy_function(name):
    g, true = SMOOTH[name]
    assert derivative(g, size=max(1.0, abs(g(0.0)))).error <= 1e-7 * abs(true)


def test_an_easy_function_takes_nine_evaluations():
    assert derivative(SMOOTH["sine"][0]).evaluations == 9


@pytest.mark.parametrize(
    ("g", "slopes"),
    [(abs, (-1, 1)), (lambda t: max(t, 0), (0, 1)), (lambda t: math.sin(t) + 2 * abs(t), (-1, 3))],
)
def test_a_kink_is_told_with_its_one_sided_slopes(g, slopes):
    found = derivative(g)
    assert found.kind == "kink"
    assert (found.left, found.right) == pytest.approx(slopes, rel=1e-6)


def test_the_slopes_of_a_curved_kink_are_within_their_error_bars():
    found = derivative(lambda t: math.exp(t) - 1 + (3 + t) * abs(t))
    assert found.kind == "kink"
    assert abs(found.left - -2) <= found.left_error < 1e-6
    assert abs(found.right - 4) <= found.right_error < 1e-6


@pytest.mark.parametrize("g", [lambda t: math.floor(2 + t), lambda t: float(t > 0), lambda t: math.copysign(1, t) + t])
def test_a_jump_is_not_smooth(g):
    assert derivative(g).kind == "jump"


@pytest.mark.parametrize("power", [0.12, 0.3, 0.5, 0.8])
def test_a_vertical_tangent_is_told_whether_the_sides_mirror_each_other_or_not(power):
    assert derivative(lambda t: abs(t) ** power).kind == "vertical tangent"
    assert derivative(lambda t: math.copysign(abs(t) ** power, t)).kind == "vertical tangent"
    assert derivative(lambda t: max(t, 0) ** power + t).kind == "vertical tangent"


def test_a_domain_edge_is_finite_on_one_side():
    assert derivative(lambda t: math.sqrt(t) if t >= 0 else math.nan).kind == "domain edge"
    assert derivative(lambda t: (-t) ** 1.5 if t <= 0 else math.nan).kind == "domain edge"


def test_a_function_that_is_finite_nowhere_else_is_not_finite():
    assert derivative(lambda t: 0.0 if t == 0 else math.nan).kind == "not finite"


def test_steps_that_leave_the_domain_do_not_count():
    found = derivative(lambda t: math.sqrt(0.01 + t) if t > -0.01 else math.nan)
    assert found.kind == "smooth"
    assert abs(found.value - 5) <= found.error < 1e-7


def test_a_function_lost_in_rounding_has_a_wide_error_bar():
    found = derivative(lambda t: 1e12 + 1e-6 * t, size=1e12)
    assert found.error > 1e-6


def test_rounding_to_float32_is_covered_when_its_noise_is_given():
    def g(t):
        return float(np.sin(np.float32(1) + np.float32(t)))

    found = differentiate(g, 4 * float(np.finfo(np.float32).eps), tolerance=1e-5)
    assert abs(found.value - math.cos(1)) <= found.error


NOISY = {
    "float32": (lambda t: float(np.sin(np.float32(1 + t))), math.cos(1)),
    "float16": (lambda t: float(np.exp(np.float16(1.3 + t))), float(np.exp(np.float16(1.3)))),
    "float32 in one term": (lambda t: math.exp(t) + float(np.tanh(np.float32(0.4 + t))), 2 - math.tanh(0.4) ** 2),
    "cancellation": (lambda t: (1 + 1.3e-9 * (1 + t)) - 1, 1.3e-9),
    "an argument that is rounded": (lambda t: math.sin((1 + t) * 1e6 + 0.1), 1e6 * math.cos(1e6 + 0.1)),
    "scatter": (lambda t: math.sin(t) + 1e-7 * math.sin(1e17 * t * (1 + t)), 1.0),
}


@pytest.mark.parametrize("name", NOISY)
def test_noise_that_nobody_told_of_is_found_and_covered(name):
    g, true = NOISY[name]
    found = differentiate(lambda t: g(t) - g(0.0), 4 * EPS * abs(g(0.0)), tolerance=1e-9)
    assert found.kind == "smooth"
    assert abs(found.value - true) <= found.error
    assert found.error < 0.05 * abs(true)


def test_a_jump_at_the_point_is_not_taken_for_noise():
    found = derivative(lambda t: math.sin(t) + (t > 0))
    assert found.kind == "jump"
    assert found.noise < 1e-12


def test_an_oscillation_that_no_step_resolves_is_unresolved():
    assert derivative(lambda t: math.sin(1e17 * (1 + t) ** 2)).kind == "unresolved"


@pytest.mark.parametrize("frequency", [2**k for k in range(3, 22, 3)] + [1000, 12345.6])
def test_steps_are_not_multiples_of_a_period(frequency):
    found = derivative(lambda t: t + math.sin(2 * math.pi * frequency * t))
    assert found.value == pytest.approx(1 + 2 * math.pi * frequency, rel=1e-6)


def test_what_is_flat_at_large_steps_only_is_not_constant():
    found = derivative(lambda t: t * math.exp(-min((1e5 * t) ** 2, 700.0)) if abs(t) < 1e-3 else 0.0)
    assert abs(found.value - 1) <= found.error < 1e-6


def test_an_expected_value_that_disagrees_asks_for_finer_steps():
    def g(t):
        return math.sin(t) + 1e-9 * math.sin(1e10 * t)  # of slope 1 + 10, in steps that no large one resolves

    assert differentiate(g, 1e-17, 1e-6).value == pytest.approx(1, rel=1e-3)
    assert differentiate(g, 1e-17, 1e-6, expected=1.0).evaluations < 20
    assert differentiate(g, 1e-17, 1e-6, expected=11.0).value == pytest.approx(11, rel=1e-6)


def test_the_steps_are_reported_from_the_largest_on():
    found = derivative(lambda t: math.sin(1 + t))
    assert len(found.steps) == 4
    assert found.steps[0].size == 0.125
    assert all(a.size > b.size for a, b in itertools.pairwise(found.steps))
    for step in found.steps:
        slope = (math.sin(1 + step.size) - math.sin(1 - step.size)) / (2 * step.size)
        assert abs(step.difference - slope) <= step.rounding


# --------------------------------------------------------------------------------------------------- with decisions


def with_branches(g, branches):
    return differentiate(g, 4 * EPS, 1e-8, branches=branches)


def test_steps_that_change_a_decision_do_not_count():
    found = with_branches(lambda t: t + math.floor(1.001 + t), lambda t: math.floor(1.001 + t))
    assert found.kind == "smooth"
    assert abs(found.value - 1) <= found.error < 1e-7
    assert found.evaluations < 40


@pytest.mark.parametrize("decided", [lambda t: t > 0, lambda t: t >= 0, lambda t: math.copysign(1, t) * (t != 0)])
def test_a_point_where_every_step_changes_a_decision_is_a_kink(decided):
    found = with_branches(lambda t: 2 * math.sin(t) + max(t, 0.0), decided)
    assert found.kind == "kink"
    assert abs(found.left - 2) <= found.left_error < 1e-9
    assert abs(found.right - 3) <= found.right_error < 1e-9
    assert found.evaluations < 50


def test_one_sided_slopes_stay_on_one_side_of_the_next_kink():
    found = with_branches(lambda t: max(t, 0.0) + 5 * max(t - 1e-4, 0.0), lambda t: (t > 0, t > 1e-4))
    assert found.kind == "kink"
    assert (found.left, found.right) == pytest.approx((0, 1), abs=1e-9)


def test_kinks_that_cancel_leave_a_slope():
    found = with_branches(lambda t: max(t, 0.0) - max(-t, 0.0), lambda t: (t > 0, t < 0))
    assert found.kind == "smooth"
    assert found.value == 1
    assert "cancel" in found.note


def test_a_decision_between_two_values_is_a_jump():
    assert with_branches(lambda t: t + math.floor(2 + t), lambda t: math.floor(2 + t)).kind == "jump"


def test_new_decisions_at_every_step_cannot_be_told():
    found = with_branches(lambda t: t, lambda t: t)
    assert not math.isfinite(found.error) or found.kind == "kink"
