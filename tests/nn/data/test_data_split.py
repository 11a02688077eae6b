"""The three parts: sizes, proportions, seeds and refusals."""

import numpy as np
import pytest

from nn.data import DataError, Dataset, load_digits, train_validation_test_split


def numbered(labels):
    """Examples whose only feature is their own number, so that they can be told apart."""
    return Dataset.from_arrays(np.arange(float(len(labels))).reshape(-1, 1), labels)


@pytest.mark.parametrize("seed", range(5))
def test_every_example_is_in_exactly_one_part(seed):
    data = numbered(np.random.default_rng(seed).integers(0, 4, 137))
    parts = train_validation_test_split(data, rng=seed)
    together = np.concatenate([part.x[:, 0] for part in parts])
    np.testing.assert_array_equal(np.sort(together), np.arange(137))


def test_examples_keep_their_labels():
    data = numbered([0, 1, 2] * 20)
    for part in train_validation_test_split(data, rng=1):
        np.testing.assert_array_equal(part.y, data.y[part.x[:, 0].astype(int)])


def test_sizes_are_the_rounded_fractions_and_training_has_the_rest():
    parts = train_validation_test_split(load_digits(), validation=0.2, test=0.1, rng=0)
    assert [len(part) for part in parts] == [1797 - 359 - 180, 359, 180]


def test_classes_keep_their_proportions_in_every_part():
    labels = [0] * 600 + [1] * 300 + [2] * 100
    train, validation, test = train_validation_test_split(numbered(labels), 0.2, 0.1, rng=0)
    np.testing.assert_array_equal(np.bincount(train.y), [420, 210, 70])
    np.testing.assert_array_equal(np.bincount(validation.y), [120, 60, 20])
    np.testing.assert_array_equal(np.bincount(test.y), [60, 30, 10])


@pytest.mark.parametrize("seed", range(10))
def test_uneven_classes_are_off_by_no_more_than_rounding(seed):
    data = load_digits()
    parts = train_validation_test_split(data, rng=seed)
    for part, fraction in zip(parts, (0.7, 0.15, 0.15), strict=True):
        exact = fraction * np.bincount(data.y)
        assert np.abs(np.bincount(part.y) - exact).max() < 1.5


def test_the_only_example_of_a_class_is_kept_for_training():
    train, validation, test = train_validation_test_split(numbered([0] * 50 + [1] * 49 + [2]), rng=3)
    assert 2 in train.y
    assert validation.class_names == test.class_names == ("0", "1", "2")


def test_the_same_seed_gives_the_same_parts_and_another_seed_others():
    data = numbered([0, 1] * 50)
    first, again, other = (train_validation_test_split(data, rng=seed) for seed in (5, 5, 6))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.x, two.x)
    assert not np.array_equal(first[0].x, other[0].x)


def test_a_generator_serves_as_its_seed_does():
    data = numbered([0, 1] * 50)
    by_seed = train_validation_test_split(data, rng=5)
    by_generator = train_validation_test_split(data, rng=np.random.default_rng(5))
    np.testing.assert_array_equal(by_seed[2].x, by_generator[2].x)


def test_each_part_is_shuffled():
    for part in train_validation_test_split(numbered([0] * 100 + [1] * 100), rng=0):
        assert np.any(np.diff(part.x[:, 0]) < 0)
        # Dealt class by class and left so, each pair would hold one example of either class.
        assert np.any(part.y[0::2] == part.y[1::2])


def test_every_example_is_as_likely_to_be_tested():
    data = numbered([0] * 10 + [1] * 10)
    rng = np.random.default_rng(0)
    tested = np.zeros(20)
    for _ in range(2000):
        part = train_validation_test_split(data, 0.2, 0.2, rng=rng)[2]
        tested[part.x[:, 0].astype(int)] += 1
    # Binomial(2000, 0.2): mean 400, standard deviation 17.9; five of them.
    assert np.abs(tested - 400).max() < 90


@pytest.mark.parametrize(
    ("validation", "test"),
    [(0.0, 0.2), (0.2, 0.0), (0.5, 0.5), (-0.1, 0.2), (0.9, 0.2), (np.nan, 0.1), (1.0, 0.1)],
)
def test_fractions_that_do_not_fit_are_refused_by_value(validation, test):
    with pytest.raises(DataError, match=f"validation={validation} and test={test} do not fit"):
        train_validation_test_split(numbered([0, 1] * 50), validation, test, rng=0)


@pytest.mark.parametrize(
    ("validation", "test", "part"), [(0.01, 0.2, "validation"), (0.2, 0.01, "test"), (0.49, 0.49, "training")]
)
def test_a_part_that_would_be_empty_is_named(validation, test, part):
    with pytest.raises(DataError, match=f"the {part} part of 10 examples would be empty"):
        train_validation_test_split(numbered([0, 1] * 5), validation, test, rng=0)


def test_the_source_of_randomness_must_be_given():
    with pytest.raises(TypeError, match="rng"):
        train_validation_test_split(numbered([0, 1] * 5))
