"""Polynomials and histograms beyond the table: where no domain leads, and what is refused."""

import itertools

import numpy as np
import pytest

from autograd import Tensor, grad, jacobian
from autograd.nested import leaves

X, Y = np.array([0.0, 1.0, 1.5, 3.0, 3.7]), np.array([1.0, -0.5, 2.0, 0.3, 1.2])


def assert_is_numpys(compute, *arrays):
    got, expected = compute(*map(Tensor, arrays)), compute(*arrays)
    for one, other in zip(leaves(got), leaves(expected), strict=True):
        one = one.data if isinstance(one, Tensor) else one
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)
        assert np.shape(one) == np.shape(other)


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
@pytest.mark.parametrize("phase", [1, 1j])
def test_correlations_of_all_sizes_are_numpys(mode, phase, rng):
    for n, m in itertools.product(range(1, 7), repeat=2):
        assert_is_numpys(
            lambda a, v: np.correlate(a, v, mode),
            rng.normal(size=n) + phase * rng.normal(size=n),
            rng.normal(size=m) + phase * rng.normal(size=m),
        )


class TestRoots:
    def test_a_root_of_0_moves_with_the_last_coefficient(self):
        got = jacobian(np.roots)(np.array([1.0, -3.0, 2.0, 0.0]))  # (x - 2) (x - 1) x
        np.testing.assert_allclose(got[2], [0, 0, 0, -0.5], atol=1e-15)  # x ≈ -c / 2

    def test_leading_zeros_are_no_roots(self):
        got = grad(lambda p: np.sum(np.roots(p)))(np.array([0.0, 2.0, -3.0]))  # x = 3 / 2
        np.testing.assert_allclose(got, [-(1.5**2) / 2, -1.5 / 2, -1 / 2])

    @pytest.mark.parametrize("p", [[1.0, 0.0, 4.0], [0.0, 1.0, -3.0, 2.0, 0.0], [1.0, 0.0, 0.0], [2.0], [0.0, 0.0]])
    def test_values_are_numpys(self, p):
        assert_is_numpys(np.roots, np.array(p))

    @pytest.mark.parametrize("zeros", [[], [1, 2, 3], [1j, -1j], [[0.0, 1.0], [-1.0, 0.0]]])
    def test_a_polynomial_of_its_roots_is_numpys(self, zeros):
        assert_is_numpys(np.poly, np.array(zeros))

    def test_of_equal_eigenvalues_the_characteristic_polynomial_is_smooth(self):
        got = grad(lambda a: np.poly(a)[1])(2 * np.eye(3))  # minus the trace
        np.testing.assert_allclose(got, -np.eye(3))


class TestDivision:
    @pytest.mark.parametrize(
        ("u", "v"),
        [([1.0, 5, 6], [1.0, 2]), ([1.0, 2], [1.0, 2, 3]), ([0.0, 1, 2, 3], [1.0, 1, 3]), ([4.0, 2], [2.0])],
    )
    def test_quotient_and_remainder_are_numpys(self, u, v):
        assert_is_numpys(np.polydiv, np.array(u), np.array(v))


class TestFit:
    @pytest.mark.parametrize(
        "options", [{}, {"full": True}, {"cov": True}, {"cov": "unscaled"}, {"w": Y + 1}, {"full": True, "cov": True}]
    )
    @pytest.mark.parametrize("y", [Y, np.stack([Y, Y**2], 1)], ids=["one", "two"])
    def test_all_outputs_are_numpys(self, options, y):
        assert_is_numpys(lambda x, y: np.polyfit(x, y, 2, **options), X, y)

    def test_too_few_points_are_warned_of(self):
        with pytest.warns(np.exceptions.RankWarning, match="polyfit: the points determine fewer coefficients"):
            np.polyfit(Tensor([1.0, 2.0]), Tensor([1.0, 3.0]), 3)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((X, Y, -1), "polyfit: deg=-1"),
            ((X, Y[:3], 1), r"polyfit: x of shape \(5,\), y of shape \(3,\)"),
            ((X[None], Y, 1), r"polyfit: x of shape \(1, 5\)"),
            ((X, Y, 1, None, False, Y[:2]), r"polyfit: w of shape \(2,\)"),
            ((X[:2], Y[:2], 1, None, False, None, True), "polyfit: 2 points and 2 coefficients .* cov='unscaled'"),
        ],
    )
    def test_what_is_refused_is_named(self, arguments, message):
        x, *others = arguments
        with pytest.raises(ValueError, match=message):
            np.polyfit(Tensor(x), *others)


def test_too_few_constants_of_integration_are_refused():
    with pytest.raises(ValueError, match="polyint: 2 constants for m=3"):
        np.polyint(Tensor([1.0, 2.0]), 3, [0.5, 1.0])


A, B = np.array([-2.0, 0.1, 0.5, 0.9, 1.0]), np.array([0.0, 0.4, 1.0, 0.3, 2.0])
HISTOGRAMS = {
    "one": (lambda a, b: np.histogram(a, 3), A, B),
    "outside of all bins": (lambda a, b: np.histogram(a, [0.0, 0.5, 1.0], density=True), A, B),
    "two": (lambda a, b: np.histogram2d(a, b, 2), A, B),
    "the same edges for two": (lambda a, b: np.histogram2d(a, b, [0.0, 0.3, 1.0]), A, B),
    "edges and a number": (lambda a, b: np.histogram2d(a, b, [[0.0, 1.0, 3.0], 2], weights=A), A, B),
    "points": (lambda a, b: np.histogramdd(np.stack([a, b], 1), 2, [(-1, 1), (0, 1)], True), A, B),
    "coordinates": (lambda a, b: np.histogramdd([a, b], (2, 3)), A, B),
}


@pytest.mark.parametrize(("compute", "a", "b"), HISTOGRAMS.values(), ids=HISTOGRAMS)
def test_histograms_are_numpys(compute, a, b):
    for got, expected in zip(leaves(compute(Tensor(a), Tensor(b))), leaves(compute(a, b)), strict=True):
        assert type(got) is np.ndarray
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-14)


def test_a_value_in_place_of_nan_has_a_gradient():
    got = grad(lambda v: np.sum(np.nan_to_num(Tensor([np.nan, 1.0, np.inf, -np.inf]), nan=v, posinf=2 * v)))(2.0)
    assert got == 3.0


def test_a_value_to_fill_with_has_a_gradient():
    assert grad(lambda v: np.sum(np.full_like(v, v[0] * v[1])))(np.array([2.0, 3.0])).tolist() == [6.0, 4.0]


def test_the_step_at_0_has_a_gradient_in_its_value_there():
    assert grad(lambda v: np.sum(np.heaviside([0.0, 1.0, -1.0], v)))(np.full(3, 0.5)).tolist() == [1.0, 0.0, 0.0]
