"""Measuring processes: an interpreter, some contestants, a number of threads."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("child.py")

# Memory that was freed stays with the process. By glibc's defaults large arrays may go back to the system and fault in
# again at every step, or not, depending on what else happens to lie in the heap: the same NumPy code took 20 ms beside
# one library and 32 ms beside another.
MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": str(2**30),
    "MALLOC_TRIM_THRESHOLD_": str(2**31),
    "MALLOC_TOP_PAD_": str(2**26),
}


class MeasuringProcess:
    """A running `benchmarks.child`, used in a ``with`` statement."""

    def __init__(self, interpreter: str, contestants: list[str], threads: int) -> None:
        self.contestants = contestants
        self._process = subprocess.Popen(
            [interpreter, "-P", str(CHILD), json.dumps(contestants), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(threads),
        )
        self.versions: dict[str, str] = self._read()["versions"]

    def __enter__(self) -> MeasuringProcess:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.__exit__(None, None, None)  # closes its input, upon which it ends, and waits for it

    def prepare(self, work: str) -> list[str]:
        """Make the contestants ready for a work and check their answers; return who takes part."""
        return self._ask("prepare", work)

    def round(self, turn: int) -> dict[str, tuple[float, float]]:
        """Return the seconds that one run takes each contestant, and its seconds of processor time."""
        return self._ask("round", turn)

    def processor_seconds(self) -> float:
        """Return the processor time that the process has used so far, all its threads together."""
        return self._ask("processor_seconds", None)

    def _ask(self, request: str, argument: str | int | None) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([request, argument]) + "\n")
        self._process.stdin.flush()
        return self._read()["reply"]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer = json.loads(self._process.stdout.readline() or '{"error": "the process ended, see above"}')
        if "error" in answer:
            raise RuntimeError(f"measuring {', '.join(self.contestants)}: {answer['error']}")
        return answer


def environment(threads: int) -> dict[str, str]:
    """Return the environment of a process that computes with so many threads, before any library is imported."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | MALLOC
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        variables[name] = str(threads)
    variables["JAX_PLATFORMS"] = "cpu"
    variables["JAX_ENABLE_X64"] = "1"  # the float64 works are float64 in JAX too
    variables["NPROC"] = str(threads)  # how many threads XLA's pools have
    return variables
