"""A measuring process; `benchmarks.processes` starts it with everything about threads already in its environment.

Reads a request a line from its input, ``["prepare", work]``, ``["round", turn]`` or ``["processor_seconds", null]``,
and answers each with a line.

Started by its file's name under ``python -P``: no directory is put before the environment's own packages, so that
`autograd` is the one that is installed there.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent.parent))  # at the end, for `benchmarks` itself

from benchmarks.stage import Stage

DISTRIBUTIONS = {
    "numpy": "numpy",
    "chainrule": "chainrule",
    "torch": "torch",
    "hips": "autograd",
    "mygrad": "mygrad",
    "jax": "jax",
    "micrograd": "micrograd",
}


def main(contestants: list[str], threads: int) -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints does not get between the answers
    if "torch" in contestants:
        import torch

        torch.set_num_threads(threads)
    if "hips" in contestants:
        import autograd

        if hasattr(autograd, "DISTRIBUTION"):
            raise ImportError(f"{autograd.__file__} is not HIPS autograd: its environment must not hold chainrule")
    stage = Stage(contestants, threads)
    versions = {name: importlib.metadata.version(DISTRIBUTIONS[name]) for name in stage.contestants}
    versions["numpy"] += f" with {_blas()}"
    print(json.dumps({"versions": versions}), file=answers)
    requests: dict[str, Callable[[Any], Any]] = {
        "prepare": stage.prepare,
        "round": stage.round,
        "processor_seconds": lambda _: time.process_time(),
    }
    for line in sys.stdin:
        request, argument = json.loads(line)
        try:
            reply = requests[request](argument)
        except Exception:
            print(json.dumps({"error": traceback.format_exc()}), file=answers)
            return
        print(json.dumps({"reply": reply}), file=answers)


def _blas() -> str:
    import numpy as np

    configuration: Any = np.show_config(mode="dicts")
    blas = configuration["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), int(sys.argv[2]))
