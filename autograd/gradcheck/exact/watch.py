"""Watching one recording and its sweep: which operation wrote to an array that was not its own to write to.

A VJP must leave alone the cotangent that it is given, because others may be given the same array, and what the forward
pass saved, because a graph may be swept again. What it returns must not change afterwards. Each VJP therefore gets
read-only views, and the bytes of everything are compared.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from autograd import graph
from autograd.gradcheck.exact.mutation import FaultError, digest, finding_of, read_only_view
from autograd.gradcheck.report import Finding
from autograd.gradcheck.verdict import Verdict
from autograd.graph import Node, Pullback, Saved
from autograd.observe import Observer, WatchedRule
from autograd.plans import Plan
from autograd.primitive import Primitive
from autograd.sites import Site, Sites
from autograd.tensor import Tensor


class Watch(Observer):
    """Observes a recording, then sweeps it: `sweep` returns what was found."""

    def __init__(self) -> None:
        self.results: list[tuple[str, np.ndarray, bytes]] = []  # of each VJP: what it is, what it returned
        self.findings: list[Finding] = []
        self._sites = Sites()
        self._places: dict[Node, str] = {}
        self._saved: list[tuple[Node, str, Any, bytes]] = []

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = plan(*args, **kwargs)
        node = result._node if isinstance(result, Tensor) else None
        if node is not None and isinstance(operation, Primitive) and node.rule is operation:
            self._places[node] = place_of(self._sites.of(sys._getframe()))
            for name, value in zip(operation.saves, node.saved or (), strict=True):
                self._saved.append((node, name, value, digest(value)))
        return result

    def sweep(self, seeds: dict[Node, Any]) -> list[Finding]:
        """Sweep from `seeds` and return the findings, of which every verdict is WRONG."""
        for node, name, value, known in self._saved:
            if digest(value) != known:
                self.wrong(
                    "mutation",
                    f"what {self.name(node)} saved for its backward pass ('{name}') was written to before that pass; "
                    "write to a copy",
                )
        first = {node: read_only_view(seed) for node, seed in seeds.items()}
        graph.sweep(first, visit=self._watched, retain_graph=True)
        for operation, result, known in self.results:
            if digest(result) != known:
                self.wrong(
                    "aliasing",
                    f"the gradient that the backward pass of {operation} returned was written to afterwards; return a "
                    "new array every time",
                )
        return list(dict.fromkeys(self.findings))

    def _watched(self, node: Node, _: Any) -> tuple[WatchedRule, Saved]:
        pulling = _Pulling(self, self.name(node), node.rule)
        return WatchedRule(node.rule, pulling.pull), node.saved or ()

    def wrong(self, kind: str, text: str) -> None:
        """Note that something is wrong."""
        self.findings.append(Finding(kind, Verdict.WRONG, text))

    def name(self, node: Node) -> str:
        """Return what to call the operation of `node`: its name, and where it was called."""
        return f"{node.rule.name if node.rule is not None else 'a variable'}{self._places.get(node, '')}"


class _Pulling:
    """Calls the pullbacks of one node, and notes what they do to what they are given."""

    def __init__(self, watch: Watch, name: str, rule: Any) -> None:
        self._watch = watch
        self._name = name
        self._saves = rule.saves

    def pull(self, _: int, pullback: Pullback, g: Any, saved: Saved) -> Any:
        """Return what a pullback returns."""
        arrays = dict(zip(self._saves, saved, strict=True))
        before = digest(g), *map(digest, arrays.values())
        try:
            result = pullback(read_only_view(g), tuple(map(_read_only_values, saved)))
        except Exception as error:
            singles = {f"'{name}' of {self._name}": a for name, a in arrays.items() if isinstance(a, np.ndarray)}
            given = {f"the cotangent of {self._name}": g, **singles}
            finding = finding_of(error, {name: a for name, a in given.items() if isinstance(a, np.ndarray)})
            if finding is not None:
                raise FaultError(finding) from error
            raise
        self._compare(before, g, arrays)
        if isinstance(result, np.ndarray):
            self._watch.results.append((self._name, result, digest(result)))
        return result

    def _compare(self, before: tuple[bytes, ...], g: Any, arrays: dict[str, Any]) -> None:
        if digest(g) != before[0]:
            self._watch.wrong("mutation", f"the backward pass of {self._name} writes into the cotangent it is given")
        for (name, value), known in zip(arrays.items(), before[1:], strict=True):
            if digest(value) != known:
                self._watch.wrong("mutation", f"the backward pass of {self._name} writes into '{name}', which it saved")


def _read_only_values(value: Any) -> Any:
    return tuple(map(read_only_view, value)) if isinstance(value, tuple) else read_only_view(value)


def place_of(site: Site) -> str:
    """Return file and line in brackets, to be said after the name of an operation; nothing if they are not known."""
    return f" ({site.place})" if site.place else ""
