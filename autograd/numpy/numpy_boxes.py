"""The type of a traced array, by HIPS autograd's name."""

from autograd.tensor import Tensor

ArrayBox = Tensor

__all__ = ["ArrayBox"]
