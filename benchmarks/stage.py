"""The contestants of one process: made ready, checked against the yardstick, and timed in turn."""

from __future__ import annotations

import gc
import time
from typing import Any

from benchmarks.works import WORKS, YARDSTICK, require_agreement

AT_LEAST = 0.01  # seconds that a sample takes; a shorter work is repeated within it
REST = 0.01  # seconds in which a spinning thread is noticed


class Stage:
    """Contestants, the yardstick always among them, that take turns at one work after another.

    Parameters
    ----------
    contestants : list of str
        Who lives in this process, beside the yardstick.
    threads : int
        How many threads they compute with.
    """

    def __init__(self, contestants: list[str], threads: int) -> None:
        self.contestants = [YARDSTICK, *contestants]
        self.threads = threads
        self.runs: list[tuple[str, Any, int]] = []

    def prepare(self, name: str) -> list[str]:
        """Make everyone ready for a work, and return who takes part; ValueError for one whose answer is wrong."""
        work = WORKS[name]
        self.runs = []
        gc.collect()
        expected = work.prepare(YARDSTICK).answer()
        for contestant in self.contestants:
            if contestant in work.contestants:
                task = work.prepare(contestant)
                require_agreement(name, contestant, task.answer(), expected)
                self.runs.append((contestant, task.run, _repeats(task.run)))
        self._rest()
        return [contestant for contestant, _, _ in self.runs]

    def round(self, turn: int) -> dict[str, tuple[float, float]]:
        """Return what one run takes each contestant: seconds, and seconds of processor time of all its threads.

        Who is first changes with `turn`. The garbage collector stays on, as it is in use; what one contestant leaves
        for it is collected before the next one, which starts when all threads have come to rest.
        """
        first = turn % len(self.runs)
        taken = {}
        for contestant, run, repeats in self.runs[first:] + self.runs[:first]:
            gc.collect(1)
            for _ in range(1 + repeats // 4):
                run()  # not timed: brings threads and caches back
            start, start_of_processor = time.perf_counter(), time.process_time()
            for _ in range(repeats):
                run()
            seconds, processor = time.perf_counter() - start, time.process_time() - start_of_processor
            taken[contestant] = seconds / repeats, processor / repeats
            self._rest()
        return taken

    def _rest(self) -> None:
        """Return when no thread of this process runs any more.

        A thread of OpenBLAS that has nothing to do spins for 0.1 s, and takes a core from whoever comes next.
        """
        used = REST if self.threads > 1 else 0
        while used > REST / 5:
            before = time.process_time()
            time.sleep(REST)
            used = time.process_time() - before


def _repeats(run: Any) -> int:
    """Return how often to run within a sample, from the fastest of a few tries."""
    fastest = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        run()
        fastest = min(fastest, time.perf_counter() - start)
    return max(1, round(AT_LEAST / fastest))
