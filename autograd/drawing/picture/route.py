"""What a picture of a model shows as one line, and which calls of modules it shows as boxes."""

from __future__ import annotations

from collections import Counter

from autograd.drawing.model import Edge, Folded, GraphModel


def first_inputs(model: GraphModel) -> dict[str, Edge]:
    """Return, for each node, the edge into it that has the longest way behind it; data counts, parameters do not."""
    depth = dict.fromkeys((leaf.name for leaf in model.leaves), 0)
    begins = {leaf.name for leaf in model.leaves if isinstance(leaf, Folded) or leaf.kind != "parameter"}
    incoming: dict[str, list[Edge]] = {}
    for edge in model.edges:
        if depth.get(edge.source) != 0 or edge.source in begins:
            incoming.setdefault(edge.target, []).append(edge)
    first: dict[str, Edge] = {}
    for node in (*model.operations, *model.outputs):
        edges = incoming.get(node.name, [])
        if edges:
            first[node.name] = max(edges, key=lambda edge: depth[edge.source])
        depth[node.name] = 1 + max((depth[edge.source] for edge in edges), default=0)
    return first


def main_path(model: GraphModel, first: dict[str, Edge]) -> set[Edge]:
    """Return the edges of the longest way through the graph to the first output, which is drawn as a straight line.

    Where the computation did not come to its end there is no output, and the way leads to the last operation.
    """
    path: set[Edge] = set()
    ends = model.outputs or model.operations[-1:]
    here = ends[0].name if ends else ""
    while here in first:
        path.add(first[here])
        here = first[here].source
    return path


def drawn_regions(model: GraphModel) -> set[int]:
    """Return the indices of the regions worth a box.

    A box around a single node says nothing, and one around everything, or around the whole model, only adds a frame;
    but one around what repeats says how often.
    """
    nodes: Counter[int] = Counter()
    operations: Counter[int] = Counter()
    for node in (*model.operations, *model.leaves):
        nodes.update(model.ancestors(node.region))
    for operation in model.operations:
        operations.update(model.ancestors(operation.region))
    drawn = {index for index, count in nodes.items() if count > 1 or model.regions[index].repeats > 1}
    frames = set()
    for index in drawn:
        is_everything = operations[index] == len(model.operations) or model.regions[index].label == ""
        if (
            model.regions[index].repeats == 1
            and is_everything
            and any(index in model.ancestors(model.regions[other].parent) for other in drawn)
        ):
            frames.add(index)
    return drawn - frames
