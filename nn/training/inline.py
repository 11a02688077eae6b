"""Put SVG pictures into one HTML page without their ids, styles or colours getting in each other's way."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping

_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)")


def inline_svg(
    svg: str, prefix: str, title: str, colours: Mapping[str, str] | None = None, *, keep_styles: bool = False
) -> str:
    """Return the ``<svg>`` element of a picture, ready to stand in an HTML page: as wide as there is room, or as it is.

    Parameters
    ----------
    svg : str
        The text of an SVG file.
    prefix : str
        Put before every id and reference, so that pictures with different prefixes cannot clash.
    title : str
        What a screen reader says.
    colours : mapping, optional
        Exchanges of colours, such as ``{"#1c2430": "var(--ink)"}``.
    keep_styles : bool
        Keep the picture's style sheets; to be said only of one whose rules are for classes of its own, since they hold
        for the whole page.

    Raises
    ------
    ValueError
        If `svg` is not well-formed.

    Examples
    --------
    >>> picture = '<svg xmlns="http://www.w3.org/2000/svg"><path id="a"/><use href="#a"/></svg>'
    >>> inline_svg(picture, "p-", "A picture")
    '<svg role="img" aria-label="A picture"><path id="p-a" /><use href="#p-a" /></svg>'
    """
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise ValueError(f"inline_svg: the picture is not well-formed ({error})") from error
    _drop(root, ("metadata", "script") if keep_styles else ("metadata", "script", "style"))
    for element in root.iter():
        element.tag = _local(element.tag)
        attributes = {_local(name): value for name, value in element.attrib.items()}
        element.attrib.clear()
        element.attrib.update(
            {name: _rewrite(name, value, prefix, colours or {}) for name, value in attributes.items()}
        )
    width, height = (root.attrib.pop(name, "").removesuffix("pt") for name in ("width", "height"))
    if "viewBox" not in root.attrib and width.isdigit() and height.isdigit():
        root.set("viewBox", f"0 0 {width} {height}")
    if width:
        root.set("style", f"max-width: {width}pt")
    attributes = {"role": "img", "aria-label": title, **root.attrib}
    root.attrib.clear()
    root.attrib.update(attributes)
    return ET.tostring(root, encoding="unicode").strip()


def _drop(root: ET.Element, tags: tuple[str, ...]) -> None:
    """Remove the elements of these names: descriptions of the file, and what would act on the whole page."""
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) in tags:
                parent.remove(child)


def _local(name: str) -> str:
    # HTML knows SVG's elements without namespaces, and href without xlink.
    return name.rpartition("}")[2]


def _rewrite(name: str, value: str, prefix: str, colours: Mapping[str, str]) -> str:
    if name == "id":
        return prefix + value
    if name == "href" and value.startswith("#"):
        return f"#{prefix}{value[1:]}"
    value = _REFERENCE.sub(lambda match: f"url(#{prefix}{match[1]})", value)
    for old, new in colours.items() if name in ("style", "fill", "stroke", "stop-color") else ():
        value = value.replace(old, new)
    return value
