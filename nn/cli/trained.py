"""What passes between the steps of ``chainrule train``: what is ready to train, and what was achieved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import autograd
import nn
from nn.data import Dataset, Standardizer
from nn.training import Architecture, Evaluation, History

Arrays = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Prepared:
    """Data and network, ready to train."""

    dataset: Dataset
    parts: dict[str, Dataset]
    standardizer: Standardizer
    architecture: Architecture
    model: nn.Sequential
    loss: nn.CrossEntropyLoss
    order: np.random.Generator

    def arrays(self, part: str) -> Arrays:
        """Return the standardised examples of a part, float32, and their labels."""
        return standardized(self.standardizer, self.parts[part].x), self.parts[part].y


@dataclass(frozen=True)
class Trained:
    """What a training achieved; `first_graph` is that of the loss of `batch` after the first epoch."""

    prepared: Prepared
    batch: Arrays
    first_graph: autograd.Drawing
    network: str
    gradients: str
    history: History
    test: Evaluation


def standardized(standardizer: Standardizer, x: np.ndarray) -> np.ndarray:
    """Return `x` as the network takes it: standardised, float32."""
    return standardizer(x).astype(np.float32, copy=False)
