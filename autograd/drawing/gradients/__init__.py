"""A backward pass, watched: what each edge contributes, where a NaN arises, and where gradients end."""

from autograd.drawing.gradients.collect import with_gradients

__all__ = ["with_gradients"]
