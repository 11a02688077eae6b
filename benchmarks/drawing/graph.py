"""What is in a DOT text: nodes, edges, clusters, colours and the words on them."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any

from benchmarks.drawing import stand_in

_TAG = re.compile(r"<[^<>]*>")
_LABELS = ("label", "xlabel", "headlabel", "taillabel")


def counted(dot: str) -> dict[str, Any]:
    """Return the numbers of nodes, edges and clusters that a reader sees, their colours and the words on them.

    Seen are nodes with words on them, but for a legend, and edges that begin at one. An edge that passes through a
    point is one. "branches" are the most edges that leave a node at which none arrives.
    """
    graph = stand_in.read(dot, {})
    nodes = [node for node in graph.nodes() if words(node) and "legend" not in node]
    seen = set(nodes)
    edges = [edge for edge in graph.edges(keys=False) if edge[0] in seen and edge.attr["style"] != "invis"]
    return {
        "nodes": len(nodes),
        "edges": len(edges),
        "branches": max(Counter(edge[0] for edge in edges if not graph.in_degree(edge[0])).values(), default=0),
        "clusters": len(re.findall(r"subgraph \"?cluster", dot)),
        "node_colors": len({node.attr["fillcolor"] for node in nodes}),
        "edge_colors": len({edge.attr["color"] for edge in edges}),
        "on_edges": [text for edge in edges if (text := words(edge))],
        "on_nodes": [words(node) for node in nodes],
    }


def words(item: Any) -> str:
    r"""Return what is written on a node or an edge; a node without a label shows its name.

    Examples
    --------
    >>> graph = stand_in.read('digraph { a [label=<<b>x</b> 5&times;4>]; b; c [label=""]; p [shape=point] }', {})
    >>> [words(node) for node in graph.nodes()]
    ['x 5×4', 'b', '', '']
    """
    if item.attr["shape"] == "point":
        return ""
    labels = [item.attr[name] or "" for name in _LABELS]
    if labels[0] == "\\N":
        labels[0] = str(item)
    return " ".join(html.unescape(_TAG.sub(" ", label)) for label in labels).replace("\\n", " ").strip()
