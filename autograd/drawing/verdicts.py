"""The verdicts of a gradient check on the nodes that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from autograd.drawing.model import GraphModel, Leaf, Mark, Operation
from autograd.errors import DTypeError, GraphError

_KINDS = {
    "RIGHT": "right",
    "RIGHT-ABS": "right",
    "CANNOT-TELL": "cannot tell",
    "NONSMOOTH": "cannot tell",
    "WRONG": "wrong",
    "NONDETERMINISTIC": "wrong",
}


def with_verdicts(model: GraphModel, report: Any) -> GraphModel:
    """Return `model` with the verdicts of a report of `gradcheck.local` or `gradcheck`.

    The rows of a local report are matched to operations by their order, those of the whole to leaves by their names.

    Raises
    ------
    GraphError
        If the report is about another graph.
    DTypeError
        If it is no report.
    """
    if hasattr(report, "tensors"):
        model = _with_verdicts_of_leaves(model, report)
        report = report.operations
        if report is None:
            return model
    if not hasattr(report, "operations"):
        raise DTypeError(f"draw: check is {type(report).__name__}; give what gradcheck.local or gradcheck returned")
    return replace(model, operations=tuple(_with_verdicts_of_operations(model, report)))


def _with_verdicts_of_operations(model: GraphModel, report: Any) -> Iterator[Any]:
    checked = [row.name for row in report.operations]
    drawn = [operation.primitive for operation in model.operations if isinstance(operation, Operation)]
    if checked != drawn:
        at = next((i for i, (a, b) in enumerate(zip(checked, drawn, strict=False)) if a != b), None)
        differ = "" if at is None else f": operation {at + 1} is {checked[at]} there and {drawn[at]} here"
        raise GraphError(
            f"draw: the report is about a graph of {len(checked)} operations, this one has {len(drawn)}{differ}; "
            "check and draw the same Tensor"
        )
    for operation, row in zip(model.operations, report.operations, strict=True):
        said = f"{row.verdict}: {row.diagnosis.text}" if row.diagnosis is not None else str(row.verdict)
        yield replace(operation, marks=(*operation.marks, Mark(_KINDS[str(row.verdict)], f"gradient check: {said}")))


def _with_verdicts_of_leaves(model: GraphModel, report: Any) -> GraphModel:
    verdicts = {row.name: row.verdict for row in report.tensors}
    leaves = [leaf for leaf in model.leaves if isinstance(leaf, Leaf)]
    if not any(leaf.label in verdicts for leaf in leaves):
        raise GraphError(
            f"draw: the report is about {', '.join(verdicts)}, and no array of this graph is called that; name them: "
            "draw(..., names={...})"
        )
    marked = []
    for leaf in leaves:
        verdict = None if leaf.label is None else verdicts.get(leaf.label)
        mark = () if verdict is None else (Mark(_KINDS[str(verdict)], f"gradient check: {verdict}"),)
        marked.append(replace(leaf, marks=(*leaf.marks, *mark)))
    return replace(model, leaves=tuple(marked))
