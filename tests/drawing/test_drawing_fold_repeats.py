"""Tandem repeats in sequences of integers, against a search that tries everything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.drawing.fold.repeats import LEAST, Repeat, choose, runs


def brute_force(symbols):
    """Return every longest stretch of at least three periods, with its shortest period."""
    found = {}
    for start in range(len(symbols)):
        for stop in range(start + LEAST, len(symbols) + 1):
            part = symbols[start:stop]
            for period in range(1, len(part) // LEAST + 1):
                if part[period:] == part[:-period]:
                    found[start, stop] = period
                    break
    return {
        (start, stop, period)
        for (start, stop), period in found.items()
        if found.get((start - 1, stop)) != period and found.get((start, stop + 1)) != period
    }


def whole(run):
    return [Repeat(run.start, run.period, (run.stop - run.start) // run.period)]


def chosen(symbols, agreeing=whole):
    symbols = np.array(symbols, np.int64)
    return choose(symbols, np.arange(len(symbols) + 1), agreeing)


words = st.lists(st.integers(0, 2), max_size=7)
repetitive = st.lists(st.tuples(words, st.integers(1, 5)), max_size=3).map(
    lambda parts: [symbol for word, times in parts for symbol in word * times][:45]
)


@given(repetitive | st.lists(st.integers(0, 2), max_size=30))
def test_runs_are_those_of_the_exhaustive_search(symbols):
    found = [tuple(run) for run in runs(np.array(symbols, np.int64))]
    assert len(found) == len(set(found))
    assert set(found) == brute_force(symbols)


@given(repetitive)
def test_chosen_repeats_are_repeats_and_share_nothing(symbols):
    taken = []
    for start, period, times in chosen(symbols):
        assert times >= LEAST
        assert symbols[start : start + period * times] == symbols[start : start + period] * times
        taken += range(start, start + period * times)
    assert len(taken) == len(set(taken))


@given(repetitive)
def test_the_repeat_that_covers_most_is_chosen(symbols):
    most = max((p * ((stop - start) // p) for start, stop, p in brute_force(symbols)), default=0)
    assert max((period * times for _, period, times in chosen(symbols)), default=0) == most


@pytest.mark.parametrize(
    ("symbols", "expected"),
    [
        ([5] * 4, [(0, 1, 4)]),
        ([1, 2] * 3, [(0, 2, 3)]),
        ([1, 1, 1, 1, 2] * 3, [(0, 5, 3)]),
        ([1, 1, 2, 2], []),
        ([], []),
    ],
)
def test_examples(symbols, expected):
    assert chosen(symbols) == expected


def test_items_that_cover_more_count_more():
    symbols, covers = [1, 1, 1, 1, 2, 2, 2, 3, 2, 2, 2, 3, 2, 2, 2, 3], [9] * 4 + [1] * 12
    first = choose(np.array(symbols), np.cumsum([0, *covers]), whole)[0]
    assert first == (0, 1, 4)


def test_period_is_doubled_where_only_every_second_repetition_agrees():
    def even(run):
        return whole(run) if run.period == 2 else []

    assert chosen([7] * 9, even) == [(0, 2, 4)]


def test_long_periods_are_found_in_long_sequences(rng):
    word = rng.integers(0, 5, 30_000).tolist()
    assert chosen(word * 3)[0] == (0, 30_000, 3)
