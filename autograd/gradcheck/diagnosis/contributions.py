"""Mistakes in what is added up: a path left out, one slice for a sum, a repeat overwritten, an earlier result kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Evidence, Hypotheses, Hypothesis
from autograd.gradcheck.diagnosis.factors import stretched_axes
from autograd.graph import unbroadcast

_LONGEST = 1000  # axis of which single slices are looked at


def nothing(evidence: Evidence) -> Hypotheses:
    """Yield a gradient that is 0 everywhere."""
    if not np.any(evidence.analytic):
        text = "The gradient is exactly 0 everywhere, and should not be: a path to this array is missing (detached)."
        yield Hypothesis("missing path", text, predicted=np.zeros_like(evidence.analytic), is_seen=True)


def accumulated(evidence: Evidence) -> Hypotheses:
    """Yield that the result of an earlier call was added to."""
    previous = evidence.previous
    if previous is not None and previous.shape == evidence.shape and not np.array_equal(previous, evidence.analytic):
        text = "The gradient contains that of the call before: it was accumulated, and not set to zero in between."
        yield Hypothesis("accumulated", text, corrected=evidence.analytic - previous)


def stale(evidence: Evidence) -> Hypotheses:
    """Yield that the result of an earlier call was returned again."""
    previous = evidence.previous
    if previous is not None and previous.shape == evidence.shape and np.any(evidence.target):
        text = "The gradient is that of the call before: it is stale, and was not computed anew."
        yield Hypothesis("stale", text, predicted=previous)


def one_slice(evidence: Evidence) -> Hypotheses:
    """Yield what a sum over an axis of the output leaves if only one slice, or all but one, contributes."""
    g = evidence.g
    if g is None:
        return
    stretched = dict(stretched_axes(evidence))
    for axis, length in sorted(enumerate(g.shape), key=lambda item: item[0] not in stretched):
        if not 1 < length <= _LONGEST:
            continue
        over = f"axis {axis} of the output"
        over += ", along which this argument was broadcast," if axis in stretched else ""
        slices = [_contributed(evidence, _only(g, axis, index)) for index in range(length)]
        parts = [part for part in slices if part is not None]
        if len(parts) < length:
            return
        is_sum = bool(np.any(np.sum([np.abs(part) > 1e-9 * np.max(np.abs(part)) for part in parts], axis=0) > 1))
        for index, name in ((0, "first"), (length - 1, "last")):
            if is_sum:
                text = f"The sum over {over} is missing: only its {name} slice contributes."
                yield Hypothesis("missing sum", text, predicted=parts[index])
            text = f"A path is missing: the {name} slice along {over} does not contribute."
            yield Hypothesis("missing path", text, predicted=np.sum(parts, axis=0) - parts[index])
    axes = [axis for axis, length in stretched.items() if length > 1]
    if len(axes) > 1:
        corner = tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(g.ndim))
        first = np.zeros_like(g)
        first[corner] = g[corner]
        text = f"The sum over the axes {axes} of the output, along which this argument was broadcast, is missing."
        yield Hypothesis("missing sum", text, predicted=_contributed(evidence, first))


def repeats(evidence: Evidence) -> Hypotheses:
    """Yield what a gather's gradient is if an element that is read twice receives the last cotangent only."""
    index, g = evidence.arguments.get("index"), evidence.g
    if index is None or g is None:
        return
    predicted = np.zeros(evidence.shape, g.dtype)
    try:
        predicted[index] = g
    except (IndexError, TypeError, ValueError):  # an option of another operation that happens to be called so
        return
    text = "An element that is read more than once receives one of its contributions only: repeats are overwritten."
    yield Hypothesis("overwritten repeats", text, predicted=predicted)


def left_over(evidence: Evidence) -> Hypotheses:
    """Yield that a term is missing, or too much: a number times something known, as of a penalty."""
    missing = evidence.target - evidence.project(evidence.analytic)
    for name, vector in _vectors(evidence):
        known = evidence.project(vector)
        square = float(np.vdot(known, known).real)
        number = float(np.vdot(known, missing).real) / square if square > 0 else 0.0
        if number and np.isfinite(number):
            text = f"The gradient is right up to a term: what is left is {number:.5g} times {name}."
            corrected = evidence.analytic + number * vector
            yield Hypothesis("term", text, corrected=corrected, parameters=1, is_formula=True)


def _vectors(evidence: Evidence) -> Iterator[tuple[str, np.ndarray]]:
    """Yield arrays that a term may be proportional to, and what to call them."""
    x, g = evidence.x, evidence.g
    found = [] if x is None else [("the argument", x), ("the sign of the argument", np.sign(x))]
    for name, other in evidence.arguments.items():
        if isinstance(other, np.ndarray) and other.dtype.kind == "f":
            found.append((f"'{name}'", other))
    if g is not None and g.shape == evidence.shape and g.size > 1:
        found += [
            ("the cotangent", g),
            *((f"the cotangent times {name}", g * a) for name, a in found if a.shape == g.shape),
        ]
    yield from ((name, array) for name, array in found if array.shape == evidence.shape)


def _contributed(evidence: Evidence, g: np.ndarray) -> np.ndarray | None:
    """Return the gradient for the cotangent `g`, as well as it can be known."""
    if evidence.slopes is not None:
        return np.asarray(unbroadcast(g * evidence.slopes, evidence.shape))
    if evidence.jacobian is not None:
        return evidence.pulled_back(g)
    if evidence.elementwise and evidence.function is None:  # a sum, as far as is known
        return np.asarray(unbroadcast(g, evidence.shape))
    return None


def _only(g: np.ndarray, axis: int, index: int) -> np.ndarray:
    """Return `g` with 0 everywhere but in one slice."""
    result = np.zeros_like(g)
    place: tuple[slice | int, ...] = (*(slice(None),) * axis, index)
    result[place] = g[place]
    return result
