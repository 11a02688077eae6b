"""NumPy's special functions: sinc, and the Bessel function I0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import implements, primitive

# ------------------------------------------------------------------------------------------------- sin(πx) / πx


@implements(np.sinc)
@primitive
def sinc(x: Any) -> Any:
    return np.sinc(x)


@primitive
def sinc_derivative(x: Any, order: int) -> Any:
    """Return the derivative of sinc of this order.

    Leibniz' rule for z · f(z) = sin(z) gives z f⁽ᵏ⁾(z) + k f⁽ᵏ⁻¹⁾(z) = sin(z + kπ/2).
    """
    z = np.pi * x
    is_small = np.abs(z) < 1 + order / 2  # both ways keep nearly all digits at this size
    far = np.where(is_small, 1, z)
    value = np.sin(far) / far
    for k in range(1, order + 1):
        value = (np.sin(far + k * np.pi / 2) - k * value) / far
    return np.pi**order * np.where(is_small, sinc_series(np.where(is_small, z, 0), order), value)


def sinc_series(z: Any, order: int) -> Any:
    """Return the derivative of this order of sin(z)/z: Σ cᵢ zⁱ / i! with cᵢ = cos((i + order)π/2) / (i + order + 1)."""
    total = np.zeros_like(z)
    for i in reversed(range(20 + 4 * order)):
        total = total * z / (i + 1) + float(np.cos((i + order) * np.pi / 2).round()) / (i + order + 1)
    return total


sinc.defvjp(lambda g, x: g * sinc_derivative(x, 1))
sinc_derivative.defvjp(lambda g, x, order: g * sinc_derivative(x, order + 1))

# ------------------------------------------------------------------------------------------------- I0


@implements(np.i0)
@primitive
def i0(x: Any) -> Any:
    return np.i0(x)


# Abramowitz and Stegun 9.6.16: I0(x) is the mean of cosh(x cos θ) over the circle. Equidistant angles, here those of a
# quarter of it, give all digits up to where I0 overflows, because the integrand is periodic.
COSINES = np.cos((np.arange(64) + 0.5) * (np.pi / 128))


def i0_vjp(g: Any, x: Any) -> Any:
    """I1, the mean of sinh(x cos θ) cos θ."""
    cosines = COSINES.astype(g.dtype)
    return g * np.mean(np.sinh(np.expand_dims(x, -1) * cosines) * cosines, axis=-1)


i0.defvjp(i0_vjp)
