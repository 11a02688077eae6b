"""What each call of a module in a drawn graph makes, saves and learns, counted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograd.drawing.model import Array, Folded, GraphModel, Leaf, Operation, Statistics
from autograd.drawing.notation import region_text
from autograd.drawing.texts.table import Row, Summary
from autograd.errors import GraphError


def summarise(model: GraphModel, lr: float | None = None) -> Summary:
    """Return a table of `model`: a row a call of a module, and one an operation or variable that is in none.

    Parameters
    ----------
    model : GraphModel
        If it has statistics of gradients, the table has the rms of those of the parameters.
    lr : float, optional
        A learning rate. Then the table also says how much a step of SGD changes the parameters, relative to them.

    Returns
    -------
    Summary
        With counts and bytes of all repetitions where a call stands for several.

    Raises
    ------
    GraphError
        If `lr` is given and no gradient is known.
    ValueError
        If `lr` is not a finite number above 0.

    Notes
    -----
    The last column is ``lr · rms(gradient) / rms(parameters)``. "A rough heuristic is that this ratio should be
    somewhere around 1e-3. If it is lower than this then the learning rate might be too low. If it is higher then the
    learning rate is likely too high." (CS231n, Neural Networks Part 3, "Ratio of weights:updates")

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> from autograd.drawing import draw
    >>> w = Tensor(np.ones((4, 8)), requires_grad=True)
    >>> summarise(draw(np.sum(np.tanh(np.ones((5, 4)) @ w)), names={"w": w}).model)
    name      what      output  parameters  output bytes  saved bytes
    --------  --------  ------  ----------  ------------  -----------
    w         variable  4 × 8            0         256 B          0 B
    matmul_1  matmul    5 × 8            0         320 B        160 B
    tanh_1    tanh      5 × 8            0         320 B        320 B
    sum_1     sum                        0           8 B          0 B
    --------  --------  ------  ----------  ------------  -----------
    total                                0                      480 B
    """
    if lr is not None and not (math.isfinite(lr) and lr > 0):
        raise ValueError(f"summary: lr is {lr}; give the learning rate, a number above 0")
    if lr is not None and all(leaf.gradient is None for leaf in model.leaves):
        raise GraphError("summary: lr compares gradients with parameters, and no gradient is known: draw them too")
    counted = _Count(model)
    return Summary(tuple(part.row(lr) for part in counted.parts), counted.total.row(lr), model.dtype)


@dataclass(slots=True)
class _Part:
    """A row in the making, and the arrays whose gradients it is about."""

    name: str
    kind: str
    depth: int = 0
    output: Array | None = None
    parameters: int = 0
    saved_bytes: int = 0
    learned: list[Leaf] = field(default_factory=list)

    def row(self, lr: float | None) -> Row:
        gradient = _rms(leaf.gradient for leaf in self.learned)
        size = _rms(leaf.value for leaf in self.learned if leaf.gradient)
        update = None if lr is None or gradient is None or size is None else _ratio(lr * gradient, size)
        return Row(self.name, self.kind, self.depth, self.output, self.parameters, self.saved_bytes, gradient, update)


class _Count:
    """The rows of a model: variables, then calls and operations in execution order; and their total."""

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        self.parts: list[_Part] = []
        self.total = _Part("total", "")
        self.calls: dict[int | None, _Part] = {}
        around = [[model.regions[index] for index in model.ancestors(inner)] for inner in range(len(model.regions))]
        self.times = [math.prod(each.repeats for each in regions) for regions in around]
        self.sets = [math.prod(each.repeats for each in regions if each.shares != "same") for regions in around]
        for leaf in model.leaves:
            if leaf.region is None:
                self.add_leaf(leaf)
        for operation in model.operations:
            self.add_operation(operation)
        for leaf in model.leaves:
            if leaf.region is not None:
                self.add_leaf(leaf)

    def add_leaf(self, leaf: Leaf | Folded) -> None:
        if isinstance(leaf, Leaf) and leaf.kind == "constant":
            return
        kind = leaf.kind if isinstance(leaf, Leaf) else ""
        part = self.calls.get(leaf.region) or self.begin(_Part(leaf.label or leaf.name, kind, output=leaf.output))
        if isinstance(leaf, Folded):
            self.count(part, leaf.parameters, leaf.saved_bytes, leaf.region)
            return
        part.learned.append(leaf)
        if leaf.kind == "parameter":
            self.total.learned.append(leaf)
            self.count(part, math.prod(leaf.output.shape), 0, leaf.region)

    def add_operation(self, operation: Operation | Folded) -> None:
        """Add an operation to the call that it belongs to, or as a row of its own."""
        module = operation.module if isinstance(operation, Folded) else None
        around = list(self.model.ancestors(operation.region if module is None else module))[::-1]
        for depth, region in enumerate(around):
            if region not in self.calls:
                self.calls[region] = self.begin(self.call(region, depth))
            self.calls[region].output = operation.output or self.calls[region].output
        if around:
            part = self.calls[around[-1]]
        else:
            kind = operation.primitive if isinstance(operation, Operation) else ""
            part = self.begin(_Part(operation.label or operation.name, kind, output=operation.output))
        parameters = operation.parameters if isinstance(operation, Folded) else 0
        self.count(part, parameters, operation.saved_bytes, operation.region)

    def begin(self, part: _Part) -> _Part:
        self.parts.append(part)
        return part

    def call(self, region: int, depth: int) -> _Part:
        name, title = region_text(self.model.regions[region])
        unnamed = "(model)" if self.model.regions[region].label == "" else self.model.regions[region].name
        return _Part(name or unnamed, title, depth)

    def count(self, part: _Part, parameters: int, saved_bytes: int, region: int | None) -> None:
        """Count what is in `region` as often as that repeats, and parameters as often as there are sets of them."""
        times, sets = (1, 1) if region is None else (self.times[region], self.sets[region])
        for each in (part, self.total):
            each.parameters += sets * parameters
            each.saved_bytes += times * saved_bytes


def _rms(statistics: Iterable[Statistics | None]) -> float | None:
    """Return the root of the mean square of several arrays together, NaN or ∞ if that is among them."""
    known = [each for each in statistics if each is not None]
    if not known:
        return None
    pooled = Statistics.pooled(known)
    return math.nan if pooled.nans else math.inf if pooled.infs else pooled.rms


def _ratio(change: float, size: float) -> float:
    return change / size if size else math.inf if change else 0.0
