"""NumPy's discrete Fourier transforms."""

from numpy.fft import *  # noqa: F403  # all of it, as it is
