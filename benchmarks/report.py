"""RESULTS.md, put together from the stored results of the measurements without measuring anything again."""

from __future__ import annotations

import importlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import machine

MEASUREMENTS = ("speed", "checkers", "drawing", "memory", "scale", "start", "indexing")  # in the order of sections
HERE = Path(__file__).parent

HEAD = """\
# Results

How fast chainrule is, what it costs, and where others are better. Written by `make bench`, which sets up the peers by
itself and measures everything again; `python -m benchmarks report` writes this page from `benchmarks/results/` without
measuring.
"""
FOOT = """\
## To run it again

```
make bench                                              # everything: about half an hour
make bench ARGS="--quick"                               # speed only, roughly, in a minute or two; writes nothing
python -m benchmarks --only chain                       # the works whose names contain "chain"; writes nothing
python -m benchmarks --contestants chainrule,numpy      # without peers, in the running environment; writes nothing
```
"""


def available() -> list[str]:
    """Return the names of the measurements whose modules exist."""
    return [name for name in MEASUREMENTS if importlib.util.find_spec(f"benchmarks.{name}")]


def load(name: str) -> ModuleType:
    """Return the module of a measurement."""
    return importlib.import_module(f"benchmarks.{name}")


def store(name: str, results: dict[str, Any], folder: Path = HERE / "results") -> None:
    """Write the results of a measurement, and what it was made on, for `write`."""
    folder.mkdir(exist_ok=True)
    record = {"machine": machine.describe(), "results": results}
    (folder / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def write(folder: Path = HERE / "results", page: Path = HERE / "RESULTS.md") -> None:
    """Write the page and its pictures from all results that `folder` holds."""
    parts = [HEAD]
    for name in available():
        stored = folder / f"{name}.json"
        if not stored.exists():
            continue
        record = json.loads(stored.read_text(encoding="utf-8"))
        module = load(name)
        if hasattr(module, "picture"):
            module.picture(record["results"], folder / f"{name}.svg")
        heading, _, rest = module.section(record["results"]).partition("\n")
        parts.append(f"{heading}\n\n{machine.sentence(record['machine'])}\n{rest}")
    parts.append(FOOT)
    page.write_text("\n".join(part.strip() + "\n" for part in parts), encoding="utf-8")
