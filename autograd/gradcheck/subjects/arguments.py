"""The arguments of a function under test: which arrays are differentiated, and putting others in their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd import nested
from autograd.errors import DTypeError, ShapeError
from autograd.gradcheck.subjects.base import as_array, is_foreign
from autograd.tensor import Tensor

_NUMBER = (bool, int, float, complex)


class Arguments:
    """A tuple of arguments, each an array, a number, or nested tuples, lists and dicts of them.

    Those of a floating or complex dtype are differentiated; but a Tensor that requires no gradient is a constant if
    another one requires one. Everything else is passed on as it is.

    Attributes
    ----------
    names : list of str
        Of the differentiated arrays.
    originals : list of ndarray
        The differentiated arrays.
    structure : tuple
        The arguments.
    """

    def __init__(self, structure: tuple[Any, ...], names: Sequence[str] | None) -> None:
        self.structure = structure
        for position, argument in enumerate(structure):
            _refuse_list_of_numbers(position, argument)
        leaves = list(nested.leaves(structure))
        self._some_require = any(isinstance(leaf, Tensor) and leaf.requires_grad for leaf in leaves)
        self._differentiated = [self.is_differentiated(leaf) for leaf in leaves]
        self.originals = [as_array(leaf) for leaf, chosen in zip(leaves, self._differentiated, strict=True) if chosen]
        if not self.originals:
            raise DTypeError(_why_nothing(leaves))
        if isinstance(names, str):
            raise ValueError(f"gradcheck: names is the string {names!r}; give a list of strings, such as {list(names)}")
        self.names = list(names) if names is not None else [f"x{i}" for i in range(len(self.originals))]
        if len(self.names) != len(self.originals):
            shapes = ", ".join(str(array.shape) for array in self.originals)
            raise ValueError(
                f"gradcheck: {len(self.names)} names for {len(self.originals)} floating inputs (of shapes {shapes}); "
                "give one name an array that is differentiated"
            )
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"gradcheck: names {self.names} are not all different")

    def is_differentiated(self, leaf: Any) -> bool:
        """Whether a leaf of the structure is an array to differentiate in."""
        if isinstance(leaf, Tensor):
            return leaf.dtype.kind in "fc" and (leaf.requires_grad or not self._some_require)
        if isinstance(leaf, np.ma.MaskedArray):
            raise DTypeError("gradcheck: an input is a masked array; fill the masked values first (.filled(0))")
        if not isinstance(leaf, np.ndarray | np.generic | float | complex) and not is_foreign(leaf):
            return False
        dtype = as_array(leaf).dtype
        if dtype.kind == "O":
            raise DTypeError(
                f"gradcheck: an input is an array of objects (shape {np.shape(leaf)}, {str(leaf)[:40]}); make it "
                "floating with array.astype(float), or pass the arrays that it holds in a tuple"
            )
        return dtype.kind in "fc"

    def filled(self, arrays: Sequence[Any]) -> tuple[Any, ...]:
        """Return the arguments with `arrays` in the places of the differentiated ones."""
        given, chosen = iter(arrays), iter(self._differentiated)
        return nested.rebuild(self.structure, lambda leaf: next(given) if next(chosen) else leaf)

    def matched(self, given: Any) -> list[Any]:
        """Return what has been `given` for each differentiated array, None where nothing has.

        Parameters
        ----------
        given
            In the structure of the arguments, or of the only one; or one item a differentiated array.

        Raises
        ------
        ShapeError
            If it has another structure.
        """
        several = isinstance(given, tuple | list)
        candidates = [(self.structure, given)] if several and len(given) == len(self.structure) else []
        if len(self.structure) == 1:
            candidates.append((self.structure, (given,)))
        for structure, candidate in candidates:
            try:
                return [item for leaf, item in _pairs(structure, candidate) if self.is_differentiated(leaf)]
            except ShapeError:
                if not several:
                    raise
        if several and len(given) == len(self.originals):
            return list(given)
        came = f"{len(given)} gradients" if several else f"one {type(given).__name__}"
        raise ShapeError(f"returned {came} for {len(self.structure)} inputs")


def _pairs(structure: Any, given: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each leaf of `structure` with what is in its place in `given`."""
    if isinstance(structure, tuple | list):
        if given is None:
            given = [None] * len(structure)
        if not isinstance(given, tuple | list) or len(given) != len(structure):
            raise ShapeError(f"returned {_kind(given)} where the input is {_kind(structure)}")
        for part, item in zip(structure, given, strict=True):
            yield from _pairs(part, item)
    elif isinstance(structure, dict):
        if given is not None and not isinstance(given, dict):
            raise ShapeError(f"returned {_kind(given)} where the input is {_kind(structure)}")
        for key, part in structure.items():
            if given is not None and key not in given:
                raise ShapeError(f"returned no gradient for {key!r} (only for {', '.join(map(repr, given))})")
            yield from _pairs(part, None if given is None else given[key])
    elif isinstance(given, dict | tuple):  # a list may stand for an array
        raise ShapeError(f"returned {_kind(given)} where the input is one array")
    elif structure is not None:
        yield structure, given


def _kind(value: Any) -> str:
    kind = type(value).__name__
    return f"a {kind} of {len(value)}" if isinstance(value, tuple | list | dict) else f"one {kind}"


def _refuse_list_of_numbers(position: int, argument: Any) -> None:
    """Raise if an argument is a list of plain numbers: the function may expect an array, or the list."""
    if isinstance(argument, list):
        leaves = list(nested.leaves(argument))
        if leaves and all(isinstance(leaf, _NUMBER) for leaf in leaves):
            raise DTypeError(
                f"gradcheck: input {position} is a list of numbers ({str(argument)[:40]}); pass np.array(...) for one "
                "array of floats, or a tuple of numbers for several scalars"
            )


def _why_nothing(leaves: Sequence[Any]) -> str:
    came = [str(as_array(x).dtype) if isinstance(x, Tensor | np.ndarray) else type(x).__name__ for x in leaves]
    return (
        f"gradcheck: no input of a floating or complex dtype (got {', '.join(came) or 'no input at all'}); "
        "make them floating: 2 -> 2.0, array.astype(float)"
    )
