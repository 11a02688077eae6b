"""Bad inputs: what is refused, with which error, and that its message names operation, shapes and the way out."""

import numpy as np
import pytest

from autograd import DTypeError, ShapeError, Tensor
from autograd.errors import AutogradError, CheckpointError, GraphError, NonFiniteError


def variable(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


BAD_DATA = {
    "ragged": ([[1, 2], [3]], ShapeError, r"Tensor: nested sequence is ragged at row 1 \(2 vs 1\)"),
    "strings": (["a", "b"], DTypeError, "<U1"),
    "objects": ([object()], DTypeError, "object"),
    "None": (None, DTypeError, "object"),
    "dates": (np.array(["2020-01-01"], "M8[D]"), DTypeError, r"datetime64\[D\]"),
    "records": (np.zeros(2, [("x", "f8")]), DTypeError, "not numeric"),
    "masked": (np.ma.masked_array([1.0, 2.0], [True, False]), DTypeError, r"masked.*\.filled\(0\)"),
}


@pytest.mark.parametrize(("data", "error", "message"), BAD_DATA.values(), ids=BAD_DATA)
def test_data_that_is_no_numeric_array_is_refused(data, error, message):
    with pytest.raises(error, match=message):
        Tensor(data)


@pytest.mark.parametrize("data", [[1, 2], [True]])
def test_requires_grad_of_integers_and_bools_names_the_dtype_and_the_way_out(data):
    with pytest.raises(DTypeError, match=r"requires_grad needs a floating .*got (int64|bool).*dtype="):
        Tensor(data, requires_grad=True)


SHAPES = {
    "matmul": (
        lambda: Tensor(np.ones((2, 3), np.float32)) @ np.ones((4, 5), np.float32),
        ShapeError,
        r"matmul: \(2, 3\) @ \(4, 5\): inner sizes 3 and 4 differ \(.*float32.*float32\)",
    ),
    "add": (
        lambda: variable(2, 3) + np.ones(4),
        ShapeError,
        r"add: shapes \(2, 3\) and \(4,\) do not broadcast at axis -1 \(3 vs 4\).*float64",
    ),
    "where": (lambda: np.where(np.ones(2, bool), variable(3), 0.0), ShapeError, r"where: shapes.*\(2,\).*\(3,\)"),
    "axis out of range": (lambda: np.sum(variable(3), axis=2), np.exceptions.AxisError, "sum: axis 2 .* dimension 1"),
    "axis twice": (lambda: np.sum(variable(2, 3), axis=(0, 0)), ShapeError, "sum: duplicate"),
    "reshape": (lambda: variable(2, 3).reshape(4), ShapeError, r"reshape: .*size 6.*\(4,\)"),
    "reshape with two -1": (lambda: variable(2, 3).reshape(-1, -1), ShapeError, "reshape: .*one unknown"),
    "concatenate": (
        lambda: np.concatenate([variable(2, 3), variable(2, 3), variable(2, 4)]),
        ShapeError,
        r"index 2 has size 4.*\(2, 3\).*\(2, 4\)",
    ),
    "concatenate of scalars": (lambda: np.concatenate([variable(), variable()]), ShapeError, "zero-dimensional"),
    "concatenate along no axis": (
        lambda: np.concatenate([variable(2), variable(2)], axis=1),
        np.exceptions.AxisError,
        "axis 1 .* dimension 1",
    ),
    "split": (lambda: np.split(variable(5), 2), ValueError, "axis 0 of size 5 .* 2 equal parts"),
    "max of nothing": (lambda: np.max(variable(0, 3), axis=0), ShapeError, r"max: zero-size.*axis: 0"),
    "mean of nothing": (lambda: np.mean(variable(0)), ShapeError, "mean: empty input"),
    "einsum": (lambda: np.einsum("ij,jk", variable(2, 3), variable(4, 2)), ShapeError, r"\(2, 3\).*\(4, 2\)"),
    "einsum of too few": (lambda: np.einsum("ij,jk", variable(2, 3)), ValueError, "names 2 operands, 1"),
    "index out of range": (lambda: variable(3)[5], IndexError, "getitem: index 5 .* axis 0 with size 3"),
    "float index": (lambda: variable(3)[1.0], IndexError, "getitem: only integers.*1.0"),
    "mask of another length": (lambda: variable(3)[np.ones(2, bool)], IndexError, "getitem: boolean.*axis is 3.*2"),
    "truth of several": (lambda: bool(variable(3)), ShapeError, r"\(3,\) is ambiguous"),
    "truth of none": (lambda: bool(variable(0)), ShapeError, r"\(0,\) is ambiguous"),
    "float of several": (lambda: float(variable(3)), ShapeError, r"float: .*\(3,\)"),
    "item of several": (lambda: variable(3).item(), ShapeError, r"item: .*\(3,\)"),
}


@pytest.mark.parametrize(("compute", "error", "message"), SHAPES.values(), ids=SHAPES)
def test_shapes_that_do_not_fit_are_named_with_the_operation(compute, error, message):
    with pytest.raises(error, match=message):
        compute()


UNSUPPORTED = {
    "function": (lambda x: np.packbits(x), r"np\.packbits: not supported on Tensors"),
    "out of a ufunc": (lambda x: np.exp(x, out=np.empty(3)), r"np\.exp: out= is not supported"),
    "out of a ufunc of an array": (lambda x: np.add(np.ones(3), 1.0, out=x), r"np\.add: out="),
    "out of a function": (lambda x: np.sum(x, out=np.empty(())), "sum: argument out= not supported"),
    "where of a ufunc": (lambda x: np.exp(x, where=np.ones(3, bool)), r"np\.exp: where= is not supported"),
    "unknown argument": (lambda x: np.flip(x, 0, 1), "flip"),
    "array += Tensor": (lambda x: np.ones(3).__iadd__(x), r"np\.add: out="),
}


@pytest.mark.parametrize(("compute", "message"), UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_what_is_not_supported_is_a_type_error_that_names_it(compute, message):
    with pytest.raises(TypeError, match=message):
        compute(variable(3))


def test_a_gradient_for_an_argument_without_vjp_is_refused_naming_it():
    with pytest.raises(GraphError, match=r"no VJP .* 'q'.*\.detach\(\)"):
        np.quantile(variable(3), variable())


def test_too_large_a_result_is_a_memory_error_that_names_the_operation_and_leaves_the_graph_intact():
    column, row = np.broadcast_to(1.0, (2**24, 1)), np.broadcast_to(1.0, (1, 2**24))
    x = variable(1)
    loss = np.sum(x * 2)
    with pytest.raises(MemoryError, match="multiply: "):
        Tensor(column) * Tensor(row) * x
    loss.backward()
    assert x.grad.tolist() == [2.0]


def test_an_overflow_in_half_precision_is_numpys_warning_and_infinity():
    x = Tensor(np.array([1000.0], np.float16), requires_grad=True)
    with pytest.warns(RuntimeWarning, match="overflow"):
        y = x * 1e3
    assert np.isinf(y.data).all()


def test_a_float64_scalar_widens_as_in_numpy_but_the_gradient_keeps_the_dtype_of_the_variable():
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    y = x * np.float64(2)
    assert y.dtype == np.float64
    y.backward(np.ones(2))
    assert x.grad.dtype == np.float32


def test_an_error_of_numpy_is_the_cause_of_ours():
    with pytest.raises(ShapeError) as caught:
        variable(3) + np.ones(2)
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (ShapeError, ValueError),
        (DTypeError, TypeError),
        (GraphError, RuntimeError),
        (NonFiniteError, FloatingPointError),
        (CheckpointError, ValueError),
    ],
)
def test_every_error_is_of_the_family_and_of_the_builtin_it_refines(error, builtin):
    assert issubclass(error, AutogradError)
    assert issubclass(error, builtin)
