"""What to say when the forward computation of a primitive fails: the operation, shapes, dtypes, and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import AutogradError, DTypeError, ShapeError


def explain(error: Exception, name: str, parameters: Sequence[str], values: Sequence[Any]) -> Exception:
    """Return the error to raise in place of NumPy's `error`, of a type that ``except`` for NumPy's still catches."""
    if isinstance(error, AutogradError):
        return error
    message = f"{name}: {_reason(error, name, values)} ({_describe(parameters, values)})"
    if type(error) is ValueError:
        return ShapeError(message)
    if isinstance(error, TypeError):
        return DTypeError(message)
    if isinstance(error, np.exceptions.AxisError):
        return np.exceptions.AxisError(message)
    if isinstance(error, MemoryError):
        return MemoryError(message)
    if isinstance(error, IndexError):
        return IndexError(message)
    error.add_note(f"in the forward computation of {message}")
    return error


def _reason(error: Exception, name: str, values: Sequence[Any]) -> str:
    text = str(error).strip().rstrip(".").removeprefix(f"{name}: ")
    if "could not be broadcast together with shapes" in text:
        shapes = [np.shape(value) for value in values]
        return f"shapes {' and '.join(map(str, shapes))} do not broadcast{_clash(shapes)}"
    if name == "matmul" and text.startswith("Input operand 1 has a mismatch"):
        a, b = np.shape(values[0]), np.shape(values[1])
        return f"{a} @ {b}: inner sizes {a[-1]} and {b[-2] if len(b) > 1 else b[0]} differ"
    return text


def _clash(shapes: Sequence[tuple[int, ...]]) -> str:
    """Say at which axis, counted from the end, the sizes clash."""
    for axis in range(1, max(map(len, shapes)) + 1):
        sizes = [shape[-axis] for shape in shapes if len(shape) >= axis]
        if len(set(sizes) - {1}) > 1:
            return f" at axis -{axis} ({' vs '.join(map(str, sizes))})"
    return ""


def _describe(parameters: Sequence[str], values: Sequence[Any]) -> str:
    return ", ".join(f"{name}: {_describe_value(value)}" for name, value in zip(parameters, values, strict=False))


def _describe_value(value: Any) -> str:
    if isinstance(value, np.ndarray | np.generic):
        return f"{value.shape} {value.dtype}"
    if isinstance(value, tuple) and value and all(isinstance(item, np.ndarray | np.generic) for item in value):
        shown = ", ".join(_describe_value(item) for item in value[:8])
        return f"[{shown}{', …' if len(value) > 8 else ''}]"
    return repr(value)[:60]
