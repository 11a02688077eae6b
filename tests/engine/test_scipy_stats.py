"""Probability distributions: values and gradients in and out of the support, arguments, errors."""

import numpy as np
import pytest

from autograd import ShapeError, grad

pytest.importorskip("scipy", reason="it is optional; pip install 'chainrule[scipy]'")

import scipy.stats

from autograd.scipy import stats

INF, NAN = np.inf, np.nan


def test_outside_of_the_support_a_density_is_0_with_gradient_0():
    x = np.array([-1.0, 2.0])
    np.testing.assert_array_equal(stats.expon.logpdf(x), [-INF, -2.0])
    np.testing.assert_array_equal(grad(lambda x: stats.expon.logpdf(x).sum())(x), [0.0, -1.0])
    np.testing.assert_array_equal(grad(lambda x: stats.expon.pdf(x).sum())(x), [0.0, -np.exp(-2.0)])
    np.testing.assert_array_equal(grad(lambda x: stats.expon.cdf(x).sum())(x), [0.0, np.exp(-2.0)])


def test_on_the_border_of_the_support_gradients_are_finite():
    np.testing.assert_array_equal(stats.gamma.pdf(np.zeros(2), [1.0, 2.0]), [1.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x: stats.gamma.pdf(x, [1.0, 2.0]).sum())(np.zeros(2)), [-1.0, 0.0])


@pytest.mark.parametrize(
    ("name", "shapes"),
    [("gamma", [2.0]), ("beta", [2.0, 3.0]), ("lognorm", [0.5]), ("pareto", [2.0]), ("norm", [])],
)
def test_values_in_and_out_of_the_support_are_scipys(name, shapes):
    x = np.array([-INF, -1.0, 0.0, 0.3, 1.0, 2.0, INF, NAN])
    for method in ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf"):
        ours, theirs = (getattr(getattr(module, name), method) for module in (stats, scipy.stats))
        with np.errstate(all="ignore"):
            expected = theirs(x, *shapes)
        if method in ("logpdf", "pdf"):  # of which SciPy gives NaN for some
            expected = np.where(np.isinf(x), -INF if method == "logpdf" else 0.0, expected)
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(ours(x, *shapes), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "shapes"), [("poisson", [2.5]), ("binom", [4, 0.3]), ("geom", [0.3]), ("bernoulli", [0.3])]
)
def test_probabilities_of_all_kinds_of_numbers_are_scipys(name, shapes):
    k = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 4.0, 7.0])
    for method in ("logpmf", "pmf", "cdf", "sf"):
        ours, theirs = (getattr(getattr(module, name), method) for module in (stats, scipy.stats))
        np.testing.assert_allclose(ours(k, *shapes), theirs(k, *shapes), rtol=1e-12)


def test_invalid_parameters_give_nan_and_leave_the_others_alone():
    scale = np.array([-1.0, 0.0, 2.0])
    expected = [NAN, NAN, scipy.stats.norm.logpdf(0.5, scale=2.0)]
    np.testing.assert_allclose(stats.norm.logpdf(0.5, scale=scale), expected)
    assert np.isfinite(grad(lambda s: stats.norm.logpdf(0.5, scale=s)[2])(scale)).all()
    assert np.isnan(stats.gamma.cdf(1.0, -2.0))
    assert np.isnan(stats.binom.pmf(1, 2.5, 0.5))


def test_arguments_have_scipys_names():
    assert stats.gamma.logpdf(2.0, loc=1.0, a=3.0) == pytest.approx(scipy.stats.gamma.logpdf(2.0, loc=1.0, a=3.0))
    with pytest.raises(TypeError, match=r"gamma\(x, a, loc=0, scale=1\): missing a required argument: 'a'"):
        stats.gamma.logpdf(2.0)
    assert repr(stats.poisson) == "<distribution poisson(k, mu, loc=0)>"


def test_distributions_can_be_imported_as_modules():
    import autograd.scipy.stats.multivariate_normal as mvn
    import autograd.scipy.stats.norm as norm

    assert norm is stats.norm
    assert mvn.logpdf is not None


def test_multivariate_normal_is_scipys(rng):
    factor = rng.normal(size=(3, 3))
    mean, cov, x = rng.normal(size=3), factor @ factor.T + np.eye(3), rng.normal(size=(4, 3))
    ours, theirs = stats.multivariate_normal, scipy.stats.multivariate_normal
    np.testing.assert_allclose(ours.logpdf(x, mean, cov), theirs.logpdf(x, mean, cov), rtol=1e-12)
    np.testing.assert_allclose(ours.pdf(x[0], mean, 2.0), theirs.pdf(x[0], mean, 2.0), rtol=1e-12)
    np.testing.assert_allclose(ours.logpdf(x[:, 0]), theirs.logpdf(x[:, 0]), rtol=1e-12)
    np.testing.assert_allclose(ours.entropy(mean, cov), theirs.entropy(mean, cov), rtol=1e-12)
    gradient = grad(lambda cov: ours.logpdf(x[0], mean, cov))(cov)
    np.testing.assert_allclose(gradient, gradient.T, rtol=1e-12)


def test_multivariate_normal_refuses_what_it_cannot_do():
    with pytest.raises(np.linalg.LinAlgError):
        stats.multivariate_normal.logpdf(np.ones(2), np.zeros(2), np.array([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(TypeError, match="allow_singular=True is not supported"):
        stats.multivariate_normal.logpdf(np.ones(2), allow_singular=True)
    with pytest.raises(ShapeError, match=r"mean of shape \(3,\) with cov of shape \(2, 2\)"):
        stats.multivariate_normal.logpdf(np.ones(3), np.ones(3), np.eye(2))


def test_dirichlet_is_scipys():
    x, alpha = np.array([[0.2, 0.1], [0.3, 0.4], [0.5, 0.5]]), np.array([0.5, 2.0, 3.0])
    np.testing.assert_allclose(stats.dirichlet.logpdf(x, alpha), scipy.stats.dirichlet.logpdf(x, alpha), rtol=1e-13)
    np.testing.assert_allclose(stats.dirichlet.pdf(x[:-1], alpha), scipy.stats.dirichlet.pdf(x, alpha), rtol=1e-13)
    with pytest.raises(ShapeError, match=r"x of shape \(4,\) with alpha of shape \(2,\)"):
        stats.dirichlet.logpdf(np.ones(4) / 4, np.ones(2))


def test_the_laplace_distribution_function_is_smooth_at_its_centre():
    np.testing.assert_array_equal(grad(lambda x: stats.laplace.cdf(x))(0.0), 0.5)
    np.testing.assert_array_equal(grad(lambda x: stats.laplace.sf(x))(0.0), -0.5)
    np.testing.assert_array_equal(grad(lambda x: stats.laplace.logpdf(x))(0.0), 0.0)  # a kink
