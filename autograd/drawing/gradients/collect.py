"""Statistics of values and gradients, on the nodes and edges of a model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.drawing.gradients.dead import unreached_parameters
from autograd.drawing.gradients.health import examined
from autograd.drawing.gradients.statistics import statistics
from autograd.drawing.gradients.values import known_values
from autograd.drawing.gradients.watch import Watch
from autograd.drawing.model import Edge, GraphModel
from autograd.drawing.reading import Walked
from autograd.drawing.reading.collection import collection_paused
from autograd.errors import DTypeError, GraphError
from autograd.tensor import Tensor


def with_gradients(outputs: Sequence[Tensor], walked: Walked) -> GraphModel:
    """Return the model of a graph with what a backward pass through it brings, and what is wrong with that.

    The pass is the engine's own, watched. It changes no ``.grad``, and leaves the graph as it was.

    Parameters
    ----------
    outputs : sequence of Tensor
        The Tensors whose graph was walked. The gradient is that of the sum of all their elements.
    walked : Walked

    Returns
    -------
    GraphModel
        Edges have the statistics of what their target contributed to the gradient of their source, nodes those of
        the whole gradient and of their values as far as they are known; marks and notes say where a NaN arose, which
        VJP raised, and why parts have no gradient. Parameters that no path leads to are among the leaves.

    Raises
    ------
    GraphError
        If the graph was freed, or an array that it needs was written to.
    DTypeError
        If an output is complex.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> from autograd.drawing.reading import walk
    >>> x = Tensor([3.0, 4.0], requires_grad=True)
    >>> y = np.sum(x * x)
    >>> model = with_gradients([y], walk([y], None, {}))
    >>> for edge in model.edges:
    ...     print(edge.source, "→", edge.target, edge.gradient.norm, edge.share)
    x_1 → multiply_1 5.0 0.5
    x_1 → multiply_1 5.0 0.5
    multiply_1 → sum_1 1.4142135623730951 1.0
    sum_1 → output_1 1.0 1.0
    """
    outputs = [tensor for tensor in outputs if tensor._node is not None]
    _refuse_freed(walked)
    seeds = {output.name: _seed(tensor) for output, tensor in zip(walked.model.outputs, outputs, strict=True)}
    unreached = dict(unreached_parameters(walked.model, walked.known, walked.names))
    watch = Watch(walked.names)
    with collection_paused(), np.errstate(all="ignore"):
        watch.run(_summed(outputs, seeds.values()))
        watch.contributions |= {(name, 0): statistics(seed) for name, seed in seeds.items()}
        values = known_values(outputs, walked)
        values |= {leaf.name: walked.known.values[node] for node, leaf in unreached.items()}
        model = replace(
            walked.model,
            operations=tuple(_with_statistics(each, watch, values) for each in walked.model.operations),
            leaves=tuple(_with_statistics(each, watch, values) for each in (*walked.model.leaves, *unreached.values())),
            edges=tuple(_edges(walked.model.edges, watch)),
            notes=(*walked.model.notes, *_notes(walked.model)),
            total=replace(walked.model.total, arrays=walked.model.total.arrays + len(unreached)),
        )
        return examined(model, walked, watch, values, tuple(unreached.values()))


def _refuse_freed(walked: Walked) -> None:
    for node in walked.names:
        if node.rule is not None and node.saved is None:
            raise GraphError(
                f"draw: the graph was freed by backward(), and with it what {node.rule.name} saved for its gradient; "
                "draw before backward(), or pass retain_graph=True to it"
            )


def _seed(output: Tensor) -> Any:
    dtype = output.dtype
    if dtype.kind == "c":
        raise DTypeError(
            f"draw: the output is complex ({dtype}) and has no gradient to draw; a loss is real: take np.real or np.abs"
        )
    return np.ones(output.shape, dtype) if output.shape else dtype.type(1)


def _summed(outputs: Iterable[Tensor], seeds: Iterable[Any]) -> dict[Any, Any]:
    """Return the seed of each node; an output that is given twice counts twice."""
    summed: dict[Any, Any] = {}
    for output, seed in zip(outputs, seeds, strict=True):
        node = output._node
        summed[node] = summed[node] + seed if node in summed else seed
    return summed


def _notes(model: GraphModel) -> list[str]:
    """Return what is drawn where it is not the gradient of one scalar."""
    sizes = [math.prod(each.output.shape) for each in model.outputs]
    if len(sizes) > 1:
        elements = "" if set(sizes) == {1} else ", over all their elements"
        return [f"the gradients are those of the sum of {len(sizes)} outputs{elements}"]
    return [f"the gradients are those of the sum of the {size:,} elements of the output" for size in sizes if size != 1]


def _with_statistics(node: Any, watch: Watch, values: Mapping[str, np.ndarray]) -> Any:
    value = values.get(node.name)
    gradient = watch.gradients.get(node.name)
    if value is None and gradient is None:
        return node
    return replace(node, value=None if value is None else statistics(value), gradient=gradient)


def _edges(edges: Sequence[Edge], watch: Watch) -> Iterator[Edge]:
    """Yield the edges with what each contributes, and its share where all contributions to an array are known."""
    found = [
        watch.contributions.get((edge.target, edge.position or 0)) if edge.has_gradient else None for edge in edges
    ]
    largest: dict[str, float] = {}
    totals: dict[str, float] = {}  # of norms relative to the largest, so that they cannot overflow
    for edge, part in zip(edges, found, strict=True):
        if part is not None:
            largest[edge.source] = max(part.norm, largest.get(edge.source, 0.0))
    for edge, part in zip(edges, found, strict=True):
        if part is not None and largest[edge.source]:
            totals[edge.source] = totals.get(edge.source, 0.0) + part.norm / largest[edge.source]
    for edge, part in zip(edges, found, strict=True):
        if part is None:
            yield edge
            continue
        is_whole = edge.source in watch.gradients and edge.source in totals
        share = part.norm / largest[edge.source] / totals[edge.source] if is_whole else None
        yield replace(edge, gradient=part, share=share)
