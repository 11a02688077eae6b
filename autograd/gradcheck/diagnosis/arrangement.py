"""Mistakes that put right numbers in wrong places: transposed, flipped, rolled, reshaped in another order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Evidence, Hypotheses, Hypothesis
from autograd.gradcheck.diagnosis.jacobian import jacobian_of

_MOST_AXES = 5  # longer than 1, of which all permutations are tried


def moved(evidence: Evidence) -> Hypotheses:
    """Yield rearrangements of the gradient."""
    if evidence.analytic.size > 1:
        for mistake, text, corrected in _rearranged(evidence.analytic):
            yield Hypothesis(mistake, f"The gradient is {text}.", corrected=corrected)


def moved_cotangent(evidence: Evidence) -> Hypotheses:
    """Yield right gradients for a rearranged cotangent."""
    if evidence.g is not None and evidence.g.size > 1 and evidence.jacobian is not None:
        for mistake, text, g in _rearranged(evidence.g):
            yield Hypothesis(mistake, f"The cotangent was used {text}.", predicted=evidence.pulled_back(g))


def moved_argument(evidence: Evidence) -> Hypotheses:
    """Yield right gradients for another argument transposed."""
    if evidence.substituted is None or evidence.g is None or evidence.x is None or evidence.jacobian is None:
        return
    for name, other in evidence.arguments.items():
        if not isinstance(other, np.ndarray) or other.dtype.kind != "f" or other.ndim < 2:
            continue
        for first, second in itertools.combinations(range(other.ndim), 2):
            if other.shape[first] != other.shape[second] or other.shape[first] < 2:
                continue
            try:
                function = evidence.substituted(name, np.swapaxes(other, first, second))
                jacobian = jacobian_of(function, evidence.x, evidence.g.shape)
            except Exception:  # whatever a function of the user raises for another argument
                continue
            axes = "" if other.ndim == 2 else f": axes {first} and {second} are swapped"
            predicted = None if jacobian is None else np.tensordot(evidence.g, jacobian, evidence.g.ndim)
            text = f"The other argument, '{name}', was used transposed{axes}."
            yield Hypothesis("transposed", text, predicted=predicted, is_formula=True)


def _rearranged(array: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield (mistake, text, `array` with the mistake undone) for each rearrangement that keeps its shape."""
    long = [axis for axis, length in enumerate(array.shape) if length > 1]
    if len(long) <= _MOST_AXES:
        for order in itertools.permutations(long):
            axes = list(range(array.ndim))
            for axis, to in zip(long, order, strict=True):
                axes[axis] = to
            swapped = [axis for axis, to in enumerate(axes) if axis != to]
            if swapped and all(array.shape[axis] == array.shape[axes[axis]] for axis in swapped):
                text = (
                    f"transposed: axes {swapped[0]} and {swapped[1]} are swapped"
                    if len(swapped) == 2
                    else f"permuted: its axes are those of the right one in the order {tuple(axes)}"
                )
                yield "transposed" if len(swapped) == 2 else "permuted", text, array.transpose(np.argsort(axes))
    for axis in long:
        yield "flipped", f"flipped: reversed along axis {axis}", np.flip(array, axis)
    if len(long) > 1:
        yield "flipped", "flipped: reversed along all axes", np.flip(array)
    for axis in long:
        length = array.shape[axis]
        for shift in sorted({1, -1, *(range(2, length) if length <= 16 else ())}, key=abs):
            by = f"by {abs(shift)} {'forward' if shift > 0 else 'back'}"
            yield "rolled", f"rolled along axis {axis} {by}", np.roll(array, -shift, axis)
    if len(long) > 1:
        for shift in (1, -1):
            by = f"by 1 {'forward' if shift > 0 else 'back'}"
            yield "rolled", f"rolled over all its elements {by}", np.roll(array, -shift)
        as_rows = "reshaped in the wrong order: its elements were read in the order {} and written in the order {}"
        yield "reshaped", as_rows.format("F", "C"), np.reshape(array.ravel(), array.shape, order="F")
        yield "reshaped", as_rows.format("C", "F"), np.reshape(array.ravel(order="F"), array.shape)
