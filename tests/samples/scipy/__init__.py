"""The table of samples of SciPy's functions; there where SciPy is."""

from samples.scipy import linalg, signal, special, stats

TABLE = [*special.TABLE, *stats.TABLE, *signal.TABLE, *linalg.TABLE]
WITHOUT_DERIVATIVE = [*special.WITHOUT_DERIVATIVE]
