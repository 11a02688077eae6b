"""Optimisers: what turns gradients into steps."""

from nn.optim.optimizer import Optimizer
from nn.optim.sgd import SGD

__all__ = ["SGD", "Optimizer"]
