"""Writes to arrays that are not the writer's: which line of code it was.

The arrays that a function under test is given are read-only, so that NumPy refuses such a write where it happens. What
gets past that, as ``np.add.at`` does, shows in their bytes.
"""

from __future__ import annotations

import ast
import hashlib
import linecache
import os
import re
import sysconfig
import traceback
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

import numpy as np

from autograd import graph
from autograd.gradcheck.report import Finding
from autograd.gradcheck.verdict import Verdict
from autograd.sites import file_label
from autograd.tensor import plain

_ENGINE = os.path.dirname(os.path.abspath(graph.__file__))  # the folder itself: formulas of operations are below it
_CHECKS = os.path.join(_ENGINE, "gradcheck", "")
_NUMPY = os.path.join(os.path.dirname(np.__file__), "")
_STANDARD_LIBRARY = os.path.join(sysconfig.get_paths()["stdlib"], "")


class FaultError(Exception):
    """The code under test did something that leaves no gradient to compare: `finding` says what."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def read_only(array: np.ndarray) -> np.ndarray:
    """Return a read-only copy of `array`, of the same memory layout."""
    copy = np.array(array, order="K")
    copy.flags.writeable = False
    return copy


def read_only_view(value: Any) -> Any:
    """Return a view that cannot be written to of an array, and anything else as it is."""
    if type(value) is not np.ndarray:
        return value
    view = value.view()
    view.flags.writeable = False
    return view


def digest(value: Any) -> bytes:
    """Return a hash of the bytes of an array, or of those in a tuple; of anything else b""."""
    if isinstance(value, tuple):
        return b"".join(map(digest, value))
    if not isinstance(value, np.ndarray) or value.dtype.hasobject:
        return b""
    return hashlib.blake2b(np.ascontiguousarray(value).tobytes(), digest_size=16).digest()


def finding_of(error: BaseException, arrays: Mapping[str, Any]) -> Finding | None:
    """Return what to report if NumPy refused to write to a read-only array, else None.

    Parameters
    ----------
    error : exception
        As caught, with its traceback.
    arrays : mapping
        The read-only arrays by what to call them; that of the guilty line is named.
    """
    chain = _chain(error)
    if not any(map(_is_refused_write, chain)):
        return None
    frame, number = _guilty_line(chain)
    file = frame.f_code.co_filename
    line = linecache.getline(file, number, frame.f_globals).strip()
    place = f"{file_label(file)}:{number}{f': `{line}`' if line else ''}"
    text = f"writes into {_written(frame, line, arrays)}, at {place}; make a new array instead (x = x + v, not x += v)"
    return Finding("mutation", Verdict.WRONG, text)


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and those that it was raised from: an operation explains what NumPy raised."""
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    return chain


def _is_refused_write(error: BaseException) -> bool:
    """Whether an error is a refusal to write; code that wants a writable buffer may mean only to read it."""
    text = str(error)
    return isinstance(error, ValueError | TypeError) and "read-only" in text and "buffer source" not in text


def _guilty_line(chain: Sequence[BaseException]) -> tuple[FrameType, int]:
    """Return the innermost line of the tracebacks that is not NumPy's, Python's or the engine's own."""
    frames = [frame for error in chain for frame in traceback.walk_tb(error.__traceback__)]
    return next((line for line in reversed(frames) if not _is_library(line[0].f_code.co_filename)), frames[-1])


def _is_library(file: str) -> bool:
    if file.startswith(("<plan of ", "<frozen ")) or file == "<string>":
        return True
    is_pythons = file.startswith(_STANDARD_LIBRARY) and "site-packages" not in file
    return is_pythons or os.path.dirname(file) == _ENGINE or file.startswith((_CHECKS, _NUMPY))


def _written(frame: FrameType, line: str, arrays: Mapping[str, Any]) -> str:
    """Return the name of the array that a variable of the guilty line shares memory with: of those written to."""
    for names in (_targets(line), set(re.findall(r"\w+", line))):
        found = {
            label
            for name in names
            if isinstance(value := plain(frame.f_locals.get(name)), np.ndarray)
            for label, array in arrays.items()
            if np.may_share_memory(value, array)
        }
        if found:
            return " and ".join(sorted(found))
    return "an array that it was given"


def _targets(line: str) -> set[str]:
    """Return the variables that a line writes to: ``g`` of ``g *= x``, ``g[0] = x`` and ``np.exp(x, out=g)``."""
    try:
        nodes = list(ast.walk(ast.parse(line)))
    except SyntaxError:  # a part of a statement
        return set()
    targets: list[ast.expr] = []
    for node in nodes:
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AugAssign):
            targets.append(node.target)
        elif isinstance(node, ast.keyword) and node.arg == "out":
            targets.append(node.value)
    parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return {name for part in parts if (name := _variable(part))}


def _variable(target: ast.expr) -> str:
    """Return the variable that an element, an attribute or a view is of; empty if there is none."""
    while isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def unnoticed(before: Sequence[bytes], arrays: Mapping[str, Any]) -> Finding | None:
    """Return what to report if an array is not as its `digest` was before, else None."""
    written = [name for known, (name, array) in zip(before, arrays.items(), strict=True) if digest(array) != known]
    if not written:
        return None
    text = (
        f"writes into {' and '.join(written)}, by a way that NumPy does not refuse for read-only arrays, such as "
        "np.add.at; make a new array instead"
    )
    return Finding("mutation", Verdict.WRONG, text)
