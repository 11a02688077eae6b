"""What a data set accepts, refuses and says of itself."""

import numpy as np
import pytest

from nn.data import DataError, Dataset


def dataset(**changes):
    fields = {
        "x": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        "y": np.array([0, 1, 0]),
        "class_names": ("no", "yes"),
        "feature_names": ("height", "width"),
        "name": "boxes",
        "source": "boxes.csv",
    }
    return Dataset(**(fields | changes))


def test_sizes_come_from_the_arrays():
    data = dataset()
    assert len(data) == 3
    assert data.n_classes == 2
    assert data.feature_shape == (2,)


def test_the_arrays_are_shared_not_copied():
    x = np.ones((2, 2))
    assert dataset(x=x, y=np.array([0, 1])).x is x


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.ones((0, 2)), "y": np.zeros(0, np.int64)}, r"no data, x has shape \(0, 2\)"),
        ({"x": np.ones((3, 0)), "feature_names": ()}, r"no data, x has shape \(3, 0\)"),
        ({"x": np.ones((3, 2), np.int64)}, r"x is int64 of shape \(3, 2\) where float64 or float32"),
        ({"x": np.ones(3)}, r"x is float64 of shape \(3,\)"),
        ({"y": np.array([0, 1])}, "3 examples but 2 labels"),
        ({"y": np.array([0.0, 1.0, 0.0])}, r"y is float64 of shape \(3,\) where int64"),
        ({"y": np.array([0, 1, 2])}, r"label 2 of example 2 is outside 0\.\.1"),
        ({"y": np.array([0, -1, 0])}, r"label -1 of example 1 is outside 0\.\.1"),
        ({"class_names": ("no",), "y": np.zeros(3, np.int64)}, r"one class only, \('no',\)"),
        ({"class_names": ("no", "no")}, "class name 'no' appears twice"),
        ({"feature_names": ("height",)}, "x has 2 columns but 1 feature names"),
        ({"feature_shape": (3, 3)}, r"x has 2 columns but .* feature shape \(3, 3\)"),
    ],
)
def test_inconsistent_parts_are_refused_with_the_source_first(changes, message):
    with pytest.raises(DataError, match=rf"^boxes\.csv: {message}"):
        dataset(**changes)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_first_value_that_is_not_finite_is_named_by_row_and_column(value):
    x = np.ones((3, 2))
    x[1, 1] = x[2, 0] = value
    with pytest.raises(DataError, match=rf"boxes\.csv: example 1, feature 'width' is {value};"):
        dataset(x=x)


def test_large_finite_values_are_not_mistaken_for_infinity():
    assert dataset(x=np.full((3, 2), 1e308)).x.max() == 1e308


def test_describe_says_sizes_values_classes_and_source():
    assert dataset().describe().splitlines() == [
        "boxes: 3 examples, 2 features, 2 classes",
        "values: float64, from 1 to 6",
        "examples a class: no 2, yes 1",
        "source: boxes.csv",
    ]


def test_describe_shows_the_shape_of_images_and_at_most_twenty_classes():
    lines = Dataset.from_arrays(np.ones((25, 2, 3)), np.arange(25)).describe().splitlines()
    assert lines[0] == "dataset: 25 examples, 6 features (2 x 3), 25 classes"
    assert lines[2].endswith("19 1, and 5 more")


def test_describe_counts_classes_that_are_absent_from_a_part():
    part = Dataset.from_arrays(np.ones((3, 1)), ["a", "b", "c"]).take([0, 0, 1])
    assert "examples a class: a 2, b 1, c 0" in part.describe()


def test_repr_is_one_line_however_large_the_data():
    data = Dataset.from_arrays(np.ones((500, 100)), np.arange(500) % 3, name="large")
    assert repr(data) == "Dataset(large: 500 examples, 100 features, 3 classes)"


def test_take_selects_in_order_and_keeps_the_names_of_absent_classes():
    data = Dataset.from_arrays(np.arange(12.0).reshape(3, 2, 2), ["b", "a", "b"], source="s")
    part = data.take(np.array([2, 0]))
    np.testing.assert_array_equal(part.x, [[8, 9, 10, 11], [0, 1, 2, 3]])
    np.testing.assert_array_equal(part.y, [1, 1])
    assert (part.class_names, part.feature_shape, part.source) == (("a", "b"), (2, 2), "s")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("float64", "float64"),
        ("float32", "float32"),
        (">f4", "float32"),
        ("uint8", "float32"),
        ("bool", "float32"),
        ("float16", "float32"),
        ("int32", "float64"),
        (">f8", "float64"),
        ("longdouble", "float64"),
    ],
)
def test_values_keep_their_precision_in_a_native_floating_dtype(given, kept):
    data = Dataset.from_arrays(np.array([[1], [0]], dtype=given), [0, 1])
    assert data.x.dtype == np.dtype(kept)
    assert data.x.dtype.isnative
    np.testing.assert_array_equal(data.x, [[1], [0]])


def test_images_become_rows_named_by_pixel():
    data = Dataset.from_arrays(np.arange(8.0).reshape(2, 2, 2), [0, 1])
    np.testing.assert_array_equal(data.x, [[0, 1, 2, 3], [4, 5, 6, 7]])
    assert data.feature_names == ("x[0,0]", "x[0,1]", "x[1,0]", "x[1,1]")


def test_a_plain_list_of_numbers_is_one_feature():
    assert Dataset.from_arrays([1.0, 2.0], [0, 1]).x.shape == (2, 1)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.array([[1j], [2j]]), "dtype complex128"),
        (np.array([["a"], ["b"]]), "dtype <U1"),
        (np.array([[1], [None]], dtype=object), "dtype object"),
        (np.float64(1.0), "a single number"),
        (np.ones((0, 2**40)), "no data"),
    ],
)
def test_features_that_are_not_real_numbers_are_refused(x, message):
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(x, [0, 1])


@pytest.mark.parametrize(
    ("labels", "y", "class_names"),
    [
        (["dog", "cat", "dog"], [1, 0, 1], ("cat", "dog")),
        ([b"dog", b"cat", b"dog"], [1, 0, 1], ("cat", "dog")),
        ([10, 2, 10], [1, 0, 1], ("2", "10")),
        ([10.0, 2.0, -1.0], [2, 1, 0], ("-1", "2", "10")),
        ([True, False, True], [1, 0, 1], ("False", "True")),
        ([[7], [3], [7]], [1, 0, 1], ("3", "7")),
        (np.array([5, 4, 5], dtype=">u2"), [1, 0, 1], ("4", "5")),
    ],
)
def test_labels_of_any_kind_are_numbered_in_sorted_order(labels, y, class_names):
    data = Dataset.from_arrays(np.ones((3, 1)), labels)
    np.testing.assert_array_equal(data.y, y)
    assert data.y.dtype == np.int64
    assert data.class_names == class_names


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0.0, 1.5, 2.5], r"label 1\.5 of example 1 is not a whole number"),
        ([0.0, 1.0, np.nan], "label nan of example 2 is not a whole number"),
        ([2.0**53, 1.0, 0.0], r"label 9\.0072e\+15 of example 0"),
        (np.eye(3), r"labels have shape \(3, 3\).*argmax of one-hot rows"),
        ([1j, 2j, 3j], "labels have dtype complex128"),
        ([None, "a", "b"], "labels have dtype object"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels, message):
    with pytest.raises(DataError, match=f"^arrays: {message}"):
        Dataset.from_arrays(np.ones((3, 1)), labels)
