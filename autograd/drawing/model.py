"""The model of a drawn graph: what every renderer reads, and all that it reads.

Plain immutable values only. Nodes refer to each other by name, an ordinal in execution order such as ``matmul_3``, so
the model of the same computation is the same from run to run and keeps no array and no part of the graph alive.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

UNKNOWN = "c"  # an argument that needs no gradient and was not saved: some constant


@dataclass(frozen=True, slots=True)
class Array:
    """The shape and dtype of an array, and its size in bytes."""

    shape: tuple[int, ...]
    dtype: str
    nbytes: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One application of a primitive.

    Attributes
    ----------
    name : str
        Its ordinal, ``matmul_3``.
    primitive : str
        The name of the primitive.
    output : Array
    region : int or None
        The index of the innermost region that it belongs to.
    label : str or None
        What the user calls its output.
    arguments : tuple of (str or None)
        One entry a differentiable argument: None where an edge brings an array, else the text of a scalar, or
        `UNKNOWN`.
    options : tuple of (str, str)
        The names and values of other arguments, as far as they were saved (``axis``, ``index``).
    saved_bytes : int
        Memory held for the backward pass; what several operations hold is counted at the first.
    """

    name: str
    primitive: str
    output: Array
    region: int | None
    label: str | None
    arguments: tuple[str | None, ...]
    options: tuple[tuple[str, str], ...]
    saved_bytes: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """An array that no operation made: a "parameter" of a module, a "variable", or a "constant" without gradient."""

    name: str
    kind: str
    label: str | None
    output: Array
    region: int | None


@dataclass(frozen=True, slots=True)
class Folded:
    """A node that stands for many, where the whole graph would be too large to look at."""

    name: str
    label: str
    operations: int
    leaves: int
    region: int | None
    module: int | None = None  # the index of the region it stands for, None for an elided stretch


@dataclass(frozen=True, slots=True)
class Output:
    """What `draw` was asked to draw; `value` is the text of a scalar."""

    name: str
    label: str
    value: str | None
    output: Array


@dataclass(frozen=True, slots=True)
class Edge:
    """An array on its way from `source` to argument `position` of `target`, and whether a gradient flows back.

    `position` counts differentiable arguments and is None for others; `argument` is a name where it is known.
    """

    source: str
    target: str
    array: Array
    position: int | None
    argument: str | None
    has_gradient: bool


@dataclass(frozen=True, slots=True)
class Region:
    """One call of a module.

    `label` is its dotted name where one is known (empty for the model itself), `detail` what the module says of
    itself, `parent` the index of the call that this one is part of.
    """

    name: str
    kind: str
    detail: str
    label: str | None
    parent: int | None

    @property
    def title(self) -> str:
        """The kind of module with what it says of itself: ``Linear(4 → 8)``."""
        return f"{self.kind}({self.detail})" if self.detail else self.kind

    @property
    def caption(self) -> str:
        """The dotted name, if known, and the title."""
        return f"{self.label} {self.title}" if self.label else self.title


@dataclass(frozen=True, slots=True)
class GraphModel:
    """A computation graph, in execution order.

    `dtype` is the floating dtype that most arrays have, said once so that only the others need to be. `total` counts
    the operations of the whole graph, and `notes` say what `fold` left out of this model of it.
    """

    operations: tuple[Operation | Folded, ...]
    leaves: tuple[Leaf | Folded, ...]
    outputs: tuple[Output, ...]
    edges: tuple[Edge, ...]
    regions: tuple[Region, ...]
    dtype: str | None
    total: int
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.operations) + len(self.leaves) + len(self.outputs)

    def ancestors(self, region: int | None) -> Iterator[int]:
        """Yield the index `region` and those of the regions around it, innermost first."""
        while region is not None:
            yield region
            region = self.regions[region].parent

    def to_json(self) -> str:
        """Return the whole model as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)
