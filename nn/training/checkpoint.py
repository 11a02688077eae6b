"""Save the weights of a model, and load them only if they are exactly what was saved.

The file is in the safetensors format, which holds arrays and no code. Its metadata has one entry, ``chainrule``: JSON
with the version of this arrangement and a SHA-256 of the names, dtypes, shapes and values.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograd import CheckpointError
from nn.module import Module
from nn.training.atomic import write_atomically

FORMAT = 1

# One key only: the order in which safetensors writes several is not the same from run to run.
_KEY = "chainrule"
_PREFIX = 8  # bytes: the length of the header
_PICKLE = re.compile(rb"\x80[\x02-\x05]|PK\x03\x04|\x93NUMPY")


def save_weights(model: Module, path: str | os.PathLike[str]) -> None:
    """Write the weights of `model` to `path`, whole or not at all.

    The same weights give the same bytes.

    Raises
    ------
    CheckpointError
        If the format has no such dtype.
    OSError
        If it cannot be written; an old file of that name is intact.

    Examples
    --------
    >>> import tempfile, nn
    >>> model, other = nn.Linear(3, 2), nn.Linear(3, 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(model, f"{folder}/model.safetensors")
    ...     load_weights(other, f"{folder}/model.safetensors")
    >>> bool((model.weight.data == other.weight.data).all())
    True
    """
    write_atomically(path, encode(model.state_dict()))


def load_weights(model: Module, path: str | os.PathLike[str]) -> None:
    """Read weights written by `save_weights` into `model`.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged, of a newer format or not of this kind (a pickle is never opened), or if the
        weights do not fit the model; the model is then as it was.
    """
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{file}: cannot be read: {error.strerror}") from error
    arrays = decode(content, str(file))
    try:
        model.load_state_dict(arrays)
    except CheckpointError as error:
        raise CheckpointError(f"{file}: {error}") from None


def encode(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the content of a file of weights."""
    from safetensors import SafetensorError
    from safetensors.numpy import save

    # Contiguous copies in native byte order: safetensors writes the memory as it lies.
    native = {name: np.array(a, dtype=np.asarray(a).dtype.newbyteorder("="), order="C") for name, a in arrays.items()}
    metadata = {_KEY: json.dumps({"format": FORMAT, "sha256": _digest(native)}, sort_keys=True)}
    try:
        return save(native, metadata=metadata)
    except (SafetensorError, KeyError, ValueError) as error:
        dtypes = sorted({str(array.dtype) for array in native.values()})
        raise CheckpointError(f"save: weights of dtype {', '.join(dtypes)} cannot be written: {error}") from error


def decode(content: bytes, name: str = "weights") -> dict[str, np.ndarray]:
    """Return the arrays in the content of a file of weights; errors begin with `name`.

    Raises
    ------
    CheckpointError
        As `load_weights`.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    saved = _metadata(_header(content, name), name)
    try:
        arrays = load(content)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise CheckpointError(f"{name}: is damaged ({error}); restore it from a copy or train again") from error
    if _digest(arrays) != saved["sha256"]:
        raise CheckpointError(
            f"{name}: the weights are not those that were saved (their SHA-256 differs); the file is damaged, "
            "restore it from a copy or train again"
        )
    return arrays


def _header(content: bytes, name: str) -> dict[str, Any]:
    # A header whose length is 640 begins as a pickle does, but only a header has its brace after 8 bytes.
    if content[_PREFIX : _PREFIX + 1] != b"{" and _PICKLE.match(content):
        raise CheckpointError(
            f"{name}: is a pickle, an archive or an array file; refusing to unpickle; save weights as safetensors"
        )
    length = int.from_bytes(content[:_PREFIX], "little")
    if len(content) < _PREFIX or length > len(content) - _PREFIX:
        raise CheckpointError(
            f"{name}: has {len(content)} bytes where its header alone needs {_PREFIX + length}; the file is truncated "
            "or not a safetensors file"
        )
    try:
        header = json.loads(content[_PREFIX : _PREFIX + length], object_pairs_hook=_no_duplicates)
        declared = max((entry["data_offsets"][1] for key, entry in header.items() if key != "__metadata__"), default=0)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{name}: its header is damaged ({error}); restore it from a copy") from error
    present = len(content) - _PREFIX - length
    if declared != present:
        raise CheckpointError(
            f"{name}: has {present} bytes of weights where its header declares {declared}; the file is damaged, "
            "restore it from a copy or train again"
        )
    return header


def _metadata(header: Mapping[str, Any], name: str) -> dict[str, Any]:
    try:
        saved: dict[str, Any] = json.loads(header["__metadata__"][_KEY])
        version, _ = int(saved["format"]), saved["sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{name}: was not written by chainrule, so nothing says whether it is intact; for weights of another "
            "program use model.load_state_dict(safetensors.numpy.load_file(path))"
        ) from error
    if version > FORMAT:
        raise CheckpointError(f"{name}: written by format {version}, this reads up to {FORMAT}; update chainrule")
    return saved


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [key for key, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("a name occurs twice")
    return dict(pairs)


def _digest(arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name}\0{array.dtype.str[1:]}\0{array.shape}\0".encode())
        # Little-endian whatever the machine, so that the sum is the file's.
        digest.update(array.astype(array.dtype.newbyteorder("<"), order="C", copy=False).tobytes())
    return digest.hexdigest()
