"""Rules in the curried form: reverse mode, forward mode by transposition, nested arguments, and what is refused."""

import gc
import weakref

import numpy as np
import pytest

import autograd
import autograd.extend as extend
from autograd import Tensor, grad, jacobian, jvp, vjp
from autograd.extend import (
    SparseObject,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    primitive,
    register_notrace,
    vspace,
)
from autograd.numpy.numpy_vjps import unbroadcast_f
from autograd.tensor import overloads


def scaled_power():
    """Return scale · x^n with its rules, for arrays that broadcast."""

    @primitive
    def function(x, scale, n=2):
        return scale * x**n

    defvjp(
        function,
        lambda ans, x, scale, n=2: unbroadcast_f(x, lambda g: g * scale * n * x ** (n - 1)),
        lambda ans, x, scale, n=2: unbroadcast_f(scale, lambda g: g * x**n),
    )
    return function


def test_a_curried_rule_is_made_from_the_call_as_it_was():
    f = scaled_power()
    assert grad(f)(3.0, 2.0) == 12.0
    assert grad(f)(3.0, 2.0, 3) == 54.0
    assert grad(f, 1)(3.0, 2.0, n=3) == 27.0


def test_all_orders_and_forward_mode_follow():
    f = scaled_power()
    assert grad(grad(f))(3.0, 2.0, 3) == 36.0
    assert grad(grad(grad(f)))(3.0, 2.0, 3) == 12.0
    value, tangent = jvp(f, (3.0, 2.0), (1.0, 10.0))
    assert (value, tangent) == (18.0, 102.0)
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(jacobian(f)(x, 3.0), np.diag(6.0 * x))
    assert grad(lambda scale: np.sum(f(x, scale)))(3.0) == 5.0


def test_plain_arguments_give_what_the_function_gives():
    assert type(scaled_power()(3.0, 2.0)) is float


def test_argnums_choose_the_arguments_and_none_is_a_zero_derivative():
    @primitive
    def f(a, x, b):
        return a * x * b

    defvjp(f, lambda ans, a, x, b: lambda g: g * a * b, None, argnums=(1, 0))
    assert grad(f, 1)(2.0, 3.0, 5.0) == 10.0
    assert grad(f, 0)(2.0, 3.0, 5.0) == 0.0
    with pytest.raises(NotImplementedError, match=r"VJP of f wrt argnums \(2,\) not defined"):
        grad(f, 2)(2.0, 3.0, 5.0)
    with autograd.no_grad():
        assert float(f(2.0, 3.0, Tensor(5.0, requires_grad=True))) == 30.0


def test_one_maker_for_all_arguments():
    product = primitive(lambda *factors: np.prod(factors))
    defvjp_argnum(product, lambda argnum, ans, args, kwargs: lambda g: g * ans / args[argnum])
    assert grad(product, (0, 1, 2))(2.0, 3.0, 5.0) == (15.0, 10.0, 6.0)


def test_one_maker_for_several_arguments():
    product = primitive(lambda *factors: np.prod(factors))
    defvjp_argnums(product, lambda argnums, ans, args, kwargs: lambda g: (g * ans / args[i] for i in argnums))
    assert grad(product, (0, 1, 2))(2.0, 3.0, 5.0) == (15.0, 10.0, 6.0)


@pytest.mark.parametrize("order", [1, 2])
def test_a_jvp_alone_is_transposed(order):
    f = primitive(lambda x, w: x**2 @ w)
    defjvp(f, lambda t, ans, x, w: (2 * x * t) @ w, lambda t, ans, x, w: x**2 @ t)
    x, w = np.array([1.0, 2.0]), np.array([[1.0, 0.5], [2.0, 3.0]])
    autograd.assert_gradients(lambda x, w: f(x, w), (x, w), order=order)
    np.testing.assert_array_equal(jacobian(f)(x, w), (2 * x[:, None] * w).T)
    np.testing.assert_array_equal(jvp(f, (x, w), (x, w))[1], 3 * x**2 @ w)


def test_the_other_forms_of_a_jvp():
    f, h = primitive(lambda x, y: x * y), primitive(lambda x, y: x * y)
    defjvp_argnum(f, lambda argnum, t, ans, args, kwargs: t * args[1 - argnum])
    defjvp_argnums(h, lambda argnums, ts, ans, args, kwargs: sum(t * args[1 - i] for i, t in zip(argnums, ts)))  # noqa: B905
    for function in (f, h):
        assert grad(function, (0, 1))(2.0, 3.0) == (3.0, 2.0)


def test_a_linear_function_needs_its_vjp():
    double = primitive(lambda x: 2.0 * x)
    def_linear(double)
    defjvp(double, "same")
    with pytest.raises(NotImplementedError, match="not defined"):
        grad(double)(1.0)
    defvjp(double, lambda ans, x: lambda g: 2.0 * g)
    assert grad(double)(1.0) == 2.0
    with pytest.raises(autograd.GraphError, match="'Same'"):
        defjvp(double, "Same")


def test_nested_arguments_and_results():
    @primitive
    def polar(point):
        return {"r": np.hypot(*point), "angle": np.arctan2(point[1], point[0])}

    def polar_vjp(ans, point):
        x, y = point
        r = ans["r"]
        return lambda g: [
            g["r"] * x / r - g["angle"] * y / r**2,
            g["r"] * y / r + g["angle"] * x / r**2,
        ]

    defvjp(polar, polar_vjp)
    autograd.assert_gradients(lambda x, y: polar([x, y]), (1.0, 2.0), order=2)
    value, pull = vjp(lambda p: polar(p), [3.0, 4.0])
    assert value["r"] == 5.0
    np.testing.assert_allclose(pull({"r": 1.0, "angle": 0.0}), [0.6, 0.8])


def test_a_sparse_cotangent():
    first = primitive(lambda x: x[0])

    def add_first(g):
        def mut_add(x):
            x[0] += g
            return x

        return mut_add

    defvjp(first, lambda ans, x: lambda g: SparseObject(vspace(x), add_first(g)))
    np.testing.assert_array_equal(grad(lambda x: first(x) * x[1])(np.array([2.0, 3.0])), [3.0, 2.0])


def test_a_primitive_can_be_a_method():
    class Gain:
        factor = 3.0

        @primitive
        def apply(self, x):
            return self.factor * x

    defvjp(Gain.apply, None, lambda ans, self, x: lambda g: self.factor * g)
    assert grad(Gain().apply)(1.0) == 3.0


def test_rules_for_a_function_of_numpy_replace_its_own():
    before = overloads[np.sinc]
    try:
        defvjp(np.sinc, lambda ans, x: lambda g: g * 7.0)
        assert grad(np.sinc)(0.3) == 7.0
    finally:
        overloads[np.sinc] = before
        extend._curried.pop(np.sinc)


def test_rules_for_a_primitive_of_this_librarys_own():
    cube = autograd.primitive(lambda x: x**3, name="cube")
    defvjp(cube, lambda ans, x: lambda g: 3 * g * x**2)
    assert grad(cube)(2.0) == 12.0
    assert grad(grad(cube))(2.0) == 12.0


def test_functions_without_trace_get_plain_values():
    seen = []
    look = notrace_primitive(lambda x, *, nest: seen.append((x, nest)))
    grad(lambda x: x * (look(x, nest=[x, {"a": x}]) is None))(2.0)
    assert seen == [(2.0, [2.0, {"a": 2.0}])]
    rounded = primitive(lambda x: round(float(x)))
    register_notrace(extend.VJPNode, rounded)
    assert grad(lambda x: x * rounded(x))(2.2) == 2.0


def test_what_would_lose_a_gradient_is_refused():
    f = scaled_power()
    x = Tensor(2.0, requires_grad=True)
    with pytest.raises(autograd.GraphError, match=r"scale= holds a Tensor.*by position"):
        f(3.0, scale=x)
    hidden = primitive(lambda y: x * y)
    defvjp(hidden, lambda ans, y: lambda g: g * x)
    with pytest.raises(autograd.GraphError, match="not an argument; pass it as one"):
        hidden(Tensor(1.0, requires_grad=True))


def test_a_node_keeps_no_tensor_alive():
    f = scaled_power()
    x = Tensor(np.ones(3), requires_grad=True)
    middle = x * 2.0
    gone = weakref.ref(middle)
    y = f(middle, 3.0)
    gc.disable()
    try:
        del middle
        assert gone() is None
    finally:
        gc.enable()
    np.sum(y).backward()
    np.testing.assert_array_equal(x.grad, np.full(3, 24.0))
