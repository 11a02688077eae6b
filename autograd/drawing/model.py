"""The model of a drawn graph: what every output reads, and all that it reads.

Plain immutable values only. Nodes refer to each other by name, an ordinal in execution order such as ``matmul_3``, so
the model of the same computation is the same from run to run and keeps no array and no part of the graph alive.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograd.drawing.jsontext import to_json

UNKNOWN = "c"  # an argument that needs no gradient and was not saved: some constant


@dataclass(frozen=True, slots=True)
class Array:
    """The shape and dtype of an array, and its size in bytes."""

    shape: tuple[int, ...]
    dtype: str
    nbytes: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of the elements of an array, or of several arrays of which one edge is drawn.

    `norm` (Euclidean) and `maximum` (absolute) are those of the finite elements; `zeros`, `nans` and `infs` count
    elements. `lowest` and `highest` are the smallest and largest rms of one of the arrays.
    """

    size: int
    norm: float
    maximum: float
    zeros: int
    nans: int
    infs: int
    arrays: int
    lowest: float
    highest: float

    @property
    def rms(self) -> float:
        """The root of the mean square of the finite elements, 0 if there are none."""
        finite = self.size - self.nans - self.infs
        return self.norm / math.sqrt(finite) if finite else 0.0

    @property
    def is_finite(self) -> bool:
        """Whether no element is NaN or infinite."""
        return not (self.nans or self.infs)

    @property
    def is_zero(self) -> bool:
        """Whether every element is exactly 0."""
        return self.zeros == self.size

    @classmethod
    def pooled(cls, parts: Iterable[Statistics]) -> Statistics:
        """Return the statistics of all elements of `parts` together."""
        parts = tuple(parts)
        return cls(
            sum(part.size for part in parts),
            math.hypot(*(part.norm for part in parts)),
            max(part.maximum for part in parts),
            sum(part.zeros for part in parts),
            sum(part.nans for part in parts),
            sum(part.infs for part in parts),
            sum(part.arrays for part in parts),
            min(part.lowest for part in parts),
            max(part.highest for part in parts),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """The line of the user's code that called an operation: a file as the user would name it, a number, the text."""

    file: str
    line: int
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Saved:
    """An array that an operation keeps for its VJPs.

    `name` is what the VJPs call it, ``y`` for the output; `source` is the node whose output it is, None if that is not
    part of the graph; `nbytes` is 0 where an operation before holds the same memory.
    """

    name: str
    source: str | None
    nbytes: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What a picture says of a node beyond what it computes.

    `kind` is one of

    - "non-finite": the first NaN or infinity arose here, forward or backward;
    - "dead": a gradient ends here: none is passed on, or none can arrive;
    - "cut off": the gradient that arrives is exactly zero, for it ended elsewhere;
    - "failed": the operation raised;
    - "right", "wrong", "cannot tell": the verdict of a gradient check;
    - "note": anything else.

    `text` is a sentence that says the rest.
    """

    kind: str
    text: str


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
    saved : tuple of Saved
        The arrays that it keeps for the backward pass.
    vjps : tuple of str
        The VJP of each differentiable argument as mathematics, ``∂x = g · (1 − y²)``.
    place : Place or None
        The user's line that called it, if a journal was kept.
    value, gradient : Statistics or None
        Of its output, and of the gradient of that, where they were asked for and are known.
    marks : tuple of Mark
    """

    name: str
    primitive: str
    output: Array
    region: int | None
    label: str | None
    arguments: tuple[str | None, ...]
    options: tuple[tuple[str, str], ...]
    saved: tuple[Saved, ...]
    vjps: tuple[str, ...]
    place: Place | None = None
    value: Statistics | None = None
    gradient: Statistics | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def saved_bytes(self) -> int:
        """Memory held for the backward pass; what several operations hold is counted at the first."""
        return sum(each.nbytes for each in self.saved)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An array that no operation made: a "parameter" of a module, a "variable", or a "constant" without gradient.

    `value` and `gradient` are statistics where they were asked for; `marks` say why it has no gradient.
    """

    name: str
    kind: str
    label: str | None
    output: Array
    region: int | None
    value: Statistics | None = None
    gradient: Statistics | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """A node that stands for many, where the whole graph would be too large to look at.

    `module` is the index of the region that it stands for, None for a stretch left out. `output` is the array that it
    hands on, None if there are several. `saved_bytes`, `parameters` (elements) and `marks` are those of all that is
    inside; `gradient` is that of its output.
    """

    name: str
    label: str
    operations: int
    leaves: int
    region: int | None
    module: int | None = None
    output: Array | None = None
    saved_bytes: int = 0
    parameters: int = 0
    gradient: Statistics | None = None
    marks: tuple[Mark, ...] = ()


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
    `gradient` is what `target` contributed to the gradient of `source` along this edge, and `share` (a fraction) its
    norm over the sum of the norms of all contributions to the same array. `count` edges are drawn as this one.
    """

    source: str
    target: str
    array: Array
    position: int | None
    argument: str | None
    has_gradient: bool
    gradient: Statistics | None = None
    share: float | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Region:
    """One call of a module, or a stretch of operations that repeats.

    `label` is its dotted name where one is known (empty for the model itself), `detail` what the module says of
    itself, `types` the names of its class and of those that it inherits from, `parent` the index of the region that
    this one is part of. It stands for `repeats` calls one after the other, the last of which is called `last_label`;
    `shares` says whether these use the "same" parameters or their "own" each, None where there are none.
    """

    name: str
    kind: str
    detail: str
    label: str | None
    parent: int | None
    types: tuple[str, ...] = ()
    repeats: int = 1
    last_label: str | None = None
    shares: str | None = None

    @property
    def title(self) -> str:
        """The kind of module with what it says of itself: ``Linear(4 → 8)``."""
        return f"{self.kind}({self.detail})" if self.detail else self.kind

    @property
    def caption(self) -> str:
        """The dotted name, if known, and the title."""
        return f"{self.label} {self.title}" if self.label else self.title


@dataclass(frozen=True, slots=True)
class Total:
    """What a whole graph consists of, whatever of it is shown; `arrays` are those that no operation made."""

    operations: int
    arrays: int
    saved_bytes: int


@dataclass(frozen=True, slots=True)
class GraphModel:
    """A computation graph, in execution order.

    `dtype` is the floating dtype that most arrays have, said once so that only the others need to be. `total` counts
    the whole graph, of which a folded model shows a part. `notes` are sentences about the whole: what was left out,
    where the first NaN arose.
    """

    operations: tuple[Operation | Folded, ...]
    leaves: tuple[Leaf | Folded, ...]
    outputs: tuple[Output, ...]
    edges: tuple[Edge, ...]
    regions: tuple[Region, ...]
    dtype: str | None
    total: Total
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
        """Return the whole model as JSON: objects with the attributes of these classes, a node or an edge a line.

        A number that is not finite is null.
        """
        return to_json(self)
