"""After WRONG: which operation is broken, and which mistake the gradient looks like."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.gradcheck.by_hand import Recording, left_out
from autograd.gradcheck.cuts import missing_path
from autograd.gradcheck.diagnosis import FACTORS, diagnose
from autograd.gradcheck.facts import of_array, of_arrays
from autograd.gradcheck.operations.local import local
from autograd.gradcheck.report import Diagnosis, GradcheckReport, LocalReport, OperationReport
from autograd.gradcheck.run import Run
from autograd.gradcheck.subject import ClosureSubject, FunctionSubject
from autograd.gradcheck.verdict import Verdict

_MOST = 20  # wrong arrays that are looked at
_ALL = "Explains 100.00 % of the mismatch."
_VAGUE = (
    "omitted derivative",
    "doubled derivative",
    "rank-one term",
    "term",
    "single entries",
)  # where a line says more


def explained(report: GradcheckReport, run: Run, function: Any, inputs: Any) -> GradcheckReport:
    """Return `report` with the check of each operation, and a diagnosis where one explains the mismatch."""
    operations = _operations(run, function, inputs)
    broken = operations.broken if operations is not None else ()
    named = [operation for operation in broken if operation.diagnosis is not None]
    diagnosis = _of_operation(named[0]) if named else None
    wrong = [i for i, checks in enumerate(run.checks) if any(c.verdict is Verdict.WRONG for c in checks)]
    wrong.sort(key=lambda i: run.subject.values[i].size)
    if operations is not None and not broken:
        diagnosis = diagnosis or next(filter(None, (missing_path(run, position) for position in wrong)), None)
    if diagnosis is None and wrong:
        diagnosis = _of_arrays(run, wrong, operations)
    return dataclasses.replace(report, operations=operations, diagnosis=diagnosis)


def _of_arrays(run: Run, wrong: Sequence[int], operations: LocalReport | None) -> Diagnosis | None:
    """Return a diagnosis of all wrong arrays, or else of some, which it names."""
    recording = Recording.of(run.subject, run.subject.values, run.cotangents)
    sizes = _dimensions(run, operations)
    if recording is not None:
        sizes = recording.reduced() | sizes
    together = diagnose(of_arrays(run, wrong, sizes), FACTORS) if len(wrong) > 1 else None
    if together is not None:
        return together
    first, explains = None, []
    for position in wrong[:_MOST]:
        # To find a mistake, all entries are compared; whether another array has the same, a few directions tell.
        found = diagnose(of_array(run, position, sizes, is_complete=first is None))
        first = first or found
        if found is not None and first is not None and found.text == first.text:
            explains.append(position)
    if recording is not None and (first is None or first.mistake in _VAGUE):
        slip = left_out(run, recording, wrong)
        if slip is not None:
            more = first.text if first is not None and first.mistake == "term" and len(wrong) == 1 else _ALL
            return dataclasses.replace(slip, text=f"{slip.text} {more}")
    if first is None or len(explains) == len(wrong):
        return first
    names = ", ".join(run.subject.names[i] for i in sorted(explains))
    return dataclasses.replace(first, text=f"{names}: {first.text}")


def _operations(run: Run, function: Any, inputs: Any) -> LocalReport | None:
    """Return the check of each operation, where the engine computed the gradient."""
    if not isinstance(run.subject, FunctionSubject | ClosureSubject):
        return None
    run.subject.random.restore()
    try:
        if isinstance(run.subject, ClosureSubject):
            return local(function, seed=run.seed)
        return local(function, inputs, seed=run.seed)
    except AutogradError:  # such as a function that records nothing, because it detaches its inputs
        return None


def _of_operation(operation: OperationReport) -> Diagnosis:
    assert operation.diagnosis is not None
    where = f"{operation.name} ({operation.place})" if operation.place else operation.name
    return dataclasses.replace(operation.diagnosis, text=f"{where}: {operation.diagnosis.text}")


def _dimensions(run: Run, operations: LocalReport | None) -> dict[str, int]:
    """Return the sizes of axes that a wrong factor could be, by what to call them."""
    dimensions = {}
    shapes = [(name, value.shape) for name, value in zip(run.subject.names, run.subject.values, strict=True)]
    if operations is not None:
        shapes += [(f"{o.name}'s {t.name}", t.shape) for o in operations.operations for t in o.tensors]
    shapes += [("the output", output.shape) for output in run.point.outputs]
    for name, shape in shapes:
        if len(shape) > 1:
            dimensions[f"the number of elements of {name}"] = int(np.prod(shape))
        for axis, size in enumerate(shape):
            dimensions[f"the size of axis {axis} of {name}" if len(shape) > 1 else f"the size of {name}"] = size
    return dimensions
