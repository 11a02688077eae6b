"""Vector spaces: what cotangents of a value are made of, whether it is an array or nests arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import nested
from autograd.errors import DTypeError
from autograd.tracer import getval


class VSpace:
    """The vectors of the structure, shapes and dtypes of a value, over the real numbers.

    A complex number counts as two dimensions: the real and the imaginary part.

    Parameters
    ----------
    value
        A number or an array, or nested tuples, lists and dicts of them. Tensors count as what they hold.

    Raises
    ------
    DTypeError
        If something in `value` is not numeric.

    Examples
    --------
    >>> import numpy as np
    >>> space = vspace({"w": np.ones(2), "b": 1 + 2j})
    >>> space.size
    4
    >>> space.ones()
    {'w': array([1., 1.]), 'b': np.complex128(1+1j)}
    """

    def __init__(self, value: Any) -> None:
        self._zero = nested.rebuild(value, _zero)  # arrays of one element in memory, whatever their shape
        self._zeros = list(nested.leaves(self._zero))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VSpace) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"VSpace({nested.rebuild(self._zero, lambda zero: f'{zero.dtype}{list(zero.shape)}')})"

    @property
    def shape(self) -> Any:
        """The shape of an array; of a container, the same container of the spaces of what it holds."""
        if isinstance(self._zero, np.ndarray):
            return self._zero.shape
        return nested.rebuild(self._zero, VSpace)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of an array, or that to which those in a container promote."""
        return np.result_type(*self._zeros)

    @property
    def iscomplex(self) -> bool:
        return any(zero.dtype.kind == "c" for zero in self._zeros)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of real dimensions."""
        return sum(zero.size * (2 if zero.dtype.kind == "c" else 1) for zero in self._zeros)

    # ------------------------------------------------------------------------------------------ vectors of the space

    def zeros(self) -> Any:
        return nested.rebuild(self._zero, lambda zero: zero.copy()[()])

    def ones(self) -> Any:
        """Return the vector of which every component is 1, imaginary parts too."""
        return nested.rebuild(self._zero, lambda zero: zero + sum(_units(zero.dtype)))

    def randn(self, rng: np.random.Generator | None = None) -> Any:
        """Return a vector of independent standard normal components."""
        rng = rng or np.random.default_rng()

        def draw(zero: np.ndarray) -> Any:
            return sum(rng.standard_normal(zero.shape) * unit for unit in _units(zero.dtype)).astype(zero.dtype)[()]

        return nested.rebuild(self._zero, draw)

    def standard_basis(self) -> Iterator[Any]:
        """Yield the unit vectors; of a complex number, that of the real part first."""
        for position, zero in enumerate(self._zeros):
            for place in np.ndindex(zero.shape):
                for unit in _units(zero.dtype):
                    yield self._unit_vector(position, place, unit)

    def _unit_vector(self, position: int, place: tuple[int, ...], unit: Any) -> Any:
        arrays = [zero.copy() for zero in self._zeros]
        arrays[position][place] = unit
        remaining = iter(arrays)
        return nested.rebuild(self._zero, lambda _: next(remaining)[()])

    # ------------------------------------------------------------------------------------------ operations

    def add(self, x: Any, y: Any) -> Any:
        return self._each(lambda a, b: a + b, x, y)

    mut_add = add  # what a caller may write to, it must own: here nothing is written to

    def scalar_mul(self, x: Any, a: Any) -> Any:
        return self._each(lambda array: array * a, x)

    def inner_prod(self, x: Any, y: Any) -> Any:
        """Return the sum of the products of the components, those of imaginary parts included."""
        products = self._each(lambda a, b: np.sum(np.real(np.conj(a) * b)), x, y)
        return sum(nested.leaves(products))

    def covector(self, x: Any) -> Any:
        """Return the cotangent of the linear function ``inner_prod(x, ·)``: the conjugate."""
        return self._each(lambda array: np.conj(array) if np.iscomplexobj(array) else array, x)

    def _each(self, function: Any, *vectors: Any) -> Any:
        parts = zip(*map(nested.leaves, vectors), strict=True)
        return nested.rebuild(self._zero, lambda _: function(*next(parts)))


vspace = VSpace


def _zero(value: Any) -> np.ndarray:
    array = np.asarray(getval(value))
    if array.dtype.kind not in "biufc":
        raise DTypeError(
            f"vspace: {type(value).__name__} {str(value)[:40]!r} is not numeric, so it has no vector space; "
            "pass numbers and arrays, nested in tuples, lists and dicts"
        )
    return np.broadcast_to(np.zeros((), array.dtype), array.shape)


def _units(dtype: np.dtype[Any]) -> list[Any]:
    return [dtype.type(1), dtype.type(1j)] if dtype.kind == "c" else [dtype.type(1)]
