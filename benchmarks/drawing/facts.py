"""What the drawings say: each fact is looked for in the pictures and texts themselves, by a program.

An answer is "✓" if the default says it, else the setting with which it does, with "on hover" where it takes a pointer;
"–" if nothing does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np

from benchmarks.drawing.networks import truth

YES, NO = "✓", "–"
_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")
_TOLERANCE = 0.05  # two digits may be shown
_FOLDED = 40  # nodes
_SHADES = 4  # colours


class Evidence(NamedTuple):
    """What a contestant drew and wrote.

    Attributes
    ----------
    pictures : mapping
        By setting and network: DOT text, SVG and what `benchmarks.drawing.graph.counted` says.
    others : mapping
        By kind: the "text" or the "error" of anything else.
    bare : mapping
        The same where there is no program ``dot`` on the PATH.
    is_stable : bool
        Whether two processes wrote the same DOT text of every network, by default.
    """

    pictures: Mapping[str, Mapping[str, Mapping[str, Any]]]
    others: Mapping[str, Mapping[str, str]]
    bare: Mapping[str, Mapping[str, str]]
    is_stable: bool


Finder = Callable[[Evidence], str]


def found(evidence: Evidence) -> dict[str, str]:
    """Return the answer to every fact."""
    return {title: finder(evidence) for title, finder in FACTS.items()}


def visible(svg: str) -> str:
    """Return what is written in a picture."""
    return " ".join("".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{_SVG}text"))


def on_hover(svg: str) -> str:
    """Return what a picture says where the pointer rests."""
    root = ElementTree.fromstring(svg)
    titles = [title.text or "" for title in root.iter(f"{_SVG}title")]
    return "\n".join([*titles, *(link.get("{http://www.w3.org/1999/xlink}title", "") for link in root.iter())])


def shown(pattern: str) -> Finder:
    """Return a finder of a regular expression in the pictures of the MLP."""

    def find(evidence: Evidence) -> str:
        for suffix, read in (("", visible), (" on hover", on_hover)):
            for setting, drawn in evidence.pictures.items():
                if re.search(pattern, read(drawn["mlp"]["svg"])):
                    return f"{setting or YES}{suffix}"
        return NO

    return find


def holds(condition: Callable[[Mapping[str, Mapping[str, Any]]], bool]) -> Finder:
    """Return a finder of a setting whose drawings of all networks fulfil a condition."""

    def find(evidence: Evidence) -> str:
        return next((setting or YES for setting, drawn in evidence.pictures.items() if condition(drawn)), NO)

    return find


def written(kind: str, pattern: str) -> Finder:
    """Return a finder of another output, in which the regular expression is to occur."""

    def find(evidence: Evidence) -> str:
        text = evidence.others.get(kind, {}).get("text", "")
        return YES if re.search(pattern, text) else NO

    return find


def tells_gradients(words: list[str]) -> bool:
    """Return whether numbers among `words` are the norm, rms or largest element of each layer's gradient."""
    numbers = np.array([float(number) for text in words for number in _NUMBER.findall(text)])
    return all(
        any(np.any(np.abs(numbers - size) <= _TOLERANCE * size) for size in _sizes(gradient)) for gradient in truth()[1]
    )


def _numbers(evidence: Evidence) -> str:
    """Say where numbers tell the sizes of gradients."""
    for setting, drawn in evidence.pictures.items():
        for kind in ("edges", "nodes"):
            if tells_gradients(drawn["mlp"][f"on_{kind}"]):
                return f"{setting or YES}, {kind}"
    return NO


def _sizes(gradient: np.ndarray) -> Iterator[float]:
    yield float(np.linalg.norm(gradient))
    yield float(np.sqrt(np.mean(gradient**2)))
    yield float(np.abs(gradient).max())


def _scale(evidence: Evidence) -> str:
    """Say where colours tell the sizes of gradients: with them the residual network has more colours than without."""
    plain = evidence.pictures[""]["residual"]
    for setting, drawn in evidence.pictures.items():
        if "grad" in setting:
            for kind in ("edge", "node"):
                if drawn["residual"][f"{kind}_colors"] >= plain[f"{kind}_colors"] + _SHADES:
                    return f"{setting}, {kind}s"
    return NO


def _nan(direction: str, operation: str) -> Finder:
    """Return a finder of a NaN's origin: in a picture that says it of one operation only, or in a report."""

    def find(evidence: Evidence) -> str:
        for kind, said in evidence.others.items():
            if kind.startswith(direction) and "text" in said:
                text = visible(said["text"]) + on_hover(said["text"])
                if re.search(rf"(?i)first (nan|infinity|non-finite)[^.;]*{operation}", text):
                    return kind.removeprefix(direction).strip() or YES
        report = "first nan" if direction == "nan forward" else "first nan backward"
        text = evidence.others.get(report, {}).get("text", "")
        return "in a report" if re.search(rf"(?is)(first|birth)[^\n]*{operation}", text) else NO

    return find


def _way_past(evidence: Evidence) -> str:
    """Say whether two edges leave x by default: one into the block, one past it."""
    return YES if evidence.pictures[""]["residual"]["branches"] > 1 else NO


def _without_graphviz(evidence: Evidence) -> str:
    """Say whether there is a picture without the program ``dot``."""
    if "text" in evidence.bare["picture"]:
        return YES
    return "a schematic SVG" if "text" in evidence.bare.get("svg", {}) else NO


def _dark(evidence: Evidence) -> str:
    """Say how a picture gets dark: by the reader's preference, or by an option."""
    for drawn in evidence.pictures.values():
        if "prefers-color-scheme" in drawn["mlp"]["svg"]:
            return YES
    return next((setting for setting in evidence.pictures if "dark" in setting), NO)


FACTS: dict[str, Finder] = {
    "operations as mathematics: x Wᵀ + b": shown(r"x ?Wᵀ \+ b"),
    "shapes of results": shown(r"5\s*[×x,]\s*8"),
    "shapes of parameters": shown(r"8\s*[×x,]\s*4"),
    "dtypes": shown(r"float32|f32"),
    "bytes of results": shown(r"160 ?(B|bytes)"),
    "names of parameters": shown(r"weight"),
    "modules as regions": holds(lambda drawn: drawn["mlp"]["clusters"] > 0),
    "the data by their names, x and labels": shown(r"(?s)(?=.*\bx\b)(?=.*\blabels\b)"),
    "x on its way past the first residual block": _way_past,
    "the loss's value": shown(re.escape(f"{truth()[0]:.3f}"[:4])),
    "sizes of gradients, in numbers": _numbers,
    "sizes of gradients, in colours": _scale,
    "the operation where a NaN arises": _nan("nan forward", "log"),
    "the VJP where a gradient is first not finite": _nan("nan backward", "sqrt"),
    "memory saved for the backward pass": shown(r"(?i)saved|keeps"),
    "VJPs as formulas": shown(r"ḡ|g · |· g\b|∂\w+ ="),
    "the line of the program": shown(r"\w+\.py:\d+"),
    "48 blocks drawn as a few": holds(lambda drawn: drawn["deep"]["nodes"] <= _FOLDED),
    "the time of each operation": shown(r"\bt=[\d.]+ ?[num]?s"),
    "dark mode": _dark,
    "a picture without the program `dot`": _without_graphviz,
    "the same DOT text from run to run": lambda evidence: YES if evidence.is_stable else NO,
    "text for a terminal": written("text", "Linear|tanh"),
    "JSON": written("json", r"^\s*\{"),
    "Mermaid": written("mermaid", "^flowchart|^graph"),
    "interactive page, HTML": written("html", "<script"),
}
