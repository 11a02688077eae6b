"""Which Tensors view the memory of which: a write to one of them is a write to all of them.

A view points to the Tensor that it was taken of. All views of a Tensor, and views of these, know each other weakly, so
that none holds another alive, and only who takes views pays for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from weakref import ref

import numpy as np

from autograd.errors import GraphError
from autograd.memory import owner_of

Part: TypeAlias = Callable[[Any], Any]  # np.real or np.imag


_MANY = 64  # views noted before those that are gone are looked for


def shows(view: np.ndarray, base: Any) -> bool:
    """Whether `view`, computed from `base`, shows memory of it; NumPy's scalars have none."""
    return type(base) is np.ndarray and owner_of(base) is owner_of(view) and np.may_share_memory(base, view)


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


def locate(root: np.ndarray, view: np.ndarray) -> tuple[tuple[np.ndarray, ...], Part | None]:
    """Return the index in `root` of each element of `view`, which shows memory of it, and what part it shows of them.

    Returns
    -------
    index : tuple of ndarray of int, each of the shape of `view`
    part : numpy.real, numpy.imag or None
        None where the elements of `view` are those of `root`.

    Raises
    ------
    GraphError
        If `view` shows the bytes of `root` in another way.
    """
    addresses, flat = _addresses(view), _addresses(root).reshape(-1)
    order = np.argsort(flat, kind="stable")
    positions = order[np.searchsorted(flat[order], addresses, side="right") - 1] if flat.size else addresses
    offsets = np.unique(addresses - flat[positions])
    is_part = root.dtype.kind == "c" and view.dtype == root.real.dtype
    if (
        len(offsets) > 1
        or (view.dtype != root.dtype and not is_part)
        or not set(offsets) <= {0, view.itemsize * is_part}
    ):
        raise GraphError(
            f"a write to an array of shape {root.shape} {root.dtype} cannot be followed through its view of shape "
            f"{view.shape} {view.dtype}, which shows its bytes in another way; write to a copy of it"
        )
    part = (np.imag if offsets.any() else np.real) if is_part else None
    return np.unravel_index(positions, root.shape), part


def _addresses(array: np.ndarray) -> np.ndarray:
    """Return the address of each element."""
    found = np.full(array.shape, array.__array_interface__["data"][0], np.int64)
    for axis, (size, stride) in enumerate(zip(array.shape, array.strides, strict=True)):
        found += (np.arange(size, dtype=np.int64) * stride).reshape((size,) + (1,) * (array.ndim - axis - 1))
    return found
