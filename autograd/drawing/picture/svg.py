"""Graphviz's SVG made fit for a page: tooltips that browsers show, and colours for dark paper."""

from __future__ import annotations

from xml.etree import ElementTree

from autograd.drawing.picture.palette import dark_of_light

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_CLASS = "chainrule"


def finish_svg(svg: bytes, theme: str) -> bytes:
    """Return Graphviz's SVG with the tooltips as titles and, if `theme` is "auto", dark colours for who prefers them.

    Graphviz puts tooltips on links without an address, and the names of nodes in the titles. Its ids go, for two
    pictures in one notebook would have the same ones.
    """
    ElementTree.register_namespace("", _SVG[1:-1])
    ElementTree.register_namespace("xlink", _XLINK[1:-1])
    root = ElementTree.fromstring(svg)
    for group in root.iter(f"{_SVG}g"):
        group.attrib.pop("id", None)
        title = group.find(f"{_SVG}title")
        if title is None:
            continue
        if group.get("class") == "node":
            group.set("data-name", title.text or "")
        tooltip = _unwrap(group)
        if tooltip:
            title.text = tooltip
        else:
            group.remove(title)
    root.set("role", "img")
    root.set("style", "max-width: 100%; height: auto")  # of a narrow page
    name = ElementTree.Element(f"{_SVG}title")
    name.text = "Computation graph"
    root.insert(0, name)
    if theme == "auto":
        _add_dark_colors(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _unwrap(group: ElementTree.Element) -> str:
    """Put what the links in `group` hold in their place, and return their tooltip."""
    tooltip = ""
    for link_group in [child for child in group if child.tag == f"{_SVG}g" and child.find(f"{_SVG}a") is not None]:
        link = link_group.find(f"{_SVG}a")
        if link is None:
            continue
        tooltip = (link.get(f"{_XLINK}title") or "").strip() or tooltip
        position = list(group).index(link_group)
        group.remove(link_group)
        for offset, child in enumerate(link):
            group.insert(position + offset, child)
    return tooltip


def _add_dark_colors(root: ElementTree.Element) -> None:
    """Give each element whose colour differs on dark paper a class, and a rule to each class that occurs.

    The light colours stay as attributes, which rule where no style sheet does.
    """
    dark = dark_of_light() | {"white": dark_of_light()["#ffffff"]}
    rules: dict[str, str] = {}
    for element in root.iter():
        classes = []
        for attribute in ("fill", "stroke"):
            color = element.get(attribute)
            if color in dark:
                name = f"{attribute}-{color.lstrip('#')}"
                rules[name] = f".{_CLASS} .{name}{{{attribute}:{dark[color]}}}"
                classes.append(name)
        if classes:
            element.set("class", " ".join([*filter(None, [element.get("class")]), *classes]))
    root.set("class", _CLASS)
    style = ElementTree.Element(f"{_SVG}style")
    style.text = f"@media (prefers-color-scheme:dark){{{''.join(rules[name] for name in sorted(rules))}}}"
    root.insert(1, style)
