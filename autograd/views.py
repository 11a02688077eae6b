"""Which Tensors view the memory of which: a write to one of them is a write to all of them.

A view points to the Tensor that it was taken of. All views of a Tensor, and views of these, know each other weakly, so
that none holds another alive, and only who takes views pays for them.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np

from autograd.memory import owner_of

_MANY = 64  # views noted before those that are gone are looked for


def note_view(base: Any, view: Any) -> None:
    """Note that the Tensor `view` shows memory of the Tensor `base`."""
    views = base._views
    if views is None:
        views = base._views = []
    elif len(views) >= _MANY:
        _forget_some(views)
    views.append(ref(view))
    view._views = views
    view._base = base


def root_of(tensor: Any) -> Any:
    """Return the Tensor that `tensor` is a view of, or itself."""
    while (base := getattr(tensor, "_base", None)) is not None:
        tensor = base
    return tensor


def views_of(root: Any) -> list[Any]:
    """Return the Tensors that show memory of `root` and exist still."""
    known = [reference() for reference in root._views or ()]
    owner = owner_of(root.data)
    return [view for view in known if view is not None and owner_of(view.data) is owner]


def _forget_some(views: list[Any]) -> None:
    """Forget views that are gone, where their number is a power of two, so that it costs little a view."""
    if not len(views) & (len(views) - 1):
        views[:] = [reference for reference in views if reference() is not None]


def positions(root: np.ndarray, view: np.ndarray) -> np.ndarray:
    """Return the position in `root`, were it flat, of each element of `view`, which shows memory of it.

    Returns
    -------
    ndarray of int, of the shape of `view`
    """
    where = _addresses(view)
    flat = _addresses(root).reshape(-1)
    order = np.argsort(flat, kind="stable")
    return order[np.searchsorted(flat[order], where)]


def _addresses(array: np.ndarray) -> np.ndarray:
    """Return the address of each element."""
    found = np.full(array.shape, array.__array_interface__["data"][0], np.int64)
    for axis, (size, stride) in enumerate(zip(array.shape, array.strides, strict=True)):
        found += (np.arange(size, dtype=np.int64) * stride).reshape((size,) + (1,) * (array.ndim - axis - 1))
    return found
