"""What RESULTS.md shows of the measurement of speed: tables, a picture, and how it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.works import WORKS, YARDSTICK

TITLES = {
    "chainrule": "chainrule",
    "torch": "PyTorch",
    "hips": "HIPS autograd",
    "mygrad": "MyGrad",
    "micrograd": "micrograd",
    "jax": "JAX (compiled)",
}
EAGER = ("torch", "hips", "mygrad", "micrograd")  # JAX compiles a work before it runs it
LEVEL = 1.05  # nearer than this is called level
FEW = 4  # works that are listed by name above the table

# Okabe and Ito's colours, which colour-blind readers can tell apart; the shapes differ as well.
MARKS = {
    "chainrule": ("o", "#0072b2"),
    "torch": ("s", "#d55e00"),
    "hips": ("^", "#009e73"),
    "mygrad": ("D", "#cc79a7"),
    "micrograd": ("v", "#e69f00"),
    "jax": ("P", "#56b4e9"),
}

LEGEND = """\
The first two columns are times, the others times relative to NumPy by hand. **Bold** where chainrule leads all eager
peers by 5 % or more. The last column names everyone who is faster, compiled or not; within 5 % counts as level.
Networks and their derivatives are float32, all else is float64.
"""

METHOD = """\
- **The yardstick** is the same mathematics written by hand in NumPy (in Python floats for the scalar operations). A
  number in a contestant's column is its time divided by the yardstick's: 1 is as fast, 2 takes twice as long.
- **Before anything is timed** every contestant's loss, gradients and updated weights are compared with the
  yardstick's, dtypes included; a difference is an error.
- **Everyone is written as a user would**, with what its documentation advises: modules, losses and optimisers where
  there are some, `torch.func`, `jax.jit`, MyGrad's guard of shared memory off. JAX's compilation is not timed.
  micrograd knows single numbers only, and its tanh is an operation of one's own, as in its author's lecture. For
  per-example gradients chainrule, HIPS autograd and MyGrad differentiate in a copy of the weights for each example.
  MyGrad has no second order and no Jacobians. `benchmarks/works/` has the code, all contestants of a work in one file.
- **Each contestant has a process of its own, which holds the yardstick too.** The processes take turns, one at a time,
  in an order that rotates; in its turn a process times both, and who is first alternates. A sample is as many runs as
  fill 10 ms. The ratio is taken within a round and its median over the rounds reported, so that a slow moment of the
  machine hits both sides. There were {rounds} rounds; in the typical row half of them lie within {spread} of the
  median.
- **Not all in one process**, as HIPS autograd's package has the same name as ours, and as the garbage collector, which
  stays on, walks all objects alive: those of PyTorch and JAX would be walked at everyone's expense. The microseconds
  are those of chainrule's process.
- **Memory that was freed stays with the process** (glibc's `MALLOC_TRIM_THRESHOLD_` and its like). By default large
  arrays may go back to the system and fault in again at every step, or not, depending on what else lies in the heap:
  on a million numbers the same hand-written code took 20 ms beside one library and 32 ms alone, and MyGrad's 35 ms
  or 77 ms. Now everyone's memory is kept.
- **Threads** are set in the environment before anything is imported (NumPy's BLAS, OpenMP, PyTorch, XLA). With one
  thread, no contestant kept more than {cores:.2f} cores busy. With two, the next sample starts when all threads rest:
  those of OpenBLAS spin for 0.1 s after their last work, which made everyone after them up to three times slower.
- **Other programs** kept at most {others:.2f} cores busy while a row was measured.
"""


def section(results: Mapping[str, Any]) -> str:
    """Return the section as Markdown."""
    times = results["times"]
    versions = ", ".join(
        f"{'NumPy' if name == YARDSTICK else TITLES[name].removesuffix(' (compiled)')} {version}"
        for name, version in results["versions"].items()
    )
    entries = [entry for row in times.values() for cell in row.values() for entry in cell.values()]
    rounds = sorted(entry["rounds"] for entry in entries)
    spreads = sorted((entry["high"] - entry["low"]) / 2 / entry["ratio"] for entry in entries if entry["ratio"] != 1)
    method = METHOD.format(
        rounds=f"{rounds[0]} to {rounds[-1]}",
        spread=f"±{100 * spreads[len(spreads) // 2]:.0f} %" if spreads else "0 %",
        cores=max((entry["cores"] for row in times.values() for entry in row.get("1", {}).values()), default=1),
        others=max(entry["others"] for entry in entries),
    )
    parts = ["## Speed", f"{versions}.", "![Times relative to NumPy by hand](results/speed.svg)"]
    for threads, heading in (("1", "One thread"), ("2", "Two threads")):
        if any(threads in row for row in times.values()):
            parts += [f"### {heading}", summary(times, threads), table(times, threads)]
    parts += [
        LEGEND.strip(),
        "### How it was measured",
        method.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def table(times: Mapping[str, Any], threads: str) -> str:
    """Return a Markdown table: the works down, the contestants across."""
    rows = {name: row[threads] for name, row in times.items() if threads in row}
    columns = [name for name in TITLES if any(name in cell for cell in rows.values())]
    titles = ["ratio" if name == "chainrule" else TITLES[name] for name in columns]
    head = ["", "NumPy by hand", "chainrule", *titles, "faster than chainrule"]
    lines = [head, [":--", *["--:"] * (len(head) - 2), ":--"]]
    for name, cell in rows.items():
        ratios = {contestant: _ratio(entry) for contestant, entry in cell.items()}
        if leads(cell):
            ratios["chainrule"] = f"**{ratios['chainrule']}**"
        times_taken = [_microseconds(cell[contestant]) for contestant in (YARDSTICK, "chainrule")]
        lines.append([WORKS[name].title, *times_taken, *(ratios.get(column, "–") for column in columns), words(cell)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def summary(times: Mapping[str, Any], threads: str) -> str:
    """Say in how many works chainrule leads the eager peers, and who is faster in which, as a Markdown list."""
    rows = {name: row[threads] for name, row in times.items() if threads in row}
    lines = [f"- chainrule leads all eager peers in {sum(map(leads, rows.values()))} of {len(rows)} works."]
    for peer in TITLES:
        works = [name for name, cell in rows.items() if peer in cell]
        lost = [WORKS[name].title for name in works if peer in faster(rows[name])]
        if lost:
            which = f": {'; '.join(lost)}" if len(lost) <= FEW else ""
            lines.append(f"- {TITLES[peer]} is faster than chainrule in {len(lost)} of its {len(works)} works{which}.")
    return "\n".join(lines)


def leads(cell: Mapping[str, Any]) -> bool:
    """Return whether chainrule is ahead of every eager peer by more than counts as level."""
    peers = [cell[name]["ratio"] for name in EAGER if name in cell]
    return bool(peers) and cell["chainrule"]["ratio"] * LEVEL <= min(peers)


def faster(cell: Mapping[str, Any]) -> dict[str, float]:
    """Return who is faster than chainrule by more than counts as level, and how many times as fast."""
    ours = cell["chainrule"]["ratio"]
    times = {name: ours / cell[name]["ratio"] for name in TITLES if name in cell}
    return {name: value for name, value in times.items() if value >= LEVEL}


def words(cell: Mapping[str, Any]) -> str:
    """Say plainly who is faster than chainrule on a work, and how much, and who is level with it."""
    ours = cell["chainrule"]["ratio"]
    ahead = faster(cell)
    behind = [name for name in TITLES if name in cell and name != "chainrule" and name not in ahead]
    level = [TITLES[name] for name in behind if ours * LEVEL > cell[name]["ratio"]]
    said = "; ".join(f"{TITLES[name]}, {value:.1f}× as fast" for name, value in ahead.items())
    return (said or ("nobody" if behind else "–")) + (f" (level: {', '.join(level)})" if level else "")


def picture(results: Mapping[str, Any], path: Path) -> None:
    """Draw the ratios on a logarithmic axis, a mark a contestant, with their quartiles; write an SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    times = results["times"]
    panels = [threads for threads in ("1", "2") if any(threads in row for row in times.values())]
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "chainrule", "font.size": 10}):
        # On white paper, so that it can be read on a dark page as well.
        figure = Figure(figsize=(11, 1.6 + 0.46 * len(times)), layout="constrained", facecolor="white")
        axes = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for panel, threads in zip(axes, panels, strict=True):
            _draw_panel(panel, times, threads)
        axes[0].set_yticks(range(len(times)), [WORKS[name].title for name in times])
        axes[0].invert_yaxis()
        handles = {handle.get_label(): handle for panel in axes for handle in panel.get_legend_handles_labels()[0]}
        figure.legend(handles=list(handles.values()), loc="outside lower center", ncols=len(handles), frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _draw_panel(panel: Any, times: Mapping[str, Any], threads: str) -> None:
    for place, (name, title) in enumerate(TITLES.items()):
        marker, colour = MARKS[name]
        found = [(i, row[threads][name]) for i, row in enumerate(times.values()) if name in row.get(threads, {})]
        if not found:
            continue
        rows, entries = zip(*found, strict=True)
        panel.errorbar(
            [entry["ratio"] for entry in entries],
            [row + 0.11 * (place - (len(TITLES) - 1) / 2) for row in rows],  # below each other where they would overlap
            xerr=[
                [max(0, entry["ratio"] - entry["low"]) for entry in entries],
                [max(0, entry["high"] - entry["ratio"]) for entry in entries],
            ],
            fmt=marker,
            color=colour,
            markersize=8 if name == "chainrule" else 6,
            markeredgecolor="white",
            markeredgewidth=0.5,
            elinewidth=1,
            label=title,
            zorder=3 if name == "chainrule" else 2,
        )
    panel.axvline(1, color="#1c2430", linewidth=1, zorder=1)
    panel.set_xscale("log")
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panel.set_title("one thread" if threads == "1" else "two threads", loc="left", fontsize=10)
    panel.set_xlabel("time relative to NumPy by hand (left is faster)")
    for row in range(0, len(times), 2):
        panel.axhspan(row - 0.5, row + 0.5, color="#f2f4f7", zorder=0)
    panel.grid(axis="x", color="#e4e7ec")
    panel.set_ylim(-0.5, len(times) - 0.5)
    panel.set_axisbelow(True)
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(length=0, which="both")


def _ratio(entry: Mapping[str, Any]) -> str:
    return f"{entry['ratio']:.0f}" if entry["ratio"] >= 100 else f"{entry['ratio']:.2f}"


def _microseconds(entry: Mapping[str, Any]) -> str:
    value = 1e6 * entry["seconds"]
    return f"{value:,.0f} µs" if value >= 100 else f"{value:.1f} µs"
