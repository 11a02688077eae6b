"""The graph: its size, the sweep through it, what arrives in `.grad`, and what is refused."""

import threading
import weakref

import numpy as np
import pytest

from autograd import GraphError, ShapeError, Tensor, no_grad, primitive


def variable(values=(1.0, 2.0, 3.0)):
    return Tensor(np.array(values, float), requires_grad=True)


class TestSize:
    def test_a_chain_of_a_million_nodes_is_swept_and_freed(self):
        x = Tensor(3.0, requires_grad=True)
        y = x
        for _ in range(1_000_000):
            y = -y
        y.backward()
        assert x.grad == 1.0
        oldest = weakref.ref(y._node)
        del y
        assert oldest() is None

    def test_a_million_nodes_that_were_never_swept_are_freed(self):
        y = Tensor(3.0, requires_grad=True)
        for _ in range(1_000_000):
            y = y * 1.0
        newest = weakref.ref(y._node)
        del y
        assert newest() is None

    def test_a_diamond_60_deep_has_two_to_the_60_paths(self):
        x = Tensor(1.0, requires_grad=True)
        y = x
        for _ in range(60):
            y = y + y
        y.backward()
        assert x.grad == 2.0**60

    def test_one_tensor_with_many_consumers_receives_the_sum(self):
        x = variable()
        sum((k * x for k in range(1000)), start=Tensor(0.0)).backward(np.ones(3))
        np.testing.assert_array_equal(x.grad, np.full(3, 999 * 1000 / 2))

    def test_a_leaf_reached_over_a_short_and_a_long_path_receives_both(self):
        x = variable()
        y = x
        for _ in range(10):
            y = 2 * y
        np.sum(x * y + x).backward()
        np.testing.assert_array_equal(x.grad, 2 * 1024 * x.data + 1)


class TestSecondBackward:
    def test_names_the_operation_and_the_way_out(self):
        loss = np.sum(np.tanh(variable()))
        loss.backward()
        with pytest.raises(GraphError, match=r"sum: .*retain_graph=True"):
            loss.backward()

    def test_through_a_part_that_another_loss_freed_names_that_part(self):
        x = variable()
        shared = np.tanh(x)
        first, second = np.sum(shared), np.sum(shared * shared)
        first.backward()
        before = x.grad.copy()
        with pytest.raises(GraphError, match="tanh"):
            second.backward()
        np.testing.assert_array_equal(x.grad, before)

    def test_accumulates_with_retain_graph(self):
        x = variable()
        loss = np.sum(x**2)
        loss.backward(retain_graph=True)
        loss.backward()
        np.testing.assert_array_equal(x.grad, 4 * x.data)

    def test_of_a_new_graph_accumulates(self):
        x = variable()
        np.sum(x**2).backward()
        np.sum(3 * x).backward()
        np.testing.assert_array_equal(x.grad, 2 * x.data + 3)

    def test_starts_anew_after_grad_is_set_to_none(self):
        x = variable()
        np.sum(x**2).backward()
        x.grad = None
        np.sum(3 * x).backward()
        np.testing.assert_array_equal(x.grad, [3, 3, 3])


class TestGradients:
    def test_of_both_operands_of_add_share_no_memory(self):
        a, b, seed = variable(), variable(), np.ones(3)
        (a + b).backward(seed)
        a.grad[0] = 7
        np.testing.assert_array_equal(b.grad, [1, 1, 1])
        np.testing.assert_array_equal(seed, [1, 1, 1])

    def test_of_views_are_written_out(self):
        x = variable(np.ones((2, 3)))
        np.sum(x.T.reshape(6)).backward()
        assert x.grad.flags.owndata
        assert x.grad.flags.c_contiguous
        assert x.grad.strides == (24, 8)

    def test_of_a_leaf_that_is_the_loss_itself_is_the_seed(self):
        x, seed = variable(), np.array([1.0, 2.0, 3.0])
        x.backward(seed)
        np.testing.assert_array_equal(x.grad, [1, 2, 3])
        assert not np.shares_memory(x.grad, seed)

    def test_of_a_scalar_is_a_0_d_array(self):
        x = Tensor(2.0, requires_grad=True)
        (x * x).backward()
        assert type(x.grad) is np.ndarray
        assert x.grad.shape == ()

    def test_of_an_unused_leaf_stays_none(self):
        x, unused = variable(), variable()
        np.sum(x).backward()
        assert unused.grad is None

    def test_of_an_inner_tensor_is_kept_when_asked_for(self):
        x = variable()
        y = x * 2
        y.retain_grad()
        np.sum(y * y).backward()
        np.testing.assert_array_equal(y.grad, 4 * x.data)

    def test_of_an_inner_tensor_is_none_with_a_warning_that_says_how_to_keep_it(self):
        y = variable() * 2
        np.sum(y).backward()
        with pytest.warns(UserWarning, match=r"multiply.*retain_grad\(\)"):
            assert y.grad is None

    @pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
    def test_stay_as_they_are_when_a_vjp_raises(self, error):
        @primitive
        def fail(x):
            return x + 0.0

        def fail_vjp(g):
            raise error

        fail.defvjp(fail_vjp)
        used, fresh = variable(), variable()
        np.sum(used).backward()
        with pytest.raises(error):
            np.sum(fresh * used + fail(used)).backward()
        np.testing.assert_array_equal(used.grad, [1, 1, 1])
        assert fresh.grad is None

    def test_of_two_models_in_two_threads_have_the_bits_of_a_serial_run(self):
        def train(seed, results):
            rng = np.random.default_rng(seed)
            w = Tensor(rng.normal(size=(8, 8)), requires_grad=True)
            for _ in range(200):
                np.sum(np.tanh(rng.normal(size=(4, 8)) @ w) ** 2).backward()
                with no_grad():
                    w -= 0.01 * w.grad
                w.grad = None
            results[seed] = w.data.tobytes()

        serial, parallel = {}, {}
        for seed in (1, 2):
            train(seed, serial)
        threads = [threading.Thread(target=train, args=(seed, parallel)) for seed in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert parallel == serial


class TestWhatBackwardRefuses:
    def test_an_output_of_several_elements_without_cotangent(self):
        with pytest.raises(GraphError, match=r"\(3,\).*pass gradient="):
            (variable() * 2).backward()

    def test_a_cotangent_of_another_shape_naming_both(self):
        with pytest.raises(ShapeError, match=r"\(2,\).*\(3,\)"):
            (variable() * 2).backward(np.ones(2))

    def test_a_constant(self):
        with pytest.raises(GraphError, match=r"constant.*requires_grad=True"):
            Tensor([1.0]).backward()

    def test_a_detached_tensor(self):
        with pytest.raises(GraphError, match="detached"):
            variable().sum().detach().backward()

    def test_integers_naming_the_dtype(self):
        with pytest.raises(GraphError, match="int64"):
            Tensor(1).backward()

    def test_a_tensor_computed_under_no_grad(self):
        with no_grad():
            y = np.sum(variable())
        with pytest.raises(GraphError, match="no_grad"):
            y.backward()

    def test_a_complex_loss_with_the_way_out(self):
        with pytest.raises(TypeError, match=r"complex128.*np\.real"):
            np.sum(variable() * 1j).backward()

    def test_a_vjp_of_the_wrong_shape_naming_primitive_and_shapes(self):
        wrong = primitive(lambda x: np.sum(x, axis=0)).defvjp(lambda g: g)
        wrong.name = "wrong"
        with pytest.raises(ShapeError, match=r"'wrong' returned shape \(3,\) for input 0 of shape \(2, 3\)"):
            wrong(variable(np.ones((2, 3)))).backward(np.ones(3))

    def test_a_vjp_of_the_output_s_shape_with_the_way_out(self):
        total = primitive(lambda a, b: a + b, name="total").defvjp(lambda g: g, lambda g: g)
        with pytest.raises(ShapeError, match=r"'total' returned shape \(2, 3\) for input 1 .* np.broadcast_arrays"):
            np.sum(total(variable(np.ones((2, 3))), variable(np.ones(3)))).backward()

    @pytest.mark.parametrize("result", [None, [1.0, 2.0, 3.0], "g"])
    def test_a_vjp_that_returns_no_array_naming_primitive_and_type(self, result):
        wrong = primitive(lambda x: x + 0).defvjp(lambda g: result)
        wrong.name = "wrong"
        with pytest.raises(ShapeError, match=f"'wrong' returned {type(result).__name__} for input 0"):
            wrong(variable()).backward(np.ones(3))
