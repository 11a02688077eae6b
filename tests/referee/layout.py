"""Sorting, shaping, joining, splitting and selecting in PyTorch's words."""

import numpy as np

from referee.pointwise import tensor, torch

# ------------------------------------------------------------------------------------------------- shaping, repeating


def rolled_to(a, axis, start=0):
    start = start % (a.ndim + 1) if start >= 0 else start + a.ndim
    axis = axis % a.ndim
    return torch.movedim(a, axis, start - (axis < start))


def repeated(a, repeats, axis=None):
    repeats = torch.as_tensor(repeats) if np.ndim(repeats) else repeats
    return torch.repeat_interleave(a.ravel() if axis is None else a, repeats, 0 if axis is None else axis)


def rolled(a, shift, axis=None):
    if axis is None:
        return torch.roll(a, shift)
    shifts, axes = (tuple(np.ravel(part).tolist()) for part in np.broadcast_arrays(shift, axis))
    return torch.roll(a, shifts, axes)


def expanded(a, axis):
    for place in sorted(i % (a.ndim + np.size(axis)) for i in np.ravel(axis).tolist()):
        a = torch.unsqueeze(a, place)
    return a


def resized(a, new_shape):
    size = int(np.prod(new_shape))
    return a.ravel().repeat(-(-size // a.numel()))[:size].reshape(new_shape)


SHAPING = {
    "atleast_1d": lambda *arys: torch.atleast_1d(arys) if len(arys) > 1 else torch.atleast_1d(*arys),
    "atleast_2d": lambda *arys: torch.atleast_2d(arys) if len(arys) > 1 else torch.atleast_2d(*arys),
    "atleast_3d": lambda *arys: torch.atleast_3d(arys) if len(arys) > 1 else torch.atleast_3d(*arys),
    "broadcast_arrays": lambda *args: torch.broadcast_tensors(*args),
    "broadcast_to": lambda array, shape: torch.broadcast_to(array, shape),
    "expand_dims": expanded,
    "flip": lambda m, axis=None: torch.flip(m, tuple(np.arange(m.ndim) if axis is None else np.atleast_1d(axis))),
    "fliplr": lambda m: torch.fliplr(m),
    "flipud": lambda m: torch.flipud(m),
    "matrix_transpose": lambda x: x.mT,
    "moveaxis": lambda a, source, destination: torch.moveaxis(a, source, destination),
    "permute_dims": lambda a, axes=None: torch.permute(a, axes or tuple(reversed(range(a.ndim)))),
    "ravel": lambda a: torch.ravel(a),
    "repeat": repeated,
    "reshape": lambda a, shape: torch.reshape(a, np.atleast_1d(shape).tolist()),
    "resize": resized,
    "roll": rolled,
    "rollaxis": rolled_to,
    "rot90": lambda m, k=1, axes=(0, 1): torch.rot90(m, k, axes),
    "squeeze": lambda a, axis=None: torch.squeeze(a) if axis is None else torch.squeeze(a, axis),
    "swapaxes": lambda a, axis1, axis2: torch.swapaxes(a, axis1, axis2),
    "tile": lambda a, reps: torch.tile(a, tuple(np.atleast_1d(reps).tolist())),
    "transpose": lambda a, axes=None: torch.permute(a, axes or tuple(reversed(range(a.ndim)))),
}

# ------------------------------------------------------------------------------------------------- joining, splitting


def concatenated(arrays, axis=0):
    arrays = [tensor(a) for a in arrays]
    return torch.concatenate([a.ravel() for a in arrays]) if axis is None else torch.concatenate(arrays, axis)


def padded(array, pad_width, mode="constant", constant_values=0.0):
    """Pad the last axes, behind one for PyTorch to take as a batch and one as a channel."""
    widths = np.broadcast_to(pad_width, (array.ndim, 2))[::-1].ravel().tolist()
    if mode == "constant":
        return torch.nn.functional.pad(array, widths, value=constant_values)
    mode = {"edge": "replicate", "wrap": "circular"}.get(mode, mode)
    return torch.nn.functional.pad(array[None, None], widths, mode)[0, 0]


JOINING = {
    "append": lambda arr, values, axis=None: concatenated([arr, values], axis),
    "array_split": lambda ary, sections, axis=0: torch.tensor_split(ary, sections, axis),
    "column_stack": lambda tup: torch.column_stack(tup),
    "concat": concatenated,
    "concatenate": concatenated,
    "dsplit": lambda ary, sections: torch.dsplit(ary, sections),
    "dstack": lambda tup: torch.dstack(tup),
    "hsplit": lambda ary, sections: torch.hsplit(ary, sections),
    "hstack": lambda tup: torch.hstack(tup),
    "pad": padded,
    "split": lambda ary, sections, axis=0: torch.tensor_split(ary, sections, axis),
    "stack": lambda arrays, axis=0: torch.stack([tensor(a) for a in arrays], axis),
    "unstack": lambda x, axis=0: torch.unbind(x, axis),
    "vsplit": lambda ary, sections: torch.vsplit(ary, sections),
    "vstack": lambda tup: torch.vstack(tup),
}

# ------------------------------------------------------------------------------------------------- sorting, selecting


def in_order(a, axis=-1, kind=None, stable=None):
    a, axis = (a.ravel(), 0) if axis is None else (a, axis)
    if a.is_complex():  # which PyTorch does not order
        return torch.take_along_dim(a, torch.from_numpy(np.argsort(a.numpy(force=True), axis)), axis)
    return torch.sort(a, dim=axis, stable=bool(stable)).values


def taken(a, indices, axis=None):
    a, indices = torch.atleast_1d(a), tensor(indices).long()
    return torch.take(a, indices) if axis is None else gathered(a, (slice(None),) * (axis % a.ndim) + (indices,))


def taken_along(arr, indices, axis=-1):
    return torch.take_along_dim(arr, indices % (arr.numel() if axis is None else arr.shape[axis]), axis)


def gathered(a, index):
    """Return a[index] by numbering the elements: PyTorch's own index knows no negative steps."""
    numbers = np.arange(a.numel()).reshape(a.shape)[_plain(index)]
    return torch.take(a, torch.from_numpy(np.array(numbers)))


def _plain(index):
    if isinstance(index, tuple):
        return tuple(map(_plain, index))
    if isinstance(index, slice):
        return slice(*(int(i) if isinstance(i, torch.Tensor) else i for i in (index.start, index.stop, index.step)))
    return index.numpy() if isinstance(index, torch.Tensor) else index


def added_into(a, shape, index):
    numbers = np.arange(int(np.prod(shape))).reshape(shape)[_plain(index)]
    zeros = torch.zeros(int(np.prod(shape)), dtype=a.dtype)
    return zeros.index_add(0, torch.from_numpy(np.array(numbers)).ravel(), a.ravel()).reshape(shape)


def diagonal(a, offset=0, axis1=0, axis2=1):
    return torch.diagonal(a, offset, axis1, axis2)


SELECTING = {
    "compress": lambda condition, a, axis=None: gathered(
        a.ravel() if axis is None else a,
        (slice(None),) * (axis or 0) + (np.flatnonzero(condition),),
    ),
    "diag": lambda v, k=0: torch.diag(v, k),
    "diagflat": lambda v, k=0: torch.diagflat(v, k),
    "diagonal": diagonal,
    "extract": lambda condition, arr: torch.masked_select(arr, condition),
    "getitem": gathered,
    "ix_": lambda *args: tuple(
        x.reshape([-1 if i == place else 1 for i in range(len(args))]) for place, x in enumerate(args)
    ),
    "meshgrid": lambda *xi, indexing="xy": torch.meshgrid(*map(torch.ravel, xi), indexing=indexing),
    "scatter_add": added_into,
    "sort": in_order,
    "take": taken,
    "take_along_axis": taken_along,
    "tril": lambda m, k=0: torch.tril(m, k),
    "triu": lambda m, k=0: torch.triu(m, k),
}
