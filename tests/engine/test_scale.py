"""Large graphs: no recursion limit, right gradients, memory linear in what is recorded. Timings are in benchmarks/."""

import gc
import tracemalloc
from contextlib import contextmanager

import numpy as np
import pytest

import nn
from autograd import Tensor, ops

LARGE = 100_000  # elements; beside it what Python itself allocates is nothing


def variable(values):
    return Tensor(np.array(values, float), requires_grad=True)


@contextmanager
def counting_bytes():
    """Yield a function that returns the bytes allocated since, now and at their peak; no collection disturbs it."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        yield lambda: tuple(size - before for size in tracemalloc.get_traced_memory())
    finally:
        tracemalloc.stop()
        gc.enable()


def repeated(link, x, times):
    for _ in range(times):
        x = link(x)
    return x


# --------------------------------------------------------------------------------------------------- gradients


def test_a_chain_of_100_000_nodes():
    x = variable(1.0)
    loss = repeated(lambda y: y * (1 - 1e-5), x, 100_000)
    loss.backward()
    np.testing.assert_allclose(x.grad, (1 - 1e-5) ** 100_000)


def test_a_chain_of_100_000_nodes_is_dropped_without_a_backward_pass():
    x = variable(1.0)
    with counting_bytes() as allocated:
        loss = repeated(np.negative, x, 100_000)
        graph = allocated()[0]
        del loss
        assert allocated()[0] < graph / 100  # Python keeps a few thousand small objects for reuse


def test_a_ladder_of_10_000_diamonds():
    x = variable([1.0, 2.0])
    y = repeated(lambda y: y * 0.25 + y * 0.75, x, 10_000)
    y.sum().backward()
    np.testing.assert_allclose(x.grad, [1, 1])


def test_a_random_graph_of_weighted_means(rng):
    """Each value is a mean of two earlier ones, so of the source: the derivative is 1 along all paths together."""
    x = variable(1.0)
    values = [x]
    for step in range(1, 20_000):
        values.append((values[-1] + values[rng.integers(step)]) * 0.5)
    values[-1].backward()
    np.testing.assert_allclose(x.grad, 1)


def test_a_tensor_with_10_000_consumers():
    x = variable([1.0, 2.0])
    total = repeated(lambda total: total + x, x * 0.0, 10_000)
    total.sum().backward()
    np.testing.assert_array_equal(x.grad, [10_000, 10_000])


@pytest.mark.parametrize("join", [np.stack, np.concatenate])
def test_a_node_with_10_000_inputs(join):
    inputs = [variable([i]) for i in range(10_000)]
    joined = join(inputs)
    (joined * joined).sum().backward()
    np.testing.assert_array_equal([x.grad[0] for x in inputs], 2.0 * np.arange(10_000))


def test_a_node_with_10_000_inputs_of_two_dtypes():
    inputs = [Tensor([1.0], requires_grad=True, dtype=("f4", "f8")[i % 2]) for i in range(10_000)]
    (np.concatenate(inputs) * np.arange(10_000)).sum().backward()
    assert [x.grad.dtype for x in inputs[:2]] == [np.float32, np.float64]
    np.testing.assert_array_equal([x.grad[0] for x in inputs], np.arange(10_000))


def test_the_sum_of_a_list_of_10_000_tensors():
    inputs = [variable(1.0) for _ in range(10_000)]
    sum(inputs).backward()
    assert all(x.grad == 1 for x in inputs)


def test_every_element_of_5_000_read_on_its_own():
    x = variable(np.zeros(5_000))
    total = 0.0
    for i in range(5_000):
        total = total + x[i] * float(i)
    total.backward()
    np.testing.assert_array_equal(x.grad, np.arange(5_000))


def test_1_000_overlapping_windows():
    x = variable(np.zeros(1_009))
    total = 0.0
    for i in range(1_000):
        total = total + x[i : i + 10]
    total.sum().backward()
    np.testing.assert_array_equal(x.grad, np.convolve(np.ones(1_000), np.ones(10)))


# --------------------------------------------------------------------------------------------------- memory


@pytest.mark.parametrize("link", [np.negative, np.tanh, lambda x: x * x, lambda x: x + 1.0])
def test_memory_of_a_graph_is_linear_in_its_nodes(link):
    def held(nodes):
        with counting_bytes() as allocated:
            loss = repeated(link, variable(0.5), nodes)
            assert loss.requires_grad
            return allocated()[0]

    held(10)
    assert held(10_000) == pytest.approx(10 * held(1_000), rel=0.05)


@pytest.mark.parametrize("function", [ops.softmax, ops.log_softmax])
def test_softmax_saves_one_number_a_class(function):
    def held(classes):
        x = variable(np.linspace(0, 1, classes))
        with counting_bytes() as allocated:
            loss = function(x).sum()
            assert loss.requires_grad
            return allocated()[0]

    held(10)
    assert held(LARGE) - held(LARGE // 2) == pytest.approx(8 * (LARGE - LARGE // 2), rel=0.01)


@pytest.mark.parametrize(
    ("link", "saved"),
    [(lambda x: x + 1.0, 0), (lambda x: x * 2.0, 0), (np.negative, 0), (np.tanh, 1), (lambda x: x * x, 1)],
    ids=["x + constant", "x * constant", "-x", "tanh", "x * x"],
)
def test_peak_of_a_chain_is_what_its_vjps_need(link, saved):
    """Two arrays at a time, the old and the new one, and those saved; backward, two cotangents and one product more."""
    x = variable(np.full(LARGE, 0.5))
    with counting_bytes() as allocated:
        loss = repeated(link, x, 30).sum()
        arrays_forward = allocated()[1] / x.nbytes
        loss.backward()
        arrays = allocated()[1] / x.nbytes
    assert arrays_forward < 30 * saved + 2.1
    assert arrays < 30 * saved + 4.1


def test_nothing_grows_over_training_steps(rng):
    model = nn.Sequential(nn.Linear(4, 8, rng=0), nn.Tanh(), nn.Linear(8, 3, rng=1))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    x, labels = rng.standard_normal((5, 4)), rng.integers(0, 3, 5)

    def step():
        optimizer.zero_grad()
        nn.CrossEntropyLoss()(model(x), labels).backward()
        optimizer.step()

    with counting_bytes() as allocated:
        repeated(lambda _: step(), None, 300)  # fills caches, and Python's stocks of small objects
        early = allocated()[0]
        repeated(lambda _: step(), None, 300)
        assert allocated()[0] - early < 500
