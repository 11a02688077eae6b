"""A function as the one expression that it returns, without what is Python's or NumPy's and not mathematics'."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Sequence
from types import FunctionType, ModuleType
from typing import Any

from autograd.drawing.formulas.syntax import Definition, syntax_of

_MOST_CALLS = 4  # of one function that only calls the next

# What the helpers of the VJP tables mean, in the names of their own arguments; poles are guarded in code only.
_MEANINGS = {
    "above": "x - y",
    "count": "n",
    "degrees_of_freedom": "n - ddof",
    "from_mean": "a - mean(a)",
    "restore": "reduced",
    "unbroadcast": "sum_to(g, shape)",
    "selected": "g",
    "unless_pole": "denominator",
    "unless_singular": "denominator",
}
_UNCHANGED = {"array", "asarray", "ascontiguousarray", "astype", "copy", "float", "tolist"}
_OPERATORS: dict[str, type[ast.operator]] = {
    "add": ast.Add,
    "divide": ast.Div,
    "dot": ast.MatMult,
    "float_power": ast.Pow,
    "matmul": ast.MatMult,
    "multiply": ast.Mult,
    "power": ast.Pow,
    "remainder": ast.Mod,
    "subtract": ast.Sub,
    "true_divide": ast.Div,
}
_OF_AN_ARRAY = {"dtype", "imag", "ndim", "real", "shape", "size"}  # attributes that are functions of it


class NotOneExpressionError(Exception):
    """A function that is more than one expression, or whose source is not at hand."""


def returned(function: FunctionType) -> ast.expr:
    """Return the expression that `function` returns, in terms of its arguments, the first of which is called g.

    Local variables are replaced by what they stand for, if that is used once, and so is a call of another function if
    it is all that is returned. ``np.multiply(x, y)``, ``x.sum()`` and ``float(x)`` become ``x * y``, ``sum(x)`` and
    ``x``.

    Raises
    ------
    NotOneExpressionError
        If `function` has branches or loops, computes something twice used, or was not read from a file.
    """
    definition = _definition(function)
    first = _parameters(definition)[:1]
    return _returned(function, definition, dict.fromkeys(first, ast.Name("g")), _MOST_CALLS)


def _returned(function: FunctionType, definition: Definition, bound: dict[str, ast.expr], calls: int) -> ast.expr:
    statements = _statements(definition)
    for position, statement in enumerate(statements):
        rewriter = _Rewriter(function, bound)
        match statement:
            case ast.Return(value=ast.Call() as call) if (other := rewriter.own_function(call)) and calls:
                try:
                    return _returned(other, _definition(other), rewriter.binding(other, call), calls - 1)
                except NotOneExpressionError:
                    return rewriter.rewrite(call)
            case ast.Return(value=ast.expr() as value):
                return rewriter.rewrite(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                meaning = rewriter.rewrite(value)
                if not isinstance(meaning, ast.Name | ast.Constant) and _uses(name, statements[position + 1 :]) > 1:
                    break
                bound = {**bound, name: meaning}
            case _:
                break
    raise NotOneExpressionError


class _Rewriter(ast.NodeTransformer):
    """Replaces the names in `bound`, and rewrites calls by what `function` knows under their names."""

    def __init__(self, function: FunctionType, bound: dict[str, ast.expr]) -> None:
        self.enclosing = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        self.known = function.__globals__
        self.bound = bound

    def rewrite(self, node: ast.expr) -> ast.expr:
        """Return `node` rewritten; itself it stays as it is."""
        return self.visit(copy.deepcopy(node))

    def own_function(self, call: ast.Call) -> FunctionType | None:
        """Return the function that `call` calls, if it is a Python function known by a plain name and no helper."""
        found = self._value(call.func)
        return found if isinstance(found, FunctionType) and not _meaning(found) else None

    def binding(self, function: FunctionType, call: ast.Call) -> dict[str, ast.expr]:
        """Return what `call` gives to each parameter of `function`."""
        names = _parameters(_definition(function))
        if call.keywords or len(call.args) != len(names) or any(isinstance(each, ast.Starred) for each in call.args):
            raise NotOneExpressionError
        return {name: self.rewrite(each) for name, each in zip(names, call.args, strict=True)}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.bound:
            if not isinstance(node.ctx, ast.Load):  # a comprehension uses the name for something else
                raise NotOneExpressionError
            return self.bound[node.id]
        derived = re.fullmatch(r"(.+)_(shape|dtype)", node.id)
        return _call(derived[2], [self.visit(ast.Name(derived[1], ast.Load()))]) if derived else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if self._is_module(node.value):
            return ast.Name(node.attr, ast.Load())
        inner = self.visit(node.value)
        if node.attr in _OF_AN_ARRAY:
            return _call(node.attr, [inner])
        return ast.Attribute(inner, "T" if node.attr == "mT" else node.attr, ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        arguments = [self.visit(each) for each in node.args]
        keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in node.keywords]
        found = self._value(node.func)
        match node.func:
            case ast.Name() if isinstance(found, FunctionType):
                meaning = _meaning(found)
                if meaning is None:
                    return ast.Call(node.func, arguments, keywords)
                named = dict(zip(found.__code__.co_varnames, arguments, strict=False))
                return _Rewriter(found, named).rewrite(meaning)
            case ast.Name(id=name):
                return _call(name, arguments, keywords)
            case ast.Attribute(value=value, attr=name) if self._is_module(value):
                return _call(name, arguments, keywords)
            case ast.Attribute(value=receiver, attr=name):
                return _call(name, [self.visit(receiver), *arguments], keywords)
        raise NotOneExpressionError

    def _value(self, node: ast.expr) -> Any:
        if not isinstance(node, ast.Name) or node.id in self.bound:
            return None
        cell = self.enclosing.get(node.id)
        try:
            return self.known.get(node.id) if cell is None else cell.cell_contents
        except ValueError:  # not assigned yet
            return None

    def _is_module(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):  # np.linalg
            node = node.value
        return isinstance(self._value(node), ModuleType)


def _call(name: str, arguments: list[ast.expr], keywords: Sequence[ast.keyword] = ()) -> ast.expr:
    """Return the call of a NumPy function or a method, as an operator where there is one."""
    match name, arguments:
        case _, [inner, *_] if name in _UNCHANGED:
            return inner
        case _, [left, right] if name in _OPERATORS:
            return ast.BinOp(left, _OPERATORS[name](), right)
        case "negative", [inner]:
            return ast.UnaryOp(ast.USub(), inner)
        case "reciprocal", [inner]:
            return ast.BinOp(ast.Constant(1), ast.Div(), inner)
        case "square", [inner]:
            return ast.BinOp(inner, ast.Pow(), ast.Constant(2))
        case "sqrt", [inner]:
            return ast.BinOp(inner, ast.Pow(), ast.Constant(0.5))
        case "exp2", [inner]:
            return ast.BinOp(ast.Constant(2), ast.Pow(), inner)
        case (("transpose" | "matrix_transpose"), [inner]):
            return ast.Attribute(inner, "T", ast.Load())
        case "swapaxes", [inner, first, second] if {ast.unparse(first), ast.unparse(second)} == {"-1", "-2"}:
            return ast.Attribute(inner, "T", ast.Load())
    return ast.Call(ast.Name(name, ast.Load()), arguments, list(keywords))


def _meaning(function: FunctionType) -> ast.expr | None:
    """Return what a helper of the VJP tables means, None if `function` is none."""
    meaning = _MEANINGS.get(function.__name__) if str(function.__module__).startswith("autograd.") else None
    return ast.parse(meaning, mode="eval").body if meaning else None


def _definition(function: FunctionType) -> Definition:
    definition = syntax_of(function)
    if definition is None:
        raise NotOneExpressionError
    return definition


def _parameters(definition: Definition) -> list[str]:
    return [each.arg for each in (*definition.args.posonlyargs, *definition.args.args)]


def _statements(definition: Definition) -> list[ast.stmt]:
    """Return the body without the docstring."""
    if isinstance(definition, ast.Lambda):
        return [ast.Return(definition.body)]
    return definition.body[1:] if ast.get_docstring(definition) is not None else definition.body


def _uses(name: str, statements: list[ast.stmt]) -> int:
    nodes = (node for statement in statements for node in ast.walk(statement))
    return sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
