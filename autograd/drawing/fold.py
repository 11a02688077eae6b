"""Making a large graph small enough to look at, and saying what was left out.

First the calls of modules become single nodes, the innermost first, until at most `LIMIT` nodes are left. If they are
too many still, or there are no modules, only the first and the last `ENDS` operations stay and one node stands for
those between. What is merged is one call of a module or an interval of the execution order, so no cycle can arise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autograd.drawing.model import Edge, Folded, GraphModel, Leaf, Operation, Output
from autograd.drawing.notation import count_text

LIMIT = 150  # visible nodes; people do not find their way among more
ENDS = 8

Groups = dict[str, str]  # name of a node -> name of the folded node that stands for it


def fold(model: GraphModel, limit: int = LIMIT) -> GraphModel:
    """Return `model` itself if it has at most `limit` nodes, else a smaller one with a note on what it leaves out."""
    if model.size <= limit:
        return model
    small = _collapse_modules(model, limit)
    ends = max(1, min(ENDS, limit // 4))
    if small.size > limit and len(small.operations) > 2 * ends + 1:
        small = _elide_middle(small, ends)
    if small.size > limit and len(small.leaves) > limit // 2:
        small = _merge_leaves(small, limit // 2)
    if small.size > limit and len(small.outputs) > ends:
        small = _merge_outputs(small, ends)
    shown = sum(isinstance(operation, Operation) for operation in small.operations)
    note = f"{shown:,} of {count_text(model.total, 'operation')} shown one by one, the others folded to fit"
    return replace(small, notes=(note,))


def _collapse_modules(model: GraphModel, limit: int) -> GraphModel:
    """Collapse calls of modules, level by level from the innermost; a single call around all of them stays open."""
    depths = [sum(1 for _ in model.ancestors(index)) for index in range(len(model.regions))]
    last = 2 if depths.count(1) == 1 and len(depths) > 1 else 1
    small = model
    for depth in range(max(depths, default=0), last - 1, -1):
        small = _collapse(model, {index for index, d in enumerate(depths) if d == depth})
        if small.size <= limit:
            break
    return small


def _collapse(model: GraphModel, regions: set[int]) -> GraphModel:
    """Make each call in `regions` one node."""
    around = [
        next((ancestor for ancestor in model.ancestors(index) if ancestor in regions), None)
        for index in range(len(model.regions))
    ]
    groups = {
        operation.name: model.regions[inside].name
        for operation in model.operations
        if operation.region is not None and (inside := around[operation.region]) is not None
    }
    only = _only_consumers(model, groups)
    leaves: list[Leaf | Folded] = []
    for leaf in model.leaves:
        inside = None if leaf.region is None else around[leaf.region]
        if inside is not None and only.get(leaf.name) == model.regions[inside].name:
            groups[leaf.name] = model.regions[inside].name
        elif inside is not None:  # shared with what is outside
            leaf = replace(leaf, region=model.regions[inside].parent)
        leaves.append(leaf)
    folded = []
    for index in sorted(regions):
        region = model.regions[index]
        folded.append(Folded(region.name, region.title, 0, 0, region.parent, index))
    return _merge(replace(model, leaves=tuple(leaves)), groups, folded)


def _elide_middle(model: GraphModel, ends: int) -> GraphModel:
    """Make all but the first and last operations one node, together with the arrays that only they consume."""
    middle = model.operations[ends:-ends]
    groups = dict.fromkeys((operation.name for operation in middle), "middle")
    only = _only_consumers(model, groups)
    groups.update((leaf.name, "middle") for leaf in model.leaves if only.get(leaf.name) == "middle")
    common = list(model.ancestors(middle[0].region))
    for operation in middle:
        if common and operation.region != common[0]:
            around = set(model.ancestors(operation.region))
            common = [region for region in common if region in around]
    return _merge(model, groups, [Folded("middle", "", 0, 0, common[0] if common else None)])


def _merge_leaves(model: GraphModel, keep: int) -> GraphModel:
    groups = dict.fromkeys((leaf.name for leaf in model.leaves[keep:]), "arrays")
    return _merge(model, groups, [Folded("arrays", "", 0, 0, None)])


def _merge_outputs(model: GraphModel, keep: int) -> GraphModel:
    hidden = model.outputs[keep:]
    rest = Output("outputs", f"… {count_text(len(hidden), 'more output')}", None, hidden[0].output)
    edges = _redirect(model.edges, {output.name: "outputs" for output in hidden})
    return replace(model, outputs=(*model.outputs[:keep], rest), edges=edges)


def _only_consumers(model: GraphModel, groups: Groups) -> dict[str, str | None]:
    """Return, for each node, the one node that consumes it after merging, or None if several do."""
    only: dict[str, str | None] = {}
    for edge in model.edges:
        target = groups.get(edge.target, edge.target)
        if only.setdefault(edge.source, target) != target:
            only[edge.source] = None
    return only


def _merge(model: GraphModel, groups: Groups, folded: Iterable[Folded]) -> GraphModel:
    """Replace the nodes named in `groups` by the folded nodes, each at the place of its first member."""
    counts = {node.name: [0, 0] for node in folded}
    for node in (*model.operations, *model.leaves):
        if node.name in groups:
            count = counts[groups[node.name]]
            if isinstance(node, Folded):
                count[0] += node.operations
                count[1] += node.leaves
            else:
                count[isinstance(node, Leaf)] += 1
    ready = {}
    for node in folded:
        operations, leaves = counts[node.name]
        what = count_text(operations, "operation") if operations else count_text(leaves, "array")
        ready[node.name] = replace(node, label=node.label or f"… {what} …", operations=operations, leaves=leaves)
    seen: set[str] = set()
    operation_list: list[Operation | Folded] = []
    for operation in model.operations:
        name = groups.get(operation.name)
        if name is None:
            operation_list.append(operation)
        elif name not in seen:
            seen.add(name)
            operation_list.append(ready[name])
    leaf_list: list[Leaf | Folded] = [leaf for leaf in model.leaves if leaf.name not in groups]
    leaf_list.extend(node for node in ready.values() if not node.operations and node.leaves)
    return replace(
        model, operations=tuple(operation_list), leaves=tuple(leaf_list), edges=_redirect(model.edges, groups)
    )


def _redirect(edges: Iterable[Edge], groups: Groups) -> tuple[Edge, ...]:
    """Let `edges` end at folded nodes; drop those inside one, and keep one of those that became parallel."""
    kept: dict[tuple[object, ...], Edge] = {}
    for edge in edges:
        source, target = groups.get(edge.source, edge.source), groups.get(edge.target, edge.target)
        if source == edge.source and target == edge.target:
            kept[source, target, edge.position, edge.argument] = edge
        elif source != target:
            merged = Edge(source, target, edge.array, None, None, edge.has_gradient)
            kept.setdefault((source, target, edge.array), merged)
    return tuple(kept.values())
