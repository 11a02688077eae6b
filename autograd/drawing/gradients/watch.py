"""A reverse sweep that looks at every gradient on its way, and keeps numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from autograd.drawing.gradients.nonfinite import BackwardOrigins
from autograd.drawing.gradients.statistics import statistics
from autograd.drawing.model import Statistics
from autograd.errors import GraphError
from autograd.graph import Node, Pullback, Saved, conform, sweep
from autograd.observe import WatchedRule
from autograd.tensor import plain


class Watch:
    """What a reverse sweep brings to each node.

    Parameters
    ----------
    names : mapping of Node to str
        What the model calls the nodes.

    Attributes
    ----------
    contributions : dict
        By the name of an operation and the position of a differentiable argument: what its VJP returned.
    gradients : dict
        By name: the sum of what arrived.
    failures : dict
        By the name of an operation: the error that one of its VJPs raised. What it was computed from has no gradient.
    origins : BackwardOrigins
        Where the first NaN and the first infinity arose.
    """

    def __init__(self, names: Mapping[Node, str]) -> None:
        self.contributions: dict[tuple[str, int], Statistics] = {}
        self.gradients: dict[str, Statistics] = {}
        self.failures: dict[str, str] = {}
        self.origins = BackwardOrigins()
        self._names = names
        self._arrived: dict[Node, Statistics] = {}  # all contributions so far
        self._lost: set[Node] = set()  # whose gradient would need one that no VJP returned

    def run(self, seeds: Mapping[Node, Any]) -> None:
        """Sweep from the nodes of `seeds`; neither the graph nor any ``.grad`` changes."""
        self._arrived = {node: statistics(seed) for node, seed in seeds.items()}
        try:
            arrived = sweep(dict(seeds), visit=self._visit, retain_graph=True)
        except GraphError as error:  # a VJP's own errors are caught where it is called
            raise GraphError(f"draw: the gradients cannot be computed: {error}") from error
        for node, g in arrived.items():
            self._arrive(node, g)

    def _visit(self, node: Node, g: Any) -> tuple[Any, Saved]:
        found = self._arrive(node, g)
        look = partial(self._nothing, node) if found is None else partial(self._contribute, node, found)
        return WatchedRule(node.rule, look), node.saved or ()

    def _arrive(self, node: Node, g: Any) -> Statistics | None:
        """Return the statistics of all that arrived at `node`, None if something is missing."""
        parts = self._arrived.pop(node, None)
        if node in self._lost:
            return None
        found = parts if parts is not None and parts.arrays == 1 else statistics(g)
        name = self._names[node]
        self.gradients[name] = found
        if parts is not None and not found.is_finite:
            self.origins.look_at_sum(name, found, parts)
        return found

    def _contribute(
        self, node: Node, found: Statistics, position: int, pullback: Pullback, g: Any, saved: Saved
    ) -> Any:
        """Return what one VJP contributes to the gradient of its input, having looked at it."""
        rule: Any = node.rule
        source: Any = node.inputs[position]
        name = self._names[node]
        try:
            returned = pullback(g, saved)
            contribution = conform(returned, source, node, rule)
            part = found if contribution is g else statistics(contribution)
            if not part.is_finite:
                self.origins.look_at_vjp(name, node, part, np.asarray(plain(returned)), g)
        except Exception as error:  # whatever a VJP raises is something to draw
            self.failures.setdefault(name, f"{type(error).__name__}: {error}")
            return self._nothing(node, position)
        self.contributions[name, position] = part
        known = self._arrived.get(source)
        self._arrived[source] = part if known is None else Statistics.pooled((known, part))
        return contribution

    def _nothing(self, node: Node, position: int, *_: Any) -> Any:
        """Return zeros in the place of a gradient that is not known, for the sweep to go on."""
        source: Any = node.inputs[position]
        self._lost.add(source)
        return np.zeros(source.shape, source.dtype)
