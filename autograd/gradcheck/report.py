"""What a gradient check found, for people and for machines."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from autograd.gradcheck.verdict import Verdict, worst


@dataclass(frozen=True)
class Check:
    """One comparison: of a single entry, or along a direction through a whole array.

    `index` is the entry's, None for a direction. `analytic` is the engine's derivative, `numeric` the numerical one
    and `error` its error bar.
    """

    index: tuple[int, ...] | None
    analytic: float
    numeric: float
    error: float
    verdict: Verdict
    reason: str

    @property
    def mismatch(self) -> float:
        """How far the two derivatives are apart, relative to the larger (0 where both are 0)."""
        size = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / size if size else 0.0


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
class GradcheckReport:
    """The result of `gradcheck`; true unless a gradient is wrong or the function does not repeat itself.

    Attributes
    ----------
    tensors : tuple of TensorReport
        A row an input or parameter.
    evaluations : int
        How often the function was called.
    seed : int
        Replays the random directions: ``gradcheck(..., seed=report.seed)``.
    """

    tensors: tuple[TensorReport, ...]
    evaluations: int
    seed: int
    nondeterminism: str = ""

    def __bool__(self) -> bool:
        return self.verdict not in (Verdict.WRONG, Verdict.NONDETERMINISTIC)

    @property
    def verdict(self) -> Verdict:
        """The most severe verdict of all arrays."""
        return Verdict.NONDETERMINISTIC if self.nondeterminism else worst([t.verdict for t in self.tensors])

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each array by its name."""
        return {tensor.name: tensor.verdict for tensor in self.tensors}

    @property
    def worst(self) -> tuple[str, Check] | None:
        """The name and the check of the most severe finding, or None if nothing was checked."""
        found = [(t.name, t.worst) for t in self.tensors if t.worst is not None and t.verdict == self.verdict]
        return max(found, key=lambda pair: (pair[1].index is not None, pair[1].mismatch), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, strings and numbers."""
        return {
            "verdict": str(self.verdict),
            "evaluations": self.evaluations,
            "seed": self.seed,
            "nondeterminism": self.nondeterminism,
            "tensors": [
                {**dataclasses.asdict(tensor), "verdict": str(tensor.verdict), "shape": list(tensor.shape)}
                for tensor in self.tensors
            ],
        }

    def __str__(self) -> str:
        entries = sum(check.index is not None for tensor in self.tensors for check in tensor.checks)
        directions = sum(len(tensor.checks) for tensor in self.tensors) - entries
        title = (
            f"gradcheck {self.verdict}: {entries} entries and {directions} directions, "
            f"{self.evaluations} evaluations, seed {self.seed}"
        )
        if self.nondeterminism:
            return f"{title}\n  {self.nondeterminism}"
        rows: list[tuple[str, ...]] = [("array", "shape", "verdict", "gradient", "numeric", "error bar", "at")]
        rows += [_row(tensor) for tensor in self.tensors]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        reasons: dict[str, list[str]] = {}
        for tensor in self.tensors:
            if tensor.worst is not None and tensor.worst.reason:
                reasons.setdefault(tensor.worst.reason, []).append(tensor.name)
        notes = [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]
        return "\n  ".join([title, *lines, *notes])


def _row(tensor: TensorReport) -> tuple[str, ...]:
    name, shape, check = tensor.name, " × ".join(map(str, tensor.shape)) or "scalar", tensor.worst
    if check is None:
        return name, shape, "empty", "", "", "", ""
    place = "a direction" if check.index is None else f"[{', '.join(map(str, check.index))}]"
    values = (f"{check.analytic: .7g}", f"{check.numeric: .7g}", f"{check.error:.0e}")
    return name, shape, str(tensor.verdict), *values, place
