"""Standardizing: the numbers, the constants, the extremes and the round trip."""

import json

import numpy as np
import pytest

from nn.data import DataError, Standardizer


def test_mean_and_population_deviation_by_hand():
    standardize = Standardizer.fit([[2.0, 10.0], [4.0, 10.5], [4.0, 11.0], [6.0, 10.5]])
    np.testing.assert_array_equal(standardize.mean, [4.0, 10.5])
    np.testing.assert_allclose(standardize.scale, [np.sqrt(2.0), np.sqrt(0.125)], rtol=1e-15)
    np.testing.assert_allclose(standardize([[6.0, 10.5]]), [[np.sqrt(2.0), 0.0]], rtol=1e-15)


def test_standardized_features_have_mean_0_and_deviation_1():
    x = np.random.default_rng(0).normal([3.0, -100.0], [0.1, 50.0], (1000, 2))
    z = Standardizer.fit(x)(x)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(z.std(axis=0), 1, rtol=1e-12)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e300, -7.3, 1e-310])
@pytest.mark.parametrize("m", [1, 3, 7, 1000])
def test_a_constant_feature_becomes_exactly_zero(constant, m):
    x = np.full((m, 1), constant)
    standardize = Standardizer.fit(x)
    assert standardize.scale[0] == 1
    np.testing.assert_array_equal(standardize(x), np.zeros((m, 1)))


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_extreme_units_neither_overflow_nor_vanish(unit):
    z = Standardizer.fit(np.array([[-1.0], [1.0]]) * unit)(np.array([[3.0]]) * unit)
    np.testing.assert_allclose(z, [[3.0]], rtol=1e-15)


@pytest.mark.parametrize(("given", "expected"), [("float32", "float32"), ("float64", "float64"), ("uint8", "float64")])
def test_a_floating_dtype_is_kept(given, expected):
    x = np.array([[1, 2], [3, 5]], dtype=given)
    assert Standardizer.fit(x)(x).dtype == expected


def test_statistics_of_float32_are_accumulated_in_float64():
    x = np.array([[2.0**24], [1.0], [1.0], [2.0]], dtype=np.float32)
    assert Standardizer.fit(x).mean[0] == (2.0**24 + 4) / 4


def test_one_example_and_stacks_of_examples_are_accepted():
    standardize = Standardizer(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    np.testing.assert_array_equal(standardize([3.0, 6.0]), [1.0, 1.0])
    assert standardize(np.ones((5, 3, 2))).shape == (5, 3, 2)


def test_neither_fitting_nor_calling_changes_its_input():
    x = np.array([[1.0, 2.0], [3.0, 5.0]])
    x.flags.writeable = False
    Standardizer.fit(x)(x)


def test_json_returns_every_bit():
    rng = np.random.default_rng(1)
    fitted = Standardizer(rng.normal(size=50) * 10.0 ** rng.integers(-300, 300, 50), rng.uniform(1e-9, 1, 50))
    back = Standardizer.from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert back.mean.tobytes() == fitted.mean.tobytes()
    assert back.scale.tobytes() == fitted.scale.tobytes()


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones(3), r"x has shape \(3,\)"),
        (np.ones((0, 3)), r"x has shape \(0, 3\)"),
        (np.array([[1.0, 2.0], [3.0, np.nan]]), "x is nan at row 1, column 1"),
        (np.array([[1.0, 2.0], [-np.inf, np.nan]]), "x is -inf at row 1, column 0"),
    ],
)
def test_what_cannot_be_fitted_is_refused(x, message):
    with pytest.raises(DataError, match=message):
        Standardizer.fit(x)


def test_another_number_of_features_is_refused_with_both_numbers():
    with pytest.raises(DataError, match=r"x has shape \(4, 2\) but 3 features were fitted"):
        Standardizer(np.zeros(3), np.ones(3))(np.ones((4, 2)))


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        ({"mean": [0.0]}, r"keys \['mean'\]"),
        ({"mean": [0.0], "scale": [1.0], "extra": 1}, "keys"),
        ({"mean": "0", "scale": [1.0]}, "mean is not a list of numbers"),
        ({"mean": [0.0], "scale": [[1.0]]}, "scale is not a list of numbers"),
        ({"mean": [0.0], "scale": [None]}, "scale is not a list of numbers"),
        ({"mean": [0.0, 1.0], "scale": [1.0]}, r"mean has shape \(2,\) and scale \(1,\)"),
        ({"mean": [0.0, 1.0], "scale": [1.0, 0.0]}, r"feature 1 has mean 1\.0 and scale 0\.0"),
        ({"mean": [0.0], "scale": [-1.0]}, "feature 0 .* positive scales"),
        ({"mean": [float("nan")], "scale": [1.0]}, "feature 0 has mean nan"),
    ],
)
def test_a_damaged_record_is_refused(saved, message):
    with pytest.raises(DataError, match=message):
        Standardizer.from_dict(saved)
