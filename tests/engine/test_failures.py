"""Every row of the table with an axis that is not there, and with shapes that cannot fit: what the error says."""

import functools
import inspect

import numpy as np
import pytest

from autograd import DTypeError, Primitive, ShapeError, Tensor
from autograd.tensor import overloads
from samples import TABLE

OF_AXES = ("axis", "axis1", "axis2", "axisa", "source", "axes")
FAR = 7  # no row has as many dimensions
OTHER_SHAPES = [(7,), (5, 7), (), (2, 2, 9), (0,)]

# NumPy does not think of a number as an array there, or of polynomials in several columns, for how it computes them.
TAKES_MORE = {np.ufunc.accumulate, np.linalg.norm, np.var, np.std, np.trim_zeros, np.polyder}


def is_handed_over(sample):
    return isinstance(sample.function, Primitive) or sample.function in overloads


pytestmark = pytest.mark.filterwarnings("ignore")  # NumPy's, of other shapes that it computes with

every_row = pytest.mark.parametrize("sample", [s for s in TABLE if is_handed_over(s)], ids=str)


def name_of(sample):
    if isinstance(sample.function, Primitive):
        return sample.function.name
    name = sample.function.__name__
    if getattr(np.ufunc, name, None) is sample.function:  # a method, of the ufunc that is the first argument
        return f"{sample.args[0].__name__}.{name}"
    return "getitem" if sample.function is Tensor.__getitem__ else name


def parameters_of(sample):
    """Return the parameters of the function of `sample` by name; of ufuncs not all versions of NumPy tell them."""
    if isinstance(sample.function, Primitive):
        return dict(zip(sample.function.parameter_names, sample.function.parameters, strict=True))
    return inspect.signature(overloads.get(sample.function, sample.function)).parameters


def with_argument(sample, name, value):
    """Return `sample` with another value of the argument of this name."""
    parameters = parameters_of(sample)
    position = list(parameters).index(name)
    if parameters[name].kind is inspect.Parameter.KEYWORD_ONLY or position >= len(sample.args):
        return sample.but(options={**sample.options, name: value})
    return sample.but(args=(*sample.args[:position], value, *sample.args[position + 1 :]))


def raised(function, *args):
    try:
        function(*args)
    except Exception as error:
        return error
    return None


def without_tensors(sample, *arrays):
    """Call NumPy's function, or the primitive, on plain arrays."""
    compute = sample.function if isinstance(sample.function, Primitive) else sample.reference or sample.function
    return compute(*sample.arguments(*arrays), **sample.options)


def assert_same_failure(sample, arrays, kinds):
    """Assert that Tensors fail where arrays do, with an error that says of what function and what arguments it is."""
    expected = raised(functools.partial(without_tensors, sample), *arrays)
    if not isinstance(expected, ValueError | IndexError):
        return
    got = raised(sample, *(Tensor(array, requires_grad=True) for array in arrays))
    if got is None and sample.function in TAKES_MORE:
        return
    assert isinstance(got, kinds(expected)), (sample, got, expected)
    text = str(got)
    assert text.startswith(f"{name_of(sample)}: "), text
    for array in arrays:
        assert f"{array.shape} {array.dtype}" in text, text


def of_its_type(expected):
    return type(expected)


def of_its_family(expected):
    """Which of the wrong things is found first may be another; of linear algebra, NumPy has an error of its own."""
    return np.linalg.LinAlgError if isinstance(expected, np.linalg.LinAlgError) else (ValueError, IndexError)


SAID = {
    "in a composition": (
        lambda x: np.fft.rfft(x, axis=5),
        np.exceptions.AxisError,
        "rfft: axis 5 is out of bounds for array of dimension 2 (a: (2, 3) float64, axis: 5)",
    ),
    "in a composition in a composition": (
        lambda x: np.ptp(x, axis=(0, 5)),
        np.exceptions.AxisError,
        "ptp: axis 5 is out of bounds for array of dimension 2 (a: (2, 3) float64, axis: (0, 5))",
    ),
    "in a method of a ufunc": (
        lambda x: np.hypot.reduce(x, axis=5),
        np.exceptions.AxisError,
        "hypot.reduce: axis 5 is out of bounds for array of dimension 2 (ufunc: <ufunc 'hypot'>, array: (2, 3) "
        "float64, axis: 5)",
    ),
    "in a composed ufunc": (
        lambda x: np.vecdot(x, np.ones(4)),
        ShapeError,
        "vecdot: (2, 1, 3) @ (4, 1): inner sizes 3 and 4 differ (x1: (2, 3) float64, x2: (4,) float64)",
    ),
    "of the parts of an index": (
        lambda x: np.take_along_axis(x, np.zeros((3, 2), int), axis=1),
        IndexError,
        "take_along_axis: shape mismatch: indexing arrays could not be broadcast together with shapes (2,1) (3,2) "
        "(arr: (2, 3) float64, indices: (3, 2) int64, axis: 1)",
    ),
    "in linear algebra": (
        lambda x: np.linalg.inv(x[:, :2] * 0),
        np.linalg.LinAlgError,
        "inv: Singular matrix (a: (2, 2) float64)",
    ),
    "for an axis where axes are expected": (
        lambda x: np.fft.fftn(x, axes=1),
        DTypeError,
        "fftn: axes=1; it takes a sequence: axes=(1,) (a: (2, 3) float64, axes: 1)",
    ),
    "for lengths that are no integers": (
        lambda x: np.fft.fft(x, n=2.5),
        DTypeError,
        "fft: 'float' object cannot be interpreted as an integer (a: (2, 3) float64, n: 2.5)",
    ),
    "for no axes": (
        lambda x: np.fft.rfftn(x[0, 0]),
        IndexError,
        "rfftn: no axes of shape () to transform along; half of the spectrum is kept along the last (a: () float64)",
    ),
    "for more axes than there are": (
        lambda x: np.tensordot(x[0], x, axes=3),
        np.exceptions.AxisError,
        "tensordot: axes=3 to sum over of shapes (3,) and (2, 3); give fewer (a: (3,) float64, b: (2, 3) float64, "
        "axes: 3)",
    ),
    "in a shift": (
        lambda x: np.fft.ifftshift(x, axes=-3),
        np.exceptions.AxisError,
        "ifftshift: axis -3 is out of bounds for array of dimension 2 (x: (2, 3) float64, axes: -3)",
    ),
    "in a split": (
        lambda x: np.split(x, 1, axis=2),
        np.exceptions.AxisError,
        "split: axis 2 is out of bounds for array of dimension 2 (ary: (2, 3) float64, indices_or_sections: 1, "
        "axis: 2)",
    ),
    "for a number": (
        lambda x: np.triu(x[0, 0]),
        DTypeError,
        "triu: a number has no triangle; it takes a matrix, a stack of them, or a vector to repeat in rows (m: () "
        "float64)",
    ),
    "for no elements": (
        lambda x: np.linalg.cond(x[:, :0]),
        np.linalg.LinAlgError,
        "cond: matrices without elements have no condition number (x: (2, 0) float64)",
    ),
    "for a kind of numbers": (
        lambda x: np.ediff1d(np.arange(3), to_end=x),
        DTypeError,
        "ediff1d: to_end= of float64 for differences of int64; convert one of them with .astype (ary: (3,) int64, "
        "to_end: (2, 3) float64)",
    ),
    "for None": (
        lambda x: np.hypot(x, None),
        DTypeError,
        "hypot: argument 'x2' is NoneType, which is not numeric; convert it to numbers first",
    ),
    "for objects": (
        lambda x: np.arctan2(np.array([None, 1, 2.0]), x),
        DTypeError,
        "arctan2: argument 'x1' is an array of dtype object, which is not numeric; convert it to numbers first",
    ),
    "of several arrays": (
        lambda x: np.vstack([x, np.ones((1, 3)), np.ones((1, 4), np.float32)]),
        ShapeError,
        "vstack: all the input array dimensions except for the concatenation axis must match exactly, but along "
        "dimension 1, the array at index 0 has size 3 and the array at index 2 has size 4 (tup: [(2, 3) float64, "
        "(1, 3) float64, (1, 4) float32])",
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), SAID.values(), ids=SAID)
def test_an_error_is_about_the_function_that_was_called(call, kind, message):
    with pytest.raises(kind) as caught:
        call(Tensor(np.ones((2, 3)), requires_grad=True))
    assert str(caught.value) == message
    assert caught.value.__cause__ is None or "autograd" not in type(caught.value.__cause__).__module__


def test_the_cause_of_an_error_is_numpys():
    with pytest.raises(np.exceptions.AxisError) as caught:
        np.ptp(Tensor(np.ones(3)), axis=1)
    assert str(caught.value.__cause__) == "axis 1 is out of bounds for array of dimension 1"


def test_errors_that_say_what_to_do_stay_as_they_are():
    with pytest.raises(DTypeError, match=r"^ptp: argument out= not supported on Tensors; use the result .*\)$"):
        np.ptp(Tensor(np.ones(3)), out=np.ones(()))


@every_row
def test_an_axis_that_is_not_there_is_numpys_error_and_names_the_function(sample, rng):
    parameters = parameters_of(sample)
    for name in OF_AXES:
        for value in (FAR, -FAR) if name in parameters else ():
            given = (0, value) if name == "axes" else value
            assert_same_failure(with_argument(sample, name, given), sample.draw(rng), of_its_type)


@every_row
def test_shapes_that_cannot_fit_are_numpys_error_and_names_the_function(sample, rng):
    for position, shape in ((i, shape) for i in range(len(sample.domains)) for shape in OTHER_SHAPES):
        arrays = sample.draw(rng)
        arrays[position] = rng.uniform(0.1, 0.9, shape).astype(arrays[position].dtype)
        assert_same_failure(sample, arrays, of_its_family)
