"""SciPy's functions: how they reach Tensors, their singular points, sums of exponentials, convolutions."""

import importlib
import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import autograd
from autograd import GraphError, Primitive, ShapeError, Tensor, grad
from samples import TABLE

pytest.importorskip("scipy", reason="it is optional; pip install 'chainrule[scipy]'")

import scipy.signal  # after the line that says whether it is there
import scipy.special
import scipy.stats

import autograd.scipy
from autograd.scipy import linalg, signal, special

INF = np.inf
EULER = 0.57721566490153286


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


class TestCalls:
    def test_importing_the_library_does_not_import_scipy(self):
        result = run("import sys, autograd; assert not [m for m in sys.modules if m.split('.')[0] == 'scipy']")
        assert result.returncode == 0, result.stderr

    def test_a_plain_call_of_scipys_own_function_is_enough(self):
        result = run(
            "import scipy.special, autograd\n"
            "slope = autograd.grad(lambda x: scipy.special.erf(x))(0.0)\n"
            "assert abs(slope - 2 / 3.141592653589793**0.5) < 1e-15"
        )
        assert result.returncode == 0, result.stderr

    def test_a_ufunc_without_a_derivative_is_refused_by_its_own_name(self):
        with pytest.raises(TypeError, match=r"^agm: not supported on Tensors"):
            scipy.special.agm(Tensor([1.0]), 2.0)

    def test_names_without_a_derivative_are_scipys(self):
        assert special.roots_legendre is scipy.special.roots_legendre
        assert linalg.hadamard is scipy.linalg.hadamard

    def test_a_derivative_in_an_order_is_refused_not_zero(self):
        with pytest.raises(GraphError, match=r"jv: the derivative in its argument 'v' is not available"):
            grad(lambda v: special.jv(v, 2.0))(1.5)

    def test_every_primitive_has_a_row(self):
        names = [m.name for m in pkgutil.walk_packages(autograd.scipy.__path__, "autograd.scipy.")]
        modules = [importlib.import_module(name) for name in names]
        primitives = {value for module in modules for value in vars(module).values() if isinstance(value, Primitive)}
        assert len(primitives) >= 100
        untested = primitives - {sample.function for sample in TABLE}
        assert {primitive.name for primitive in untested} == {"trajectory"}  # see test_scipy_odeint

    def test_gamma_of_a_complex_number_has_a_gradient_and_says_that_it_has_no_second_one(self):
        z, step = 1.5 + 0.5j, 1e-6
        slope = autograd.vjp(special.gamma, np.array(z))[1](np.array(1 + 0j))
        numeric = (scipy.special.gamma(z + step) - scipy.special.gamma(z - step)) / (2 * step)
        np.testing.assert_allclose(slope, numeric, rtol=1e-8)
        with pytest.raises(TypeError, match="digamma: its derivative at complex numbers"):
            autograd.vjp(special.digamma, np.array(z))[1](np.array(1 + 0j))


# Where a slope is infinite it is said to be; where a function jumps, its gradient is 0.
POINTS = {
    "xlogy at (0, 0)": (lambda x: special.xlogy(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
    "xlogy of a zero factor": (lambda x: special.xlogy(x[0], x[1]), [0.0, 2.0], [np.log(2), 0.0]),
    "xlog1py at (0, -1)": (lambda x: special.xlog1py(x[0], x[1]), [0.0, -1.0], [0.0, 0.0]),
    "entr": (special.entr, [0.0, 1.0, -1.0], [INF, -1.0, 0.0]),
    "rel_entr, first": (lambda x: special.rel_entr(x, [2.0, 0.0, 0.0]), [0.0, 0.0, 1.0], [-INF, 0.0, 0.0]),
    "rel_entr, second": (lambda x: special.rel_entr([0.0, 0.0, 1.0], x), [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    "kl_div, first": (lambda x: special.kl_div(x, [2.0, 0.0]), [0.0, 0.0], [-INF, 0.0]),
    "kl_div, second": (lambda x: special.kl_div([0.0, 0.0], x), [2.0, 0.0], [1.0, 0.0]),
    "expit of large numbers": (special.expit, [-700.0, 40.0, 800.0], [np.exp(-700.0), np.exp(-40.0), 0.0]),
    "log_expit of large numbers": (special.log_expit, [-800.0, 800.0], [1.0, 0.0]),
    "exprel at 0": (special.exprel, [0.0, 1e-12], [0.5, 0.5]),
    "boxcox at the logarithm": (lambda x: special.boxcox(2.0, x), [0.0, 1e-12], [np.log(2) ** 2 / 2] * 2),
    "inv_boxcox at the exponential": (lambda x: special.inv_boxcox(0.5, x), [0.0], [-np.exp(0.5) / 8]),
    "huber at its kinks": (lambda x: special.huber(1.0, x), [-1.0, 1.0, 0.0], [-1.0, 1.0, 0.0]),
    "huber of a negative width": (lambda x: special.huber(-1.0, x), [2.0], [0.0]),
    "pseudo_huber at (0, 0)": (lambda x: special.pseudo_huber(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
    "pseudo_huber of width 0": (lambda x: special.pseudo_huber(x, 2.0), [0.0], [2.0]),
    "log_ndtr far out": (special.log_ndtr, [-1e3, 40.0], [1000.000999998, 0.0]),
    "gammaln at 1 and 2": (special.gammaln, [1.0, 2.0], [-EULER, 1 - EULER]),
    "rgamma at the poles of gamma": (special.rgamma, [0.0, -1.0, -2.0, -3.0], [1.0, -1.0, 2.0, -6.0]),
    "gammainc at 0": (lambda x: special.gammainc([1.0, 2.0], x), [0.0, 0.0], [1.0, 0.0]),
    "gammainc in its order at 0 and infinity": (lambda x: special.gammainc(x, [0.0, INF]), [1.0, 1.0], [0.0, 0.0]),
    "j0 and j1 at 0": (lambda x: special.j0(x[0]) + special.j1(x[1]), [0.0, 0.0], [0.0, 0.5]),
    "i0e and i1e at 0": (lambda x: special.i0e(x[0]) + special.i1e(x[1]), [0.0, 0.0], [0.0, 0.5]),
    "jv at 0": (lambda x: special.jv([0, 1, 2], x), [0.0, 0.0, 0.0], [0.0, 0.5, 0.0]),
    "elliptic integrals at 0": (
        lambda x: special.ellipk(x[0]) + special.ellipe(x[1]),
        [0.0, 0.0],
        [np.pi / 8, -np.pi / 8],
    ),
    "ellipkm1 at a tiny number": (special.ellipkm1, [1e-30], [-0.5e30]),
    "spence at 1": (special.spence, [1.0], [-1.0]),
    "lambertw at 0": (lambda x: np.real(special.lambertw(x)), [0.0], [1.0]),
    "sine integral at 0": (lambda x: special.sici(x)[0], [0.0], [1.0]),
    "hyperbolic sine integral at 0": (lambda x: special.shichi(x)[0], [0.0], [1.0]),
    "logsumexp in a factor of 0": (lambda x: special.logsumexp([1.0, 2.0], b=x), [0.0, 1.0], [np.exp(-1.0), 1.0]),
    "logsumexp of what has no factor": (lambda x: special.logsumexp(x, b=[0.0, 1.0]), [2e3, 1.0], [0.0, 1.0]),
    "logsumexp of an empty sum": (lambda x: special.logsumexp(x, b=[1.0, 1.0]), [-INF, -INF], [0.0, 0.0]),
}


@pytest.mark.parametrize(("function", "point", "expected"), POINTS.values(), ids=POINTS)
def test_gradient_of_the_sum_is_the_stated_one(function, point, expected):
    got = grad(lambda x: np.sum(function(x)))(np.array(point))
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-300)


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (special.entr, 0.0),
        (special.logit, 0.0),
        (special.logit, 1.0),
        (special.erfinv, 1.0),
        (special.erfinv, -1.0),
        (special.erfcinv, 2.0),
        (special.ndtri, 0.0),
        (special.cbrt, 0.0),
        (special.log1p, -1.0),
        (lambda x: special.gammaincinv(0.5, x), 1.0),
        (lambda x: special.betaincinv(2.0, 2.0, x), 0.0),
    ],
)
def test_a_cotangent_of_0_stays_0_where_the_slope_is_infinite(function, point):
    with np.errstate(divide="ignore"):
        assert grad(lambda x: np.sum(np.where(x == point, 0.0, function(x))))(np.array([point])) == 0.0
        assert np.abs(grad(function)(point)) == INF


def test_second_derivatives_at_removable_singularities():
    second = {
        special.rgamma: (0.0, 2 * EULER),
        special.exprel: (0.0, 1 / 3),
        special.spence: (1.0, 0.5),
        special.ellipk: (0.0, 9 * np.pi / 64),
        special.j0: (0.0, -0.5),
    }
    for function, (point, expected) in second.items():
        assert grad(grad(function))(point) == pytest.approx(expected, rel=1e-13)


class TestLogsumexp:
    def test_the_sign_of_a_negative_sum_is_returned_beside_the_logarithm(self):
        a, b = np.array([1.0, 2.0]), np.array([1.0, -1.0])
        size, sign = special.logsumexp(Tensor(a), b=b, return_sign=True)
        np.testing.assert_allclose([size.data, sign], scipy.special.logsumexp(a, b=b, return_sign=True), rtol=1e-15)
        got = grad(lambda a: special.logsumexp(a, b=b, return_sign=True)[0])(a)
        np.testing.assert_allclose(got, b * np.exp(a) / np.sum(b * np.exp(a)), rtol=1e-13)

    def test_a_negative_sum_without_its_sign_is_nan(self):
        assert np.isnan(special.logsumexp(np.array([1.0]), b=np.array([-1.0])))


class TestConvolution:
    def test_axes_are_those_of_the_operands_then_those_convolved(self, rng):
        a, b = rng.normal(size=(2, 7, 3)), rng.normal(size=(3, 4, 5))
        got = signal.convolve(a, b, axes=([1], [1]), dot_axes=([2], [0]), mode="valid")
        assert got.shape == (2, 5, 4)
        expected = sum(scipy.signal.convolve(a[1, :, i], b[i, :, 3], "valid") for i in range(3))
        np.testing.assert_allclose(got[1, 3], expected, rtol=1e-12)

    def test_errors_name_the_shapes(self):
        with pytest.raises(ShapeError, match=r"shapes \(2, 3\) and \(3,\) need as many axes"):
            signal.convolve(np.ones((2, 3)), np.ones(3))
        with pytest.raises(ShapeError, match=r"shapes \(2, 3\) and \(3, 2\); with mode='valid'"):
            signal.convolve(np.ones((2, 3)), np.ones((3, 2)), "valid")
        with pytest.raises(ValueError, match="mode='circular'"):
            signal.convolve(np.ones(3), np.ones(3), mode="circular")
        with pytest.raises(ShapeError, match="differ along dot_axes"):
            signal.convolve(np.ones((2, 3)), np.ones((4, 2)), ([1], [1]), ([0], [0]))
