"""Assignment to elements: ``t[index] = values``, and what else writes into a Tensor, with NumPy's meaning.

The memory is written to, as NumPy does, and the Tensor goes on as the output of `set_at`. So do all Tensors that show
the same memory. What cannot be differentiated afterwards, a variable or an array that a node had saved, is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import memory, views
from autograd.errors import DTypeError, GraphError, ShapeError
from autograd.grad_mode import recording
from autograd.graph import Node, new_node, unbroadcast
from autograd.ops.indexing import as_array, getitem, reads_once
from autograd.primitive import implements, primitive
from autograd.tensor import Tensor, plain, wrap


@primitive
def set_at(a: Any, values: Any, index: Any) -> Any:
    """Return `a` with `values` at `index`; of several values for one element the last counts."""
    result = np.array(a)
    result[index] = values
    return result


def set_at_vjp_values(g: Any, a_shape: tuple[int, ...], values_shape: tuple[int, ...], index: Any) -> Any:
    """The cotangent where it was written, 0 for what was overwritten at once."""
    taken = g[index]
    if not reads_once(index):
        taken = np.where(is_last_write(a_shape, index), taken, 0)
    leading = len(values_shape) - taken.ndim  # NumPy lets values have more axes of length 1
    return unbroadcast(taken, values_shape[max(leading, 0) :]).reshape(values_shape)


set_at.defvjp(lambda g, index: set_at(g, 0, index), set_at_vjp_values)


def is_last_write(shape: tuple[int, ...], index: Any) -> np.ndarray:
    """Return which of the elements at `index` of an array of `shape` are those that remain after an assignment."""
    writer = np.zeros(shape, np.intp)
    number = np.arange(writer[index].size).reshape(writer[index].shape)
    writer[index] = number
    return np.asarray(writer[index] == number)


# ------------------------------------------------------------------------------------------------- in place


@implements(Tensor.__setitem__)
def assign(tensor: Tensor, index: Any, values: Any) -> None:
    """Write `values` at `index` into the memory of `tensor`, and record it if a gradient can flow."""
    index = plain(index)
    values = as_array(values) if isinstance(values, list | tuple) else values
    root = views.root_of(tensor)
    if not recording.get() or (_node_of(values) is None and root._node is None and tensor._node is None):
        _write(tensor, index, values)
        return
    if _is_itself(tensor, index, values):  # the second half of ``t[index] += v``
        return
    _refuse(tensor, root)
    others = [(view, *views.locate(root.data, view.data)) for view in views.views_of(root)]
    if not others:
        _leave_what_is_saved(root)
    where, source, shape = _in_root(root, tensor, index, values)
    old = root._node
    _write(tensor, index, values)
    root._node = _node(set_at, (old, source), root.data, index=where, a_shape=root.shape, values_shape=shape)
    for view, taken, part in others:
        seen = _node(getitem, (root._node,), root.data[taken], index=taken, x_shape=root.shape)
        view._node = seen if part is None else part(wrap(root.data[taken], seen))._node


def _write(tensor: Tensor, index: Any, values: Any) -> None:
    data, given = tensor.data, plain(values)
    try:
        data[index] = given
    except ValueError as error:
        raise ShapeError(
            f"item assignment: {error} (into shape {tensor.shape} {tensor.dtype}, values of shape {np.shape(given)})"
        ) from error
    memory.record_write(data, "item assignment", index)


def _is_itself(tensor: Tensor, index: Any, values: Any) -> bool:
    """Whether `values` is the view of `tensor` at `index` already."""
    if not isinstance(values, Tensor) or views.root_of(values) is not views.root_of(tensor):
        return False
    there = tensor.data[index]
    interface = values.data.__array_interface__
    return isinstance(there, np.ndarray) and all(
        interface[key] == there.__array_interface__[key] for key in ("data", "shape", "strides", "typestr")
    )


def _refuse(tensor: Tensor, root: Tensor) -> None:
    """Refuse what no gradient could be right of."""
    for variable in (root, *views.views_of(root)):
        if variable._node is not None and variable._node.rule is None:
            view = "" if tensor is variable else "a view of "
            raise GraphError(
                f"item assignment: into {view}a variable of shape {variable.shape}, which requires a gradient; write "
                "to a copy of it, t = t.copy(), or update it inside `with no_grad():`"
            )
    if tensor.dtype.kind not in "fc":
        raise DTypeError(
            f"item assignment: a Tensor of dtype {tensor.dtype} holds no gradient; make it floating: t.astype(float)"
        )


def _leave_what_is_saved(tensor: Tensor) -> None:
    """Give `tensor` memory of its own if the node that made it keeps its values: nobody else sees the difference."""
    saved = tensor._node.saved if tensor._node is not None else None
    owner = memory.owner_of(tensor.data)
    if any(isinstance(value, np.ndarray) and memory.owner_of(value) is owner for value in saved or ()):
        tensor._data = tensor.data.copy()


def _in_root(root: Tensor, tensor: Tensor, index: Any, values: Any) -> tuple[Any, Node | None, tuple[int, ...]]:
    """Return what writing `values` at `index` of `tensor` is to `root`: the index, the node and shape of the values."""
    if tensor is root:
        return index, _node_of(values), np.shape(plain(values))
    whole, part = views.locate(root.data, tensor.data)
    where = tuple(axis[index] for axis in whole)
    if part is not None:
        with np.errstate(all="ignore"):  # the node counts, not the values
            old = root[where]
            values = values + 1j * np.imag(old) if part is np.real else np.real(old) + 1j * values
    return where, _node_of(values), np.shape(plain(values))


def _node_of(values: Any) -> Node | None:
    return values._node if isinstance(values, Tensor) else None


def _node(rule: Any, inputs: tuple[Node | None, ...], data: np.ndarray, **asked: Any) -> Node:
    """Return the node of an operation whose output is there already."""
    return new_node(rule, inputs, tuple(asked[name] for name in rule.saves), data.shape, data.dtype)
