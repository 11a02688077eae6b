"""The model as lines of text, for terminals."""

from __future__ import annotations

from autograd.drawing.labels import clean
from autograd.drawing.model import Folded, GraphModel, Leaf, Output
from autograd.drawing.notation import count_text, shape_text, write


def to_text(model: GraphModel) -> str:
    """Return a list of the operations in execution order, indented by module, each with what it is computed from."""
    called = {node.name: _called(node, model) for node in (*model.leaves, *model.outputs)}
    called |= {node.name: _called(node, model) for node in model.operations if isinstance(node, Folded)}
    sources: dict[str, list[str]] = {}
    for edge in model.edges:
        source = called.get(edge.source, edge.source)
        sources.setdefault(edge.target, []).append(source)
    rows: list[tuple[str, str, str]] = []
    here: list[int] = []
    for operation in model.operations:
        around = list(model.ancestors(operation.region))[::-1]
        shared = sum(1 for a, b in zip(here, around, strict=False) if a == b) if here != around else len(here)
        for depth, region in enumerate(around[shared:], shared):
            rows.append(("  " * depth + model.regions[region].caption, "", ""))
        here = around
        indent = "  " * len(around)
        origin = f"← {', '.join(sources.get(operation.name, []))}"
        if isinstance(operation, Folded):
            rows.append((indent + called[operation.name], "", origin))
        else:
            formula = "  ".join(part for part in write(operation) if part)
            rows.append((f"{indent}{operation.name}   {formula}", shape_text(operation.output, model.dtype), origin))
    for output in model.outputs:
        value = output.value or shape_text(output.output, model.dtype)
        rows.append((called[output.name], value, f"← {', '.join(sources[output.name])}"))
    counts = f"{count_text(model.total, 'operation')}, {count_text(_count_arrays(model), 'array')}"
    head = f"Computation graph: {counts}" + (f", {model.dtype} unless noted" if model.dtype else "")
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{first:<{widths[0]}}  {second:<{widths[1]}}  {third}".rstrip() for first, second, third in rows]
    return "\n".join([head, *model.notes, *lines])


def _count_arrays(model: GraphModel) -> int:
    folded = sum(node.leaves for node in model.operations if isinstance(node, Folded))
    return folded + sum(node.leaves if isinstance(node, Folded) else 1 for node in model.leaves)


def _called(node: Leaf | Folded | Output, model: GraphModel) -> str:
    if isinstance(node, Folded):
        return node.label if node.module is None else model.regions[node.module].caption
    shape = " × ".join(map(str, node.output.shape))
    label = clean(node.label or node.name)
    return label if isinstance(node, Output) or not shape else f"{label} ({shape})"
