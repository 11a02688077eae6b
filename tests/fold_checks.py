"""What holds for every folded graph."""

from autograd.drawing.model import Folded


def assert_consistent(model):
    """Every edge joins two nodes, forwards; regions are nested; every operation is counted as often as it repeats."""
    position = {node.name: i for i, node in enumerate((*model.leaves, *model.operations, *model.outputs))}
    assert len(position) == model.size
    assert all(position[edge.source] < position[edge.target] for edge in model.edges)
    assert all(region.parent is None or region.parent < i for i, region in enumerate(model.regions))
    assert count_operations(model) == model.total.operations


def count_operations(model):
    total = 0
    for node in model.operations:
        times = node.operations if isinstance(node, Folded) else 1
        for region in model.ancestors(node.region):
            times *= model.regions[region].repeats
        total += times
    return total


def repeated(model):
    """Return (kind, times, shares) of the regions that repeat."""
    return [(region.kind, region.repeats, region.shares) for region in model.regions if region.repeats > 1]
