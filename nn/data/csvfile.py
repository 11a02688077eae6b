"""Read tables of numbers with a column of classes: CSV, its cousins with ; or tabs, plain or gzipped."""

from __future__ import annotations

import csv
import math
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.data.dataset import Dataset
from nn.data.errors import DataError
from nn.data.payload import open_plain_or_gzip, reading

# Of equally good ones the first is taken: "1,5;2,5;a" has as many commas as semicolons, and decimal commas.
_DELIMITERS = "\t;,"
_LINES_SNIFFED = 10

Row = tuple[int, list[str]]


def read_csv(path: Path, target: str | int | None = None) -> Dataset:
    """Read a table whose rows are examples.

    A first line is a header if none of its cells is a number, or if each is text above numbers or the
    number of its own column. Without one, columns are named ``0, 1, ...``. Blank lines are skipped.

    Parameters
    ----------
    path : Path
    target : str or int, optional
        The column of classes, text or whole numbers, by name or index; default the last.

    Returns
    -------
    Dataset
        ``x`` is float64; classes are sorted, whole numbers as numbers.

    Raises
    ------
    DataError
        If a cell is not a finite number, a line is ragged, a column is missing or named twice, or the file is
        not text in UTF-8. Lines are counted from 1 as editors do.
    """
    text = read_text(path)
    rows = read_rows(path, text)
    head = list(islice(rows, 2))
    if not head:
        raise DataError(f"{path}: the table is empty; write at least one line of data")
    names, is_header = column_names(path, head)
    body = chain(head[1:] if is_header else head, rows)
    column = _target_column(path, names, target, is_header)
    x, classes, lines = _parse(path, body, names, column)
    if not lines:
        raise DataError(f"{path}: there is no line of data below the header; write at least one")
    labels = whole_numbers(path, classes, names[column], lines)
    return Dataset.from_arrays(
        x,
        classes if labels is None else labels,
        feature_names=names[:column] + names[column + 1 :],
        name=Path(path.name.removesuffix(".gz")).stem,
        source=str(path),
    )


def read_text(path: Path) -> str:
    with reading(path), open_plain_or_gzip(path) as stream:
        content = stream.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}: line {line} is not text in UTF-8; save the table as CSV in UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(f"{path}: line {line} holds a zero byte, so this is not text; save the table as CSV in UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_rows(path: Path, text: str) -> Iterator[Row]:
    delimiter = _delimiter(text)
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True, strict=True)
    width, first_line = 0, 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(f"{path}: line {line} is not CSV ({error}); check its quotation marks") from None
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if not first_line:
            width, first_line = len(cells), line
        if len(cells) != width:
            raise DataError(
                f"{path}: line {line} has {len(cells)} cells where line {first_line} has {width} "
                f"(separated by {delimiter!r}); give every line as many"
            )
        yield line, cells


def _lines(text: str) -> Iterator[str]:
    # Not str.splitlines, which also breaks at form feeds and U+2028: line numbers would not be an editor's.
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _delimiter(text: str) -> str:
    sample = [line for line in islice(_lines(text), _LINES_SNIFFED) if line.strip()]

    def quality(delimiter: str) -> tuple[bool, bool, int]:
        try:
            rows = list(csv.reader(sample, delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return False, False, 0
        widths = [len(row) for row in rows]
        # A wrong delimiter, found inside quoted cells, cuts them and leaves their quotation marks behind.
        is_uncut = not any('"' in cell for row in rows for cell in row)
        fewest = min(widths, default=0)
        return fewest > 1 and fewest == max(widths), is_uncut, max(widths, default=0)

    return max(_DELIMITERS, key=quality)


def _number(cell: str) -> float | None:
    # float() also takes Python's 1_000, which in a table is more likely a slip than a number.
    if "_" in cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def column_names(path: Path, head: list[Row]) -> tuple[list[str], bool]:
    line, first = head[0]
    if not _is_header([cells for _, cells in head]):
        return [str(i) for i in range(len(first))], False
    if "" in first:
        raise DataError(f"{path}: line {line}, the header, has no name for column {first.index('')}; give it one")
    repeated = [name for name, count in Counter(first).items() if count > 1]
    if repeated:
        raise DataError(f"{path}: line {line}, the header, has {repeated[0]!r} twice; give each column its own name")
    return first, True


def _is_header(head: list[list[str]]) -> bool:
    first, second = head[0], head[-1]
    texts = [i for i, cell in enumerate(first) if _number(cell) is None]
    if len(texts) == len(first):
        return True
    numbered = all(cell == str(i) for i, cell in enumerate(first) if i not in texts)
    return bool(texts) and numbered and all(_number(second[i]) is not None for i in texts)


def _target_column(path: Path, names: list[str], target: str | int | None, is_header: bool) -> int:
    if len(names) < 2:
        raise DataError(f"{path}: there is one column only, {names[0]!r}; separate columns by comma, ; or tab")
    if target is None:
        return len(names) - 1
    if isinstance(target, int) and -len(names) <= target < len(names):
        return target % len(names)
    if isinstance(target, str) and target in names:
        return names.index(target)
    known = f"among {', '.join(map(repr, names))}" if is_header else f"in 0..{len(names) - 1}, as there is no header"
    raise DataError(f"{path}: target {target!r} is not a column; choose one {known}")


def _parse(
    path: Path, rows: Iterator[Row], names: list[str], column: int
) -> tuple[NDArray[np.float64], list[str], list[int]]:
    values, classes, lines = array("d"), [], []
    features = names[:column] + names[column + 1 :]
    for line, cells in rows:
        label = cells.pop(column)
        if label.lower() in ("", "nan"):
            raise DataError(_bad_cell(path, line, names[column], label))
        values.extend(parse_numbers(path, line, features, cells))
        classes.append(label)
        lines.append(line)
    return np.frombuffer(values, np.float64).reshape(len(lines), len(features)), classes, lines


def parse_numbers(path: Path, line: int, features: list[str], cells: list[str]) -> list[float]:
    try:
        numbers = list(map(float, cells))
        # One sum tells whether every cell is finite; if it only overflowed, the search below finds nothing.
        if math.isfinite(sum(numbers)) and "_" not in "".join(cells):
            return numbers
    except ValueError:
        pass
    for name, cell in zip(features, cells, strict=True):
        number = _number(cell)
        if number is None or not math.isfinite(number):
            raise DataError(_bad_cell(path, line, name, cell))
    return numbers


def _bad_cell(path: Path, line: int, name: str, cell: str) -> str:
    where = f"{path}: line {line}, column {name!r}"
    if not cell:
        return f"{where} is empty; fill it in or remove the line"
    if _number(cell) is None:
        return f"{where} holds {cell!r}, which is not a number; correct it or choose another target"
    return f"{where} holds {cell!r}, which is not a finite number; fill it in or remove the line"


def whole_numbers(path: Path, classes: list[str], name: str, lines: list[int]) -> NDArray[Any] | None:
    numbers = [_number(label) for label in classes]
    if any(number is None for number in numbers):
        return None
    for number, label, line in zip(numbers, classes, lines, strict=True):
        # Whole numbers from 2**53 on, such as long identifiers, are not all distinct as float64.
        if number is None or not number.is_integer() or abs(number) >= 2.0**53:
            raise DataError(
                f"{path}: line {line}, column {name!r} holds {label!r} where a class is needed, text or "
                "a whole number; choose another target"
            )
    return np.array(numbers, dtype=np.int64)
