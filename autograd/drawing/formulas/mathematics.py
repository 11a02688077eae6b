"""Python's expressions as they are written in mathematics: ``g / (2 * x**0.5)`` is g ⁄ (2 · √x)."""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections import Counter
from enum import IntEnum
from typing import NamedTuple


class Binding(IntEnum):
    """What holds the parts of a text together, from the loosest to the tightest."""

    CHOICE = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    SUM = 5
    SERIES = 6  # Σ x
    PRODUCT = 7
    MATRIX_PRODUCT = 8
    POWER = 9
    ATOM = 10


class Written(NamedTuple):
    text: str
    binding: Binding

    def within(self, least: Binding) -> str:
        """Return the text, in parentheses if it is held together less tightly than `least`."""
        return self.text if self.binding >= least else f"({self.text})"


class UnwrittenError(Exception):
    """An expression that has no place in a formula."""


_COMPARISONS = {
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_NAMES = {"pi": "π", "inf": "∞", "nan": "NaN"}
_FUNCTIONS = {"conjugate": "conj", "imag": "Im", "log": "ln", "log10": "log₁₀", "log2": "log₂", "real": "Re"}
_BRACKETS = {"abs": ("|", "|"), "absolute": ("|", "|"), "fabs": ("|", "|"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}
_REDUCTIONS = {"max", "mean", "min", "prod", "std", "sum", "var"}
_LETTER = re.compile(r"[^\W\d_][₀-₉]*[⁰¹²³⁴-⁹]*")  # what a number stands before without a dot
_SUBSCRIPTS = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def write_expression(node: ast.expr) -> str:
    """Return an expression as mathematics.

    Products and quotients of arrays are made one fraction, and equal factors a power. Rounding aside, the value is the
    same.

    Raises
    ------
    UnwrittenError
        If there is something in it that mathematics has no notation for.

    Examples
    --------
    >>> print(write_expression(ast.parse("-g / (2 * x) * (1.0 - y * y)", mode="eval").body))
    −g · (1 − y²) ⁄ (2x)
    """
    return _write(node).text


def with_subscript(name: str) -> str:
    """Return a name with the digits at its end as subscripts: ``x₁``."""
    stem = name.rstrip("0123456789")
    return stem + name[len(stem) :].translate(_SUBSCRIPTS)


def _write(node: ast.expr) -> Written:
    match node:
        case ast.Name(id=name):
            return Written(_NAMES.get(name) or with_subscript(name), Binding.ATOM)
        case ast.Constant(value=value):
            return _constant(value)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _sum(node)
        case ast.BinOp(op=ast.Mult() | ast.Div()) | ast.UnaryOp(op=ast.USub()):
            return _product(node)
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            parts = (_write(side).within(Binding.MATRIX_PRODUCT) for side in (left, right))
            return Written(" ".join(parts), Binding.MATRIX_PRODUCT)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(left, right)
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return _joined(" mod ", [left, right], Binding.SUM, Binding.PRODUCT)
        case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
            return Written(f"⌊{_product(ast.BinOp(left, ast.Div(), right)).text}⌋", Binding.ATOM)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _write(operand)
        case ast.Attribute(value=value, attr="T"):
            return Written(f"{_write(value).within(Binding.ATOM)}ᵀ", Binding.POWER)
        case ast.Attribute(value=value, attr=name):
            return Written(f"{_write(value).within(Binding.ATOM)}.{name}", Binding.ATOM)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            return _call(name, arguments, keywords)
        case ast.Subscript(value=value, slice=index):
            inner = ", ".join(map(_item, index.elts)) if isinstance(index, ast.Tuple) else _item(index)
            return Written(f"{_write(value).within(Binding.ATOM)}[{inner}]", Binding.ATOM)
        case ast.Tuple(elts=items):
            return Written(f"({', '.join(_write(item).text for item in items)})", Binding.ATOM)
        case ast.List(elts=items):
            return Written(f"[{', '.join(_write(item).text for item in items)}]", Binding.ATOM)
        case ast.Starred(value=value):
            return Written(f"{_write(value).within(Binding.ATOM)}…", Binding.ATOM)
        case ast.GeneratorExp(elt=item, generators=loops) | ast.ListComp(elt=item, generators=loops):
            return Written(" ".join([_write(item).text, *map(_loop, loops)]), Binding.CHOICE)
    return _logic(node)


def _logic(node: ast.expr) -> Written:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _joined(" and ", values, Binding.AND, Binding.AND)
        case ast.BoolOp(op=ast.Or(), values=values):
            return _joined(" or ", values, Binding.OR, Binding.OR)
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            return _joined(" and ", [left, right], Binding.AND, Binding.AND)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _joined(" or ", [left, right], Binding.OR, Binding.OR)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            return Written(f"not {_write(operand).within(Binding.NOT)}", Binding.NOT)
        case ast.Compare():
            return _comparison(node)
        case ast.IfExp(test=test, body=body, orelse=other):
            yes, condition, no = _write(body), _write(test).within(Binding.OR), _write(other)
            if yes == no:  # the branches differ in their code only
                return yes
            return Written(f"{yes.within(Binding.OR)} if {condition} else {no.text}", Binding.CHOICE)
    raise UnwrittenError(type(node).__name__)


def _joined(word: str, nodes: list[ast.expr], binding: Binding, least: Binding) -> Written:
    return Written(word.join(_write(node).within(least) for node in nodes), binding)


def _comparison(node: ast.Compare) -> Written:
    sides = [_write(side).within(Binding.SUM) for side in (node.left, *node.comparators)]
    if len(sides) == 2 and sides[0] == sides[1] and isinstance(node.ops[0], ast.NotEq):
        return Written(f"{sides[0]} is NaN", Binding.COMPARISON)
    pairs = zip(node.ops, sides[1:], strict=True)
    return Written(
        " ".join([sides[0], *(f"{_COMPARISONS[type(op)]} {side}" for op, side in pairs)]), Binding.COMPARISON
    )


def _sum(node: ast.expr) -> Written:
    """Write a sum without parentheses around sums that are added."""
    text = ""
    for sign, term in _terms(node):
        written = _write(term)
        text += f" {sign} {written.within(Binding.SERIES)}" if text else written.within(Binding.SUM)
    return Written(text, Binding.SUM)


def _terms(node: ast.expr) -> list[tuple[str, ast.expr]]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _terms(left) + _terms(right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return [*_terms(left), ("−", right)]
    return [("+", node)]


def _product(node: ast.expr) -> Written:
    """Write products and quotients as one fraction."""
    nodes: tuple[list[ast.expr], list[ast.expr]] = [], []
    sign = _split(node, *nodes)
    over, under = map(_powers, nodes)
    if any(factor.text == "0" for factor in over):
        return Written("0", Binding.ATOM)
    if len(over) == 1 and not under and sign > 0:
        return over[0]
    text = _dotted(over) or "1"
    if under:
        text += f" ⁄ {under[0].within(Binding.POWER) if len(under) == 1 else f'({_dotted(under)})'}"
    return Written(text, Binding.PRODUCT) if sign > 0 else Written(f"−{text}", Binding.SUM)


def _split(node: ast.expr, over: list[ast.expr], under: list[ast.expr]) -> int:
    """Sort the factors of `node` by the side of the line of a fraction, and return their sign."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _split(left, over, under) * _split(right, over, under)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _split(left, over, under) * _split(right, under, over)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_split(operand, over, under)
    over.append(node)
    return 1


def _powers(nodes: list[ast.expr]) -> list[Written]:
    """Return factors in their order, equal ones as one power, without those that are 1."""
    counts = Counter(map(_write, nodes))
    counts.pop(Written("1", Binding.ATOM), None)
    return [_raised(factor, count) if count > 1 else factor for factor, count in counts.items()]


def _dotted(factors: list[Written]) -> str:
    """Return factors with dots between them, but for a number before a letter."""
    texts = [factor.within(Binding.MATRIX_PRODUCT) for factor in factors[:-1]]
    texts += [factor.within(Binding.SERIES) for factor in factors[-1:]]
    text = "".join(texts[:1])
    for before, here in itertools.pairwise(texts):
        text += here if before.isdecimal() and _LETTER.fullmatch(here) else f" · {here}"
    return text


def _raised(base: Written, exponent: int) -> Written:
    return Written(base.within(Binding.ATOM) + str(exponent).translate(_SUPERSCRIPTS), Binding.POWER)


def _power(base: ast.expr, exponent: ast.expr) -> Written:
    match exponent:
        case ast.Constant(value=0.5):
            return Written(f"√{_write(base).within(Binding.ATOM)}", Binding.POWER)
        case ast.Constant(value=int() | float() as value) if value == round(value):
            return _raised(_write(base), round(value))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return _raised(_write(base), -value)
    raised = _write(exponent).within(Binding.ATOM)
    return Written(f"{_write(base).within(Binding.ATOM)}^{raised}", Binding.POWER)


def _call(name: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> Written:
    if name == "sum" and arguments:
        return _series(arguments, keywords)
    if name in _REDUCTIONS:  # over the axis that the forward function reduces
        keywords = [each for each in keywords if each.arg != "keepdims"]
    parts = [_write(each).text for each in arguments]
    if name in _BRACKETS and len(parts) == 1:
        return Written(parts[0].join(_BRACKETS[name]), Binding.ATOM)
    parts += [f"{each.arg or ''} = {_write(each.value).text}" for each in keywords if not _repeats_itself(each)]
    return Written(f"{_FUNCTIONS.get(name, name)}({', '.join(parts)})", Binding.ATOM)


def _series(arguments: list[ast.expr], keywords: list[ast.keyword]) -> Written:
    """Write a sum over an axis, whose number is said if it is one."""
    axes = [*arguments[1:2], *(each.value for each in keywords if each.arg == "axis")]
    number = _write(axes[0]).text.replace("−", "-") if axes else ""
    axis = number.translate(_SUBSCRIPTS) if re.fullmatch(r"-?\d+", number) else ""
    summed = _write(arguments[0])
    if summed.binding < Binding.MATRIX_PRODUCT:
        return Written(f"Σ{axis}({summed.text})", Binding.ATOM)
    return Written(f"Σ{axis} {summed.text}", Binding.SERIES)


def _repeats_itself(keyword: ast.keyword) -> bool:
    return isinstance(keyword.value, ast.Name) and keyword.value.id == keyword.arg


def _item(node: ast.expr) -> str:
    """Write one entry of an index."""
    if not isinstance(node, ast.Slice):
        return _write(node).text
    start, stop = (_write(bound).text if bound else "" for bound in (node.lower, node.upper))
    return f"{start}:{stop}" + (f":{_write(node.step).text}" if node.step else "")


def _loop(loop: ast.comprehension) -> str:
    conditions = "".join(f" if {_write(condition).text}" for condition in loop.ifs)
    return f"for {_write(loop.target).text} in {_write(loop.iter).text}{conditions}"


def _constant(value: object) -> Written:
    if value is Ellipsis:
        return Written("…", Binding.ATOM)
    if isinstance(value, complex):
        return Written("i" if value == 1j else f"{value.imag:g}i", Binding.ATOM)
    if isinstance(value, float):
        return Written("∞" if value == math.inf else f"{value:.15g}", Binding.ATOM)
    return Written(repr(value), Binding.ATOM)
