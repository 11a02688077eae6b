"""The default random number generator of the package, and its seed."""

from __future__ import annotations

import numpy as np

_default = np.random.default_rng()


def seed(value: int) -> None:
    """Seed the generator that is used wherever no `rng` is given.

    NumPy's own global state is neither used nor changed.

    Examples
    --------
    >>> import nn
    >>> nn.seed(0)
    >>> first = nn.Linear(2, 2).weight.data
    >>> nn.seed(0)
    >>> bool((nn.Linear(2, 2).weight.data == first).all())
    True
    """
    global _default
    _default = np.random.default_rng(value)


def generator(rng: np.random.Generator | int | None) -> np.random.Generator:
    """Return `rng` itself, a generator seeded by it, or the default one for None."""
    return _default if rng is None else np.random.default_rng(rng)
