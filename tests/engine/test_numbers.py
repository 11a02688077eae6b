"""Numbers, which have no axes: NumPy lets 0 and -1 stand for one of them, in many functions."""

import inspect

import numpy as np
import pytest

from autograd import Tensor, gradcheck
from autograd.primitive import undifferentiated
from autograd.tensor import overloads

OTHER_ARGUMENTS = {
    np.apply_along_axis: None,  # of a function
    np.apply_over_axes: None,
    np.percentile: (30.0,),
    np.nanpercentile: (30.0,),
    np.quantile: (0.3,),
    np.nanquantile: (0.3,),
    np.partition: (0,),
    np.repeat: (2,),
    np.take: (np.array([0, 0]),),
    np.roll: (1,),
}


def takes_an_axis(function):
    if function in undifferentiated or OTHER_ARGUMENTS.get(function, ()) is None or isinstance(function, np.ufunc):
        return False
    try:
        return "axis" in inspect.signature(function).parameters
    except ValueError:  # it is not written in Python
        return False


def calls():
    """Yield all calls with an axis of a number that NumPy allows."""
    for function in filter(takes_an_axis, list(overloads)):
        others = OTHER_ARGUMENTS.get(function, ())
        for axis in (0, -1):
            for options in ({}, {"keepdims": True}, {"initial": 0.25}):

                def call(x, function=function, others=others, axis=axis, options=options):
                    return function(x, *others, axis=axis, **options)

                try:
                    result = call(np.array(0.7))
                except (TypeError, ValueError, IndexError, AttributeError):
                    continue
                if isinstance(result, np.ndarray | np.generic) and result.dtype.kind == "f":
                    yield pytest.param(call, id=f"{function.__name__} axis={axis} {options}")


CALLS = list(calls())


def test_numpy_allows_an_axis_of_a_number_in_many_functions():
    assert len(CALLS) > 80


@pytest.mark.parametrize("call", CALLS)
def test_an_axis_of_a_number_is_none(call):
    x = np.array(0.7)
    value = call(Tensor(x, requires_grad=True))
    assert value.shape == np.shape(call(x))
    np.testing.assert_allclose(value.data, call(x))
    assert gradcheck(call, (x,), order=2, seed=0)


@pytest.mark.parametrize("x", [0.0, 0.7])
@pytest.mark.parametrize("axis", [0, -1])
def test_products_with_a_zero(x, axis):
    assert gradcheck(lambda x: np.prod(x, axis=axis), (np.array(x),), order=2, seed=0)
    assert gradcheck(lambda x: np.cumprod(x, axis=axis), (np.array(x),), order=2, seed=0)


METHODS = {
    "reduce": lambda x, axis: np.add.reduce(x, axis),
    "reduce of any ufunc": lambda x, axis: np.hypot.reduce(x, axis),
    "reduce, with axes kept": lambda x, axis: np.logaddexp.reduce(x, axis, keepdims=True),
    "compress": lambda x, axis: np.compress([True], x, axis),
    "apply_over_axes": lambda x, axis: np.apply_over_axes(np.sum, x, axis),
    "repeated as an array says": lambda x, axis: np.repeat(x, [3], axis),
}


@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("call", METHODS.values(), ids=METHODS)
def test_functions_called_in_other_ways(call, axis):
    x = np.array(0.7)
    value = call(Tensor(x, requires_grad=True), axis)
    np.testing.assert_array_equal(value.data, call(x, axis))
    assert value.shape == np.shape(call(x, axis))
    assert gradcheck(lambda x: call(x, axis), (x,), order=2, seed=0)


@pytest.mark.parametrize("axis", [1, -2])
@pytest.mark.parametrize("function", [np.sum, np.max, np.prod, np.ptp, np.take, np.repeat, np.nansum])
def test_other_axes_of_a_number_are_refused(function, axis):
    others = OTHER_ARGUMENTS.get(function, ())
    with pytest.raises(np.exceptions.AxisError, match=rf"^{function.__name__}: axis {axis} is out of bounds"):
        function(Tensor(np.array(0.7), requires_grad=True), *others, axis=axis)
