"""The digits are those of the UCI repository, whole and unchanged."""

import hashlib
from importlib.resources import files

import numpy as np

from nn.data import load_digits

# The first line of the repository's optdigits.tes: 64 pixels, then the digit.
FIRST_LINE = (
    "0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,"
    "0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0,0"
)


def test_there_are_1797_images_of_64_pixels_from_0_to_16():
    digits = load_digits()
    assert digits.x.shape == (1797, 64)
    assert digits.feature_shape == (8, 8)
    assert (digits.x.min(), digits.x.max()) == (0, 16)
    np.testing.assert_array_equal(digits.x, np.rint(digits.x))


def test_examples_a_class_are_as_published():
    digits = load_digits()
    published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    np.testing.assert_array_equal(np.bincount(digits.y), published)
    assert digits.class_names == tuple("0123456789")


def test_the_first_example_is_as_published():
    *pixels, label = map(int, FIRST_LINE.split(","))
    digits = load_digits()
    np.testing.assert_array_equal(digits.x[0], pixels)
    assert digits.y[0] == label


def test_the_arrays_are_those_the_readme_describes():
    digits = load_digits()
    readme = (files("nn.data") / "digits" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(digits.x.astype(np.uint8).tobytes()).hexdigest() in readme
    assert hashlib.sha256(digits.y.astype(np.uint8).tobytes()).hexdigest() in readme


def test_the_licence_ships_with_the_data_and_both_are_small():
    folder = files("nn.data") / "digits"
    licence = (folder / "LICENSE.txt").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0" in licence
    assert "Alpaydin" in licence
    assert len((folder / "digits.npz").read_bytes()) < 60_000


def test_each_call_gives_arrays_of_its_own():
    load_digits().x[:] = -1
    assert load_digits().x.min() == 0
