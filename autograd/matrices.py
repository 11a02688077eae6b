"""Whole matrices of derivatives from sweeps of rows: by rows, a sweep from the outputs, or by columns, one back again.

An output of m elements has m rows, an argument of n elements n columns, and all rows (or columns) go in one sweep, or
in a few where memory would not do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from autograd import nested
from autograd.tensor import Tensor
from autograd.trace import Trace

MOST_BYTES = 2**23  # of the rows for one node; measured: more does not gain


def jacobians(trace: Trace) -> Iterator[Any]:
    """Yield the Jacobian of each output in each variable, shape ``output.shape + variable.shape``."""
    outputs, variables = list(nested.leaves(trace.outputs)), list(nested.leaves(trace.arguments))
    is_real = all(tensor.dtype.kind != "c" for tensor in (*outputs, *variables))
    is_tall = sum(output.size for output in outputs) > 3 * sum(variable.size for variable in variables)
    compute = _by_columns if is_real and is_tall else _by_rows
    for output, row in zip(outputs, compute(trace, outputs, variables), strict=True):
        for variable, matrix in zip(variables, row, strict=True):
            matrix = np.reshape(matrix, output.shape + variable.shape)
            yield matrix if isinstance(matrix, Tensor) else matrix[()]


def _by_rows(trace: Trace, outputs: list[Tensor], variables: list[Tensor]) -> Iterator[list[Any]]:
    """Yield for each output the matrices of its rows: row i is the pullback of the i-th unit vector."""
    for output in outputs:
        yield _sweep_units(trace, output, variables)


def _by_columns(trace: Trace, outputs: list[Tensor], variables: list[Tensor]) -> Iterator[list[Any]]:
    """Yield for each output the matrices of its columns: column j is the tangent along the j-th unit vector."""
    transposed = transpose(trace)
    columns = [_sweep_units(transposed, cotangent, outputs) for cotangent in nested.leaves(transposed.outputs)]
    for i, output in enumerate(outputs):
        yield [np.moveaxis(np.reshape(parts[i], (-1, *output.shape)), 0, -1) for parts in columns]


def transpose(trace: Trace) -> Trace:
    """Return the trace of the pullback of `trace`, whose own pullback takes tangents of the arguments.

    The cotangents that it is run on are of no consequence for a linear function. They are ones, because zeros have a
    derivative of their own at a pole, see `autograd.ops.elementwise.unless_pole`.
    """
    ones = nested.rebuild(trace.outputs, lambda output: np.ones(output.shape, output.dtype))
    return Trace(trace.pull, 0, (ones,), {})


def derivative(pull: Callable[[Any], list[Any]], weights: np.ndarray) -> list[Any]:
    """Return the derivative of ``Σ weights · output`` in the variables, given what pulls cotangents back.

    The pullback to a real variable is a real part. For a complex output the imaginary part is pulled back as well.
    """
    parts = pull(weights)
    if weights.dtype.kind != "c" or all(part.dtype.kind == "c" for part in parts):
        return parts
    others = pull(-1j * weights)
    return [part if part.dtype.kind == "c" else part + 1j * other for part, other in zip(parts, others, strict=True)]


def _sweep_units(trace: Trace, output: Tensor, variables: list[Tensor]) -> list[Any]:
    """Return rows of cotangents for each variable, pulled back from the unit vectors of `output`."""
    if output.size == 0:
        return [np.zeros((0, *variable.shape), variable.dtype) for variable in variables]
    widest = max((math.prod(node.shape) * node.dtype.itemsize for node in trace.on_path), default=0)
    count = MOST_BYTES // max(widest, 1) + 1
    blocks = []
    for start in range(0, output.size, count):
        units = np.eye(min(count, output.size - start), output.size, start, output.dtype)
        blocks.append(derivative(partial(trace.pull_rows, output), units.reshape(-1, *output.shape)))
    return blocks[0] if len(blocks) == 1 else [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
