"""SciPy's functions on Tensors, under SciPy's names; needs SciPy (``pip install chainrule[scipy]``)."""

from autograd.scipy import integrate, linalg, signal, special, stats

__all__ = ["integrate", "linalg", "signal", "special", "stats"]
