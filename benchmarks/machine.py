"""What a measurement was made on."""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path


def describe() -> dict[str, str]:
    """Return the day, the processor, its cores, the operating system and Python."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
    }


def sentence(machine: dict[str, str]) -> str:
    """Return `describe`'s findings as one line of Markdown.

    Examples
    --------
    >>> sentence({"date": "2025-01-31", "processor": "Z80", "cores": "1", "system": "CP/M", "python": "3.11.7"})
    'Measured on 2025-01-31: Z80, 1 core, CP/M, Python 3.11.7.'
    """
    cores = "1 core" if machine["cores"] == "1" else f"{machine['cores']} cores"
    return (
        f"Measured on {machine['date']}: {machine['processor']}, {cores}, {machine['system']}, "
        f"Python {machine['python']}."
    )


def busy_seconds() -> float:
    """Return the processor time that all programs have used since the start, all cores together; Linux only, else 0.

    Compared with one's own processor time it tells whether something else was running.
    """
    statistics = Path("/proc/stat")
    if not statistics.exists():
        return 0.0
    user, nice, system, _, _, interrupts, soft, stolen = map(int, statistics.read_text().split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
