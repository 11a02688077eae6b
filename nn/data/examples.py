"""Read examples for a trained model: those of its features, and the labels if the file has them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nn.data import csvfile, idxfile, npzfile
from nn.data.errors import DataError
from nn.data.labels import encode_labels
from nn.data.payload import reading
from nn.data.readers import file_format


class Inputs(NamedTuple):
    """Examples x, shape (m, n), and their labels y, shape (m,), or None."""

    x: np.ndarray
    y: np.ndarray | None


def read_examples(
    path: str | os.PathLike[str],
    feature_names: Sequence[str],
    class_names: Sequence[str],
    labels: str | os.PathLike[str] | None = None,
) -> Inputs:
    """Read an NPZ, CSV or IDX file that may or may not have labels.

    Parameters
    ----------
    path : path-like
    feature_names : sequence of str
        The features of the model. In a CSV file with a header that has them all, columns are found by name; else
        they are counted. One further column holds the labels, the last one where they are counted.
    class_names : sequence of str
        The names that labels may have.
    labels : path-like, optional
        The labels file of an IDX pair; by default sought beside the images.

    Returns
    -------
    Inputs
        The examples, and the labels or None.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    DataError
        If the file cannot be read, the number of features is not the model's, or a label is no class of it.
    """
    file = Path(path)
    kind = file_format(file)
    if kind == "csv":
        x, names = _read_csv(file, feature_names)
    elif kind == "npz":
        x, names = _read_npz(file)
    else:
        x, names = _read_idx(file, None if labels is None else Path(labels))
    rows = x.reshape(len(x), -1)
    if rows.shape[1] != len(feature_names):
        raise DataError(_wrong_count(file, rows.shape[1], feature_names))
    _refuse_non_finite(file, rows, feature_names)
    return Inputs(rows, None if names is None else _labels(file, names, class_names))


def _read_csv(file: Path, feature_names: Sequence[str]) -> tuple[np.ndarray, Any]:
    rows = csvfile.read_rows(file, csvfile.read_text(file))
    head = list(islice(rows, 2))
    if not head:
        raise DataError(f"{file}: the table is empty; write at least one line of data")
    names, is_header = csvfile.column_names(file, head)
    columns, label = _choose_columns(file, names, is_header, feature_names)
    chosen = [names[i] for i in columns]
    values, classes, lines = [], [], []
    for line, cells in chain(head[1:] if is_header else head, rows):
        values.append(csvfile.parse_numbers(file, line, chosen, [cells[i] for i in columns]))
        classes.append("" if label is None else cells[label])
        lines.append(line)
    if not values:
        raise DataError(f"{file}: there is no line of data below the header; write at least one")
    if label is None:
        return np.array(values), None
    whole = csvfile.whole_numbers(file, classes, names[label], lines)
    return np.array(values), classes if whole is None else whole


def _choose_columns(
    file: Path, names: list[str], is_header: bool, feature_names: Sequence[str]
) -> tuple[list[int], int | None]:
    """Return the places of the features, and that of the labels or None."""
    if set(feature_names) <= set(names):
        columns = [names.index(name) for name in feature_names]
    else:
        missing = [name for name in feature_names if name not in names]
        if is_header and len(missing) < len(feature_names) and len(names) >= len(feature_names):
            raise DataError(f"{file}: has no column {missing[0]!r}, which the model needs; add it")
        columns = list(range(len(feature_names)))
    others = [i for i in range(len(names)) if i not in columns]
    if len(names) < len(feature_names) or len(others) > 1:
        raise DataError(_wrong_count(file, len(names), feature_names, "columns"))
    return columns, others[0] if others else None


def _read_npz(file: Path) -> tuple[np.ndarray, Any]:
    with reading(file), file.open("rb") as stream:
        if not zipfile.is_zipfile(stream):
            raise DataError(f"{file}: is not an NPZ archive (not a complete zip file); write it with numpy.savez")
        with zipfile.ZipFile(stream) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
            features = npzfile.choose(file, names, npzfile.FEATURES, "features")
            x = npzfile.read_array(file, archive, features)
            label = next((name for name in npzfile.LABELS if name in names), None)
            y = None if label is None else npzfile.read_array(file, archive, label)
    if x.dtype.kind not in "biuf":
        raise DataError(f"{file}: array {features!r} has dtype {x.dtype} where real numbers are needed; convert it")
    return x, y


def _read_idx(file: Path, labels: Path | None) -> tuple[np.ndarray, Any]:
    images = idxfile.read_array(file)
    try:
        return images, idxfile.read_array(labels or idxfile.labels_beside(file))
    except FileNotFoundError:
        if labels is not None:
            raise
        return images, None


def _labels(file: Path, found: Any, class_names: Sequence[str]) -> np.ndarray:
    codes, names = encode_labels(found, str(file))
    numbers = {name: number for number, name in enumerate(class_names)}
    unknown = [name for name in names if name not in numbers]
    if unknown:
        shown = ", ".join(map(repr, class_names[:10])) + (", …" if len(class_names) > 10 else "")
        raise DataError(f"{file}: the label {unknown[0]!r} is no class of the model, which knows {shown}")
    return np.array([numbers[name] for name in names])[codes]


def _wrong_count(file: Path, count: int, feature_names: Sequence[str], what: str = "features") -> str:
    needed = len(feature_names)
    hint = f"{needed}, or {needed + 1} with the labels" if what == "columns" else f"{needed}"
    return f"{file}: has {count} {what} where the model needs {hint}; give the data that it was trained for"


def _refuse_non_finite(file: Path, rows: np.ndarray, feature_names: Sequence[str]) -> None:
    finite = np.isfinite(rows)
    if not finite.all():
        row, column = (int(i) for i in np.unravel_index(finite.argmin(), rows.shape))
        raise DataError(
            f"{file}: example {row}, feature {feature_names[column]!r} is {rows[row, column]}; fill it in or remove it"
        )
