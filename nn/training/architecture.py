"""`Architecture`: the shape of a dense classifier, from which the network is built and rebuilt."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd import no_grad
from nn import init
from nn.containers import Sequential
from nn.layers import ELU, SELU, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from nn.module import Module


class _Activation(NamedTuple):
    module: Callable[[], Module]
    weights: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def _he_leaky(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return init.he_normal(rng, shape, LeakyReLU().negative_slope)


def _glorot_sigmoid(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return init.glorot_normal(rng, shape, gain=4.0)  # the slope of the sigmoid at 0 is 1/4


ACTIVATIONS: Mapping[str, _Activation] = {
    "relu": _Activation(ReLU, init.he_normal),
    "tanh": _Activation(Tanh, init.glorot_normal),
    "sigmoid": _Activation(Sigmoid, _glorot_sigmoid),
    "leaky_relu": _Activation(LeakyReLU, _he_leaky),
    "elu": _Activation(ELU, init.he_normal),
    "selu": _Activation(SELU, init.lecun_normal),
}


@dataclass(frozen=True)
class Architecture:
    """A dense classifier: affine layers with an activation between each two, logits at the end.

    Parameters
    ----------
    features : int
        Size of the input.
    hidden : tuple of int
        Sizes of the hidden layers; none makes softmax regression.
    activation : str
        A key of `ACTIVATIONS`.
    classes : int
        Size of the output.

    Examples
    --------
    >>> architecture = Architecture(features=4, hidden=(8,), activation="tanh", classes=3)
    >>> print(architecture)
    4-8-3 tanh
    >>> architecture.build(np.random.default_rng(0))
    Sequential(
      (0): Linear(in_features=4, out_features=8, bias=True)
      (1): Tanh()
      (2): Linear(in_features=8, out_features=3, bias=True)
    )
    """

    features: int
    hidden: tuple[int, ...]
    activation: str
    classes: int

    def build(self, rng: np.random.Generator) -> Sequential:
        """Return the network with initial weights that fit the activation, and biases 0.

        The last layer has no activation, so its weights keep the variance as they are (LeCun); the others are He's
        for the ReLU family, Glorot's for tanh and sigmoid, LeCun's for SELU.
        """
        activation = ACTIVATIONS[self.activation]
        *inner, last = itertools.pairwise((self.features, *self.hidden, self.classes))
        modules: list[Module] = []
        for sizes in inner:
            modules += [_layer(*sizes, activation.weights, rng), activation.module()]
        return Sequential(*modules, _layer(*last, init.lecun_normal, rng))

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` takes, ready for JSON."""
        return {
            "features": self.features,
            "hidden": list(self.hidden),
            "activation": self.activation,
            "classes": self.classes,
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Architecture:
        """Rebuild an `Architecture` from the result of `to_dict`.

        Raises
        ------
        ValueError
            If a size is not a positive integer or the activation is unknown.
        """
        sizes = [saved["features"], *saved["hidden"], saved["classes"]]
        if not all(type(size) is int and size > 0 for size in sizes):
            raise ValueError(f"Architecture: sizes {sizes} are not all positive integers")
        if saved["activation"] not in ACTIVATIONS:
            raise ValueError(f"Architecture: activation {saved['activation']!r} is not one of {', '.join(ACTIVATIONS)}")
        return cls(saved["features"], tuple(saved["hidden"]), saved["activation"], saved["classes"])

    def __str__(self) -> str:
        sizes = "-".join(map(str, (self.features, *self.hidden, self.classes)))
        return f"{sizes} {self.activation}" if self.hidden else f"{sizes} softmax regression"


def _layer(
    fan_in: int,
    fan_out: int,
    weights: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray],
    rng: np.random.Generator,
) -> Linear:
    layer = Linear(fan_in, fan_out, rng=rng)
    with no_grad():
        layer.weight[...] = weights(rng, layer.weight.shape)
        if layer.bias is not None:
            layer.bias[...] = 0.0
    return layer
