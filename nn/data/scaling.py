"""Bring every feature to mean 0 and standard deviation 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.data.errors import DataError


@dataclass(frozen=True, eq=False)
class Standardizer:
    """The affine map ``(x - mean) / scale``, feature by feature.

    Parameters
    ----------
    mean : ndarray, shape (n,), float64
    scale : ndarray, shape (n,), float64
        All greater than 0.

    Raises
    ------
    DataError
        If the two differ in shape, or hold a value that is not finite, or a scale that is not positive.

    Examples
    --------
    >>> standardize = Standardizer.fit([[1.0, 7.0], [3.0, 7.0]])
    >>> standardize.mean, standardize.scale
    (array([2., 7.]), array([1., 1.]))
    >>> standardize([[4.0, 9.0]])
    array([[2., 2.]])
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.mean.ndim != 1 or self.mean.shape != self.scale.shape:
            raise DataError(
                f"Standardizer: mean has shape {self.mean.shape} and scale {self.scale.shape}; give both shape (n,)"
            )
        bad = ~(np.isfinite(self.mean) & np.isfinite(self.scale) & (self.scale > 0))
        if bad.any():
            column = int(bad.argmax())
            raise DataError(
                f"Standardizer: feature {column} has mean {self.mean[column]} and scale "
                f"{self.scale[column]}; give finite means and positive scales"
            )

    @classmethod
    def fit(cls, x: ArrayLike) -> Standardizer:
        """Measure the mean and the standard deviation of each feature.

        Parameters
        ----------
        x : array_like, shape (m, n)
            Finite real numbers: the training part only, so that nothing is learnt from the others.

        Returns
        -------
        Standardizer
            ``scale`` is the population standard deviation (divisor m), and 1 for a constant feature,
            which thus becomes 0 rather than 0/0.

        Raises
        ------
        DataError
            If `x` has not two axes, is empty, or holds a value that is not finite.
        """
        values = np.asarray(x)
        if values.ndim != 2 or values.size == 0:
            raise DataError(f"Standardizer.fit: x has shape {values.shape}; give at least one row of shape (m, n)")
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0]
            raise DataError(
                f"Standardizer.fit: x is {values[row, column]} at row {row}, column {column}; remove or fill it in"
            )
        low, high = values.min(axis=0), values.max(axis=0)
        constant = low == high
        # Rounding can put the mean of equal numbers an ulp beside them, and their deviation above 0.
        mean = np.where(constant, low, np.mean(values, axis=0, dtype=np.float64))
        deviations = values - mean
        # Dividing by the largest one first keeps the squares from overflowing or vanishing.
        largest = np.where(constant, 1.0, np.abs(deviations).max(axis=0))
        deviations /= largest
        spread = largest * np.sqrt(np.mean(np.square(deviations, out=deviations), axis=0))
        return cls(mean, np.where(constant, 1.0, spread))

    def __call__(self, x: ArrayLike) -> NDArray[Any]:
        """Standardize `x`, shape (..., n).

        Computed in float64; the result has the dtype of `x` where that is floating, else float64.

        Raises
        ------
        DataError
            If the last axis of `x` has not n entries.
        """
        values = np.asarray(x)
        if values.shape[-1:] != self.mean.shape:
            raise DataError(
                f"Standardizer: x has shape {values.shape} but {len(self.mean)} features were fitted; "
                f"give shape (..., {len(self.mean)})"
            )
        result: NDArray[Any] = (values - self.mean) / self.scale
        return result.astype(values.dtype, copy=False) if values.dtype.kind == "f" else result

    def to_dict(self) -> dict[str, list[float]]:
        """Return what `from_dict` takes; JSON keeps every bit of it.

        Examples
        --------
        >>> Standardizer.fit([[1.0], [2.0]]).to_dict()
        {'mean': [1.5], 'scale': [0.5]}
        """
        return {"mean": self.mean.tolist(), "scale": self.scale.tolist()}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Standardizer:
        """Rebuild a `Standardizer` from the result of `to_dict`.

        Raises
        ------
        DataError
            If a key is missing or unknown, or its value is not a list of numbers.
        """
        if set(saved) != {"mean", "scale"}:
            raise DataError(f"Standardizer.from_dict: keys {sorted(saved)} where mean and scale are needed")
        return cls(_floats("mean", saved["mean"]), _floats("scale", saved["scale"]))


def _floats(key: str, numbers: object) -> NDArray[np.float64]:
    if not isinstance(numbers, list) or not all(type(number) in (int, float) for number in numbers):
        raise DataError(f"Standardizer.from_dict: {key} is not a list of numbers; give the result of to_dict")
    return np.array(numbers, dtype=np.float64)
