"""The edges of a smaller model: those that became parallel are one, and what is known of them is pooled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from autograd.drawing.fold.plan import IntArray, Plan
from autograd.drawing.model import Array, Edge, Statistics


def merge_edges(plan: Plan, names: Mapping[int, str]) -> tuple[Edge, ...]:
    """Return the edges between the nodes that are drawn, which are called `names`."""
    source, target = plan.home[plan.source], plan.home[plan.target]
    kept = np.flatnonzero(~plan.is_hidden & (source != target))
    source, target = source[kept], target[kept]
    is_joined = _are_joined(plan, source, target, plan.source[plan.slot[kept]])
    slot = plan.slot[kept]
    slot[is_joined] = _arrays(plan, kept[is_joined])
    edges = plan.model.edges
    return tuple(
        _merge_parallel(
            [edges[number] for number in kept[group].tolist()],
            names[int(source[group[0]])],
            names[int(target[group[0]])],
            has_position=not is_joined[group[0]],
        )
        for group in _groups(source, target, slot)
    )


def pooled(parts: Sequence[Statistics | None]) -> Statistics | None:
    """Return the statistics of all `parts` that are known, together."""
    known = [part for part in parts if part is not None]
    return Statistics.pooled(known) if len(known) > 1 else known[0] if known else None


def _are_joined(plan: Plan, source: IntArray, target: IntArray, origin: IntArray) -> npt.NDArray[np.bool_]:
    """Return which edges are drawn as one whatever argument they bring.

    They are those into a folded node, and those that bring several arrays, made at `origin`, from one drawn node.
    """
    is_folded = np.zeros(len(plan.nodes), bool)
    is_folded[list(plan.folded)] = True
    pairs = np.unique(source * len(plan.nodes) + target, return_inverse=True)[1]
    least, most = np.full(len(pairs), len(plan.nodes)), np.full(len(pairs), -1)
    np.minimum.at(least, pairs, origin)
    np.maximum.at(most, pairs, origin)
    return is_folded[target] | (least < most)[pairs]


def _arrays(plan: Plan, edges: IntArray) -> IntArray:
    """Return a negative integer for the shape and dtype that flows along each edge."""
    known: dict[Array, int] = {}
    shapes = (plan.model.edges[number].array for number in edges.tolist())
    return np.array([known.setdefault(array, -1 - len(known)) for array in shapes], np.int64)


def _groups(*keys: IntArray) -> Iterator[IntArray]:
    """Yield the indices at which all `keys` are the same, in the order of the first of them."""
    size = len(keys[0])
    order = np.lexsort(keys)
    differs = np.zeros(size, bool)
    for key in keys:
        differs[1:] |= key[order][1:] != key[order][:-1]
    bounds = np.concatenate(([0], np.flatnonzero(differs), [size]))
    for index in np.argsort(order[bounds[:-1]]) if size else ():
        yield order[bounds[index] : bounds[index + 1]]


def _merge_parallel(edges: Sequence[Edge], source: str, target: str, *, has_position: bool) -> Edge:
    first = edges[0]
    shares = {edge.share for edge in edges}
    return replace(
        first,
        source=source,
        target=target,
        position=first.position if has_position else None,
        argument=first.argument if has_position else None,
        has_gradient=any(edge.has_gradient for edge in edges),
        gradient=pooled([edge.gradient for edge in edges]),
        share=first.share if len(shares) == 1 else None,
        count=sum(edge.count for edge in edges),
    )
