"""Functions to and of whole numbers, which have no derivative."""

from __future__ import annotations

import numpy as np

from autograd.primitive import implements, nondifferentiable

nondifferentiable(np.around, np.fix, np.gcd, np.lcm, np.bitwise_count)
implements(np.fix)(np.trunc)  # which is the same, and newer versions of NumPy warn of np.fix
