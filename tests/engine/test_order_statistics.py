"""Order statistics, sums and slopes where rows of samples cannot go: ties, NaN, zeros, plain outputs, refusals."""

import itertools
import math

import numpy as np
import pytest

import autograd
from autograd import GraphError, Tensor, grad, jacobian
from autograd.errors import ShapeError

NAN, INF = np.nan, np.inf


def variable(*values):
    return Tensor(np.array(values, float), requires_grad=True)


# ------------------------------------------------------------------------------------------------- ties

# Equal elements share what falls on their places; of [1, 2, 2, 2, 5] the middle is one of three.
TIES = {
    "sort": (lambda x: np.sort(x) * [1.0, 2.0, 4.0, 6.0, 8.0], [1.0, 4.0, 4.0, 4.0, 8.0]),
    "sort of a matrix": (lambda x: np.sort(np.stack([x, x]), axis=0) * [[1.0], [3.0]], [4.0] * 5),
    "partition": (lambda x: np.partition(x, 3)[3:], [0.0, 0.0, 0.0, 1.0, 1.0]),
    "median": (np.median, [0.0, 1 / 3, 1 / 3, 1 / 3, 0.0]),
    "nanmedian": (np.nanmedian, [0.0, 1 / 3, 1 / 3, 1 / 3, 0.0]),
    "quantile": (lambda x: np.quantile(x, 0.9), [0.0, 0.4 / 3, 0.4 / 3, 0.4 / 3, 0.6]),
    "percentile": (lambda x: np.percentile(x, 25), [0.0, 1 / 3, 1 / 3, 1 / 3, 0.0]),
    "weighted quantile": (
        lambda x: np.quantile(x, 0.5, weights=[1.0, 2.0, 0.0, 1.0, 1.0], method="inverted_cdf"),
        [0.0, 0.5, 0.0, 0.5, 0.0],
    ),
    "ptp": (lambda x: np.ptp(-x[1:4]), [0.0] * 5),
    "running maximum": (np.maximum.accumulate, [1.0, 1.0, 1.0, 1.0, 1.0]),
    "maximum and its initial value": (lambda x: np.max(x, initial=5.0), [0.0, 0.0, 0.0, 0.0, 0.5]),
    "maximum below its initial value": (lambda x: np.max(x, initial=9.0), [0.0] * 5),
    "unique": (np.unique, [1.0, 1.0, 0.0, 0.0, 1.0]),
}


@pytest.mark.parametrize(("function", "expected"), TIES.values(), ids=TIES)
def test_gradient_at_ties(function, expected):
    got = grad(lambda x: np.sum(function(x)))(np.array([1.0, 2.0, 2.0, 2.0, 5.0]))
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_sorting_equals_averages_the_cotangents_of_all_orders():
    x, g = np.array([2.0, 1.0, 2.0, 2.0]), np.array([1.0, 10.0, 100.0, 1000.0])
    orders = [order for order in itertools.permutations(range(4)) if (x[list(order)] == np.sort(x)).all()]
    expected = np.mean([[g[order.index(i)] for i in range(4)] for order in orders], axis=0)
    np.testing.assert_allclose(autograd.vjp(np.sort, x)[1](g), expected, rtol=1e-13)


def test_the_quantile_at_1_has_the_gradient_of_the_maximum():
    x = np.array([3.0, 1.0, 3.0, 2.0])
    np.testing.assert_array_equal(grad(lambda x: np.quantile(x, 1.0))(x), grad(np.max)(x))


# ------------------------------------------------------------------------------------------------- NaN

WITHOUT_NAN = {
    "nansum": (np.nansum, np.sum),
    "nanprod": (np.nanprod, np.prod),
    "nanmean": (np.nanmean, np.mean),
    "nanvar": (lambda x: np.nanvar(x, ddof=1), lambda x: np.var(x, ddof=1)),
    "nanstd": (np.nanstd, np.std),
    "nanmax": (np.nanmax, np.max),
    "nanmin": (np.nanmin, np.min),
    "nanmedian": (np.nanmedian, np.median),
    "nanquantile": (lambda x: np.nanquantile(x, 0.3), lambda x: np.quantile(x, 0.3)),
    "nancumsum": (lambda x: np.nancumsum(x)[-1], lambda x: np.cumsum(x)[-1]),
    "nancumprod": (lambda x: np.nancumprod(x)[-1], lambda x: np.cumprod(x)[-1]),
    "nan_to_num": (lambda x: np.sum(np.nan_to_num(x) ** 2), lambda x: np.sum(x**2)),
}


@pytest.mark.parametrize(("function", "of_numbers"), WITHOUT_NAN.values(), ids=WITHOUT_NAN)
def test_functions_that_leave_nan_out_are_those_of_the_numbers(function, of_numbers):
    x = np.array([1.0, NAN, -3.0, 2.5, NAN, 0.5])
    is_number = ~np.isnan(x)
    value, gradient = autograd.value_and_grad(function)(x)
    np.testing.assert_allclose(value, of_numbers(x[is_number]), rtol=1e-14)
    np.testing.assert_allclose(gradient[is_number], grad(of_numbers)(x[is_number]), rtol=1e-14)
    np.testing.assert_array_equal(gradient[~is_number], 0.0)


@pytest.mark.parametrize(("function", "of_numbers"), WITHOUT_NAN.values(), ids=WITHOUT_NAN)
def test_forward_mode_and_second_order_leave_nan_out_too(function, of_numbers):
    x, tangent = np.array([1.0, NAN, -3.0, 2.5, NAN, 0.5]), np.arange(1.0, 7.0)
    is_number = ~np.isnan(x)
    pushed = autograd.jvp(function, (x,), (tangent,))[1]
    np.testing.assert_allclose(pushed, grad(of_numbers)(x[is_number]) @ tangent[is_number], rtol=1e-13)
    second = autograd.hessian(lambda x: np.square(function(x)))(x)
    expected = autograd.hessian(lambda x: np.square(of_numbers(x)))(x[is_number])
    np.testing.assert_allclose(second[np.ix_(is_number, is_number)], expected, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(second[~is_number], 0.0)
    np.testing.assert_array_equal(second[:, ~is_number], 0.0)


@pytest.mark.parametrize("function", [np.var, np.std])
def test_nan_that_where_leaves_out_stays_out_of_every_derivative(function):
    rows, is_number = np.array([[1.0, NAN, 3.0]] * 5), np.array([True, False, True])
    got = jacobian(lambda s: function(rows * s, axis=1, where=is_number))(2.0)  # by columns
    np.testing.assert_allclose(got, jacobian(lambda s: function(np.array([1.0, 3.0]) * s))(2.0), rtol=1e-15)
    in_mean = grad(lambda mean: function(Tensor(rows[0]), mean=mean, where=is_number))(1.0)
    np.testing.assert_allclose(in_mean, grad(lambda mean: function(Tensor([1.0, 3.0]), mean=mean))(1.0), rtol=1e-15)


INTEGERS = np.array([[1, 5], [3, 2]])


@pytest.mark.parametrize("options", [{}, {"initial": 2.5}, {"initial": 2.5, "where": INTEGERS > 2, "axis": 0}], ids=str)
@pytest.mark.parametrize("function", [np.max, np.min, np.nanmax, np.nanmin])
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float32])
def test_extrema_keep_the_dtype(function, dtype, options):
    got, expected = function(Tensor(INTEGERS.astype(dtype)), **options), function(INTEGERS.astype(dtype), **options)
    assert got.dtype == expected.dtype == dtype
    np.testing.assert_array_equal(got.data, expected)


def test_the_mean_of_no_integers_is_nan():
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"):
        assert np.isnan(np.nanmean(Tensor(INTEGERS), where=False).data)


@pytest.mark.parametrize("name", ["mean", "var", "std", "max", "min", "median"])
def test_a_row_of_nan_only_is_nan_with_numpys_warning_and_has_no_gradient(name):
    function = getattr(np, f"nan{name}")
    x = Tensor([[NAN, NAN], [1.0, 3.0]], requires_grad=True)
    with pytest.warns(RuntimeWarning, match=r"All-NaN|Mean of empty slice|Degrees of freedom"):
        y = function(x, axis=1)
    assert np.isnan(y.data).tolist() == [True, False]
    y.backward(np.array([0.0, 1.0]))
    np.testing.assert_array_equal(x.grad[0], 0.0)
    np.testing.assert_allclose(x.grad[1], grad(getattr(np, name))(np.array([1.0, 3.0])))


def test_numbers_in_place_of_infinities_have_no_gradient():
    got = grad(lambda x: np.sum(np.nan_to_num(x, posinf=3.0)))(np.array([INF, -INF, NAN, 2.0]))
    np.testing.assert_array_equal(got, [0.0, 0.0, 0.0, 1.0])


def test_the_parts_of_a_complex_number_are_replaced_one_by_one():
    got = grad(lambda x: np.sum(np.real(np.nan_to_num(x) * (3 - 4j))))(np.array([1 + 1j, complex(NAN, 2)]))
    np.testing.assert_array_equal(got, [3 - 4j, -4j])


# ------------------------------------------------------------------------------------------------- singular points

POINTS = {
    "std of a constant about its mean": (lambda x: np.std(x, mean=np.mean(x)), [3.0, 3.0], [0.0, 0.0]),
    "std of what is not left out, a constant": (
        lambda x: np.std(x, where=np.array([True, False, True])),
        [3.0, 7.0, 3.0],
        [0.0] * 3,
    ),
    "prod of what is not left out, with a zero": (
        lambda x: np.prod(x, initial=2.0, where=np.array([True, False, True])),
        [0.0, 0.0, 3.0],
        [6.0, 0.0, 0.0],
    ),
    "copysign of 0": (lambda x: np.copysign(x, -1.0), [0.0, 2.0, -3.0], [0.0, -1.0, 1.0]),
    "sinc at 0": (np.sinc, [0.0, 1.0], [0.0, -1.0]),
    "slope of sinc at 0": (autograd.elementwise_grad(np.sinc), [0.0], [-(np.pi**2) / 3]),
    "fourth slope of sinc at 0": (
        autograd.elementwise_grad(autograd.elementwise_grad(autograd.elementwise_grad(np.sinc))),
        [0.0],
        [np.pi**4 / 5],
    ),
    "i0 at 0": (np.i0, [0.0], [0.0]),
    "slope of i0 at 0": (autograd.elementwise_grad(np.i0), [0.0], [0.5]),
    "interpolation at a point": (lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 5.0]), [0.0, 1.0], [1.0, 4.0]),
    "interpolation outside": (lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0], left=-1.0), [-1.0, 9.0], [0.0, 0.0]),
    "interpolation at a jump": (lambda x: np.interp(x, [0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 7.0]), [1.0], [2.0]),
    "logaddexp.reduce of large numbers": (np.logaddexp.reduce, [1000.0, 1000.0], [0.5, 0.5]),
}


@pytest.mark.parametrize(("function", "point", "expected"), POINTS.values(), ids=POINTS)
def test_gradient_of_the_sum_is_the_stated_one(function, point, expected):
    got = grad(lambda x: np.sum(function(x)))(np.array(point))
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.filterwarnings("ignore:Output seems independent of input")  # the product of one factor is linear
@pytest.mark.parametrize("point", [[2.0, 0.0, 3.0, 5.0, 0.0, 7.0], [0.0], [0.0, 0.0], [2.0, 3.0, 0.0, 1.0, 4.0]])
@pytest.mark.parametrize("shape", [(-1,), (1, -1), (-1, 1)])
def test_the_derivative_of_a_cumulative_product_is_that_of_each_product_also_with_zeros(point, shape):
    x = np.array(point).reshape(shape)
    axis = shape.index(-1)
    factors = np.where(np.eye(x.size, dtype=bool), 1.0, x.ravel())  # row j has the factors other than j
    expected = np.array(
        [[math.prod(factors[j][: i + 1]) if j <= i else 0.0 for j in range(x.size)] for i in range(x.size)]
    )
    got = jacobian(lambda x: np.cumprod(x, axis=axis))(x)
    np.testing.assert_allclose(got.reshape(x.size, x.size), expected)
    second = autograd.hessian(lambda x: np.sum(np.cumprod(x)))(x.ravel())
    np.testing.assert_allclose(second, autograd.hessian(lambda x: sum_of_products(x))(x.ravel()))


def sum_of_products(x):
    return sum((math.prod(x[j] for j in range(i + 1)) for i in range(len(x))), start=0.0)


@pytest.mark.parametrize("x", [0.001, 0.3, 5.0, 40.0])
def test_derivatives_of_i0_are_those_of_its_power_series(x):
    def series(order):  # Σ (x/2)²ᵏ / k!²
        terms = range((order + 1) // 2, 200)
        return math.fsum(
            math.exp(
                (2 * k - order) * math.log(x)
                + math.lgamma(2 * k + 1)
                - math.lgamma(2 * k - order + 1)
                - 2 * k * math.log(2)
                - 2 * math.lgamma(k + 1)
            )
            for k in terms
        )

    derivative = np.i0
    for order in (1, 2, 3):
        derivative = grad(derivative)
        assert derivative(x) == pytest.approx(series(order), rel=1e-11)


@pytest.mark.parametrize("function", [np.sum, np.prod, np.cumsum, np.cumprod, np.sort, np.unique, np.diff, np.nansum])
def test_nothing_has_a_gradient_of_no_elements(function):
    assert grad(lambda x: np.sum(function(x)))(np.zeros(0)).shape == (0,)


def test_the_median_of_nothing_is_numpys():
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"), np.errstate(invalid="ignore"):
        y = np.median(Tensor(np.zeros((2, 0)), requires_grad=True), axis=1)
    assert np.isnan(y.data).all()
    y.backward(np.ones(2))


# ------------------------------------------------------------------------------------------------- several outputs


def test_unique_returns_indices_inverse_and_counts_as_plain_arrays():
    x = np.array([3.0, 1.0, 3.0])
    values, *others = np.unique(
        Tensor(x, requires_grad=True), return_index=True, return_inverse=True, return_counts=True
    )
    expected = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    assert values.requires_grad
    for got, plain in zip([values.data, *others], expected, strict=True):
        assert type(got) is np.ndarray
        np.testing.assert_array_equal(got, plain)


def test_sets_of_equal_elements_read_them_from_the_first_array():
    a, b = variable(3.0, 1.0, 2.0), variable(2.0, 3.0, 9.0)
    common, index_a, index_b = np.intersect1d(a, b, return_indices=True)
    np.testing.assert_array_equal(common.data, [2.0, 3.0])
    np.testing.assert_array_equal(a.data[index_a], b.data[index_b])
    np.sum(common * [1.0, 10.0]).backward()
    np.testing.assert_array_equal(a.grad, [10.0, 0.0, 1.0])
    np.testing.assert_array_equal(np.setdiff1d(a, b).data, [1.0])


def test_the_gradient_of_an_array_along_several_axes_is_a_tuple_as_numpys():
    f, x = np.arange(12.0).reshape(3, 4) ** 2, np.array([0.0, 1.0, 3.0])
    got, expected = np.gradient(Tensor(f), x, 0.5), np.gradient(f, x, 0.5)
    assert isinstance(got, tuple)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one.data, other, rtol=1e-14)


@pytest.mark.parametrize("edge_order", [1, 2])
def test_slopes_are_differentiable_in_the_coordinates(edge_order):
    f, x = np.array([1.0, -2.0, 0.5, 3.0]), np.array([0.0, 1.0, 1.7, 3.0])
    assert autograd.gradcheck(lambda x: np.gradient(f, x, edge_order=edge_order), (x,), order=2, seed=0)


def test_numbers_of_elements_stay_plain_where_weights_are_not_given():
    x = Tensor([0.0, 2.0, 1.0], requires_grad=True)
    counts, edges = np.histogram(x, 2)
    assert (counts.tolist(), edges.tolist()) == ([1, 2], [0.0, 1.0, 2.0])
    assert type(np.bincount(Tensor([0, 2, 2]))) is np.ndarray


@pytest.mark.parametrize("density", [None, True])
def test_a_histogram_adds_weights_to_the_bins_that_numpy_chooses(density, rng):
    a, weights = np.round(rng.uniform(-1, 1, 200), 1), rng.uniform(0, 1, 200)
    for bins, limits in ((7, None), (4, (-0.5, 0.5)), ([-0.9, -0.2, 0.3, 0.8], None)):
        got, edges = np.histogram(a, bins, limits, density, Tensor(weights, requires_grad=True))
        expected, expected_edges = np.histogram(a, bins, limits, density, weights)
        np.testing.assert_allclose(got.data, expected, rtol=1e-13)
        np.testing.assert_array_equal(edges, expected_edges)


def test_an_infinity_has_no_fraction_and_a_mantissa_of_its_own():
    fraction, whole = np.modf(variable(INF, -2.5))
    np.testing.assert_array_equal(fraction.data, [0.0, -0.5])
    np.testing.assert_array_equal(whole, [INF, -2.0])
    mantissa, exponent = np.frexp(variable(INF, 12.0))
    np.testing.assert_array_equal(mantissa.data, [INF, 0.75])
    assert exponent[1] == 4


def test_the_weights_of_an_average_are_returned_in_its_shape():
    average, total = np.average(variable(1.0, 2.0, 3.0), weights=[1.0, 2.0, 1.0], returned=True)
    assert (float(average), float(total)) == (2.0, 4.0)


# ------------------------------------------------------------------------------------------------- methods of ufuncs


def test_methods_of_functions_without_derivative_are_plain():
    x = variable(1.0, 0.0, 3.0)
    assert not np.logical_and.reduce(x)
    assert type(np.logical_or.accumulate(x)) is np.ndarray
    np.testing.assert_array_equal(np.greater.outer(x, [0.5, 2.0]), [[True, False], [False, False], [True, True]])


REFUSED = {
    "out of reduce": (lambda x: np.add.reduce(x, out=np.zeros(())), r"np\.add\.reduce: argument out="),
    "where of a fold": (lambda x: np.subtract.reduce(x, where=[True, False]), r"np\.subtract\.reduce: where="),
    "where of a ufunc": (lambda x: np.exp(x, where=[True, False]), r"np\.exp: where= .*np\.where"),
    "out": (lambda x: np.median(x, out=np.zeros(())), "median: argument out="),
    "out of a composition": (lambda x: np.nansum(x, out=np.zeros(())), "nansum: argument out="),
    "in place": (lambda x: np.nan_to_num(x, copy=False), "nan_to_num: copy=False"),
}


@pytest.mark.parametrize(("compute", "message"), REFUSED.values(), ids=REFUSED)
def test_what_tensors_cannot_do_is_refused_by_name(compute, message):
    with pytest.raises(TypeError, match=message):
        compute(variable(1.0, 2.0))


INVALID = {
    "no choice for each condition": (lambda x: np.select([x.data > 0], [x, x]), "select: 1 conditions for 2 choices"),
    "two names of ddof": (lambda x: np.var(x, ddof=1, correction=1), "var: ddof= and correction="),
    "where without initial": (lambda x: np.max(x, where=[True, False]), "max: where= needs initial="),
    "weights of another shape": (lambda x: np.average(x, weights=[1.0]), r"average: weights of shape \(1,\)"),
    "differences of a number": (lambda x: np.diff(x[0]), "diff: a single number"),
    "too few for a slope": (lambda x: np.gradient(x, edge_order=2), "gradient: axis 0 has size 2"),
    "coordinates of another length": (lambda x: np.gradient(x, [0.0, 1.0, 2.0]), r"coordinates of shape \(3,\)"),
    "points and values of two lengths": (lambda x: np.interp(0.5, [0.0, 1.0, 2.0], x), r"interp: xp .*\(3,\).*\(2,\)"),
    "a scan of a matrix": (lambda x: np.cumulative_sum(np.stack([x, x])), "cumulative_sum: .* needs axis="),
    "the reduction of nothing": (lambda x: np.subtract.reduce(x[:0]), r"^subtract\.reduce: zero-size"),
}
if not hasattr(np, "cumulative_sum"):  # before NumPy 2.1
    del INVALID["a scan of a matrix"]


@pytest.mark.parametrize(("compute", "message"), INVALID.values(), ids=INVALID)
def test_arguments_that_make_no_sense_are_named(compute, message):
    with pytest.raises(ValueError, match=message):
        compute(variable(1.0, 2.0))


def test_weights_that_sum_to_zero_are_refused():
    with pytest.raises(ZeroDivisionError, match="average: the weights sum to zero"):
        np.average(variable(1.0, 2.0), weights=[1.0, -1.0])


def test_the_place_of_a_quantile_has_no_derivative():
    with pytest.raises(GraphError, match=r"quantile: no VJP .* 'q'.*detach"):
        np.quantile(np.ones(3), variable(0.5))


def test_the_covariance_of_a_tensor_of_three_dimensions_is_refused():
    with pytest.raises(ShapeError, match=r"cov: m has shape \(1, 1, 2\)"):
        np.cov(Tensor(np.ones((1, 1, 2))))
