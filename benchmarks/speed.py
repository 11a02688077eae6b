"""Speed: the library, NumPy by hand and every peer on the same works, interleaved in one run."""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from benchmarks.environments import interpreters
from benchmarks.machine import busy_seconds
from benchmarks.processes import MeasuringProcess
from benchmarks.speed_pages import picture, section
from benchmarks.works import WORKS, YARDSTICK

__all__ = ["FULL", "PEERS", "QUICK", "Effort", "measure", "picture", "section"]

PEERS = ("torch", "hips", "mygrad", "jax", "micrograd")
THREADS = (1, 2)


class Effort(NamedTuple):
    """How long to measure a work: rounds until there are `most`, or `seconds` have passed and there are `least`.

    While other programs run, this is attempted so many times.
    """

    most: int
    least: int
    seconds: float
    attempts: int


FULL = Effort(most=61, least=9, seconds=15, attempts=2)
QUICK = Effort(most=15, least=5, seconds=3, attempts=1)
QUIET = 0.1  # cores that other programs may keep busy
WAIT = 10  # seconds before another attempt

Round = dict[str, tuple[float, float]]  # of one process: by contestant, seconds and seconds of processor time


def measure(contestants: Iterable[str] = PEERS, only: str = "", effort: Effort = FULL) -> dict[str, Any]:
    """Time the works whose names contain `only` with one and with two threads; chainrule always takes part.

    Returns
    -------
    dict
        ``versions`` by contestant, and ``times[work][threads][contestant]``: ``seconds`` (median over the rounds),
        ``ratio`` to the yardstick with its quartiles ``low`` and ``high``, how many ``rounds``, and the ``cores`` kept
        busy, by the contestant and by ``others``.
    """
    contestants = ["chainrule", *sorted(set(contestants) - {"chainrule", YARDSTICK}, key=PEERS.index)]
    works = [name for name in WORKS if only in name]
    if not works:
        raise ValueError(f"no work is called {only!r}; there are {', '.join(WORKS)}")
    pythons = interpreters([YARDSTICK, *contestants])
    versions: dict[str, str] = {}
    times: dict[str, dict[str, Any]] = {name: {} for name in works}
    for threads in THREADS:
        with contextlib.ExitStack() as stack:
            # A process each: see "How it was measured" in RESULTS.md.
            processes = [
                stack.enter_context(MeasuringProcess(pythons[contestant], [contestant], threads))
                for contestant in contestants
            ]
            for process in processes:
                versions |= process.versions
            for name in works:
                print(f"{WORKS[name].title}, {threads} thread{'s'[: threads - 1]} ...", file=sys.stderr)
                times[name][str(threads)] = _time(name, processes, effort)
    return {"versions": versions, "times": times}


def _time(name: str, processes: list[MeasuringProcess], effort: Effort) -> dict[str, dict[str, float]]:
    """Return the summary of a work for each contestant, measured again while other programs run."""
    taking_part = [process for process in processes if len(process.prepare(name)) > 1]
    attempts: list[tuple[float, list[list[Round]]]] = []
    for attempt in range(effort.attempts):
        if attempt:
            print(f"  other programs kept {attempts[-1][0]:.2f} cores busy: once more", file=sys.stderr)
            time.sleep(WAIT)
        attempts.append(_rounds(taking_part, effort))
        if attempts[-1][0] <= QUIET:
            break
    others, rounds = min(attempts, key=lambda attempt: attempt[0])
    if others > QUIET:
        print(f"  other programs kept {others:.2f} cores busy meanwhile", file=sys.stderr)
    summary = {YARDSTICK: [taken[0] for taken in rounds]}
    for i, process in enumerate(taking_part):
        summary[process.contestants[0]] = [taken[i] for taken in rounds]
    return {contestant: {**summarise(contestant, taken), "others": others} for contestant, taken in summary.items()}


def _rounds(processes: list[MeasuringProcess], effort: Effort) -> tuple[float, list[list[Round]]]:
    """Let every process time its contestant beside the yardstick in each round; who is first rotates.

    Returns
    -------
    others : float
        How many cores programs other than ours kept busy meanwhile.
    rounds : list
        For each round, what each process answered, in the order of `processes`.
    """
    rounds: list[list[Round]] = []
    start, busy, ours = time.perf_counter(), busy_seconds(), _processor_seconds(processes)
    while len(rounds) < effort.least or (len(rounds) < effort.most and time.perf_counter() - start < effort.seconds):
        first = len(rounds) % len(processes)
        rotated = [process.round(len(rounds)) for process in processes[first:] + processes[:first]]
        rounds.append(rotated[len(processes) - first :] + rotated[: len(processes) - first])
    busy, ours = busy_seconds() - busy, _processor_seconds(processes) - ours
    return max(0.0, busy - ours) / (time.perf_counter() - start), rounds


def _processor_seconds(processes: list[MeasuringProcess]) -> float:
    return time.process_time() + sum(process.processor_seconds() for process in processes)


def summarise(contestant: str, rounds: list[Round]) -> dict[str, float]:
    """Return medians over the rounds of one process, the ratio taken within each round."""
    ratios = [taken[contestant][0] / taken[YARDSTICK][0] for taken in rounds]
    low, ratio, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return {
        "seconds": statistics.median(taken[contestant][0] for taken in rounds),
        "ratio": ratio,
        "low": low,
        "high": high,
        # Of sums: the system counts a thread that runs on another core by whole ticks.
        "cores": sum(taken[contestant][1] for taken in rounds) / sum(taken[contestant][0] for taken in rounds),
        "rounds": len(rounds),
    }
