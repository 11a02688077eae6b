"""`draw` and what it returns."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograd.drawing.dot import to_dot
from autograd.drawing.fold import LIMIT, fold
from autograd.drawing.model import GraphModel
from autograd.drawing.render import LayoutTimeoutError, render
from autograd.drawing.text import to_text
from autograd.drawing.walk import walk
from autograd.errors import GraphError
from autograd.tensor import Tensor

FORMATS = ("svg", "png", "pdf", "dot", "txt", "json")


@dataclass(frozen=True, repr=False)
class Drawing:
    """A drawn computation graph: shows itself in a notebook, prints as text, saves as a file.

    Pictures and text are folded where the graph has more than about 150 nodes, and say so. `model` and the JSON file
    have all of it. A drawing keeps no array and no part of the graph alive.

    Attributes
    ----------
    model : GraphModel
        Operations, leaves, outputs, edges and regions as plain values.

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

    @cached_property
    def source(self) -> str:
        """The picture as DOT text, the same from run to run."""
        return to_dot(self._folded)

    @cached_property
    def _folded(self) -> GraphModel:
        return fold(self.model)

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
            Ends with ``.svg``, ``.png``, ``.pdf``, ``.dot``, ``.txt`` or ``.json``. The file is replaced as a whole or,
            on an error, not at all.

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
        return self._render(kind)

    def _render(self, kind: str) -> bytes:
        try:
            return render(self.source, kind)
        except LayoutTimeoutError:
            return render(to_dot(fold(self.model, LIMIT // 4)), kind)

    def __str__(self) -> str:
        return to_text(self._folded)

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


def draw(output: Tensor | Sequence[Tensor], model: Any = None, *, names: Mapping[str, Any] | None = None) -> Drawing:
    """Draw the graph of operations that computed `output`.

    Parameters
    ----------
    output : Tensor or sequence of Tensor
        What was computed, for example a loss. Its graph may have been freed by ``backward()``: then constants, which
        only the saved arrays knew of, are missing.
    model : optional
        A module whose ``named_parameters()`` and ``named_modules()`` say what things are called. By default the
        modules that were called say so, as far as they are still alive.
    names : mapping of str to Tensor or ndarray, optional
        What to call variables, constants and intermediate results.

    Returns
    -------
    Drawing
        With `source`, `svg` and `save`; shows itself in a notebook and prints as text.

    Raises
    ------
    GraphError
        If there is nothing to draw: no operation was recorded.

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
    outputs = tuple(output) if isinstance(output, list | tuple) else (output,)
    if not outputs:
        raise GraphError("draw: the sequence of outputs is empty; give at least one Tensor")
    for tensor in outputs:
        _check(tensor)
    return Drawing(walk(outputs, model, names or {}).model)


def _check(tensor: Any) -> None:
    if not isinstance(tensor, Tensor):
        hint = "; an ndarray does not know how it was computed" if isinstance(tensor, np.ndarray | np.generic) else ""
        raise GraphError(f"draw: expected a Tensor or a list of Tensors, got {type(tensor).__name__}{hint}")
    if tensor._node is None:
        raise GraphError(
            f"draw: this Tensor (shape {tensor.shape}, {tensor.dtype}) has no graph: it is a constant, was detached, "
            "was computed under no_grad(), or from nothing that requires a gradient; give an input requires_grad=True"
        )


def _write_whole(path: Path, content: bytes) -> None:
    """Write to a temporary file beside `path` and move it there, so that no reader sees half of it."""
    temporary = path.with_name(f".{path.stem[:32]}-{uuid.uuid4().hex}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
