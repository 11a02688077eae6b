"""Samples of numpy.fft: even and odd lengths, padding and cropping, every normalisation."""

import numpy as np

from autograd.ops import fft
from sampling import real, row


def complex_row(function, *args, **options):
    """Return a row of a function that takes complex arrays; the complex step serves real functions only."""
    return row(function, *args, **options).but(analytic=False, complex=True)


def real_row(function, *args, **options):
    return row(function, *args, **options).but(analytic=False)


def over_axes(function):
    """Return NumPy's n-dimensional transform in the order of arguments of the primitive."""
    return lambda a, axes, norm: function(a, None, axes, norm)


PRIMITIVES = [
    complex_row(fft.dft, real(2, 3), (0, 1), None).but(reference=over_axes(np.fft.fftn)),
    complex_row(fft.idft, real(4, 2), (0,), "ortho").but(reference=over_axes(np.fft.ifftn)),
    real_row(fft.rdft, real(2, 4), (-1,), None).but(reference=over_axes(np.fft.rfftn)),
    complex_row(fft.irdft, real(2, 3), 5, (-1,), None).but(reference=lambda a, n, axes, norm: np.fft.irfft(a, n)),
]

COMPLEX = [
    *(
        complex_row(function, real(4), *args)
        for function in (np.fft.fft, np.fft.ifft)
        for args in ((), (3,), (6, -1, "ortho"), (4, 0, "forward"))
    ),
    complex_row(np.fft.fft, real(2, 3)),
    complex_row(np.fft.fft, real(3, 2), axis=0, norm="backward"),
    *(
        complex_row(function, real(2, 3, 2), **options)
        for function in (np.fft.fft2, np.fft.ifft2, np.fft.fftn, np.fft.ifftn)
        for options in ({}, {"s": (4, 2), "axes": (1, 0), "norm": "ortho"})
    ),
    complex_row(np.fft.fftn, real(2, 3), s=(-1, 4), axes=(0, 1)),
    complex_row(np.fft.fftn, real(2, 3), axes=(1, 1)),
]

REAL = [
    *(real_row(np.fft.rfft, real(*shape), *args) for shape in ((4,), (2, 5)) for args in ((), (3,), (6,))),
    real_row(np.fft.rfft, real(3, 2), axis=0, norm="ortho"),
    real_row(np.fft.rfft, real(4), norm="forward"),
    *(
        complex_row(np.fft.irfft, real(*shape), *args)
        for shape in ((3,), (2, 4))
        for args in ((), (3,), (4,), (8,), (1,))
    ),
    complex_row(np.fft.irfft, real(3, 2), axis=0, norm="ortho"),
    complex_row(np.fft.irfft, real(3), norm="forward"),
    *(
        real_row(function, real(2, 3, 2), **options)
        for function in (np.fft.rfft2, np.fft.rfftn)
        for options in ({}, {"s": (4, 2), "axes": (1, 0), "norm": "ortho"})
    ),
    *(
        complex_row(function, real(2, 3, 3), **options)
        for function in (np.fft.irfft2, np.fft.irfftn)
        for options in ({}, {"s": (4, 3), "axes": (0, 1), "norm": "ortho"})
    ),
    *(complex_row(np.fft.hfft, real(3), *args) for args in ((), (3,), (4, -1, "ortho"))),
    *(real_row(np.fft.ihfft, real(4), *args) for args in ((), (3,), (6, 0, "forward"))),
]

SHIFTS = [
    *(row(function, real(2, 3)) for function in (np.fft.fftshift, np.fft.ifftshift)),
    *(row(function, real(3, 4), axes=0) for function in (np.fft.fftshift, np.fft.ifftshift)),
    row(np.fft.fftshift, real(3, 2, 4), axes=(0, -1)),
]

TABLE = [*PRIMITIVES, *COMPLEX, *REAL, *SHIFTS]
