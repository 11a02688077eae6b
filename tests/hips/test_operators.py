"""Operators by HIPS autograd's names, where no other package's result stands for theirs."""

import functools
import inspect

import numpy as np
import pytest

import autograd.differential_operators as operators
from autograd import (
    AutogradError,
    deriv,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    holomorphic_grad,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
)
from autograd.misc.fixed_points import fixed_point

X = np.array([1.0, 2.0, 3.0])


def test_all_names_of_the_module_exist():
    assert {name for name in operators.__all__ if not hasattr(operators, name)} == set()


def test_a_value_is_plain_and_its_pullback_can_be_called_again():
    pull, value = make_vjp(lambda a, x: a * x, 1)(2.0, X)
    assert type(value) is np.ndarray
    for _ in range(2):
        np.testing.assert_array_equal(pull(X), 2.0 * X)


def test_operators_nest():
    assert grad(lambda a: make_vjp(lambda x: a * x**2)(3.0)[0](1.0))(2.0) == 6.0
    assert grad(lambda a: make_jvp(lambda x: a * x**2)(3.0)(1.0)[1])(2.0) == 6.0
    assert grad(lambda a: make_hvp(lambda x: a * x**3)(2.0)[0](1.0))(2.0) == 12.0
    assert deriv(deriv(lambda x: x**3))(2.0) == 12.0


def test_derivatives_of_complex_numbers():
    assert deriv(lambda z: z**2)(1.0 + 2.0j) == 2.0 + 4.0j
    with pytest.warns(UserWarning, match="Input to holomorphic_grad is not complex"):
        assert holomorphic_grad(lambda z: z**2)(1.0) == 2.0


def test_an_auxiliary_output_may_be_nested_and_is_plain():
    gradient, aux = grad_and_aux(lambda x: (np.sum(x**2), {"y": 2.0 * x, "n": [3]}))(X)
    np.testing.assert_array_equal(gradient, 2.0 * X)
    assert type(aux["y"]) is np.ndarray
    assert aux["n"] == [3]
    with pytest.raises(TypeError, match="needs a scalar"):
        grad_and_aux(lambda x: (x, 0.0))(X)


def test_gradients_by_name():
    def f(a, x, *rest, scale=1.0, **options):
        return scale * a * x**2 * rest[0] * options["b"]

    assert grad_named(f, "x")(2.0, 3.0, 1.0, b=1.0) == 12.0
    assert grad_named(grad_named(f, "x"), "a")(2.0, 3.0, 1.0, b=1.0) == 6.0
    with pytest.raises(ValueError, match="y"):
        grad_named(f, "y")
    gradients = multigrad_dict(f)(2.0, 3.0, 1.0, b=1.0)
    assert gradients == {"a": 9.0, "x": 12.0, "rest": (18.0,), "scale": 18.0, "options": {"b": 18.0}}


def test_an_argument_that_is_not_there():
    with pytest.raises(IndexError, match="argnum 1 is out of range") as caught:
        make_vjp(lambda x: x, 1)(2.0)
    assert isinstance(caught.value, AutogradError)


def test_results_are_named_after_the_operator_the_function_and_the_argument():
    def loss(weights, scale=1.0):
        """Say what it is."""
        return np.sum(weights) * scale

    assert make_vjp(loss, 1).__name__ == "make_vjp_of_loss_wrt_argnum_1"
    assert operators.make_ggnvp(loss).__name__ == "ggnvp_of_loss_wrt_argnum_0"
    assert hessian(loss).__doc__.endswith("takes the arguments of loss.\n\nSay what it is.")
    assert inspect.signature(make_hvp(loss)) == inspect.signature(loss)
    assert grad(functools.partial(loss, scale=2.0)).__name__ == "grad_of_[unknown name]_wrt_argnum_0"


def test_a_product_with_the_hessian_of_a_linear_function_is_zero_without_a_warning():
    np.testing.assert_array_equal(operators.hessian_vector_product(np.sum)(X, X), np.zeros(3))


@pytest.mark.parametrize("operator", [grad, make_vjp])
def test_the_warning_of_a_constant_points_to_the_caller(operator):
    with pytest.warns(UserWarning, match="Output seems independent of input") as caught:
        operator(lambda x: 1.0)(2.0)
    assert caught[0].filename == __file__


class TestFixedPoints:
    """The solution of x = b + A x is (1 - A)⁻¹ b."""

    matrix = np.array([[0.1, 0.3], [-0.2, 0.2]])
    vector = np.array([1.0, 2.0])

    def solve(self, matrix, vector):
        def step(parameters):
            matrix, vector = parameters
            return lambda x: vector + np.dot(matrix, x)

        start = np.zeros(2)
        return fixed_point(step, (matrix, vector), start, lambda x, y: np.max(np.abs(x - y)), 1e-14)

    def test_value_and_gradients(self):
        inverse = np.linalg.inv(np.eye(2) - self.matrix)
        np.testing.assert_allclose(self.solve(self.matrix, self.vector), inverse @ self.vector, rtol=1e-12)
        of_matrix, of_vector = grad(lambda a, b: np.sum(self.solve(a, b)), (0, 1))(self.matrix, self.vector)
        np.testing.assert_allclose(of_vector, inverse.T @ np.ones(2), rtol=1e-12)
        np.testing.assert_allclose(of_matrix, np.outer(inverse.T @ np.ones(2), inverse @ self.vector), rtol=1e-12)

    def test_second_order(self):
        def expected(matrix):
            return np.sum(np.linalg.solve(np.eye(2) - matrix, self.vector))

        computed = hessian(lambda a: np.sum(self.solve(a, self.vector)))(self.matrix)
        np.testing.assert_allclose(computed, hessian(expected)(self.matrix), rtol=1e-10)
