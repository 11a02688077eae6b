"""What users call things: parameters and modules by their dotted names, arrays by the names given to `draw`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.graph import Node
from autograd.tensor import Tensor

_LONGEST = 48  # characters of what a module says of itself


class Names:
    """Look-ups from nodes, arrays and modules to their names. Given names come before those of modules.

    `values` has the array of each variable, parameter and result that a Tensor at hand holds, and `learned` the
    parameters that `models` name and that require a gradient.

    Parameters
    ----------
    given : mapping of str to Tensor or ndarray
    models : iterable
        Objects whose ``named_parameters()`` and ``named_modules()`` say the dotted names.
    owners : iterable
        Modules whose attributes are searched for what `models` do not name.
    """

    def __init__(self, given: Mapping[str, Any], models: Iterable[Any], owners: Iterable[Any]) -> None:
        self.parameters: dict[Node, str] = {}
        self.learned: dict[Node, str] = {}
        self.modules: dict[int, str] = {}
        self.values: dict[Node, np.ndarray] = {}
        self._arrays: dict[Any, str] = {}
        self._given_nodes: dict[Node, str] = {}
        self._given_arrays: dict[str, np.ndarray] = {}
        for name, value in given.items():
            self._give(name, value)
        self._given_keys = {identity(array): name for name, array in self._given_arrays.items()}
        for model in models:
            for name, module in model.named_modules():
                self.modules.setdefault(id(module), name)
            for name, parameter in model.named_parameters():
                self._own(name, parameter)
                if parameter._node is not None:
                    self.learned.setdefault(parameter._node, name)
        for owner in owners:
            for name, value in getattr(owner, "__dict__", {}).items():
                if isinstance(value, Tensor):
                    self._own(name, value)

    def of_node(self, node: Node) -> str | None:
        """Return the name of a variable, parameter or result."""
        return self._given_nodes.get(node) or self.parameters.get(node)

    def given(self, array: np.ndarray) -> str | None:
        """Return the name that the user gave to a constant, or to what a layer copied or cast to make it."""
        known = self._given_keys.get(identity(array))
        if known is not None:
            return known
        equal = [
            name for name, other in self._given_arrays.items() if other.shape == array.shape and _is_cast(other, array)
        ]
        return equal[0] if len(equal) == 1 else None

    def of_array(self, array: np.ndarray) -> str | None:
        """Return the name of a constant that a module holds, such as a frozen parameter."""
        return self._arrays.get(identity(array))

    def _give(self, name: str, value: Any) -> None:
        if isinstance(value, Tensor):
            if value._node is not None:
                self._given_nodes[value._node] = str(name)
                self.values[value._node] = value.data
                return
            value = value.data
        if not isinstance(value, np.ndarray):
            raise DTypeError(
                f"draw: names[{name!r}] is {type(value).__name__}; give the Tensor or the array to be named"
            )
        self._given_arrays[str(name)] = value

    def _own(self, name: str, parameter: Tensor) -> None:
        if parameter._node is not None:
            self.parameters.setdefault(parameter._node, name)
            self.values.setdefault(parameter._node, parameter.data)
        else:
            self._arrays.setdefault(identity(parameter.data), name)


def identity(array: np.ndarray) -> Any:
    """Return what two arrays have in common that are the same elements of the same memory."""
    return (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype) if array.size else id(array)


def describe(owner: Any) -> str:
    """Return what the module `owner` says of itself, briefly: ``4 → 8`` for its numbers of features."""
    extra_repr = getattr(owner, "extra_repr", None)
    text = " ".join(str(extra_repr()).split()) if callable(extra_repr) else ""
    text = re.sub(r"^in_(\w+)=(\d+), out_\1=(\d+)(, bias=True)?", r"\2 → \3", text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_cast(original: np.ndarray, array: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        return np.array_equal(original.astype(array.dtype), array)
