"""Time the imports in fresh interpreters: what `import autograd` and `import nn` take beyond `import numpy`.

Each round starts one interpreter for each of the three, in alternation. The interpreter times the import statement
itself, so its own start is not counted; files are in the operating system's cache and byte-code is compiled, as they
are from the second run of a program on.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
from typing import Any

ROUNDS = 21
TARGET = 0.1  # seconds
STATEMENTS = ("import numpy", "import autograd", "import nn")
COSTLIEST = 15

_CHILD = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| +(\S+)")


def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the median and the quartiles of the seconds of every import, and the costliest modules of `import nn`."""
    for statement in STATEMENTS:
        seconds_of(statement)  # compiles and caches
    times: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(rounds):
        for statement, record in times.items():
            record.append(seconds_of(statement))
    return {
        "rounds": rounds,
        "seconds": {statement: statistics.quantiles(record) for statement, record in times.items()},
        "costliest": costliest("nn"),
    }


def seconds_of(statement: str) -> float:
    """Return the seconds that a fresh interpreter takes for `statement`."""
    return float(_run("-c", _CHILD.format(statement)).stdout)


def costliest(package: str, number: int = COSTLIEST, rounds: int = 5) -> list[dict[str, Any]]:
    """Return the modules that take longest of their own when `package` is imported after NumPy, medians of rounds."""
    own: dict[str, list[int]] = {}
    cumulative: dict[str, list[int]] = {}
    for _ in range(rounds):
        report = _run(
            "-X", "importtime", "-c", f"import numpy, sys; sys.stderr.write('--\\n'); import {package}"
        ).stderr
        for line in report.partition("--\n")[2].splitlines():
            if match := _LINE.match(line):
                own.setdefault(match[3], []).append(int(match[1]))
                cumulative.setdefault(match[3], []).append(int(match[2]))
    modules: list[dict[str, Any]] = [
        {"module": name, "own": statistics.median(own[name]) / 1e6, "with_its_imports": statistics.median(total) / 1e6}
        for name, total in cumulative.items()
    ]
    return sorted(modules, key=lambda module: module["own"], reverse=True)[:number]


def section(results: dict[str, Any]) -> str:
    """Return the Markdown section of what `measure` returned."""
    numpy = results["seconds"]["import numpy"][1]
    lines = [
        "## Import",
        "",
        f"Milliseconds of the import statement in a fresh interpreter, medians of {results['rounds']} (quartiles):",
        "",
        "| statement | time | beyond NumPy | target |",
        "|---|---:|---:|---:|",
    ]
    for statement, (low, middle, high) in results["seconds"].items():
        beyond, target = ("", "") if statement == "import numpy" else (_ms(middle - numpy), f"{TARGET * 1e3:.0f}")
        lines.append(f"| `{statement}` | {_ms(middle)} ({_ms(low)} to {_ms(high)}) | {beyond} | {target} |")
    return "\n".join(lines) + "\n"


def costliest_table(results: dict[str, Any]) -> str:
    """Return the costliest modules as a Markdown table, in milliseconds."""
    lines = ["| module | own | with its imports |", "|---|---:|---:|"]
    lines += [f"| {m['module']} | {_ms(m['own'])} | {_ms(m['with_its_imports'])} |" for m in results["costliest"]]
    return "\n".join(lines) + "\n"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, env=environment)


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}"


if __name__ == "__main__":
    found = measure()
    print(section(found))
    print(costliest_table(found))
