"""`local`: every operation of a graph by itself; the one whose VJP is wrong is named with its line."""

import dataclasses
import inspect
import json

import numpy as np
import pytest

import nn
import samples
from autograd import DTypeError, GraphError, Tensor, gradcheck, ops, primitive, profile
from autograd.gradcheck import Verdict
from autograd.gradcheck.operations.local import local
from autograd.gradcheck.report import Diagnosis
from autograd.journal import Journal
from autograd.ops import neural

FINE = (Verdict.RIGHT, Verdict.RIGHT_ABS)
OPERATIONS = [
    row for row in samples.TABLE if str(row) not in ("np.atleast_1d((3,))", "np.atleast_2d((2, 3))")
]  # no-ops


def broken(report):
    return [(operation.name, operation.place) for operation in report.broken]


def assert_fine(report):
    found = {operation.name: operation for operation in report.operations if operation.verdict not in FINE}
    assert found == {}


def is_up_to_phase(operation):
    return bool(operation.findings) and "which differ in phases" in operation.findings[0].text


def line(function, offset):
    return f"test_local.py:{inspect.getsourcelines(function)[1] + offset}"


@pytest.fixture
def network(rng):
    model = nn.Sequential(nn.Linear(784, 128, rng=0), nn.ReLU(), nn.Linear(128, 10, rng=1))
    loss = nn.CrossEntropyLoss()
    x, y = rng.normal(size=(64, 784)).astype(np.float32), rng.integers(0, 10, 64)
    return lambda: loss(model(x), y)


@primitive
def cube(x):
    return x**3


cube.defvjp(lambda g, x: g * 2 * x**2)


# ------------------------------------------------------------------------------------------------- right


def test_the_operations_of_a_network_are_right(network):
    report = local(network, seed=0)
    assert [operation.name for operation in report.operations] == ["linear", "relu", "linear", "cross_entropy"]
    assert {operation.verdict for operation in report.operations} == {Verdict.RIGHT}
    tensor = report.operations[0].tensors[0]
    assert (tensor.name, tensor.shape, tensor.dtype) == ("weight", (128, 784), "float32")


def test_so_they_are_from_the_graph_alone(network):
    report = local(network(), seed=0)
    assert {operation.verdict for operation in report.operations} == {Verdict.RIGHT}
    assert "random" in report.operations[1].findings[0].text


@pytest.mark.parametrize("sample", OPERATIONS, ids=str)
def test_every_primitive_is_right(sample, rng):
    values = sample.draw(rng)
    report = local(lambda *arrays: sample(*arrays), tuple(values), seed=0)
    assert report
    checked = [operation for operation in report.operations if not is_up_to_phase(operation)]
    assert {operation.verdict for operation in checked} <= {*FINE, Verdict.NONSMOOTH}


@pytest.mark.parametrize("sample", OPERATIONS, ids=str)
def test_every_primitive_is_right_or_not_checked_from_the_graph_alone(sample, rng):
    output = sample(*(Tensor(value, requires_grad=True) for value in sample.draw(rng)))
    for operation in local(output, seed=0).operations:
        assert operation.verdict in FINE or "not checked" in operation.findings[0].text


@pytest.mark.parametrize("sample", [s for s in OPERATIONS if s.takes_complex], ids=str)
def test_every_primitive_is_right_on_complex_numbers(sample, rng):
    report = local(lambda *arrays: sample(*arrays), tuple(sample.draw(rng, complex)), seed=0)
    assert_fine(dataclasses.replace(report, operations=tuple(o for o in report.operations if not is_up_to_phase(o))))


def test_complex_eigenvectors_are_not_checked_by_themselves_but_what_is_made_of_them_is(rng):
    a = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))

    def function(x):
        w, v = np.linalg.eigh(x @ np.conjugate(x.T))
        return np.sum(np.abs(v[0]) ** 2 * w)

    (found,) = [operation for operation in local(function, a, seed=0).operations if operation.name == "eigh_parts"]
    assert found.verdict is Verdict.CANNOT_TELL
    assert is_up_to_phase(found)
    assert gradcheck(function, a, seed=0).verdict in FINE


def test_large_arrays_are_right(rng):
    def function(x, w):
        windows = np.stack([x[:, i : i + 26] for i in range(3)], axis=-1)
        convolved = np.einsum("bik,ok->bio", windows, w)
        gathered = convolved[rng.integers(0, 8, 50)]
        joined = np.concatenate([gathered, 2 * gathered], axis=1) + w[0, 0]
        return np.where(joined > 0, joined, np.exp(joined)).max(axis=1).mean()

    report = local(function, (rng.normal(size=(8, 28)), rng.normal(size=(4, 3))), seed=0)
    assert_fine(report)
    assert {"einsum", "getitem", "concatenate", "where", "max", "mean"} <= {o.name for o in report.operations}


def test_a_long_chain_is_checked_whole(rng):
    def function(x):
        for _ in range(1000):
            x = x * 1.001 + 0.001
        return x

    report = local(function, (rng.normal(size=3),), seed=0)
    assert len(report.operations) == 2000
    assert_fine(report)


def test_what_is_the_same_is_checked_once(rng):
    def function(x, times):
        return sum(np.exp(x) for _ in range(times))

    x = (rng.normal(size=3),)
    once, often = (local(lambda x, n=n: [np.exp(x) for _ in range(n)], x, seed=0) for n in (1, 50))
    assert len(often.operations) == 50
    assert often.evaluations == once.evaluations


def test_the_same_value_of_another_option_is_not_the_same(rng):
    @primitive
    def scaled(x, factor=None, divisor=None):
        return x * (factor or 1) / (divisor or 1)

    scaled.defvjp(lambda g, factor: g * (factor or 1))
    report = local(lambda x: [scaled(x, factor=3), scaled(x, divisor=3)], (rng.normal(size=3),), seed=0)
    assert [operation.verdict for operation in report.operations] == [Verdict.RIGHT, Verdict.WRONG]


def test_infinite_elements_are_left_out(rng):
    mask = np.arange(30) < 10

    def function(x):
        return ops.softmax(np.where(mask, -np.inf, x))

    report = local(function, (rng.normal(size=30),), seed=0)
    assert_fine(report)
    assert "10 elements" in report.operations[0].findings[0].text


@pytest.mark.parametrize("size", [3, 30])
def test_an_argument_that_is_small_beside_another_is_checked(size, rng):
    report = local(np.add, (1e12 * rng.normal(size=size), 1e-6 * rng.normal(size=size)), seed=0)
    assert {tensor.verdict for tensor in report.operations[0].tensors} == {Verdict.RIGHT}


@pytest.mark.filterwarnings("ignore:overflow")
def test_an_overflow_hides_only_itself():
    report = local(np.exp, (np.array([1.0, 1000.0]),), seed=0)
    assert_fine(report)
    assert [check.index for check in report.operations[0].tensors[0].checks] == [(0,)]


def test_an_operation_that_refuses_other_arguments_is_right_where_it_can_be_called():
    @primitive
    def root(x):
        if np.any(x < 1):
            raise ValueError("x < 1")
        return np.sqrt(x)

    root.defvjp(lambda g, y: g / (2 * y))
    assert_fine(local(root, (np.array([1.001, 5.0]),), seed=0))


def test_an_operation_on_a_kink_is_also_checked_beside_it():
    report = local(ops.relu, (np.zeros(3),), seed=0)
    tensor = report.operations[0].tensors[0]
    assert {check.verdict for check in tensor.checks} == {Verdict.NONSMOOTH, *FINE[:1]}
    assert report


def test_a_nest_of_outputs_is_checked(rng):
    report = local(lambda tree: {"a": np.exp(tree["x"]), "b": [tree["x"] * 2]}, {"x": rng.normal(size=3)}, seed=0)
    assert {operation.name for operation in report.operations} == {"exp", "multiply"}


def test_the_seed_replays_the_report(network):
    first = local(network)
    assert local(network, seed=first.seed).to_dict()["operations"] != []
    np.testing.assert_equal(local(network, seed=first.seed).evaluations, first.evaluations)


def test_a_graph_that_was_profiled_is_checked(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True)
    with profile():
        y = np.exp(x)
    assert_fine(local(y, seed=0))


def test_the_report_goes_through_json(network):
    json.dumps(local(network, seed=0).to_dict())


# ------------------------------------------------------------------------------------------------- wrong


def test_the_wrong_operation_is_named_with_its_line(rng):
    def function(x):
        y = np.exp(x)
        z = np.sum(cube(y))
        return z * z

    report = local(function, (rng.normal(size=(30, 4)),), seed=0)
    assert not report
    assert broken(report) == [("cube", line(function, 2))]
    assert report.broken[0].source == "z = np.sum(cube(y))"


def test_a_journal_gives_lines_to_a_tensor(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True)
    with Journal():
        loss = np.sum(cube(x))
    assert broken(local(loss, seed=0)) == [("cube", line(test_a_journal_gives_lines_to_a_tensor, 3))]
    assert broken(local(np.sum(cube(x)), seed=0)) == [("cube", "")]


MISTAKES = {
    "linear": (neural.linear, lambda g, saved: 1.001 * g @ saved[0], 0),
    "relu": (neural.relu, lambda g, saved: g * (saved[0] >= 0), 0),
    "cross_entropy": (neural.cross_entropy, lambda g, saved: g * saved[0], 0),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_pullback_that_is_replaced_in_a_network_is_found(name, is_recorded, network, monkeypatch):
    operation, pullback, position = MISTAKES[name]
    pullbacks = list(operation.pullbacks)
    pullbacks[position] = pullback
    monkeypatch.setattr(operation, "pullbacks", tuple(pullbacks))
    report = local(network() if is_recorded else network, seed=0)
    assert {operation.name for operation in report.broken} == {name}
    assert len(report.broken) == 1
    others = [operation for operation in report.operations if operation is not report.broken[0]]
    assert {operation.verdict for operation in others} == {Verdict.RIGHT}


@pytest.mark.parametrize("position", [0, 4321, 9999])
def test_one_wrong_entry_of_ten_thousand_is_found(position, rng):
    @primitive
    def sine(x):
        return np.sin(x)

    sine.defvjp(lambda g, x: g * np.cos(x) * np.where(np.arange(x.size).reshape(x.shape) == position, 2, 1))
    report = local(sine, (rng.normal(size=(100, 100)),), seed=0)
    assert report.broken[0].tensors[0].worst.index == np.unravel_index(position, (100, 100))


def test_of_two_arguments_the_wrong_one_is_named(rng):
    @primitive
    def product(x, w):
        return x @ w

    product.defvjp(lambda g, w: g @ w.T, lambda g, x: x @ g)
    report = local(product, (rng.normal(size=(3, 3)), rng.normal(size=(3, 3))), seed=0)
    assert [(t.name, t.verdict) for t in report.operations[0].tensors] == [
        ("x", Verdict.RIGHT),
        ("w", Verdict.WRONG),
    ]


def test_a_vjp_of_another_shape_is_wrong(rng):
    @primitive
    def total(x):
        return np.sum(x)

    total.defvjp(lambda g: g)
    report = local(total, (rng.normal(size=3),), seed=0)
    assert "returned shape ()" in report.broken[0].findings[0].text


def test_a_vjp_that_is_nan_where_the_function_is_finite_is_wrong():
    @primitive
    def guarded(x):
        return np.where(x == 0, 0, x * 2)

    guarded.defvjp(lambda g, x: g * 2 * np.where(x == 0, np.nan, 1))
    report = local(guarded, (np.array([0.0, 1.0]),), seed=0)
    assert report.broken[0].tensors[0].worst.index == (0,)


def test_a_vjp_that_raises_is_wrong(rng):
    @primitive
    def total(x):
        return np.sum(x)

    total.defvjp(lambda g, x: g * x.missing)
    assert "AttributeError" in local(total, (rng.normal(size=3),), seed=0).broken[0].findings[0].text


def test_a_vjp_that_writes_to_what_was_saved_is_wrong(rng):
    @primitive
    def sine(x):
        return np.sin(x)

    sine.defvjp(lambda g, x: g * np.cos(x, out=x))
    assert "read-only" in local(sine, (rng.normal(size=3),), seed=0).broken[0].findings[0].text


def test_a_vjp_that_adds_in_place_and_differs_is_wrong(rng):
    @primitive
    def head(x):
        return x[:1]

    def add_into(total, g, x):
        total[:1] = g

    head.defvjp(lambda g, x: np.concatenate([g, 0 * x[1:]]), add_into=add_into)
    (operation,) = local(head, (rng.normal(size=3),), seed=0).broken
    assert operation.findings[0].kind == "accumulation"
    assert {tensor.verdict for tensor in operation.tensors} <= {*FINE}


def test_a_conjugated_complex_vjp_is_wrong(rng):
    @primitive
    def square(z):
        return z * z

    square.defvjp(lambda g, z: g * 2 * np.conj(z))
    assert local(square, (rng.normal(size=3) + 1j,), seed=0).broken


def test_float32_activations_are_checked_in_double_precision():
    @primitive
    def sine(x):
        return np.sin(x)

    sine.defvjp(lambda g, x: g * np.cos(x) * (1 + 1e-5))
    x = np.array([0.3, 1.2], np.float32)
    assert local(sine, (x,), seed=0).broken
    report = local(np.sin, (x,), seed=0)
    assert report.operations[0].tensors[0].worst.error < 1e-9


def test_a_suspect_says_all_that_is_known(rng):
    x = rng.normal(size=(2, 3))
    suspects = []

    def diagnose(suspect):
        suspects.append(suspect)
        return Diagnosis("factor", "2/3 of what it should be", 1.0)

    report = local(lambda x: cube(x) * 1.0, (x,), seed=0, diagnose=diagnose)
    (suspect,) = suspects
    assert report.broken[0].diagnosis.mistake == "factor"
    np.testing.assert_array_equal(suspect.x, x)
    np.testing.assert_array_equal(suspect.operation.output, x**3)
    np.testing.assert_array_equal(suspect.function(2 * x), 8 * x**3)
    np.testing.assert_allclose(suspect.analytic, 2 * suspect.cotangent * x**2)
    np.testing.assert_allclose(suspect.numeric, 3 * suspect.cotangent * x**2, rtol=1e-8)
    assert np.all(suspect.error < 1e-7)
    checks = report.broken[0].tensors[0].checks
    np.testing.assert_allclose([check.analytic for check in checks], suspect.analytic.ravel())


def test_a_complex_suspect_has_the_gradient_of_the_engine(rng):
    @primitive
    def square(z):
        return z * z

    square.defvjp(lambda g, z: g * 2 * np.conj(z))
    z = rng.normal(size=3) + 1j * rng.normal(size=3)
    suspects = []
    local(square, (z,), seed=0, diagnose=suspects.append)
    np.testing.assert_allclose(suspects[0].numeric, 2 * z * suspects[0].cotangent, rtol=1e-8)


def test_a_suspect_of_medium_size_has_every_entry(rng):
    suspects = []
    local(cube, (rng.normal(size=100),), seed=0, diagnose=suspects.append)
    assert np.isfinite(suspects[0].numeric).all()


@pytest.mark.parametrize("size", [3, 30])
def test_a_kink_is_said_in_the_slopes_of_the_function(size):
    @primitive
    def distance(x):
        return np.abs(x - 1000)

    distance.defvjp(lambda g: 5 * g)
    suspects = []
    report = local(distance, (np.full(size, 1000.0),), seed=0, diagnose=suspects.append)
    checks = [check for check in report.operations[0].tensors[0].checks if check.index is not None]
    assert checks
    for check in checks:
        slope = abs(suspects[0].cotangent[check.index])
        assert check.kind == "kink"
        assert f"[{-slope:.6g}, {slope:.6g}]" in check.reason


def test_steps_are_said_in_the_slopes_of_the_function():
    near, far = (
        local(lambda x: np.multiply(x, 3.0), (np.array([x]),), seed=0).operations[0].tensors[0].checks[0].steps
        for x in (1.0, 2.0**20)
    )
    assert far == near  # everything is 2^20 times as large


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_a_gradient_whose_square_overflows_is_told_right_from_wrong(factor, rng):
    @primitive
    def steep(x):
        return 1e200 * np.sin(x)

    steep.defvjp(lambda g, x: factor * g * 1e200 * np.cos(x))
    report = local(steep, (rng.normal(size=30),), seed=0)
    assert report.operations[0].verdict is (Verdict.RIGHT if factor == 1 else Verdict.WRONG)


def test_a_narrow_peak_is_not_stepped_over():
    @primitive
    def peak(x):
        return (x - 1) * np.exp(-((1e4 * (x - 1)) ** 2))

    peak.defvjp(lambda g, x: g * (1 - 2 * (1e4 * (x - 1)) ** 2) * np.exp(-((1e4 * (x - 1)) ** 2)))
    assert_fine(local(peak, (np.array([1.0, 1.00001]),), seed=0))


@pytest.mark.parametrize("size", [3, 30])
def test_a_gradient_of_0_of_an_argument_that_is_small_beside_another_is_wrong(size, rng):
    @primitive
    def total(x, y):
        return x + y

    total.defvjp(lambda g: g, lambda g: 0 * g)
    report = local(total, (1e12 * rng.normal(size=size), 1e-6 * rng.normal(size=size)), seed=0)
    assert [tensor.verdict for tensor in report.operations[0].tensors] == [Verdict.RIGHT, Verdict.WRONG]


def test_a_large_suspect_has_directions(rng):
    suspects = []
    local(cube, (rng.normal(size=1000),), seed=0, diagnose=suspects.append)
    (suspect,) = suspects
    for direction, slope, error in suspect.directions:
        exact = np.sum(3 * suspect.x**2 * suspect.cotangent * direction)
        assert abs(slope - exact) <= error + 1e-9 * abs(exact)
    assert 0 < np.isfinite(suspect.numeric).sum() < 10


# ------------------------------------------------------------------------------------------------- from a graph alone


def test_a_root_is_checked_at_positive_numbers():
    (operation,) = local(np.sqrt(Tensor([1.0, 2.0, 3.0], requires_grad=True)), seed=0).operations
    assert all(check.numeric != 0 for check in operation.tensors[0].checks)


def test_complex_numbers_are_drawn_complex():
    @primitive
    def exponential(z):
        return np.exp(z)

    exponential.defvjp(lambda g, y: 2 * g * y)
    suspects = []
    local(exponential(Tensor([1j, 2j], requires_grad=True)), seed=0, diagnose=suspects.append)
    assert np.all(suspects[0].x.imag != 0)


def test_the_shape_of_the_output_is_known():
    assert_fine(local(np.reshape(Tensor(np.ones((2, 3)), requires_grad=True), (3, 2)), seed=0))


def test_an_option_that_gave_another_shape_is_not_known():
    (operation,) = local(np.squeeze(Tensor(np.ones((1, 3, 1)), requires_grad=True), axis=0), seed=0).operations
    assert operation.verdict is Verdict.CANNOT_TELL
    assert "one of its options is not known" in operation.findings[0].text


def test_a_vjp_receives_numbers_as_the_kind_they_were():
    seen = set()

    @primitive
    def double(x):
        return 2 * x

    def vjp(g, x):
        seen.add(type(x))
        return 2 * g

    double.defvjp(vjp)
    x = Tensor(2.0, requires_grad=True)
    double(x).backward()
    (expected,) = seen
    local(lambda: double(x), seed=0)
    assert seen == {expected}


# ------------------------------------------------------------------------------------------------- cannot be checked


def test_an_operation_whose_option_is_not_in_the_graph_is_listed():
    y = np.expand_dims(Tensor([1.0, 2.0], requires_grad=True), 0)
    (operation,) = local(y).operations
    assert operation.verdict is Verdict.CANNOT_TELL
    assert "'axis' is not known" in operation.findings[0].text


@pytest.mark.parametrize(
    ("target", "inputs", "error", "words"),
    [
        (Tensor([1.0]), None, GraphError, "no graph"),
        (Tensor([1.0], requires_grad=True), None, GraphError, "no graph"),
        (lambda: None, None, GraphError, "returned is None"),
        (list, None, GraphError, r"returned is \[\]"),
        (lambda: [1.0, 2.0], None, DTypeError, "a list with a float"),
        (lambda: 1.0, None, DTypeError, "returned is a float"),
        (lambda x: x.data, np.ones(2), DTypeError, "ndarray"),
        (lambda x: x, np.ones(2), GraphError, "no graph"),
        (lambda x: x * 2, np.arange(2), DTypeError, "no input of a floating"),
        (np.ones(2), None, DTypeError, "a ndarray"),
    ],
)
def test_what_cannot_be_checked_is_said(target, inputs, error, words):
    with pytest.raises(error, match=words):
        local(target, inputs)


def test_a_graph_that_was_freed_is_refused():
    loss = np.sum(np.exp(Tensor([1.0], requires_grad=True)))
    loss.backward()
    with pytest.raises(GraphError, match="freed"):
        local(loss)
