"""A computation that raised, drawn up to what failed."""

from autograd.drawing.failure.context import on_error

__all__ = ["on_error"]
