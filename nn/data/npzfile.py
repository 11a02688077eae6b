"""Read NumPy's NPZ archives without ever unpickling or trusting a declared size."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from io import BufferedIOBase
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from nn.data.dataset import Dataset
from nn.data.errors import DataError
from nn.data.payload import check_expansion, check_shape, read_payload, reading

FEATURES = ("x", "X", "data")
LABELS = ("y", "target", "labels")

_HEADER_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_ENCRYPTED = 0x1


def read_npz(path: Path, target: str | int | None = None) -> Dataset:
    """Read the arrays ``x`` (or ``X``, ``data``) and ``y`` (or ``target``, ``labels``) of an NPZ archive.

    Parameters
    ----------
    path : Path
    target : str, optional
        The name of the labels' array.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        If the archive is damaged, an array is missing, holds Python objects, or declares more than is stored.
    """
    with reading(path), path.open("rb") as stream:
        if not zipfile.is_zipfile(stream):
            raise DataError(f"{path}: is not an NPZ archive (not a complete zip file); write it with numpy.savez")
        with zipfile.ZipFile(stream) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
            labels_name = choose(path, names, LABELS if target is None else (target,), "labels")
            features_name = choose(path, names, [name for name in FEATURES if name != target], "features")
            x = read_array(path, archive, features_name)
            y = read_array(path, archive, labels_name)
    return Dataset.from_arrays(x, y, name=path.stem, source=str(path))


def choose(path: Path, names: Sequence[str], wanted: Sequence[str | int], role: str) -> str:
    for name in wanted:
        if isinstance(name, str) and name in names:
            return name
    raise DataError(
        f"{path}: no array for the {role}, named {' or '.join(map(repr, wanted))}, among {sorted(names)}; "
        + ("rename one" if role == "features" else "rename one or name it as target")
    )


def read_array(path: Path, archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    member = archive.getinfo(f"{name}.npy")
    what = f"{path}: array {name!r}"
    if member.flag_bits & _ENCRYPTED or member.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):
        raise DataError(f"{what} is encrypted or compressed in a way NumPy does not write; use numpy.savez_compressed")
    with archive.open(member) as stream:
        shape, is_fortran, dtype = _read_header(stream, what)
        declared = math.prod(shape) * dtype.itemsize
        present = member.file_size - stream.tell()
        if declared != present:
            raise DataError(
                f"{what} of shape {shape} and dtype {dtype} declares {declared} bytes but {present} "
                "are stored; the file is damaged, write it again"
            )
        check_expansion(what, member.file_size, min(member.compress_size, path.stat().st_size))
        payload = read_payload(cast(BufferedIOBase, stream), declared, what)
    values = payload.view(dtype)
    return values.reshape(shape[::-1]).T if is_fortran else values.reshape(shape)


def _read_header(stream: IO[bytes], what: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    damaged = f"{what} has a damaged NPY header; write it again with numpy.savez"
    try:
        version = np.lib.format.read_magic(stream)
        reader = _HEADER_READERS.get(version)
        if reader is None:
            raise DataError(
                f"{what} is in NPY format {version[0]}.{version[1]}, which plain numbers and text never "
                "need; save it without named fields"
            )
        shape, is_fortran, dtype = reader(stream)
    except DataError:
        raise
    # A header is Python source, which NumPy parses: garbage raises whatever the tokenizer or parser does.
    except (ValueError, TypeError, SyntaxError, TokenError, RecursionError, MemoryError):
        raise DataError(damaged) from None
    if dtype.hasobject:
        raise DataError(f"{what} holds Python objects; refusing to unpickle; save it as numbers or text")
    if dtype.kind == "V" or dtype.itemsize == 0:
        raise DataError(f"{what} has dtype {dtype}; save it as plain numbers or text")
    check_shape(what, shape)
    return shape, is_fortran, dtype
