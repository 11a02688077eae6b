"""Samples of differences, integrals, interpolation, convolution, polynomials and choices, and of special functions."""

import dataclasses

import numpy as np

from autograd import Tensor
from autograd.ops import calculus, floats, polynomials, special
from sampling import MASK, Domain, between, leaves, nonzero, positive, real, row

UNEVEN = np.array([0.0, 1.0, 1.5, 3.0, 3.7])


def increasing(size):
    return Domain((size,), lambda rng, shape: np.arange(size) + rng.uniform(-0.1, 0.1, shape))


def a_row(size):
    return dataclasses.replace(increasing(size), shape=(1, size))


def inside(*shape):
    """Return values between the points of `increasing(4)`, at least 0.1 from each."""
    return Domain(shape, lambda rng, size: rng.integers(0, 3, size) + rng.uniform(0.2, 0.8, size))


DIFFERENCES = [
    row(np.diff, real(5)),
    row(np.diff, real(3, 4), 2),
    row(np.diff, real(3, 4), axis=0),
    row(np.diff, real(2, 3), 2, 1, real(), real(2, 2)),
    row(np.diff, real(2, 3), 1, -2, 0.5),
    row(np.diff, real(1)),
    row(np.ediff1d, real(2, 3)),
    row(np.ediff1d, real(4), real(2), real()),
    row(np.gradient, real(5)),
    row(np.gradient, real(5), 0.5, edge_order=2),
    row(np.gradient, real(3, 5), UNEVEN, axis=1),
    row(np.gradient, real(5, 3), UNEVEN, axis=-2, edge_order=2),
    row(np.gradient, real(2, 5), positive(), axis=1),
    row(np.gradient, real(2), axis=0),
    row(np.trapezoid, real(5)),
    row(np.trapezoid, real(3, 4), dx=0.5, axis=0),
    row(np.trapezoid, real(3, 4), increasing(4)),
    row(np.trapezoid, real(3, 4), increasing(3), axis=0),
    row(np.trapezoid, real(2, 3), real(2, 3)),
    row(np.trapezoid, [1.0, 2.0, 4.0], increasing(3)),
    row(calculus.unwrap, between(-3, 3, 5)).but(analytic=False),
    row(calculus.unwrap, between(-0.4, 0.4, 2, 3), axis=0, period=1.0).but(analytic=False),
]

INTERPOLATION = [
    sample.but(analytic=False)
    for sample in (
        row(np.interp, inside(2, 3), increasing(4), real(4)),
        row(np.interp, inside(), increasing(4), real(4)),
        row(np.interp, np.array([-1.0, 1.5, 9.0]), increasing(4), real(4)),
        row(np.interp, np.array([-1.0, 1.5, 9.0]), increasing(4), real(4), real(), 0.5),
        row(np.interp, between(5.2, 5.8, 3), increasing(4), real(4), period=4.0),
        row(np.interp, inside(3), [0.0, 1.0, 2.0, 3.0], real(4)),
        row(np.interp, np.array([0.5, 1.5]), np.array([1.0]), real(1)),
    )
]

CONVOLUTION = [
    row(polynomials.convolve, real(4), real(3)),
    row(polynomials.convolve, real(5), real(2), mode="same"),
    row(polynomials.convolve, real(2), real(5), mode="same"),
    row(polynomials.convolve, real(5), real(3), mode="valid"),
    row(polynomials.convolve, real(2), real(4), mode="valid"),
    row(polynomials.convolve, real(1), real(1)),
    row(polynomials.convolve, real(), real(3)),
    row(polynomials.convolve, real(2), real(), mode="same"),
    row(np.correlate, real(5), real(3)).but(analytic=False, complex=True),
    row(np.correlate, real(3), real(5)).but(analytic=False, complex=True),
    row(np.correlate, real(5), real(4), "same").but(analytic=False, complex=True),
    row(np.correlate, real(4), real(5), "same").but(analytic=False, complex=True),
    row(np.correlate, real(3), real(2), "full").but(analytic=False, complex=True),
]


def integrated(p, k, m):
    """Integrate with constants of which one may be a Tensor: NumPy hands over a call for the sake of `p` alone."""
    return np.polyint(
        Tensor(p) if any(isinstance(c, Tensor) for c in leaves(k)) and not isinstance(p, Tensor) else p, m, k
    )


def near(values):
    return Domain(np.shape(values), lambda rng, size: np.array(values) + rng.uniform(-0.1, 0.1, size))


POLYNOMIALS = [
    row(np.polyval, real(4), real(2, 3)),
    row(np.polyval, real(1), real(3)),
    row(np.polyval, [2.0, -1.0], real()),
    row(np.polyadd, real(4), real(2)),
    row(np.polyadd, 2.0, real(3)),
    row(np.polysub, real(2), real(4)),
    row(np.polysub, real(3), real()),
    row(np.polymul, nonzero(3), nonzero(2)),
    row(np.polymul, nonzero(3), 2.0),
    row(np.polyder, real(4)),
    row(np.polyder, real(4), 2),
    row(np.polyint, real(3)),
    row(np.polyint, real(3), 2, [0.5, -1.0]),
    row(integrated, real(3), [real(), 0.5, real()], 3),
    row(integrated, real(2), real(1), 3),
    row(np.polydiv, nonzero(5), nonzero(3)),
    row(np.polydiv, nonzero(2), [1.0, 2.0, 3.0]).but(outputs=1),
    row(np.polydiv, real(3), [2.0, -1.0]),
    *(
        row(polynomials.roots, near(p)).but(analytic=False, complex=True, reference=np.roots)
        for p in ([1.0, -2.0, -1.0, 1.5], [1.0, 0.5, 3.0], [-2.0, 1.0])
    ),
    row(np.poly, real(4)),
    row(np.poly, near([[1.0, 2.0], [0.5, 4.0]])).but(analytic=False, complex=True),
]


def fitted(x, *args, **options):
    """Fit at the points of a row: the tests of memory layouts make all elements of a vector equal."""
    return np.polyfit(x[0], *args, **options)


FITS = [
    sample.but(analytic=False, complex=True)
    for sample in (
        row(np.polyfit, UNEVEN, real(5), 2),
        row(np.polyfit, UNEVEN, real(5, 2), 1, cov=True),
        row(fitted, a_row(5), real(5), 2),
        row(fitted, a_row(5), real(5, 2), 1, w=np.array([1.0, 0.5, 2.0, 1.0, 0.1])),
        row(fitted, a_row(4), real(4), 1, None, False, positive(4)),
        row(fitted, a_row(5), real(5), 1, cov=True),
        row(fitted, a_row(4), real(4, 2), 1, cov="unscaled"),
        row(fitted, a_row(5), real(5), 1, full=True).but(outputs=(0, 1, 3)),
    )
]

CHOICES = [
    row(np.select, [MASK, ~MASK[::-1]], [real(2, 3), real(3)]),
    row(np.select, [MASK, MASK], [real(2, 3), real(2, 3)], 1.5),
    row(np.choose, np.array([[0, 1, 1], [1, 0, 0]]), [real(2, 3), real(3)]),
    row(np.choose, np.array([-1, 1, 5]), [real(3), real(), 2.0], mode="clip"),
    row(np.extract, MASK, real(2, 3)),
    row(np.piecewise, real(2, 3), [MASK, ~MASK], [np.sin, np.square]),
    row(np.piecewise, real(3), MASK[0], [np.exp, 0.5]),
]


def filled_up(nan, posinf):
    x = np.array([[np.nan, 1.0, np.inf], [np.inf, -np.inf, 2.0]])
    has_tensor = isinstance(nan, Tensor) or isinstance(posinf, Tensor)
    return np.nan_to_num(Tensor(x) if has_tensor else x, nan=nan, posinf=posinf, neginf=-1.0)


PARTS_OF_NUMBERS = [
    row(floats.copysign, nonzero(2, 3), np.array([-1.0, 2.0, -0.0])).but(analytic=False),
    row(floats.ldexp, real(2, 3), np.array([2, -1, 0])).but(analytic=False),
    row(floats.fraction, between(1.2, 1.8, 2, 3)).but(analytic=False, reference=lambda x: np.modf(x)[0]),
    row(np.modf, between(-1.8, -1.2, 2, 3)).but(outputs=0, analytic=False),
    row(np.frexp, between(1.2, 1.8, 2, 3)).but(outputs=0, analytic=False),
    row(np.divmod, between(2.2, 2.8, 2, 3), between(0.95, 1.05, 3)).but(outputs=1, analytic=False),
    row(np.nan_to_num, real(2, 3)).but(analytic=False, complex=True),
    row(filled_up, real(), real(3)).but(analytic=False),
]


def sinc_slope(x, order):
    z = np.pi * x
    return np.pi * (np.cos(z) / z - np.sin(z) / z**2)


SPECIAL = [
    row(special.sinc, real(2, 3)),
    row(special.sinc, between(2, 9, 2, 3)),
    row(special.sinc_derivative, nonzero(2, 3), 1).but(reference=sinc_slope),
    row(special.i0, real(2, 3)).but(analytic=False),
    row(special.i0, between(8.5, 12, 3)).but(analytic=False),
]

TABLE = [
    *DIFFERENCES,
    *INTERPOLATION,
    *CONVOLUTION,
    *POLYNOMIALS,
    *FITS,
    *CHOICES,
    *PARTS_OF_NUMBERS,
    *SPECIAL,
]
