"""Numerical derivatives along a line, with an error bar.

`derivative` puts them together: a `ladder` of smaller and smaller steps, extrapolation by `romberg`, and, where that
does not settle, what `noise` the function has and what `kinks`. `complex_step` is a second opinion for analytic ones.
"""

from autograd.gradcheck.numeric.derivative import CANCELLED, Derivative, Step, differentiate

__all__ = ["CANCELLED", "Derivative", "Step", "differentiate"]
