"""Numerical derivatives and their error bars, against derivatives known in closed form."""

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


@pytest.mark.parametrize("g", [lambda t: math.floor(2 + t), lambda t: math.sqrt(abs(t)), lambda t: float(t > 0)])
def test_a_jump_and_a_vertical_tangent_are_not_smooth(g):
    assert derivative(g).kind == "jump"


def test_a_domain_edge_is_not_finite():
    assert derivative(lambda t: math.sqrt(t) if t >= 0 else math.nan).kind == "not finite"


def test_a_function_lost_in_rounding_has_a_wide_error_bar():
    found = derivative(lambda t: 1e12 + 1e-6 * t, size=1e12)
    assert found.error > 1e-6


def test_rounding_to_float32_is_covered_when_its_noise_is_given():
    def g(t):
        return float(np.sin(np.float32(1) + np.float32(t)))

    found = differentiate(g, 4 * float(np.finfo(np.float32).eps), tolerance=1e-5)
    assert abs(found.value - math.cos(1)) <= found.error
