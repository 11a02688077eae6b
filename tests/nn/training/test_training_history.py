"""The history of a training: immutable rows that survive CSV."""

import dataclasses
import math

import pytest

from nn.training import Epoch, History

ROWS = (Epoch(1, 1 / 3, 0.5, 0.7, 0.75), Epoch(2, 0.1, 0.8, 0.6, 0.7), Epoch(3, 0.05, 0.9, 0.6, 0.8))


def test_csv_keeps_every_bit():
    assert History.from_csv(History(ROWS).to_csv()) == History(ROWS)


def test_csv_of_numpy_numbers_holds_plain_numbers():
    import numpy as np

    text = History((Epoch(1, np.float32(0.5), np.float64(0.25), 1.0, 1.0),)).to_csv()
    assert text.splitlines()[1] == "1,0.5,0.25,1.0,1.0"


def test_an_infinite_loss_survives_csv():
    history = History((Epoch(1, math.inf, 0.0, 1.0, 0.5),))
    assert History.from_csv(history.to_csv()) == history


def test_best_is_the_first_of_the_smallest_validation_losses():
    assert History(ROWS).best.epoch == 2


def test_best_of_no_epochs_is_refused():
    with pytest.raises(ValueError, match="no epochs"):
        _ = History().best


def test_adding_a_row_leaves_the_history_as_it_was():
    history = History(ROWS[:1])
    assert len(history.with_row(ROWS[1])) == 2
    assert len(history) == 1


def test_rows_cannot_be_replaced():
    with pytest.raises(dataclasses.FrozenInstanceError):
        History(ROWS).rows = ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1"),
        ("a,b\n", "line 1"),
        (History(ROWS).to_csv() + "4,x,1,1,1\n", "line 5"),
        (History(ROWS).to_csv() + "4,1\n", "line 5"),
    ],
)
def test_a_damaged_csv_is_refused_with_its_line(text, message):
    with pytest.raises(ValueError, match=message):
        History.from_csv(text)
