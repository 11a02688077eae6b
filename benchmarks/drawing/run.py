"""Ask every contestant for its drawings, with and without the program ``dot``, and time them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.drawing import facts
from benchmarks.drawing.networks import NETWORKS
from benchmarks.environments import python
from benchmarks.processes import environment

OURS = "chainrule"
CONTESTANTS = (OURS, "torchviz", "torchview", "torchlens")
ROUNDS = 9
LIMIT = 600.0  # seconds for one answer
CHILD = Path(__file__).with_name("child.py")
STAND_IN = Path(__file__).with_name("stand_in.py")


class Studio:
    """An interpreter with all libraries, and two folders for the PATH: one with a program ``dot``, one without."""

    def __init__(self, interpreter: str, folder: Path) -> None:
        self.interpreter = interpreter
        self.with_dot, self.without_dot = folder / "with", folder / "without"
        for path in (self.with_dot, self.without_dot):
            path.mkdir()
        program = self.with_dot / "dot"
        program.write_text(f'#!/bin/sh\nexec "{interpreter}" -P "{STAND_IN}" "$@"\n', encoding="utf-8")
        program.chmod(0o755)

    def ask(self, contestant: str, *request: str, has_dot: bool = True, seed: int = 0) -> Any:
        """Return the answer of a fresh process, whose hashes are seeded with `seed`.

        Raises
        ------
        RuntimeError
            If it does not answer.
        """
        folder = self.with_dot if has_dot else self.without_dot
        done = subprocess.run(
            [self.interpreter, "-P", str(CHILD), contestant, *request],
            capture_output=True,
            text=True,
            timeout=LIMIT,
            env=environment(1) | {"PATH": str(folder), "PYTHONHASHSEED": str(seed)},
        )
        if done.returncode:
            raise RuntimeError(f"drawing with {contestant}, {' '.join(request)}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)


@contextmanager
def studio() -> Iterator[Studio]:
    """Yield a `Studio` whose folders exist inside the block."""
    with tempfile.TemporaryDirectory() as folder:
        yield Studio(str(python("drawing")), Path(folder))


def measure(contestants: tuple[str, ...] = CONTESTANTS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return for each contestant its version, the facts that its drawings tell, their sizes and their times."""
    results: dict[str, Any] = {"rounds": rounds, "versions": {}, "facts": {}, "sizes": {}, "bare": {}}
    with studio() as room:
        timed: list[tuple[str, str]] = []
        for contestant in contestants:
            print(f"  {contestant}", file=sys.stderr)
            results["versions"][contestant] = room.ask(contestant, "version")
            first, again = (room.ask(contestant, "pictures", seed=seed) for seed in (1, 2))
            evidence = facts.Evidence(
                first,
                room.ask(contestant, "others"),
                room.ask(contestant, "others", has_dot=False),
                all(first[""][name]["dot"] == again[""][name]["dot"] for name in NETWORKS),
            )
            results["facts"][contestant] = facts.found(evidence)
            results["sizes"][contestant] = {
                setting: {name: _sizes(drawn[name]) for name in NETWORKS} for setting, drawn in first.items()
            }
            results["bare"][contestant] = evidence.bare["picture"].get("error", "")
            timed += [(contestant, setting) for setting in room.ask(contestant, "timed")]
        print(f"  times, {rounds} rounds", file=sys.stderr)
        clock, busy, own = time.perf_counter(), machine.busy_seconds(), _own_seconds()
        results["times"] = _times(room, timed, rounds)
        others = machine.busy_seconds() - busy - (_own_seconds() - own)
        results["others_busy"] = max(0.0, others / (time.perf_counter() - clock))
        results["start"] = room.ask(OURS, "start")
    return results


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _sizes(drawn: dict[str, Any]) -> dict[str, int]:
    return {
        **{key: drawn[key] for key in ("nodes", "edges")},
        "svg": len(drawn["svg"].encode()),
    }


def _times(room: Studio, timed: list[tuple[str, str]], rounds: int) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Return medians of the seconds to the DOT text and on to the SVG; who begins a round rotates."""
    samples: dict[tuple[str, str], list[dict[str, list[float]]]] = {key: [] for key in timed}
    for turn in range(rounds):
        for key in timed[turn % len(timed) :] + timed[: turn % len(timed)]:
            samples[key].append(room.ask(key[0], "times", key[1]))
    medians: dict[str, dict[str, dict[str, list[float]]]] = {}
    for (contestant, setting), found in samples.items():
        medians.setdefault(contestant, {})[setting] = {
            name: [round(statistics.median(column), 5) for column in zip(*(one[name] for one in found), strict=True)]
            for name in found[0]
        }
    return medians
