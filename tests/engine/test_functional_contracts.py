"""Functions of functions: types in and out, constants, grad mode, complex numbers, errors."""

import numpy as np
import pytest

import autograd
from autograd import (
    DTypeError,
    GraphError,
    ShapeError,
    Tensor,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from autograd.errors import ArgnumError

X = np.array([0.5, -1.0, 2.0])


class TestTypes:
    def test_a_float_gives_a_numpy_scalar(self):
        assert type(grad(lambda x: x * x)(2.0)) is np.float64

    @pytest.mark.parametrize(
        "derivative",
        [
            lambda f: grad(f)(X),
            lambda f: value_and_grad(f)(X)[1],
            lambda f: elementwise_grad(f)(X),
            lambda f: jacobian(f)(X),
            lambda f: hessian(f)(X),
            lambda f: hvp(f)(X, X),
            lambda f: vjp(f, X)[1](1.0),
        ],
    )
    def test_arrays_give_arrays(self, derivative):
        assert type(derivative(lambda x: np.sum(np.exp(x)))) is np.ndarray

    def test_values_are_plain(self):
        assert type(value_and_grad(np.sum)(X)[0]) is np.float64
        assert type(vjp(np.exp, X)[0]) is np.ndarray

    def test_an_untracked_tensor_gives_plain_arrays(self):
        assert type(grad(np.sum)(Tensor(X))) is np.ndarray

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
    def test_gradients_have_the_dtype_of_the_argument(self, dtype):
        x = X.astype(dtype)
        assert grad(lambda v: np.sum(v * v))(x).dtype == dtype
        assert jacobian(lambda v: v * v)(x).dtype == dtype
        assert hessian(lambda v: np.sum(v * v))(x).dtype == dtype

    def test_gradients_may_be_written_to_without_changing_anything_else(self):
        x = X.copy()
        value, pullback = vjp(lambda a, b: a + b, x, x)
        cotangent = np.ones(3)
        first, second = pullback(cotangent)
        first[:] = np.nan
        assert np.isfinite([value, second, cotangent, x]).all()


class TestFunctionsThatIgnoreTheirArgument:
    """They have a derivative of zero, and a warning says so: most often it is a mistake."""

    independent = pytest.mark.filterwarnings("ignore:Output seems independent of input")

    @pytest.mark.parametrize("constant", [3.0, np.float32(3), np.array(3.0), Tensor(3.0)])
    def test_have_gradient_zero(self, constant):
        with pytest.warns(UserWarning, match="Output seems independent of input"):
            np.testing.assert_array_equal(grad(lambda x: constant)(X), [0, 0, 0])

    def test_have_gradient_zero_in_the_ignored_argument_only(self):
        assert grad(lambda x, y: y * y, (0, 1))(2.0, 3.0) == (0.0, 6.0)

    @independent
    def test_have_a_jacobian_of_zeros(self):
        np.testing.assert_array_equal(jacobian(lambda x: np.ones(2))(X), np.zeros((2, 3)))

    @independent
    def test_have_a_hessian_of_zeros(self):
        np.testing.assert_array_equal(hessian(lambda x: 1.0)(X), np.zeros((3, 3)))

    @independent
    def test_have_an_hvp_of_zeros(self):
        np.testing.assert_array_equal(hvp(lambda x: 1.0)(X, X), np.zeros(3))

    @independent
    def test_of_which_only_the_signs_matter_have_gradient_zero(self):
        np.testing.assert_array_equal(grad(lambda x: np.sum(np.sign(x)))(X), [0, 0, 0])

    def test_have_a_jacobian_without_rows_where_the_output_is_empty(self):
        assert jacobian(lambda x: x[:0])(X).shape == (0, 3)

    @pytest.mark.parametrize("derivative", [grad, value_and_grad, elementwise_grad, jacobian, hessian, hvp])
    def test_warn_at_the_line_of_the_caller(self, derivative):
        with pytest.warns(UserWarning, match="Output seems independent of input") as caught:
            derivative(lambda *x: 1.0)(2.0, 3.0)
        assert derivative in (hessian, hvp) or caught[0].filename == __file__

    def test_do_not_warn_where_a_zero_is_an_answer(self):
        assert jvp(lambda x: 1.0, (2.0,), (1.0,))[1] == 0.0
        assert vjp(lambda x: 1.0, 2.0)[1](1.0) == 0.0
        np.testing.assert_array_equal(hvp(np.sum)(X, X), [0, 0, 0])
        np.testing.assert_array_equal(grad(lambda x: np.sum(0 * x))(X), [0, 0, 0])
        assert grad(lambda x, y: y, ())(1.0, 2.0) == ()


class TestGradMode:
    def test_a_gradient_under_no_grad_is_the_same(self):
        with no_grad():
            np.testing.assert_array_equal(grad(lambda x: np.sum(x * x))(X), 2 * X)

    def test_a_hessian_under_no_grad_is_the_same(self):
        with no_grad():
            np.testing.assert_array_equal(hessian(lambda x: np.sum(x * x))(X), 2 * np.eye(3))

    def test_what_the_function_computes_under_no_grad_is_constant(self):
        def f(x):
            with no_grad():
                constant = x * x
            return x * constant

        assert grad(f)(3.0) == 9.0

    def test_an_inner_gradient_under_no_grad_is_constant(self):
        def f(x):
            with no_grad():
                slope = grad(lambda y: x * y * y)(x)  # 2 x y at y = x
            return x * slope

        assert grad(f)(3.0) == 18.0

    def test_under_no_grad_a_tracked_argument_gives_plain_arrays(self):
        with no_grad():
            assert type(grad(np.sum)(Tensor(X, requires_grad=True))) is np.ndarray


class TestComplexNumbers:
    """The gradient of a real function of z = x + iy is ∂f/∂x - i ∂f/∂y."""

    Z = np.array([1.0 + 2.0j, -0.5 + 0.3j])

    def test_gradient_of_the_squared_modulus_is_twice_the_conjugate(self):
        np.testing.assert_allclose(grad(lambda z: np.sum(np.abs(z) ** 2))(self.Z), 2 * self.Z.conj(), rtol=1e-14)

    def test_gradient_of_the_real_part_is_one_and_of_the_imaginary_part_minus_i(self):
        np.testing.assert_array_equal(grad(lambda z: np.sum(np.real(z)))(self.Z), [1, 1])
        np.testing.assert_array_equal(grad(lambda z: np.sum(np.imag(z)))(self.Z), [-1j, -1j])

    def test_derivative_of_a_holomorphic_function_is_the_complex_derivative(self):
        np.testing.assert_allclose(elementwise_grad(np.sin)(self.Z), np.cos(self.Z), rtol=1e-14)
        np.testing.assert_allclose(elementwise_grad(lambda z: z**3)(self.Z), 3 * self.Z**2, rtol=1e-14)

    def test_jacobian_of_a_holomorphic_map(self):
        np.testing.assert_allclose(jacobian(lambda z: z * z)(self.Z), np.diag(2 * self.Z), rtol=1e-14)

    @pytest.mark.parametrize("derivative", [lambda f: np.diag(jacobian(f)(X)), lambda f: elementwise_grad(f)(X)])
    def test_derivative_of_complex_values_of_a_real_argument_is_refused_or_complex_but_never_its_real_part(
        self, derivative
    ):
        try:
            result = derivative(lambda x: np.exp(1j * x))
        except DTypeError:
            return
        np.testing.assert_allclose(result, 1j * np.exp(1j * X), rtol=1e-14)

    def test_gradient_of_a_real_argument_through_complex_values_is_real(self):
        result = grad(lambda x: np.sum(np.real(np.exp(1j * x))))(X)
        assert result.dtype == np.float64
        np.testing.assert_allclose(result, -np.sin(X), rtol=1e-14)

    def test_tensor_backward_follows_the_same_convention(self):
        z = Tensor(self.Z, requires_grad=True)
        np.sum(np.abs(z) ** 2).backward()
        np.testing.assert_allclose(z.grad, 2 * self.Z.conj(), rtol=1e-14)

    def test_a_complex_loss_is_refused_with_the_way_out(self):
        with pytest.raises(DTypeError, match=r"complex128.*np\.real"):
            grad(np.sum)(self.Z)


class TestErrors:
    def test_an_integer_argument_names_its_dtype_and_the_way_out(self):
        with pytest.raises(DTypeError, match=r"int64 \(value 2\).*2\.0"):
            grad(lambda x: x * x)(2)

    @pytest.mark.parametrize("argument", [True, np.arange(3), [1.0, 2]])
    def test_arguments_of_other_dtypes_are_refused(self, argument):
        with pytest.raises(DTypeError, match="cannot differentiate"):
            grad(lambda x: np.sum(x[0]))(argument)

    def test_an_output_of_several_elements_names_its_shape_and_the_alternatives(self):
        with pytest.raises(GraphError, match=r"\(3,\).*jacobian") as caught:
            grad(np.sin)(X)
        assert isinstance(caught.value, TypeError)
        with pytest.raises(TypeError, match="value_and_grad: the function returned"):
            value_and_grad(np.sin)(X)

    def test_an_output_of_one_element_may_have_axes(self):
        np.testing.assert_array_equal(grad(lambda x: np.sum(x * x, keepdims=True))(X), 2 * X)

    def test_several_outputs_are_refused(self):
        with pytest.raises(GraphError, match="tuple") as caught:
            grad(lambda x: (x, x))(2.0)
        assert isinstance(caught.value, TypeError)

    def test_an_argnum_without_argument_is_refused(self):
        with pytest.raises(GraphError, match=r"argnum 1 .* 1 positional") as caught:
            grad(lambda x: x, 1)(2.0)
        assert isinstance(caught.value, IndexError)

    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            (lambda x: 2.0 * x, lambda x: (x,)),
            (lambda *xs: xs[0] * 2.0, lambda x: (1.0, x)),
            (lambda xs: np.sum(xs), lambda x: ([1.0, x],)),
            (lambda xs: np.sum(xs["a"]), lambda x: ({"a": (x, x)},)),
        ],
        ids=["itself", "among several", "in a list", "in a dict"],
    )
    def test_a_primitive_without_a_vjp_is_refused_wherever_the_variable_is(self, function, arguments):
        without_vjp = autograd.primitive(function, name="without_vjp")
        with pytest.raises(NotImplementedError, match="without_vjp: no VJP is defined for argument 'x") as caught:
            grad(lambda x: without_vjp(*arguments(x)) * x)(1.0)
        assert isinstance(caught.value, GraphError)
        assert without_vjp(*arguments(Tensor(1.0))) is not None

    def test_a_function_of_numpy_that_tensors_do_not_go_through_is_not_implemented(self):
        for refused in (np.packbits, np.isnat, lambda x: np.sin(x, casting="no")):
            with pytest.raises(NotImplementedError):
                grad(refused)(1.0)

    def test_a_cotangent_of_another_shape_names_both(self):
        with pytest.raises(ShapeError, match=r"\(2,\).*\(3,\)"):
            vjp(np.sin, X)[1](np.ones(2))

    def test_cotangents_of_another_structure_are_refused(self):
        with pytest.raises(ShapeError, match="a tuple of 2 where one array was expected"):
            vjp(np.sin, X)[1]((X, X))

    def test_an_error_of_the_function_passes_through(self):
        def fail(x):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            grad(fail)(1.0)
        assert autograd.grad(lambda x: x * x)(3.0) == 6.0

    @pytest.mark.parametrize("argnum", [(0, 0), [1, -1]])
    def test_an_argument_named_twice_is_refused(self, argnum):
        with pytest.raises(GraphError, match="twice"):
            grad(lambda x, y: x * y, argnum)(2.0, 3.0)

    @pytest.mark.parametrize("derivative", [jacobian, hessian, elementwise_grad, value_and_grad])
    def test_integers_are_refused_with_the_way_out_everywhere(self, derivative):
        with pytest.raises(DTypeError, match=r"2 -> 2\.0"):
            derivative(lambda x: x * x)(2)

    def test_an_argument_that_is_no_array_names_its_type(self):
        with pytest.raises(DTypeError, match="type object; it can be an array, or nested"):
            grad(lambda x: 1.0)(object())

    @pytest.mark.parametrize(
        ("cotangent", "message"),
        [
            ({"a": 1.0}, r"a dict of \['a'\] where a dict of \['a', 'b'\]"),
            ([1.0, 1.0], "a list of 2 where a dict"),
            ({"a": 1.0, "b": None}, "None where one array"),
        ],
    )
    def test_cotangents_of_another_structure_name_both(self, cotangent, message):
        _, pullback = vjp(lambda x: {"a": x, "b": x}, 1.0)
        with pytest.raises(ShapeError, match=message):
            pullback(cotangent)

    def test_tangents_of_another_structure_name_both(self):
        with pytest.raises(ShapeError, match="jvp: tangents: a tuple of 1 where a tuple of 2"):
            jvp(lambda x, y: x, (1.0, 2.0), (1.0,))

    @pytest.mark.parametrize(
        ("args", "tangents", "message"),
        [
            (1.0, 1.0, "args is one float"),
            (X, X, "args is one ndarray"),
            (Tensor(X), Tensor(X), "args is one Tensor"),
            ((X,), X, "tangents is one ndarray"),
        ],
    )
    def test_arguments_and_tangents_that_are_not_in_a_tuple_say_how_to_call(self, args, tangents, message):
        with pytest.raises(DTypeError, match=rf"^jvp: {message}; .* jvp\(function, \(x,\), \(tangent,\)\)"):
            jvp(np.sin, args, tangents)

    @pytest.mark.parametrize(("argnum", "args"), [(0, ()), (0, (X,)), (-1, (X,)), (1, (X, X)), ((0, 1), (X, X))])
    def test_a_product_with_the_hessian_without_its_vector_says_that_this_comes_last(self, argnum, args):
        with pytest.raises(
            ArgnumError, match=rf"^hvp: called with {len(args)} positional .* and after them the vector"
        ):
            hvp(lambda *x: np.sum(x[0] ** 3), argnum)(*args)
