"""Slips in a gradient that was derived by hand: which step of the chain rule was left out.

Functions of plain arrays mostly record themselves when they are given Tensors. Then the engine knows the right
gradient, and what becomes of it where the derivation slips at one operation: the gradient under test is compared with
that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np

from autograd import graph
from autograd.gradcheck.exact.watch import place_of
from autograd.gradcheck.report import Diagnosis
from autograd.gradcheck.run import Run
from autograd.gradcheck.subjects.elsewhere import ElsewhereSubject
from autograd.gradcheck.subjects.parameters import variable
from autograd.graph import Node, reachable
from autograd.journal import Journal, entry
from autograd.tensor import Tensor

_MOST = 100  # operations
_LONGEST = 8  # operations whose derivatives are left out together, as those that a sigmoid is written in
_CLOSE = 1e-8  # two ways to compute one gradient
_BARS = 10  # of a numerical one
_FACTORS = (0.0, -1.0, 2.0, 0.5)  # of what comes back through an operation

Arrays = list[np.ndarray]


class Slip(NamedTuple):
    """A step that was left out: at the operation `at`, back to `to`; or a wrong factor there. Both count nodes."""

    at: int
    to: int | None
    factor: float


class Recording:
    """A function recorded at some values of its inputs, oldest operation first."""

    def __init__(
        self, subject: ElsewhereSubject, values: Sequence[np.ndarray], cotangents: Sequence[np.ndarray]
    ) -> None:
        variables = [variable(value.copy()) for value in values]
        subject.random.restore()
        with Journal():
            self._outputs = subject.record(variables)
        self._names = {v._node: name for v, name in zip(variables, subject.names, strict=True)}
        self._leaves = [(v._node, v.data) for v in variables]
        self._seeds: dict[Node, np.ndarray] = {}
        for output, cotangent in zip(self._outputs, cotangents, strict=True):
            if isinstance(output, Tensor) and output._node is not None:
                known = self._seeds.get(output._node)
                self._seeds[output._node] = cotangent if known is None else known + cotangent
        self.nodes = reachable(list(self._seeds))[0][::-1]
        self._numbers = {node: number for number, node in enumerate(self.nodes)}

    @classmethod
    def of(cls, subject: object, values: Sequence[np.ndarray], cotangents: Sequence[np.ndarray]) -> Self | None:
        """Return the recording of a function whose gradient comes from elsewhere, or None if it takes no Tensors."""
        if not isinstance(subject, ElsewhereSubject):
            return None
        try:
            recording = cls(subject, values, cotangents)
            subject.outputs(values)  # what it remembers of the call are plain arrays again
            return recording if recording._seeds else None
        except Exception:  # whatever a function raises that was not written for Tensors
            return None

    def gradient(self) -> Arrays:
        """Return the right gradient."""
        return self._at_leaves([graph.sweep(dict(self._seeds), retain_graph=True)])

    def slips(self) -> Iterator[Slip]:
        """Yield what may have been left out: of one operation first, then of several together, then whole paths."""
        steps = [step for at in range(len(self.nodes)) for step in self._steps(at)]
        yield from (Slip(at, to, 1.0) for _, at, to in sorted(steps))
        for factor in _FACTORS:
            yield from (Slip(at, None, factor) for at, node in enumerate(self.nodes) if node.rule is not None)

    def slipped(self, slip: Slip) -> Arrays:
        """Return the gradient with a slip."""
        node = self.nodes[slip.at]
        beside = graph.sweep(dict(self._seeds), ends=(node,), retain_graph=True)
        g = beside.pop(node, None)
        if g is None:
            return self._at_leaves([beside])
        source = node if slip.to is None else self.nodes[slip.to]
        return self._at_leaves([beside, graph.sweep({source: slip.factor * g}, retain_graph=True)])

    def text(self, slip: Slip) -> str:
        """Return a slip in a sentence."""
        name = self._name(slip.at)
        if slip.to is not None:
            step = "" if slip.to in self._sources(slip.at) else f" with respect to {self._name(slip.to)}"
            return f"The derivative of {name}{step} is missing."
        wrong = {0.0: "is left out", -1.0: "has the wrong sign", 2.0: "counts twice", 0.5: "counts half"}
        return f"What comes back through {name} {wrong[slip.factor]}."

    def reduced(self) -> dict[str, int]:
        """Return how many numbers each reduction runs over, by what to call that."""
        found = {}
        for node in self.nodes:
            source = node.inputs[0] if len(node.inputs) == 1 else None
            sizes = (0, 0) if source is None else (int(np.prod(source.shape)), int(np.prod(node.shape)))
            known = entry(node)
            if known is not None and "axis" in known.arguments and sizes[0] > sizes[1] > 0:
                found[f"the number of elements that {known.primitive.name} runs over"] = sizes[0] // sizes[1]
        return found

    def _steps(self, at: int) -> Iterator[tuple[int, int, int]]:
        """Yield how many operations there are from one back to others of its shape, its number and theirs."""
        to = at
        for length in range(1, _LONGEST + 1):
            sources = self._sources(to)
            rule = self.nodes[to].rule
            if len(sources) != 1 or rule is None or (length > 1 and not rule.is_elementwise):
                return
            (to,) = sources
            if self.nodes[to].shape != self.nodes[at].shape:
                return
            yield length, at, to

    def _sources(self, number: int) -> list[int]:
        return [self._numbers[source] for source in self.nodes[number].inputs if source is not None]

    def _name(self, number: int) -> str:
        node = self.nodes[number]
        known = entry(node)
        name = self._names.get(node) or (node.rule.name if node.rule is not None else "a variable")
        return f"{name}{place_of(known.site)}" if known is not None else name

    def _at_leaves(self, swept: Sequence[dict[Node, np.ndarray]]) -> Arrays:
        return [
            np.asarray(sum((arrived[node] for arrived in swept if node in arrived), np.zeros_like(value)))
            for node, value in self._leaves
        ]


def left_out(run: Run, recording: Recording, positions: Sequence[int]) -> Diagnosis | None:
    """Return what was left out of the gradients at `positions`, if they are wrong by that and by nothing else."""
    if len(recording.nodes) > _MOST or not _is_right(run, recording.gradient(), positions):
        return None
    elsewhere = Recording.of(run.subject, run.second, run.cotangents) if run.second is not None else None
    for slip in recording.slips():
        if not _agree(recording.slipped(slip), run.gradients, positions):
            continue
        if elsewhere is not None and len(elsewhere.nodes) == len(recording.nodes) and run.second is not None:
            gradients = run.evaluator.gradient(run.cotangents, run.second)
            if not _agree(elsewhere.slipped(slip), gradients, positions):
                continue
        return Diagnosis("omitted derivative" if slip.to is not None else "path", recording.text(slip), 1.0)
    return None


def _is_right(run: Run, gradients: Arrays, positions: Sequence[int]) -> bool:
    """Whether gradients agree with the numerical ones."""
    return all(
        abs(float(gradients[i][check.index]) - check.numeric) <= max(_BARS * check.error, _CLOSE * abs(check.numeric))
        for i in positions
        for check in run.checks[i]
        if check.index is not None and check.kind == "smooth" and gradients[i].dtype.kind == "f"
    )


def _agree(a: Arrays, b: Arrays, positions: Sequence[int]) -> bool:
    """Whether arrays are the same to rounding, and not all 0: then there is nothing to compare."""
    return any(np.any(b[i]) for i in positions) and all(
        np.allclose(a[i], b[i], _CLOSE, _CLOSE * float(np.max(np.abs(b[i]), initial=0))) for i in positions
    )
