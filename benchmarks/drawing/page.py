"""The section of the report: what each picture says, how large it is, how long it takes, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.drawing.facts import NO
from benchmarks.drawing.networks import NETWORKS

TITLES = {"chainrule": "chainrule", "torchviz": "torchviz", "torchview": "torchview", "torchlens": "TorchLens"}
OURS = "chainrule"
LEVEL = 0.95

# Judged by eye, from the PNG files that `python -m benchmarks.drawing` writes.
LOOKS = {
    "chainrule": "Reads along one straight line as a formula, with data, parameters and operations told apart by "
    "colour and a key below; where a gradient vanishes or a NaN arises is seen at a glance. Each parameter is a box, "
    "so that it takes twice the room of torchview's picture unless repeats are folded, which by default is done above "
    '150 nodes only: 12 residual blocks are a strip of 103 boxes, and `collapse="repeats"` draws two of them.',
    "torchviz": "A tree of backward functions, tidy and without overlap: `AddmmBackward0`, `TBackward0`, two boxes on "
    "the way from each weight. What the network computes has to be read from names of derivatives; deep networks are "
    "a diagonal of hundreds of boxes.",
    "torchview": "The calmest picture of the small networks: a table a module with the shapes that go in and out, and "
    "the skip connections are plain to see. No parameters, no values; deep networks are a strip.",
    "torchlens": "Every box has name, shape, bytes, parameters and module. Folded, 12 residual blocks are one short "
    "row, the shortest of all; of 48 blocks it draws the first, and then the whole network once more behind it. "
    "Colours of gradients are linear, so that most layers of a vanishing gradient look equally white; the dark theme "
    "leaves the module's area white and arrows black on dark.",
}


def section(results: Mapping[str, Any]) -> str:
    """Return the Markdown section of what `benchmarks.drawing.measure` returned."""
    parts = [
        "## Drawings",
        _introduction(results),
        "### What the pictures say",
        _facts(results["facts"]),
        _losses(results["facts"]),
        "### Without the program `dot`",
        _bare(results),
        "### Size",
        _sizes(results["sizes"]),
        "### Time",
        _times(results),
        "### How they look",
        "\n".join(f"- **{TITLES[name]}.** {words}" for name, words in LOOKS.items() if name in results["versions"]),
        "### How it was asked",
        _how(results),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _introduction(results: Mapping[str, Any]) -> str:
    names = ", ".join(f"{TITLES[name]} {version}" for name, version in results["versions"].items())
    networks = "; ".join(network.title for network in NETWORKS.values())
    return f"{names}. The same networks, each with its cross-entropy on 5 rows: {networks}."


def _facts(found: Mapping[str, Mapping[str, str]]) -> str:
    contestants = list(found)
    lines = [f"|  | {' | '.join(TITLES[name] for name in contestants)} |", "| :-- |" + " :-- |" * len(contestants)]
    for title in found[contestants[0]]:
        lines.append(f"| {title} | {' | '.join(found[name][title] for name in contestants)} |")
    return "\n".join(lines)


def _losses(found: Mapping[str, Mapping[str, str]]) -> str:
    """Say in words what another library says and chainrule does not."""
    lost = {
        title: [TITLES[name] for name in found if found[name][title] != NO]
        for title, answer in found.get(OURS, {}).items()
        if answer == NO and any(found[name][title] != NO for name in found)
    }
    if not lost:
        return "There is nothing here that another library says and chainrule does not."
    words = "; ".join(f"{title} ({', '.join(names)})" for title, names in lost.items())
    return f"Others have, and chainrule has not: {words}."


def _bare(results: Mapping[str, Any]) -> str:
    lines = []
    for name, error in results["bare"].items():
        schematic = results["facts"][name]["a picture without the program `dot`"]
        besides = f" Besides the drawing it has {schematic}, which it does write." if schematic.startswith("a ") else ""
        said = f"no picture: `{error}`.{besides}" if error else "draws all the same, with the engine of pygraphviz."
        lines.append(f"- {TITLES[name]}: {said}")
    return "\n".join(lines)


def _sizes(sizes: Mapping[str, Mapping[str, Mapping[str, Mapping[str, int]]]]) -> str:
    lines = [
        "Nodes and edges that are drawn, and kilobytes of the SVG; without settings that draw as many as the default.",
        "",
        f"|  | setting | {' | '.join(network.title for network in NETWORKS.values())} |",
        "| :-- | :-- |" + " :-- |" * len(NETWORKS),
    ]
    for contestant, settings in sizes.items():
        for setting, named in settings.items():
            if setting and _drawn(named) == _drawn(settings[""]):
                continue
            cells = [
                f"{one['nodes']} nodes, {one['edges']} edges, {one['svg'] / 1000:.0f} kB" for one in named.values()
            ]
            lines.append(f"| {TITLES[contestant]} | {setting or 'default'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _drawn(named: Mapping[str, Mapping[str, int]]) -> list[tuple[int, int]]:
    return [(one["nodes"], one["edges"]) for one in named.values()]


def _times(results: Mapping[str, Any]) -> str:
    columns = ["first drawing of the process: the MLP", *(network.title for network in NETWORKS.values())]
    lines = [
        "Milliseconds from the network to the DOT text (the forward pass, the backward pass where gradients are drawn, "
        f"and the drawing) + from there to the SVG; medians of {results['rounds']} processes.",
        "",
        f"|  | setting | {' | '.join(columns)} |",
        "| :-- | :-- |" + " --: |" * len(columns),
    ]
    for contestant, settings in results["times"].items():
        for setting, named in settings.items():
            cells = [f"{_ms(dot)} + {_ms(svg)}" for dot, svg in named.values()]
            lines.append(f"| {TITLES[contestant]} | {setting or 'default'} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", _faster(results["times"])])


def _faster(times: Mapping[str, Mapping[str, Mapping[str, list[float]]]]) -> str:
    """Say who has a default picture sooner than chainrule, both steps together, and of which networks."""
    ours = times[OURS][""]
    lines = []
    for name, settings in times.items():
        sooner = [network.title for key, network in NETWORKS.items() if sum(settings[""][key]) < LEVEL * sum(ours[key])]
        if sooner and name != OURS:
            lines.append(f"{TITLES[name]} has its default picture sooner than chainrule: {'; '.join(sooner)}.")
    return " ".join(lines or ["Nobody has a default picture sooner than chainrule."]) + " Within 5 % counts as level."


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f}" if seconds < 0.01 else f"{seconds * 1e3:,.0f}"


def _how(results: Mapping[str, Any]) -> str:
    return f"""\
- **Networks** are written once, for `nn` and `torch.nn`, and get the same weights (`benchmarks/drawing/networks.py`).
  torchview and TorchLens draw modules, so that the loss is in a module with the network; torchviz is given the loss
  and the names of the parameters; chainrule is given the loss and the names of the data.
- **What a picture says** is looked for by a program (`benchmarks/drawing/facts.py`) in the words of the SVG: the shape
  of a hidden layer, 160 bytes, the value of the loss, each layer's gradient as computed by hand. "✓" is the default,
  else the setting is named with which it says it. A NaN is named if a picture or a report says of one operation that
  it was the first.
- **Settings**: the default, and those of each documentation that say more. TorchLens draws gradients in its rolled
  view, as in the unrolled one of this version their edges join a second set of nodes beside the operations.
- **The program `dot`** is here a stand-in: a script on the PATH in front of the engine in the wheel of pygraphviz.
  The last number of a time has {results["start"] * 1e3:,.0f} ms for its start, which everyone pays, chainrule too.
  TorchLens asks it more than once where operations have several successors.
- **Times** are taken in fresh processes, one thread, a round of all contestants after the other, who is first rotates;
  imports do not count. The first drawing of a process has what a library sets up at its first use. Other programs
  kept {results["others_busy"]:.1f} cores busy.
- **Nodes** are those with words on them; legends do not count."""
