"""Neural networks on `autograd`, in torch.nn's words."""

import autograd

if getattr(autograd, "DISTRIBUTION", None) != "chainrule":
    raise ImportError(
        "the package 'autograd' in this environment is not chainrule's: another distribution of that name was "
        "installed over it (pip does not warn). Install chainrule in an environment of its own, or: "
        "pip uninstall autograd && pip install --force-reinstall --no-deps chainrule"
    )

from nn import data, functional, init, optim, training
from nn.containers import Sequential
from nn.layers import ELU, SELU, LeakyReLU, Linear, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from nn.losses import CrossEntropyLoss, KLDivLoss, MSELoss, NLLLoss
from nn.module import Module
from nn.parameter import Parameter
from nn.random import seed
from nn.summary import summary

__all__ = [
    "ELU",
    "SELU",
    "CrossEntropyLoss",
    "KLDivLoss",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "data",
    "functional",
    "init",
    "optim",
    "seed",
    "summary",
    "training",
]
