"""The table misses nothing: every primitive, every NumPy function with a derivative, and every one without."""

import importlib
import pkgutil

import numpy as np
import pytest

import autograd.ops
from autograd import Primitive, Tensor
from autograd.tensor import overloads
from samples import IN_PLACE, TABLE, WITHOUT_DERIVATIVE
from sampling import leaves

MODULES = [
    importlib.import_module(f"autograd.ops.{module.name}") for module in pkgutil.iter_modules(autograd.ops.__path__)
]
PRIMITIVES = {value for module in MODULES for value in vars(module).values() if isinstance(value, Primitive)}
SAMPLED = {sample.function for sample in TABLE}


def shown(function):
    return getattr(function, "__qualname__", None) or function.__name__


def overloads_with_a_row():
    applied = {function.apply for function in SAMPLED if isinstance(function, Primitive)}
    return {function for function, overload in overloads.items() if function in SAMPLED or overload in applied}


def test_the_modules_of_operations_define_primitives():
    assert len(MODULES) >= 6
    assert len(PRIMITIVES) >= 80


def test_every_primitive_has_a_row():
    assert {primitive.name for primitive in PRIMITIVES - SAMPLED} == set()


def test_every_public_operation_has_a_row():
    public = {getattr(autograd.ops, name) for name in autograd.ops.__all__}
    assert {shown(function) for function in public - SAMPLED if callable(function)} == set()


def test_every_function_that_takes_tensors_has_a_row_or_is_listed_without_derivative():
    listed = {sample.function for sample in WITHOUT_DERIVATIVE}
    assert {shown(function) for function in set(overloads) - overloads_with_a_row() - listed - IN_PLACE} == set()


def test_no_function_both_has_a_row_and_is_listed_without_derivative():
    assert {sample.function for sample in WITHOUT_DERIVATIVE} & overloads_with_a_row() == set()


@pytest.mark.parametrize("sample", WITHOUT_DERIVATIVE, ids=str)
def test_a_function_without_derivative_returns_what_numpy_returns(sample, rng):
    arrays = sample.draw(rng)
    got = sample(*(Tensor(array, requires_grad=array.dtype.kind in "fc") for array in arrays))
    expected = sample.expected(*arrays)
    assert type(got) is type(expected)
    for one, other in zip(leaves(got), leaves(expected), strict=True):
        assert type(one) is type(other)
        np.testing.assert_array_equal(one, other)
