"""Examples for a trained model: features found by name or count, labels taken if there."""

import gzip

import numpy as np
import pytest

from nn.data import DataError
from nn.data.examples import read_examples

FEATURES, CLASSES = ("length", "width"), ("cat", "dog")


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "table.csv"
        path.write_text(text)
        return path

    return write


def test_features_are_found_by_name_in_any_order(table):
    x, y = read_examples(table("width,kind,length\n1,cat,2\n3,dog,4\n"), FEATURES, CLASSES)
    np.testing.assert_array_equal(x, [[2, 1], [4, 3]])
    np.testing.assert_array_equal(y, [0, 1])


def test_a_table_without_labels_has_none(table):
    x, y = read_examples(table("width,length\n1,2\n"), FEATURES, CLASSES)
    np.testing.assert_array_equal(x, [[2, 1]])
    assert y is None


def test_labels_of_one_class_only_are_fine(table):
    np.testing.assert_array_equal(read_examples(table("length,width,kind\n1,2,dog\n"), FEATURES, CLASSES).y, [1])


@pytest.mark.parametrize(("text", "labels"), [("1,2\n3,4\n", None), ("1,2,cat\n3,4,dog\n", [0, 1])])
def test_without_a_header_columns_are_counted(table, text, labels):
    x, y = read_examples(table(text), FEATURES, CLASSES)
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
    assert (None if y is None else y.tolist()) == labels


def test_whole_numbers_are_one_class_however_they_are_written(table):
    np.testing.assert_array_equal(read_examples(table("1,2,7.0\n3,4,3\n"), FEATURES, ("3", "7")).y, [1, 0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,3,4,cat\n", "has 5 columns where the model needs 2, or 3 with the labels"),
        ("1\n2\n", "has 1 columns where the model needs 2, or 3"),
        ("length,kind\n1,cat\n", "has no column 'width'"),
        ("length,width,kind\n1,x,cat\n", "line 2, column 'width' holds 'x', which is not a number"),
        ("length,width\n1,nan\n", "line 2, column 'width' holds 'nan'"),
        ("length,width,kind\n1,2,cow\n", "the label 'cow' is no class of the model, which knows 'cat', 'dog'"),
        ("length,width\n", "no line of data"),
        ("\n\n", "empty"),
        ("", "empty"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(table, text, message):
    with pytest.raises(DataError, match=message):
        read_examples(table(text), FEATURES, CLASSES)


@pytest.mark.parametrize("labels", [None, np.array([1, 0])])
def test_archives_are_read_with_labels_or_without(tmp_path, labels):
    path = tmp_path / "new.npz"
    np.savez(path, x=np.arange(8).reshape(2, 2, 2), **({} if labels is None else {"y": labels}))
    x, y = read_examples(path, ("a", "b", "c", "d"), ("0", "1"))
    np.testing.assert_array_equal(x, [[0, 1, 2, 3], [4, 5, 6, 7]])
    assert (y is None) if labels is None else (y.tolist() == [1, 0])


def test_an_archive_of_another_size_is_refused_with_both_counts(tmp_path):
    np.savez(tmp_path / "new.npz", x=np.zeros((3, 5)))
    with pytest.raises(DataError, match=r"has 5 features where the model needs 2"):
        read_examples(tmp_path / "new.npz", FEATURES, CLASSES)


@pytest.mark.parametrize("x", [np.array([[1.0, np.nan]]), np.array([["a", "b"]])])
def test_an_archive_of_unusable_values_is_refused(tmp_path, x):
    np.savez(tmp_path / "new.npz", x=x)
    with pytest.raises(DataError, match=r"feature 'width' is nan|dtype <U1"):
        read_examples(tmp_path / "new.npz", FEATURES, CLASSES)


def test_images_are_read_without_the_labels_beside_them(tmp_path):
    header = b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (2, 1, 2))
    path = tmp_path / "new-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(header + bytes([1, 2, 3, 4])))
    x, y = read_examples(path, FEATURES, CLASSES)
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
    assert y is None
    labels = tmp_path / "new-labels-idx1-ubyte"
    labels.write_bytes(b"\0\0\x08\x01" + (2).to_bytes(4, "big") + bytes([7, 3]))
    assert read_examples(path, FEATURES, ("3", "7")).y.tolist() == [1, 0]
