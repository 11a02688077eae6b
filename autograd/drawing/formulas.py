"""VJPs as mathematics, read from the source of their functions."""

from __future__ import annotations

from typing import Any


def vjp_formulas(rule: Any) -> tuple[str, ...]:
    """Return the VJP of each differentiable argument of a primitive."""
    return tuple(vjp.__name__ for vjp in rule.vjps)
