"""The computation graph: nodes, the reverse sweep, and the clock that dates writes to arrays.

A node is one application of a primitive. It points to the nodes of its inputs and never back, and holds only the
arrays that the primitive's VJPs name, so no reference cycle exists and whatever no VJP needs dies during the forward
pass. Nodes are numbered in order of creation and an input is always older than its consumer: walking the reachable
nodes from the highest number down is a reverse topological order.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from operator import attrgetter
from sys import getrefcount
from typing import Any, Protocol

import numpy as np

from autograd.errors import GraphError, ShapeError

# One clock for two kinds of event, the creation of a node and a write to an array. "Was this array written to after
# this node saved it?" is then a comparison of two integers.
tick = itertools.count(1).__next__

Saved = tuple[tuple[Any, ...] | None, ...]


class VJPs(Protocol):
    """VJPs by the position of their argument among the differentiable ones."""

    def __getitem__(self, position: int, /) -> Callable[..., Any]: ...


class Rule(Protocol):
    """What the graph needs to know of a primitive."""

    name: str
    is_elementwise: bool

    @property
    def vjps(self) -> VJPs:
        """The VJP of each differentiable argument."""

    def asks(self, position: int) -> Sequence[str]:
        """Return the names of what the VJP at `position` saved, in the order saved."""


class Node:
    """One recorded application of a primitive.

    `inputs` has one entry a differentiable argument, None where no gradient is needed; `saved` has, in the same
    order, the values that the VJP of that argument asks for, and is None once freed. `shape` and `dtype` are those
    of the output. `regions` are the calls of modules that returned it (see `autograd.regions`). `grad` is set on leaves
    and on nodes whose gradient is to be kept.
    """

    __slots__ = ("__weakref__", "dtype", "grad", "inputs", "number", "regions", "rule", "saved", "shape")

    rule: Rule | None
    inputs: tuple[Node | None, ...]
    saved: Saved | None
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    number: int
    grad: np.ndarray | None
    regions: tuple[Any, ...]

    def __init__(
        self,
        rule: Rule | None,
        inputs: tuple[Node | None, ...],
        saved: Saved | None,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> None:
        self.rule = rule
        self.inputs = inputs
        self.saved = saved
        self.shape = shape
        self.dtype = dtype
        self.number = tick()
        self.regions = ()


def leaf(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Node:
    """Return the node of a variable: no primitive made it, and gradients end in its `grad`."""
    node = Node(None, (), (), shape, dtype)
    node.grad = None
    return node


def close(variable: Node) -> None:
    """Note that the function `variable` was made for has returned: to everything recorded later it is a constant."""
    variable.saved = None


def is_variable(node: Node) -> bool:
    """Whether `node` is a leaf in which something can still be differentiated."""
    return node.rule is None and node.saved is not None


retained: weakref.WeakSet[Node] = weakref.WeakSet()  # nodes inside the graph whose gradient a user asked to keep


# --------------------------------------------------------------------------------------------------- the sweep


def reachable(roots: Iterable[Node], oldest: int = 0) -> tuple[list[Node], set[Node]]:
    """Return the nodes that `roots` were computed from, none older than number `oldest`: newest first, and as a set."""
    found = set(roots)
    order = list(found)
    for node in order:  # grows as it is walked: breadth first, so nearly sorted already
        for source in node.inputs:
            if source is not None and source not in found and source.number >= oldest:
                found.add(source)
                order.append(source)
    order.sort(key=attrgetter("number"), reverse=True)
    return order, found


def sweep(
    seeds: dict[Node, Any],
    order: Iterable[Node],
    *,
    wanted: Collection[Node] | None = None,
    keep: Collection[Node] = (),
    lift: Callable[[Node], Saved] | None = None,
    retain_graph: bool = False,
) -> dict[Node, Any]:
    """Carry cotangents through the nodes of `order` and return those that arrived where nothing carries them on.

    Parameters
    ----------
    seeds
        The first cotangent of each output.
    order
        The nodes to sweep through, newest first.
    wanted
        The nodes that may receive a cotangent, all by default; a VJP whose input is not among them is not called.
    keep
        Nodes of `order` whose cotangent is returned as well.
    lift
        None for plain arrays, where nothing is recorded. Otherwise it returns what a node saved as Tensors connected
        to the graph, so that the same VJPs record the gradient as a graph of its own.
    retain_graph
        Whether saved arrays outlive the sweep. Otherwise each node's are freed as the sweep passes it.
    """
    cotangents = dict(seeds)
    owned: set[Node] = set()  # nodes whose cotangent was allocated by an addition below: safe to add to in place
    for node in order:
        rule = node.rule
        if rule is None:
            continue
        g = cotangents.pop(node, None)
        if g is None:
            continue
        if keep and node in keep:
            cotangents[node] = g
        saved = node.saved
        if saved is None:
            raise GraphError(
                f"{rule.name}: its saved arrays were freed by an earlier backward pass through this graph; "
                "pass retain_graph=True to the first pass, or compute the output again"
            )
        if node.number < last_write:
            _refuse_stale_arrays(node, rule)
        if lift is not None:
            saved = lift(node)
        for position, source in enumerate(node.inputs):
            if source is None or (wanted is not None and source not in wanted):
                continue
            contribution = rule.vjps[position](g, *saved[position])  # type: ignore[misc]  # None only where source is
            try:
                if contribution.shape != source.shape or contribution.dtype is not source.dtype:
                    contribution = _conform(contribution, source, node, rule)
            except AttributeError:
                contribution = _conform(contribution, source, node, rule)
            total = cotangents.get(source)
            if total is None:
                cotangents[source] = contribution
            elif source in owned and type(total) is np.ndarray:
                np.add(total, contribution, out=total)
            else:
                cotangents[source] = total + contribution
                if lift is None:
                    owned.add(source)
        if not retain_graph:
            node.saved = None
    return cotangents


def backward(root: Node, seed: Any, *, retain_graph: bool = False) -> None:
    """Accumulate the gradient of `root` into `grad` of every leaf it depends on; all of them, or none on an error."""
    order, found = reachable([root])
    keep = found.intersection(retained) if retained else ()
    cotangents = sweep({root: seed}, order, keep=keep, retain_graph=retain_graph)
    for node in list(cotangents):
        g = cotangents.pop(node)
        if node.grad is not None:
            node.grad += g
        # A fresh array that only this frame refers to is handed over; one that anything else can see, or that views
        # other memory, is copied.
        elif type(g) is np.ndarray and g.base is None and getrefcount(g) == _LONE_LOCAL:
            node.grad = g
        else:
            node.grad = np.array(g)


def _references_of_a_lone_local() -> int:
    array = np.empty(0)
    return getrefcount(array)


_LONE_LOCAL = _references_of_a_lone_local()  # Python versions differ in whether passing an argument counts


def unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum `g` over the axes along which broadcasting stretched an array of `shape` to the shape of `g`."""
    extra = g.ndim - len(shape)
    stretched = tuple(
        axis for axis, size in enumerate(g.shape) if axis < extra or (shape[axis - extra] == 1 and size != 1)
    )
    return g.sum(axis=stretched).reshape(shape)


def _conform(contribution: Any, source: Node, node: Node, rule: Rule) -> Any:
    """Return `contribution` with the shape and dtype of the input it is a gradient of, or say why that cannot be."""
    if isinstance(contribution, int | float | complex):
        contribution = np.asarray(contribution)
    position = node.inputs.index(source)
    if not hasattr(contribution, "dtype"):
        raise ShapeError(
            f"vjp of '{rule.name}' returned {type(contribution).__name__} for input {position} of shape "
            f"{source.shape}; a VJP returns an array of its input's shape"
        )
    if contribution.shape != source.shape:
        if not rule.is_elementwise or contribution.shape != node.shape:
            raise ShapeError(
                f"vjp of '{rule.name}' returned shape {contribution.shape} for input {position} of shape "
                f"{source.shape} (output shape {node.shape}); a VJP returns an array of its input's shape"
            )
        contribution = unbroadcast(contribution, source.shape)
    if contribution.dtype != source.dtype:
        # The gradient of a real input through a complex operation is the real part: the input cannot move elsewhere.
        if contribution.dtype.kind == "c" and source.dtype.kind != "c":
            contribution = np.real(contribution)
        contribution = contribution.astype(source.dtype)
    return contribution


# ------------------------------------------------------------------------------------- writes the library can see

last_write = 0
_writes: dict[int, tuple[weakref.ref[np.ndarray], int]] = {}  # by id of the array that owns the memory, while it lives


def record_write(array: np.ndarray) -> None:
    """Note that the memory of `array` changed now, so that a sweep refuses what saved it before."""
    global last_write
    last_write = tick()
    owner = _owner(array)
    known = _writes.get(id(owner))
    reference = known[0] if known else weakref.ref(owner, partial(_forget, id(owner)))
    _writes[id(owner)] = (reference, last_write)


def _forget(key: int, _: weakref.ref[np.ndarray]) -> None:
    del _writes[key]


def _owner(array: np.ndarray) -> np.ndarray:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _refuse_stale_arrays(node: Node, rule: Rule) -> None:
    """Raise if an array that `node` saved has been written to since."""
    for position, arguments in enumerate(node.saved or ()):
        for name, value in zip(rule.asks(position), arguments or (), strict=True):
            for array in value if isinstance(value, tuple) else (value,):
                if isinstance(array, np.ndarray) and _writes.get(id(_owner(array)), (None, 0))[1] > node.number:
                    raise GraphError(
                        f"{rule.name}: '{name}' (shape {array.shape}, {array.dtype}) was modified in place after the "
                        "operation saved it, so its gradient would be wrong; call backward() before the update, or "
                        "update a copy"
                    )
