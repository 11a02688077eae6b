"""`autograd.gradcheck` of this project, all defaults; the function and its gradient are given as they are.

RIGHT, RIGHT-ABS and a kink with a valid gradient are "accept"; WRONG and NONDETERMINISTIC are "reject"; CANNOT-TELL is
no answer.
"""

from __future__ import annotations

import inspect
from typing import Any

from autograd import gradcheck, primitive
from benchmarks.checkers.cases import Problem
from benchmarks.checkers.contestants.answer import Answer

_TAKES_A_BACKWARD = "backward" in inspect.signature(gradcheck).parameters


def check(problem: Problem, seed: int) -> Answer:
    """Check the problem."""
    if _TAKES_A_BACKWARD:
        report: Any = gradcheck(problem.forward, problem.inputs, backward=problem.backward, seed=seed)
    else:
        report = gradcheck(as_primitive(problem), problem.inputs, seed=seed)
    if str(report.verdict) == "CANNOT-TELL":
        return Answer("none", _reasons(report))
    return Answer("accept" if report else "reject", _reasons(report))


def _reasons(report: Any) -> str:
    """Return the verdict, what the most severe check compared, and what was found without differences."""
    words = [str(report.verdict)]
    if report.worst is not None:
        name, check = report.worst
        values = f"{check.analytic:.6g}, numerically {check.numeric:.6g} ± {check.error:.0e}"
        words.append(f"{name}{list(check.index or ())}: {values}")
        words += [check.reason] if check.reason else []
    return "; ".join([*words, *(finding.text for finding in report.findings)])


def as_primitive(problem: Problem) -> Any:
    """Return the function as an operation of the engine with its own VJP."""

    def function(*arrays: Any) -> Any:
        return problem.forward(*arrays)

    return primitive(function).defvjp(lambda g, arrays, index: problem.backward(g, *arrays)[index])
