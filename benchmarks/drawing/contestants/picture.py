"""A picture that a contestant drew."""

from __future__ import annotations

from typing import NamedTuple


class Picture(NamedTuple):
    """DOT text and SVG, with the seconds from the network to the text and from there to the SVG."""

    dot: str
    svg: str
    dot_seconds: float
    svg_seconds: float
