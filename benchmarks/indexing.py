"""Time the ways to add into places that repeat: the backward pass of reading a table by an array of indices.

`np.add.at` says it in one call, and NumPy has a fast loop for it that only a one-dimensional table with a
one-dimensional index takes. Every way here is compared with it, on the same numbers and to the same result; that of
the library is `autograd.ops.scatter_add`, called with plain arrays as a backward pass calls it.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.ops import scatter_add

Shape = tuple[int, ...]
Method = Callable[[np.ndarray, Shape, Any], np.ndarray]

LARGEST = 6_400_000  # elements read
ONE_HOT_LARGEST = 3_000_000  # elements of the one-hot matrix
SECONDS = 0.04  # to spend on one median


def add_at(a: np.ndarray, shape: Shape, index: Any) -> np.ndarray:
    """Add by `np.add.at` at the index as it is."""
    result = np.zeros(shape, a.dtype)
    np.add.at(result, index, a)
    return result


def add_at_positions(a: np.ndarray, shape: Shape, index: Any) -> np.ndarray:
    """Add by `np.add.at` on the flat table, at the position of every element: the same sums in the same order."""
    result = np.zeros(math.prod(shape), a.dtype)
    np.add.at(result, positions(shape, index), a.reshape(-1))
    return result.reshape(shape)


def count(a: np.ndarray, shape: Shape, index: Any) -> np.ndarray:
    """Count every position with `a` as its weight; sums and result are float64."""
    weighted = np.bincount(positions(shape, index), a.reshape(-1), math.prod(shape))
    return weighted.astype(a.dtype, copy=False).reshape(shape)


def count_columns(a: np.ndarray, shape: Shape, index: Any) -> np.ndarray:
    """Count the rows once a column, with the column as the weight."""
    columns = a.reshape(len(a), -1)
    result = np.empty((shape[0], columns.shape[1]), a.dtype)
    for j in range(columns.shape[1]):
        result[:, j] = np.bincount(index, columns[:, j], shape[0])
    return result.reshape(shape)


def sort_and_reduce(a: np.ndarray, shape: Shape, index: Any) -> np.ndarray:
    """Sort the rows by index, and sum each run of equal ones by `np.add.reduceat`."""
    result = np.zeros(shape, a.dtype)
    order = np.argsort(index, kind="stable")
    rows = index[order]
    starts = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    result[rows[starts]] = np.add.reduceat(a[order], starts, axis=0)
    return result


def one_hot(a: np.ndarray, shape: Shape, index: Any) -> np.ndarray:
    """Multiply with the matrix whose columns are the indices as unit vectors."""
    matrix = np.zeros((shape[0], len(index)), a.dtype)
    matrix[index, np.arange(len(index))] = 1
    return np.asarray(matrix @ a)


def assign(a: np.ndarray, shape: Shape, index: Any) -> np.ndarray:
    """Assign: right where nothing repeats, and the least that any way can take."""
    result = np.zeros(shape, a.dtype)
    result[index] = a
    return result


def repeats(a: np.ndarray, shape: Shape, index: Any) -> Any:
    """Ask whether an index repeats: write its own place to each, and see whether all are still there."""
    order = np.arange(len(index))
    last = np.empty(shape[0], np.intp)
    last[index] = order
    return not np.array_equal(last[index], order)


def positions(shape: Shape, index: Any) -> np.ndarray:
    """Return the place in the flat table of every element that `index` reads."""
    if isinstance(index, tuple):
        return np.arange(math.prod(shape)).reshape(shape)[index].reshape(-1)
    width = math.prod(shape[1:])
    return np.asarray(index if width == 1 else (index[:, None] * width + np.arange(width)).reshape(-1))


METHODS: dict[str, Method] = {
    "np.add.at": add_at,
    "chainrule": scatter_add,
    "np.add.at, flat": add_at_positions,
    "np.bincount, flat": count,
    "np.bincount by column": count_columns,
    "sort, np.add.reduceat": sort_and_reduce,
    "one-hot matrix": one_hot,
}
FOR_SCALE: dict[str, Callable[..., Any]] = {"assignment": assign, "does one repeat?": repeats}


def cases() -> Iterator[tuple[np.dtype[Any], Shape, str, Any]]:
    """Yield the dtype, the table's shape, what reads it and the index of every case."""
    rng = np.random.default_rng(0)
    for dtype in (np.dtype(np.float32), np.dtype(np.float64)):
        for size in (100, 10_000, 100_000):
            for shape in ((size,), (size, 1), (size, 16), (size, 64), (size, 256)):
                for reads in (32, 1_000, 100_000):
                    if max(reads, size) * math.prod(shape[1:]) <= LARGEST:
                        yield dtype, shape, f"{reads:,}", rng.integers(0, size, reads)
        for shape in ((100, 100), (10_000, 256)):
            for reads in (32, 1_000, 100_000):
                yield dtype, shape, f"{reads:,} pairs", tuple(rng.integers(0, size, reads) for size in shape)


def measure() -> dict[str, Any]:
    """Return the median seconds of every method in every case, None where it does not apply."""
    rng = np.random.default_rng(1)
    rows = []
    for dtype, shape, reads, index in cases():
        a = rng.standard_normal(np.broadcast_to(dtype.type(0), shape)[index].shape).astype(dtype)
        expected = add_at(a, shape, index)
        seconds: dict[str, float | None] = {}
        for name, method in {**METHODS, **FOR_SCALE}.items():
            if not _applies(method, shape, index):
                seconds[name] = None
                continue
            if name in METHODS:
                result = method(a, shape, index)
                assert result.dtype == dtype, (name, result.dtype)
                np.testing.assert_allclose(result, expected, rtol=1e-3, atol=1e-3, err_msg=name)
            seconds[name] = _median(method, a, shape, index)
        rows.append({"dtype": dtype.name, "shape": list(shape), "reads": reads, "seconds": seconds})
    return {"numpy": np.__version__, "cases": rows}


def section(results: dict[str, Any]) -> str:
    """Return the Markdown section of what `measure` returned."""
    lines = [
        "## Reading a table by index, backward",
        "",
        f"Adding cotangents into the places of a table that were read, some more than once; NumPy {results['numpy']}, "
        "random indices. Each way against `np.add.at` on the index as it is (below 1 is faster):",
        "",
        f"| way | cases | fastest in | {' | '.join(_WIDTHS)} | slowest case |",
        f"|---|---:|---:|{'---:|' * len(_WIDTHS)}---:|",
    ]
    for name in METHODS:
        ratios = [(_width(case), case["seconds"][name] / case["seconds"]["np.add.at"]) for case in _with(results, name)]
        fastest = sum(_fastest(case) == name for case in results["cases"])
        means = [_mean([ratio for width, ratio in ratios if width == column]) for column in _WIDTHS]
        worst = max(ratio for _, ratio in ratios)
        lines.append(f"| {name} | {len(ratios)} | {fastest} | {' | '.join(means)} | {worst:.2f} |")
    lines += [
        "",
        'Geometric means over the tables of each kind; "flat" is the table as one axis, indexed by the position of '
        "every element. Microseconds, float32, tables of 10,000 rows and pairs:",
        "",
        "| table | reads | np.add.at | chainrule | ratio | fastest way | assignment | does one repeat? |",
        "|---|---:|---:|---:|---:|---|---:|---:|",
    ]
    for case in results["cases"]:
        if case["dtype"] == "float32" and (case["shape"][0] == 10_000 or _width(case) == "pairs"):
            seconds, best = case["seconds"], _fastest(case)
            lines.append(
                f"| {' × '.join(f'{n:,}' for n in case['shape'])} | {case['reads']} | {_us(seconds['np.add.at'])} | "
                f"{_us(seconds['chainrule'])} | {seconds['chainrule'] / seconds['np.add.at']:.2f} | "
                f"{best}, {_us(seconds[best])} | "
                f"{_us(seconds['assignment'])} | {_us(seconds['does one repeat?'])} |"
            )
    return "\n".join(lines) + "\n"


_WIDTHS = ("one axis", "width 1", "width 16", "width 64", "width 256", "pairs")


def _applies(method: Callable[..., Any], shape: Shape, index: Any) -> bool:
    if isinstance(index, tuple):
        return method in (add_at, scatter_add, add_at_positions, count, assign)
    return method is not one_hot or shape[0] * len(index) <= ONE_HOT_LARGEST


def _median(method: Callable[..., Any], *arguments: Any) -> float:
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - begin < SECONDS and len(times) < 100):
        start = time.perf_counter()
        method(*arguments)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _with(results: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [case for case in results["cases"] if case["seconds"][name] is not None]


def _fastest(case: dict[str, Any]) -> str:
    return min(METHODS, key=lambda name: case["seconds"][name] or math.inf)


def _width(case: dict[str, Any]) -> str:
    if "pairs" in case["reads"]:
        return "pairs"
    return f"width {case['shape'][1]}" if len(case["shape"]) > 1 else "one axis"


def _mean(ratios: list[float]) -> str:
    return f"{statistics.geometric_mean(ratios):.2f}" if ratios else ""


def _us(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1e6:,.0f}"


if __name__ == "__main__":
    print(section(measure()))
