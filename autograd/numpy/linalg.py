"""NumPy's linear algebra."""

from numpy.linalg import *  # noqa: F403  # all of it, as it is
