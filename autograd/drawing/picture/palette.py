"""The colours of a picture: what each means, on light and on dark paper.

Blue computes, amber learns, slate is given, green is asked for, violet is the way back; what is grey has no gradient
and what is red went wrong. Each meaning has a second sign beside its colour (a dash, a width, a mark, a number), and
the scale of gradients runs from violet over grey to orange, which people who do not see red or green tell apart.
"""

from __future__ import annotations

from typing import NamedTuple


class Shade(NamedTuple):
    """One colour on light and on dark paper."""

    light: str
    dark: str


# No two meanings share a light colour and differ in the dark one: a finished SVG is given its dark colours by these.
SHADES = {
    "paper": Shade("#ffffff", "#0f172a"),
    "note": Shade("#64748b", "#94a3b8"),
    "operation": Shade("#2563eb", "#2563eb"),
    "on_operation": Shade("#fbfdff", "#fbfdff"),
    "detail_of_operation": Shade("#d3e4fe", "#d3e4fe"),
    "learned": Shade("#fde9c8", "#4a3211"),
    "on_learned": Shade("#78350f", "#fcdca6"),
    "detail_of_learned": Shade("#92400e", "#e8b872"),
    "constant": Shade("#e2e8f0", "#334155"),
    "on_constant": Shade("#0f172b", "#f1f5f9"),
    "detail_of_constant": Shade("#475569", "#cbd5e1"),
    "output": Shade("#166534", "#15803d"),
    "on_output": Shade("#fafffb", "#fafffb"),
    "detail_of_output": Shade("#dcfce7", "#dcfce7"),
    "pullback": Shade("#6d28d9", "#6d28d9"),
    "on_pullback": Shade("#fdfaff", "#fdfaff"),
    "result": Shade("#ede9fe", "#2e1f57"),
    "on_result": Shade("#4c1d95", "#ddd6fe"),
    "region": Shade("#f5f9ff", "#152238"),
    "inner_region": Shade("#ebf3fe", "#1b2b47"),
    "region_edge": Shade("#dbeafe", "#274060"),
    "on_region": Shade("#334155", "#cbd5e2"),
    "module": Shade("#eff6ff", "#172c52"),
    "module_edge": Shade("#2563ec", "#60a5fa"),
    "on_module": Shade("#1e3a8a", "#dbeafe"),
    "elided": Shade("#fffffe", "#0f172a"),
    "on_elided": Shade("#475568", "#cbd5e1"),
    "elided_edge": Shade("#94a3b9", "#64748b"),
    "dead": Shade("#f1f5f9", "#1e293b"),
    "dead_edge": Shade("#cbd5e1", "#475569"),
    "on_dead": Shade("#5f6775", "#9ca3af"),
    "failed": Shade("#b91c1c", "#dc2626"),
    "on_failed": Shade("#fffafa", "#fffafa"),
    "detail_of_failed": Shade("#fee2e2", "#fee2e2"),
    "right": Shade("#15803e", "#4ade80"),
    "unsure": Shade("#b45309", "#fbbf24"),
    "flow": Shade("#64748c", "#94a3b7"),
    "learned_flow": Shade("#d97706", "#f59e0b"),
    "constant_flow": Shade("#94a3b8", "#64748b"),
    "backward_flow": Shade("#7c3aed", "#a78bfa"),
}

# From gradients far below the median to far above it.
SCALE = (
    Shade("#3b0f70", "#b79cff"),
    Shade("#57309a", "#a78df0"),
    Shade("#7760b4", "#978bd6"),
    Shade("#8d88b3", "#9096bb"),
    Shade("#7d8593", "#98a2b3"),
    Shade("#b08d5a", "#c7a877"),
    Shade("#d08424", "#eaa545"),
    Shade("#c65d07", "#fb8c2a"),
    Shade("#992f00", "#ff6d33"),
)


def colors(theme: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the colours by their meanings, and the scale of gradients, on "light" or "dark" paper."""
    return {name: getattr(shade, theme) for name, shade in SHADES.items()}, tuple(
        getattr(shade, theme) for shade in SCALE
    )


def dark_of_light() -> dict[str, str]:
    """Return the dark colour of each light one that changes."""
    return {shade.light: shade.dark for shade in (*SHADES.values(), *SCALE) if shade.light != shade.dark}
