"""A checking process: one contestant, asked for one run of one case after another.

Started by its file's name under ``python -P``, as `benchmarks.child` is. Its first line says the contestant's version.
Then it reads requests, ``["check", [case, seed]]`` or ``["cost", [mode]]``, and answers each with a line.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))  # at the end, for `benchmarks` itself

import numpy as np

from benchmarks.checkers import cost
from benchmarks.checkers.cases import CASES, Problem
from benchmarks.checkers.contestants.answer import Answer, first_line

DISTRIBUTIONS = {"chainrule": "chainrule", "torch": "torch", "torch_fast": "torch", "jax": "jax", "hips": "autograd"}


def main(contestant: str) -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    warnings.simplefilter("ignore")
    check = importlib.import_module(f"benchmarks.checkers.contestants.{contestant}").check
    print(json.dumps(importlib.metadata.version(DISTRIBUTIONS[contestant])), file=answers)
    nowhere = os.open(os.devnull, os.O_WRONLY)  # JAX prints the traceback of every exception in a callback
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for line in sys.stdin:
        request, argument = json.loads(line)
        requests: dict[str, Callable[..., Any]] = {"check": partial(run, check), "cost": partial(cost.of, contestant)}
        print(json.dumps(requests[request](*argument)), file=answers)


def run(check: Callable[[Problem, int], Answer], name: str, seed: int) -> dict[str, Any]:
    """Return what `check` answers to a case, how often it called the function, and the seconds it took."""
    problem, calls = counted(CASES[name].make())
    start = time.perf_counter()
    try:
        with np.errstate(all="ignore"):
            answer = check(problem, seed)
    except Exception as exception:
        answer = Answer("error", first_line(exception))
    return {**answer._asdict(), "calls": calls[0], "seconds": time.perf_counter() - start}


def counted(problem: Problem) -> tuple[Problem, list[int]]:
    """Return the problem with calls of its forward function counted, and the count."""
    calls = [0]

    def forward(*arrays: Any) -> Any:
        calls[0] += 1
        return problem.forward(*arrays)

    return problem._replace(forward=forward), calls


if __name__ == "__main__":
    main(sys.argv[1])
