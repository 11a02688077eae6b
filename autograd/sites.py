"""Where an operation is called: the line of the user's own code, and the module that is running."""

from __future__ import annotations

import os
import sys
import weakref
from types import CodeType, FrameType
from typing import Any, NamedTuple

import numpy as np

from autograd.regions import in_region


class Site(NamedTuple):
    """A module, as tables call it, and a line of a file; line 0 where there is none."""

    module: str
    file: str
    line: int

    @property
    def place(self) -> str:
        """File and line, as a user would name them; empty where there is none."""
        return f"{file_label(self.file)}:{self.line}" if self.line else ""


BEFORE = Site("(recorded before)", "(recorded before)", 0)  # of the VJPs of operations that were not profiled

_AUTOGRAD = os.path.dirname(os.path.abspath(__file__))
_CHECKS = os.path.join(_AUTOGRAD, "gradcheck", "")
_NN = os.path.join(os.path.dirname(_AUTOGRAD), "nn")
_LIBRARIES = tuple(os.path.join(folder, "") for folder in (_AUTOGRAD, _NN, os.path.dirname(np.__file__)))
_STANDARD_LIBRARY = os.path.join(os.path.dirname(os.__file__), "")
_OWNER = in_region.__code__.co_varnames[0]  # the local variable that holds the module


def file_label(file: str) -> str:
    """Return the name of `file` without its folder; of a cell of a notebook In[3], as its own tracebacks do."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    name_cell = getattr(getattr(shell, "compile", None), "format_code_name", lambda _: None)
    cell = name_cell(file)
    return os.path.basename(file) if cell is None else cell[1]


class Sites:
    """Finds sites, and remembers what does not change from one call to the next."""

    def __init__(self) -> None:
        self._codes: dict[int, tuple[CodeType, bool]] = {}  # by id: the hash of a code object reads all of it
        self._labels: dict[tuple[int, int], tuple[str, Any]] = {}  # by ids, until one of the two modules is gone

    def of(self, frame: FrameType | None) -> Site:
        """Return the site of a call that `frame` makes."""
        inner = outer = None
        file, line = "(no line)", 0
        is_outside = False
        while frame is not None:
            code = frame.f_code
            is_check = code.co_filename.startswith(_CHECKS)
            if is_check and is_outside:  # beyond it is who asked for the check, not what is checked
                break
            is_outside = is_outside or not is_check  # the observers of checks come first
            if code is in_region.__code__:
                outer = frame.f_locals[_OWNER]
                if inner is None:
                    inner = outer
            elif not line and self._is_users(code, frame):
                file, line = code.co_filename, frame.f_lineno
            frame = frame.f_back
        return Site("(no module)" if inner is None else self._label(inner, outer), file, line)

    def _is_users(self, code: CodeType, frame: FrameType) -> bool:
        known = self._codes.get(id(code))
        if known is None:
            known = self._codes[id(code)] = (code, _is_users(frame))
        return known[1]

    def _label(self, module: Any, outermost: Any) -> str:
        """Return the name of `module` in the outermost one and its type, such as ``0 (Linear)``."""
        key = (id(module), id(outermost))
        known = self._labels.get(key)
        if known is None:
            names = outermost.named_modules() if hasattr(outermost, "named_modules") else ()
            name = next((name for name, held in names if held is module), "")
            label = f"{name} ({type(module).__name__})" if name else type(module).__name__
            references = [weakref.ref(each, lambda _: self._labels.pop(key, None)) for each in (module, outermost)]
            known = self._labels[key] = (label, references)
        return known[0]


def _is_users(frame: FrameType) -> bool:
    """Whether the code of `frame` is neither this library's, NumPy's nor Python's own."""
    file = frame.f_code.co_filename
    if file.startswith(_STANDARD_LIBRARY):
        return "site-packages" in file or "dist-packages" in file
    is_generated = "__name__" not in frame.f_globals  # a compiled plan
    return not (is_generated or file.startswith(_LIBRARIES) or file.startswith("<frozen "))
