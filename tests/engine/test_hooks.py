"""Hooks on Tensors: when they are called, with what, in which order, and what they may return."""

import gc
import weakref

import numpy as np
import pytest

import autograd.hooks
from autograd import DTypeError, GraphError, ShapeError, Tensor, grad, jacobian, vjp

X = np.array([1.0, 2.0, 3.0])


@pytest.fixture
def x():
    return Tensor(X, requires_grad=True)


class TestCalls:
    def test_of_a_leaf_with_its_gradient(self, x):
        seen = []
        x.register_hook(seen.append)
        np.sum(x * x).backward()
        np.testing.assert_array_equal(seen, [2 * X])
        np.testing.assert_array_equal(x.grad, 2 * X)

    def test_inside_the_graph_once_with_what_all_consumers_contribute(self, x):
        seen = []
        y = 2 * x
        y.register_hook(seen.append)
        np.sum(3 * y + y * y).backward()
        np.testing.assert_array_equal(seen, [3 + 4 * X])

    def test_of_a_leaf_with_what_one_sweep_brings_not_with_what_is_accumulated(self, x):
        seen = []
        x.register_hook(seen.append)
        for _ in range(2):
            np.sum(x).backward()
        np.testing.assert_array_equal(seen, np.ones((2, 3)))
        np.testing.assert_array_equal(x.grad, [2, 2, 2])

    def test_of_the_output_itself_with_the_seed(self, x):
        seen = []
        y = np.sum(x)
        y.register_hook(seen.append)
        y.backward(5.0)
        assert seen == [5.0]

    def test_from_the_outputs_to_the_leaves(self, x):
        order = []
        y = 2 * x
        z = y * y
        for name, tensor in (("x", x), ("y", y), ("z", z)):
            tensor.register_hook(lambda g, name=name: order.append(name))
        np.sum(z).backward()
        assert order == ["z", "y", "x"]

    def test_not_of_a_tensor_that_no_gradient_reaches(self, x):
        y = x * 2
        y.register_hook(lambda g: pytest.fail("called"))
        np.sum(x).backward()

    def test_before_any_grad_is_set(self, x):
        def fail(g):
            raise ZeroDivisionError

        other = Tensor(X, requires_grad=True)
        x.register_hook(fail)
        with pytest.raises(ZeroDivisionError):
            np.sum(x * other).backward()
        assert x.grad is None
        assert other.grad is None


class TestReplacements:
    def test_inside_the_graph_go_on_from_there(self, x):
        y = 3 * x
        y.register_hook(lambda g: np.clip(g, -1, 1))
        np.sum(y**2).backward()
        np.testing.assert_array_equal(x.grad, [3, 3, 3])

    def test_of_a_leaf_are_accumulated(self, x):
        x.register_hook(lambda g: 10 * g)
        np.sum(x).backward()
        np.testing.assert_array_equal(x.grad, [10, 10, 10])

    def test_are_handed_from_hook_to_hook_in_the_order_of_registration(self, x):
        x.register_hook(lambda g: g + 1)
        x.register_hook(lambda g: g * 10)
        np.sum(x).backward()
        np.testing.assert_array_equal(x.grad, [20, 20, 20])

    def test_are_what_retain_grad_keeps_whichever_came_first(self, x):
        y = 2 * x
        y.retain_grad()
        y.register_hook(lambda g: 7 * g)
        np.sum(y).backward()
        np.testing.assert_array_equal(y.grad, [7, 7, 7])

    def test_take_the_dtype_of_the_gradient(self):
        x = Tensor(X, requires_grad=True, dtype=np.float32)
        x.register_hook(lambda g: g.astype(np.float64))
        np.sum(x).backward()
        assert x.grad.dtype == np.float32

    def test_do_not_share_memory_with_grad(self, x):
        mine = np.full(3, 4.0)
        x.register_hook(lambda g: mine)
        np.sum(x).backward()
        mine[:] = 0
        np.testing.assert_array_equal(x.grad, [4, 4, 4])

    def test_of_another_shape_are_refused(self, x):
        x.register_hook(lambda g: g[:2])
        with pytest.raises(ShapeError, match=r"hook: returned shape \(2,\).*\(3,\)"):
            np.sum(x).backward()

    def test_of_complex_dtype_are_refused_for_a_real_tensor(self, x):
        x.register_hook(lambda g: g * 1j)
        with pytest.raises(DTypeError, match=r"complex128.*float64"):
            np.sum(x).backward()

    def test_are_the_only_way_to_change_the_gradient(self, x):
        def write(g):
            g *= 2

        (x * 1.0).register_hook(write)
        x.register_hook(write)
        with pytest.raises(ValueError, match="read-only"):
            np.sum(x).backward()


class TestHandles:
    def test_remove_ends_the_calls_of_one_hook(self, x):
        seen = []
        first = x.register_hook(lambda g: seen.append("first"))
        x.register_hook(lambda g: seen.append("second"))
        first.remove()
        first.remove()
        np.sum(x).backward()
        assert seen == ["second"]

    def test_the_end_of_a_with_statement_removes(self, x):
        with x.register_hook(lambda g: 2 * g):
            np.sum(x).backward()
        np.sum(x).backward()
        np.testing.assert_array_equal(x.grad, [3, 3, 3])

    def test_the_last_removal_leaves_nothing_to_test_in_a_sweep(self, x):
        before = len(autograd.hooks.hooked)
        handle = x.register_hook(print)
        assert len(autograd.hooks.hooked) == before + 1
        handle.remove()
        assert len(autograd.hooks.hooked) == before

    def test_a_hook_may_remove_itself(self, x):
        seen = []

        def once(g):
            seen.append(g)
            handle.remove()

        handle = x.register_hook(once)
        for _ in range(2):
            np.sum(x).backward()
        assert len(seen) == 1

    def test_removing_after_the_tensor_is_gone(self):
        handle = Tensor(1.0, requires_grad=True).register_hook(print)
        handle.remove()

    def test_a_hook_that_refers_to_its_tensor_does_not_keep_it_alive(self):
        def register():
            y = Tensor(X, requires_grad=True) * 2
            y.register_hook(lambda g: g + y.data)
            return weakref.ref(y._node)

        node = register()
        gc.collect()
        assert node() is None


class TestOtherSweeps:
    def test_a_gradient_of_a_function_that_registers(self):
        def f(x):
            y = x * x
            y.register_hook(lambda g: 2 * g)
            return np.sum(y)

        np.testing.assert_array_equal(grad(f)(X), 4 * X)

    def test_a_recorded_gradient_is_differentiated_through_the_hook(self):
        def f(x):
            x.register_hook(lambda g: g * g)  # (3 x²)², of derivative 36 x³, which passes x as well
            return x**3

        assert vjp(grad(f), 2.0)[1](1.0) == (36 * 2.0**3) ** 2

    def test_each_row_of_a_jacobian_passes_on_its_own(self):
        def f(x):
            y = x * 3
            y.register_hook(lambda g: np.minimum(g, np.sum(g) / 2))
            return y * np.array([1.0, 2.0, 4.0])

        np.testing.assert_array_equal(jacobian(f)(X), 3 * np.diag([0.5, 1.0, 2.0]))


def test_a_tensor_without_gradient_is_refused():
    with pytest.raises(GraphError, match="register_hook: this Tensor has no graph"):
        Tensor(X).register_hook(print)
