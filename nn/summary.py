"""A table of a model: its layers, their output shapes and parameter counts."""

from __future__ import annotations

import math
from typing import Any

from autograd import Tensor, no_grad
from nn.module import Module, observer


def summary(model: Module, *inputs: Any) -> str:
    """Return a table of what `model` does to `inputs`: a row a layer in order of execution.

    Parameters
    ----------
    model : Module
    *inputs
        What the model is called with; it runs once, recording nothing, in the mode it is in.

    Returns
    -------
    str
        Name, type, output shape and number of parameters of every module that has parameters of its own or has no
        children, and the total. A shared parameter counts once.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> print(nn.summary(nn.Sequential(nn.Linear(4, 8), nn.ReLU()), np.zeros((5, 4))))
    layer  type    output  parameters
    -----  ------  ------  ----------
    0      Linear  5 × 8           40
    1      ReLU    5 × 8            0
    -----  ------  ------  ----------
    total                          40
    """
    names = {id(module): name for name, module in model.named_modules()}
    rows: list[tuple[str, str, str, str]] = []
    counted: set[int] = set()

    def observe(module: Module, output: Any) -> None:
        below = {id(p) for child in module.children() for p in child.parameters()}
        own = [p for p in module.parameters() if id(p) not in below]
        if not own and any(True for _ in module.children()):
            return
        new = [p for p in own if id(p) not in counted]
        counted.update(map(id, new))
        shape = " × ".join(map(str, output.shape)) if isinstance(output, Tensor) else type(output).__name__
        rows.append((names.get(id(module), "") or "(model)", type(module).__name__, shape, f"{_count(new):,}"))

    token = observer.set(observe)
    try:
        with no_grad():
            model(*inputs)
    finally:
        observer.reset(token)
    header = ("layer", "type", "output", "parameters")
    total = ("total", "", "", f"{_count(list(model.parameters())):,}")
    widths = [max(map(len, column)) for column in zip(header, *rows, total, strict=True)]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(row, widths) for row in (header, rule, *rows, rule, total))


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    *left, last = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join([*left, last.strip().rjust(widths[-1])])


def _count(parameters: list[Any]) -> int:
    return sum(math.prod(p.shape) for p in parameters)
