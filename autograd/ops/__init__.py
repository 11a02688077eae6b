"""The primitives, one table a family of functions, and the functions among them that NumPy does not have."""

from autograd.ops import elementwise, indexing, linalg, neural, reductions, shaping
from autograd.ops.indexing import scatter_add
from autograd.ops.neural import cross_entropy, elu, leaky_relu, linear, log_softmax, relu, selu, sigmoid, softmax
from autograd.ops.reductions import logsumexp

__all__ = [
    "cross_entropy",
    "elementwise",
    "elu",
    "indexing",
    "leaky_relu",
    "linalg",
    "linear",
    "log_softmax",
    "logsumexp",
    "neural",
    "reductions",
    "relu",
    "scatter_add",
    "selu",
    "shaping",
    "sigmoid",
    "softmax",
]
