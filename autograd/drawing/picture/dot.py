"""The model as DOT text: what the picture looks like.

Data flows to the right, or down the page. A gradient flows back along every solid line and along no dashed one. The
same model gives the same text, byte for byte.
"""

from __future__ import annotations

from typing import Any

from autograd.drawing.model import Edge, Folded, GraphModel, Leaf, Operation, Output, Region, Statistics
from autograd.drawing.notation import ORDERED, shape_text
from autograd.drawing.picture.backward import draw_backward
from autograd.drawing.picture.labels import edge_label, edge_tooltip, html_label, node_label, region_title, tooltip
from autograd.drawing.picture.legend import legend
from autograd.drawing.picture.palette import colors
from autograd.drawing.picture.route import drawn_regions, first_inputs, main_path
from autograd.drawing.picture.scale import GradientScale

Attributes = dict[str, str]
Node = Operation | Folded | Leaf | Output

_FONT = "Helvetica,Arial,sans-serif"
_GRAPH = {
    "pad": "0.25",
    "nodesep": "0.2",
    "ranksep": "0.45",
    "fontname": _FONT,
    "labelloc": "b",
    "labeljust": "l",
}
_NODE = {
    "fontname": _FONT,
    "fontsize": "11",
    "penwidth": "0",
    "style": "filled,rounded",
    "shape": "box",
    "margin": "0.14,0.07",
    "height": "0.3",
    "width": "0.4",
}
_EDGE = {"fontname": _FONT, "fontsize": "8.5", "arrowsize": "0.6", "penwidth": "1.3"}
_CLUSTER = {
    "fontname": _FONT,
    "fontsize": "10",
    "labelloc": "t",
    "style": "filled,rounded",
    "penwidth": "1",
    "margin": "9",
}
_CHIP = {"fontsize": "10"}
_JOINT = {"shape": "point", "width": "0.018", "height": "0.018", "penwidth": "0.6", "tooltip": " "}  # thick as a line
_LONGEST_RIGHT = 7  # edges on the main path, beyond which a picture to the right is wider than a page
_THINNEST, _THICKEST = 0.9, 3.2  # points, of the smallest and the largest gradients


def to_dot(model: GraphModel, theme: str = "light", direction: str = "auto", *, is_backward: bool = False) -> str:
    """Return the DOT text of `model`.

    Parameters
    ----------
    model : GraphModel
    theme : {"light", "dark"}
    direction : {"auto", "right", "down"}
        Where data flows. By default a long way through the graph runs down the page and a short one to the right.
    is_backward : bool
        Whether to draw the VJPs too.
    """
    return _Page(model, theme, direction, is_backward=is_backward).source()


class _Page:
    """One picture in the making."""

    def __init__(self, model: GraphModel, theme: str, direction: str, *, is_backward: bool) -> None:
        self.model = model
        self.colors, self.steps = colors(theme)
        self.is_backward = is_backward
        self.scale = GradientScale.of(edge.gradient for edge in model.edges if edge.gradient is not None)
        self.usual_dtype = model.dtype
        self.first = first_inputs(model)
        self.main = main_path(model, self.first)
        is_long = len(self.main) > _LONGEST_RIGHT
        self.runs_down = direction == "down" or (direction == "auto" and is_long)
        self.on_main = {name for edge in self.main for name in (edge.source, edge.target)}
        self.nodes: dict[str, Node] = {n.name: n for n in (*model.leaves, *model.operations, *model.outputs)}
        self.leaves = {leaf.name: leaf for leaf in model.leaves}
        drawn = drawn_regions(model)
        self.cluster = {name: self._nearest(getattr(n, "region", None), drawn) for name, n in self.nodes.items()}
        self.members: dict[int | None, list[Node]] = {}
        for name, node in self.nodes.items():
            self.members.setdefault(self.cluster[name], []).append(node)
        self.children: dict[int | None, list[int]] = {}
        for region in sorted(drawn):
            self.children.setdefault(self._nearest(model.regions[region].parent, drawn), []).append(region)
        self.joints = self._joints()
        self.ordered = self._ordered()

    def _nearest(self, region: int | None, drawn: set[int]) -> int | None:
        return next((around for around in self.model.ancestors(region) if around in drawn), None)

    def _joints(self) -> set[str]:
        """Return the operations whose first input passes the chips of its own module on the way in.

        Graphviz leads a line from outside around what stands before its target in a cluster. A point in the cluster,
        through which the line passes, keeps the line straight.
        """
        crowded = {
            edge.target
            for edge in self.model.edges
            if edge.source in self.leaves and self.cluster[edge.source] == self.cluster[edge.target] is not None
        }
        return {t for t, edge in self.first.items() if t in crowded and self.cluster[edge.source] != self.cluster[t]}

    def _ordered(self) -> set[str]:
        """Return the operations whose operands must be drawn in their order, the first one on top: ``a ÷ b``.

        Not those with a cluster near, where Graphviz cannot promise it.
        """
        ordered = {n.name for n in self.model.operations if isinstance(n, Operation) and n.primitive in ORDERED}
        for edge in self.model.edges:
            if self.cluster[edge.source] is not None or self.cluster[edge.target] is not None:
                ordered.discard(edge.target)
        return ordered

    def source(self) -> str:
        # Imported when something is drawn, as it takes longer than all of `import autograd`.
        import graphviz  # type: ignore[import-untyped]  # it has no annotations

        colors = self.colors
        graph = graphviz.Digraph(
            name="computation",
            graph_attr=_GRAPH | {"bgcolor": colors["paper"], "rankdir": "TB" if self.runs_down else "LR"},
            node_attr=_NODE,
            edge_attr=_EDGE | {"fontcolor": colors["note"]},
        )
        key = legend(self.model, colors, self.steps, self.scale, is_backward=self.is_backward)
        graph.attr(label=key, tooltip=" ")
        self._draw_region(graph, None, 0)
        labelled: set[str] = set()
        for edge in sorted(self.model.edges, key=self._comes_late):
            self._draw_edge(graph, edge, self._edge_label(edge, is_first=edge.source not in labelled))
            labelled.add(edge.source)
        if self.is_backward:
            draw_backward(graph, self.model, colors)
        return str(graph.source)

    def _edge_label(self, edge: Edge, *, is_first: bool) -> str:
        """Return the label of an edge; what flows from a node is said once, and where shapes clash."""
        source, target = self.nodes[edge.source], self.nodes[edge.target]
        name = source.label if is_first and isinstance(source, Operation) else None
        if isinstance(source, Leaf) or isinstance(target, Output):
            return edge_label(edge, None, "", self.colors)
        has_clashed = any(mark.kind == "failed" for mark in target.marks) if not isinstance(target, Leaf) else False
        shape = shape_text(edge.array, self.model.dtype) if is_first or has_clashed else ""
        return edge_label(edge, name, shape, self.colors)

    def _comes_late(self, edge: Edge) -> bool:
        return edge not in self.main and edge.target not in self.ordered

    def _draw_region(self, graph: Any, region: int | None, depth: int) -> None:
        members = self.members.get(region, ())
        for node in members:
            if node.name in self.joints:
                edge = self.first[node.name]
                look = {"group": "main"} if edge in self.main else {}
                color = self._flow(edge)["color"]
                graph.node(f"into_{node.name}", "", _attributes=_JOINT | look, color=color, fillcolor=color)
        for node in members:
            look = self._look(node) | ({"group": "main"} if node.name in self.on_main else {})
            look |= {"ordering": "in"} if node.name in self.ordered else {}
            label = html_label(node_label(node, self._title_of_region(node), self.model, self.colors))
            graph.node(node.name, label, tooltip=tooltip(node, self.model), **look)
        for child in self.children.get(region, ()):
            call = self.model.regions[child]
            with graph.subgraph(name=f"cluster_{call.name}") as cluster:
                cluster.attr(_attributes=self._frame(call, depth), label=html_label(region_title(call)), tooltip=" ")
                self._draw_region(cluster, child, depth + 1)

    def _frame(self, region: Region, depth: int) -> Attributes:
        """Return the look of a box around `region`; what repeats has a double line, as a pile of sheets."""
        shade = "region" if depth % 2 == 0 else "inner_region"
        look = _CLUSTER | {"color": self.colors["region_edge"], "fillcolor": self.colors[shade]}
        look |= {"fontcolor": self.colors["on_region"], "labeljust": "r" if self.runs_down else "l"}
        return look | ({"peripheries": "2", "color": self.colors["module_edge"]} if region.repeats > 1 else {})

    def _title_of_region(self, node: Node) -> str:
        cluster = self.cluster[node.name]
        return "" if cluster is None else self.model.regions[cluster].label or ""

    def _draw_edge(self, graph: Any, edge: Edge, label: str) -> None:
        is_first = self.first.get(edge.target) is edge
        flow = self._flow(edge) | {"weight": "100" if edge in self.main else "12" if is_first else "1"}
        note = edge_tooltip(edge)
        flow |= {"tooltip": note, "labeltooltip": note} if note else {}
        if is_first and edge.target in self.joints:
            joint = f"into_{edge.target}"
            graph.edge(edge.source, joint, label or None, _attributes=flow, arrowhead="none", headclip="false")
            graph.edge(joint, edge.target, _attributes=flow, tailclip="false")
        else:
            graph.edge(edge.source, edge.target, label or None, _attributes=flow)

    def _flow(self, edge: Edge) -> Attributes:
        """Return the look of a line: by the gradient that flows back along it, or by what flows forward."""
        if not edge.has_gradient:
            return {"color": self.colors["constant_flow"], "style": "dashed"}
        if edge.gradient is not None:
            return self._gradient_flow(edge.gradient)
        if isinstance(self.nodes[edge.source], Leaf):
            return {"color": self.colors["learned_flow"], "penwidth": "1"}
        return {"color": self.colors["flow"]}

    def _gradient_flow(self, gradient: Statistics) -> Attributes:
        if not gradient.is_finite:  # three parallel lines, which no other edge has
            red, paper = self.colors["failed"], self.colors["paper"]
            return {"color": f"{red}:{paper}:{red}", "fontcolor": red, "penwidth": "1.6"}
        if gradient.is_zero or self.scale is None:
            return {"color": self.colors["dead_edge"], "fontcolor": self.colors["on_dead"], "style": "dotted"}
        step = self.scale.step(gradient)
        width = _THINNEST + (_THICKEST - _THINNEST) * step / (len(self.steps) - 1)
        return {"color": self.steps[step], "fontcolor": self.steps[step], "penwidth": f"{width:.2g}"}

    def _look(self, node: Node) -> Attributes:
        """Return the colours of a node: by what went wrong with it, else by what it is."""
        kinds = {mark.kind for mark in getattr(node, "marks", ())}
        if isinstance(node, Operation | Folded) and kinds & {"failed", "wrong"}:
            look = self._filled("failed") | {"color": self.colors["failed"], "penwidth": "2"}
        elif kinds & {"dead", "cut off"}:
            look = self._filled("dead") | {"style": "filled,rounded,dashed", "color": self.colors["dead_edge"]}
            look |= {"penwidth": "1"}
        else:
            look = self._look_of_kind(node)
        if "non-finite" in kinds:
            look |= {"color": self.colors["failed"], "penwidth": "3"}
        elif "cannot tell" in kinds:
            look |= {"color": self.colors["unsure"], "penwidth": "2"}
        elif "right" in kinds:
            look |= {"color": self.colors["right"], "penwidth": "2"}
        return look | (_CHIP if isinstance(node, Leaf) else {})

    def _look_of_kind(self, node: Node) -> Attributes:
        if isinstance(node, Operation):
            return self._filled("operation")
        if isinstance(node, Output):
            return self._filled("output")
        if isinstance(node, Leaf):
            return self._filled("constant" if node.kind == "constant" else "learned")
        kind = "elided" if node.module is None else "module"
        look = self._filled(kind) | {"color": self.colors[f"{kind}_edge"], "penwidth": "1"}
        is_pile = node.module is not None and self.model.regions[node.module].repeats > 1
        return look | ({"peripheries": "2"} if is_pile else {})

    def _filled(self, kind: str) -> Attributes:
        return {"fillcolor": self.colors[kind], "fontcolor": self.colors[f"on_{kind}"]}
