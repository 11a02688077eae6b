"""Mistakes in the kind of number: a conjugate, an imaginary part lost, a lower precision inside."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Evidence, Hypotheses, Hypothesis


def complex_parts(evidence: Evidence) -> Hypotheses:
    """Yield the conjugate of the gradient, and one of its parts alone."""
    analytic, numeric = evidence.analytic, evidence.numeric
    if numeric.dtype.kind != "c":
        return
    text = "The gradient is the complex conjugate of the right one."
    yield Hypothesis("conjugate", text, corrected=np.conjugate(analytic))
    if evidence.is_complete:
        for name, kept in (("imaginary", numeric.real + 0j), ("real", 1j * numeric.imag)):
            yield Hypothesis("part dropped", f"The {name} part of the gradient is missing.", predicted=kept)


def low_precision(evidence: Evidence) -> Hypotheses:
    """Yield that the gradient, or what it was made from, was rounded to a lower precision.

    Being right to about 1e-3 is not enough to tell: so is a formula that approximates another. Numbers that a lower
    precision holds exactly are.
    """
    analytic, numeric, known = evidence.analytic, evidence.numeric, evidence.known
    if analytic.dtype != np.float64 or not known.any():
        return
    difference, size = np.abs(analytic[known] - numeric[known]), np.abs(numeric[known])
    scale = float(np.max(size))
    with np.errstate(all="ignore"):
        largest = float(np.max(np.where(size > 0, difference / size, np.where(difference > 1e-12 * scale, np.inf, 0))))
    for dtype in (np.float32, np.float16):
        epsilon = float(np.finfo(dtype).eps)
        text = (
            f"The gradient is right to {min(largest, float(np.max(difference)) / (scale or 1)):.0e}, the rounding of "
            f"{dtype.__name__}, and no more: something inside computes in {dtype.__name__}."
        )
        is_held = largest <= 4 * epsilon and _is_held_by(dtype, evidence)
        if is_held or (dtype is np.float32 and _is_noise(difference / (scale or 1), epsilon)):
            corrected = np.where(known, numeric, analytic)
            yield Hypothesis("low precision", text, corrected=corrected, is_seen=True)
        is_close = analytic.size > 1 and 0 < np.max(difference) <= 4 * epsilon * scale
        if is_close and evidence.g is not None and evidence.g.dtype == np.float64:
            rounded = evidence.pulled_back(_rounded(evidence.g, dtype))
            yield Hypothesis("low precision", text, predicted=rounded, is_seen=True)


def _is_held_by(dtype: type[np.floating[Any]], evidence: Evidence) -> bool:
    """Whether `dtype` holds every entry of the gradient, or of its quotient by the cotangent, without rounding."""
    candidates = [evidence.analytic]
    if evidence.g is not None and evidence.g.shape == evidence.shape and np.all(evidence.g):
        candidates.append(evidence.analytic / evidence.g)
    return any(np.all(np.abs(_rounded(array, dtype) - array) <= 1e-15 * np.abs(array)) for array in candidates)


def _is_noise(error: np.ndarray, epsilon: float) -> bool:
    """Whether the errors look like rounding: of most entries, and of about the right size."""
    return (
        error.size > 1
        and epsilon / 50 < float(np.max(error)) <= 4 * epsilon
        and float(np.median(error)) > epsilon / 1000
    )


def _rounded(array: np.ndarray, dtype: type[np.floating[Any]]) -> np.ndarray:
    with np.errstate(over="ignore"):  # then it is not held
        return array.astype(dtype).astype(np.float64)
