"""The model as lines of text, for terminals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autograd.drawing.model import Folded, GraphModel, Leaf, Mark, Operation, Output
from autograd.drawing.notation import clean, count_text, gradient_text, region_text, shape_text, shortened, sign, write

_LONGEST = 60  # characters of a name, or of what a module says of itself


class _Row(NamedTuple):
    """A line: three columns, and what follows them."""

    node: str
    shape: str = ""
    gradient: str = ""
    rest: str = ""


def to_text(model: GraphModel) -> str:
    """Return a list of the operations in execution order, indented by module, each with what it is computed from.

    Where gradients were asked for, they are said by their rms. A line ends with the marks of its operation and of the
    arrays that it is the first to read.
    """
    counts = f"{count_text(model.total.operations, 'operation')}, {count_text(model.total.arrays, 'array')}"
    head = f"Computation graph: {counts}" + (f", {model.dtype} unless noted" if model.dtype else "")
    return "\n".join([head, *map(clean, model.notes), *_aligned(list(_Rows(model)))])


class _Rows:
    """The lines of a model, one after the other."""

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        folded = (node for node in model.operations if isinstance(node, Folded))
        self.called = {node.name: _called(node, model) for node in (*model.leaves, *model.outputs, *folded)}
        self.unmarked = {leaf.name: leaf for leaf in model.leaves if leaf.marks}
        self.sources: dict[str, list[str]] = {}
        for edge in model.edges:
            self.sources.setdefault(edge.target, []).append(edge.source)

    def __iter__(self) -> Iterator[_Row]:
        here: list[int] = []
        for operation in self.model.operations:
            around = list(self.model.ancestors(operation.region))[::-1]
            if around != here:
                yield from self._opened(here, around)
                here = around
            yield self._operation(operation, "  " * len(around))
        for output in self.model.outputs:
            shown = clean(output.value or "") or shape_text(output.output, self.model.dtype)
            yield _Row(self.called[output.name], shown, rest=self._rest(output.name))
        for leaf in self.unmarked.values():  # what nothing reads
            yield _Row(self.called[leaf.name], rest=_marks_text(leaf.marks))

    def _opened(self, here: list[int], around: list[int]) -> Iterator[_Row]:
        """Yield the titles of the regions `around` that are not open yet."""
        still_open = sum(before == now for before, now in zip(here, around, strict=False))
        for depth, region in enumerate(around[still_open:], still_open):
            yield _Row("  " * depth + _region_called(region, self.model))

    def _operation(self, operation: Operation | Folded, indent: str) -> _Row:
        shape = shape_text(operation.output, self.model.dtype) if operation.output else ""
        gradient = f"∂ {gradient_text(operation.gradient)}" if operation.gradient else ""
        if isinstance(operation, Folded):
            shown = self.called[operation.name]
        else:
            shown = "   ".join([operation.name, "  ".join(clean(part) for part in write(operation) if part)])
        return _Row(indent + shown, shape, gradient, self._rest(operation.name, operation.marks))

    def _rest(self, name: str, marks: tuple[Mark, ...] = ()) -> str:
        """Return what a node is computed from, and the marks to be said beside it."""
        sources = self.sources.get(name, [])
        parts = [f"← {', '.join(self.called.get(source, source) for source in sources)}"] if sources else []
        parts += [_marks_text(marks)] if marks else []
        for source in sources:
            leaf = self.unmarked.pop(source, None)
            parts += [f"{shortened(clean(_name(leaf)), _LONGEST)}: {_marks_text(leaf.marks)}"] if leaf else []
        return "  ".join(parts)


def _aligned(rows: list[_Row]) -> Iterator[str]:
    """Yield the rows with the columns that are not empty below each other."""
    columns = [list(column) for column in zip(*(row[:3] for row in rows), strict=True)]
    widths = [max(map(len, column)) for column in columns]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)]
        yield "  ".join([cells[0], cells[1], *([cells[2]] if widths[2] else []), row.rest]).rstrip()


def _called(node: Leaf | Folded | Output, model: GraphModel) -> str:
    """Return the name of a node, of an array with its shape and the rms of its gradient."""
    if isinstance(node, Folded):
        return clean(node.label) if node.module is None else _region_called(node.module, model)
    name = shortened(clean(_name(node)), _LONGEST)
    if isinstance(node, Output):
        return name
    about = [" × ".join(map(str, node.output.shape))] if node.output.shape else []
    about += [f"∂ {gradient_text(node.gradient)}"] if node.gradient else []
    return f"{name} ({', '.join(about)})" if about else name


def _name(node: Leaf | Folded | Output) -> str:
    return node.label or node.name


def _region_called(region: int, model: GraphModel) -> str:
    return " ".join(shortened(clean(part), _LONGEST) for part in region_text(model.regions[region]) if part)


def _marks_text(marks: tuple[Mark, ...]) -> str:
    return "; ".join(sign((mark,)) + clean(mark.text) for mark in marks)
