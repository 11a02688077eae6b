"""What checks along random directions notice: the formulas against integration and simulation."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from autograd.gradcheck.power import bessel_k0_integral, detectable, miss_probability, power
from autograd.gradcheck.report import Check
from autograd.gradcheck.verdict import Verdict
from power_simulation import ERRORS, largest_plausible, misses


def product_of_normals(t):
    """P(|Z₁ Z₂| <= t) as the mean of P(|Z₁| <= t / |z|) over z, by the trapezoidal rule in ln |z|."""
    spacing = 1 / 64
    total = 0.0
    for k in range(-64 * 80, 64 * 4):
        z = math.exp(k * spacing)
        total += math.exp(-z * z / 2) * z * math.erf(t / z / math.sqrt(2))
    return total * spacing * math.sqrt(2 / math.pi)


def check(numeric, error=0.0, verdict=Verdict.RIGHT, index=None):
    return Check(index, numeric, numeric, error, verdict)


@pytest.mark.parametrize("t", [1e-12, 1e-6, 1e-3, 0.03, 0.5, 1.0, 1.999, 2.001, 3.0, 5.0, 9.0, 20.0])
def test_the_integral_of_k0_is_that_of_the_product_of_two_normals(t):
    assert 2 / math.pi * bessel_k0_integral(t) == pytest.approx(product_of_normals(t), rel=1e-12)


@pytest.mark.parametrize(("t", "tail"), [(5.0, 3.4087e-3), (10.0, 1.7014e-5)])
def test_the_integral_of_k0_tends_to_half_pi_as_its_tail_says(t, tail):
    x = np.linspace(0, 12, 200_001)  # ∫ from t of K₀ = ∫ exp(-t cosh s) / cosh s ds, by Simpson's rule
    f = np.exp(-t * np.cosh(np.minimum(x, 8))) / np.cosh(x)
    simpson = (x[1] - x[0]) / 3 * (f[0] + 4 * f[1:-1:2].sum() + 2 * f[2:-2:2].sum() + f[-1])
    assert simpson == pytest.approx(tail, rel=1e-3)
    assert math.pi / 2 - bessel_k0_integral(t) == pytest.approx(simpson, rel=1e-9)


def test_the_pieces_of_the_integral_join():
    assert bessel_k0_integral(2.0) == pytest.approx(bessel_k0_integral(math.nextafter(2.0, 3.0)), rel=1e-14)


def test_it_starts_at_nothing_and_ends_at_certainty():
    assert miss_probability(0.0) == 0
    assert miss_probability(1e-300) < 1e-296
    assert miss_probability(5000.0, draws=8) == 1
    assert math.isnan(miss_probability(math.nan))


@pytest.mark.parametrize("t", [1e-9, 0.01, 1.0, 3.0])
def test_a_scalar_function_misses_as_a_normal_variable_is_small(t):
    once = 1 - 2 * NormalDist().cdf(-t) if t > 1e-3 else math.sqrt(2 / math.pi) * t
    assert miss_probability(t, rank_one=False) == pytest.approx(once, rel=1e-4)
    assert miss_probability(t, draws=3, rank_one=False) == pytest.approx(once**3, rel=3e-4)


@pytest.mark.parametrize("t", [1e-3, 1e-6, 1e-9])
def test_a_rank_one_error_is_missed_as_the_expansion_says(t):
    expansion = 2 * t / math.pi * (1 - 0.5772156649 + math.log(2 / t))
    assert miss_probability(t) == pytest.approx(expansion, rel=1e-5)


@pytest.mark.parametrize("t", [0.01, 0.1, 0.5, 1.3])
@pytest.mark.parametrize("spectrum", [[1, 1], [10, 1], [5, 3, 1], [1] * 8])
def test_errors_of_higher_rank_are_missed_less(rng, t, spectrum):
    size = np.array(spectrum) / np.linalg.norm(spectrum)
    z = rng.standard_normal((2, 100_000, len(spectrum)))
    missed = np.mean(np.abs(z[0] * z[1] @ size) <= t)
    stated = miss_probability(t)
    assert missed <= stated + 4 * math.sqrt(stated * (1 - stated) / 100_000)


@pytest.mark.parametrize("scalar", [True, False])
@pytest.mark.parametrize("draws", [1, 3, 8])
@pytest.mark.parametrize("miss", [1e-1, 1e-3, 1e-9])
def test_what_is_detectable_is_missed_just_as_stated(scalar, draws, miss):
    size = detectable(2e-6, draws, miss, scalar)
    assert miss_probability(2e-6 / size, draws, rank_one=not scalar) == pytest.approx(miss, rel=1e-9)
    assert miss_probability(2e-6 / size, draws, rank_one=not scalar) <= miss


@pytest.mark.parametrize("scalar", [True, False])
@pytest.mark.parametrize(("draws", "miss"), [(1, 0.1), (2, 0.03), (3, 0.01)])
def test_what_is_detectable_is_missed_that_often_in_a_simulation(rng, scalar, draws, miss):
    trials = 200_000
    statistic = rng.standard_normal((trials, draws))
    if not scalar:
        statistic *= rng.standard_normal((trials, draws))
    missed = np.mean(np.all(np.abs(detectable(1.0, draws, miss, scalar) * statistic) <= 1, axis=1))
    assert abs(missed - miss) < 4 * math.sqrt(miss * (1 - miss) / trials)


def test_no_promise_where_rank_one_is_not_the_least_favourable():
    assert detectable(1.0, draws=30, miss=0.5) == pytest.approx(1 / 1.3)


def test_nothing_is_detectable_without_a_check():
    assert detectable(1e-6, draws=0) == math.inf
    assert detectable(math.inf, draws=3) == math.inf
    assert detectable(math.nan, draws=3) == math.inf


@pytest.mark.parametrize("error_of", ERRORS)
@pytest.mark.parametrize(("scalar", "draws", "miss"), [(True, 1, 0.1), (False, 1, 0.1), (False, 3, 0.02)])
def test_errors_of_the_stated_size_are_missed_no_more_than_stated(error_of, scalar, draws, miss):
    trials = 200  # 15 cases: 3,000 errors; 10,000 of each with `python tests/power_simulation.py`
    assert misses(error_of, trials, scalar=scalar, draws=draws, miss=miss, seed=1) <= largest_plausible(trials, miss)


def test_a_thousand_single_entry_errors_of_the_stated_size():
    count = misses(ERRORS[0], 1_000, scalar=False, draws=2, miss=0.1)
    assert count <= largest_plausible(1_000, 0.1)
    assert count > 0  # and the promise is not empty: errors of that size are not caught always


@pytest.mark.parametrize("draws", [3, 8])
@pytest.mark.parametrize("scalar", [True, False])
def test_the_estimate_of_the_norm_does_not_break_the_promise(rng, draws, scalar):
    """With thresholds that do not depend on the slopes, as those from the error bars."""
    missed, trials, miss = 0, 2_000, 0.02
    for _ in range(trials):
        slopes, statistic = rng.standard_normal((2, draws))
        if not scalar:
            slopes, statistic = np.array([slopes, statistic]) * rng.standard_normal((2, draws))
        stated = power([([check(s, error=2.5e-9) for s in slopes], 0.0)], 0.0, scalar, miss)
        missed += bool(np.all(np.abs(stated.threshold * statistic) <= 1e-8))
    assert missed <= largest_plausible(trials, miss)


def test_the_weakest_check_and_the_weakest_array_decide():
    one = power([([check(1.0), check(1.0)], 0.0)], 1e-9, scalar=True)
    worse_check = power([([check(1.0), check(1.0, error=1e-6)], 0.0)], 1e-9, scalar=True)
    worse_array = power([([check(1.0)] * 2, 0.0), ([check(1.0, 1e-6)] * 2, 0.0)], 1e-9, scalar=True)
    assert worse_check.threshold == pytest.approx(4e-6 / 1e-9 * one.threshold)
    assert worse_array == worse_check


def test_it_is_relative_to_the_jacobian_of_each_array():
    small = [check(1e-8), check(-1e-8)]
    large = [check(1e8), check(1e8)]
    both = power([(small, 0.0), (large, 0.0)], 1e-9, scalar=False)
    assert both.threshold == pytest.approx(power([(large, 0.0)], 1e-9, scalar=False).threshold)


def test_an_array_without_slopes_is_measured_against_the_largest():
    zero, one = ([check(0.0)] * 2, 1e-12), ([check(1.0)] * 2, 1e-12)
    both, alone = power([zero, one], 1e-9, scalar=True), power([one], 1e-9, scalar=True)
    assert both.threshold == alone.threshold  # an error of 1e-12 is noticed there, a smaller one
    assert power([zero], 1e-9, scalar=True) is None
    rounding = ([check(1e-17, 1e-16)] * 2, 1e-12)
    assert power([rounding, one], 1e-9, scalar=True).threshold == alone.threshold


def test_entries_and_kinks_do_not_count():
    directions = [check(1.0), check(2.0)]
    entry, kink = check(1.0, 0.5, index=(0,)), check(1.0, 0.5, Verdict.NONSMOOTH)
    assert power([([*directions, entry, kink], 0.0)], 1e-9, True) == power([(directions, 0.0)], 1e-9, True)
    assert power([([entry], 0.0)], 1e-9, True) is None
    assert power([], 1e-9, True) is None


def test_an_array_that_could_not_be_checked_leaves_no_promise():
    kink = check(1.0, 0.5, Verdict.NONSMOOTH)
    assert power([([check(1.0)], 0.0), ([kink], 0.0)], 1e-9, True).threshold == math.inf


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_finite_does_not_raise(value):
    stated = power([([check(1.0), check(value, value)], 0.0)], 1e-9, True)
    assert stated == power([([check(1.0)], 0.0)], 1e-9, True)
    assert stated == power([([check(1.0), check(value, 1.0)], 0.0)], 1e-9, True)
