"""`draw` and what it returns."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd.drawing.fold import LIMIT, fold
from autograd.drawing.gradients import with_gradients
from autograd.drawing.model import GraphModel, Operation
from autograd.drawing.picture.dot import to_dot
from autograd.drawing.picture.render import TIMEOUT, LayoutTimeoutError, render
from autograd.drawing.picture.svg import finish_svg
from autograd.drawing.reading import outputs_of, walk
from autograd.drawing.texts.mermaid import to_mermaid
from autograd.drawing.texts.summary import summarise
from autograd.drawing.texts.table import Summary
from autograd.drawing.texts.tree import to_text
from autograd.drawing.verdicts import with_verdicts

FORMATS = ("svg", "png", "pdf", "dot", "txt", "json", "mmd")


@dataclass(frozen=True, repr=False)
class Drawing:
    """A drawn computation graph: shows itself in a notebook, prints as text, saves as a file.

    Pictures and text are folded where the graph has many nodes, and say so. `model`, the summary and the
    JSON file have all of it. A drawing keeps no array and no part of the graph alive.

    Attributes
    ----------
    model : GraphModel
        The whole graph: operations, leaves, outputs, edges and regions as plain values.
    collapse : optional
        What to draw as one node, see `draw`.
    is_backward : bool
        Whether pictures show the VJPs.
    theme : {"auto", "light", "dark"}
    direction : {"auto", "right", "down"}
    shown : GraphModel
        What pictures and text show of `model`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> from autograd.drawing import draw
    >>> drawing = draw(np.exp(Tensor(0.0, requires_grad=True)))
    >>> [operation.name for operation in drawing.model.operations]
    ['exp_1']
    >>> drawing.source.splitlines()[0]
    'digraph computation {'
    """

    model: GraphModel
    collapse: Any = "auto"
    is_backward: bool = False
    theme: str = "auto"
    direction: str = "auto"
    shown: GraphModel = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", fold(self.model, self.collapse))

    @cached_property
    def source(self) -> str:
        """The picture as DOT text, the same from run to run."""
        return self._dot(self.shown)

    def _dot(self, model: GraphModel) -> str:
        theme = "dark" if self.theme == "dark" else "light"
        return to_dot(model, theme, self.direction, is_backward=self.is_backward)

    def summary(self, lr: float | None = None) -> Summary:
        """Return a table of the modules: output shapes, parameters, bytes, and gradients where they were asked for.

        Parameters
        ----------
        lr : float, optional
            The learning rate of SGD, for a column with the size of an update relative to what it updates.
        """
        return summarise(self.model, lr)

    def svg(self) -> str:
        """Return the picture as a standalone SVG document.

        Raises
        ------
        RenderError
            If no layout engine is installed, or none can lay the graph out in 10 s.
        """
        return self._render("svg").decode()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the drawing to a file, in the format that the extension of `path` names.

        Parameters
        ----------
        path : path-like
            Ends with ``.svg``, ``.png``, ``.pdf``, ``.dot``, ``.txt``, ``.json`` or ``.mmd`` (Mermaid). The file is
            replaced as a whole or, on an error, not at all.

        Raises
        ------
        ValueError
            If the extension is none of these.
        FileNotFoundError
            If the directory does not exist.
        RenderError
            If the format needs a layout engine and none is installed.
        """
        path = Path(path)
        kind = path.suffix[1:].lower()
        if kind not in FORMATS:
            raise ValueError(f"save: cannot tell the format of '{path}'; end it with .{', .'.join(FORMATS)}")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"save: the directory '{path.parent}' does not exist; create it first")
        _write_whole(path, self._content(kind))

    def _content(self, kind: str) -> bytes:
        if kind == "dot":
            return self.source.encode()
        if kind == "txt":
            return f"{self}\n".encode()
        if kind == "json":
            return self.model.to_json().encode()
        if kind == "mmd":
            return to_mermaid(self.shown).encode()
        return self._render(kind)

    def _render(self, kind: str) -> bytes:
        try:
            picture = render(self.source, kind)
        except LayoutTimeoutError:
            smaller = fold(self.model, limit=LIMIT // 4)
            note = f"drawn smaller, as the layout of {self.shown.size} nodes took longer than {TIMEOUT:g} s"
            picture = render(self._dot(replace(smaller, notes=(*smaller.notes, note))), kind)
        return finish_svg(picture, self.theme) if kind == "svg" else picture

    def __str__(self) -> str:
        return to_text(self.shown)

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook shows: the SVG, or the text and the reason why there is no SVG."""
        text = str(self)
        try:
            return {"image/svg+xml": self.svg(), "text/plain": text}
        except Exception as error:  # whatever it is, showing a value must not raise
            return {"text/plain": f"{text}\n({error})"}

    def _repr_svg_(self) -> str | None:
        return self._repr_mimebundle_().get("image/svg+xml")


def draw(
    output: Any,
    model: Any = None,
    *,
    names: Mapping[str, Any] | None = None,
    gradients: bool = False,
    backward: bool = False,
    collapse: Any = "auto",
    source: bool = True,
    check: Any = None,
    theme: str = "auto",
    direction: str = "auto",
) -> Drawing:
    """Draw the graph of operations that computed `output`.

    Parameters
    ----------
    output : Tensor, nested lists or dicts of them, or callable
        What was computed, for example a loss; or a function of no arguments that computes it, of which the picture then
        knows the lines of source and every value. A graph that ``backward()`` freed can be drawn too: then constants,
        which only the saved arrays knew of, are missing.
    model : optional
        A module whose ``named_parameters()`` and ``named_modules()`` say what things are called. By default the
        modules that were called say so, as far as they are still alive.
    names : mapping of str to Tensor or ndarray, optional
        What to call variables, constants and intermediate results.
    gradients : bool
        Whether to run a backward pass and to show on each edge what it contributed to the gradient: its rms, by number
        and colour. Marks where the first NaN or infinity arose, and why parts have no gradient. No ``.grad`` changes.
    backward : bool
        Whether to show the VJPs below the operations, and what is saved for them.
    collapse : optional
        What to draw as one node: "auto" draws repeated blocks once in a graph of more than 60 nodes, and modules as
        single nodes where more than about 150 would be left; None draws all; a number of levels of modules;
        "repeats"; names or kinds of modules, with wildcards (``"layers.*"``); a class or several; or a function of a
        `Region` that says whether.
    source : bool
        Whether the tooltips show the lines of source that a journal (`autograd.Journal`) kept.
    check : optional
        What `gradcheck.local` (or `gradcheck`) found for the same output: its verdicts are drawn on the nodes.
    theme : {"auto", "light", "dark"}
        The colours. In an SVG "auto" follows what the reader prefers; other pictures are light.
    direction : {"auto", "right", "down"}
        Where data flows: by default to the right, and down the page where the way through the graph is long.

    Returns
    -------
    Drawing
        With `source`, `svg`, `summary` and `save`; shows itself in a notebook and prints as text.

    Raises
    ------
    GraphError
        If there is nothing to draw: no operation was recorded.
    ValueError
        If `collapse`, `theme` or `direction` is not understood.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> from autograd.drawing import draw
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> draw(np.sum(x**2), names={"x": x})
    Computation graph: 2 operations, 1 array, float64 unless noted
    power_1   x²  3  ← x (3)
    sum_1   Σ        ← power_1
    output       14  ← sum_1
    """
    _check_choice("theme", theme, ("auto", "light", "dark"))
    _check_choice("direction", direction, ("auto", "right", "down"))
    outputs = outputs_of(output)
    walked = walk(outputs, model, names or {})
    graph = with_gradients(outputs, walked) if gradients else walked.model
    graph = graph if check is None else with_verdicts(graph, check)
    graph = graph if source else _without_lines(graph)
    return Drawing(graph, collapse, backward, theme, direction)


def _check_choice(name: str, given: str, choices: tuple[str, ...]) -> None:
    if given not in choices:
        raise ValueError(f"draw: {name} is {given!r}; it can be {', '.join(map(repr, choices))}")


def _without_lines(model: GraphModel) -> GraphModel:
    operations = (replace(each, place=None) if isinstance(each, Operation) else each for each in model.operations)
    return replace(model, operations=tuple(operations))


def _write_whole(path: Path, content: bytes) -> None:
    """Write to a temporary file beside `path` and move it there, so that no reader sees half of it."""
    temporary = path.with_name(f".{path.stem[:32]}-{uuid.uuid4().hex}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
