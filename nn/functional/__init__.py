"""The mathematics of layers and losses, without state; names, arguments and defaults are torch.nn.functional's.

Arrays and Tensors are both accepted, and where torch says `dim`, `axis` is too.
"""

from nn.functional.layers import (
    elu,
    leaky_relu,
    linear,
    log_softmax,
    relu,
    selu,
    sigmoid,
    softmax,
    tanh,
)
from nn.functional.losses import cross_entropy, kl_div, mse_loss, nll_loss
from nn.functional.penalties import l1_penalty, l2_penalty

__all__ = [
    "cross_entropy",
    "elu",
    "kl_div",
    "l1_penalty",
    "l2_penalty",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mse_loss",
    "nll_loss",
    "relu",
    "selu",
    "sigmoid",
    "softmax",
    "tanh",
]
