"""Arguments that many of NumPy's functions share: what stands for one not given, and what Tensors cannot serve."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import DTypeError

NOT_GIVEN: Any = np._NoValue  # NumPy's own, so that it can be handed on


def refuse_out(function: str, out: Any) -> None:
    """Raise if `out` is given: what is written into an array cannot be recorded."""
    if out is not None:
        raise DTypeError(
            f"{function}: argument out= not supported on Tensors; use the result (or .data for plain values)"
        )


def numpys(*names: str) -> tuple[Any, ...]:
    """Return NumPy's functions of these names, those that the installed version has."""
    return tuple(getattr(np, name) for name in names if hasattr(np, name))
