"""The syntax tree of a function, found again in the file that it was compiled from."""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator
from types import CodeType, FunctionType

Definition = ast.Lambda | ast.FunctionDef

_Place = tuple[int, int]  # line and column


def syntax_of(function: FunctionType) -> Definition | None:
    """Return the lambda or the definition that made `function`, None if its source is not at hand or has changed.

    Examples
    --------
    >>> from autograd.ops.elementwise import multiply
    >>> [ast.unparse(syntax_of(vjp)) for vjp in multiply.vjps]  # two lambdas on one line
    ['lambda g, x2: g * x2', 'lambda g, x1: g * x1']
    """
    code = function.__code__
    source = "".join(linecache.getlines(code.co_filename, function.__globals__))
    try:
        codes, definitions = _compiled(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # whatever the file is now, it is not Python
        return None
    if code not in codes:  # the file is not what was imported
        return None
    found = definitions.get((code.co_firstlineno, code.co_name), [])
    if len(found) <= 1:
        return found[0] if found else None
    places = list(_places(code))
    around = [each for each in found if places and _start(each) <= min(places) and max(places) <= _end(each)]
    return max(around, key=_start, default=None)  # the innermost


@functools.lru_cache(maxsize=16)
def _compiled(source: str) -> tuple[set[CodeType], dict[tuple[int, str], list[Definition]]]:
    """Return the code objects that `source` compiles to, and the definitions in it by first line and name."""
    codes: set[CodeType] = set()
    waiting = [compile(source, "<source>", "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        codes.add(code)
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    definitions: dict[tuple[int, str], list[Definition]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Lambda):
            definitions.setdefault((node.lineno, "<lambda>"), []).append(node)
        elif isinstance(node, ast.FunctionDef):
            line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            definitions.setdefault((line, node.name), []).append(node)
    return codes, definitions


def _places(code: CodeType) -> Iterator[_Place]:
    """Yield where the expressions that `code` evaluates start and end; nothing if Python was told to forget it."""
    for line, end_line, column, end_column in code.co_positions():
        if line is None or end_line is None or column is None or end_column is None:
            continue
        if (line, column) != (end_line, end_column):  # else it belongs to no expression
            yield line, column
            yield end_line, end_column


def _start(node: Definition) -> _Place:
    body = node.body[0] if isinstance(node, ast.FunctionDef) else node.body
    return body.lineno, body.col_offset


def _end(node: Definition) -> _Place:
    body = node.body[-1] if isinstance(node, ast.FunctionDef) else node.body
    return body.end_lineno or body.lineno, body.end_col_offset or body.col_offset
