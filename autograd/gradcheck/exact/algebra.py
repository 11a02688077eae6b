"""What must hold of a gradient exactly, or to rounding, whatever the function is: no finite differences.

A vector-Jacobian product is linear in the cotangent: ``vjp(a v + b w) = a vjp(v) + b vjp(w)``, so ``vjp(0) = 0``. And
it is the transpose of the Jacobian-vector product: ``<v, J u> = <vjp(v), u>`` (the dot-product test).

Multiplying by a power of two commutes with rounding, so ``vjp(2^k v) = 2^k vjp(v)`` to the last bit, which finds most
of what is not linear. For sums, rounding has to be known: terms cancel inside a VJP, out of sight. So it is measured,
by ``vjp(c v) / c`` for factors c that are not powers of two: in exact arithmetic they would make no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograd.gradcheck.report import Finding
from autograd.gradcheck.subject import Subject
from autograd.gradcheck.verdict import Verdict

Arrays = list[np.ndarray]
Pullback = Callable[[Sequence[np.ndarray]], Arrays]

_POWERS = (-1.0, 2.0**10, 2.0**-10)
_FACTORS = (3.0, -0.7)  # not powers of two: each rounds in its own way
_SAFETY = 64.0  # times the rounding that was measured


def findings(subject: Subject, cotangents: Sequence[np.ndarray], rng: np.random.Generator) -> list[Finding]:
    """Return what is not as it must be: not linear, not zero for zero, not the transpose of the derivative.

    Parameters
    ----------
    subject : Subject
        What is checked, at its point.
    cotangents : sequence of ndarray
        One an output.
    rng : numpy.random.Generator
        Draws other cotangents, and a direction.

    Returns
    -------
    list of Finding
        Of kind "algebra".

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.gradcheck.subject import make_subject
    >>> subject = make_subject(np.abs, np.array([1.0, -2.0]), names=["x"], backward=lambda g, x: np.abs(g * x))
    >>> [found] = findings(subject, [np.array([1.0, 3.0])], np.random.default_rng(0))
    >>> print(found.text)
    the gradient of x is not linear in the cotangent: for -1 times the cotangent it is not -1 times as large at [0]
    (1, not -1)
    """
    if not subject.pulls_back:
        return []

    def pull(seeds: Sequence[np.ndarray]) -> Arrays:
        subject.random.restore()
        with np.errstate(all="ignore"):
            return subject.gradient(seeds)

    tests = _Linearity(subject.names, pull, list(cotangents), rng)
    found = tests.zero() or tests.homogeneous() or tests.additive()
    return found or _transposed(subject, tests, rng)


class _Linearity:
    """The tests of one pullback, which share what they computed."""

    def __init__(self, names: Sequence[str], pull: Pullback, cotangents: Arrays, rng: np.random.Generator) -> None:
        self.cotangents = cotangents
        self.gradients = pull(cotangents)
        self.noise: Arrays | None = None  # of the gradients; known once `additive` has run
        self._names = names
        self._pull = pull
        self._rng = rng
        self.epsilon = max(float(np.finfo(g.dtype).eps) for g in (*cotangents, *self.gradients))

    def zero(self) -> list[Finding]:
        """Test ``vjp(0) = 0``."""
        found = []
        for name, g, zero in zip(self._names, self.gradients, self._pull(_scaled(self.cotangents, 0.0)), strict=True):
            wrong = (zero != 0) & np.isfinite(g)
            unclear = (zero != 0) & ~np.isfinite(g)
            if wrong.any():
                place, value = _first(wrong, zero)
                text = f"the gradient of {name} for a cotangent of 0 is {value}{place}, not 0{_from_infinity(value)}"
                found.append(Finding("algebra", Verdict.WRONG, text))
            elif unclear.any():
                place, value = _first(unclear, g)
                text = f"the gradient of {name} is {value}{place}, and not 0 for a cotangent of 0: 0 times infinity"
                found.append(Finding("algebra", Verdict.CANNOT_TELL, text))
        return found

    def homogeneous(self) -> list[Finding]:
        """Test ``vjp(p v) = p vjp(v)`` for powers of two, where only underflow can make a difference."""
        for power in _POWERS:
            for name, g, scaled in zip(
                self._names, self.gradients, self._pull(_scaled(self.cotangents, power)), strict=True
            ):
                clear = np.isfinite(g) & np.isfinite(scaled)  # what overflows is out of range, not out of proportion
                wanted = power * np.where(clear, g, 0)
                size = np.abs(wanted)
                allowed = np.sqrt(self.epsilon) * size + 1e4 * self.epsilon * np.max(size, initial=0) + _tiny(g)
                wrong = clear & (np.abs(np.where(clear, scaled, 0) - wanted) > allowed)
                if wrong.any():
                    place, value = _first(wrong, scaled)
                    text = (
                        f"the gradient of {name} is not linear in the cotangent: for {power:g} times the cotangent it "
                        f"is not {power:g} times as large{place} ({value}, not {_first(wrong, wanted)[1]})"
                    )
                    return [Finding("algebra", Verdict.WRONG, text)]
        return []

    def additive(self) -> list[Finding]:
        """Test ``vjp(a v + b w) = a vjp(v) + b vjp(w)`` to the rounding that is measured on the way."""
        a, b = 0.8, -1.3
        v = self.cotangents
        w = [_like(self._rng, cotangent) for cotangent in v]
        both = [a * x + b * y for x, y in zip(v, w, strict=True)]
        of_w, of_both = self._pull(w), self._pull(both)
        self.noise = self._noise(v, self.gradients)
        noises = zip(self.noise, self._noise(w, of_w), self._noise(both, of_both), strict=True)
        parts = zip(self._names, self.gradients, of_w, of_both, noises, strict=True)
        for name, gv, gw, g, (noise_v, noise_w, noise) in parts:
            clear = np.isfinite(gv) & np.isfinite(gw) & np.isfinite(g)
            with np.errstate(all="ignore"):
                wanted = a * gv + b * gw
                allowed = _SAFETY * (abs(a) * noise_v + abs(b) * noise_w + noise)
                wrong = clear & (np.abs(g - wanted) > allowed)
            if wrong.any():
                place, value = _first(wrong, g)
                text = (
                    f"the gradient of {name} is not linear in the cotangent: that for a sum of two cotangents is not "
                    f"the sum of the gradients for each{place} ({value}, not {_first(wrong, wanted)[1]})"
                )
                return [Finding("algebra", Verdict.WRONG, text)]
        return []

    def _noise(self, seeds: Arrays, gradients: Arrays) -> Arrays:
        return rounding(self._pull, seeds, gradients, self.epsilon)


def rounding(function: Pullback, arguments: Arrays, results: Arrays, epsilon: float) -> Arrays:
    """Return what rounding does to each entry of the `results` of a linear function, as measured."""
    noises = [epsilon * np.abs(result) + _tiny(result) for result in results]
    for factor in _FACTORS:
        for position, scaled in enumerate(function(_scaled(arguments, factor))):
            with np.errstate(all="ignore"):
                noises[position] = noises[position] + np.abs(scaled / factor - results[position])
    return noises


def _transposed(subject: Subject, tests: _Linearity, rng: np.random.Generator) -> list[Finding]:
    """Test ``<v, J u> = <vjp(v), u>``, where something computes J u."""

    def push(tangents: Sequence[np.ndarray]) -> Arrays:
        subject.random.restore()
        with np.errstate(all="ignore"):
            return subject.jvp(tangents) or []

    directions = [_like(rng, value, 1.0) for value in subject.values]
    pushed = push(directions)
    if not pushed or tests.noise is None:
        return []
    pulled_terms = _terms(tests.gradients, directions)
    pushed_terms = _terms(tests.cotangents, pushed)
    noise = rounding(push, directions, pushed, tests.epsilon)
    allowed = _SAFETY * (sum(_terms(tests.noise, _sizes(directions))) + sum(_terms(noise, _sizes(tests.cotangents))))
    # A derivative so small that no step changes an output is rounding, by whichever formula.
    subject.random.restore()
    outputs = sum(_terms(_sizes(tests.cotangents), _sizes(subject.outputs(subject.values))))
    allowed += _SAFETY * tests.epsilon * outputs * max(map(_relative, directions, subject.values))
    left, right = sum(pushed_terms), sum(pulled_terms)
    if np.isfinite(left) and np.isfinite(right) and abs(left - right) > allowed:
        text = (
            f"<v, J u> = {left:.9g}, but <vjp(v), u> = {right:.9g}: the gradient and the derivative of its own "
            "backward pass disagree, so jvp and higher orders are wrong even where the gradient is right"
        )
        return [Finding("algebra", Verdict.CANNOT_TELL, text)]
    return []


def _terms(a: Arrays, b: Arrays) -> list[float]:
    return [float(np.sum((x * y).real)) for x, y in zip(a, b, strict=True)]


def _sizes(arrays: Sequence[np.ndarray]) -> Arrays:
    return [np.abs(array) for array in arrays]


def _relative(direction: np.ndarray, value: np.ndarray) -> float:
    """Return the size of a direction relative to the values that it moves."""
    size = float(np.max(np.abs(value), initial=0))
    return float(np.max(np.abs(direction), initial=0)) / (size if size else 1.0)


def _scaled(arrays: Sequence[np.ndarray], factor: float) -> Arrays:
    return [factor * array for array in arrays]


def _like(rng: np.random.Generator, array: np.ndarray, size: float | None = None) -> np.ndarray:
    """Return normal numbers of the shape, kind and size of `array`."""
    values = rng.standard_normal(array.shape)
    if array.dtype.kind == "c":
        values = values + 1j * rng.standard_normal(array.shape)
    if size is None:
        size = float(np.max(np.abs(array), initial=0)) or 1.0
    return np.asarray(size * values, array.dtype)


def _tiny(array: np.ndarray) -> float:
    """Return what underflow can do."""
    return 1e4 * float(np.finfo(array.dtype).tiny)


def _first(chosen: np.ndarray, values: np.ndarray) -> tuple[str, str]:
    """Return the place and the value of the first chosen entry."""
    index = tuple(int(i) for i in np.argwhere(chosen)[0])
    return (f" at {list(index)}" if index else ""), f"{values[index]:.6g}"


def _from_infinity(value: str) -> str:
    return " (0 times infinity)" if "nan" in value else ""
