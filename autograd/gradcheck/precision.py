"""The gradient in the inputs' own precision, beside the one in double precision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.gradcheck.report import Finding
from autograd.gradcheck.subject import Subject
from autograd.gradcheck.verdict import Verdict

_ROUNDINGS = 1e4  # what a long computation may lose, in units of the machine epsilon


def findings(subject: Subject, cotangents: Sequence[np.ndarray], gradients: Sequence[np.ndarray]) -> list[Finding]:
    """Say where the gradient computed in float32 (or float16) is not the one computed in float64, rounded.

    Parameters
    ----------
    subject : Subject
        Its `gradient_in_original_dtypes` is what users get.
    cotangents : sequence of ndarray
        One an output.
    gradients : sequence of ndarray
        In double precision, at the same values.
    """
    if all(dtype.itemsize >= array.dtype.itemsize for dtype, array in zip(subject.dtypes, gradients, strict=True)):
        return []
    low = subject.gradient_in_original_dtypes(cotangents)
    found = []
    for name, rounded, exact in zip(subject.names, low, gradients, strict=True):
        epsilon = float(np.finfo(rounded.dtype).eps)
        size = float(np.max(np.abs(exact), initial=0))
        difference = float(np.max(np.abs(rounded.astype(exact.dtype) - exact), initial=0))
        if not difference <= _ROUNDINGS * epsilon * size:
            found.append(
                Finding(
                    "precision",
                    Verdict.CANNOT_TELL,
                    f"{name}: the {rounded.dtype} gradient differs from the {exact.dtype} one by {difference:.1e}, of "
                    f"{size:.1e}; the computation loses digits in {rounded.dtype}",
                )
            )
    return found
