"""Scalar operands and options as they are written on an operation."""

from __future__ import annotations

from typing import Any

import numpy as np


def option_text(value: Any) -> str:
    """Return a scalar or an option as short text; never the values of an array."""
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if isinstance(value, np.ndarray):
        return f"array {value.shape}"
    if isinstance(value, bool | np.bool_ | int | np.integer | str):
        return str(value)
    if isinstance(value, float | complex | np.inexact):
        return f"{value:.4g}"
    if isinstance(value, slice):
        step = "" if value.step is None else f":{option_text(value.step)}"
        start, stop = ("" if bound is None else option_text(bound) for bound in (value.start, value.stop))
        return f"{start}:{stop}{step}"
    if isinstance(value, tuple | list):
        return ", ".join(map(option_text, value)) if len(value) <= 8 else f"{len(value)} items"
    return "…" if value is Ellipsis else repr(value)[:40]
