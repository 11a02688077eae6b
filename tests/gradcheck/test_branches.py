"""What operations decide: the signature changes exactly where the branch of the function does."""

import inspect
import threading

import numpy as np
import pytest

import samples
from autograd import Primitive, Tensor, ops
from autograd.gradcheck.operations.branches import DECISIONS, BranchRecorder
from autograd.observe import observing
from autograd.ops import floats, sorting
from sampling import leaves

LABELS = np.array([0, 1, 2])
SORTED = np.array([-0.5, 0.0, 0.5])


@pytest.fixture
def signature():
    """What a function of arrays decides: a function of it and of the arrays."""
    recorder = BranchRecorder()

    def of(function, *arrays):
        recorder.restart()
        function(*map(Tensor, arrays))
        return recorder.signature()

    with observing(recorder):
        yield of


# A function of a vector of three numbers, and which branch it takes, by another formula.
BRANCHES = {
    "relu": (ops.relu, lambda x: x > 0),
    "leaky_relu": (lambda x: ops.leaky_relu(x, negative_slope=0.2), lambda x: x > 0),
    "elu": (ops.elu, lambda x: x > 0),
    "selu": (ops.selu, lambda x: x > 0),
    "absolute": (abs, lambda x: x > 0),
    "fabs": (np.fabs, lambda x: x > 0),
    "maximum": (lambda x: np.maximum(x, 0.2), lambda x: x > 0.2),
    "minimum": (lambda x: np.minimum(x[0], x[1:]), lambda x: x[0] < x[1:]),
    "fmax": (lambda x: np.fmax([0.1, np.nan, -0.1], x), lambda x: x[[0, 2]] > [0.1, -0.1]),
    "fmin": (lambda x: np.fmin(x, 0.2), lambda x: x < 0.2),
    "clip": (lambda x: np.clip(x, -0.5, 0.5), lambda x: np.digitize(x, [-0.5, 0.5])),
    "max": (lambda x: np.max(x), np.argmax),
    "max along an axis": (
        lambda x: np.max(x.reshape(3, 1) * [[1.0, -1.0]], axis=-1, keepdims=True),
        lambda x: x > 0,
    ),
    "min": (lambda x: np.min(x, axis=0), np.argmin),
    "where": (lambda x: np.where(x.data > 0.3, x, 0), lambda x: x > 0.3),
    "astype": (lambda x: x.astype(int), lambda x: [int(v) for v in x]),
    "remainder": (lambda x: np.remainder(x, 0.7), lambda x: np.floor(x / 0.7)),
    "remainder's divisor": (lambda x: np.remainder(0.7, np.exp(x)), lambda x: np.floor(0.7 / np.exp(x))),
    "fmod": (lambda x: np.fmod(x, 0.7), lambda x: [int(v / 0.7) for v in x]),
    "floor": (np.floor, lambda x: [int(np.floor(v)) for v in x]),
    "ceil": (np.ceil, lambda x: [-int(np.floor(-v)) for v in x]),
    "trunc": (np.trunc, lambda x: [int(v) for v in x]),
    "rint": (np.rint, lambda x: [round(v) for v in x]),
    "round": (lambda x: np.round(x, 1), lambda x: [round(10 * v) for v in x]),
    "floor_divide": (lambda x: x // 0.4, lambda x: np.floor(x / 0.4)),
    "sign": (np.sign, lambda x: x > 0),
    "signbit": (np.signbit, lambda x: x > 0),
    "heaviside": (lambda x: np.heaviside(x, x[0]), lambda x: x > 0),
    "spacing": (lambda x: np.spacing(x), lambda x: np.floor(np.log2(abs(x))) + 100 * (x > 0)),
    "greater": (lambda x: x > 0.1, lambda x: x > 0.1),
    "less_equal": (lambda x: x[0] <= x, lambda x: x[0] < x[1:]),
    "isclose": (lambda x: np.isclose(x, 0, atol=0.5), lambda x: abs(x) < 0.5),
    "all": (lambda x: np.all(Tensor(x.data > 0)), lambda x: np.all(x > 0)),
    "argmax": (lambda x: np.argmax(x), np.argmax),
    "argmin": (lambda x: np.argmin(x, axis=0), np.argmin),
    "argsort": (lambda x: np.argsort(x), lambda x: np.sum(np.sign(np.subtract.outer(x, x)), axis=1)),
    "searchsorted": (lambda x: np.searchsorted(SORTED, x), lambda x: [sum(v > SORTED) for v in x]),
    "digitize": (lambda x: np.digitize(x, SORTED), lambda x: [sum(v > SORTED) for v in x]),
    "histogram": (lambda x: np.histogram(x, SORTED), lambda x: [sum(v > SORTED) for v in x]),
    "histogram of two": (
        lambda x: np.histogram2d(x[:2], x[1:], SORTED),
        lambda x: [sum(v > SORTED) for v in x],
    ),
    "sort": (lambda x: np.sort(x), np.argsort),
    "sort along an axis": (lambda x: np.sort(x.reshape(3, 1) * [[1.0, -1.0]], axis=1), lambda x: x > 0),
    "take_in_order": (lambda x: np.partition(x, 0), lambda x: np.argpartition(x, 0)),
    "put_in_order": (lambda x: sorting.put_in_order(x, np.argsort(x.data), 0), np.argsort),
    "median": (np.median, lambda x: np.argsort(x)[1]),
    "median of two": (lambda x: np.median(x[:2]), lambda x: x[0] < x[1]),
    "nanmedian": (
        lambda x: np.nanmedian(np.stack([x, x * np.nan], axis=1).reshape(2, 3), axis=None),
        lambda x: np.argsort(x)[1],
    ),
    "quantile": (lambda x: np.quantile(x, [0.0, 0.75]), np.argsort),
    "quantile that is an element": (lambda x: np.quantile(x, 0.3, method="lower"), np.argmin),
    "nanquantile": (lambda x: np.nanquantile(np.concatenate([x, [np.nan]]), 1.0), np.argmax),
    "copysign": (lambda x: np.copysign(x, x[0]), lambda x: x > 0),
    "ldexp": (np.frexp, lambda x: np.floor(np.log2(abs(x)))),
    "modf": (floats.fraction, lambda x: [int(v) for v in x]),
    "unwrap": (lambda x: np.unwrap(x, period=1.0), lambda x: np.cumsum(np.rint(np.diff(x)))),
    "count_nonzero": (lambda x: np.count_nonzero(x - x.data * (x.data > 0)), lambda x: sum(x > 0)),
    "getitem": (lambda x: x[np.argsort(x.data)], lambda x: np.sum(np.sign(np.subtract.outer(x, x)), axis=1)),
    "getitem by a number": (lambda x: x[int(np.argmax(x.data))], np.argmax),
    "scatter_add": (lambda x: ops.scatter_add(x, (3,), np.argmax(x.data) + np.zeros(3, int)), np.argmax),
    "cross_entropy": (
        lambda x: ops.cross_entropy(x.reshape(1, 3), np.argmax(x.data, keepdims=True), 1.0),
        np.argmax,
    ),
}


def is_discrete(result):
    return all(np.asarray(leaf).dtype.kind in "biu" for leaf in leaves(result))


@pytest.mark.parametrize("name", BRANCHES)
def test_the_signature_changes_exactly_when_the_branch_does(name, signature, rng):
    function, branch = BRANCHES[name]
    outcomes = set()
    for _ in range(300):
        point = rng.normal(size=3) * 0.6
        moved = point + rng.normal(size=3) * rng.choice([0.02, 0.2, 1])
        is_same = np.array_equal(branch(point), branch(moved))
        assert (signature(function, point) == signature(function, moved)) == is_same
        outcomes.add(is_same)
    assert outcomes == {True, False}


def test_every_primitive_that_decides_is_tested():
    assert {row.name for row in DECISIONS if isinstance(row, Primitive)} <= set(BRANCHES)


@pytest.mark.parametrize(
    "function",
    [
        np.exp,
        ops.softmax,
        ops.log_softmax,
        ops.logsumexp,
        ops.sigmoid,
        np.cumsum,
        lambda x: np.logaddexp(x, 0.5),
        lambda x: x[::-1] @ x[..., None],
        lambda x: abs(x + 1j),
        lambda x: np.sign(x * 1j),
        lambda x: np.zeros_like(x),
        lambda x: np.empty_like(x, int),
        lambda x: np.full_like(x, 3),
        lambda x: np.shape(x),
        lambda x: x.astype(np.float32),
    ],
)
def test_a_smooth_function_decides_nothing(function, signature, rng):
    assert signature(function, rng.normal(size=3)) == b""


def test_arguments_that_stay_equal_do_not_change_the_signature(signature, rng):
    for function in (lambda x: np.maximum(x, x), lambda x: np.max(np.stack([x, x]), axis=0)):
        assert signature(function, rng.normal(size=3)) == signature(function, rng.normal(size=3)) != b""


def test_minus_zero_is_zero(signature):
    for function in (np.floor, np.trunc, np.rint, abs, np.sign):
        assert signature(function, np.array([0.0])) == signature(function, np.array([-0.0]))


def test_the_order_of_decisions_counts(signature):
    def function(x):
        ops.relu(x[0]), ops.relu(x[1])

    assert signature(function, np.array([1.0, -1.0])) != signature(function, np.array([-1.0, 1.0]))


def test_which_operations_decide_counts(signature):
    def function(x):
        return ops.relu(x) if float(x.data) > 0 else ops.elu(-x)

    assert signature(function, np.array(1.0)) != signature(function, np.array(-1.0))


def test_restart_forgets():
    recorder = BranchRecorder()
    with observing(recorder):
        ops.relu(Tensor([1.0]))
        first = recorder.signature()
        recorder.restart()
        assert recorder.signature() == b""
        ops.relu(Tensor([1.0]))
        assert recorder.signature() == first


def test_other_threads_do_not_count():
    recorder = BranchRecorder()
    with observing(recorder):
        recorder.restart()
        thread = threading.Thread(target=lambda: ops.relu(Tensor([1.0])))
        thread.start()
        thread.join()
        assert recorder.signature() == b""


DECIDING = [
    sample
    for sample in samples.WITHOUT_DERIVATIVE
    if sample.domains
    and sample.function not in DECISIONS
    and is_discrete(sample(*sample.draw(np.random.default_rng(0))))
]


@pytest.mark.parametrize("sample", DECIDING, ids=str)
def test_booleans_and_integers_are_decisions(sample, signature, rng):
    assert signature(sample, *sample.draw(rng)) != b""


# ------------------------------------------------------------------------------------------------- the nearest


def nearest(function, *points):
    recorder = BranchRecorder(detailed=True)
    with observing(recorder):
        for point in points:
            recorder.restart()
            function(Tensor(point))
    return recorder.nearest()


def line_of(function):
    return inspect.getsourcelines(function)[1]


def test_the_nearest_decision_is_said_in_a_sentence():
    x = np.ones((4, 2))
    x[3, 1] = 3.1e-4

    def function(x):
        return ops.relu(x)

    place = f"test_branches.py:{line_of(function) + 1}"
    assert str(nearest(function, x)) == f"relu at {place}, element [3, 1], is 0.00031 from 0"


@pytest.mark.parametrize(
    ("function", "index", "distance"),
    [
        (abs, (2,), 0.125),
        (lambda x: np.maximum(x, -2.0), (1,), 0.25),
        (lambda x: np.max(x), (), 3.5),
        (lambda x: np.min(x, axis=0), (), 2.375),
        (lambda x: np.min(x.reshape(1, 3) * [[1.0], [2.0]], axis=1), (0,), 2.375),
        (lambda x: np.argmax(x), (), 3.5),
        (lambda x: np.argmin(x), (), 2.375),
        (lambda x: np.argsort(x), (0,), 2.375),
        (lambda x: np.sort(x), (0,), 2.375),
        (lambda x: np.sort(x, axis=None), (0,), 2.375),
        (lambda x: np.median(x), (), 2.375),
        (lambda x: np.median(x.reshape(3, 1), axis=0, keepdims=True), (0, 0), 2.375),
        (lambda x: np.quantile(x, [1.0, 0.0]), (1,), 2.375),
        (lambda x: np.nanquantile(x[:, None] * [1.0, np.nan], 0.9), (), 2.375),
        (lambda x: np.copysign(x, 1.0), (2,), 0.125),
        (lambda x: np.heaviside(x, 0.5), (2,), 0.125),
        (floats.fraction, (1,), 0.25),
        (np.floor, (2,), 0.125),
        (np.ceil, (2,), 0.125),
        (np.trunc, (1,), 0.25),
        (np.rint, (0,), 0.125),
        (lambda x: np.round(x, 1), (1,), 0.0),
        (lambda x: np.round(x[:1], 1), (0,), 0.025),
        (lambda x: x // 0.5, (0,), 0.25),
        (lambda x: np.remainder(x, 0.5), (0,), 0.25),
        (lambda x: np.fmod(x[2:], 0.5), (0,), 0.75),
        (np.signbit, (2,), 0.125),
        (lambda x: x > 4.0, (0,), 0.375),
    ],
)
def test_how_far_a_decision_is_from_another_one(function, index, distance):
    found = nearest(function, np.array([3.625, -2.25, 0.125]))
    assert found.index == index
    assert found.distance == pytest.approx(distance)


def test_the_nearest_of_all_operations_is_named():
    found = nearest(lambda x: np.floor(ops.relu(x)), np.array([0.4, 3.01]))
    assert (found.operation, found.index) == ("floor", (1,))


def test_decisions_that_no_step_changes_do_not_count():
    def function(x):
        return np.maximum(ops.relu(x), 0)

    x = np.array([-1.0, 2.0])
    assert nearest(function, x).distance == 0
    found = nearest(function, x, x + 0.01)
    assert (found.operation, found.index, found.distance) == ("relu", (0,), 1.0)


def test_nothing_is_nearest_where_nothing_is_decided():
    assert nearest(np.exp, np.ones(2)) is None
    assert nearest(lambda x: np.max(x[:1]), np.ones(2)) is None
