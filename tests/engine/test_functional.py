"""grad, value_and_grad, elementwise_grad, vjp, jacobian, hessian, hvp: known mathematics and structures."""

import inspect
from collections import OrderedDict, defaultdict
from typing import NamedTuple

import numpy as np
import pytest

from autograd import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

A = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0], [4.0, -2.0, 1.5]])
X = np.array([0.5, -1.0, 2.0])


class Line(NamedTuple):
    slope: float
    offset: float


class TestKnownMathematics:
    def test_gradient_of_a_quadratic_form(self):
        np.testing.assert_allclose(grad(lambda x: x @ A @ x)(X), (A + A.T) @ X, rtol=1e-15)

    def test_gradient_of_rosenbrocks_function(self):
        def rosenbrock(x):
            return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

        a, b, c = X
        expected = [
            -400 * a * (b - a**2) - 2 * (1 - a),
            200 * (b - a**2) - 400 * b * (c - b**2) - 2 * (1 - b),
            200 * (c - b**2),
        ]
        np.testing.assert_allclose(grad(rosenbrock)(X), expected, rtol=1e-14)

    def test_value_comes_with_the_gradient(self):
        value, gradient = value_and_grad(lambda x: np.sum(x**3))(X)
        assert value == np.sum(X**3)
        np.testing.assert_allclose(gradient, 3 * X**2, rtol=1e-15)

    def test_elementwise_derivative_of_a_polynomial(self):
        np.testing.assert_allclose(elementwise_grad(lambda x: 2 * x**3 - x)(X), 6 * X**2 - 1, rtol=1e-15)

    def test_jacobian_of_a_linear_map_is_its_matrix(self):
        np.testing.assert_array_equal(jacobian(lambda x: A @ x)(X), A)

    def test_jacobian_has_the_axes_of_the_output_before_those_of_the_input(self):
        result = jacobian(lambda m: m[:2].T * 2.0)(A)
        expected = np.einsum("ik,jl->ijlk", np.eye(3), 2 * np.eye(2, 3)).transpose(0, 1, 2, 3)
        assert result.shape == (3, 2, 3, 3)
        np.testing.assert_array_equal(result, expected)

    def test_jacobian_of_polar_coordinates(self):
        r, angle = 2.0, 0.3
        result = jacobian(lambda p: np.stack([p[0] * np.cos(p[1]), p[0] * np.sin(p[1])]))(np.array([r, angle]))
        expected = [[np.cos(angle), -r * np.sin(angle)], [np.sin(angle), r * np.cos(angle)]]
        np.testing.assert_allclose(result, expected, rtol=1e-15)

    def test_hessian_of_a_quadratic_form(self):
        np.testing.assert_allclose(hessian(lambda x: x @ A @ x)(X), A + A.T, rtol=1e-15)

    def test_hessian_of_a_linear_function_is_zero(self):
        with pytest.warns(UserWarning, match="independent of input"):
            np.testing.assert_array_equal(hessian(lambda x: np.sum(3 * x))(X), np.zeros((3, 3)))

    def test_hessian_of_a_vector_has_the_axes_of_the_output_first(self):
        result = hessian(lambda x: x**3 + x[0] * x)(X)
        expected = np.zeros((3, 3, 3))
        for i in range(3):
            expected[i, i, i] += 6 * X[i]
            expected[i, 0, i] += 1
            expected[i, i, 0] += 1
        np.testing.assert_allclose(result, expected, rtol=1e-15)

    def test_hessian_of_one_element_with_axes_keeps_them(self):
        assert hessian(lambda x: np.sum(x**2, keepdims=True))(X).shape == (1, 3, 3)

    def test_hessian_of_a_holomorphic_function(self):
        assert hessian(lambda z: z**3)(1.0 + 2.0j) == 6.0 + 12.0j

    def test_hvp_is_the_hessian_times_the_vector(self):
        v = np.array([1.0, -2.0, 3.0])
        np.testing.assert_allclose(hvp(lambda x: x @ A @ x)(X, v), (A + A.T) @ v, rtol=1e-15)

    def test_hvp_in_another_argument_than_the_first(self):
        v = np.array([1.0, -2.0, 3.0])
        result = hvp(lambda scale, x: scale * np.sum(x**3), argnum=1)(2.0, X, v)
        np.testing.assert_allclose(result, 12 * X * v, rtol=1e-15)

    def test_vjp_pulls_back_any_number_of_times(self):
        value, pullback = vjp(lambda x: A @ x, X)
        np.testing.assert_array_equal(value, A @ X)
        for g in np.eye(3):
            np.testing.assert_array_equal(pullback(g), A.T @ g)

    def test_fifth_derivative_of_the_sine_is_the_cosine(self):
        derivative = np.sin
        for _ in range(5):
            derivative = grad(derivative)
        assert derivative(0.7) == pytest.approx(np.cos(0.7), rel=1e-13)

    def test_fourth_derivative_tensor_of_a_sum_of_fourth_powers(self):
        result = hessian(lambda x: np.sum(hessian(lambda y: np.sum(y**4))(x) * np.eye(2)))(np.array([1.0, 2.0]))
        np.testing.assert_allclose(result, 24 * np.eye(2), rtol=1e-14)


class TestStructures:
    def test_a_dict_gives_a_dict(self):
        result = grad(lambda p: np.sum(p["w"] ** 2) + 3 * p["b"])({"w": X, "b": 1.0})
        np.testing.assert_array_equal(result["w"], 2 * X)
        assert result["b"] == 3.0
        assert list(result) == ["w", "b"]

    def test_nested_lists_tuples_and_none_keep_their_shape(self):
        result = grad(lambda p: p[0][0] * p[1]["a"] + p[0][1][0])([(2.0, [5.0]), {"a": 3.0, "none": None}])
        assert result == [(3.0, [1.0]), {"a": 2.0, "none": None}]
        assert isinstance(result[0], tuple)

    def test_a_namedtuple_gives_a_namedtuple(self):
        result = grad(lambda line: line.slope * 2.0 + line.offset)(Line(1.0, 2.0))
        assert result == Line(2.0, 1.0)
        assert isinstance(result, Line)

    def test_several_argnums_give_a_tuple(self):
        assert grad(lambda x, y, z: x * y * z, (0, 2))(2.0, 3.0, 5.0) == (15.0, 6.0)

    def test_a_list_of_one_argnum_gives_a_tuple_of_one(self):
        assert grad(lambda x: x * x, [0])(3.0) == (6.0,)

    def test_a_negative_argnum_counts_from_the_end(self):
        assert grad(lambda x, y: x * y, -1)(2.0, 3.0) == 2.0

    def test_keyword_arguments_are_passed_on(self):
        assert grad(lambda x, power=1: x**power)(3.0, power=2) == 6.0

    def test_vjp_of_several_arguments_and_outputs(self):
        value, pullback = vjp(lambda x, y: {"product": x * y, "sum": x + y}, 2.0, 3.0)
        assert value == {"product": 6.0, "sum": 5.0}
        assert pullback({"product": 1.0, "sum": 10.0}) == (13.0, 12.0)

    def test_an_output_returned_twice_receives_both_cotangents(self):
        def twice(x):
            y = x * x
            return y, y

        assert vjp(twice, 3.0)[1]((1.0, 10.0)) == 66.0

    def test_jacobian_of_a_dict_is_a_dict_of_jacobians(self):
        result = jacobian(lambda p: p["m"] @ X + p["b"])({"m": A, "b": X})
        np.testing.assert_array_equal(result["b"], np.eye(3))
        np.testing.assert_array_equal(result["m"], np.einsum("ij,k->ijk", np.eye(3), X))

    def test_hvp_takes_and_returns_the_structure_of_the_argument(self):
        result = hvp(lambda p: p["a"] ** 2 * p["b"])({"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 10.0})
        assert result == {"a": 2 * 3.0 + 2 * 2.0 * 10.0, "b": 2 * 2.0}

    def test_an_argument_that_is_the_output_has_gradient_one(self):
        assert grad(lambda x: x)(2.0) == 1.0

    def test_the_function_may_be_a_numpy_function(self):
        assert grad(np.sum)(X).tolist() == [1, 1, 1]

    def test_the_derivative_has_a_name_of_its_own_and_the_docstring_and_signature_of_the_function(self):
        def energy(x):
            """Joules."""
            return x * x

        assert grad(energy).__name__ == "grad_of_energy_wrt_argnum_0"
        assert hessian(energy, (0,)).__name__ == "hessian_of_energy_wrt_argnum_(0,)"
        assert hvp(energy).__doc__ == "The hvp of energy in argument 0; takes the arguments of energy.\n\nJoules."
        assert inspect.signature(jacobian(energy)) == inspect.signature(energy)


class TestStructuresOfResults:
    """What is differentiated is described by argnum and by nested containers; results have the same description."""

    P = {"w": X, "b": 2.0}  # noqa: RUF012  # never written to

    @staticmethod
    def energy(p):
        return p["b"] * np.sum(p["w"] ** 2)

    def test_hessian_in_a_dict_is_a_dict_of_dicts(self):
        result = hessian(self.energy)(self.P)
        np.testing.assert_allclose(result["w"]["w"], 4 * np.eye(3), rtol=1e-15)
        np.testing.assert_allclose(result["w"]["b"], 2 * X, rtol=1e-15)
        np.testing.assert_allclose(result["b"]["w"], 2 * X, rtol=1e-15)
        assert result["b"]["b"] == 0

    def test_hessian_in_several_arguments_is_a_tuple_of_tuples(self):
        result = hessian(lambda x, y: x**2 * y**3, (0, 1))(2.0, 3.0)
        assert result == ((2 * 27.0, 2 * 2 * 27.0), (2 * 2 * 27.0, 4 * 6 * 3.0))

    def test_hessian_in_one_listed_argument_is_a_tuple_of_a_tuple(self):
        assert hessian(lambda x: x**3, [0])(2.0) == ((12.0,),)

    def test_hvp_in_several_arguments_takes_and_returns_a_tuple(self):
        assert hvp(lambda x, y: x**2 * y, (0, 1))(2.0, 3.0, (1.0, 10.0)) == (2 * 3.0 + 4.0 * 10, 4.0)

    def test_jacobian_of_several_outputs_has_their_structure(self):
        result = jacobian(lambda x, y: {"p": x * y, "s": [x + y, None]}, (0, 1))(2.0, 3.0)
        assert result == {"p": (3.0, 2.0), "s": [(1.0, 1.0), None]}

    def test_jacobian_of_scalars_is_a_scalar(self):
        assert type(jacobian(np.sin)(0.5)) is np.float64

    def test_value_and_grad_and_elementwise_grad_in_several_arguments(self):
        assert value_and_grad(lambda x, y: x * y, (0, 1))(2.0, 3.0) == (6.0, (3.0, 2.0))
        first, second = elementwise_grad(lambda x, y: x * y, (0, 1))(X, 2 * X)
        np.testing.assert_array_equal(first, 2 * X)
        np.testing.assert_array_equal(second, X)

    def test_elementwise_grad_in_a_dict(self):
        result = elementwise_grad(lambda p: p["a"] ** 2 * p["b"])({"a": X, "b": 2 * X})
        np.testing.assert_array_equal(result["a"], 4 * X**2)
        np.testing.assert_array_equal(result["b"], X**2)

    def test_vjp_and_jvp_pass_keyword_arguments_on(self):
        assert vjp(lambda x, power: x**power, 3.0, power=2)[1](1.0) == 6.0
        assert jvp(lambda x, power: x**power, (3.0,), (1.0,), power=2)[1] == 6.0

    def test_cotangents_and_tangents_are_matched_by_key_not_by_order(self):
        _, pullback = vjp(lambda x: {"a": x, "b": 10 * x}, 1.0)
        assert pullback({"b": 1.0, "a": 2.0}) == 12.0
        tangents = ({"b": 1.0, "a": 2.0},)
        assert jvp(lambda p: p["a"] + 10 * p["b"], ({"a": 0.0, "b": 0.0},), tangents)[1] == 12.0
        assert hvp(lambda p: p["a"] ** 2 + 5 * p["b"] ** 2)({"a": 1.0, "b": 1.0}, tangents[0]) == {"a": 4.0, "b": 10.0}

    def test_a_defaultdict_gives_a_defaultdict(self):
        result = grad(lambda p: p["a"] ** 2)(defaultdict(list, a=3.0))
        assert type(result) is defaultdict
        assert result == {"a": 6.0}

    def test_an_ordered_dict_keeps_its_order(self):
        result = grad(lambda p: p["a"] * p["b"])(OrderedDict(b=2.0, a=3.0))
        assert list(result.items()) == [("b", 3.0), ("a", 2.0)]

    def test_nothing_to_differentiate_gives_nothing(self):
        assert grad(lambda p, x: x * x)(None, 2.0) is None
        assert grad(lambda x: x * x, ())(2.0) == ()

    def test_numpy_integers_are_argnums(self):
        assert grad(lambda x, y: x * y, np.int64(1))(2.0, 3.0) == 2.0
