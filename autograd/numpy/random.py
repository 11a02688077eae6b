"""NumPy's random numbers. They have no derivative: write ``mean + scale * randn(...)`` to differentiate in those."""

from numpy.random import *  # noqa: F403  # all of it, as it is
