"""What is known about wrong gradients of the inputs: the evidence that a diagnosis starts from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.gradcheck.diagnosis import Direction, Evidence
from autograd.gradcheck.lines import Line, Point
from autograd.gradcheck.numeric import CANCELLED
from autograd.gradcheck.report import Check
from autograd.gradcheck.run import Run
from autograd.gradcheck.subject import ClosureSubject, FaultError, FunctionSubject
from autograd.gradcheck.verdict import Verdict

_MOST_ENTRIES = 500  # of an array that is done entry by entry to explain it
_DIRECTIONS = 4  # through a larger one
_CALLS = 4  # of the function for an entry of its Jacobian
_PATIENCE = 10.0  # seconds for Jacobians, about
_OPTIONS = ("axis", "index")  # names that mean an option of an operation


def of_array(run: Run, position: int, sizes: Mapping[str, int], is_complete: bool = True) -> Evidence:
    """Return what is known about the gradient of one array; `is_complete` asks for all entries of a small one."""
    value = run.subject.values[position]
    checks = list(run.checks[position])
    if value.size <= _MOST_ENTRIES and is_complete:
        done = {check.index for check in checks}
        for entry in range(value.size):
            if tuple(int(i) for i in np.unravel_index(entry, value.shape)) not in done:
                checks += run.entry_checks(position, entry)
    numeric, error = _compared(run, position, checks)
    cancelled = np.zeros(value.shape, bool)
    for check in checks:
        if check.index is not None:
            cancelled[check.index] |= CANCELLED in check.reason
    is_known = value.size <= _MOST_ENTRIES and (is_complete or run.mode == "full")
    directions = [] if is_known else _directions(run, run.point, run.cotangents, [position])
    known = _known(run, run.point, run.cotangents, position)
    return Evidence(
        run.gradients[position],
        numeric,
        error,
        directions,
        dimensions=sizes,
        cancelled=cancelled,
        elsewhere=(lambda: _elsewhere(run, position)) if run.subject.moves else None,
        **known,
    )


def of_arrays(run: Run, positions: Sequence[int], sizes: Mapping[str, int]) -> Evidence:
    """Return what is known about the gradients of several arrays, as if they were one."""
    parts = [_compared(run, position, run.checks[position]) for position in positions]
    return Evidence(
        np.concatenate([run.gradients[i].ravel() for i in positions]),
        np.concatenate([numeric.ravel() for numeric, _ in parts]),
        np.concatenate([error.ravel() for _, error in parts]),
        [] if run.mode == "full" else _directions(run, run.point, run.cotangents, positions),
        dimensions=sizes,
        arrays=len(positions),
    )


def _compared(run: Run, position: int, checks: Sequence[Check]) -> tuple[np.ndarray, np.ndarray]:
    """Return the numerical gradient of one array and its error bars, as far as entries were compared."""
    value = run.subject.values[position]
    numeric, error = np.full(value.shape, np.nan, value.dtype), np.full(value.shape, np.nan, value.dtype)
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
    return numeric, error


def _elsewhere(run: Run, position: int) -> Evidence | None:
    """Return what is known about one array at the second point, for other cotangents."""
    if run.second is None:
        return None
    try:
        point, cotangents = Point(run.evaluator, run.second), run.random_cotangents()
        gradient = run.evaluator.gradient(cotangents, run.second)[position]
    except FaultError:
        return None
    directions = _directions(run, point, cotangents, [position])
    known = _known(run, point, cotangents, position)
    return Evidence(gradient, np.full(gradient.shape, np.nan, gradient.dtype), None, directions, **known)


def _known(run: Run, point: Point, cotangents: Sequence[np.ndarray], position: int) -> dict[str, Any]:
    """Return the array, the other ones, and the output with its cotangent if there is only one."""
    names, value = run.subject.names, point.values[position]
    known: dict[str, Any] = {"x": value, "name": names[position]}
    if len(point.outputs) == 1:
        known |= {"y": point.outputs[0], "g": cotangents[0]}
    if isinstance(run.subject, FunctionSubject | ClosureSubject):  # whose operations were checked by themselves
        return known
    others = {n: v for n, v in zip(names, point.values, strict=True) if n != names[position] and n not in _OPTIONS}
    known["arguments"] = others
    seconds = _CALLS * value.size * run.evaluator.seconds * (1 + len(others))
    if len(point.outputs) != 1 or seconds > _PATIENCE:
        return known

    def substituted(name: str, array: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        def function(x: np.ndarray) -> np.ndarray:
            values = list(point.values)
            values[names.index(name)] = array
            values[position] = x
            return point.evaluator.outputs(values)[0][0]

        return function

    return known | {"function": substituted(names[position], value), "substituted": substituted}


def _directions(run: Run, point: Point, cotangents: Sequence[np.ndarray], positions: Sequence[int]) -> list[Direction]:
    """Return numerical derivatives along directions through arrays, one after another, as far as they can be told."""
    found = []
    for _ in range(_DIRECTIONS):
        line = Line(point, cotangents, run.direction(positions))
        derivative = line.derivative(run.rtol * 1e-3, 0.0)
        if np.isfinite(derivative.value) and np.isfinite(derivative.error):
            parts = [line.directions[i] for i in positions if i in line.directions]
            direction = parts[0] if len(positions) == 1 else np.concatenate([part.ravel() for part in parts])
            found.append(Direction(direction, derivative.value, derivative.error))
    return found
