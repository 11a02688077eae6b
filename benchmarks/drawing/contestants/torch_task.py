"""A network in PyTorch, for the contestants that draw PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from benchmarks.drawing import networks


class WithLoss(nn.Module):
    """A network followed by the cross-entropy, in one module: what torchview and TorchLens need to draw the loss."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        self.loss = nn.CrossEntropyLoss()

    def forward(self, x: Any, labels: Any) -> Any:
        """Return the loss."""
        return self.loss(self.network(x), labels)


class Task:
    """A network with its data."""

    def __init__(self, name: str) -> None:
        self.network = networks.build(name, nn, torch)
        shapes = {key: tuple(value.shape) for key, value in self.network.state_dict().items()}
        values = networks.weights(shapes)
        self.network.load_state_dict({key: torch.from_numpy(value) for key, value in values.items()})
        self.x, self.labels = map(torch.from_numpy, networks.data(name))
        self.model = WithLoss(self.network)

    def loss(self) -> Any:
        """Return the loss, by a forward pass."""
        return self.model(self.x, self.labels)
