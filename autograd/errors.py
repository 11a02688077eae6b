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


class OutputError(GraphError, TypeError):
    """A function whose output is not what a derivative is taken of, such as a gradient of what is no scalar."""


class ArgnumError(GraphError, IndexError):
    """A number of an argument with which the function was not called."""


class MissingRuleError(GraphError, NotImplementedError):
    """A derivative in an argument for which no rule is defined."""


class UnsupportedError(DTypeError, NotImplementedError):
    """A function of NumPy that Tensors do not go through."""


class NonFiniteError(AutogradError, FloatingPointError):
    """A NaN or an infinity where a finite number was promised."""


class CheckpointError(AutogradError, ValueError):
    """A file of weights that is damaged, foreign or does not fit the model."""
