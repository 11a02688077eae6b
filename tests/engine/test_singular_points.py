"""Points without a derivative, and points where a careless formula overflows: the value chosen, one row each.

``python tests/engine/test_singular_points.py > docs/singular-points.md`` writes the table down.
"""

from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import ops
from autograd.ops import elementwise

INF, NAN = np.inf, np.nan
SIGNS = np.array([-2.0, 2.0])

# Where a function has a kink, its gradient is the subgradient of least norm; ties share equally.
POINTS = {
    "relu at 0": (lambda x: ops.relu(x), [0.0], [0.0]),
    "abs at 0": (np.abs, [0.0], [0.0]),
    "fabs at 0": (np.fabs, [0.0], [0.0]),
    "abs of a complex 0": (np.abs, [0j], [0j]),
    "leaky_relu at 0": (lambda x: ops.leaky_relu(x), [0.0], [0.01]),
    "elu at 0": (lambda x: ops.elu(x), [0.0], [1.0]),
    "max of equals": (np.max, [2.0, 1.0, 2.0], [0.5, 0.0, 0.5]),
    "max of equals along an axis": (lambda x: np.max(x, 1), [[3.0, 3.0], [1.0, 0.0]], [[0.5, 0.5], [1.0, 0.0]]),
    "min of equals": (np.min, [2.0, 2.0, 2.0, 2.0], [0.25] * 4),
    "maximum of equals, left": (lambda x: np.maximum(x, 1.0), [1.0, 2.0], [0.5, 1.0]),
    "maximum of equals, right": (lambda x: np.maximum(1.0, x), [1.0, 2.0], [0.5, 1.0]),
    "minimum of equals": (lambda x: np.minimum(x, 1.0), [1.0, 2.0], [0.5, 0.0]),
    "maximum of x with itself": (lambda x: np.maximum(x, x), [1.0], [1.0]),
    "fmax of equals": (lambda x: np.fmax(x, 1.0), [1.0, 2.0], [0.5, 1.0]),
    "fmin of equals": (lambda x: np.fmin(x, 1.0), [1.0, 2.0], [0.5, 0.0]),
    "fmax with NaN": (lambda x: np.fmax(x, [1.0, NAN]), [NAN, 2.0], [0.0, 1.0]),
    "fmin with NaN": (lambda x: np.fmin(x, [1.0, NAN]), [NAN, 2.0], [0.0, 1.0]),
    "clip at its bounds": (lambda x: np.clip(x, 0.0, 1.0), [-1.0, 0.0, 0.5, 1.0, 2.0], [0.0, 0.5, 1.0, 0.5, 0.0]),
    "sqrt at 0 times 0": (lambda x: 0.0 * np.sqrt(x), [0.0], [0.0]),
    "cbrt at 0 times 0": (lambda x: 0.0 * np.cbrt(x), [0.0], [0.0]),
    "hypot of two zeros": (lambda x: np.hypot(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
    "prod with one zero": (np.prod, [2.0, 0.0, 3.0], [0.0, 6.0, 0.0]),
    "prod with two zeros": (np.prod, [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    "prod with zeros along an axis": (
        lambda x: np.prod(x, axis=(0, 2)),
        [[[2.0, 0.0], [1.0, 4.0]], [[3.0, 1.0], [1.0, 1.0]]],
        [[[0.0, 6.0], [4.0, 1.0]], [[0.0, 0.0], [4.0, 4.0]]],
    ),
    "prod that underflows": (np.prod, [1e-200, 1e-200, 1e200], [1.0, 1.0, 0.0]),
    "std of a constant": (np.std, [3.0, 3.0, 3.0], [0.0, 0.0, 0.0]),
    "std of a constant row": (lambda x: np.std(x, axis=1), [[3.0, 3.0], [1.0, 3.0]], [[0.0, 0.0], [-0.5, 0.5]]),
    "var of a constant": (np.var, [3.0, 3.0, 3.0], [0.0, 0.0, 0.0]),
    "0 to the power 2": (lambda x: x**2, [0.0], [0.0]),
    "0 to the power 1": (lambda x: x**1.0, [0.0], [1.0]),
    "0 to the power 0": (lambda x: x**0, [0.0], [0.0]),
    "0 to an array of powers": (lambda x: x ** np.array([0.0, 1.0, 2.0]), [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
    "exponents of 0": (lambda x: np.power(0.0, x), [1.0, 2.0], [0.0, 0.0]),
    "exponents of an array of zeros": (lambda x: np.power(np.zeros(2), x), [1.0, 2.0], [0.0, 0.0]),
    "logsumexp of large numbers": (ops.logsumexp, [1000.0, 1000.0, -1000.0], [0.5, 0.5, 0.0]),
    "logsumexp of -inf only": (ops.logsumexp, [-INF, -INF], [0.0, 0.0]),
    "logsumexp with some -inf": (ops.logsumexp, [-INF, 0.0], [0.0, 1.0]),
    "log_softmax of large numbers": (lambda x: ops.log_softmax(x)[0], [1000.0, -1000.0], [0.0, 0.0]),
    "softmax of large numbers": (lambda x: ops.softmax(x)[0], [1000.0, -1000.0], [0.0, 0.0]),
    "softmax of equal large numbers": (lambda x: ops.softmax(x)[0], [1000.0, 1000.0], [0.25, -0.25]),
    "sigmoid of large numbers": (lambda x: ops.sigmoid(x), [-1000.0, 0.0, 1000.0], [0.0, 0.25, 0.0]),
    "tanh of large numbers": (np.tanh, [-1000.0, 1000.0], [0.0, 0.0]),
    "elu of large numbers": (lambda x: ops.elu(x), [-1000.0, 1000.0], [0.0, 1.0]),
    "logaddexp of large numbers": (lambda x: np.logaddexp(x[0], x[1]), [1000.0, -1000.0], [1.0, 0.0]),
    "logaddexp2 of large numbers": (lambda x: np.logaddexp2(x, -x), [-2000.0, 2000.0], [-1.0, 1.0]),
    "logaddexp of -inf twice": (lambda x: np.logaddexp(x[0], x[1]), [-INF, -INF], [0.0, 0.0]),
    "logaddexp2 of -inf twice": (lambda x: np.logaddexp2(x[0], x[1]), [-INF, -INF], [0.0, 0.0]),
    "expm1 of a very negative number": (np.expm1, [-40.0], [np.exp(-40.0)]),
    "mean of one element": (np.mean, [5.0], [1.0]),
    "arctan2 of two zeros": (lambda x: np.arctan2(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
    "sinc at 0": (np.sinc, [0.0], [0.0]),
    "norm at 0": (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
    "norm of rows, one of them 0": (
        lambda x: np.linalg.norm(x, axis=1),
        [[3.0, 4.0], [0.0, 0.0]],
        [[0.6, 0.8], [0.0, 0.0]],
    ),
    "largest norm, of equals": (lambda x: np.linalg.norm(x, np.inf), [2.0, -2.0, 1.0], [0.5, -0.5, 0.0]),
    "nuclear norm of a singular matrix": (
        lambda x: np.linalg.norm(x, "nuc"),
        [[3.0, 0.0], [0.0, 0.0]],
        [[1.0, 0.0], [0.0, 0.0]],
    ),
    "sort of equals, the smallest": (lambda x: np.sort(x)[0], [1.0, 2.0, 1.0], [0.5, 0.0, 0.5]),
    "median of an even number": (np.median, [1.0, 4.0, 2.0, 3.0], [0.0, 0.0, 0.5, 0.5]),
    "median of equals": (np.median, [2.0, 2.0, 2.0], [1 / 3] * 3),
    "cumprod with a zero": (np.cumprod, [2.0, 0.0, 3.0], [1.0, 8.0, 0.0]),
    "cumprod that underflows": (np.cumprod, [1e-200, 1e-200, 1e200], [2.0, 1.0, 0.0]),
    "determinant of a singular matrix": (np.linalg.det, [[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
    "interp at a knot": (lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 5.0]), [1.0], [4.0]),
    "an element read three times": (lambda x: x[[0, 0, 0]], [1.0, 2.0], [3.0, 0.0]),
}


@pytest.mark.parametrize(("function", "point", "expected"), POINTS.values(), ids=POINTS)
def test_gradient_of_the_sum_is_the_stated_one(function, point, expected):
    got = autograd.grad(lambda x: np.sum(np.real(function(x))))(np.array(point))
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("choose", "point"),
    [
        (lambda x: np.where(x > 0, np.sqrt(x), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, np.sqrt(x), 0.0), [-1.0, 4.0]),
        (lambda x: np.where(x > 0, np.cbrt(x), 0.0), [0.0, 8.0]),
        (lambda x: np.where(x > 0, np.log(x), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, np.log2(x), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, np.log10(x), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > -1, np.log1p(x), 0.0), [-1.0, 4.0]),
        (lambda x: np.where(x > 0, x / x**2, 0.0) + x, [0.0, 4.0]),
        (lambda x: np.where(x > 0, -1 / x, 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, -np.reciprocal(x), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, x**0.5, 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, -(x**-1.0), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, -(x ** np.array([-1.0, -2.0])), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x > 0, x**1.5, 0.0), [-1.0, 4.0]),
        (lambda x: np.where(x > 0, x ** np.array([0.5, 1.5]), 0.0), [-1.0, 4.0]),
        (lambda x: np.where(SIGNS > 0, SIGNS**x, 0.0), [0.5, 0.5]),
        (lambda x: np.where(x > 0, -np.remainder(5.0, x), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x < 1, np.arcsin(x), 0.0), [1.0, 0.5]),
        (lambda x: np.where(x < 1, -np.arccos(x), 0.0), [2.0, 0.5]),
        (lambda x: np.where(x > 1, np.arccosh(x), 0.0), [0.0, 4.0]),
        (lambda x: np.where(x < 1, np.arctanh(x), 0.0), [1.0, 0.5]),
    ],
    ids=[
        "sqrt",
        "NaN",
        "cbrt",
        "log",
        "log2",
        "log10",
        "log1p",
        "x/x²",
        "1/x",
        "reciprocal",
        "root",
        "power",
        "powers",
        "root of a negative number",
        "roots of a negative number",
        "exponents of a negative number",
        "remainder",
        "arcsin",
        "arccos",
        "arccosh",
        "arctanh",
    ],
)
def test_where_keeps_what_the_branch_not_taken_computes_out_of_the_gradient(choose, point):
    with np.errstate(divide="ignore", invalid="ignore"):  # NumPy's warnings about the value of that branch
        got = autograd.grad(lambda x: np.sum(choose(x)))(np.array(point))
    assert got[0] in (0.0, 1.0)
    assert np.isfinite(got[1])
    assert got[1] > 0


ELEMENTWISE = {
    "powers of 0": (lambda x: x ** np.array([2.0, 3.0]), [0.0, 0.0], [0.0, 0.0]),
    "float_power of 0": (lambda x: np.float_power(x, [1.0, 2.0]), [0.0, 0.0], [1.0, 0.0]),
    "complex powers of 0": (lambda x: x ** np.array([2 + 1j, 3.0]), [0j, 0j], [0.0, 0.0]),
    "negative powers": (lambda x: x ** np.array([2.0, -1.0]), [0.0, 1.0], [0.0, -1.0]),
    "exponents of -1": (lambda x: np.power([2.0, -1.0], x), [0.0, 2.0], [np.log(2.0), NAN]),
    "arcsin at its end": (np.arcsin, [0.0, 1.0], [1.0, INF]),
    "arctanh at its end": (np.arctanh, [0.0, 1.0], [1.0, INF]),
}


@pytest.mark.parametrize(("function", "point", "slopes"), ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_the_jacobian_of_an_elementwise_function_is_diagonal_at_a_singular_point(function, point, slopes):
    with np.errstate(divide="ignore", invalid="ignore"):
        got = autograd.jacobian(function)(np.array(point))
    np.testing.assert_allclose(got, [[slopes[0], 0.0], [0.0, slopes[1]]], rtol=1e-12)


def test_powers_of_0_and_1_have_jacobian_and_hessian():
    got = autograd.jacobian(lambda x: np.vander(x, 3))(np.array([0.0, 1.0]))
    np.testing.assert_array_equal(got[0], [[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(got[1], [[0.0, 2.0], [0.0, 1.0], [0.0, 0.0]])
    got = autograd.hessian(lambda x: np.sum(x ** np.arange(4.0)))(np.zeros(4))
    np.testing.assert_array_equal(got, np.diag([0.0, 0.0, 2.0, 0.0]))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_power_of_0_has_a_mixed_second_derivative(order):
    first, second = order  # of x^p at p = 0: 1/x + p ln(x) / x
    got = autograd.grad(autograd.grad(lambda x, p: x**p, first), second)(4.0, 0.0)
    assert got == pytest.approx(0.25, rel=1e-15)


@pytest.mark.parametrize("function", [np.prod, np.nanprod])
def test_a_product_that_overflows_has_the_product_of_the_others_as_slope(function):
    with np.errstate(over="ignore"):  # said by NumPy of the value
        got = autograd.grad(function)(np.array([1e200, 1e200, 1e-200]))
    np.testing.assert_allclose(got, [1.0, 1.0, INF], rtol=1e-15)


def test_products_that_overflow_do_not_depend_on_what_is_behind_them():
    with np.errstate(over="ignore"):
        got = autograd.jacobian(np.cumprod)(np.array([1e200, 1e200, 1e-200]))
    np.testing.assert_allclose(got, [[1.0, 0.0, 0.0], [1e200, 1e200, 0.0], [1.0, 1.0, INF]], rtol=1e-15)


def test_second_slopes_of_a_product_that_underflows():
    got = autograd.hessian(np.prod)(np.array([1e-200, 1e-200, 1e200]))
    expected = [[0.0, 1e200, 1e-200], [1e200, 0.0, 1e-200], [1e-200, 1e-200, 0.0]]
    np.testing.assert_allclose(got, expected, rtol=1e-15)


@pytest.mark.parametrize("function", [np.remainder, np.fmod, lambda a, b: divmod(a, b)[1]])
@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_the_quotient_of_a_remainder_is_not_the_rounded_one(function, signs):
    a, b = signs[0] * np.array([1.0, 1.0, 2.5]), signs[1] * np.array([0.1, 0.2, 0.7])  # 1 / 0.1 is 10, 0.1 above 1/10
    expected = -np.rint((a - function(a, b)) / b)
    np.testing.assert_array_equal(autograd.grad(lambda b: np.sum(function(a, b)))(b), expected)


def test_where_does_not_multiply_an_infinite_cotangent_by_its_mask():
    mask = np.array([True, False])
    _, pullback = autograd.vjp(lambda a, b: elementwise.where(mask, a, b), np.ones(2), np.ones(2))
    left, right = pullback(np.array([INF, NAN]))
    np.testing.assert_array_equal(left, [INF, 0.0])
    np.testing.assert_array_equal(right, [0.0, NAN])


@pytest.mark.parametrize("function", [np.sqrt, np.cbrt])
def test_a_root_pushes_tangents_forward_although_its_vjp_treats_a_cotangent_of_0_apart(function):
    step = 1e-6
    slope = (function(4.0 + step) - function(4.0 - step)) / (2 * step)
    assert autograd.jvp(function, (4.0,), (1.0,))[1] == pytest.approx(slope, rel=1e-9)


def test_slope_of_a_root_at_0_is_infinite():
    with np.errstate(divide="ignore"):  # said by NumPy as for 1/0
        assert autograd.grad(np.sqrt)(0.0) == INF


def test_sigmoid_keeps_its_digits_far_to_the_left():
    np.testing.assert_allclose(ops.sigmoid(np.array([-40.0, -700.0])), np.exp([-40.0, -700.0]), rtol=1e-15)
    assert ops.sigmoid(np.float32(-18)) == pytest.approx(np.exp(-18.0), rel=1e-6)


# ------------------------------------------------------------------------------------------------- the page

PAGE = Path(__file__).parents[2] / "docs" / "singular-points.md"
HEAD = """\
# Singular points

What `grad` returns where a function has no derivative, and where a careless formula would overflow. At a kink it is the
subgradient of least norm; what is equal shares equally; a cotangent of 0 stays 0 at a pole, and `np.where` keeps the
branch that was not taken out of the gradient. Each row is a test.

| function and point | x | gradient of the sum |
| :-- | :-- | :-- |
"""
TAIL = """
Where eigenvalues are equal, their eigenvectors have no derivative. Gradients of functions of the space that these span,
or of the eigenvalues alone, are right. Everything else is finite there, and wrong even where a derivative exists:
gradients of functions of a matrix composed as V f(λ) Vᴴ (use `autograd.scipy.linalg.expm`, `logm` or `sqrtm`), and
second derivatives. The slope of `np.sqrt` at 0 is infinite, as NumPy's 1 / 0, with its warning.
"""


def number(value):
    return f"{value:g}" if np.isrealobj(value) else f"{value.real:g}"


def listed(values):
    """Return nested lists as text."""
    return f"[{', '.join(map(listed, values))}]" if isinstance(values, list) else number(values)


def page():
    rows = [f"| {name} | `{listed(point)}` | `{listed(expected)}` |" for name, (_, point, expected) in POINTS.items()]
    return HEAD + "\n".join(rows) + "\n" + TAIL


def test_the_page_is_the_table():
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    print(page(), end="")
