"""A drawing process: one contestant, one request, one line of JSON as the answer.

Started by its file's name under ``python -P``, as `benchmarks.child` is, with the contestant, the request and its
arguments as words. The program ``dot`` is what the PATH has.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))  # at the end, for `benchmarks` itself

from benchmarks.drawing import stand_in
from benchmarks.drawing.graph import counted
from benchmarks.drawing.networks import BROKEN, NETWORKS


def main(contestant: str, request: str, *arguments: str) -> None:
    """Answer a request, one of those below."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print as they like
    warnings.simplefilter("ignore")
    module = importlib.import_module(f"benchmarks.drawing.contestants.{contestant}")
    requests: dict[str, Callable[..., Any]] = {
        "version": lambda module: importlib.metadata.version(module.DISTRIBUTION),
        "timed": lambda module: module.TIMED,
        "start": start,
        "pictures": pictures,
        "others": others,
        "times": times,
        "png": png,
    }
    print(json.dumps(requests[request](module, *arguments)), file=answers, flush=True)


def start(module: Any) -> float:
    """Return the seconds that the program ``dot`` takes for a graph of one node, a median."""
    seconds = []
    for _ in range(9):
        begin = time.perf_counter()
        subprocess.run(["dot", "-Tsvg"], input=b"digraph { a }", capture_output=True, check=True)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def pictures(module: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what every setting draws of every network: DOT text, SVG, and what is counted in it."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for setting in module.SETTINGS:
        found[setting] = {}
        for name in NETWORKS:
            drawn = module.picture(module.Task(name), setting)
            found[setting][name] = {"dot": drawn.dot, "svg": drawn.svg, **counted(drawn.dot)}
    return found


def others(module: Any) -> dict[str, dict[str, str]]:
    """Return everything else that it writes of "mlp", and what it says of a NaN; an "error" where it raises."""
    tasks = {"first nan": "nan forward", "first nan backward": "nan backward"}
    found: dict[str, dict[str, str]] = {}
    for kind in module.others(module.Task("mlp")):
        task = module.Task(tasks.get(kind, "mlp"))
        found[kind] = _tried(module.others(task)[kind])
    found["picture"] = _tried(partial(_svg, module, "mlp", ""))
    for name in BROKEN:
        for setting in module.SETTINGS:
            found[f"{name} {setting}"] = _tried(partial(_svg, module, name, setting))
    return found


def _svg(module: Any, name: str, setting: str) -> str:
    svg: str = module.picture(module.Task(name), setting).svg
    return svg


def _tried(write: Callable[[], str]) -> dict[str, str]:
    try:
        return {"text": write()}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def times(module: Any, setting: str) -> dict[str, list[float]]:
    """Return the seconds to the DOT text and from there to the SVG: of the first drawing, and of every network."""
    found: dict[str, list[float]] = {}
    for name in ("first", *NETWORKS):
        task = module.Task("mlp" if name == "first" else name)
        drawn = module.picture(task, setting)
        found[name] = [drawn.dot_seconds, drawn.svg_seconds]
    return found


def png(module: Any, folder: str) -> list[str]:
    """Write what every setting draws of every network into `folder`, as PNG, and return the names of the files."""
    written = []
    for setting in module.SETTINGS:
        words = "".join(letter if letter.isalnum() else "-" for letter in setting.replace("`", ""))
        for name in (*NETWORKS, *BROKEN):
            path = Path(folder, f"{name} {module.DISTRIBUTION} {words}".strip().replace(" ", "_") + ".png")
            drawn = module.picture(module.Task(name), setting)
            path.write_bytes(stand_in.drawn(drawn.dot, "png", {"G": ["dpi=110"]}))
            written.append(path.name)
    return written


if __name__ == "__main__":
    main(*sys.argv[1:])
