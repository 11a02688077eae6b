"""Solutions of differential equations: gradients of both orders, what they are taken in, what is refused."""

import numpy as np
import pytest

import autograd
from autograd import grad, jacobian

pytest.importorskip("scipy", reason="it is optional; pip install 'chainrule[scipy]'")

from autograd.scipy.integrate import odeint

TIGHT = {"rtol": 1e-10, "atol": 1e-10}


def pendulum(y, t, stiffness, losses):
    return [y[1], -stiffness * np.sin(y[0]) - losses["drag"] * y[1] + 0.1 * t]


def test_gradients_of_a_solution_in_closed_form():
    """The solution of dy/dt = -k y is y0 exp(-k (t - t0))."""

    def last(y0, t, k):
        return odeint(lambda y, t, k: -k * y, y0, t, (k,), **TIGHT)[-1, 0]

    y0, t, k = np.array([2.0]), np.array([0.5, 1.0, 1.5]), 0.7
    value = 2 * np.exp(-0.7)
    got = grad(last, (0, 1, 2))(y0, t, k)
    for one, expected in zip(got, ([value / 2], [0.7 * value, 0.0, -0.7 * value], -value), strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-7, atol=1e-8)
    assert grad(grad(last, 2), 2)(y0, t, k) == pytest.approx(value, rel=1e-6)
    assert autograd.jvp(lambda k: last(y0, t, k), (k,), (2.0,))[1] == pytest.approx(-2 * value, rel=1e-7)


def test_gradients_in_nested_parameters_are_those_of_finite_differences():
    def loss(y0, t, stiffness, losses):
        states = odeint(pendulum, y0, t, (stiffness, losses), **TIGHT)
        return np.sum(states**2 * np.arange(1.0, 9.0).reshape(4, 2))

    arguments = np.array([0.5, 0.1]), np.array([0.0, 0.4, 0.9, 1.5]), 1.3, {"drag": 0.2, "name": 3}
    gradients = grad(loss, (0, 1, 2, 3))(*arguments[:3], {"drag": 0.2})
    step = 1e-4
    for i, gradient in enumerate(gradients[:3]):
        for entry in np.ndindex(np.shape(gradient)):
            change = np.zeros(np.shape(gradient))
            change[entry] = step
            ahead, behind = (loss(*arguments[:i], arguments[i] + c, *arguments[i + 1 :]) for c in (change, -change))
            assert gradient[entry] == pytest.approx((ahead - behind) / (2 * step), rel=1e-5, abs=1e-5)
    ahead, behind = (loss(*arguments[:3], {"drag": 0.2 + change}) for change in (step, -step))
    assert gradients[3]["drag"] == pytest.approx((ahead - behind) / (2 * step), rel=1e-5)


def test_second_derivatives_are_those_of_finite_differences_of_the_first():
    def loss(stiffness):
        return np.sum(odeint(pendulum, [0.5, 0.1], [0.0, 0.9], (stiffness, {"drag": 0.2}), **TIGHT) ** 2)

    step = 1e-4
    numeric = (grad(loss)(1.3 + step) - grad(loss)(1.3 - step)) / (2 * step)
    assert grad(grad(loss))(1.3) == pytest.approx(numeric, rel=1e-5)


def test_small_cotangents_are_solved_for_as_accurately_as_large_ones():
    def loss(k, unit):
        return unit * odeint(lambda y, t, k: -k * y, np.ones(1), np.array([0.0, 1.0]), (k,))[-1, 0]

    np.testing.assert_allclose(grad(loss)(0.7, 2.0**-60), grad(loss)(0.7, 1.0) * 2.0**-60, rtol=1e-14)


def test_time_may_come_first():
    def at_end(k):
        return odeint(lambda t, y, k: -k * y * t, 1.0, [0.0, 2.0], (k,), tfirst=True, **TIGHT)[-1, 0]

    assert grad(at_end)(0.5) == pytest.approx(-2 * np.exp(-1.0), rel=1e-7)


def test_a_solution_at_one_time_is_the_initial_state():
    got = jacobian(lambda y0: odeint(lambda y, t: -y, y0, [0.0]))(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(got, np.eye(2)[None])


def test_what_is_not_supported_is_said():
    with pytest.raises(TypeError, match="full_output=True is not supported"):
        odeint(lambda y, t: -y, 1.0, [0.0, 1.0], full_output=True)
    with pytest.raises(TypeError, match="complex arguments are not supported"):
        odeint(lambda y, t: -y, 1j, [0.0, 1.0])
