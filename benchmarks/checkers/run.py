"""Ask every contestant about every case, in processes of their own, with a limit of time for each answer."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.checkers.cases import CASES
from benchmarks.checkers.cost import MODES
from benchmarks.environments import interpreters
from benchmarks.processes import environment

CONTESTANTS = ("chainrule", "torch", "torch_fast", "jax", "hips")
SEEDS = (0, 1, 2, 3, 4)
LIMIT = 60.0  # seconds for one answer
# With one thread JAX waits for ever for a callback that is given more than a few thousand numbers. The others get one:
# beside another busy program PyTorch's second thread made a check ten times slower.
THREADS = {"jax": 2}
COST_LIMIT = 1200.0  # by entries: 900,000 calls
CHILD = Path(__file__).with_name("child.py")


class CheckingProcess:
    """A running `benchmarks.checkers.child`, used in a ``with`` statement; it is started anew after a time-out."""

    def __init__(self, contestant: str, interpreter: str) -> None:
        self._command = [interpreter, "-P", str(CHILD), contestant]
        self._environment = environment(THREADS.get(contestant, 1))
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self._environment
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self._command)} ended, see above")
        self.version: str = json.loads(line)

    def __enter__(self) -> CheckingProcess:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.__exit__(None, None, None)

    def check(self, case: str, seed: int, limit: float = LIMIT) -> dict[str, Any]:
        """Return the answer to a case, with the calls and the seconds that it took."""
        return self._ask(["check", [case, seed]], limit)

    def cost(self, mode: str, limit: float = COST_LIMIT) -> dict[str, Any] | None:
        """Return what the classifier's check costs, None if there is no such mode."""
        return self._ask(["cost", [mode]], limit)

    def _ask(self, request: list[Any], limit: float) -> Any:
        """Return the reply; an error that says so if the process ended before, or had to be ended."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(limit, end)
        watch.start()
        start = time.perf_counter()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            watch.cancel()
        if line:
            return json.loads(line)
        process.__exit__(None, None, None)
        self._start()
        words = f"no answer in {limit:.0f} s" if late.is_set() else "the process ended"
        return {"answer": "error", "detail": words, "calls": None, "seconds": time.perf_counter() - start}


def measure(
    contestants: Sequence[str] = CONTESTANTS, names: Sequence[str] = tuple(CASES), seeds: Sequence[int] = SEEDS
) -> dict[str, Any]:
    """Return every contestant's answers to every case, one a seed, and what a classifier's check costs."""
    versions: dict[str, str] = {}
    answers: dict[str, dict[str, Any]] = {name: {} for name in names}
    costs: dict[str, Any] = {}
    for contestant, interpreter in interpreters(contestants).items():
        print(f"  {contestant}", file=sys.stderr)
        with CheckingProcess(contestant, interpreter) as process:
            versions[contestant] = process.version
            for name in names:
                answers[name][contestant] = _summary(CASES[name].truth, _runs(process, name, seeds))
            for mode in MODES.get(contestant, ()):
                found = process.cost(mode)
                if found is not None:
                    costs[f"{contestant} {mode}".strip()] = found
    cases = {
        name: {"title": CASES[name].title, "group": CASES[name].group, "truth": CASES[name].truth, "answers": found}
        for name, found in answers.items()
    }
    return {"versions": versions, "seeds": len(seeds), "limit": LIMIT, "cases": cases, "costs": costs}


def _runs(process: CheckingProcess, name: str, seeds: Sequence[int]) -> list[dict[str, Any]]:
    """Return one answer a seed; after one that did not come the rest is taken to end the same way."""
    runs: list[dict[str, Any]] = []
    for seed in seeds:
        missing = next((run for run in runs if run["calls"] is None), None)
        runs.append(missing or process.check(name, seed))
    return runs


def _summary(truth: str, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the answers, medians of what they cost, and the words of the first that is not right."""
    amiss = next((run["detail"] for run in runs if run["answer"] != truth), "")
    calls = [run["calls"] for run in runs if run["calls"] is not None]
    return {
        "answers": [run["answer"] for run in runs],
        "detail": amiss,
        "calls": statistics.median(calls) if calls else None,
        "seconds": round(statistics.median(run["seconds"] for run in runs), 5),
    }
