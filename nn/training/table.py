"""A confusion matrix as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_MOST_CLASSES = 20
_MOST_CHARACTERS = 12


def confusion_text(matrix: np.ndarray, class_names: Sequence[str]) -> str:
    r"""Return the matrix as a table, true classes down and predicted across; of many classes the worst confusions.

    Parameters
    ----------
    matrix : ndarray of int, shape (C, C)
    class_names : sequence of str, length C

    Examples
    --------
    >>> print(confusion_text(np.array([[8, 0], [1, 11]]), ["cat", "dog"]))
    true \ predicted  cat  dog
                 cat    8    ·
                 dog    1   11
    """
    if len(class_names) > _MOST_CLASSES:
        return _worst_confusions(matrix, class_names)
    names = [_short(name) for name in class_names]
    corner = "true \\ predicted"
    cells = [[f"{count}" if count else "·" for count in row] for row in matrix.tolist()]
    width = max(len(text) for row in [names, *cells] for text in row)
    rows = [[corner, *names], *([name, *row] for name, row in zip(names, cells, strict=True))]
    first = max(map(len, [corner, *names]))
    return "\n".join("  ".join([row[0].rjust(first), *(cell.rjust(width) for cell in row[1:])]) for row in rows)


def _worst_confusions(matrix: np.ndarray, class_names: Sequence[str]) -> str:
    wrong = matrix * (1 - np.eye(len(matrix), dtype=matrix.dtype))
    order = np.argsort(-wrong, axis=None, kind="stable")[:10]
    pairs = [(int(i), int(j)) for i, j in zip(*np.unravel_index(order, wrong.shape), strict=True) if wrong[i, j]]
    if not pairs:
        return "no example was taken for another class"
    width = len(f"{wrong.max()}")
    lines = [f"{wrong[i, j]:{width}} × {_short(class_names[i])} taken for {_short(class_names[j])}" for i, j in pairs]
    return "\n".join(["the most frequent confusions:", *lines])


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _MOST_CHARACTERS else name[: _MOST_CHARACTERS - 1] + "…"
