"""Mistakes that multiply the whole gradient by a number: a sign, a forgotten mean, a sum that was made twice."""

from __future__ import annotations

import math

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Evidence, Hypotheses, Hypothesis

_RELATIVE = 1e-5  # how close a number comes to the one it is taken for; `explained` is stricter
_CONSTANTS = [
    (2.0, ""),
    (3.0, ""),
    (4.0, ""),
    (10.0, ""),
    (math.pi, "π"),
    (2 * math.pi, "2π"),
    (math.sqrt(2 * math.pi), "√(2π)"),
    (math.sqrt(2), "√2"),
    (math.sqrt(math.pi), "√π"),
    (math.log(2), "ln 2"),
    (math.log(10), "ln 10"),
    (math.e, "e"),
    (180 / math.pi, "180/π, the degrees in a radian"),
]


def named(evidence: Evidence) -> Hypotheses:
    """Yield the sign, and factors that are a well-known constant or a size that occurs in the graph."""
    ratio = _ratio(evidence)
    if ratio is None:
        return
    analytic = evidence.analytic
    if _equal(ratio, -1):
        yield Hypothesis("sign", "The gradient has the wrong sign everywhere.", corrected=-analytic)
    for axis, length in stretched_axes(evidence):
        if length > 1 and _equal(ratio, length):
            text = (
                f"The gradient is {length} times too large everywhere; {length} is the length of axis {axis} of the "
                "output, along which this argument was broadcast, as if the sum over it were made twice."
            )
            yield Hypothesis("doubled sum", text, corrected=analytic / length)
    size = abs(ratio)
    sign = ", and its sign is wrong" if ratio < 0 else ""
    for value, meaning in [*_sizes(evidence), *_CONSTANTS, *_compound(evidence)]:
        for exact in (value, 1 / value):
            if _equal(size, exact):
                number, much = _text_of(max(value, 1 / value)), "large" if exact > 1 else "small"
                reason = f"; {_text_of(value)} is {meaning}" if meaning else ""
                text = f"The gradient is {number} times too {much} everywhere{sign}{reason}."
                yield Hypothesis("factor", text, corrected=analytic / math.copysign(exact, ratio))


def fitted(evidence: Evidence) -> Hypotheses:
    """Yield a constant factor that nothing in sight explains."""
    ratio = _ratio(evidence)
    if ratio is not None:
        text = f"The gradient is {ratio:.7g} times the right one everywhere."
        yield Hypothesis("factor", text, corrected=evidence.analytic / ratio, parameters=1)


def stretched_axes(evidence: Evidence) -> list[tuple[int, int]]:
    """Return the axes of the output along which the argument was broadcast, each with its length."""
    output = evidence.y if evidence.y is not None else evidence.g
    if output is None or not evidence.elementwise:
        return []
    extra = output.ndim - len(evidence.shape)
    return [
        (axis, length)
        for axis, length in enumerate(output.shape)
        if axis < extra or (evidence.shape[axis - extra] == 1 and length != 1)
    ]


def _ratio(evidence: Evidence) -> float | None:
    """Return the factor that fits best, or None if there is no such number."""
    analytic, target = evidence.project(evidence.analytic), evidence.target
    square = float(np.vdot(target, target).real)
    product = float(np.vdot(target, analytic).real)
    return product / square if square > 0 and product and math.isfinite(product / square) else None


def _sizes(evidence: Evidence) -> list[tuple[float, str]]:
    """Return the sizes that occur in the graph, each with what it is: those that were given names first."""
    sizes = [(size, meaning) for meaning, size in evidence.dimensions.items()]
    if evidence.arrays > 1:
        return [(size, meaning) for size, meaning in sizes if size > 1]
    arrays = {"the argument": evidence.analytic, "the output": evidence.y}
    for owner, array in arrays.items():
        if array is not None:
            sizes += [(length, f"the length of axis {axis} of {owner}") for axis, length in enumerate(array.shape)]
            sizes.append((array.size, f"the number of elements of {owner}"))
    if evidence.y is not None and evidence.y.size and evidence.analytic.size % evidence.y.size == 0:
        sizes.append((evidence.analytic.size // evidence.y.size, "the number of elements that are reduced to one"))
    return [(size, meaning) for size, meaning in sizes if size > 1]


def _compound(evidence: Evidence) -> list[tuple[float, str]]:
    """Return numbers made of a size: its square root, and what n - 1 for n makes of a variance."""
    sizes = _sizes(evidence)
    roots = [(math.sqrt(size), f"the square root of {size:g}, {meaning}") for size, meaning in sizes]
    return roots + [(n / (n - 1), f"n/(n - 1) for n = {n:g}, {meaning}") for n, meaning in sizes if n > 2]


def _text_of(size: float) -> str:
    return f"{round(size)}" if abs(size - round(size)) < 1e-12 * size else f"{size:.7g}"


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= _RELATIVE * abs(b)
