"""Gradient checks in tests: one assertion, which fails with the whole report."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from autograd.gradcheck.check import gradcheck
from autograd.gradcheck.report import GradcheckReport
from autograd.gradcheck.verdict import Verdict


class CannotTellWarning(UserWarning):
    """A gradient was neither confirmed nor refuted."""


def assert_gradients(function: Any, inputs: Any = (), *, strict: bool = False, **options: Any) -> GradcheckReport:
    """Assert that the gradients of `function` are right, in a test.

    Parameters
    ----------
    function, inputs
        What to check, as of `gradcheck`.
    strict : bool
        Whether a gradient of which nothing can be told is a failure, not only a warning.
    **options
        As of `gradcheck`.

    Returns
    -------
    GradcheckReport
        What was found.

    Raises
    ------
    AssertionError
        If a gradient is wrong, at a kink if it is outside the one-sided slopes, or if the function does not repeat
        itself. The message is the report, and its seed replays the check.

    Warns
    -----
    CannotTellWarning
        If nothing can be told of a gradient, with the reason.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> from autograd.gradcheck.testing import assert_gradients
    >>> assert_gradients(np.tanh, np.array([0.5, -1.0]), seed=0).verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> assert_gradients(lambda x: x * Tensor(x.data), np.array([0.5, -1.0]), names=["x"], seed=0)
    Traceback (most recent call last):
    ...
    AssertionError: gradcheck WRONG: ...
      array  shape  verdict ...
      x      2      WRONG ...
    """
    __tracebackhide__ = True  # pytest points to the line of the test
    report = gradcheck(function, inputs, strict=strict, **options)
    if not report:
        raise AssertionError(str(report))
    if not report.complete:  # `gradcheck` keeps what it found when it is interrupted; a test has not passed then
        raise KeyboardInterrupt
    unsure = list(_unsure(report))
    if unsure:
        message = f"{'; '.join(unsure)} (seed {report.seed}; strict=True makes this a failure)"
        warnings.warn(message, CannotTellWarning, stacklevel=2)
    return report


def _unsure(report: GradcheckReport) -> Iterator[str]:
    """Yield a sentence for each array or finding, of every order, of which nothing can be told."""
    for order in (report, *report.higher):
        for tensor in order.tensors:
            if tensor.verdict is Verdict.CANNOT_TELL and tensor.worst is not None:
                yield f"cannot tell whether the gradient of {tensor.name!r} is right: {tensor.worst.reason}"
        yield from (finding.text for finding in order.findings if finding.verdict is Verdict.CANNOT_TELL)
