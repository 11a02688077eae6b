"""`torch.autograd.gradcheck`, all defaults, of a `torch.autograd.Function` that computes with NumPy.

Arrays are shared with PyTorch, not copied, as `Tensor.numpy` and `torch.from_numpy` do. PyTorch's cotangents are the
conjugates of those of the cases.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.autograd.gradcheck import GradcheckError

from benchmarks.checkers.cases import Problem
from benchmarks.checkers.contestants.answer import ACCEPT, Answer, rejection


def check(problem: Problem, seed: int, **options: Any) -> Answer:
    """Check the problem."""
    torch.manual_seed(seed)
    inputs = [torch.from_numpy(array).requires_grad_() for array in problem.inputs]
    try:
        torch.autograd.gradcheck(function_of(problem), inputs, **options)
    except GradcheckError as exception:
        return rejection(exception)
    return ACCEPT


def function_of(problem: Problem) -> Any:
    """Return the function of tensors."""

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *tensors: Any) -> Any:
            ctx.save_for_backward(*tensors)
            return torch.from_numpy(np.asarray(problem.forward(*(tensor.numpy() for tensor in tensors))))

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx: Any, g: Any) -> Any:
            arrays = (tensor.detach().numpy() for tensor in ctx.saved_tensors)
            # `numpy` refuses a tensor whose conjugation is still to be done.
            cotangents = problem.backward(g.conj().resolve_conj().numpy(), *arrays)
            return tuple(torch.from_numpy(np.array(c)).conj().resolve_conj() for c in cotangents)

    return Function.apply
