"""Memory that a gradient shares with something else, and whether that has consequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from autograd.gradcheck.report import Finding
from autograd.gradcheck.subjects.base import Arrays, Pulled, Subject
from autograd.gradcheck.verdict import Verdict

_EFFORT = 10_000  # candidate solutions of "which element of one is an element of the other"


def sharing(
    subject: Subject, cotangents: Sequence[np.ndarray], elsewhere: Sequence[np.ndarray] | None
) -> list[Finding]:
    """Return what happens to other arrays when a returned gradient is written to, as an optimiser may.

    Every returned gradient is filled with NaN in turn, and put back.

    Parameters
    ----------
    subject : Subject
        What is checked.
    cotangents : sequence of ndarray
        One an output.
    elsewhere : sequence of ndarray or None
        Other values of the inputs.

    Returns
    -------
    list of Finding
        WRONG, of kind "aliasing", where a second call overwrites or returns what the first returned. RIGHT, of the same
        kind, where another gradient changes too, which is a hazard; and RIGHT, of kind "note", where memory is shared
        without any consequence.
    """
    first = _pull(subject, cotangents)
    kept = [gradient.copy() for gradient in first.gradients]
    _pull(subject, cotangents, elsewhere if subject.moves else None)
    overwritten = _changed(subject.names, kept, first.gradients)
    if overwritten:
        text = f"the gradient of {_list(overwritten)} that one call returned is overwritten by the next; return a copy"
        return [Finding("aliasing", Verdict.WRONG, text)]
    text = _used_again(subject, cotangents, first, kept, range(len(kept))) if subject.moves else ""
    if text:
        return [Finding("aliasing", Verdict.WRONG, text)]
    shared = _shared_among(subject.names, first.gradients, kept)
    hazards = [Finding("aliasing", Verdict.RIGHT, f"a hazard: {shared}")] if shared else []
    return [*hazards, *_notes(subject.names, first)]


def _pull(subject: Subject, cotangents: Sequence[np.ndarray], values: Sequence[np.ndarray] | None = None) -> Pulled:
    subject.random.restore()
    return subject.pull(cotangents, values)


@contextmanager
def _poisoned(gradients: Arrays, kept: Arrays, positions: Iterable[int]) -> Iterator[None]:
    """Fill gradients with NaN, and put back what they were."""
    written = [
        i for i in positions if gradients[i].flags.writeable and gradients[i].size and gradients[i].dtype.kind in "fc"
    ]
    try:
        for position in written:
            gradients[position][...] = np.nan
        yield
    finally:
        for position in written:
            gradients[position][...] = kept[position]


def _shared_among(names: Sequence[str], gradients: Arrays, kept: Arrays) -> str:
    """Return which returned gradients change when another one is written to, empty if none does."""
    for position, name in enumerate(names):
        with _poisoned(gradients, kept, [position]):
            changed = [other for other in _changed(names, kept, gradients) if other != name]
        if changed:
            return (
                f"the gradients of {name} and {_list(changed)} share memory: writing into one changes the other; "
                "return a copy"
            )
    return ""


def _used_again(
    subject: Subject, cotangents: Sequence[np.ndarray], first: Pulled, kept: Arrays, positions: Sequence[int]
) -> str:
    """Return which gradients of another call change when those at `positions` are written to, empty if none does."""
    subject.random.restore()
    outputs = subject.outputs(subject.values)
    with _poisoned(first.gradients, kept, positions):
        subject.random.restore()
        moved = subject.outputs(subject.values)
        is_functions_own = not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(outputs, moved, strict=True))
        changed = [] if is_functions_own else _changed(subject.names, kept, _pull(subject, cotangents).gradients)
    if is_functions_own and len(positions) > 1:  # such as its weights: a gradient may well be those
        return next(filter(None, (_used_again(subject, cotangents, first, kept, [i]) for i in positions)), "")
    if not changed:
        return ""
    return (
        f"the gradient of {_list(changed)} is memory that is used again: after writing into it, as optimisers do, the "
        "next one is another; return a copy"
    )


def _changed(names: Sequence[str], before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> list[str]:
    return [name for name, a, b in zip(names, before, after, strict=True) if not np.array_equal(a, b, equal_nan=True)]


def _notes(names: Sequence[str], pulled: Pulled) -> Iterator[Finding]:
    """Yield the arrays that returned gradients share memory with."""
    others = [
        *((f"the input {name}", array) for name, array in zip(names, pulled.inputs, strict=True)),
        *(("the cotangent", array) for array in pulled.cotangents),
        *(("an array saved for the backward pass", array) for array in pulled.saved),
    ]
    for name, gradient in zip(names, pulled.gradients, strict=True):
        shared = dict.fromkeys(what for what, array in others if _overlap(gradient, array))
        if shared:
            text = f"the gradient of {name} shares memory with {_list(list(shared))}; that has no consequence here"
            yield Finding("note", Verdict.RIGHT, text)


def _overlap(a: np.ndarray, b: np.ndarray) -> bool:
    try:
        return np.shares_memory(a, b, max_work=_EFFORT)  # type: ignore[arg-type]  # the stub knows two values only
    except np.exceptions.TooHardError:
        return True


def _list(names: Sequence[str]) -> str:
    return " and ".join(names)
