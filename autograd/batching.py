"""Many cotangents in one sweep: rows of them, one axis more than what each is the cotangent of, in front.

A sweep of rows is the sweep of `autograd.graph` with other pullbacks. Those of elementwise primitives serve as they
are: NumPy broadcasts from the last axis. So do those in `SERVES_ROWS`, once shapes, axes and indices that they ask for
make room for the axis in front. Those in `VJPS_OF_ROWS` are written for rows. Every other primitive is called row by
row, so a sweep of rows exists for every graph; and the tables are for speed alone.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.graph import Node, Pullback, Rule, Saved, in_dtype_of
from autograd.ops import (
    contraction,
    diagonals,
    elementwise,
    indexing,
    joining,
    linalg,
    neural,
    norms,
    products,
    reductions,
    scans,
    shaping,
    statistics,
)
from autograd.plans import compile_pullbacks
from autograd.primitive import Primitive, visit_recording

ALL_AXES_BY_DEFAULT: frozenset[Primitive] = frozenset(
    {
        *(reductions.sum, reductions.mean, reductions.prod, reductions.max, reductions.min, reductions.logsumexp),
        *(statistics.variance, statistics.deviation, norms.p_norm, shaping.flip),
    }
)
SERVES_ROWS: frozenset[Primitive] = ALL_AXES_BY_DEFAULT | {
    *(elementwise.real, elementwise.imag, elementwise.astype, elementwise.copy),
    *(shaping.reshape, shaping.expand_dims, shaping.squeeze, shaping.swapaxes, shaping.moveaxis),
    *(shaping.roll, joining.join, indexing.getitem, indexing.scatter_add),
    *(neural.relu, neural.leaky_relu, neural.elu, neural.sigmoid, neural.softmax, neural.log_softmax),
    *(scans.cumsum, linalg.inv, diagonals.diagonal),
}


# ------------------------------------------------------------------------------------------------- VJPs of rows


def unbroadcast_rows(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum each row over the axes along which broadcasting stretched an array of `shape` to the shape of a row."""
    extra = g.ndim - 1 - len(shape)
    padded = (1,) * extra + shape
    stretched = tuple(i for i, size in enumerate(g.shape[1:], 1) if padded[i - 1] == 1 and (size != 1 or i <= extra))
    return (g.sum(axis=stretched) if stretched else g).reshape((len(g), *shape))


def matmul_left(g: Any, x1_shape: tuple[int, ...], x2: Any) -> Any:
    """G B^T."""
    if x2.ndim == 1:
        return g[..., None] * x2
    if x2.ndim == 2:
        return g @ x2.T
    if len(x1_shape) == 1:
        return unbroadcast_rows((x2 @ g[..., None])[..., 0], x1_shape)
    return unbroadcast_rows(g @ np.swapaxes(x2, -1, -2), x1_shape)


def matmul_right(g: Any, x1: Any, x2_shape: tuple[int, ...]) -> Any:
    """A^T G."""
    if x1.ndim == 1:
        return g[..., None] * x1 if len(x2_shape) == 1 else unbroadcast_rows(x1[:, None] * g[..., None, :], x2_shape)
    if len(x2_shape) == 1:
        return g @ x1 if x1.ndim == 2 else unbroadcast_rows((g[..., None, :] @ x1)[..., 0, :], x2_shape)
    return unbroadcast_rows(np.swapaxes(x1, -1, -2) @ g, x2_shape)


def linear_weight(g: Any, x: Any) -> Any:
    """G^T X over all examples."""
    x = x.reshape(-1, x.shape[-1])
    return np.swapaxes(g.reshape(len(g), len(x), g.shape[-1]), -1, -2) @ x


def transpose(g: Any, axes: Any) -> Any:
    if axes is None:
        return np.transpose(g, (0, *range(g.ndim - 1, 0, -1)))
    inverse = np.argsort([axis % (g.ndim - 1) for axis in axes])
    return np.transpose(g, (0, *(inverse + 1).tolist()))


def pile(g: Any, index: int, axis: int) -> Any:
    """The layer of each stack that came from the array at `index`."""
    return np.moveaxis(g, axis % (g.ndim - 1) + 1, 0)[index]


def contract(g: Any, subscripts: str, operands: tuple[Any, ...], index: int, optimize: Any) -> Any:
    """Give the output and the operand at `index` an axis for the rows."""
    row = next(letter for letter in string.ascii_letters if letter not in subscripts)
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    terms[index] = row + terms[index]
    widened = [np.broadcast_to(a, (len(g), *np.shape(a))) if i == index else a for i, a in enumerate(operands)]
    return contraction.contract_vjp(g, f"{','.join(terms)}->{row}{output}", tuple(widened), index, optimize)


def solved(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """A⁻ᵀ G; the rows of one vector each are the columns of one matrix."""
    if len(b_shape) > 1:
        return np.linalg.solve(np.swapaxes(a, -1, -2), g)
    if a.ndim == 2:
        return np.linalg.solve(a.T, g.T).T
    return np.linalg.solve(np.swapaxes(a, -1, -2), g[..., None])[..., 0]


def solve_matrix(g: Any, y: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """-A⁻ᵀ G Xᵀ."""
    right = solved(g, a, b_shape)
    product = right[..., None] * y[..., None, :] if len(b_shape) == 1 else right @ np.swapaxes(y, -1, -2)
    return unbroadcast_rows(-product, a.shape)


def solve_right(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    return unbroadcast_rows(solved(g, a, b_shape), b_shape)


# One for each VJP of the primitive, asking for the same in the same order.
VJPS_OF_ROWS: dict[Primitive, tuple[Callable[..., Any], ...]] = {
    products.matmul: (matmul_left, matmul_right),
    contraction.contract: (contract,),
    joining.pile: (pile,),
    neural.linear: (lambda g, weight: g @ weight, linear_weight, lambda g: g.reshape(len(g), -1, g.shape[-1]).sum(1)),
    shaping.transpose: (transpose,),
    shaping.broadcast_to: (unbroadcast_rows,),
    linalg.solve: (solve_matrix, solve_right),
}

# ------------------------------------------------------------------------------------------------- the sweep of rows


def how(*, rows: bool, recorded: bool) -> dict[str, Any]:
    """Return the arguments of `graph.sweep` for a sweep of rows or of one cotangent each, recorded or not."""
    if not rows:
        return {"visit": visit_recording if recorded else None}
    return {"visit": visit_recording_rows if recorded else visit_rows, "fit": fit_rows}


def take_rows(rule: Primitive) -> None:
    """Declare that the pullbacks of `rule` take rows, so that they are called once for all."""
    _written_for_rows[rule] = _TakesRows(rule, rule.pullbacks)


def visit_rows(node: Node, g: Any) -> tuple[Any, Saved]:
    """Visit a node of a sweep of rows: a rule that takes them, and what it is to be given."""
    return _with_rows(node, node.rule, node.saved or (), len(g))


def visit_recording_rows(node: Node, g: Any) -> tuple[Any, Saved]:
    """Visit a node of a sweep of rows that records itself."""
    return _with_rows(node, *visit_recording(node, g), len(g))


def fit_rows(contribution: Any, source: Node, node: Node, rule: Rule) -> Any:
    """Give rows of contributions the shape and dtype of rows of what they are gradients of."""
    shape = contribution.shape[1:]
    if shape != source.shape:
        if shape != node.shape or not rule.is_elementwise:
            raise ShapeError(
                f"vjp of '{rule.name}' returned shape {shape} for an input of shape {source.shape}, for each of "
                f"{len(contribution)} cotangents; a VJP returns an array of its input's shape"
            )
        contribution = unbroadcast_rows(contribution, source.shape)
    return in_dtype_of(source, contribution)


class _TakesRows:
    """What a sweep of rows needs to know of a primitive, in its place."""

    add_into = None

    def __init__(self, rule: Any, pullbacks: Iterable[Pullback]) -> None:
        self.name: str = rule.name
        self.saves: tuple[str, ...] = rule.saves
        self.is_elementwise: bool = rule.is_elementwise
        self.pullbacks = pullbacks


_written_for_rows = {rule: _TakesRows(rule, compile_pullbacks(rule, vjps)) for rule, vjps in VJPS_OF_ROWS.items()}


def _with_rows(node: Node, rule: Any, saved: Saved, count: int) -> tuple[Any, Saved]:
    if rule.is_elementwise and rule.add_into is None:
        return rule, saved
    primitive = getattr(rule, "primitive", rule)  # that a rule stands for while something looks at VJPs
    if primitive in _written_for_rows:
        written = _written_for_rows[primitive]
        return written if rule is primitive else _TakesRows(rule, rule.watched(written.pullbacks)), saved
    if primitive in SERVES_ROWS:
        ndim = next(len(source.shape) for source in node.inputs if source is not None)
        named = zip(rule.saves, saved, strict=True)
        moved = [_behind_rows(name, value, count, ndim, primitive) for name, value in named]
        if not any(value is _Cannot for value in moved):
            return _TakesRows(rule, rule.pullbacks), tuple(moved)
    return _TakesRows(rule, map(_row_by_row, rule.pullbacks)), saved


def _row_by_row(pullback: Pullback) -> Pullback:
    return lambda g, saved: np.stack([pullback(row, saved) for row in g])


class _Cannot:
    """Stands for an option that has no like for rows."""


def _behind_rows(name: str, value: Any, count: int, ndim: int, rule: Primitive) -> Any:
    """Return what a VJP asks for as `name`, for `count` rows of arrays of `ndim` axes."""
    if name.endswith("_shape") or name == "shape":
        return (count, *value)
    if name in ("axis", "axis1", "axis2", "source", "destination"):
        if value is None or ndim == 0:  # a number has none of the axes that NumPy lets it be reduced along
            return tuple(range(-ndim, 0)) if rule in ALL_AXES_BY_DEFAULT else _Cannot
        return _from_the_end(value, ndim)
    if name == "index":
        return _index_behind_rows(value)
    return _Cannot if name == "order" and value != "C" else value


def _from_the_end(axis: Any, ndim: int) -> Any:
    if isinstance(axis, Iterable):
        return tuple(_from_the_end(each, ndim) for each in axis)
    return axis if axis < 0 else axis - ndim


def _index_behind_rows(index: Any) -> Any:
    items = index if isinstance(index, tuple) else (index,)
    places = [i for i, item in enumerate(items) if not (item is None or item is Ellipsis or isinstance(item, slice))]
    are_integers = all(isinstance(items[i], int | np.integer) and not isinstance(items[i], bool) for i in places)
    # NumPy puts the axes of arrays that are not side by side in front.
    if not are_integers and places != list(range(places[0], places[-1] + 1)):
        return _Cannot
    return _Cannot if any(isinstance(item, bool | np.bool_) for item in items) else (slice(None), *items)
