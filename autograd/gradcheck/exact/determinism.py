"""Whether a function and its gradient repeat themselves, and leave alone what is not theirs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np

from autograd.gradcheck.exact.aliasing import sharing
from autograd.gradcheck.lines import Evaluates, stream
from autograd.gradcheck.report import Finding
from autograd.gradcheck.subject import Subject
from autograd.gradcheck.verdict import Verdict

Arrays = list[np.ndarray]

_REPEATS = 3
_ROUNDINGS = 64  # units in the last place by which the order of additions may change a result
_ACCUMULATED = 3  # outputs of which twice the gradient is computed
_AWAY = (2.0**-6, 2.0**-20)  # of the values: how far a second point is


class EvaluatesGradient(Evaluates, Protocol):
    """What evaluates a subject and its gradient, with the random numbers of the first time."""

    def gradient(self, cotangents: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> Arrays:
        """Return the gradient at `values`."""


def findings(subject: Subject, cotangents: Sequence[np.ndarray], evaluator: EvaluatesGradient) -> list[Finding]:
    """Return everything about repetition, memory and memories that is wrong, or good to know.

    Parameters
    ----------
    subject : Subject
        What is checked.
    cotangents : sequence of ndarray
        One an output.
    evaluator
        Evaluates it.

    Returns
    -------
    list of Finding
        Of kinds "determinism", "mutation", "aliasing", "accumulation" and "stale".

    Raises
    ------
    FaultError
        If an array was written to that must not be: nothing further can be trusted.
    """
    found = replays(subject, evaluator)
    elsewhere = second_point(subject, evaluator) if _is_good(found) else None
    tests = [
        partial(_watched, subject, cotangents),
        partial(repeats, subject, cotangents, evaluator, elsewhere),
        partial(accumulation, subject, cotangents),
        partial(sharing, subject, cotangents, elsewhere),
    ]
    for test in tests:
        if _is_good(found):  # what one of them finds, the later ones would find again
            found += test()
    return found


def _is_good(found: Sequence[Finding]) -> bool:
    return all(finding.verdict is Verdict.RIGHT for finding in found)


def _watched(subject: Subject, cotangents: Sequence[np.ndarray]) -> list[Finding]:
    subject.random.restore()
    return subject.watch(cotangents)


# --------------------------------------------------------------------------------------------- the function


def replays(subject: Subject, evaluator: Evaluates) -> list[Finding]:
    """Return whether the function returns the same bits with the same random numbers, and with others."""
    replayed = [evaluator.outputs(subject.values)[0] for _ in range(_REPEATS)]
    names = output_names(replayed[0])
    difference = different(names, *replayed)
    if difference:
        return [Finding("determinism", Verdict.NONDETERMINISTIC, f"{difference} even when replayed; {_CURE}")]
    notes = []
    if any(not same_bits(replayed[0], other) for other in replayed[1:]):
        notes.append(Finding("determinism", Verdict.RIGHT, "evaluations differ, but only by rounding"))
    fresh = [subject.outputs(subject.values) for _ in range(_REPEATS)]
    if any(not same_bits(fresh[0], other) for other in fresh[1:]) and not notes:
        text = "stochastic but replayable: every evaluation used the same random numbers"
        notes.append(Finding("determinism", Verdict.RIGHT, text))
    return notes


_CURE = (
    "give its random numbers a generator that it can reach (an argument, an attribute, a global), and let it depend on "
    "nothing that it changes"
)


# --------------------------------------------------------------------------------------------- the gradient


def repeats(
    subject: Subject,
    cotangents: Sequence[np.ndarray],
    evaluator: EvaluatesGradient,
    elsewhere: Sequence[np.ndarray] | None,
) -> list[Finding]:
    """Return whether the gradient is the same a second time, and after it was computed at another point."""
    first = evaluator.gradient(cotangents, subject.values)
    again = evaluator.gradient(cotangents, subject.values)
    twice = [f"the gradient of {name}" for name in subject.names]
    difference = different(twice, first, again)
    if difference:
        if all(np.array_equal(b, 2 * a, equal_nan=True) for a, b in zip(first, again, strict=True)):
            text = "the second gradient is exactly twice the first: it is added to what was there before"
            return [Finding("accumulation", Verdict.WRONG, text)]
        third = evaluator.gradient(cotangents, subject.values)
        if same_bits(again, third):
            text = f"{difference} the second time, and then no more: something of the first call is remembered"
            return [Finding("stale", Verdict.WRONG, text)]
        text = f"{difference} when replayed, while the outputs are the same; the backward pass is not deterministic"
        return [Finding("determinism", Verdict.NONDETERMINISTIC, text)]
    if elsewhere is None or not subject.moves:
        return []
    evaluator.gradient(cotangents, elsewhere)
    difference = different(twice, first, evaluator.gradient(cotangents, subject.values))
    if difference:
        text = f"{difference} after the gradient was computed at another point: something of that call is remembered"
        return [Finding("stale", Verdict.WRONG, text)]
    return []


def accumulation(subject: Subject, cotangents: Sequence[np.ndarray]) -> list[Finding]:
    """Return whether two backward passes in a row leave exactly twice the gradient of one.

    The gradient of one output at a time: a sum over several may round differently the second time.
    """
    for chosen in range(min(len(cotangents), _ACCUMULATED)):
        seeds = [c if i == chosen else np.zeros_like(c) for i, c in enumerate(cotangents)]
        found = subject.accumulate(seeds)
        if not found:
            return []
        once, twice = found
        names = [f"the gradient of {name}" for name in subject.names]
        if different(names, [2 * gradient for gradient in once], twice):
            text = "two backward passes in a row do not leave exactly twice the gradient of one"
            return [Finding("accumulation", Verdict.WRONG, text)]
    return []


def second_point(subject: Subject, evaluator: Evaluates) -> Arrays | None:
    """Return a point close to the given one at which every output is finite, or None if there seems to be none.

    Every entry moves by a different part of itself, so that signs and zeros stay as they are.
    """
    rng = stream(0)
    for away in _AWAY:
        values = [value * (1 + away * rng.uniform(0.5, 1.0, value.shape)) for value in subject.values]
        with np.errstate(all="ignore"):
            outputs, _ = evaluator.outputs(values)
        if all(np.isfinite(output).all() for output in outputs):
            return values
    return None


# --------------------------------------------------------------------------------------------- comparing


def output_names(outputs: Sequence[np.ndarray]) -> list[str]:
    """Return what to call the outputs."""
    return ["the output"] if len(outputs) == 1 else [f"output {i}" for i in range(len(outputs))]


def same_bits(a: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> bool:
    """Whether two lists of arrays agree to the last bit; a NaN agrees with a NaN."""
    return len(a) == len(b) and all(
        x.shape == y.shape
        and x.dtype == y.dtype
        and (x.tobytes() == y.tobytes() or np.array_equal(x, y, equal_nan=True))
        for x, y in zip(a, b, strict=True)
    )


def different(names: Sequence[str], first: Sequence[np.ndarray], *others: Sequence[np.ndarray]) -> str:
    """Say which array differs by more than rounding from the first time, or return an empty string.

    Sums in another order, as threads make them, differ in the last bits: that is no other function.
    """
    for other in others:
        if len(other) != len(first):
            return f"the number of outputs differs ({len(first)}, {len(other)})"
        for name, a, b in zip(names, first, other, strict=True):
            if a.shape != b.shape:
                return f"{name} differs in shape ({a.shape}, {b.shape})"
            if not same_bits([a], [b]) and not _differ_by_rounding(a, b):
                return f"{name} differs {_where(a, b)}"
    return ""


def _differ_by_rounding(a: np.ndarray, b: np.ndarray) -> bool:
    finite = np.isfinite(a) & np.isfinite(b)
    if a.dtype != b.dtype or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    size = float(np.max(np.abs(a[finite]), initial=0))
    return bool(np.all(np.abs(a[finite] - b[finite]) <= _ROUNDINGS * np.finfo(a.dtype).eps * size))


def _where(a: np.ndarray, b: np.ndarray) -> str:
    """Return where two arrays differ most, and the two values."""
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        distance = np.where(same, 0, np.abs(a - b))
        distance = np.where(np.isnan(distance), np.inf, distance)
    index = np.unravel_index(int(np.argmax(distance)), a.shape)
    place = f"at {[int(i) for i in index]} " if a.ndim else ""
    return f"{place}({a[index]:.6g}, {b[index]:.6g})"
