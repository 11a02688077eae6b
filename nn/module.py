"""`Module`: something with parameters and a `forward`.

A module is a plain object. Its parameters and submodules are whatever Parameters and Modules its attributes hold,
also inside lists, tuples and dicts, found by walking ``vars(self)`` when asked: there is no registration, and
`__init__` need not call that of the base class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from autograd import CheckpointError, Tensor, in_region, no_grad
from nn.parameter import Parameter

# Called with each module and its output while `summary` runs a model.
observer: ContextVar[Callable[[Module, Any], None] | None] = ContextVar("observer", default=None)


class Keys(NamedTuple):
    """What `load_state_dict` did not match."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """Base class of layers, losses and models: subclass it, hold Parameters and Modules as attributes, define `forward`.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> class Affine(nn.Module):
    ...     def __init__(self):
    ...         self.scale = nn.Parameter(np.ones(2))
    ...         self.shift = nn.Parameter(np.zeros(2))
    ...
    ...     def forward(self, x):
    ...         return x * self.scale + self.shift
    >>> model = Affine()
    >>> [name for name, _ in model.named_parameters()]
    ['scale', 'shift']
    >>> model(np.array([1.0, 2.0], np.float32)).data
    array([1., 2.], dtype=float32)
    """

    training: bool = True

    forward: ClassVar[Callable[..., Any]]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return ``forward(*args, **kwargs)``; what it records is drawn as one region of the graph."""
        output = in_region(self, self.forward, *args, **kwargs)
        observe = observer.get()
        if observe is not None:
            observe(self, output)
        return output

    # ------------------------------------------------------------------------------------------ what it holds

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules held directly, with the name of the attribute (``layers.0`` inside a list)."""
        return ((name, value) for name, value in _members(self) if isinstance(value, Module))

    def children(self) -> Iterator[Module]:
        """Yield the modules held directly."""
        return (module for _, module in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """Yield this module and all below it with dotted names, each once, outer ones first."""
        seen: set[int] = set()
        for name, module in _walk(self, prefix):
            if isinstance(module, Module) and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self) -> Iterator[Module]:
        """Yield this module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """Yield the parameters of this module and all below it with dotted names; a shared one once."""
        seen: set[int] = set()
        for name, value in _walk(self, prefix):
            if isinstance(value, Parameter) and id(value) not in seen:
                seen.add(id(value))
                yield name, value

    def parameters(self) -> Iterator[Parameter]:
        """Yield the parameters of this module and all below it, each once."""
        return (parameter for _, parameter in self.named_parameters())

    # ------------------------------------------------------------------------------------------ modes and gradients

    def train(self, mode: bool = True) -> Self:
        """Set training mode, here and below: layers such as dropout act. Return this module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set evaluation mode, here and below. Return this module."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            if parameter.requires_grad:
                parameter.grad = None

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set whether the parameters, here and below, are learned. Return this module."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    # ------------------------------------------------------------------------------------------ state

    def state_dict(self) -> dict[str, np.ndarray]:
        """Return a copy of every parameter under its dotted name (a shared one under each of its names)."""
        return {name: value.data.copy() for name, value in _walk(self, "") if isinstance(value, Parameter)}

    def load_state_dict(self, state_dict: Mapping[str, npt.ArrayLike | Tensor], strict: bool = True) -> Keys:
        """Copy values into the parameters, all of them or, on an error, none.

        Parameters
        ----------
        state_dict : mapping
            Arrays under the names of `state_dict`; each is cast to its parameter's dtype.
        strict : bool
            Whether missing and unexpected names are an error.

        Returns
        -------
        Keys
            The names that were missing and those that were unexpected.

        Raises
        ------
        CheckpointError
            If a shape differs or, when strict, a name; the message lists every problem.
        """
        own = {name: value for name, value in _walk(self, "") if isinstance(value, Parameter)}
        given = {name: np.asarray(value) for name, value in state_dict.items()}
        keys = Keys([name for name in own if name not in given], [name for name in given if name not in own])
        problems = [
            f"{name}: shape {given[name].shape} for a parameter of shape {parameter.shape}"
            for name, parameter in own.items()
            if name in given and given[name].shape != parameter.shape
        ]
        if strict:
            problems += [f"{name}: missing" for name in keys.missing_keys]
            problems += [f"{name}: unexpected" for name in keys.unexpected_keys]
        if problems:
            raise CheckpointError(
                f"load_state_dict: the weights do not fit this {type(self).__name__}: {'; '.join(problems)}; nothing was loaded"
            )
        with no_grad():
            for name, parameter in own.items():
                if name in given:
                    parameter[...] = given[name].astype(parameter.dtype)
        return keys

    # ------------------------------------------------------------------------------------------ display

    def extra_repr(self) -> str:
        """Return what the repr shows between the parentheses of a module without children."""
        return ""

    def __repr__(self) -> str:
        children = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        if not children:
            return f"{type(self).__name__}({self.extra_repr()})"
        return "\n  ".join([f"{type(self).__name__}({self.extra_repr()}", *children]) + "\n)"


def _members(module: Module) -> Iterator[tuple[str, Parameter | Module]]:
    """Yield the parameters and modules that the attributes of `module` hold, with their names."""
    stack: list[tuple[str, Any]] = list(reversed(vars(module).items()))
    while stack:
        name, value = stack.pop()
        if isinstance(value, Parameter | Module):
            yield name, value
        elif isinstance(value, list | tuple):
            stack.extend((f"{name}.{i}", value[i]) for i in reversed(range(len(value))))
        elif isinstance(value, dict):
            stack.extend((f"{name}.{key}", item) for key, item in reversed(value.items()))


def _walk(module: Module, prefix: str) -> Iterator[tuple[str, Parameter | Module]]:
    """Yield `module` and every parameter and module below it, under dotted names, a parent before its children."""
    stack: list[tuple[str, Parameter | Module]] = [(prefix, module)]
    entered: set[int] = set()  # the modules on the way down, so that one that holds itself is not entered for ever
    while stack:
        name, value = stack.pop()
        yield name, value
        if isinstance(value, Module) and id(value) not in entered:
            if value is module or any(True for _ in _members(value)):
                entered.add(id(value))
            below = [(f"{name}.{key}" if name else key, item) for key, item in _members(value)]
            stack.extend(reversed(below))
