"""SciPy's special functions on Tensors: ``from autograd.scipy.special import gammaln``.

Those that are ufuncs work on Tensors under SciPy's own name as well, ``scipy.special.gammaln(t)``, and are SciPy's own
here. What has no derivative takes plain arrays, and refuses Tensors.
"""

from __future__ import annotations

from typing import Any

from scipy import special

from autograd.scipy.special import bessel, elementary, error_functions, gammas, integrals
from autograd.scipy.special.elementary import softplus
from autograd.scipy.special.gammas import multigammaln, polygamma, zeta
from autograd.scipy.special.integrals import lambertw
from autograd.scipy.special.sums import log_softmax, logsumexp, softmax

__all__ = [
    "bessel",
    "elementary",
    "error_functions",
    "gammas",
    "integrals",
    "lambertw",
    "log_softmax",
    "logsumexp",
    "multigammaln",
    "polygamma",
    "softmax",
    "softplus",
    "zeta",
]


def __getattr__(name: str) -> Any:
    return getattr(special, name)
