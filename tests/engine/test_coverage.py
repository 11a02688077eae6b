"""Every function of NumPy is accounted for: differentiated and sampled, constant, or refused for a stated reason."""

import re
from pathlib import Path

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import GraphError, ShapeError, Tensor, coverage, grad, gradcheck
from autograd.coverage import Kind, kind_of
from autograd.ops.outside import UNSUPPORTED, WITHOUT_NUMBERS, named
from autograd.tensor import overloads, ways_out
from samples import IN_PLACE, TABLE, WITHOUT_DERIVATIVE

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
FUNCTIONS = [(f"{namespace}.{name}", name, function) for namespace, name, function in coverage.functions()]


def shown(function):
    return function.__name__


def of_kind(kind):
    return {whole for whole, name, function in FUNCTIONS if kind_of(name, function) is kind}


def computed_by(samples):
    """Return the names of what rows of the table are of, directly or as the NumPy function of a primitive."""
    functions = {getattr(sample.function, "apply", sample.function) for sample in samples}
    names = {whole for whole, _, function in FUNCTIONS if {function, overloads.get(function)} & functions}
    return names | {f"numpy.{name}" for name in coverage.COMPUTED_BY_OTHERS}


def test_of_every_function_it_is_known_whether_it_can_be_differentiated():
    assert of_kind(Kind.UNKNOWN) == set()


def test_every_differentiable_function_has_a_row():
    in_place = {whole for whole, _, function in FUNCTIONS if function in IN_PLACE}
    assert of_kind(Kind.DIFFERENTIABLE) - computed_by(TABLE) - in_place == set()


def test_every_function_said_to_be_constant_has_a_row():
    assert of_kind(Kind.CONSTANT) - computed_by(WITHOUT_DERIVATIVE) == set()


def test_no_reason_is_given_against_a_function_that_is_supported():
    refused = {function for table in (WITHOUT_NUMBERS, UNSUPPORTED) for _, function in named(table)} | set(ways_out)
    assert {function.__name__ for function in refused & set(overloads)} == set()


THROUGH_AUTOGRAD = {  # of (2, 3) arrays, or of numbers
    "array": (lambda x: anp.array([x, 2 * x]), (2, 3)),
    "asarray": (lambda x: anp.asarray([x[0], 2 * x[1]]), (2, 3)),
    "asanyarray": (lambda x: anp.asanyarray([[x[0], x[1]]]), (2, 3)),
    "full": (lambda x: anp.full((4, 3), x[0]), (2, 3)),
    "kaiser": (lambda x: anp.kaiser(6, x), ()),
}


def test_every_function_differentiable_through_autograd_is_tested():
    assert of_kind(Kind.THROUGH_AUTOGRAD) == {f"numpy.{name}" for name in THROUGH_AUTOGRAD}


@pytest.mark.parametrize(("call", "shape"), THROUGH_AUTOGRAD.values(), ids=THROUGH_AUTOGRAD)
def test_functions_of_autograd_numpy_are_right_to_second_order(call, shape, rng):
    x = rng.uniform(0.5, 2, shape)
    np.testing.assert_array_equal(call(Tensor(x)).data, call(x))
    assert gradcheck(call, (x,), order=2, seed=0)


NUMPYS_OWN = {"full": (2,), "kaiser": (6,)}  # arguments before the Tensor


@pytest.mark.parametrize("name", [*THROUGH_AUTOGRAD, "asarray_chkfinite", "ascontiguousarray", "require"])
def test_what_numpy_never_hands_over_refuses_a_gradient(name):
    with pytest.raises(GraphError, match="which a plain array cannot carry"):
        getattr(np, name)(*NUMPYS_OWN.get(name, ()), Tensor(2.0, requires_grad=True))


@pytest.mark.parametrize("points", [0, 1, 2, 5])
@pytest.mark.parametrize("beta", [0.0, 8.6, -3.0])
def test_kaiser_windows_are_numpys(points, beta):
    np.testing.assert_allclose(anp.kaiser(points, Tensor(beta)).data, np.kaiser(points, beta), rtol=1e-14)
    if points:
        assert gradcheck(lambda beta: anp.kaiser(points, beta), (np.array(beta),), order=2, seed=0)


def test_kaiser_of_several_betas_is_refused():
    with pytest.raises(ShapeError, match=r"kaiser: beta of shape \(2,\)"):
        anp.kaiser(3, Tensor([1.0, 2.0]))


def test_a_function_computed_by_others_is_differentiable():
    assert grad(lambda x: np.sum(np.fromfunction(lambda i, j: x * i, (3, 2))))(1.0) == 6.0


@pytest.mark.parametrize("function", [f for f in ways_out if isinstance(f, type(np.sum))], ids=shown)
def test_a_refused_function_is_a_type_error_that_says_why(function):
    x = Tensor([1.0])
    with pytest.raises(TypeError, match=rf"np\.{function.__name__}: .*{re.escape(ways_out[function])}"):
        x.__array_function__(function, (Tensor,), (x,), {})


REFUSED_CALLS = {
    "function": (lambda x: np.save("never_written.npy", x), r"np\.save: not supported on Tensors; .*\.data"),
    "ufunc": (lambda x: np.isnat(x), r"np\.isnat: not supported on Tensors; it is of dates"),
}


@pytest.mark.parametrize(("call", "message"), REFUSED_CALLS.values(), ids=REFUSED_CALLS)
def test_a_refused_call_says_why(call, message):
    with pytest.raises(TypeError, match=message):
        call(Tensor([1.0]))


def test_the_page_is_what_the_command_writes():
    text = PAGE.read_text(encoding="utf-8")
    if f"# NumPy {coverage.version()}," not in text:
        pytest.skip(f"the page is of another NumPy than {np.__version__}: {text.splitlines()[0]}")
    assert text == coverage.page(), "the registry has changed since: make docs"
