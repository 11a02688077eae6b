"""`on_error`: when a block raises, the computation up to what failed is drawn."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograd.drawing.drawing import FORMATS, Drawing
from autograd.drawing.failure.attempt import failed_model
from autograd.drawing.failure.culprit import Culprit, Recorder, find_culprit
from autograd.drawing.model import Edge, GraphModel, Operation
from autograd.drawing.notation import INFIX
from autograd.drawing.reading.places import place_of
from autograd.observe import observing

_LINES = 12  # of the text tree in a note


@dataclass
class Failure:
    """What `on_error` has seen: `drawing` is None until the block has raised, and if there was nothing to draw."""

    drawing: Drawing | None = None


@contextmanager
def on_error(
    path: str | os.PathLike[str] | None = None, model: Any = None, *, names: Mapping[str, Any] | None = None
) -> Iterator[Failure]:
    """Draw the computation up to the operation that failed, if the block raises; a context manager.

    The operation is drawn in red, with the shapes of its arguments. If a module raised before it computed anything, the
    module is; if neither is to blame, the latest results are drawn that nothing has consumed. The exception stays what
    it is and says in a note where the picture is. Without `path` the note has the end of the picture as text, and a
    notebook shows the picture.

    Parameters
    ----------
    path : path-like, optional
        Where to save the drawing, in one of the formats of `Drawing.save`. What cannot be laid out here is saved beside
        it as DOT text.
    model : optional
        A module that says what things are called, as for `draw`.
    names : mapping of str to Tensor or ndarray, optional
        What to call variables, constants and intermediate results.

    Yields
    ------
    Failure
        With the `drawing`, once the block has raised.

    Raises
    ------
    ValueError
        If the extension of `path` names no format.

    Notes
    -----
    While nothing fails, the latest results are remembered by weak references: a tenth of the time of a small network,
    nothing of a large one. Entering the block takes half a millisecond, so it is better around a loop than inside.
    ``KeyboardInterrupt``, ``SystemExit`` and ``GeneratorExit`` are no failures and draw nothing. Lines of code
    are known of what raised, and of all operations inside a `Journal`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> from autograd.drawing.failure import on_error
    >>> w = Tensor(np.ones((3, 8)), requires_grad=True)
    >>> try:
    ...     with on_error(names={"w": w}) as failure:
    ...         np.ones((5, 4)) @ np.tanh(w)
    ... except ValueError:
    ...     print(failure.drawing.model.operations[-1].name)
    matmul_1
    """
    if path is not None and Path(path).suffix[1:].lower() not in FORMATS:
        raise ValueError(f"on_error: cannot tell the format of '{path}'; end it with .{', .'.join(FORMATS)}")
    failure, recorder = Failure(), Recorder()
    try:
        with observing(recorder):
            yield failure
    except Exception as error:
        try:
            note = _draw(failure, error, recorder, None if path is None else Path(path), model, names or {})
        except Exception as trouble:  # whatever it is, the user's exception is worth more
            note = f"on_error: cannot draw what failed: {_first_line(trouble)}"
        if note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise


def _draw(
    failure: Failure, error: Exception, recorder: Recorder, path: Path | None, model: Any, names: Mapping[str, Any]
) -> str:
    """Draw what failed, put it where the user looks for it, and return a note that says so."""
    culprit = find_culprit(error)
    drawn = failed_model(culprit, recorder.results(), _first_line(error), model, names)
    if drawn is None:
        return "on_error: nothing to draw: no operation had been recorded"
    message = f"{type(error).__name__}: {_first_line(error)}"
    drawing = failure.drawing = Drawing(replace(drawn, notes=(*drawn.notes, message)))
    what = _what_failed(drawn, culprit)
    if path is not None:
        return f"{what}\ndrawn up to {drawn.operations[-1].name}, {_saved(drawing, path)}"
    if _displayed(drawing):
        return what
    lines = str(Drawing(drawn)).splitlines()  # without the message, which stands above
    return "\n".join([what, *(["..."] if len(lines) > _LINES else []), *lines[-_LINES:]])


def _saved(drawing: Drawing, path: Path) -> str:
    """Save `drawing`, as DOT text if it cannot be in the format of `path`, and return where it is."""
    try:
        drawing.save(path)
    except Exception as error:
        reason = _first_line(error)
    else:
        return f"in {path}"
    text = path.with_suffix(".dot")
    try:
        drawing.save(text)
    except Exception:  # the first reason says it
        return f"but not saved: {reason}"
    return f"in {text}: {reason}"


def _displayed(drawing: Drawing) -> bool:
    """Show `drawing` if this is a notebook, and return whether it is."""
    interactive = sys.modules.get("IPython")
    if interactive is None or getattr(interactive.get_ipython(), "kernel", None) is None:
        return False
    importlib.import_module("IPython.display").display(drawing)
    return True


def _what_failed(model: GraphModel, culprit: Culprit) -> str:
    """Return ``matmul_3 in 1 (Attention) at model.py:31: x (5, 4) @ weight (3, 8)``."""
    last = model.operations[-1]
    assert isinstance(last, Operation)
    place = place_of(culprit.site)
    at = f" at {place}" if place else ""
    module = f" in {culprit.site.module}" if culprit.module else ""
    if not last.marks:
        return f"raised after {last.name}{module}{at}"
    return f"{last.name}{module}{at}: {_formula(model, last)}"


def _formula(model: GraphModel, operation: Operation) -> str:
    nodes = {node.name: node for node in (*model.leaves, *model.operations)}

    def text(edge: Edge) -> str:
        dtype = "" if edge.array.dtype == model.dtype else f" {edge.array.dtype}"
        return f"{nodes[edge.source].label or edge.source} {edge.array.shape}{dtype}"

    arrays = (text(edge) for edge in model.edges if edge.target == operation.name)
    operands = [next(arrays, "") if argument is None else argument for argument in operation.arguments]
    if operation.primitive in INFIX and len(operands) == 2:
        return f" {INFIX[operation.primitive]} ".join(operands)
    options = (f"{name} {value}" for name, value in operation.options)
    return f"{operation.primitive}({', '.join([*operands, *arrays, *options])})"


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
