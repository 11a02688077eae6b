"""Sweeps of rows: for every row of the table, and every primitive in it, many cotangents at once or one by one."""

import numpy as np
import pytest

import autograd.matrices
from autograd import GraphError, ShapeError, Tensor, grad, jacobian, primitive
from autograd.batching import SERVES_ROWS, VJPS_OF_ROWS, fit_rows, visit_recording_rows, visit_rows
from autograd.graph import conform, reachable
from autograd.ops import elementwise
from autograd.tensor import wrap
from samples import TABLE
from sampling import leaves, random_like

every_row = pytest.mark.parametrize("sample", TABLE, ids=str)
COUNT = 3


def nodes_of(sample, rng):
    """Return the operations that a sample records."""
    outputs = leaves(sample(*(Tensor(array, requires_grad=True) for array in sample.draw(rng))))
    order, _ = reachable(output._node for output in outputs if isinstance(output, Tensor) and output.requires_grad)
    return [node for node in order if node.rule is not None]


def rows_for(node, rng):
    return np.asarray(random_like(rng, np.zeros((COUNT, *node.shape), node.dtype)))


def contributions(node, g, visit, fit):
    """Return what a sweep adds to the cotangent of each input of a node."""
    rule, saved = visit(node, g) if visit else (node.rule, node.saved)
    pairs = zip(rule.pullbacks, node.inputs, strict=False)
    return [fit(pullback(g, saved), source, node, rule) for pullback, source in pairs if source is not None]


@every_row
def test_rows_of_cotangents_are_pulled_back_as_each_is(sample, rng):
    for node in nodes_of(sample, rng):
        rows = rows_for(node, rng)
        one_by_one = [contributions(node, row, None, conform) for row in rows]
        for together, parts in zip(
            contributions(node, rows, visit_rows, fit_rows), zip(*one_by_one, strict=True), strict=True
        ):
            assert together.dtype == parts[0].dtype
            np.testing.assert_allclose(together, np.stack(parts), rtol=1e-12, atol=1e-13, strict=True)


@every_row
def test_recorded_rows_have_the_same_values(sample, rng):
    for node in nodes_of(sample, rng):
        rows = rows_for(node, rng)
        recorded = contributions(node, wrap(rows, None), visit_recording_rows, fit_rows)
        for got, expected in zip(recorded, contributions(node, rows, visit_rows, fit_rows), strict=True):
            assert isinstance(got, Tensor)
            np.testing.assert_allclose(got.data, expected, rtol=1e-13, atol=1e-14, strict=True)


def test_primitives_written_for_rows_have_rows_in_the_table():
    sampled = {node.rule for sample in TABLE for node in nodes_of(sample, np.random.default_rng(0))}
    assert (SERVES_ROWS | VJPS_OF_ROWS.keys()) - sampled == set()


@pytest.mark.parametrize("rule", VJPS_OF_ROWS, ids=lambda rule: rule.name)
def test_vjps_of_rows_are_as_many_as_vjps(rule):
    assert len(VJPS_OF_ROWS[rule]) == len(rule.vjps)


class TestJacobians:
    A = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0], [4.0, -2.0, 1.5]])
    X = np.array([0.5, -1.0, 2.0])

    def test_call_a_vjp_of_the_users_row_by_row(self):
        @primitive
        def first_moment(x):
            return np.array([np.sum(x), np.sum(x * np.arange(x.size))])

        first_moment.defvjp(lambda g, x_shape: g[0] * np.ones(x_shape) + g[1] * np.arange(x_shape[0]))
        np.testing.assert_array_equal(jacobian(first_moment)(self.X), [[1, 1, 1], [0, 1, 2]])

    def test_pass_an_elementwise_operation_once(self, monkeypatch):
        shapes = []
        pullback = next(iter(elementwise.tanh.pullbacks))
        monkeypatch.setattr(
            elementwise.tanh, "pullbacks", [lambda g, saved: shapes.append(g.shape) or pullback(g, saved)]
        )
        np.testing.assert_allclose(jacobian(np.tanh)(self.X), np.diag(1 - np.tanh(self.X) ** 2), rtol=1e-15)
        assert shapes == [(3, 3)]

    @pytest.mark.parametrize("most_bytes", [0, 50, 10**9])
    def test_do_not_depend_on_how_many_rows_go_in_one_sweep(self, most_bytes, monkeypatch):
        monkeypatch.setattr(autograd.matrices, "MOST_BYTES", most_bytes)
        result = jacobian(lambda x: np.outer(self.A @ x, [1.0, 10.0]))(self.X)
        np.testing.assert_array_equal(result, np.stack([self.A, 10 * self.A], axis=1))

    def test_by_columns_of_several_arguments_and_outputs(self):
        t = np.linspace(0.0, 1.0, 20)
        result = jacobian(lambda a, b: {"line": a * t + b[0], "square": b[1] * t**2}, (0, 1))(2.0, X2)
        np.testing.assert_allclose(result["line"][0], t, rtol=1e-15)
        np.testing.assert_allclose(result["line"][1], np.stack([np.ones(20), np.zeros(20)], axis=1), rtol=1e-15)
        np.testing.assert_array_equal(result["square"][0], np.zeros(20))
        np.testing.assert_allclose(result["square"][1], np.stack([np.zeros(20), t**2], axis=1), rtol=1e-15)

    def test_by_columns_can_be_differentiated_again(self):
        t = np.linspace(0.0, 1.0, 20)
        result = jacobian(jacobian(lambda x: x[0] * t + np.exp(x[1] * t)))(X2)
        assert result.shape == (20, 2, 2)
        np.testing.assert_allclose(result[:, 1, 1], t**2 * np.exp(X2[1] * t), rtol=1e-14)
        np.testing.assert_array_equal(result[:, 0, :], np.zeros((20, 2)))

    def test_by_columns_have_the_poles_of_the_function(self):
        with np.errstate(divide="ignore"):
            result = jacobian(lambda x: np.sqrt(x) * np.ones(5))(0.0)
        np.testing.assert_array_equal(result, np.full(5, np.inf))

    def test_by_columns_stop_at_a_guard_of_a_pole(self):
        t = np.array([0.0, 0.0, 1.0, 4.0])
        result = jacobian(lambda x: np.where(t > 0, np.sqrt(np.where(t > 0, x, 0) * t), 0))(1.0)
        np.testing.assert_array_equal(result, [0, 0, 0.5, 1])

    def test_third_derivatives_of_a_cubic_form(self):
        result = jacobian(jacobian(jacobian(lambda x: x**3)))(self.X)
        expected = np.zeros((3, 3, 3, 3))
        expected[(np.arange(3),) * 4] = 6
        np.testing.assert_allclose(result, expected, rtol=1e-15)

    def test_of_a_closed_over_tensor_are_tensors_that_pass_gradients_on(self):
        w = Tensor(self.A, requires_grad=True)
        result = jacobian(lambda x: w @ np.sin(x))(self.X)
        assert isinstance(result, Tensor)
        np.sum(result).backward()
        np.testing.assert_allclose(w.grad, np.broadcast_to(np.cos(self.X), (3, 3)), rtol=1e-15)

    def test_inside_a_gradient(self):
        """The sum of squares of the Jacobian of A·sin(x) is Σ A² cos², of gradient -2 Σ A² cos sin."""
        gradient = grad(lambda x: np.sum(jacobian(lambda y: self.A @ np.sin(y))(x) ** 2))(self.X)
        expected = -2 * np.sum(self.A**2, axis=0) * np.cos(self.X) * np.sin(self.X)
        np.testing.assert_allclose(gradient, expected, rtol=1e-14)

    def test_of_a_vjp_that_returns_another_shape_name_it(self):
        twice = primitive(lambda x: 2 * x, name="twice").defvjp(lambda g: np.ones(5))
        with pytest.raises(ShapeError, match=r"'twice' returned shape \(5,\).*\(3,\)"):
            jacobian(twice)(self.X)

    def test_through_memory_that_was_written_to_are_refused(self):
        weights = [Tensor(self.X.copy())]

        def f(x):
            y = x * weights[0]
            weights[0] *= 5.0
            return y

        with pytest.raises(GraphError, match="modified in place"):
            jacobian(f)(self.X)


X2 = np.array([0.5, -1.5])
