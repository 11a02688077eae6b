"""`fold`: in which order a graph is made smaller until people find their way in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from autograd.drawing.fold.contract import REPEATED, contract_repeats
from autograd.drawing.fold.group import collapse_calls, elide_middle, join_rest
from autograd.drawing.fold.merge import merge
from autograd.drawing.fold.plan import NOWHERE, IntArray, Plan
from autograd.drawing.fold.selection import Collapse, select
from autograd.drawing.model import GraphModel, Operation, Region
from autograd.drawing.notation import count_text
from autograd.errors import GraphError

LIMIT = 150  # visible nodes; people do not find their way among more
ENDS = 8  # operations before and after those left out
FEW = 60  # nodes that are drawn one by one, whether they repeat or not
LARGEST = 24  # nodes of a repetition that is shown from inside
_SMALLEST_LIMIT = 8  # nodes: fewer cannot show both ends of anything
_NOTES = 3  # sentences about repetitions
_SHOWN = "shown one by one, the others folded"


def fold(model: GraphModel, collapse: Collapse = "auto", limit: int = LIMIT) -> GraphModel:
    """Return `model` with parts of it drawn as single nodes, and notes that say which.

    Parameters
    ----------
    model : GraphModel
        The whole graph.
    collapse : optional
        What to fold. Whatever is asked for, more is folded if the result has more than `limit` nodes.

        - "auto": nothing if there are few nodes, up to 60. Otherwise repetitions are drawn once; if more than `limit`
          nodes are left, calls of modules become single nodes, innermost first, and then the middle of the graph does.
        - "repeats": draw repetitions once in any case.
        - an int: module calls inside that many others become single nodes; 0 means the outermost.
        - a str or class, or several: calls of modules of that dotted name, kind or class become single nodes. Names
          are patterns: ``"layers.*"``.
        - a function of a `Region` that says whether it is to be a single node.
        - None: fold nothing at all, however large the graph is.
    limit : int, optional
        The largest number of nodes, at least 8.

    Returns
    -------
    GraphModel

    Raises
    ------
    GraphError
        If `collapse` is none of these, or names no module of the graph.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> from autograd.drawing import draw
    >>> x = Tensor(0.5, requires_grad=True)
    >>> for _ in range(1000):
    ...     x = np.tanh(x)
    >>> small = fold(draw(x).model)
    >>> small.size, small.regions[0].repeats, small.notes
    (3, 1000, ('1,000 × tanh drawn once',))
    """
    if limit < _SMALLEST_LIMIT:
        raise GraphError(f"draw: a limit of {count_text(limit, 'node')} is too small; give at least {_SMALLEST_LIMIT}")
    if collapse is None or (collapse == "auto" and model.size <= min(limit, FEW)):
        return model
    asked: frozenset[str] = frozenset()
    if collapse not in ("auto", "repeats"):
        asked = select(model, collapse)
        plan = Plan(model)
        _collapse_named(plan, asked)
        if plan.size <= limit:
            return _finish(plan, "as asked") if asked else model
    plan = Plan(model)
    contract_repeats(plan, apart=asked)
    _collapse_named(plan, asked)
    _collapse_large_repetitions(plan)
    reason = "as asked" if asked else ""
    if plan.size > limit:
        _fit(plan, limit)
        reason = "as asked and to fit" if asked else "to fit"
    return _finish(plan, reason) if plan.size < model.size else model


def _collapse_named(plan: Plan, names: Collection[str]) -> None:
    collapse_calls(plan, {number for number, region in enumerate(plan.regions) if region.name in names})


def _collapse_large_repetitions(plan: Plan) -> None:
    """Draw as one node what repeats and is too large to be shown from inside, innermost first."""
    inside = [0] * len(plan.regions)
    for number in (*plan.drawn_operations().tolist(), *plan.drawn_leaves().tolist()):
        if plan.region[number] >= 0:
            inside[plan.region[number]] += 1
    large = set()
    for region, parent in reversed(list(enumerate(plan.parents))):
        if plan.regions[region].repeats > 1 and inside[region] > LARGEST:
            large.add(region)
            inside[region] = 1
        if parent >= 0:
            inside[parent] += inside[region]
    collapse_calls(plan, large)


def _fit(plan: Plan, limit: int) -> None:
    """Collapse calls, then leave out the middle, then join outputs and leaves, until `limit` nodes are left."""
    _collapse_levels(plan, limit)
    ends, shown_outputs = min(ENDS, limit // 4), min(ENDS, limit // 8)
    if plan.size > limit and len(plan.drawn_operations()) > 2 * ends + 1:
        elide_middle(plan, ends)
    outputs = plan.drawn()
    outputs = outputs[outputs >= len(plan.region)]
    if plan.size > limit and len(outputs) > shown_outputs + 1:
        join_rest(plan, outputs[shown_outputs:])
    leaves = plan.drawn_leaves()
    if plan.size > limit:
        join_rest(plan, leaves[len(leaves) - (plan.size - limit) - 1 :])


def _collapse_levels(plan: Plan, limit: int) -> None:
    """Collapse calls, level by level from the innermost; a single call around all of them stays open."""
    depths = _depths(plan)
    inside = plan.region[plan.drawn_operations()]
    operations = np.bincount(depths[inside] + 1)
    calls = np.bincount(depths[_open_regions(plan, inside)])
    outermost = 1 if len(calls) > 1 and calls[0] == 1 else 0
    for depth in range(len(calls) - 1, outermost - 1, -1):
        if depth > outermost and calls[depth] + operations[: depth + 1].sum() > limit:
            continue  # too many, whatever becomes of the leaves
        collapse_calls(plan, set(np.flatnonzero(depths == depth).tolist()))
        if plan.size <= limit:
            break


def _depths(plan: Plan) -> IntArray:
    """Return how many regions are around each region, and at last `NOWHERE` for no region."""
    depths = [NOWHERE] * (len(plan.regions) + 1)
    for region, parent in enumerate(plan.parents):
        depths[region] = depths[parent] + 1
    return np.array(depths, np.int64)


def _open_regions(plan: Plan, inside: IntArray) -> IntArray:
    """Return the regions around the operations in the regions `inside`."""
    is_open = np.zeros(len(plan.regions) + 1, bool)
    is_open[inside] = True
    for region, parent in reversed(list(enumerate(plan.parents))):
        is_open[parent] |= is_open[region]
    return np.flatnonzero(is_open[:-1])


def _finish(plan: Plan, reason: str) -> GraphModel:
    """Return the smaller model, with notes on what is drawn once and, if a `reason` is given, how much is left out."""
    model = merge(plan)
    notes = [note for note in model.notes if _SHOWN not in note]
    repeated = list(dict.fromkeys(_repetition_note(plan, r) for r in model.regions if r.name in plan.first))
    notes += repeated[:_NOTES]
    if len(repeated) > _NOTES:
        notes.append(f"{count_text(len(repeated) - _NOTES, 'more repetition')} drawn once")
    if reason:
        shown = sum(isinstance(operation, Operation) for operation in model.operations)
        notes.append(f"{shown:,} of {count_text(model.total.operations, 'operation')} {_SHOWN} {reason}")
    return replace(model, notes=tuple(notes))


def _repetition_note(plan: Plan, region: Region) -> str:
    begin, end = plan.first[region.name]
    first = plan.nodes[begin]
    if region.kind != REPEATED:
        what = region.title
    elif isinstance(first, Operation) and end - begin == 1:
        what = first.primitive
    else:
        what = count_text(end - begin, "operation")
    return f"{region.repeats:,} × {what} drawn once"
