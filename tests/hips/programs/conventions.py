"""Small expressions, one a convention: what derivatives of which arguments are, of which shape and dtype."""

import itertools

import autograd.numpy as np
from autograd import (
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
)
from autograd.builtins import dict, isinstance, list, tuple  # noqa: A004
from autograd.differential_operators import make_jvp_reversemode
from autograd.misc import const_graph, flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.optimizers import adam, rmsprop, sgd

x = np.array([1.0, 2.0, 3.0])
z = np.array([1.0 + 2.0j, 3.0 - 1.0j])
single = x.astype("float32")
nest = {"b": [np.array([1.0, 2.0]), 0.5], "a": (3.0,)}


def of_nest(p):
    return np.sum(p["b"][0] ** 2) * p["b"][1] * p["a"][0]


def leaves(tree):
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in leaves(tree[key])]
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, (list, tuple)) else [tree]


def gradients():
    yield grad(lambda a: a**2)(3.0)
    yield grad(lambda a: a**2)(np.array(3.0))
    yield grad(lambda a: np.sum(a**2))(single)
    yield grad(lambda a: a[:1])(x)
    yield grad(lambda a, b: a * b**2, 1)(2.0, 3.0)
    yield grad(lambda a, b: a * b**2, -1)(2.0, 3.0)
    yield from grad(lambda a, b: a * b**2, (0, 1))(2.0, 3.0)
    yield from grad(lambda a, b: a * b**2, [1, 0])(2.0, 3.0)
    yield grad(lambda a, scale=1.0: a * scale)(2.0, scale=4.0)
    yield from leaves(grad(of_nest)(nest))
    yield from value_and_grad(lambda a: np.sum(a**3))(x)
    yield from grad_and_aux(lambda a: (np.sum(a**3), 2.0 * a))(x)
    yield grad_named(lambda a, b: a * b**2, "b")(2.0, 3.0)
    yield elementwise_grad(np.tanh)(x)
    yield deriv(np.tanh)(x)
    yield deriv(lambda a: a * x)(2.0)
    yield grad(checkpoint(lambda a: np.sum(np.sin(a))))(x)
    yield grad(grad(np.sin))(0.7)
    yield grad(lambda a: grad(lambda b: a * b)(a))(2.0)
    yield grad(lambda a: a * grad(lambda b: a + b)(2.0))(1.0)


def complex_numbers():
    yield grad(lambda a: np.real(a * a))(1.0 + 2.0j)
    yield grad(np.abs)(3.0 + 4.0j)
    yield grad(lambda a: np.sum(np.imag(a * (1.0 - 2.0j))))(z)
    yield grad(lambda a: np.real(np.exp(1.0j * a)))(0.3)
    yield grad(lambda a: np.sum(np.abs(np.fft.fft(a))))(x)
    yield holomorphic_grad(lambda a: np.sin(a) * a)(1.0 + 2.0j)
    yield jacobian(np.abs)(np.array([3.0 + 4.0j]))
    pull, _ = make_vjp(lambda a: a * (1.0 + 2.0j))(z)
    yield pull(np.array([1.0, 1.0j]))
    yield make_jvp(lambda a: a**2)(z)(np.array([1.0, 1.0j]))[1]


def matrices():
    yield jacobian(lambda a: np.outer(a, a))(x)
    yield jacobian(lambda a: np.sum(a**2))(x)
    yield jacobian(lambda a: a * x)(2.0)
    yield hessian(lambda a: np.sum(a**3))(x)
    yield hessian(lambda a: np.outer(a, a[:2]) ** 2)(x)
    yield hessian(lambda a: a[:1] ** 3)(x)
    yield hessian_vector_product(lambda a: np.sum(a**3) * a[0])(x, x)
    yield hessian_tensor_product(lambda b, a: np.sum(b * a**3), 1)(2.0, np.ones((2, 2)), np.eye(2))
    yield vector_jacobian_product(lambda a: a**2)(x, x)
    yield tensor_jacobian_product(lambda a: np.outer(a, a))(x, np.ones((3, 3)))
    yield tensor_jacobian_product(lambda a: np.outer(a, a))(x, x)
    yield from make_jvp(lambda a, b: a * b, (0, 1))(x, x)((x, x))
    yield make_jvp_reversemode(lambda a: a**2)(x)(x)
    multiply, gradient = make_hvp(lambda a: np.sum(a**3) * a[0])(x)
    yield from (multiply(x), gradient)
    yield make_ggnvp(lambda a: a**2)(x)(x)
    yield make_ggnvp(lambda b, a: b * a**2, lambda y: np.sum(np.exp(y / 10.0)), f_argnum=1)(2.0, x)(x)


def lists_of_traced_values():
    yield grad(lambda a: np.sum(np.array([[a, a**2], [1.0, 2.0]])))(2.0)
    yield grad(lambda a: np.sum(np.array((a, 2.0 * a)) ** 2))(x)
    yield grad(lambda a: np.sum(np.array(a, ndmin=2)))(x)
    yield grad(lambda a: np.sum([a, a**2]) * np.mean([a, 3.0]) * np.prod([a, a]) * np.max([a, 1.0]))(2.0)
    yield grad(lambda a: np.dot([a, a**2], [1.0, 2.0]))(2.0)
    yield grad(lambda a: np.sum(np.concatenate([a, np.vstack([a, a]).ravel(), np.hstack([a[0], 1.0])]) ** 2))(x)
    yield grad(lambda a: np.sum(np.full((2, 2), a) ** 2))(3.0)
    yield grad(lambda a: np.sum(np.make_diagonal(a, axis1=-1, axis2=-2) * np.ones((3, 3))))(x)


def containers():
    yield grad(lambda a: list([a, a**2])[1] * tuple((a, 1.0))[0] * dict({"a": a})["a"])(2.0)
    yield grad(lambda a: np.sum(a) if isinstance(a, np.ndarray) else 0.0 * np.sum(a))(x)
    yield from grad(lambda p: sum(a * b for a, b in itertools.pairwise(p)))([1.0, 2.0, 3.0])
    yield from leaves(grad(lambda p: p["a"] * len(p))({"a": 1.0, "b": 2.0}))
    pull, values = make_vjp(lambda a: list([a, a**2]))(2.0)
    yield from (pull([1.0, 10.0]), *values)


def tools():
    vector, unflatten = flatten(nest)
    yield vector
    yield from leaves(unflatten(2.0 * vector))
    yield grad(lambda v: of_nest(unflatten(v)))(vector)
    for optimizer in (sgd, rmsprop, adam):
        yield from leaves(optimizer(lambda p, i: grad(of_nest)(p), nest, num_iters=7, step_size=0.01))
    yield grad(const_graph(lambda b, a: np.sum(b * a**2), 3.0))(x)
    iterate = lambda a: lambda y: 0.5 * (y + a / y)  # noqa: E731
    root = lambda a: fixed_point(iterate, a, 1.0, lambda p, q: np.abs(p - q), 1e-12)  # noqa: E731
    yield grad(root)(2.0)
    yield grad(grad(root))(2.0)


def run():
    groups = (gradients, complex_numbers, matrices, lists_of_traced_values, containers, tools)
    return dict({f"{group.__name__} {i}": value for group in groups for i, value in enumerate(group())})
