"""The computation graph: nodes and the reverse sweep.

A node is one application of a primitive. It points to the nodes of its inputs and never back, and holds only the
arrays that the primitive's VJPs name, so no reference cycle exists and whatever no VJP needs dies during the forward
pass. Nodes are numbered in order of creation and an input is always older than its consumer: walking the reachable
nodes from the highest number down is a reverse topological order.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterable
from heapq import heappop, heappush
from operator import attrgetter
from sys import getrefcount
from typing import Any, Protocol, TypeAlias

import numpy as np

from autograd import hooks, memory
from autograd.errors import GraphError, ShapeError
from autograd.memory import tick

Saved = tuple[Any, ...]
Pullback = Callable[[Any, Saved], Any]
Visit: TypeAlias = "Callable[[Node, Any], tuple[Any, Saved]]"
Fit: TypeAlias = "Callable[[Any, Node, Node, Rule], Any]"


class Rule(Protocol):
    """What the graph needs to know of a primitive."""

    name: str
    is_elementwise: bool
    saves: tuple[str, ...]  # the names of what its nodes save, in the order saved
    add_into: Callable[..., None] | None  # adds a cotangent to one that the sweep owns, in place

    @property
    def pullbacks(self) -> Iterable[Pullback]:
        """The VJP of each differentiable argument, as a function of the cotangent and of what the node saved."""


class Node:
    """One recorded application of a primitive.

    `inputs` has one entry a differentiable argument, None where no gradient is needed. `saved` has the values that
    their VJPs ask for, each once (None for what only the others would need), and is None once freed. `shape` and
    `dtype` are those of the output. `regions` are the calls of modules that returned it (see `autograd.regions`).
    `grad` is set on leaves and on nodes whose gradient is to be kept, `hooks` on nodes that have some.
    """

    # No __init__: making an object of a class without one, and setting its slots, takes half the time.
    __slots__ = ("__weakref__", "dtype", "grad", "hooks", "inputs", "number", "regions", "rule", "saved", "shape")

    rule: Rule | None
    inputs: tuple[Node | None, ...]
    saved: Saved | None
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    number: int
    grad: np.ndarray | None
    hooks: dict[object, hooks.Hook]
    regions: tuple[Any, ...]


def new_node(
    rule: Rule | None,
    inputs: tuple[Node | None, ...],
    saved: Saved | None,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
) -> Node:
    """Return a node that is younger than all others."""
    node = Node()
    node.rule = rule
    node.inputs = inputs
    node.saved = saved
    node.shape = shape
    node.dtype = dtype
    node.number = tick()
    node.regions = ()
    return node


def leaf(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Node:
    """Return the node of a variable: no primitive made it, and gradients end in its `grad`."""
    node = new_node(None, (), (), shape, dtype)
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
    *,
    wanted: Collection[Node] | None = None,
    ends: Collection[Node] = (),
    keep: Collection[Node] = (),
    visit: Visit | None = None,
    fit: Fit | None = None,
    retain_graph: bool = False,
) -> dict[Node, Any]:
    """Carry cotangents from the outputs backwards and return those that arrived where nothing carries them on.

    Nodes are passed from the newest to the oldest, so each is passed when all its consumers have been.

    Parameters
    ----------
    seeds
        The first cotangent of each output.
    wanted
        The nodes that may receive a cotangent, all by default; a VJP whose input is not among them is not called.
    ends
        Nodes to stop at, besides leaves.
    keep
        Nodes on the way whose cotangent is returned as well.
    visit
        Called with each node that is passed and its cotangent; returns the rule to use there and what it saved. A
        recorded sweep has the saved arrays as Tensors connected to the graph, so that the same VJPs record the gradient
        as a graph of its own; a watched one has a rule that looks at each contribution.
    fit
        Called with a contribution that has not the shape and dtype of the input it is for, the nodes of the input and
        of the output, and the rule; returns what has. `conform` by default.
    retain_graph
        Whether saved arrays outlive the sweep. Otherwise each node's are freed as the sweep passes it.
    """
    fit = fit or conform
    hooked = set(hooks.hooked) if hooks.hooked else ()
    watched = {*keep, *hooked} if keep or hooked else ()
    cotangents = dict(seeds)
    owned: set[Node] = set()  # nodes whose cotangent was allocated here: safe to add to in place
    waiting = sorted((-node.number, node) for node in seeds if node.rule is not None and node not in ends)  # a heap
    node = heappop(waiting)[1] if waiting else None
    g = cotangents.pop(node) if node is not None else None
    while node is not None:
        rule: Any = node.rule
        saved = node.saved
        if watched and node in watched:
            if node in hooked:
                g = hooks.apply(node, g)
            if node in keep:
                cotangents[node] = g
        if saved is None:
            raise GraphError(
                f"{rule.name}: its saved arrays were freed by an earlier backward pass through this graph; "
                "pass retain_graph=True to the first pass, or compute the output again"
            )
        if node.number < memory.latest:
            _refuse_stale_arrays(node, rule)
        if visit is not None:
            rule, saved = visit(node, g)
        following = following_g = None  # the first new node stays at hand: a chain needs neither heap nor dictionary
        for pullback, source in zip(rule.pullbacks, node.inputs):  # noqa: B905  # a check would take as long as the rest
            if source is None or (wanted is not None and source not in wanted):
                continue
            if owned and source in owned and rule.add_into is not None:
                rule.add_into(cotangents[source], g, *saved)
                continue
            contribution = pullback(g, saved)
            try:
                if contribution.shape != source.shape or contribution.dtype is not source.dtype:
                    contribution = fit(contribution, source, node, rule)
            except AttributeError:
                contribution = fit(contribution, source, node, rule)
            if source in cotangents:
                if source in owned:
                    cotangents[source] += contribution
                else:
                    total = cotangents[source] = cotangents[source] + contribution
                    if type(total) is np.ndarray:
                        owned.add(source)
            elif source is following:
                following_g = following_g + contribution
            elif source.rule is None or (ends and source in ends):
                cotangents[source] = contribution  # it has arrived
            elif following is None:
                following, following_g = source, contribution
            else:
                cotangents[source] = contribution
                heappush(waiting, (-source.number, source))
        if not retain_graph:
            node.saved = None
        if following is not None and (not waiting or following.number > -waiting[0][0]):
            node, g = following, following_g
        elif waiting:
            node = heappop(waiting)[1]
            g = cotangents.pop(node)
            if following is not None:
                cotangents[following] = following_g
                heappush(waiting, (-following.number, following))
        else:
            node = None
    if hooked:
        for variable in sorted(hooked, key=attrgetter("number"), reverse=True):
            if variable in cotangents and (variable.rule is None or variable in ends):
                cotangents[variable] = hooks.apply(variable, cotangents[variable])
    return cotangents


def backward(root: Node, seed: Any, *, retain_graph: bool = False) -> None:
    """Accumulate the gradient of `root` into `grad` of every leaf it depends on; all of them, or none on an error."""
    keep = set(retained) if retained else ()
    cotangents = sweep({root: seed}, keep=keep, retain_graph=retain_graph)
    while cotangents:
        node, g = cotangents.popitem()
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
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    stretched = tuple(
        axis for axis, size in enumerate(g.shape) if axis < extra or (shape[axis - extra] == 1 and size != 1)
    )
    return g.sum(axis=stretched).reshape(shape)


def conform(contribution: Any, source: Node, node: Node, rule: Rule) -> Any:
    """Return `contribution` with the shape and dtype of the input it is a gradient of, or say why that cannot be."""
    if isinstance(contribution, int | float | complex):
        contribution = np.asarray(contribution)
    is_array = hasattr(contribution, "dtype")
    if not is_array or contribution.shape != source.shape:
        if not is_array or not rule.is_elementwise or contribution.shape != node.shape:
            given = f"shape {contribution.shape}" if is_array else type(contribution).__name__
            broadcast = is_array and contribution.shape == node.shape
            raise ShapeError(
                f"vjp of '{rule.name}' returned {given} for input {node.inputs.index(source)} of shape {source.shape} "
                f"(output shape {node.shape}); a VJP returns an array of its input's shape"
                + ("; where the function broadcasts, call it with np.broadcast_arrays(...)" if broadcast else "")
            )
        contribution = unbroadcast(contribution, source.shape)
    return in_dtype_of(source, contribution)


def in_dtype_of(source: Node, contribution: Any) -> Any:
    """Return `contribution` with the dtype of what it is a gradient of."""
    if contribution.dtype == source.dtype:
        return contribution
    # The gradient of a real input through a complex operation is the real part: the input cannot move elsewhere.
    if contribution.dtype.kind == "c" and source.dtype.kind != "c":
        contribution = np.real(contribution)
    return contribution.astype(source.dtype)


def _refuse_stale_arrays(node: Node, rule: Rule) -> None:
    """Raise if an array that `node` saved has been written to since."""
    for name, value in zip(rule.saves, node.saved or (), strict=True):
        for array in value if isinstance(value, tuple) else (value,):
            if isinstance(array, np.ndarray):
                written, operation = memory.last_write(array)
                if written > node.number:
                    raise GraphError(
                        f"{rule.name}: '{name}' (shape {array.shape}, {array.dtype}) was modified in place by "
                        f"{operation} after the operation saved it, so its gradient would be wrong; call backward() "
                        "before the update, or update a copy"
                    )
