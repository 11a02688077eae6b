"""Batches: each example once an epoch, in an order the seed decides."""

import numpy as np
import pytest

from nn.data import BatchLoader, DataError


def epoch(loader):
    return np.concatenate([batch[0] for batch in loader])


@pytest.mark.parametrize("m", [1, 2, 9, 10, 11, 31])
@pytest.mark.parametrize("batch_size", [1, 5, 10, 64])
@pytest.mark.parametrize("shuffle", [True, False])
def test_every_example_comes_exactly_once_an_epoch(m, batch_size, shuffle):
    loader = BatchLoader(np.arange(m), batch_size=batch_size, shuffle=shuffle, rng=0)
    for _ in range(3):
        np.testing.assert_array_equal(np.sort(epoch(loader)), np.arange(m))


@pytest.mark.parametrize(
    ("m", "drop_last", "sizes"),
    [(10, False, [4, 4, 2]), (10, True, [4, 4]), (8, False, [4, 4]), (8, True, [4, 4]), (3, False, [3])],
)
@pytest.mark.parametrize("shuffle", [True, False])
def test_the_last_short_batch_is_kept_unless_dropped(m, drop_last, sizes, shuffle):
    loader = BatchLoader(np.arange(m), batch_size=4, drop_last=drop_last, shuffle=shuffle, rng=0)
    assert [len(batch) for (batch,) in loader] == sizes
    assert len(loader) == len(sizes)


@pytest.mark.parametrize("shuffle", [True, False])
def test_rows_of_all_arrays_stay_together(shuffle):
    y = np.arange(20)
    x = np.stack([y, y**2], axis=1).reshape(20, 1, 2)
    for images, labels, weights in BatchLoader(x, y, y * 0.5, batch_size=7, shuffle=shuffle, rng=1):
        np.testing.assert_array_equal(images[:, 0, 1], labels**2)
        np.testing.assert_array_equal(weights, labels * 0.5)


def test_epochs_differ_and_the_seed_repeats_their_sequence():
    one, two = (BatchLoader(np.arange(50), batch_size=8, rng=7) for _ in range(2))
    epochs = [epoch(one) for _ in range(3)]
    assert not np.array_equal(epochs[0], epochs[1])
    for expected in epochs:
        np.testing.assert_array_equal(epoch(two), expected)


def test_a_generator_serves_as_its_seed_does():
    by_seed = BatchLoader(np.arange(50), rng=7)
    np.testing.assert_array_equal(epoch(by_seed), epoch(BatchLoader(np.arange(50), rng=np.random.default_rng(7))))


def test_the_state_before_an_epoch_repeats_it():
    loader = BatchLoader(np.arange(50), rng=3)
    epoch(loader)
    state = loader.rng.bit_generator.state
    expected = epoch(loader)
    loader.rng.bit_generator.state = state
    np.testing.assert_array_equal(epoch(loader), expected)


def test_an_epoch_left_early_counts_as_drawn():
    left, finished = (BatchLoader(np.arange(50), batch_size=8, rng=7) for _ in range(2))
    next(iter(left))
    epoch(finished)
    np.testing.assert_array_equal(epoch(left), epoch(finished))


def test_two_epochs_at_once_do_not_disturb_each_other():
    loader = BatchLoader(np.arange(20), batch_size=4, rng=0)
    pairs = list(zip(loader, loader, strict=True))
    for side in (0, 1):
        np.testing.assert_array_equal(np.sort(np.concatenate([pair[side][0] for pair in pairs])), np.arange(20))


def test_without_shuffling_batches_are_contiguous_views_in_order():
    x = np.arange(10.0)
    batches = [batch for (batch,) in BatchLoader(x, batch_size=4, shuffle=False)]
    assert all(np.shares_memory(batch, x) for batch in batches)
    np.testing.assert_array_equal(np.concatenate(batches), x)


def test_shuffled_batches_own_their_memory():
    x = np.arange(10.0)
    for (batch,) in BatchLoader(x, batch_size=4, rng=0):
        assert not np.shares_memory(batch, x)


def test_dtypes_are_kept():
    x, y = np.ones((6, 2), np.float32), np.zeros(6, np.int64)
    for images, labels in BatchLoader(x, y, batch_size=4, rng=0):
        assert (images.dtype, labels.dtype) == (np.float32, np.int64)


def test_arrays_of_different_length_are_refused_with_the_lengths():
    with pytest.raises(DataError, match=r"lengths \[3, 4, 3\]"):
        BatchLoader(np.ones(3), np.ones((4, 2)), np.ones(3))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [((), "no arrays"), ((np.ones((0, 3)),), "the arrays are empty"), ((np.float64(1),), "a single number")],
)
def test_nothing_to_batch_is_refused(arrays, message):
    with pytest.raises(DataError, match=message):
        BatchLoader(*arrays)


def test_dropping_the_only_batch_is_refused():
    with pytest.raises(DataError, match="drop_last leaves no batch of 8 from 5 examples"):
        BatchLoader(np.ones(5), batch_size=8, drop_last=True)


@pytest.mark.parametrize("batch_size", [0, -3])
def test_a_batch_size_below_1_is_refused_by_value(batch_size):
    with pytest.raises(ValueError, match=f"batch_size is {batch_size};"):
        BatchLoader(np.ones(5), batch_size=batch_size)


@pytest.mark.parametrize("batch_size", [2.0, "4", None, True])
def test_a_batch_size_that_is_no_integer_is_refused(batch_size):
    with pytest.raises(TypeError, match=f"batch_size is {batch_size!r};"):
        BatchLoader(np.ones(5), batch_size=batch_size)


def test_a_numpy_integer_is_a_batch_size():
    assert len(BatchLoader(np.ones(5), batch_size=np.int64(2))) == 3
