"""The model as DOT text: what the picture looks like.

Solid blue pills are operations, amber chips are arrays that receive a gradient, slate chips are arrays that do not, the
output is green. A gradient flows back along every solid line and along no dashed one. The same model gives the same
text, byte for byte.
"""

from __future__ import annotations

from typing import Any

from autograd.drawing.labels import edge_label, html_label, legend, node_label, region_title, tooltip
from autograd.drawing.model import Edge, Folded, GraphModel, Leaf, Operation, Output
from autograd.drawing.notation import ORDERED
from autograd.drawing.route import drawn_regions, first_inputs, main_path

Attributes = dict[str, str]
Node = Operation | Folded | Leaf | Output

_FONT = "Helvetica,Arial,sans-serif"
_GRAPH = {
    "rankdir": "LR",
    "bgcolor": "white",
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
_EDGE = {"fontname": _FONT, "fontsize": "8.5", "fontcolor": "#64748b", "arrowsize": "0.6", "penwidth": "1.3"}
_CLUSTER = {
    "fontname": _FONT,
    "fontsize": "10",
    "fontcolor": "#334155",
    "labelloc": "t",
    "labeljust": "l",
    "style": "filled,rounded",
    "color": "#dbeafe",
    "fillcolor": "#f5f9ff",
    "penwidth": "1",
    "margin": "9",
}
_OPERATION = {"fillcolor": "#2563eb", "fontcolor": "white"}
_MODULE = {"fillcolor": "#eff6ff", "fontcolor": "#1e3a8a", "color": "#2563eb", "penwidth": "1.2"}
_ELIDED = {"fillcolor": "white", "fontcolor": "#475569", "color": "#94a3b8", "penwidth": "1"}
_LEARNED = {"fillcolor": "#fde9c8", "fontcolor": "#78350f", "fontsize": "10"}
_CONSTANT = {"fillcolor": "#e2e8f0", "fontcolor": "#0f172a", "fontsize": "10"}
_OUTPUT = {"fillcolor": "#166534", "fontcolor": "white"}
_JOINT = {"shape": "point", "width": "0.018", "height": "0.018", "penwidth": "0.6", "tooltip": " "}  # thick as a line

_FLOW = {"color": "#64748b"}
_LEARNED_FLOW = {"color": "#d97706", "penwidth": "1"}
_CONSTANT_FLOW = {"color": "#94a3b8", "style": "dashed"}


def to_dot(model: GraphModel) -> str:
    """Return the DOT text of `model`."""
    return _Page(model).source()


class _Page:
    """One picture in the making."""

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        self.usual_dtype = model.dtype
        self.first = first_inputs(model)
        self.main = main_path(model, self.first)
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
        import graphviz  # type: ignore[import-untyped]  # it has no annotations; imported when something is drawn

        graph = graphviz.Digraph(name="computation", graph_attr=_GRAPH, node_attr=_NODE, edge_attr=_EDGE)
        graph.attr(label=legend(self.model), tooltip=" ")
        self._draw_region(graph, None)
        labelled: set[str] = set()
        for edge in sorted(self.model.edges, key=self._comes_late):
            source = self.nodes[edge.source]
            is_first = edge.source not in labelled and not isinstance(self.nodes[edge.target], Output)
            if is_first and not isinstance(source, Leaf):
                labelled.add(edge.source)
                self._draw_edge(graph, edge, edge_label(source, edge, self.usual_dtype))
            else:
                self._draw_edge(graph, edge, "")
        return str(graph.source)

    def _comes_late(self, edge: Edge) -> bool:
        return edge not in self.main and edge.target not in self.ordered

    def _draw_region(self, graph: Any, region: int | None) -> None:
        members = self.members.get(region, ())
        for node in members:
            if node.name in self.joints:
                edge = self.first[node.name]
                look = {"group": "main"} if edge in self.main else {}
                color = self._flow(edge)["color"]
                graph.node(f"into_{node.name}", "", _attributes=_JOINT | look, color=color, fillcolor=color)
        for node in members:
            look = _look(node) | ({"group": "main"} if node.name in self.on_main else {})
            look |= {"ordering": "in"} if node.name in self.ordered else {}
            label = html_label(node_label(node, self._title_of_region(node), self.model))
            graph.node(node.name, label, tooltip=tooltip(node, self.model), **look)
        for child in self.children.get(region, ()):
            call = self.model.regions[child]
            with graph.subgraph(name=f"cluster_{call.name}") as cluster:
                cluster.attr(_attributes=_CLUSTER, label=html_label(region_title(call)), tooltip=" ")
                self._draw_region(cluster, child)

    def _title_of_region(self, node: Node) -> str:
        cluster = self.cluster[node.name]
        return "" if cluster is None else self.model.regions[cluster].label or ""

    def _draw_edge(self, graph: Any, edge: Edge, label: str) -> None:
        is_first = self.first.get(edge.target) is edge
        flow = self._flow(edge) | {"weight": "100" if edge in self.main else "12" if is_first else "1"}
        if is_first and edge.target in self.joints:
            joint = f"into_{edge.target}"
            graph.edge(edge.source, joint, label or None, _attributes=flow, arrowhead="none", headclip="false")
            graph.edge(joint, edge.target, _attributes=flow, tailclip="false")
        else:
            graph.edge(edge.source, edge.target, label or None, _attributes=flow)

    def _flow(self, edge: Edge) -> Attributes:
        leaf = self.leaves.get(edge.source)
        if not edge.has_gradient:
            return _CONSTANT_FLOW
        return _FLOW if leaf is None else _LEARNED_FLOW


def _look(node: Node) -> Attributes:
    if isinstance(node, Operation):
        return _OPERATION
    if isinstance(node, Output):
        return _OUTPUT
    if isinstance(node, Folded):
        return _ELIDED if node.module is None else _MODULE
    return _CONSTANT if node.kind == "constant" else _LEARNED
