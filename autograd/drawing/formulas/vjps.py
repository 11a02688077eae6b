"""The formulas of a primitive, ``∂x = g · (1 − y²)``, from the source of its VJPs."""

from __future__ import annotations

import inspect
import re
import weakref
from types import FunctionType
from typing import Any

from autograd.drawing.formulas.mathematics import with_subscript, write_expression
from autograd.drawing.formulas.rewriting import returned

_LONGEST_BESIDE_WORDS = 60  # characters of an expression, above which its author's words say more
_LONGEST = 160

_known: weakref.WeakKeyDictionary[FunctionType, str] = weakref.WeakKeyDictionary()


def vjp_formulas(rule: Any) -> tuple[str, ...]:
    """Return the VJP of each differentiable argument of a primitive, as its source says.

    A VJP that returns an expression is that expression. Of a longer one it is the first sentence of its docstring, and
    of one without a docstring, or without a source, its name and what it is called with.

    Examples
    --------
    >>> from autograd.ops.elementwise import divide, tanh
    >>> vjp_formulas(tanh)
    ('∂x = g · (1 − y²)',)
    >>> vjp_formulas(divide)
    ('∂x₁ = g ⁄ x₂', '∂x₂ = −g · x₁ ⁄ x₂²')
    """
    formulas = []
    for position, vjp, asked in zip(rule.differentiable, rule.vjps, rule.asks, strict=True):
        each = "[index]" if position == rule.variadic else ""
        formula = _formula(vjp) or f" = {_name(vjp, rule)}({', '.join(map(with_subscript, ('g', *asked)))})"
        formulas.append(f"∂{with_subscript(rule.parameter_names[position])}{each}{formula}")
    return tuple(formulas)


def _formula(vjp: Any) -> str:
    """Return what follows the argument, or nothing."""
    if not isinstance(vjp, FunctionType):
        return ""
    found = _known.get(vjp)
    if found is None:
        found = _known[vjp] = _read(vjp)
    return found


def _read(vjp: FunctionType) -> str:
    words = _first_sentence(vjp)
    expression = _expression(vjp)
    if expression and len(expression) <= (_LONGEST_BESIDE_WORDS if words else _LONGEST):
        return f" = {expression}"
    return f": {words}" if words else ""


def _expression(vjp: FunctionType) -> str:
    try:
        return write_expression(returned(vjp))
    except Exception:  # whatever a VJP's source is like, its graph can be drawn
        return ""


def _first_sentence(vjp: FunctionType) -> str:
    """Return the first sentence of a docstring, with the arguments as they are written in expressions."""
    text = " ".join((inspect.getdoc(vjp) or "").replace("`", "").split())
    sentence = re.split(r"\.(?: |$)", text, maxsplit=1)[0]
    for name in vjp.__code__.co_varnames[: vjp.__code__.co_argcount]:
        sentence = re.sub(rf"\b{name}\b", with_subscript(name), sentence)
    return sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 1]}…"


def _name(vjp: Any, rule: Any) -> str:
    name = str(getattr(vjp, "__name__", type(vjp).__name__))
    return name if name.isidentifier() else f"{rule.name}_vjp"
