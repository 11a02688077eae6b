"""The model as a Mermaid flowchart, which Markdown pages show as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograd.drawing.model import Folded, GraphModel, Leaf, Operation, Output, Region
from autograd.drawing.notation import clean, count_text, region_text, shape_text, shortened, write
from autograd.drawing.picture.render import RenderError
from autograd.drawing.picture.route import drawn_regions

MOST_EDGES = 450  # Mermaid draws no picture of more than 500, whatever the picture itself says
MOST_CHARACTERS = 50_000  # nor of a longer text
_LONGEST = 40  # characters of a label

_LOOKS = {
    "operation": "fill:#2563eb,stroke:#2563eb,color:#ffffff",
    "parameter": "fill:#fde9c8,stroke:#d97706,color:#78350f",
    "constant": "fill:#e2e8f0,stroke:#94a3b8,color:#0f172a",
    "output": "fill:#166534,stroke:#166534,color:#ffffff",
    "folded": "fill:#eff6ff,stroke:#2563eb,color:#1e3a8a",
    "module": "fill:#f5f9ff,stroke:#dbeafe,color:#334155",
}

# What is markup to Mermaid or HTML, and what begins a list or emphasis in Markdown, as which Mermaid reads some labels.
_SPECIAL = re.compile(r"[\"#&<>`*~:;\\|$\[\]{}]|(?<!\w)_|_(?!\w)|^[+=-]|(?<=\d)[.)](?= )")

Node = Operation | Folded | Leaf | Output


def to_mermaid(model: GraphModel) -> str:
    """Return `model` as the text of a Mermaid flowchart, the same from run to run.

    Raises
    ------
    RenderError
        If there are more than 450 edges or 50,000 characters, of which Mermaid makes no picture.
    """
    if len(model.edges) > MOST_EDGES:
        raise _too_large(f"{len(model.edges):,} edges", "500 edges")
    text = "\n".join(_Flowchart(model).lines()) + "\n"
    if len(text) > MOST_CHARACTERS:
        raise _too_large(f"a text of {len(text):,} characters", f"{MOST_CHARACTERS:,} characters")
    return text


class _Flowchart:
    """One flowchart in the making."""

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        nodes: tuple[Node, ...] = (*model.leaves, *model.operations, *model.outputs)
        names = [node.name for node in nodes] + [region.name for region in model.regions]
        self.ids = {
            name: name if name.isascii() and name.isidentifier() else f"_{index}" for index, name in enumerate(names)
        }
        drawn = drawn_regions(model)
        self.members: dict[int | None, list[Node]] = {}
        for node in nodes:
            self.members.setdefault(self._nearest(getattr(node, "region", None), drawn), []).append(node)
        self.children: dict[int | None, list[int]] = {}
        for region in sorted(drawn):
            self.children.setdefault(self._nearest(model.regions[region].parent, drawn), []).append(region)

    def _nearest(self, region: int | None, drawn: set[int]) -> int | None:
        return next((around for around in self.model.ancestors(region) if around in drawn), None)

    def lines(self) -> Iterator[str]:
        yield "flowchart LR"
        yield from self._inside(None, "    ")
        for edge in self.model.edges:
            arrow = "-->" if edge.has_gradient else "-.->"
            shape = shape_text(edge.array, self.model.dtype)
            label = f'|"{_escaped(shape)}"|' if shape else ""
            yield f"    {self.ids[edge.source]} {arrow}{label} {self.ids[edge.target]}"
        classes = self._classes()
        for kind, look in _LOOKS.items():
            if classes.get(kind):
                yield f"    classDef {kind} {look}"
                yield f"    class {','.join(classes[kind])} {kind}"

    def _inside(self, region: int | None, indent: str) -> Iterator[str]:
        """Yield the nodes and the boxes in a box."""
        for node in self.members.get(region, []):
            yield f'{indent}{self.ids[node.name]}["{_label(node, self.model)}"]'
        for child in self.children.get(region, []):
            call = self.model.regions[child]
            yield f'{indent}subgraph {self.ids[call.name]}["{_title(call)}"]'
            yield from self._inside(child, indent + "    ")
            yield f"{indent}end"

    def _classes(self) -> dict[str, list[str]]:
        """Return the names of the nodes and boxes of each kind."""
        classes: dict[str, list[str]] = {}
        for nodes in self.members.values():
            for node in nodes:
                kind = type(node).__name__.lower()
                if isinstance(node, Leaf):
                    kind = "constant" if node.kind == "constant" else "parameter"
                classes.setdefault(kind, []).append(self.ids[node.name])
        boxes = (self.model.regions[child].name for children in self.children.values() for child in children)
        classes["module"] = [self.ids[name] for name in boxes]
        return classes


def _label(node: Node, model: GraphModel) -> str:
    """Return the mathematics of an operation, or the name of an array."""
    if isinstance(node, Operation):
        return _escaped("  ".join(part for part in write(node) if part))
    if isinstance(node, Output):
        return _escaped(f"{node.label}  {node.value or ''}")
    if isinstance(node, Leaf):
        return _escaped(node.label or node.name)
    if node.module is None:
        return _escaped(node.label)
    return f"{_title(model.regions[node.module])}<br/>{count_text(node.operations, 'operation')}"


def _title(region: Region) -> str:
    return " ".join(_escaped(part) for part in region_text(region) if part)


def _escaped(text: str) -> str:
    """Return `text` for a label in quotes, where nothing of it can be markup; never empty, which Mermaid refuses."""
    plain = shortened(clean(text), _LONGEST)
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", plain) or "#32;"


def _too_large(is_of: str, most: str) -> RenderError:
    return RenderError(
        f"draw: Mermaid makes no picture of more than {most} and this one has {is_of}; draw(..., collapse=1) shows "
        "each module as one node, and a file that ends with .svg has no such limit"
    )
