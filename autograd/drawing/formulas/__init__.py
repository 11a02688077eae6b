"""VJPs as mathematics: the `syntax` of a function, `rewriting` it as one expression, the `mathematics` of that."""

from autograd.drawing.formulas.vjps import vjp_formulas

__all__ = ["vjp_formulas"]
