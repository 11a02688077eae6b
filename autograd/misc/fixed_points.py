"""Fixed points of iterations, with the derivative that the implicit function theorem gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.differential_operators import make_vjp
from autograd.extend import defvjp, primitive
from autograd.vspace import vspace


@primitive
def fixed_point(
    f: Callable[[Any], Callable[[Any], Any]], a: Any, x0: Any, distance: Callable[[Any, Any], Any], tol: float
) -> Any:
    """Iterate ``x = f(a)(x)`` from `x0` until the `distance` of two successive ones is at most `tol`.

    Differentiable in `a`, which may be nested, to any order; the steps are not recorded.

    Examples
    --------
    The square root of 2 and its derivative, by Newton's method:

    >>> from autograd import value_and_grad
    >>> def newton(a):
    ...     return lambda x: 0.5 * (x + a / x)
    >>> root, slope = value_and_grad(lambda a: fixed_point(newton, a, 1.0, lambda x, y: abs(x - y), 1e-12))(2.0)
    >>> round(float(root), 6), round(float(slope), 6)
    (1.414214, 0.353553)
    """
    step = f(a)
    x, previous = step(x0), x0
    while distance(x, previous) > tol:
        x, previous = step(x), x
    return x


def fixed_point_vjp(ans: Any, f: Any, a: Any, x0: Any, distance: Any, tol: float) -> Callable[[Any], Any]:
    """(∂f/∂a)ᵀ w, where w = g + (∂f/∂x)ᵀ w: itself a fixed point, and found as one.

    Differentiating x = f(a)(x) gives dx = (1 - ∂f/∂x)⁻¹ ∂f/∂a da (Christianson, "Reverse accumulation and attractive
    fixed points", 1994).
    """

    def adjoint_step(parameters: Any) -> Callable[[Any], Any]:
        a, x, g = parameters
        pull, _ = make_vjp(f(a))(x)
        return lambda w: vspace(w).add(g, pull(w))

    def pull_to_a(g: Any) -> Any:
        w = fixed_point(adjoint_step, (a, ans, g), vspace(ans).zeros(), distance, tol)
        return make_vjp(lambda a: f(a)(ans))(a)[0](w)

    return pull_to_a


defvjp(fixed_point, None, fixed_point_vjp, None)
