"""What a gradient check found, for people and for machines."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from autograd.gradcheck.numeric import Step
from autograd.gradcheck.report import html, text
from autograd.gradcheck.verdict import Verdict, worst


@dataclass(frozen=True)
class Check:
    """One comparison: of a single entry, or along a direction through a whole array, or through several.

    `index` is the entry's, None for a direction. `analytic` is the derivative that is checked, `numeric` the numerical
    one and `error` its error bar. `steps` are those the numerical derivative was made of, and `kind` is what the
    function is along this line, as `autograd.gradcheck.numeric.Derivative` says it. Two derivatives that differ by up
    to `absolute` are equal.
    """

    index: tuple[int, ...] | None
    analytic: float
    numeric: float
    error: float
    verdict: Verdict
    reason: str = ""
    steps: tuple[Step, ...] = ()
    kind: str = "smooth"
    absolute: float = 0.0

    @property
    def mismatch(self) -> float:
        """How far the two derivatives are apart, relative to the larger (0 where both are 0, infinite for NaN)."""
        if not (math.isfinite(self.analytic) and math.isfinite(self.numeric)):
            return math.inf
        size = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / size if size else 0.0


@dataclass(frozen=True)
class Finding:
    """Something that was found without numerical derivatives.

    `kind` is one of "input", "determinism", "mutation", "aliasing", "accumulation", "stale", "algebra", "second order",
    "precision" and "note".
    """

    kind: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Diagnosis:
    """Which mistake a wrong gradient looks like.

    `mistake` is its short name, such as "factor" or "transposed"; `text` says it in a sentence; `explained` is how much
    of the mismatch it removes, from 0.99 to 1.
    """

    mistake: str
    text: str
    explained: float


@dataclass(frozen=True)
class TensorReport:
    """What was found for one array: its checks, and the verdict that the most severe of them gives."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        return worst([check.verdict for check in self.checks])

    @property
    def worst(self) -> Check | None:
        """The most severe check; among equals an entry before a direction, then the largest mismatch."""
        ranked = [c for c in self.checks if c.verdict == self.verdict]
        return max(ranked, key=lambda c: (c.index is not None, c.mismatch), default=None)


@dataclass(frozen=True)
class OperationReport:
    """What was found for one operation of a graph: its name, where it was called, and a report on each argument.

    `place` is file and line, such as ``loss.py:41``, and `source` the text of that line; both empty if unknown.
    """

    name: str
    place: str
    source: str
    tensors: tuple[TensorReport, ...]
    findings: tuple[Finding, ...] = ()
    diagnosis: Diagnosis | None = None

    @property
    def verdict(self) -> Verdict:
        return worst([*(t.verdict for t in self.tensors), *(f.verdict for f in self.findings)])


@dataclass(frozen=True)
class LocalReport:
    """What `gradcheck.local` found: a report on each operation, in the order in which they were applied."""

    operations: tuple[OperationReport, ...]
    evaluations: int
    seed: int

    def __bool__(self) -> bool:
        return self.verdict not in (Verdict.WRONG, Verdict.NONDETERMINISTIC)

    @property
    def verdict(self) -> Verdict:
        """The most severe verdict of all operations."""
        return worst([operation.verdict for operation in self.operations])

    @property
    def broken(self) -> tuple[OperationReport, ...]:
        """The operations whose VJP is wrong."""
        return tuple(operation for operation in self.operations if operation.verdict is Verdict.WRONG)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, strings and numbers."""
        return _as_dict(self)

    def __str__(self) -> str:
        return text.local_report(self.to_dict())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html.local_report(self.to_dict())


@dataclass(frozen=True)
class Power:
    """What a check along random directions would have noticed: an error of the Jacobian of a norm of at least
    `threshold` times the Jacobian's own, with probability at least ``1 - miss``.
    """

    threshold: float
    miss: float


@dataclass(frozen=True)
class GradcheckReport:
    """The result of `gradcheck`; true unless a gradient is wrong or the function does not repeat itself.

    Attributes
    ----------
    tensors : tuple of TensorReport
        A row an input or parameter.
    findings : tuple of Finding
        What was found without numerical derivatives.
    evaluations : int
        How often the function was called.
    seed : int
        Replays the random directions: ``gradcheck(..., seed=report.seed)``.
    seconds : float
        How long the check took.
    mode : str
        "full" or "fast".
    power : Power or None
        In fast mode, what would have been noticed.
    diagnosis : Diagnosis or None
        Which mistake a wrong gradient looks like, if one explains it.
    operations : LocalReport or None
        After WRONG, the check of each operation by itself.
    kinks : str
        The nearest decision (of relu, max, sort ...) that a step could change, in a sentence; empty if none.
    higher : tuple of GradcheckReport
        The checks of the gradient's own gradient, if they were asked for: second order, third order …
    complete : bool
        Whether the check was not interrupted.
    strict : bool
        Whether the report is false also where nothing could be told.
    """

    tensors: tuple[TensorReport, ...]
    findings: tuple[Finding, ...]
    evaluations: int
    seed: int
    seconds: float = 0.0
    mode: str = "full"
    power: Power | None = None
    diagnosis: Diagnosis | None = None
    operations: LocalReport | None = None
    kinks: str = ""
    higher: tuple[GradcheckReport, ...] = ()
    complete: bool = True
    strict: bool = False

    def __bool__(self) -> bool:
        failures = {Verdict.WRONG, Verdict.NONDETERMINISTIC} | ({Verdict.CANNOT_TELL} if self.strict else set())
        return failures.isdisjoint(self._all_verdicts())

    @property
    def verdict(self) -> Verdict:
        """The most severe verdict of all arrays and findings, of every order."""
        return worst(self._all_verdicts())

    def _all_verdicts(self) -> list[Verdict]:
        tensors, findings = [t.verdict for t in self.tensors], [f.verdict for f in self.findings]
        return [*tensors, *findings, *(report.verdict for report in self.higher)]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each array by its name."""
        return {tensor.name: tensor.verdict for tensor in self.tensors}

    @property
    def worst(self) -> tuple[str, Check] | None:
        """The name and the check of the most severe finding, or None if nothing was checked."""
        severity = worst([t.verdict for t in self.tensors])
        found = [(t.name, t.worst) for t in self.tensors if t.worst is not None and t.verdict == severity]
        return max(found, key=lambda pair: (pair[1].index is not None, pair[1].mismatch), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, strings and numbers."""
        return _as_dict(self)

    def __str__(self) -> str:
        return text.report(self.to_dict())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html.report(self.to_dict())


def _as_dict(value: Any) -> Any:
    """Return dataclasses as dicts, with their verdicts, and everything in them that is not plain as what is."""
    if dataclasses.is_dataclass(value):
        fields = {field.name: _as_dict(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"verdict": str(value.verdict), **fields} if hasattr(value, "verdict") else fields
    if isinstance(value, tuple):
        return [_as_dict(item) for item in value]
    return str(value) if isinstance(value, Verdict) else value
