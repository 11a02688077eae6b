"""How large a gradient is among the others of a picture: on a logarithmic scale around their median."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from autograd.drawing.model import Statistics
from autograd.drawing.picture.palette import SCALE

_CLIPPED = 0.01  # of the gradients at either end
_AT_LEAST = 1.0  # decades to either side: what differs less looks alike


@dataclass(frozen=True)
class GradientScale:
    """A scale around a median, given as its logarithm to base 10, that reaches `decades` powers of ten either way."""

    middle: float
    decades: float

    @classmethod
    def of(cls, gradients: Iterable[Statistics]) -> GradientScale | None:
        """Return the scale on which `gradients` are told apart best, None if none is finite and other than zero.

        The 1 % smallest and largest may lie beyond its ends.
        """
        sizes = sorted(math.log10(typical(gradient)) for gradient in gradients if typical(gradient))
        if not sizes:
            return None
        middle = float(np.median(sizes))
        clipped = int(len(sizes) * _CLIPPED)
        reach = max(middle - sizes[clipped], sizes[-1 - clipped] - middle, _AT_LEAST)
        return cls(middle, reach)

    def step(self, gradient: Statistics) -> int:
        """Return the step of `gradient`, from 0 for the smallest, in the middle for the median."""
        half = len(SCALE) // 2
        away = (math.log10(typical(gradient)) - self.middle) / self.decades
        return half + round(half * min(1.0, max(-1.0, away)))

    @property
    def marks(self) -> tuple[float, float, float]:
        """The sizes that the first, the middle and the last step stand for."""
        low, middle, high = (min(max(self.middle + by, -307.0), 308.0) for by in (-self.decades, 0.0, self.decades))
        return 10.0**low, 10.0**middle, 10.0**high


def typical(gradient: Statistics) -> float:
    """Return the rms; of several arrays drawn as one, the middle of the smallest and the largest rms."""
    if gradient.arrays > 1 and gradient.lowest and gradient.highest:
        return math.sqrt(gradient.lowest) * math.sqrt(gradient.highest)
    return gradient.rms
