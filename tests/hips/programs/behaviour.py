"""What derivatives are called, and how they end where there is none: with which error, or with a warning."""

import warnings

import autograd.numpy as np
from autograd import (
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_hvp,
    make_jvp,
    make_vjp,
    value_and_grad,
)
from autograd.differential_operators import make_jvp_reversemode
from autograd.extend import defvjp, primitive

FINE, WARNED, TYPE_ERROR, INDEX_ERROR, NOT_IMPLEMENTED = range(5)

x = np.array([1.0, 2.0, 3.0])
without_rule = primitive(lambda a: 2.0 * a)
with_one_rule = primitive(lambda a, b: a * b)
defvjp(with_one_rule, lambda ans, a, b: lambda g: g * b)


def outcome(compute):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compute()
        except TypeError:
            return TYPE_ERROR
        except IndexError:
            return INDEX_ERROR
        except NotImplementedError:
            return NOT_IMPLEMENTED
    return WARNED if any("Output seems independent of input." in str(w.message) for w in caught) else FINE


def refusals():
    yield lambda: grad(lambda a: a)(x)
    yield lambda: value_and_grad(lambda a: a)(x)
    yield lambda: grad(lambda a: a * 2.0j)(1.0)
    yield lambda: grad(lambda a: None)(1.0)
    yield lambda: grad(lambda a: 2.0 * a)(2)
    yield lambda: grad(lambda a: 2.0 * a)(True)
    yield lambda: grad(lambda a: a[0] * a[1])((1.0, 2))
    yield lambda: grad(lambda a: a, 1)(1.0)
    yield lambda: jacobian(lambda a: a, (0, 1))(1.0)
    yield lambda: make_vjp(lambda a: a, 1)(1.0)
    yield lambda: make_jvp(lambda a: a, (0, 1))(1.0)(1.0)
    yield lambda: deriv(lambda a: a, -2)(1.0)
    yield lambda: grad(without_rule)(1.0)
    yield lambda: jacobian(without_rule)(x)
    yield lambda: make_jvp(without_rule)(1.0)(1.0)
    yield lambda: grad(with_one_rule, 1)(1.0, 2.0)
    yield lambda: grad(with_one_rule, (0, 1))(1.0, 2.0)
    yield lambda: grad(with_one_rule, 0)(1.0, 2.0)


def functions():
    yield lambda a: 3.0
    yield lambda a: np.sum(np.sign(a))
    yield lambda a: np.sum(2.0 * a)
    yield lambda a: np.sum(a**2)
    yield lambda a: 0.0 * np.sum(a)


def operators():
    yield grad
    yield lambda f: grad(lambda a: f(a[0]))
    yield value_and_grad
    yield elementwise_grad
    yield jacobian
    yield hessian
    yield deriv
    yield lambda f: lambda a: holomorphic_grad(f)(a + 0.0j)
    yield make_vjp
    yield make_hvp
    yield lambda f: lambda a: make_jvp(f)(a)(a)
    yield make_jvp_reversemode
    yield lambda f: grad_and_aux(lambda a: (f(a), 1.0))


def names():
    def energy(a, b):
        return a * b

    for operator in (grad, value_and_grad, elementwise_grad, jacobian, hessian, deriv, make_vjp, make_hvp, make_jvp):
        yield operator(energy).__name__
    yield grad(energy, 1).__name__
    yield grad(energy, (0, 1)).__name__
    yield grad(energy, argnum=[0]).__name__
    yield grad_named(energy, "b").__name__
    yield grad(grad(energy)).__name__


def run():
    return {
        "refusals": [outcome(compute) for compute in refusals()],
        "constants": [[outcome(lambda f=f, o=o: o(f)(x)) for f in functions()] for o in operators()],
        "constant product": outcome(lambda: hessian_vector_product(lambda a: 3.0)(x, x)),
        **{f"name {i}": list(name.encode()) for i, name in enumerate(names())},
    }
