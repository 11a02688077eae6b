"""Layers: modules that map an input to an output."""

from nn.layers.activations import ELU, SELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from nn.layers.linear import Linear

__all__ = ["ELU", "SELU", "LeakyReLU", "Linear", "LogSoftmax", "ReLU", "Sigmoid", "Softmax", "Tanh"]
