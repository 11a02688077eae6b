"""Read IDX files, the format of MNIST: big-endian, a magic number, the sizes of the axes, the values.

The magic number is two zero bytes, a code of the values' type, and the number of axes; each size is four
bytes. The format is described at the end of the MNIST page of Y. LeCun, C. Cortes and C. Burges, "The MNIST
database of handwritten digits".
"""

from __future__ import annotations

import math
import re
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.data.dataset import Dataset
from nn.data.errors import DataError
from nn.data.payload import check_expansion, check_shape, is_gzip, open_plain_or_gzip, read_payload, reading

_DTYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


def read_idx(path: Path, labels: Path | None = None) -> Dataset:
    """Read a pair of IDX files, each plain or gzipped.

    Parameters
    ----------
    path : Path
        The images, of two or more axes.
    labels : Path, optional
        The labels, of one axis. By default the file beside `path` whose name has ``labels`` for ``images``
        and ``idx1`` for ``idx3``, gzipped or not.

    Returns
    -------
    Dataset

    Raises
    ------
    FileNotFoundError
        If there is no labels file.
    DataError
        If a file is not IDX, its size is not what its header declares, or the two differ in length.
    """
    images = read_array(path)
    if images.ndim < 2:
        raise DataError(f"{path}: has one axis, as labels have; give the images file and this one as labels")
    labels = labels_beside(path) if labels is None else labels
    if not labels.exists():
        raise FileNotFoundError(f"{labels}: no such labels file; check the path given as labels")
    y = read_array(labels)
    if y.ndim != 1:
        raise DataError(f"{labels}: labels have {y.ndim} axes where 1 is needed; give the labels file")
    if len(y) != len(images):
        raise DataError(
            f"{path}: {len(images)} images but {len(y)} labels in {labels}; give two files that belong together"
        )
    return Dataset.from_arrays(images, y, name=Path(path.name.removesuffix(".gz")).stem, source=str(path))


def labels_beside(path: Path) -> Path:
    name = re.sub(r"idx\d+", "idx1", path.name.replace("images", "labels")).removesuffix(".gz")
    candidates = [path.with_name(name + suffix) for suffix in ("", ".gz")]
    for candidate in candidates:
        if candidate.exists() and candidate != path:
            return candidate
    raise FileNotFoundError(
        f"{path}: no labels file beside it, {candidates[0].name} or {candidates[1].name}; name it with labels="
    )


def read_array(path: Path) -> NDArray[Any]:
    with reading(path), open_plain_or_gzip(path) as stream:
        dtype, shape = _read_header(stream, path)
        check_shape(f"{path}: the header", shape)
        declared = math.prod(shape) * dtype.itemsize
        stored = path.stat().st_size
        if is_gzip(path):
            check_expansion(f"{path}: shape {shape}", declared, stored)
        elif declared != (present := stored - stream.tell()):
            raise DataError(
                f"{path}: shape {shape} of {dtype.name} needs {declared} bytes after the header but "
                f"{present} are there; the file is damaged, fetch it again"
            )
        payload = read_payload(stream, declared, f"{path}: shape {shape} of {dtype.name}")
    return payload.view(dtype).reshape(shape)


def _read_header(stream: BufferedIOBase, path: Path) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(f"{path}: begins with {magic.hex() or 'nothing'} where IDX has 0000; give an IDX file")
    code, n_axes = magic[2], magic[3]
    if code not in _DTYPES:
        raise DataError(
            f"{path}: type code 0x{code:02x} is not of IDX, whose codes are "
            f"{', '.join(f'0x{known:02x}' for known in _DTYPES)}; fetch the file again"
        )
    sizes = stream.read(4 * n_axes)
    if len(sizes) < 4 * n_axes:
        raise DataError(
            f"{path}: {len(sizes)} bytes of axis sizes where {n_axes} axes need {4 * n_axes}; "
            "the file is truncated, fetch it again"
        )
    return _DTYPES[code], tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
