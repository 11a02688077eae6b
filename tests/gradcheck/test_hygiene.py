"""What is said of inputs and outputs before anything is differentiated."""

import numpy as np
import pytest

from autograd.gradcheck.exact.hygiene import inspect, inspect_outputs, overlaps_itself
from autograd.gradcheck.verdict import Verdict

WINDOWS = np.lib.stride_tricks.sliding_window_view(np.arange(5.0), 3)
SKEWED = np.lib.stride_tricks.as_strided(np.arange(20.0), (2, 3), (24, 16))  # places 0 2 4 and 3 5 7: all different


def read_only():
    array = np.ones(3)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    "array",
    [
        np.ones((2, 3)),
        np.ones((2, 3)).T,
        np.ones((4, 6))[::2, ::-3],
        np.array(1.0),
        read_only(),
        np.broadcast_to(np.ones(3), (1, 3)),
        SKEWED,
        np.ones(3, np.complex64),
    ],
)
def test_nothing_is_said_of_ordinary_arrays(array):
    assert inspect(["x"], [array]) == []


@pytest.mark.parametrize(
    "array",
    [
        np.broadcast_to(1.0, (3,)),
        np.broadcast_to(np.ones(3), (2, 3)),
        np.broadcast_to(np.ones((2, 1)), (2, 3)),
        WINDOWS,
        np.lib.stride_tricks.as_strided(np.arange(4.0), (3,), (4,)),
        np.lib.stride_tricks.as_strided(np.arange(20.0), (3, 3), (16, 16)),
    ],
)
def test_entries_that_share_memory_are_found(array):
    assert overlaps_itself(array)
    [found] = inspect(["x"], [array])
    assert (found.kind, found.verdict) == ("input", Verdict.RIGHT)
    assert "x: entries share memory" in found.text


def test_overlap_agrees_with_writing_a_number_to_each_place():
    rng = np.random.default_rng(0)
    memory = np.zeros(400)
    for _ in range(300):
        shape = tuple(rng.integers(1, 4, 3))
        strides = tuple(8 * int(s) for s in rng.integers(0, 9, 3))
        view = np.lib.stride_tricks.as_strided(memory, shape, strides)
        places = {sum(i * s for i, s in zip(index, strides, strict=True)) for index in np.ndindex(*shape)}
        assert overlaps_itself(view) == (len(places) < view.size)


def test_entries_that_are_not_finite_are_named():
    x = np.ones((2, 3))
    x[1, 2] = np.nan
    x[0, 1] = -np.inf
    [found] = inspect(["x"], [x])
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.text == "x is -inf or nan at [0, 1], [1, 2]: no derivative can be taken there"


def test_a_single_number_that_is_not_finite_has_no_place():
    [found] = inspect(["x"], [np.array(np.inf)])
    assert found.text == "x is inf: no derivative can be taken there"


def test_of_many_entries_that_are_not_finite_three_are_named():
    [found] = inspect(["x"], [np.full(10, np.nan)])
    assert "[0], [1], [2] and 7 more" in found.text


def test_an_array_without_entries_is_said():
    [found] = inspect(["x"], [np.ones((0, 3))])
    assert found.verdict is Verdict.RIGHT
    assert "x of shape (0, 3) has no entries" in found.text


def test_an_output_that_is_not_finite_is_named():
    [found] = inspect_outputs([np.ones(2), np.array([1.0, np.inf])])
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.text.startswith("output 1 is inf at [1]")


def test_an_output_whose_entries_share_memory_is_nothing_to_say():
    assert inspect_outputs([np.broadcast_to(1.0, (3,))]) == []
