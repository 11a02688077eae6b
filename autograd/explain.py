"""What to say when a computation on Tensors fails: the operation, shapes, dtypes, and the reason.

Primitives explain what their forward functions raise. NumPy's functions explain once more what is raised within them,
so that the error is about the function that was called and its arguments.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import AutogradError, DTypeError, ShapeError

FAILURES = (ValueError, TypeError, IndexError, MemoryError)  # what is explained


def explain(error: Exception, name: str, parameters: Sequence[str], values: Sequence[Any]) -> Exception:
    """Return the error to raise in place of NumPy's `error`, of a type that ``except`` for NumPy's still catches."""
    if isinstance(error, AutogradError) and "reason" not in vars(error):
        return error
    reason = _reason(error, name, values)
    message = f"{name}: {reason} ({_describe(parameters, values)})"
    explained = _of_type(error, message)
    if explained is None:
        error.add_note(f"in the forward computation of {message}")
        return error
    vars(explained)["reason"] = reason
    return explained


def explain_call(
    error: Exception, name: str, compute: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Exception:
    """Return the error to raise for ``compute(*args, **kwargs)``, which a function of this `name` was handed over to.

    The new error says all that one of the library did, so that is not shown beside it.
    """
    try:
        given = inspect.signature(compute).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):  # other arguments than its own, which `error` says; or its signature is not known
        return error
    values = tuple(given.values())
    if isinstance(error, ShapeError):  # one of a composition, which knows few of the arguments
        vars(error).setdefault("reason", _reason(error, name, values))
    explained = explain(error, name, tuple(given), values)
    if explained is not error:
        is_own = isinstance(error, AutogradError) or "reason" in vars(error)
        explained.__cause__ = error.__cause__ if is_own else error
    return explained.with_traceback(error.__traceback__)  # which passes the operation that failed


def _of_type(error: Exception, message: str) -> Exception | None:
    """Return an error with this message that is caught wherever `error` is, or None if none is known to be."""
    if isinstance(error, TypeError):
        return DTypeError(message)
    for kind in (np.exceptions.AxisError, np.linalg.LinAlgError, MemoryError, IndexError):
        if isinstance(error, kind):
            return kind(message)
    return ShapeError(message) if type(error) in (ValueError, ShapeError) else None


def _reason(error: Exception, name: str, values: Sequence[Any]) -> str:
    reason: str | None = vars(error).get("reason")
    if reason is not None:
        return reason
    text = str(error).strip().rstrip(".").removeprefix("np.").removeprefix(f"{name}: ")
    if "could not be broadcast together with shapes" in text:
        shapes = [value.shape for value in values if isinstance(value, np.ndarray | np.generic)]
        if clash := _clash(shapes):  # if not, the shapes are those of other arrays, such as the parts of an index
            return f"shapes {' and '.join(map(str, shapes))} do not broadcast{clash}"
    if name == "matmul" and text.startswith("Input operand 1 has a mismatch"):
        a, b = np.shape(values[0]), np.shape(values[1])
        return f"{a} @ {b}: inner sizes {a[-1]} and {b[-2] if len(b) > 1 else b[0]} differ"
    return text


def _clash(shapes: Sequence[tuple[int, ...]]) -> str:
    """Say at which axis, counted from the end, the sizes clash."""
    for axis in range(1, max(map(len, shapes), default=0) + 1):
        sizes = [shape[-axis] for shape in shapes if len(shape) >= axis]
        if len(set(sizes) - {1}) > 1:
            return f" at axis -{axis} ({' vs '.join(map(str, sizes))})"
    return ""


def _describe(parameters: Sequence[str], values: Sequence[Any]) -> str:
    return ", ".join(f"{name}: {_describe_value(value)}" for name, value in zip(parameters, values, strict=False))


def _describe_value(value: Any) -> str:
    if isinstance(value, np.ndarray | np.generic):
        return f"{value.shape} {value.dtype}"
    if isinstance(value, tuple | list) and _holds_array(value):
        shown = ", ".join(_describe_value(item) for item in value[:8])
        return f"[{shown}{', …' if len(value) > 8 else ''}]"
    return repr(value)[:60]


def _holds_array(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_holds_array, value))
    return isinstance(value, np.ndarray | np.generic)
