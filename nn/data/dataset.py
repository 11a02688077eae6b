"""A data set for classification: examples, labels, and the names of both."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.data.errors import DataError
from nn.data.labels import encode_labels

Floats = NDArray[np.floating[Any]]

_CLASSES_SHOWN = 20


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Labelled examples, checked once when they are put together.

    Parameters
    ----------
    x : ndarray, shape (m, n), float64 or float32
        One example a row; every value finite. Shared with the caller, not copied.
    y : ndarray, shape (m,), int64
        Labels ``0 .. n_classes - 1``.
    class_names : tuple of str
        The name of each label, as it was found in the file; at least two.
    feature_names : tuple of str, length n
        The name of each column of `x`.
    name : str
        What to call the data set.
    source : str
        Where it came from; errors begin with it.
    feature_shape : tuple of int, optional
        The shape of one example before it was made a row, such as ``(8, 8)`` for an image. Default ``(n,)``.

    Raises
    ------
    DataError
        If there are no examples, no features or one class only, a value is not finite, lengths differ, or a
        label is outside ``0 .. n_classes - 1``.

    See Also
    --------
    Dataset.from_arrays : takes images and labels of any kind.

    Examples
    --------
    >>> data = Dataset.from_arrays([[0.5, 1.0], [2.0, 3.0], [4.0, 5.5]], ["cat", "dog", "cat"], name="pets")
    >>> data.y
    array([0, 1, 0])
    >>> print(data.describe())
    pets: 3 examples, 2 features, 2 classes
    values: float64, from 0.5 to 5.5
    examples a class: cat 2, dog 1
    source: arrays
    """

    x: Floats
    y: NDArray[np.int64]
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    name: str
    source: str
    feature_shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.feature_shape:
            object.__setattr__(self, "feature_shape", self.x.shape[1:])
        _check(self)

    @classmethod
    def from_arrays(
        cls,
        x: ArrayLike,
        labels: ArrayLike,
        *,
        feature_names: Sequence[str] | None = None,
        name: str = "dataset",
        source: str = "arrays",
    ) -> Dataset:
        """Make a data set of examples of any shape and labels of any kind.

        Parameters
        ----------
        x : array_like, shape (m, ...)
            Real numbers. float64 and float32 stay; types that float32 holds exactly (8- and 16-bit integers,
            bool, float16) become float32, all others float64.
        labels : array_like, shape (m,) or (m, 1)
            Text or whole numbers of any type; the classes are the sorted distinct values.
        feature_names : sequence of str, optional
            Default ``x0, x1, ...``, or ``x[0,0], x[0,1], ...`` where examples have several axes.
        name, source : str
            As in `Dataset`.

        Returns
        -------
        Dataset

        Raises
        ------
        DataError
            As `Dataset`, and if `x` is not real numbers or a label is neither text nor a whole number.

        Examples
        --------
        >>> Dataset.from_arrays(np.zeros((2, 8, 8), np.uint8), [7, 3]).class_names
        ('3', '7')
        """
        rows, feature_shape = _as_rows(x, source)
        y, class_names = encode_labels(labels, source)
        names = _default_names(feature_shape) if feature_names is None else tuple(feature_names)
        return cls(rows, y, class_names, names, name, source, feature_shape)

    @property
    def n_classes(self) -> int:
        """The number of classes that have a name, whether or not an example of each is present."""
        return len(self.class_names)

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        return f"Dataset({self._summary()})"

    def _summary(self) -> str:
        shape = " x ".join(map(str, self.feature_shape))
        images = f" ({shape})" if len(self.feature_shape) > 1 else ""
        sizes = [_counted(len(self), "example"), _counted(self.x.shape[1], "feature") + images]
        return f"{self.name}: {', '.join(sizes)}, {self.n_classes} classes"

    def describe(self) -> str:
        """Say in four lines what was found: sizes, values, examples a class, and the source."""
        counts = np.bincount(self.y, minlength=self.n_classes)
        shown = [f"{name} {count}" for name, count in zip(self.class_names, counts, strict=True)]
        if len(shown) > _CLASSES_SHOWN:
            shown[_CLASSES_SHOWN:] = [f"and {len(shown) - _CLASSES_SHOWN} more"]
        return "\n".join(
            [
                self._summary(),
                f"values: {self.x.dtype}, from {self.x.min():g} to {self.x.max():g}",
                f"examples a class: {', '.join(shown)}",
                f"source: {self.source}",
            ]
        )

    def take(self, indices: NDArray[np.integer[Any]] | Sequence[int]) -> Dataset:
        """Return the examples at `indices`, shape (k,), in that order, with every name kept.

        Examples
        --------
        >>> Dataset.from_arrays([[1.0], [2.0], [3.0]], ["a", "b", "a"]).take([2, 1]).x
        array([[3.],
               [2.]])
        """
        return replace(self, x=np.take(self.x, indices, axis=0), y=np.take(self.y, indices))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _as_rows(x: ArrayLike, source: str) -> tuple[Floats, tuple[int, ...]]:
    values = np.asarray(x)
    if values.dtype.kind not in "biuf":
        raise DataError(f"{source}: features have dtype {values.dtype} where real numbers are needed; convert them")
    if values.ndim == 0:
        raise DataError(f"{source}: features are a single number where shape (m, n) is needed; give an array")
    if values.size == 0:
        raise DataError(f"{source}: no data, features have shape {values.shape}; give at least one example")
    feature_shape: tuple[int, ...] = values.shape[1:] or (1,)
    rows = values.reshape(len(values), math.prod(feature_shape))
    # astype converts byte order too; copy=False shares what already fits.
    if np.can_cast(values.dtype, np.float32):
        return rows.astype(np.float32, copy=False), feature_shape
    return rows.astype(np.float64, copy=False), feature_shape


def _default_names(feature_shape: tuple[int, ...]) -> tuple[str, ...]:
    if len(feature_shape) == 1:
        return tuple(f"x{i}" for i in range(feature_shape[0]))
    return tuple(f"x[{','.join(map(str, index))}]" for index in np.ndindex(*feature_shape))


def _check(data: Dataset) -> None:
    x, y, where = data.x, data.y, data.source
    if x.ndim != 2 or x.dtype not in (np.float64, np.float32):
        raise DataError(
            f"{where}: x is {x.dtype} of shape {x.shape} where float64 or float32 of shape (m, n) is needed; "
            "use Dataset.from_arrays"
        )
    if x.size == 0:
        raise DataError(f"{where}: no data, x has shape {x.shape}; give at least one example with one feature")
    if y.dtype != np.int64 or y.ndim != 1:
        raise DataError(
            f"{where}: y is {y.dtype} of shape {y.shape} where int64 of shape (m,) is needed; use Dataset.from_arrays"
        )
    if len(x) != len(y):
        raise DataError(f"{where}: {len(x)} examples but {len(y)} labels; give one label for each example")
    if len(data.feature_names) != x.shape[1] or math.prod(data.feature_shape) != x.shape[1]:
        raise DataError(
            f"{where}: x has {x.shape[1]} columns but {len(data.feature_names)} feature names and "
            f"feature shape {data.feature_shape}; make the three agree"
        )
    repeated = [name for name, count in Counter(data.class_names).items() if count > 1]
    if repeated:
        raise DataError(f"{where}: class name {repeated[0]!r} appears twice; give each class its own name")
    if data.n_classes < 2:
        raise DataError(
            f"{where}: one class only, {data.class_names}, so there is nothing to tell apart; give at least two"
        )
    outside = (y < 0) | (y >= data.n_classes)
    if outside.any():
        row = int(outside.argmax())
        raise DataError(
            f"{where}: label {y[row]} of example {row} is outside 0..{data.n_classes - 1}; number classes from 0"
        )
    finite = np.isfinite(x)
    if not finite.all():
        row, column = (int(i) for i in np.unravel_index(finite.argmin(), x.shape))
        raise DataError(
            f"{where}: example {row}, feature {data.feature_names[column]!r} is {x[row, column]}; "
            "remove or fill in such values"
        )
