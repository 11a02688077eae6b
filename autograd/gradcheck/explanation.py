"""After WRONG: which operation is broken, and which mistake the gradient looks like."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.gradcheck.cuts import missing_path
from autograd.gradcheck.diagnosis import Direction, Evidence, diagnose
from autograd.gradcheck.lines import Line
from autograd.gradcheck.operations.local import local
from autograd.gradcheck.report import Diagnosis, GradcheckReport, LocalReport, OperationReport
from autograd.gradcheck.run import Run
from autograd.gradcheck.subject import ClosureSubject, FunctionSubject
from autograd.gradcheck.verdict import Verdict

_MOST_ENTRIES = 500  # of an array that is done entry by entry to explain it
_DIRECTIONS = 4  # through a larger one


def explained(report: GradcheckReport, run: Run, function: Any, inputs: Any) -> GradcheckReport:
    """Return `report` with the check of each operation, and a diagnosis where one explains the mismatch."""
    operations = _operations(run, function, inputs)
    broken = operations.broken if operations is not None else ()
    named = [operation for operation in broken if operation.diagnosis is not None]
    diagnosis = _of_operation(named[0]) if named else None
    wrong = [i for i, checks in enumerate(run.checks) if any(c.verdict is Verdict.WRONG for c in checks)]
    for position in sorted(wrong, key=lambda i: run.subject.values[i].size):
        if operations is not None and not broken:
            diagnosis = diagnosis or missing_path(run, position)
        diagnosis = diagnosis or diagnose(_evidence(run, position, operations))
    return dataclasses.replace(report, operations=operations, diagnosis=diagnosis)


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


def _evidence(run: Run, position: int, operations: LocalReport | None) -> Evidence:
    """Return what is known about the gradient of one array, all of whose entries are compared if it is small."""
    value, gradient = run.subject.values[position], run.gradients[position]
    numeric, error = np.full(value.shape, np.nan, value.dtype), np.full(value.shape, np.nan, value.dtype)
    checks = list(run.checks[position])
    if value.size <= _MOST_ENTRIES:
        done = {check.index for check in checks}
        for entry in range(value.size):
            if tuple(int(i) for i in np.unravel_index(entry, value.shape)) not in done:
                checks += run.entry_checks(position, entry)
    is_complex = value.dtype.kind == "c"
    seen: set[tuple[int, ...]] = set()
    for check in checks:
        if check.index is None or check.verdict is Verdict.CANNOT_TELL:
            continue
        if is_complex and check.index in seen:  # the second is along the imaginary part: ∂/∂Re - i ∂/∂Im
            numeric[check.index] += -1j * check.numeric
        else:
            numeric[check.index], error[check.index] = check.numeric, check.error
            seen.add(check.index)
    directions = [] if value.size <= _MOST_ENTRIES else [_direction(run, position) for _ in range(_DIRECTIONS)]
    single = len(run.point.outputs) == 1
    return Evidence(
        gradient,
        numeric,
        error,
        directions,
        x=value,
        y=run.point.outputs[0] if single else None,
        g=run.cotangents[0] if single else None,
        dimensions=_dimensions(run, operations),
    )


def _direction(run: Run, position: int) -> Direction:
    line = Line(run.point, run.cotangents, run.direction([position]))
    found = line.derivative(run.rtol * 1e-3, 0.0)
    return Direction(line.directions[position], found.value, found.error)


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
