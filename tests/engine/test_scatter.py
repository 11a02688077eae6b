"""Adding into the places read from: repeats, every kind of index, and slices that accumulate in place."""

import numpy as np
import pytest

from autograd import Tensor, grad, ops, primitive
from autograd.ops import indexing

INDICES = {
    "rows": ((50, 40), lambda rng: rng.integers(-50, 50, 60)),
    "many rows": ((7, 3000), lambda rng: rng.integers(0, 7, 20)),
    "unsigned rows": ((200, 20), lambda rng: rng.integers(0, 200, 99).astype(np.uint8)),
    "rows in a grid": ((30, 16), lambda rng: rng.integers(0, 30, (9, 11))),
    "numbers": ((100,), lambda rng: rng.integers(0, 100, 5000)),
    "pairs": ((30, 40), lambda rng: (rng.integers(-30, 30, 3000), rng.integers(0, 40, 3000))),
    "few pairs of a large table": ((300, 400), lambda rng: (rng.integers(0, 300, 3), rng.integers(0, 400, 3))),
    "rows and a slice": ((30, 40, 5), lambda rng: (rng.integers(0, 30, 300), slice(1, 38, 2))),
    "columns": ((30, 40), lambda rng: (slice(None), rng.integers(0, 40, 90))),
    "none": ((30, 40), lambda rng: np.zeros(0, int)),
    "empty rows": ((30, 0), lambda rng: rng.integers(0, 30, 90)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
@pytest.mark.parametrize(("shape", "draw"), INDICES.values(), ids=INDICES)
def test_repeats_add_up_bit_for_bit_as_add_at_of_numpy_does(shape, draw, dtype, rng):
    index = draw(rng)
    a = rng.standard_normal(np.zeros(shape)[index].shape).astype(dtype)
    expected = np.zeros(shape, dtype)
    np.add.at(expected, index, a)
    np.testing.assert_array_equal(ops.scatter_add(a, shape, index), expected)


@pytest.mark.parametrize(("shape", "draw"), INDICES.values(), ids=INDICES)
def test_adding_in_place_also_reaches_a_total_in_another_layout(shape, draw, rng):
    index = draw(rng)
    a = rng.standard_normal(np.zeros(shape)[index].shape)
    total = np.asfortranarray(rng.standard_normal(shape))
    expected = total.copy()
    np.add.at(expected, index, a)
    indexing.add_at(total, a, shape, index)
    np.testing.assert_array_equal(total, expected)


INTO = [3, slice(2, 9), slice(None, None, -2), np.array([1, 1, 4]), np.arange(12) % 3 == 0, (Ellipsis,), [0, -1, 0]]


def test_slices_of_one_tensor_accumulate_as_if_each_gradient_were_made(rng):
    values = rng.standard_normal((12, 5))
    weights = [rng.standard_normal(values[index].shape) for index in INTO]
    x = Tensor(values, requires_grad=True)
    sum(np.sum(x[index] * w) for index, w in zip(INTO, weights, strict=True)).backward()
    expected = np.zeros_like(values)
    for index, w in reversed(list(zip(INTO, weights, strict=True))):
        np.add.at(expected, index, w)
    np.testing.assert_allclose(x.grad, expected, rtol=1e-15, atol=1e-15)


def test_slices_beside_another_use_leave_its_gradient_alone(rng):
    x = Tensor(rng.standard_normal(4), requires_grad=True)
    y = x * 1.0
    y.retain_grad()
    (np.sum(y[1:]) + np.sum(y[2:]) + np.sum(y[3:]) + np.sum(y * y) + np.sum(y[0])).backward()
    np.testing.assert_allclose(x.grad, 2 * x.data + [1, 1, 2, 3], rtol=1e-15)
    np.testing.assert_array_equal(y.grad, x.grad)


def test_only_the_first_slices_make_an_array_of_the_whole(monkeypatch):
    made = []
    scatter = indexing.scatter_add.forward
    monkeypatch.setattr(indexing, "scatter_add", lambda *arguments: made.append(1) or scatter(*arguments))
    x = Tensor(np.ones(100), requires_grad=True)
    sum(x[i] for i in range(100)).backward()
    np.testing.assert_array_equal(x.grad, np.ones(100))
    assert len(made) == 2


def test_a_tensor_of_no_dimensions_that_is_read_often():
    x = Tensor(2.0, requires_grad=True)
    (x[()] + x[None][0] + x[()] * x[...] + x[()]).backward()
    assert x.grad == 3 + 2 * 2.0


def test_higher_orders_through_slices():
    f = grad(lambda x: sum(x[i] * x[i + 1] * x[i + 1] for i in range(3)))
    hessian_diagonal = grad(lambda x: np.sum(f(x) * np.array([0.0, 1.0, 0.0, 0.0])))(np.array([1.0, 2.0, 3.0, 4.0]))
    # d/dx1 of x0 x1² + x1 x2² + x2 x3² is 2 x0 x1 + x2²
    np.testing.assert_allclose(hessian_diagonal, [4.0, 2.0, 6.0, 0.0])


def test_a_custom_primitive_may_add_into_a_cotangent():
    @primitive
    def first(x):
        return x[0]

    added = []

    def add(total, g, x_shape):
        added.append(x_shape)
        total[0] += g

    first.defvjp(lambda g, x_shape: np.concatenate([[g], np.zeros(x_shape[0] - 1)]), add_into=add)
    x = Tensor(np.arange(3.0), requires_grad=True)
    reads = first(x) * 5  # the oldest consumer, so the last to send a gradient
    (reads + np.sum(x) + np.sum(x * x)).backward()
    np.testing.assert_array_equal(x.grad, [6.0, 3.0, 5.0])
    assert added == [(3,)]
