"""The complex step as a second opinion on entries whose slopes are too small for differences to see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.gradcheck.lines import scale_of
from autograd.gradcheck.numeric.complex_step import complex_step
from autograd.gradcheck.report import Check, Finding
from autograd.gradcheck.subject import Subject
from autograd.gradcheck.verdict import Verdict

_MOST = 20  # entries


def findings(
    subject: Subject, cotangents: Sequence[np.ndarray], checks: Sequence[Sequence[Check]], rtol: float
) -> list[Finding]:
    """Return what the complex step says of the entries that are RIGHT-ABS; notes, as it is never a verdict.

    Parameters
    ----------
    subject : Subject
        What is checked. Nothing is said where it is not analytic, or takes no complex arrays.
    cotangents : sequence of ndarray
        One an output.
    checks : sequence of sequence of Check
        Those of each array.
    rtol : float
        The relative error that counts.
    """
    if not subject.moves or any(cotangent.dtype.kind == "c" for cotangent in cotangents):
        return []
    others: list[str] = []
    confirmed = 0
    unsure = [
        (position, check)
        for position, found in enumerate(checks)
        for check in found
        if check.verdict is Verdict.RIGHT_ABS and check.index is not None
    ]
    for position, check in unsure[:_MOST]:
        slope = _slope(subject, cotangents, position, check)
        if slope is None:
            continue
        if abs(slope - check.analytic) <= rtol * max(abs(slope), abs(check.analytic)):
            confirmed += 1
        else:
            place = f"{subject.names[position]}{list(check.index or ())}"
            others.append(f"{place}: the complex step gives {slope:.7g}, the gradient is {check.analytic:.7g}")
    if others:
        return [Finding("note", Verdict.RIGHT, "; ".join(others))]
    if confirmed:
        text = f"the complex step confirms {confirmed} of the {len(unsure)} entries that are RIGHT-ABS"
        return [Finding("note", Verdict.RIGHT, text)]
    return []


def _slope(subject: Subject, cotangents: Sequence[np.ndarray], position: int, check: Check) -> float | None:
    """Return the derivative in one entry by the complex step, None where that is not to be trusted."""
    array = subject.values[position]
    if array.dtype.kind != "f":
        return None
    direction = np.zeros_like(array)
    direction[check.index] = abs(array[check.index]) or scale_of(array)

    def paired(moved: np.ndarray) -> np.ndarray:
        values = [*subject.values[:position], moved, *subject.values[position + 1 :]]
        subject.random.restore()
        outputs = subject.outputs(values)
        return np.asarray(sum(np.sum(c * output) for c, output in zip(cotangents, outputs, strict=True)))

    found = complex_step(paired, array, direction)
    return float(found.derivative) / float(direction[check.index]) if found.is_trusted else None
