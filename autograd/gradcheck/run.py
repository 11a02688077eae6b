"""One gradient check, step by step: first what is exact and cheap, then numerical derivatives, then what is wrong."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterable, Sequence

import numpy as np

from autograd.gradcheck import precision, second_opinion
from autograd.gradcheck.claim import Claim
from autograd.gradcheck.exact import algebra, determinism, hygiene
from autograd.gradcheck.lines import Evaluator, Point, default_rtol, gaussian, representable, scale_of, stream
from autograd.gradcheck.locate import MOST_ENTRIES, wrong_entries
from autograd.gradcheck.operations.branches import BranchRecorder
from autograd.gradcheck.power import power
from autograd.gradcheck.progress import CALLS, Progress
from autograd.gradcheck.report import Check, Finding, GradcheckReport, Power, TensorReport
from autograd.gradcheck.subject import FaultError, Subject
from autograd.gradcheck.verdict import Verdict, worst
from autograd.observe import observing

FEW_ENTRIES = 200  # up to so many entries in all, "auto" checks every one
LOCATING = 20.0  # seconds to look for the wrong entries of an array, about
POOLED = 3  # directions through all arrays at once, in fast mode
SHARPER = 1e-3  # of rtol: along directions the error bar is small enough to judge so, and that is what finds errors

Arrays = list[np.ndarray]


class Run:
    """The check of one subject: `run` makes it, up to an interrupt, and `report` says what was found until then."""

    def __init__(self, subject: Subject, mode: str, rtol: float | None, seed: int, order: int = 1) -> None:
        self.subject = subject
        self.seed = seed
        self.findings: list[Finding] = []
        self.checks: list[list[Check]] = [[] for _ in subject.values]
        self.directions: list[Check] = []  # those through all arrays
        self.power: Power | None = None
        self.kinks = ""
        self.complete = False
        self.gradients: Arrays = []
        self.second: Arrays | None = None
        self.rng = stream(seed, order)
        self.recorder = BranchRecorder()
        self.evaluator = Evaluator(subject, self.recorder)
        self._rtol = rtol
        size = sum(array.size for array in subject.values)
        self.mode = ("full" if size <= FEW_ENTRIES else "fast") if mode == "auto" else mode
        self._began = time.perf_counter()

    def run(self, progress: bool | None) -> None:
        """Check everything."""
        try:
            with observing(self.recorder):
                self._run(progress)
            self.complete = True
        except FaultError as fault:
            self.findings.append(fault.finding)
            self.complete = True
        except KeyboardInterrupt:
            if not self.gradients:
                raise

    def _run(self, progress: bool | None) -> None:
        self.findings += hygiene.inspect(self.subject.names, self.subject.originals)
        self.point = Point(self.evaluator, self.subject.values)
        self.findings += hygiene.inspect_outputs(self.point.outputs)
        self.cotangents = self.random_cotangents()
        with Progress(self._lines(), self.evaluator, progress) as bar:
            self.findings += determinism.findings(self.subject, self.cotangents, self.evaluator)
            if worst([finding.verdict for finding in self.findings]) is Verdict.NONDETERMINISTIC:
                return
            self.rtol = self._rtol if self._rtol is not None else default_rtol(self._epsilon())
            self.gradients = self.evaluator.gradient(self.cotangents, self.subject.values)
            self.claim = Claim(self.point, self.cotangents, self.gradients, self.rtol)
            self.findings += algebra.findings(self.subject, self.cotangents, self.rng)
            self.findings += precision.findings(self.subject, self.cotangents, self.gradients)
            if self.mode == "full":
                self._check_entries(bar)
            else:
                self._check_directions(bar)
            self._check_second_point(bar)
            self.findings += second_opinion.findings(self.subject, self.cotangents, self.checks, self.rtol)
        self.kinks = self._nearest_kink()

    def _epsilon(self) -> float:
        return max(self.point.epsilon, self.subject.gradient_epsilon)

    # ------------------------------------------------------------------------------------------ what is compared

    def _lines(self) -> int:
        """Return how many lines there are."""
        if self.mode == "full":
            parts = sum(array.size * (2 if array.dtype.kind == "c" else 1) for array in self.subject.values)
            return parts + 1
        return POOLED + len(self.subject.values) + 1

    def _check_entries(self, bar: Progress) -> None:
        for position, array in enumerate(self.subject.values):
            for entry in range(array.size):
                self.checks[position] += self.entry_checks(position, entry, bar)
        if any(check.verdict is Verdict.NONSMOOTH for checks in self.checks for check in checks):
            self._check_together()

    def _check_together(self) -> None:
        check = self._along(self.claim, self.claim.alike())
        if check.kind == "smooth":
            self.directions.append(check)

    def entry_checks(self, position: int, entry: int, bar: Progress | None = None) -> list[Check]:
        """Compare the derivative in one entry; for a complex entry in its real and its imaginary part."""
        array = self.subject.values[position]
        sizes = abs(array.flat[entry]), scale_of(array)
        checks = []
        for check in self.claim.at_entry(position, entry, sizes, self.rtol / 10):
            checks.append(check)
            if bar is not None:
                bar.advance()
        return checks

    def _check_directions(self, bar: Progress) -> None:
        """Compare derivatives along random directions: through all arrays, and through each by itself."""
        everything = [position for position, array in enumerate(self.subject.values) if array.size]
        for draw in range(POOLED if everything else 0):
            cotangents = self.cotangents if draw == 0 else self.random_cotangents()
            changed = draw > 0 and not is_scalar(self.point.outputs)
            gradients = self.evaluator.gradient(cotangents, self.point.values) if changed else self.gradients
            claim = dataclasses.replace(self.claim, cotangents=cotangents, gradients=gradients)
            self.directions.append(self._along(claim, self.direction(everything)))
            bar.advance()
        absolute = max((check.absolute for check in self.directions), default=0.0)
        self.power = power([(self.directions, absolute)], self.rtol * SHARPER, is_scalar(self.point.outputs))
        for position in everything:
            directions = self.direction([position])
            check = self._along(self.claim, directions)
            self.checks[position].append(check)
            if check.verdict is Verdict.WRONG:
                self._locate(position, directions[position])
            bar.advance()

    def _check_second_point(self, bar: Progress) -> None:
        """Compare along one direction elsewhere: a gradient that remembers the first point is wrong there."""
        can_move = self.subject.moves and any(array.size for array in self.subject.values)
        values = self.second = determinism.second_point(self.subject, self.evaluator) if can_move else None
        if values is not None:
            point = Point(self.evaluator, values)
            gradients = self.evaluator.gradient(self.cotangents, values)
            claim = dataclasses.replace(self.claim, point=point, gradients=gradients)
            check = self._along(claim, self.direction(range(len(values))))
            known = {each.verdict for checks in (*self.checks, self.directions) for each in checks}
            is_smooth = known <= {Verdict.RIGHT, Verdict.RIGHT_ABS} and math.isfinite(check.error)
            if check.verdict is Verdict.WRONG and is_smooth:
                text = (
                    f"right at the point, wrong at a second point close to it (derivative {check.analytic:.7g}, "
                    f"numerical {check.numeric:.7g}): something of the first call is remembered"
                )
                self.findings.append(Finding("stale", Verdict.WRONG, text))
        bar.advance()

    def _nearest_kink(self) -> str:
        """Return which decision of an operation is nearest to another one, in a sentence."""
        if not self.point.decisions or not self.subject.moves:
            return ""
        recorder = BranchRecorder(detailed=True)
        with observing(recorder), np.errstate(all="ignore"):
            for values in (self.point.values, self.second or self.point.values):
                self.subject.random.restore()
                recorder.restart()
                self.subject.outputs(values)
        known = {check.verdict for checks in (*self.checks, self.directions) for check in checks}
        is_harmless = known <= {Verdict.RIGHT, Verdict.RIGHT_ABS}  # where the point is on a kink, it cancels
        return str(recorder.nearest(beyond=0.0 if is_harmless else -1.0) or "")

    def _locate(self, position: int, direction: np.ndarray) -> None:
        def compare(part: np.ndarray) -> Check:
            return self._along(self.claim, {position: part})

        checks = 2 * math.log2(max(direction.size, 2))
        most = int(LOCATING / (CALLS * checks * self.evaluator.seconds + 1e-9))
        for entry in wrong_entries(direction, compare, min(max(most, 1), MOST_ENTRIES)):
            self.checks[position] += self.entry_checks(position, entry)

    # ------------------------------------------------------------------------------------------ a comparison

    def _along(self, claim: Claim, directions: dict[int, np.ndarray]) -> Check:
        """Judge along a direction, by the error bar itself where that is smaller than what counts as wrong."""
        resolution = self.rtol * SHARPER
        check = claim.along(directions, resolution / 10)
        size = max(abs(check.analytic), abs(check.numeric))
        is_off = abs(check.analytic - check.numeric) > check.absolute + max(resolution * size, 4 * check.error)
        if is_off and check.verdict in (Verdict.RIGHT, Verdict.RIGHT_ABS):
            reason = f"by less than rtol = {self.rtol:g}, but by more than the error bar"
            return dataclasses.replace(check, verdict=Verdict.WRONG, reason=reason)
        return check

    def random_cotangents(self) -> Arrays:
        """Return random cotangents; 1 for a lone number, so that the table shows its gradient."""
        if is_scalar(self.point.outputs):
            return [np.ones(output.shape, np.promote_types(output.dtype, np.float64)) for output in self.point.outputs]
        return [
            gaussian(self.rng, output.shape, np.promote_types(output.dtype, np.float64))
            for output in self.point.outputs
        ]

    def direction(self, positions: Iterable[int]) -> dict[int, np.ndarray]:
        """Return a random direction through some of the arrays."""
        directions = {}
        for position in positions:
            array = self.subject.values[position]
            if array.size:
                direction = scale_of(array) * gaussian(self.rng, array.shape, array.dtype)
                directions[position] = representable(direction, array)
        return directions

    # ------------------------------------------------------------------------------------------ what was found

    def report(self) -> GradcheckReport:
        """Return what was found until now."""
        rows = zip(self.subject.names, self.subject.values, self.subject.dtypes, self.checks, strict=True)
        tensors = [TensorReport(name, value.shape, str(dtype), tuple(checks)) for name, value, dtype, checks in rows]
        if self.directions and len(tensors) > 1:
            tensors.append(TensorReport("all together", (), "", tuple(self.directions)))
        elif self.directions:
            tensors[0] = dataclasses.replace(tensors[0], checks=(*self.directions, *tensors[0].checks))
        return GradcheckReport(
            tuple(tensors) if self.gradients else (),
            tuple(self.findings),
            self.evaluator.evaluations,
            self.seed,
            seconds=time.perf_counter() - self._began,
            mode=self.mode,
            power=self.power,
            kinks=self.kinks,
            complete=self.complete,
        )


def is_scalar(outputs: Sequence[np.ndarray]) -> bool:
    """Whether the outputs are one real number, whose cotangent can only be 1."""
    return len(outputs) == 1 and outputs[0].size == 1 and outputs[0].dtype.kind == "f"
