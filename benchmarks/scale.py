"""Measure how time and memory grow with the graph: its nodes, the consumers of one tensor, the inputs of one node.

Everything should be linear: the time a node, a consumer, an input or a slice takes does not depend on how many there
are. Each graph is made, swept and freed in a fresh process, the garbage collector on as it is in use; every answer is
compared with the gradient that mathematics gives.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.testing import assert_allclose  # here: when it is first used, memory is being measured

from autograd import Tensor
from benchmarks.memory import resident

Work = tuple[Callable[[], Tensor], Callable[[], None]]  # what makes the graph, and what checks the gradients

NODES = (1_000, 10_000, 100_000, 1_000_000)
MANY = (1_000, 10_000, 100_000)
SLICES = (100, 1_000, 10_000)
WIDTH = 64  # of a table that is read by rows
LENGTH = 10  # of a window
AT_LEAST = 30_000  # nodes that the repetitions of one measurement have together, and three repetitions

# ------------------------------------------------------------------------------------------- the graphs


def chain(nodes: int) -> Work:
    """Return a chain of multiplications."""
    x = Tensor(1.0, requires_grad=True)
    factor = 1 - 1e-6

    def forward() -> Tensor:
        y = x
        for _ in range(nodes):
            y = y * factor
        return y

    return forward, lambda: _require(x.grad, factor**nodes)


def ladder(nodes: int) -> Work:
    """Return diamonds on top of each other: each sum has two consumers, which the next sum adds up."""
    x = Tensor(1.0, requires_grad=True)

    def forward() -> Tensor:
        y = x
        for _ in range(nodes // 3):
            y = y * 0.25 + y * 0.75
        return y

    return forward, lambda: _require(x.grad, 1)


def random_graph(nodes: int) -> Work:
    """Return a graph of means of the last value and of a random earlier one: no locality, any number of consumers."""
    x = Tensor(1.0, requires_grad=True)
    steps = nodes // 2
    partners = (np.random.default_rng(0).random(steps) * np.arange(1, steps + 1)).astype(int).tolist()

    def forward() -> Tensor:
        values = [x]
        for partner in partners:
            values.append((values[-1] + values[partner]) * 0.5)
        return values[-1]

    return forward, lambda: _require(x.grad, 1)


def consumers(number: int) -> Work:
    """Return a sum in which one tensor is an operand of every addition."""
    x = Tensor(1.0, requires_grad=True)

    def forward() -> Tensor:
        total = x * 0.0
        for _ in range(number):
            total = total + x
        return total

    return forward, lambda: _require(x.grad, number)


def inputs(join: Callable[[list[Tensor]], Any], number: int) -> Work:
    """Return what joins so many variables of one element."""
    variables = [Tensor([1.0], requires_grad=True) for _ in range(number)]

    def forward() -> Tensor:
        return np.sum(join(variables))

    return forward, lambda: _require(variables[number // 2].grad, [1])


def mixed_inputs(number: int) -> Work:
    """Return the concatenation of variables of two dtypes, where half of the gradients are converted."""
    variables = [Tensor(np.ones(1, np.float32 if i % 2 else np.float64), requires_grad=True) for i in range(number)]

    def forward() -> Tensor:
        return np.sum(np.concatenate(variables))

    return forward, lambda: _require(variables[number // 2].grad, [1])


def numbers(count: int) -> Work:
    """Return the sum of the numbers of a tensor, read one at a time."""
    return _reads((count,), count, lambda x, i: x[i], np.ones(count))


def rows(count: int) -> Work:
    """Return the sum of the rows of a table, read one at a time."""
    return _reads((count, WIDTH), count, lambda x, i: x[i], np.ones((count, WIDTH)))


def windows(count: int) -> Work:
    """Return the sum of the windows of a tensor, each a step further than the last and overlapping it."""
    shape = (count + LENGTH - 1,)
    return _reads(shape, count, lambda x, i: x[i : i + LENGTH], np.convolve(np.ones(count), np.ones(LENGTH)))


def _reads(shape: tuple[int, ...], count: int, read: Callable[[Tensor, int], Tensor], gradient: np.ndarray) -> Work:
    x = Tensor(np.ones(shape), requires_grad=True)

    def forward() -> Tensor:
        total = read(x, 0)
        for i in range(1, count):
            total = total + read(x, i)
        return np.sum(total)

    return forward, lambda: _require(x.grad, gradient)


GRAPHS: dict[str, Callable[[int], Work]] = {
    "chain": chain,
    "ladder of diamonds": ladder,
    "random graph": random_graph,
}
FANS: dict[str, Callable[[int], Work]] = {
    "one tensor, n consumers": consumers,
    "`np.stack` of n tensors": lambda n: inputs(np.stack, n),
    "`np.concatenate` of n tensors": lambda n: inputs(np.concatenate, n),
    "`np.concatenate`, two dtypes": mixed_inputs,
    "`sum` of a list of n tensors": lambda n: inputs(sum, n),
}
READS: dict[str, Callable[[int], Work]] = {
    "`x[i]` of n numbers": numbers,
    f"`x[i : i + {LENGTH}]` of n + {LENGTH - 1} numbers": windows,
    f"`x[i]` of n rows of {WIDTH} numbers": rows,
}
FAMILIES = {"graphs": (GRAPHS, NODES), "fans": (FANS, MANY), "reads": (READS, SLICES)}

# ------------------------------------------------------------------------------------------- the measurement


def measure() -> dict[str, Any]:
    """Return seconds and bytes by family, graph and size; see `measure_one`."""
    return {
        family: {name: {str(size): _in_child(family, name, size) for size in sizes} for name in works}
        for family, (works, sizes) in FAMILIES.items()
    }


def measure_one(family: str, name: str, size: int) -> dict[str, float]:
    """Return the median seconds to make, sweep and free one graph, and the bytes that the process grew by at its peak.

    Parameters
    ----------
    family, name
        What to measure, in `FAMILIES`.
    size : int
        The number of nodes, consumers, inputs or slices.
    """
    make = FAMILIES[family][0][name]
    make(100)[0]().backward()  # what happens once, at the first call of an operation
    forward, check = make(size)
    before = resident()
    times = []
    for _ in range(max(3, AT_LEAST // size)):
        start = time.perf_counter()
        loss = forward()
        made = time.perf_counter()
        loss.backward()
        swept = time.perf_counter()
        del loss
        freed = time.perf_counter()
        times.append((made - start, swept - made, freed - swept))
        if len(times) == 1:
            check()  # before a second run adds to the gradients
    seconds = [statistics.median(column) for column in zip(*times, strict=True)]
    memory = resident(at_peak=True) - before
    return {"forward": seconds[0], "backward": seconds[1], "free": seconds[2], "memory": memory}


def _in_child(family: str, name: str, size: int) -> Any:
    command = [sys.executable, "-m", "benchmarks.scale", "--child", family, name, str(size)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def _require(gradient: Any, expected: Any) -> None:
    assert_allclose(gradient, expected, rtol=1e-9)


# ------------------------------------------------------------------------------------------- what is shown


def section(results: dict[str, Any]) -> str:
    """Return the Markdown section of what `measure` returned; its picture is ``results/scale.svg``."""
    lines = [
        "## Scale",
        "",
        "![Time and memory by the number of nodes](results/scale.svg)",
        "",
        "Microseconds a node, to record it, sweep it and free it, and what the process grew by at its peak; every "
        "tensor is a number:",
        "",
        *_table(
            "graph", NODES, results["graphs"], lambda n, r: f"{_us(_total(r), n)} | {r['memory'] / 1e6:,.1f} MB", 2
        ),
        "",
        "Microseconds a consumer of one tensor, or an input of one node:",
        "",
        *_table("graph", MANY, results["fans"], lambda n, r: _us(_total(r), n)),
        "",
        "Microseconds to read a part of a tensor and add it to a total, n times in a loop, forward and backward:",
        "",
        *_table("read", SLICES, results["reads"], lambda n, r: _us(_total(r), n)),
    ]
    return "\n".join(lines) + "\n"


def picture(results: dict[str, Any], path: Path | str) -> None:
    """Draw time and memory over the number of nodes, both axes logarithmic, with a linear reference; write an SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Okabe and Ito's colours, which the colour-blind tell apart; markers tell the same.
    marks = dict(zip(GRAPHS, (("o", "#0072b2"), ("s", "#d55e00"), ("^", "#009e73")), strict=True))
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "chainrule", "font.size": 10}):
        # On white paper, so that it can be read on a dark page as well.
        figure = Figure(figsize=(9, 3.6), layout="constrained", facecolor="white")
        axes = figure.subplots(1, 2)
        for panel, title, value in (
            (axes[0], "seconds, forward and backward", _total),
            (axes[1], "MB at the peak", lambda result: result["memory"] / 1e6),
        ):
            for name, (marker, colour) in marks.items():
                panel.plot(NODES, [value(results["graphs"][name][str(n)]) for n in NODES], marker, color=colour, ls="-")
            last = value(results["graphs"]["chain"][str(NODES[-1])])
            panel.plot(NODES, [last * n / NODES[-1] for n in NODES], color="#5b6472", ls="--", zorder=1)
            panel.set(xscale="log", yscale="log", xlabel="nodes", title=title)
            panel.grid(color="#e4e7ec")
            panel.set_axisbelow(True)
            panel.spines[["top", "right"]].set_visible(False)
        figure.legend([*marks, "linear"], loc="outside lower center", ncols=len(marks) + 1, frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _table(
    heading: str, sizes: tuple[int, ...], rows: dict[str, Any], cell: Callable[[int, Any], str], columns: int = 1
) -> list[str]:
    return [
        f"| {heading} | " + " | ".join(f"n = {n:,}{' | memory' * (columns - 1)}" for n in sizes) + " |",
        "|---|" + "---:|" * columns * len(sizes),
        *(f"| {name} | " + " | ".join(cell(n, row[str(n)]) for n in sizes) + " |" for name, row in rows.items()),
    ]


def _total(result: dict[str, float]) -> float:
    return result["forward"] + result["backward"] + result["free"]


def _us(seconds: float, number: int) -> str:
    return f"{seconds / number * 1e6:.2f}"


def main() -> None:
    """Print the section, and write the picture to the file that is named; with ``--child``, measure one graph."""
    if sys.argv[1:2] == ["--child"]:
        family, name, size = sys.argv[2:]
        print(json.dumps(measure_one(family, name, int(size))))
        return
    results = measure()
    print(section(results))
    if sys.argv[1:]:
        picture(results, sys.argv[1])


if __name__ == "__main__":
    main()
