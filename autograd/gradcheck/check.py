"""`gradcheck`: compare gradients with numerical derivatives, and say what is wrong with those that differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import GraphError
from autograd.gradcheck.explanation import explained
from autograd.gradcheck.higher import gradient_function, names_of
from autograd.gradcheck.report import GradcheckReport
from autograd.gradcheck.run import Run
from autograd.gradcheck.subject import ClosureSubject, FunctionSubject, Subject, make_subject
from autograd.gradcheck.verdict import Verdict

MODES = ("auto", "full", "fast")


def gradcheck(
    function: Any,
    inputs: Any = (),
    *,
    gradient: Any = None,
    backward: Callable[..., Any] | None = None,
    names: Sequence[str] | None = None,
    mode: str = "auto",
    order: int = 1,
    rtol: float | None = None,
    seed: int | None = None,
    strict: bool = False,
    progress: bool | None = None,
) -> GradcheckReport:
    """Verify the gradients of `function` numerically.

    Parameters
    ----------
    function : callable, or a model
        Returns an array, or nested tuples, lists and dicts of them. With a model as `inputs` it takes no arguments.
        Or a class in the manner of ``torch.autograd.Function``, with ``forward(ctx, *inputs)`` and
        ``backward(ctx, g)`` of plain arrays.
    inputs : array, tuple of arrays, or a model
        The arguments, nested or not; those of a floating or complex dtype are checked. Or anything that has
        ``named_parameters()``: then its parameters are checked, under their names. ``gradcheck(model, loss)`` is
        ``gradcheck(loss, model)``.
    gradient : array, nested arrays, or callable, optional
        A gradient from elsewhere, to be checked instead of the engine's: an array an input, or a function of the
        inputs that returns these. `function`, of one number, then gets plain arrays.
    backward : callable, optional
        As `gradient`, for outputs of any shape: ``backward(g, *inputs)`` returns the cotangents of the inputs.
    names : sequence of str, optional
        What to call the arrays that are differentiated: one name each, also of those that are nested in an argument.
    mode : "auto", "full" or "fast"
        "full" checks every entry of every array. "fast" checks random directions, through all arrays together and
        through each, at a cost that does not grow with the number of entries; a wrong direction is led to the wrong
        entries. "auto" is "full" for up to 200 entries in all.
    order : int
        2 checks also the gradient of the gradient, in the inputs and in the cotangents of the outputs; 3 …
    rtol : float, optional
        The relative error that counts as wrong: 1e-6, or 1e-3 where the function computes in float32 whatever it is
        given (1e-1 for float16). Along directions errors a thousand times smaller are told.
    seed : int, optional
        Of the directions; random by default and said in the report.
    strict : bool
        Whether the report is false also where nothing could be told.
    progress : bool, optional
        Whether to show a progress bar on standard error; by default if the check takes more than a few seconds.

    Returns
    -------
    GradcheckReport
        True unless a gradient is wrong, or the function does not repeat itself or changes its inputs; print it.

    Raises
    ------
    DTypeError
        If no input is floating, or the function returns something that has no gradient.
    GraphError
        If the function returns nothing, or an order above 1 is asked of a gradient from elsewhere.
    ValueError
        If `mode` is none of these, `order` is below 1, or there are too few `names`.

    Notes
    -----
    Inputs and parameters of lower precision are checked at the same values in double precision, and the gradient in
    their own precision is compared with that. The function runs on copies that cannot be written to, with the same
    random numbers at every call; parameters, their gradients and the random number generators are left as they were.
    An interrupt (Ctrl-C) ends the check and returns what was found until then.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import gradcheck
    >>> report = gradcheck(lambda x, w: np.tanh(x @ w), (np.eye(2), np.full((2, 2), 0.5)), names=["x", "w"], seed=0)
    >>> bool(report)
    True
    >>> {name: str(verdict) for name, verdict in report.verdicts.items()}
    {'x': 'RIGHT', 'w': 'RIGHT'}

    A gradient derived by hand:

    >>> x = np.array([0.5, -1.0, 2.0])
    >>> report = gradcheck(lambda x: np.mean(np.sin(x)), x, gradient=np.cos(x), seed=0)
    >>> print(report.diagnosis.text)
    The gradient is 3 times too large everywhere; 3 is the number of elements that mean runs over.
    Explains 100.00 % of the mismatch.
    """
    if mode not in MODES:
        raise ValueError(f"gradcheck: mode must be one of {', '.join(map(repr, MODES))}, got {mode!r}")
    if order < 1:
        raise ValueError(f"gradcheck: order must be at least 1, got {order}")
    if hasattr(function, "named_parameters") and callable(inputs) and not hasattr(inputs, "named_parameters"):
        function, inputs = inputs, function
    seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    subject = make_subject(function, inputs, names, gradient, backward)
    report, run = _checked(subject, mode, rtol, seed, progress)
    if report.verdict is Verdict.WRONG and report.complete:
        try:
            report = explained(report, run, function, inputs)
        finally:
            subject.random.finish()
    higher = _higher(subject, run, order, mode, rtol, progress) if order > 1 and report.complete else ()
    return dataclasses.replace(report, higher=higher, strict=strict)


def _checked(
    subject: Subject, mode: str, rtol: float | None, seed: int, progress: bool | None, order: int = 1
) -> tuple[GradcheckReport, Run]:
    run = Run(subject, mode, rtol, seed, order)
    try:
        run.run(progress)
    finally:
        subject.random.finish()
    return run.report(), run


def _higher(
    subject: Subject, run: Run, order: int, mode: str, rtol: float | None, progress: bool | None
) -> tuple[GradcheckReport, ...]:
    """Return the checks of the gradient as a function, of that one's gradient, and so on."""
    if not isinstance(subject, FunctionSubject | ClosureSubject):
        raise GraphError("gradcheck: order above 1 checks the engine's own gradients, not one from elsewhere")
    reports = []
    for number in range(2, order + 1):
        if not run.gradients:  # the order below could not be checked
            break
        function = gradient_function(subject.function, len(subject.values), number)
        names = names_of(subject.names, len(run.cotangents))
        subject = FunctionSubject(function, (*subject.values, *run.cotangents), names)
        report, run = _checked(subject, mode, rtol, run.seed, progress, number)
        reports.append(report)
    return tuple(reports)
