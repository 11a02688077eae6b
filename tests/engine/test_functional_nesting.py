"""Derivatives inside derivatives: perturbation confusion, closures over Tensors, jvp with grad, random polynomials."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

import autograd
from autograd import ShapeError, Tensor, grad, hessian, hvp, jacobian, jvp, no_grad, value_and_grad, vjp

X = np.array([0.5, -1.0, 2.0])


class TestGradOfGrad:
    def test_on_the_same_variable(self):
        assert grad(lambda x: grad(lambda y: x * y)(x))(2.0) == 1.0

    def test_with_the_outer_variable_as_a_factor(self):
        assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(1.0) == 2.0

    def test_does_not_confuse_the_perturbations_of_a_sum(self):  # Siskind and Pearlmutter (2005)
        assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0

    def test_at_a_point_computed_from_the_outer_variable(self):
        assert grad(lambda x: grad(lambda y: x * y * y)(x * x))(1.5) == 6 * 1.5**2  # 2 x · x²

    def test_three_deep(self):
        def outer(x):
            def middle(y):
                return y * grad(lambda z: x * y * z)(x * y)  # x y²

            return x * grad(middle)(x)  # x · 2 x · x

        assert grad(outer)(1.5) == pytest.approx(6 * 1.5**2, rel=1e-15)

    def test_of_an_inner_function_of_its_own_variable_only(self):
        assert grad(lambda x: x * grad(lambda y: y**3)(2.0))(1.0) == 12.0

    def test_of_an_inner_function_of_the_outer_variable_only(self):
        with pytest.warns(UserWarning, match="independent of input"):
            assert grad(lambda x: x + grad(lambda y: x * x)(2.0))(3.0) == 1.0

    def test_shadowing_a_name(self):
        assert grad(lambda x: x * grad(lambda x: x * x)(x))(3.0) == 12.0

    def test_of_both_value_and_gradient(self):
        def f(x):
            value, gradient = value_and_grad(lambda y: x * y**2)(x)
            return value * gradient  # x³ · 2 x²

        assert grad(f)(1.5) == pytest.approx(10 * 1.5**4, rel=1e-15)

    def test_of_a_gradient_of_a_dict(self):
        def f(p):
            gradient = grad(lambda q: q["a"] ** 2 * q["b"])(p)
            return gradient["a"] * gradient["b"]  # 2 a b · a²

        result = grad(f)({"a": 2.0, "b": 3.0})
        assert result == {"a": 6 * 2.0**2 * 3.0, "b": 2 * 2.0**3}

    def test_mixed_with_jacobian_and_hvp(self):
        def f(x):
            return np.sum(jacobian(lambda y: y**3)(x)) + np.sum(hvp(lambda y: np.sum(y**3))(x, x))  # 3x² + 6x²

        np.testing.assert_allclose(grad(f)(X), 18 * X, rtol=1e-14)

    def test_with_respect_to_the_vector_of_an_hvp(self):
        result = grad(lambda v: np.sum(hvp(lambda y: np.sum(y**3))(X, v)))(np.ones(3))
        np.testing.assert_allclose(result, 6 * X, rtol=1e-15)

    def test_with_respect_to_the_cotangent_of_a_pullback(self):
        _, pullback = vjp(lambda x: x * x, X)
        np.testing.assert_array_equal(grad(lambda g: np.sum(pullback(g)))(X), 2 * X)

    def test_with_a_pullback_made_inside_and_called_outside_of_an_inner_function(self):
        def f(x):
            value, pullback = vjp(lambda y: x * y * y, x)
            return value * pullback(x)  # x³ · 2 x² · x

        assert grad(f)(1.5) == pytest.approx(12 * 1.5**5, rel=1e-15)

    def test_inside_a_loop_that_descends(self):
        """Two steps of gradient descent on a x²/2 from 1 give (1 - a/4)²."""

        def after_two_steps(a):
            x = 1.0
            for _ in range(2):
                x = x - 0.25 * grad(lambda v: a * v * v / 2)(x)
            return x

        assert grad(after_two_steps)(2.0) == pytest.approx(-0.5 * (1 - 2.0 / 4), rel=1e-15)


class TestClosuresOverTensors:
    def test_the_gradient_is_a_tensor_that_can_be_differentiated_in_them(self):
        w = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        slope = grad(lambda x: np.sum(w * x * x))(X)
        assert isinstance(slope, Tensor)
        np.sum(slope * slope).backward()
        np.testing.assert_allclose(w.grad, 8 * w.data * X**2, rtol=1e-15)

    def test_their_own_gradient_is_not_touched(self):
        w = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        grad(lambda x: np.sum(w * x * x))(X)
        assert w.grad is None

    def test_under_no_grad_they_are_constants(self):
        w = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        with no_grad():
            slope = grad(lambda x: np.sum(w * x * x))(X)
        assert type(slope) is np.ndarray
        np.testing.assert_array_equal(slope, 2 * w.data * X)

    def test_a_tracked_argument_is_differentiated_through(self):
        t = Tensor(X, requires_grad=True)
        np.sum(grad(lambda x: np.sum(x**3))(t)).backward()
        np.testing.assert_allclose(t.grad, 6 * X, rtol=1e-15)

    def test_a_gradient_penalty_reaches_the_parameters(self):
        """d/dw Σ_x (∂/∂x w x³)² = 2 w Σ (3 x²)²."""
        w = Tensor(0.5, requires_grad=True)
        np.sum(autograd.elementwise_grad(lambda x: w * x**3)(X) ** 2).backward()
        np.testing.assert_allclose(w.grad, 2 * 0.5 * np.sum(9 * X**4), rtol=1e-15)


class TestJvp:
    def test_of_a_linear_function_is_the_function_of_the_tangent(self):
        value, tangent = jvp(lambda x: 3 * x + 1, (X,), (np.ones(3),))
        np.testing.assert_array_equal(value, 3 * X + 1)
        np.testing.assert_array_equal(tangent, [3, 3, 3])

    def test_of_a_nonlinear_function(self):
        _, tangent = jvp(np.sin, (X,), (2 * X,))
        np.testing.assert_allclose(tangent, np.cos(X) * 2 * X, rtol=1e-15)

    @pytest.mark.parametrize("function", [lambda x: np.ones(2), lambda x: np.sign(x[:2])])
    def test_of_a_constant_is_zero(self, function):
        np.testing.assert_array_equal(jvp(function, (X,), (X,))[1], [0, 0])

    def test_of_several_arguments_and_outputs(self):
        value, tangent = jvp(lambda p, y: [p["a"] * y, p["a"]], ({"a": 2.0}, 3.0), ({"a": 1.0}, 10.0))
        assert value == [6.0, 2.0]
        assert tangent == [23.0, 1.0]

    def test_gives_plain_arrays(self):
        assert [type(result) for result in jvp(np.exp, (X,), (X,))] == [np.ndarray, np.ndarray]

    def test_under_no_grad_is_the_same(self):
        with no_grad():
            np.testing.assert_array_equal(jvp(np.square, (X,), (X,))[1], 2 * X * X)

    def test_of_a_holomorphic_function(self):
        z, t = np.array([1.0 + 2.0j]), np.array([0.5 - 1.0j])
        np.testing.assert_allclose(jvp(np.exp, (z,), (t,))[1], np.exp(z) * t, rtol=1e-14)

    def test_of_the_conjugate_is_the_conjugate_of_the_tangent(self):
        z, t = np.array([1.0 + 2.0j]), np.array([0.5 - 1.0j])
        np.testing.assert_array_equal(jvp(np.conjugate, (z,), (t,))[1], t.conj())

    def test_inside_grad(self):
        assert grad(lambda x: jvp(lambda y: x * y * y, (x,), (1.0,))[1])(3.0) == 12.0  # 2 x²

    def test_inside_grad_with_the_variable_in_the_tangent(self):
        assert grad(lambda x: jvp(np.sin, (1.0,), (x,))[1])(3.0) == pytest.approx(np.cos(1.0), rel=1e-15)

    def test_of_grad_is_the_second_derivative(self):
        assert jvp(grad(np.sin), (0.7,), (1.0,))[1] == pytest.approx(-np.sin(0.7), rel=1e-15)

    def test_of_jvp_is_the_second_derivative(self):
        assert jvp(lambda x: jvp(np.sin, (x,), (1.0,))[1], (0.7,), (1.0,))[1] == pytest.approx(-np.sin(0.7), rel=1e-15)

    def test_of_jvp_does_not_confuse_the_perturbations(self):
        assert jvp(lambda x: x * jvp(lambda y: x + y, (1.0,), (1.0,))[1], (1.0,), (1.0,))[1] == 1.0

    def test_third_derivative(self):
        def derivative(f):
            return lambda x: jvp(f, (x,), (1.0,))[1]

        assert derivative(derivative(derivative(np.sin)))(0.7) == pytest.approx(-np.cos(0.7), rel=1e-15)

    def test_at_a_pole_is_infinite_but_along_a_tangent_of_zero(self):
        with np.errstate(divide="ignore"):
            assert jvp(np.sqrt, (np.zeros(2),), (np.array([1.0, 0.0]),))[1].tolist() == [np.inf, 0.0]

    def test_of_tangents_of_other_shapes_is_refused(self):
        with pytest.raises(ShapeError, match=r"\[\(2,\)\].*\[\(3,\)\]"):
            jvp(np.sin, (X,), (np.ones(2),))


coefficients = st.lists(st.integers(-5, 5), min_size=1, max_size=6)
points = st.integers(-8, 8).map(lambda n: n / 4)  # exact in binary: so are all the sums below


def horner(c, x):
    result = 0.0 * x
    for coefficient in reversed(c):
        result = result * x + float(coefficient)
    return result


def by_powers(c, x):
    return sum((float(coefficient) * x**power for power, coefficient in enumerate(c)), start=0.0 * x)


@pytest.mark.filterwarnings("ignore:Output seems independent of input")  # a constant is a polynomial too
class TestRandomPolynomials:
    @given(coefficients, points, st.integers(1, 4), st.sampled_from([horner, by_powers]))
    def test_derivatives_of_any_order(self, c, x, order, evaluate):
        derivative = lambda v: evaluate(c, v)  # noqa: E731  # replaced below by its own derivative
        for _ in range(order):
            derivative = grad(derivative)
        assert derivative(x) == pytest.approx(Polynomial(c).deriv(order)(x), rel=1e-12, abs=1e-12)

    @given(coefficients, coefficients, points)
    def test_product_rule(self, c, d, x):
        p, q = Polynomial(c), Polynomial(d)
        expected = p.deriv()(x) * q(x) + p(x) * q.deriv()(x)
        assert grad(lambda v: horner(c, v) * by_powers(d, v))(x) == pytest.approx(expected, rel=1e-12, abs=1e-12)

    @given(coefficients, st.lists(points, min_size=1, max_size=4))
    def test_hessian_of_a_sum_is_diagonal(self, c, values):
        x = np.array(values)
        result = hessian(lambda v: np.sum(horner(c, v)))(x)
        np.testing.assert_allclose(result, np.diag(Polynomial(c).deriv(2)(x)), rtol=1e-12, atol=1e-12)

    @given(coefficients, points, points)
    def test_jvp_is_the_derivative_times_the_tangent(self, c, x, t):
        tangent = jvp(lambda v: by_powers(c, v), (x,), (t,))[1]
        assert tangent == pytest.approx(Polynomial(c).deriv()(x) * t, rel=1e-12, abs=1e-12)
