"""`checkpoint`: the derivatives are the function's own, to any order; memory, random numbers, closures, errors."""

import gc
import random
import tracemalloc
from typing import NamedTuple

import numpy as np
import pytest

from autograd import GraphError, ShapeError, Tensor, checkpoint, grad, hessian, hvp, jacobian, jvp, no_grad, vjp

X = np.array([0.5, -1.0, 2.0])
A = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0], [4.0, -2.0, 1.5]])


class Pair(NamedTuple):
    left: Tensor
    right: Tensor


def smooth(x):
    return np.tanh(A @ x) * x


class TestDerivativesAreThoseOfTheFunction:
    @pytest.mark.parametrize(
        "derivative",
        [
            lambda f: grad(lambda x: np.sum(f(f(x))))(X),
            lambda f: jacobian(f)(X),
            lambda f: jacobian(jacobian(f))(X),
            lambda f: hessian(lambda x: np.sum(f(x)))(X),
            lambda f: hvp(lambda x: np.sum(f(x) ** 2))(X, X),
            lambda f: jvp(f, (X,), (X,))[1],
            lambda f: vjp(f, X)[1](X),
            lambda f: grad(lambda y: np.sum(hessian(lambda x: np.sum(f(x)))(y)))(X),
            lambda f: jacobian(lambda x: np.outer(f(x), np.ones(9)))(X),
        ],
    )
    def test_to_every_order_and_in_every_mode(self, derivative):
        np.testing.assert_allclose(derivative(checkpoint(smooth)), derivative(smooth), rtol=1e-13, atol=1e-14)

    def test_first_order_is_equal_bit_for_bit(self):
        x, y = Tensor(X, requires_grad=True), Tensor(X, requires_grad=True)
        np.sum(checkpoint(smooth)(x)).backward()
        np.sum(smooth(y)).backward()
        np.testing.assert_array_equal(x.grad, y.grad)

    def test_of_a_square(self):
        assert grad(grad(checkpoint(lambda x: x**3)))(2.0) == 12.0

    def test_of_checkpoints_inside_checkpoints(self):
        inner = checkpoint(np.sin)
        outer = checkpoint(lambda x: inner(inner(x)))
        assert grad(outer)(0.5) == pytest.approx(np.cos(np.sin(0.5)) * np.cos(0.5), rel=1e-15)

    def test_the_value_is_the_same_and_of_the_same_type(self):
        assert type(checkpoint(smooth)(X)) is np.ndarray
        np.testing.assert_array_equal(checkpoint(smooth)(Tensor(X, requires_grad=True)).data, smooth(X))

    def test_under_no_grad_nothing_is_recorded(self):
        with no_grad():
            assert not checkpoint(smooth)(Tensor(X, requires_grad=True)).requires_grad

    def test_backward_under_no_grad(self):
        x = Tensor(X, requires_grad=True)
        y = np.sum(checkpoint(np.square)(x))
        with no_grad():
            y.backward()
        np.testing.assert_array_equal(x.grad, 2 * X)


class TestStructures:
    def test_arguments_and_outputs_may_be_nested(self):
        @checkpoint
        def function(p, scale, *, power):
            return {"both": Pair(p["a"] ** power, scale * p["a"][:2]), "kept": None, "count": 3}

        def loss(a, scale):
            result = function({"a": a}, scale, power=2)
            assert isinstance(result["both"], Pair)
            assert result["kept"] is None
            assert result["count"] == 3
            return np.sum(result["both"].left) + 10 * np.sum(result["both"].right)

        gradient, slope = grad(loss, (0, 1))(X, 3.0)
        np.testing.assert_allclose(gradient, 2 * X + 30 * np.array([1, 1, 0]), rtol=1e-15)
        assert slope == pytest.approx(10 * np.sum(X[:2]), rel=1e-15)

    def test_outputs_keep_their_dtypes(self):
        def function(x):
            return x.astype(np.float32), x * 1j, x

        outputs = checkpoint(function)(Tensor(X, requires_grad=True))
        assert [output.dtype for output in outputs] == [np.float32, np.complex128, np.float64]
        for output, expected in zip(outputs, function(X), strict=True):
            np.testing.assert_array_equal(output.data, expected)

    def test_an_argument_that_is_returned_is_itself(self):
        assert grad(lambda x: np.sum(checkpoint(lambda v: v)(x) * X))(X).tolist() == X.tolist()

    def test_the_function_may_update_its_argument(self):
        def function(v):
            v *= 3.0
            return v * v

        assert grad(lambda x: checkpoint(function)(x * 1.0))(2.0) == 9 * 2 * 2.0
        intermediate = Tensor(2.0, requires_grad=True) * 1.0
        checkpoint(function)(intermediate)
        assert intermediate.item() == 6.0

    def test_a_keyword_argument_receives_its_gradient(self):
        assert grad(lambda x: checkpoint(lambda *, v: v * v)(v=x))(3.0) == 6.0


class TestClosures:
    def test_a_tensor_closed_over_receives_its_gradient(self):
        w, x = Tensor(A, requires_grad=True), Tensor(X, requires_grad=True)
        np.sum(checkpoint(lambda v: w @ v)(x)).backward()
        np.testing.assert_array_equal(w.grad, np.outer(np.ones(3), X))
        np.testing.assert_array_equal(x.grad, A.sum(axis=0))

    def test_also_where_no_argument_requires_a_gradient(self):
        w = Tensor(A, requires_grad=True)
        np.sum(checkpoint(lambda v: w @ v)(X)).backward()
        np.testing.assert_array_equal(w.grad, np.outer(np.ones(3), X))

    def test_a_result_closed_over_passes_its_gradient_on(self):
        x = Tensor(X, requires_grad=True)
        doubled = 2 * x
        np.sum(checkpoint(lambda v: doubled * v)(x)).backward()
        np.testing.assert_array_equal(x.grad, 4 * X)

    def test_a_variable_of_an_enclosing_grad(self):
        assert grad(lambda x: x * grad(checkpoint(lambda y: x * y * y))(x))(3.0) == 6 * 3.0**2  # x · 2 x²

    def test_the_order_of_gradients_is_that_of_the_nodes(self):
        tensors = [Tensor(float(i), requires_grad=True) for i in range(1, 5)]
        a, b, c, d = tensors
        checkpoint(lambda q, p: a * q * q + b * p**3)(d, c).backward()  # = 1·4² + 2·3³
        assert [float(t.grad) for t in tensors] == [16.0, 27.0, 2.0 * 27.0, 8.0]


class TestRandomNumbers:
    def test_a_mask_is_the_same_when_computed_again(self):
        rng = np.random.default_rng(0)
        x = Tensor(np.ones(100), requires_grad=True)
        y = checkpoint(lambda v: v * (rng.random(100) > 0.5))(x)
        np.sum(y).backward()
        np.testing.assert_array_equal(x.grad, y.data)

    @pytest.mark.parametrize(
        "draw",
        [
            lambda: np.random.random(4),  # noqa: NPY002  # the process-wide generator is what is tested
            lambda: np.array([random.random() for _ in range(4)]),
        ],
    )
    def test_process_wide_generators(self, draw):
        x = Tensor(np.ones(4), requires_grad=True)
        y = checkpoint(lambda v: v * draw())(x)
        np.sum(y).backward()
        np.testing.assert_array_equal(x.grad, y.data)

    def test_a_generator_among_the_arguments(self):
        x = Tensor(np.ones(4), requires_grad=True)
        y = checkpoint(lambda v, rng: v * rng.random(4))(x, np.random.default_rng(0))
        np.sum(y).backward()
        np.testing.assert_array_equal(x.grad, y.data)

    def test_a_generator_that_took_the_place_of_another(self):
        class Noise:
            def __init__(self):
                self.rng = np.random.default_rng(0)

            def __call__(self, v):
                return v * self.rng.random(4)

        noise = Noise()
        block = checkpoint(noise)
        for seed in range(2):
            noise.rng = np.random.default_rng(seed)
            x = Tensor(np.ones(4), requires_grad=True)
            y = block(x)
            np.sum(y).backward()
            np.testing.assert_array_equal(x.grad, y.data)

    def test_generators_are_left_where_they_were_before_the_backward_pass(self):
        rng, other = np.random.default_rng(0), np.random.default_rng(0)
        x = Tensor(np.ones(4), requires_grad=True)
        y = checkpoint(lambda v: v * rng.random(4))(x)
        rng.random(7)
        np.sum(y).backward()
        other.random(11)
        assert rng.random() == other.random()

    def test_other_numbers_are_an_error_where_they_are_not_preserved(self):
        rng = np.random.default_rng(0)
        x = Tensor(np.ones(4), requires_grad=True)
        y = checkpoint(lambda v: v * rng.random(4), preserve_rng_state=False)(x)
        with pytest.raises(GraphError, match="other values"):
            np.sum(y).backward()


class TestErrors:
    def test_another_shape_names_both(self):
        sizes = iter([3, 2])
        y = checkpoint(lambda v: v[: next(sizes)] * 2)(Tensor(X, requires_grad=True))
        with pytest.raises(ShapeError, match=r"\(3,\).*\(2,\)"):
            np.sum(y).backward()

    def test_another_number_of_outputs(self):
        counts = iter([2, 1])
        y, _ = checkpoint(lambda v: [v * i for i in range(1, 1 + next(counts))])(Tensor(X, requires_grad=True))
        with pytest.raises(ShapeError, match="when called again"):
            np.sum(y).backward()

    def test_a_parameter_that_was_updated_too_early(self):
        w = Tensor(A, requires_grad=True)
        y = np.sum(checkpoint(lambda v: w + v)(Tensor(X, requires_grad=True)))
        w.data -= 0.1
        with pytest.raises(GraphError, match=r"other values.*has changed"):
            y.backward()

    def test_an_argument_that_was_written_to(self):
        x = Tensor(X.copy())
        y = np.sum(checkpoint(lambda v, w: v * w)(x, Tensor(X, requires_grad=True)))
        x *= 7.0
        with pytest.raises(GraphError, match=r"other values|modified in place"):
            y.backward()

    def test_another_tensor_closed_over(self):
        tensors = iter([Tensor(2.0, requires_grad=True), Tensor(2.0, requires_grad=True)])
        y = checkpoint(lambda v: v * next(tensors))(Tensor(3.0, requires_grad=True))
        with pytest.raises(GraphError, match="other Tensors"):
            y.backward()

    def test_a_second_backward_pass_without_retain_graph(self):
        y = np.sum(checkpoint(np.square)(Tensor(X, requires_grad=True)))
        y.backward()
        with pytest.raises(GraphError, match="freed"):
            y.backward()

    def test_an_error_of_the_function_passes_through(self):
        with pytest.raises(ZeroDivisionError):
            checkpoint(lambda v: v / (1 // 0))(Tensor(X, requires_grad=True))


def block(x):
    for _ in range(4):
        x = np.tanh(x)
    return x


def ten_blocks(x):
    for _ in range(10):
        x = block(x)
    return x


class TestMemory:
    SIZE = 20_000

    def peak(self, blocks):
        """Return the most memory of a gradient through `blocks`, in arrays of the size of the argument."""
        x = Tensor(np.ones(self.SIZE), requires_grad=True)
        gc.collect()
        tracemalloc.start()
        try:
            y = x
            for function in blocks:
                y = function(y)
            y.backward(np.ones(self.SIZE))
            return tracemalloc.get_traced_memory()[1] / x.nbytes
        finally:
            tracemalloc.stop()

    def test_a_chain_of_100_blocks_keeps_their_outputs_alone(self):
        assert self.peak([block] * 100) > 400
        assert self.peak([checkpoint(block)] * 100) < 100 + 16

    def test_checkpoints_around_10_times_10_blocks_keep_what_one_of_them_needs(self):
        assert self.peak([checkpoint(ten_blocks)] * 10) < 10 + 40 + 16

    def test_the_graph_is_freed_with_the_output(self):
        gc.collect()
        gc.disable()
        try:
            tracemalloc.start()
            x = Tensor(np.ones(self.SIZE), requires_grad=True)
            y = checkpoint(block)(x)
            held = tracemalloc.get_traced_memory()[0]
            del y
            assert held - tracemalloc.get_traced_memory()[0] >= x.nbytes
        finally:
            tracemalloc.stop()
            gc.enable()
