"""Python's names for containers and types, by which code for HIPS autograd builds and examines traced values.

Tuples, lists and dicts of Tensors need no classes of their own here. Types are those of a Tensor's plain value, so a
test for ``np.ndarray`` or ``float`` has the same answer on plain and on traced values.
"""

from __future__ import annotations

import builtins
from typing import Any

from autograd.tracer import getval

__all__ = ["dict", "isinstance", "list", "tuple", "type"]

dict, list, tuple = builtins.dict, builtins.list, builtins.tuple


def isinstance(value: Any, classes: Any) -> bool:
    """Whether the plain value of `value` is an instance of `classes`; of a Tensor with one number, that number.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> isinstance(Tensor([1.0]), np.ndarray), isinstance(Tensor(1.0), float)
    (True, True)
    """
    return builtins.isinstance(getval(value), classes)


def type(value: Any) -> builtins.type:
    """Return the type of the plain value of `value`."""
    return builtins.type(getval(value))
