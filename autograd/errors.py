"""The errors of the library: one family, each also the built-in error it refines.

``except ValueError`` therefore catches a `ShapeError`, and ``except AutogradError`` everything the library raises on
purpose. Every message names the operation, what was wrong with which shapes and dtypes, and the way out.
"""

from __future__ import annotations


class AutogradError(Exception):
    """Base class of every error that the library raises on purpose."""


class ShapeError(AutogradError, ValueError):
    """Shapes that do not fit the operation."""


class DTypeError(AutogradError, TypeError):
    """A dtype or type that the operation cannot use."""


class GraphError(AutogradError, RuntimeError):
    """A graph that cannot be swept: freed, absent, modified since it was recorded, or without a derivative rule."""


class NonFiniteError(AutogradError, FloatingPointError):
    """A NaN or an infinity where a finite number was promised."""


class CheckpointError(AutogradError, ValueError):
    """A file of weights that is damaged, foreign or does not fit the model."""
