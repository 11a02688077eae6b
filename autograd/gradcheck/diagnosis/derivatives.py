"""Mistakes in the local derivative: left out, applied twice, inverted, or short of a rank-one term."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Evidence, Hypotheses, Hypothesis
from autograd.graph import unbroadcast

_CLOSE = 1e-6  # how close a formula comes to a slope that it is taken for
_FORMULAS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "{}": lambda a: a,
    "-{}": lambda a: -a,
    "2 {}": lambda a: 2 * a,
    "{}²": lambda a: a * a,
    "3 {}²": lambda a: 3 * a * a,
    "1 - {}²": lambda a: 1 - a * a,
    "1 + {}²": lambda a: 1 + a * a,
    "{0} (1 - {0})": lambda a: a * (1 - a),
    "1/{}": lambda a: 1 / a,
    "-1/{}²": lambda a: -1 / (a * a),
    "-{}²": lambda a: -a * a,
    "1/(2 {})": lambda a: 1 / (2 * a),
    "1/(2 √{})": lambda a: 1 / (2 * np.sqrt(a)),
    "1/(1 + {}²)": lambda a: 1 / (1 + a * a),
    "1/√(1 - {}²)": lambda a: 1 / np.sqrt(1 - a * a),
    "exp {}": np.exp,
    "sin {}": np.sin,
    "-sin {}": lambda a: -np.sin(a),
    "cos {}": np.cos,
    "sinh {}": np.sinh,
    "cosh {}": np.cosh,
}


def omitted(evidence: Evidence) -> Hypotheses:
    """Yield the cotangent itself, spread or summed to the shape of the argument."""
    if evidence.g is not None:
        spread = _spread(evidence)
        if spread is not None:
            text = "The local derivative is missing: the gradient is the cotangent itself."
            yield Hypothesis("omitted derivative", text, predicted=spread)


def repeated(evidence: Evidence) -> Hypotheses:
    """Yield what applying the local derivative twice, or dividing by it, gives."""
    g, slopes = evidence.g, evidence.slopes
    if g is not None and slopes is not None:
        with np.errstate(all="ignore"):
            for mistake, text, factor in (
                ("doubled derivative", "applied twice", slopes**2),
                ("inverse derivative", "inverted: the cotangent is divided by it, not multiplied", 1 / slopes),
            ):
                predicted = unbroadcast(g * factor, evidence.shape)
                yield Hypothesis(mistake, f"The local derivative is {text}.", predicted=predicted)
    elif g is not None and g.shape == evidence.shape and evidence.jacobian is not None:
        once = evidence.pulled_back(g)
        predicted = None if once is None else evidence.pulled_back(once)
        yield Hypothesis("doubled derivative", "The local derivative is applied twice.", predicted=predicted)


def by_name(evidence: Evidence) -> Hypotheses:
    """Yield gradients that a known function of argument or output, as a factor, would correct."""
    with np.errstate(all="ignore"):
        for name, factor in _factors(evidence):
            if not np.all(factor):
                continue  # would make 0 of anything
            lacks = f"The gradient lacks the factor {name}: the local derivative, or a part of it, is missing."
            yield Hypothesis("omitted derivative", lacks, corrected=evidence.analytic * factor)
            has = f"The gradient has the factor {name} once too often: it is applied twice, or should not be there."
            yield Hypothesis("doubled derivative", has, corrected=evidence.analytic / factor)


def wrong_variable(evidence: Evidence) -> Hypotheses:
    """Yield a local derivative in which one array stands in the place of another: 1 - x² for 1 - y²."""
    g, slopes = evidence.g, evidence.slopes
    if g is None or slopes is None or g.shape != evidence.shape:
        return
    arrays = {"y": evidence.y, evidence.name: evidence.x, **evidence.arguments}
    known = {
        name: array
        for name, array in arrays.items()
        if isinstance(array, np.ndarray) and array.shape == evidence.shape and array.dtype.kind == "f"
    }
    with np.errstate(all="ignore"):
        for template, formula in _FORMULAS.items():
            right = [name for name, a in known.items() if np.allclose(formula(a), slopes, _CLOSE, _CLOSE)]
            for should, name in itertools.product(right, known):
                if name != should:
                    stands = f"{template.format(name)} stands in the place of {template.format(should)}"
                    text = f"{name} was used for {should}: in the local derivative, {stands}."
                    yield Hypothesis("wrong variable", text, predicted=g * formula(known[name]), is_formula=True)


def diagonal_only(evidence: Evidence) -> Hypotheses:
    """Yield what the diagonal of the Jacobian alone makes of the cotangent."""
    if evidence.g is not None and evidence.diagonal is not None and evidence.g.size > 1:
        text = (
            "Only the diagonal of the Jacobian is applied: an entry of the output depends on other entries of the "
            "argument too."
        )
        yield Hypothesis("diagonal only", text, predicted=evidence.g * evidence.diagonal, is_formula=True)


def wrong_axis(evidence: Evidence) -> Hypotheses:
    """Yield gradients with a sum over another axis in a term such as that of a softmax, ``-y Σ y·g``."""
    g, y = evidence.g, evidence.y
    if g is None or y is None or g.shape != evidence.shape or y.shape != evidence.shape or g.ndim < 2:
        return
    choices = dict(_axes_to_sum(evidence))
    with np.errstate(all="ignore"):
        terms = {
            "y Σ y g": {axes: y * np.sum(y * g, axes, keepdims=True) for axes in choices},
            "exp(y) Σ g": {axes: np.exp(y) * np.sum(g, axes, keepdims=True) for axes in choices},
            "Σ g / n": {axes: np.broadcast_to(np.mean(g, axes, keepdims=True), g.shape) for axes in choices},
        }
        for name, term in terms.items():
            for right, wrong in itertools.permutations(choices, 2):
                text = f"A sum is made {choices[wrong]}, and should be made {choices[right]}: that in {name}."
                corrected = evidence.analytic + term[wrong] - term[right]
                yield Hypothesis("wrong axis", text, corrected=corrected, is_formula=True)


def rank_one(evidence: Evidence) -> Hypotheses:
    """Yield gradients short of a term that is a known vector times one number along an axis.

    As of a softmax without ``-y Σ y·g``, a log-softmax without ``-exp(y) Σ g``, or a normalisation that forgets that
    mean and scale depend on the argument too.
    """
    if not evidence.is_complete:
        return
    missing = evidence.numeric - evidence.analytic
    for axes, along in _axes_to_sum(evidence):
        for name, vector in _vectors(evidence, axes):
            with np.errstate(all="ignore"):
                number = np.sum(missing * vector, axes, keepdims=True) / np.sum(vector * vector, axes, keepdims=True)
            text = f"A rank-one term is missing: what is left is {name} times one number {along}."
            corrected = evidence.analytic + number * vector
            yield Hypothesis("rank-one term", text, corrected=corrected, parameters=number.size)


def _spread(evidence: Evidence) -> np.ndarray | None:
    """Return the cotangent in the shape of the argument, or None where that has no meaning."""
    g, shape, options = evidence.g, evidence.shape, evidence.arguments
    assert g is not None
    if g.shape == shape:
        return g
    if evidence.elementwise:
        return unbroadcast(g, shape)
    if "axis" in options and g.size < evidence.analytic.size:
        axis = options["axis"]
        try:
            return np.broadcast_to(g if axis is None or g.ndim == len(shape) else np.expand_dims(g, axis), shape)
        except ValueError:
            return None
    return None


def _factors(evidence: Evidence) -> Iterator[tuple[str, Any]]:
    x, y, shape = evidence.x, evidence.y, evidence.shape
    if y is not None and y.shape == shape:
        yield from (("y", y), ("1 - y²", 1 - y * y), ("y (1 - y)", y * (1 - y)), ("1 + y²", 1 + y * y), ("2y", 2 * y))
        yield from (("y²", y * y), ("3y²", 3 * y * y))
    if x is not None and x.shape == shape and x.dtype.kind in "fc":
        yield from (("x", x), ("2x", 2 * x), ("x²", x * x), ("3x²", 3 * x * x), ("cos x", np.cos(x)))
        yield from (("sin x", np.sin(x)), ("exp x", np.exp(x)), ("cosh x", np.cosh(x)), ("sinh x", np.sinh(x)))
        yield from (("1 - tanh² x", 1 - np.tanh(x) ** 2), ("σ(x) (1 - σ(x))", np.cosh(x / 2) ** -2.0 / 4))
        yield from (("1 + x", 1 + x), ("1 + x²", 1 + x * x), ("1 - x²", 1 - x * x), ("√(1 - x²)", np.sqrt(1 - x * x)))
    for name, other in evidence.arguments.items():
        if isinstance(other, np.ndarray) and other.shape == shape and other.dtype.kind in "fc":
            yield from ((name, other), (f"{name}²", other * other))


def _axes_to_sum(evidence: Evidence) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield axes, and how to say that: those the operation was told first, then each, then all."""
    ndim = len(evidence.shape)
    given = evidence.arguments.get("axis")
    told = () if given is None else given if isinstance(given, tuple) else (given,)
    candidates = [tuple(axis % ndim for axis in told)] if told and ndim else []
    candidates += [(axis,) for axis in reversed(range(ndim))]
    for axes in dict.fromkeys(candidates):
        yield axes, f"along {'axis' if len(axes) == 1 else 'axes'} {', '.join(map(str, axes))}"
    if ndim > 1:
        yield tuple(range(ndim)), "over the whole array"


def _vectors(evidence: Evidence, axes: tuple[int, ...]) -> Iterator[tuple[str, np.ndarray]]:
    shape = evidence.shape
    with np.errstate(all="ignore"):
        if evidence.y is not None and evidence.y.shape == shape:
            yield "the output", evidence.y
            yield "the exponential of the output", np.exp(evidence.y)
        if evidence.x is not None and evidence.x.shape == shape:
            yield "the softmax of the argument", _softmax(evidence.x, axes)
            yield "the centred argument", evidence.x - np.mean(evidence.x, axes, keepdims=True)
    yield "a constant vector", np.ones(shape)


def _softmax(x: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    weights = np.exp(x - np.max(x, axes, keepdims=True, initial=-np.inf))
    return weights / np.sum(weights, axes, keepdims=True)
