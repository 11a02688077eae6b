"""Read a data set from a file, whatever its format."""

from __future__ import annotations

import os
import re
from pathlib import Path

from nn.data.csvfile import read_csv
from nn.data.dataset import Dataset
from nn.data.errors import DataError
from nn.data.idxfile import read_idx
from nn.data.npzfile import read_npz
from nn.data.payload import open_plain_or_gzip, reading

_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_IDX_NAME = re.compile(r"idx\d+-ubyte$")


def read(
    path: str | os.PathLike[str],
    target: str | int | None = None,
    labels: str | os.PathLike[str] | None = None,
) -> Dataset:
    r"""Read a labelled data set from an NPZ, CSV or IDX file.

    The format is that of the file's extension, or else of its first bytes. CSV and IDX may be gzipped.

    Parameters
    ----------
    path : path-like
        The file; of an IDX pair, the images.
    target : str or int, optional
        What holds the labels. CSV: a column's name or index, default the last. NPZ: an array's name, default
        ``y``, ``target`` or ``labels``. Not for IDX.
    labels : path-like, optional
        The labels file of an IDX pair; by default sought beside the images, as ``t10k-labels-idx1-ubyte`` for
        ``t10k-images-idx3-ubyte``. Only for IDX.

    Returns
    -------
    Dataset
        Its ``source`` is `path`, its ``name`` the file's name without extensions.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    DataError
        If a file cannot be read as what it claims to be; one sentence says what, where, and what to do.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "iris.csv")
    ...     _ = file.write_text("sepal,petal,species\n5.1,1.4,setosa\n7.0,4.7,versicolor\n")
    ...     data = read(file)
    >>> data.feature_names, data.class_names
    (('sepal', 'petal'), ('setosa', 'versicolor'))
    >>> data.x
    array([[5.1, 1.4],
           [7. , 4.7]])
    """
    file = Path(path)
    kind = file_format(file)
    if labels is not None and kind != "idx":
        raise DataError(f"{file}: labels= is for IDX files and this is {kind.upper()}; use target=")
    if target is not None and kind == "idx":
        raise DataError(f"{file}: target= is not for IDX files; use labels= to name the labels file")
    if kind == "idx":
        return read_idx(file, None if labels is None else Path(labels))
    return read_csv(file, target) if kind == "csv" else read_npz(file, target)


def file_format(path: Path) -> str:
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file; check the path or fetch the data first")
    if path.is_dir():
        raise DataError(f"{path}: is a folder; name a file in it")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: the file is empty; fetch or write it again")
    by_name = _format_by_name(path.name.lower().removesuffix(".gz"))
    return by_name or _format_by_content(path)


def _format_by_name(name: str) -> str | None:
    if name.endswith(".npz"):
        return "npz"
    if name.endswith((".csv", ".tsv")):
        return "csv"
    return "idx" if _IDX_NAME.search(name) else None


def _format_by_content(path: Path) -> str:
    with reading(path), open_plain_or_gzip(path) as stream:
        head = stream.read(4096)
    if _PICKLE.match(head):
        raise DataError(f"{path}: is a pickle; refusing to unpickle; save the arrays with numpy.savez")
    if head.startswith(b"PK\x03\x04"):
        return "npz"
    if head.startswith(b"\0\0"):
        return "idx"
    if head.startswith(b"\x93NUMPY"):
        raise DataError(f"{path}: is a single NPY array; save examples and labels together with numpy.savez(x=, y=)")
    if b"\0" in head:
        raise DataError(f"{path}: is neither NPZ, CSV nor IDX; convert it to one of these")
    return "csv"
