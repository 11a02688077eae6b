"""What raised: read from the traceback of an exception, so that a program that does not fail pays next to nothing."""

from __future__ import annotations

import threading
import traceback
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeAlias

from autograd.graph import Node
from autograd.observe import Observer
from autograd.plans import Plan
from autograd.primitive import Primitive
from autograd.regions import Region, in_region
from autograd.sites import Site, Sites
from autograd.tensor import Tensor

_KEPT = 64  # latest results: a computation that fails has hardly more of them that nothing has consumed

_Locals: TypeAlias = "dict[str, Any]"


class Recorder(Observer):
    """Remembers the latest results of operations as long as they exist, those of each thread for itself."""

    def __init__(self) -> None:
        self._here = _Results()

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = plan(*args, **kwargs)
        if isinstance(result, Tensor) and result._node is not None:
            self._here.latest.append(weakref.ref(result._node))
        return result

    def results(self) -> list[Node]:
        """Return the latest results that still exist, oldest first."""
        found = (reference() for reference in self._here.latest)
        return list(dict.fromkeys(node for node in found if node is not None))


class _Results(threading.local):
    def __init__(self) -> None:
        self.latest: deque[weakref.ref[Node]] = deque(maxlen=_KEPT)


@dataclass(frozen=True)
class Call:
    """A call that raised, of an operation or of a module."""

    callee: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class Culprit:
    """What raised.

    Attributes
    ----------
    operation : Call or None
        The operation, if one raised.
    module : Call or None
        The innermost module that was called.
    regions : tuple of Region
        The calls of modules that were under way, outer ones first.
    site : Site
        The line of the user's code.
    """

    operation: Call | None
    module: Call | None
    regions: tuple[Region, ...]
    site: Site


def find_culprit(error: BaseException) -> Culprit:
    """Return what raised `error`, or what raised the exception that `error` was raised in place of."""
    operation: _Locals | None = None
    modules: dict[int, _Locals] = {}  # by the number that each call began with: a frame may occur twice
    lines: dict[str, int] = {}  # by file, the innermost; a frame's own is another one once it has cleaned up
    frame: FrameType | None = None
    for frame, line in _frames(error):
        if frame.f_code is Recorder.call.__code__:
            operation = frame.f_locals
            break
        if frame.f_code is in_region.__code__:
            modules[frame.f_locals["first"]] = frame.f_locals
        lines[frame.f_code.co_filename] = line
    site = Sites().of(frame)
    running = [modules[first] for first in sorted(modules)]
    return Culprit(
        None if operation is None else Call(operation["operation"], operation["args"], operation["kwargs"]),
        Call(running[-1]["owner"], running[-1]["args"], running[-1]["kwargs"]) if running else None,
        tuple((weakref.ref(call["owner"]), type(call["owner"]).__name__, call["first"]) for call in running),
        site._replace(line=lines.get(site.file, site.line)),
    )


def _frames(error: BaseException | None) -> Iterator[tuple[FrameType, int]]:
    """Yield the frames that `error` passed and their lines, then those of what it was raised from, and so on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield from traceback.walk_tb(error.__traceback__)
        error = error.__cause__ or error.__context__  # also what ``from None`` hides
