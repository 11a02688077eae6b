"""What the functions accept: arrays or Tensors."""

from __future__ import annotations

import numpy.typing as npt

from autograd import Tensor

Array = npt.ArrayLike | Tensor


def as_tensor(value: Array) -> Tensor:
    """Return a Tensor as it is, and anything else as a constant one."""
    return value if isinstance(value, Tensor) else Tensor(value)
