"""The works that are timed; each is written once for every contestant, side by side in one file."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from benchmarks.works import chains, jacobians, networks, scalars, weights
from benchmarks.works.task import Contestants, Task

YARDSTICK = "numpy"


class Work(NamedTuple):
    """A row of the table: its title, who takes part, with what arguments, and how closely answers must agree."""

    title: str
    contestants: Contestants
    arguments: tuple[Any, ...]
    tolerance: float

    def prepare(self, contestant: str) -> Task:
        """Return the work made ready for one contestant; its library is imported here."""
        return self.contestants[contestant](*self.arguments)


WORKS: dict[str, Work] = {
    "mlp-tiny": Work("MLP 2-16-16-2, batch 32, step", networks.CONTESTANTS, ((2, 16, 16, 2), 32), 1e-4),
    "mlp-small": Work("MLP 64-64-10, batch 64, step", networks.CONTESTANTS, ((64, 64, 10), 64), 1e-4),
    "mlp-middle": Work("MLP 784-128-10, batch 64, step", networks.CONTESTANTS, ((784, 128, 10), 64), 1e-4),
    "mlp-large": Work("MLP 784-512-512-10, batch 128, step", networks.CONTESTANTS, ((784, 512, 512, 10), 128), 1e-4),
    "chain-long": Work("200 × (tanh, ×, +) on 16 numbers", chains.CONTESTANTS, (200, 16), 1e-9),
    "chain-wide": Work("5 × (tanh, ×, +) on 1,000,000 numbers", chains.CONTESTANTS, (5, 1_000_000), 1e-9),
    "scalars": Work("1,200 scalar operations (+, ×, tanh)", scalars.CONTESTANTS, (400,), 1e-9),
    "hessian": Work("Hessian, logistic loss, 100 variables", jacobians.HESSIAN, (100,), 1e-9),
    "hvp": Work("Hessian × vector, MLP 784-128-10, batch 64", weights.HVP, ((784, 128, 10), 64), 1e-3),
    "jacobian": Work("Jacobian of tanh(A x), 100 → 100", jacobians.JACOBIAN, (100,), 1e-9),
    "per-example": Work("64 per-example gradients, MLP 64-64-10", weights.PER_EXAMPLE, ((64, 64, 10), 64), 1e-4),
}


def require_agreement(name: str, contestant: str, answer: list[np.ndarray], expected: list[np.ndarray]) -> None:
    """Raise ValueError unless both have the same arrays: shapes, dtypes, and values to the work's tolerance.

    The tolerance is relative to the largest entry of the array: sums of float32 are not better than that.
    """
    if len(answer) != len(expected):
        raise ValueError(f"{contestant} on {name}: {len(answer)} arrays instead of {len(expected)}")
    for i, (ours, theirs) in enumerate(zip(answer, expected, strict=True)):
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            raise ValueError(
                f"{contestant} on {name}: array {i} is {ours.dtype} {ours.shape}, not {theirs.dtype} {theirs.shape}"
            )
        difference, largest = np.abs(ours - theirs).max(), np.abs(theirs).max()
        if not difference <= WORKS[name].tolerance * largest:
            raise ValueError(f"{contestant} on {name}: array {i} differs by {difference:.3g}, largest {largest:.3g}")
