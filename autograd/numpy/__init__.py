"""NumPy, under the name that code for HIPS autograd imports: ``import autograd.numpy as np``.

NumPy's functions compute on Tensors by themselves, so the names are NumPy's own, looked up when first used: to import
all of them would load parts of NumPy that few programs need. In `lists` are those that NumPy cannot hand over: those
given lists of Tensors, and those that only make arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy

from autograd.numpy.lists import make_diagonal as make_diagonal

if TYPE_CHECKING:
    from numpy import *  # noqa: F403  # what `__getattr__` finds, for editors and type checkers
else:
    from autograd.numpy.lists import *  # noqa: F403  # of the same types

__all__ = [*numpy.__all__, "make_diagonal"]


def __getattr__(name: str) -> Any:
    value = globals()[name] = getattr(numpy, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
