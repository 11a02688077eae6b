"""Every row of the table that PyTorch can compute: its value and derivatives beside PyTorch's."""

from collections.abc import Hashable

import numpy as np
import pytest

from autograd.primitive import undifferentiated
from autograd.tensor import overloads
from referee.comparison import compare
from referee.pointwise import torch
from referee.rows import LARGER
from referee.translation import NOT_COMPARED, NOT_DIFFERENTIABLE, TRANSLATIONS, is_of_scipy, meaning, translated
from samples import TABLE
from sampling import Domain

ROWS = [sample for sample in TABLE if translated(sample)]
ELEMENTWISE = [s for s in ROWS if s.is_elementwise and all(isinstance(a, Domain | float) for a in s.args)]
COMPLEX = [s for s in ROWS if s.takes_complex and not is_of_scipy(meaning(s))]  # of special functions PyTorch has none
PLACES = [(np, (torch, torch.special)), (np.linalg, (torch.linalg,)), (np.fft, (torch.fft,))]


@pytest.mark.parametrize("sample", ROWS, ids=str)
def test_value_and_derivatives_to_second_order(sample, rng):
    compare(sample, sample.draw(rng), rng)


@pytest.mark.parametrize("sample", COMPLEX, ids=str)
def test_value_and_derivatives_of_complex_arguments(sample, rng):
    compare(sample, sample.draw(rng, np.complex128), rng)


@pytest.mark.parametrize("sample", LARGER, ids=str)
def test_larger_arrays(sample, rng):
    compare(sample, sample.draw(rng), rng)


@pytest.mark.parametrize("sample", ELEMENTWISE, ids=str)
def test_elementwise_functions_of_random_shapes(sample, rng):
    for _ in range(5):
        sample = sample.with_shape(tuple(rng.integers(1, 5, rng.integers(0, 4)).tolist()))
        compare(sample, sample.draw(rng), rng)


# ------------------------------------------------------------------------------------------------- nothing is missed


def differentiated_by_both():
    """Return the NumPy functions with derivatives here of whose names PyTorch has one too."""
    found = {
        (name, getattr(ours, name))
        for ours, theirs in PLACES
        for name in dir(ours)
        if any(callable(getattr(place, name, None)) for place in theirs)
    }
    known = set(overloads) - set(undifferentiated)
    return {f for name, f in found if isinstance(f, Hashable) and f in known and name not in NOT_DIFFERENTIABLE}


def test_every_function_that_both_differentiate_is_compared():
    compared = {overloads.get(meaning(sample), sample.function) for sample in ROWS}
    assert {f.__name__ for f in differentiated_by_both() if overloads[f] not in compared} == set()


def test_every_translation_is_of_a_function_with_rows():
    translated_names = {getattr(f, "__name__", f) for f in TRANSLATIONS}
    assert translated_names - {getattr(meaning(s), "__name__", meaning(s)) for s in ROWS} == set()


def test_every_row_that_is_not_compared_is_in_the_table():
    assert set(NOT_COMPARED) - {str(sample) for sample in TABLE} == set()
