"""`torch.autograd.gradcheck` with ``fast_mode=True``, else as in `torch`."""

from __future__ import annotations

from benchmarks.checkers.cases import Problem
from benchmarks.checkers.contestants import torch
from benchmarks.checkers.contestants.answer import Answer


def check(problem: Problem, seed: int) -> Answer:
    """Check the problem."""
    return torch.check(problem, seed, fast_mode=True)
