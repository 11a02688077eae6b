"""`Module`: something with parameters and a `forward`.

A module is a plain object. Its parameters and submodules are whatever Parameters and Modules its attributes hold,
also inside lists, tuples and dicts, found by walking ``vars(self)`` when asked: there is no registration, and
`__init__` need not call that of the base class.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from autograd import CheckpointError, Tensor, in_region, no_grad
from nn.parameter import Parameter

# Called with each module and its output while `summary` runs a model.
observer: ContextVar[Callable[[Module, Any], None] | None] = ContextVar("observer", default=None)


Path = tuple[int, ...]  # ids of what was entered on the way down, so that what holds itself is not entered for ever


class Keys(NamedTuple):
    """What `load_state_dict` did not match."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """Base class of layers, losses and models: hold Parameters and Modules as attributes and define `forward`.

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
        output = in_region(self, self.forward, args, kwargs)
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

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or with ``set_to_none=False`` set them to zeros."""
        for parameter in self.parameters():
            if parameter.grad is not None:
                parameter.grad = None if set_to_none else np.zeros_like(parameter.grad)

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
            Arrays or Tensors under the names of `state_dict`; each is cast to its parameter's dtype.
        strict : bool
            Whether missing and unexpected names are an error.

        Returns
        -------
        Keys
            The names that were missing and those that were unexpected.

        Raises
        ------
        CheckpointError
            If a shape differs, a dtype cannot be cast or, when strict, a name differs; the message lists every problem.
        """
        own = {name: value for name, value in _walk(self, "") if isinstance(value, Parameter)}
        given = {
            name: np.asarray(value.data if isinstance(value, Tensor) else value) for name, value in state_dict.items()
        }
        keys = Keys([name for name in own if name not in given], [name for name in given if name not in own])
        problems = [
            f"{name}: shape {given[name].shape} for a parameter of shape {parameter.shape}"
            for name, parameter in own.items()
            if name in given and given[name].shape != parameter.shape
        ]
        problems += [
            f"{name}: dtype {given[name].dtype} for a parameter of dtype {parameter.dtype}"
            for name, parameter in own.items()
            if name in given and not np.can_cast(given[name].dtype, parameter.dtype, "same_kind")
        ]
        if strict:
            problems += [f"{name}: missing" for name in keys.missing_keys]
            problems += [f"{name}: unexpected" for name in keys.unexpected_keys]
        if problems:
            raise CheckpointError(
                f"load_state_dict: the weights do not fit this {type(self).__name__}, nothing was loaded: "
                + "; ".join(problems)
            )
        values = {name: given[name].astype(own[name].dtype) for name in own if name in given}
        with no_grad():
            for name, value in values.items():
                own[name][...] = value
        return keys

    # ------------------------------------------------------------------------------------------ display

    def extra_repr(self) -> str:
        """Return what the repr shows between the parentheses of a module without children."""
        return ""

    @reprlib.recursive_repr()
    def __repr__(self) -> str:
        extra = self.extra_repr()
        children = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        if not children:
            return f"{type(self).__name__}({extra})"
        return "\n  ".join([f"{type(self).__name__}(", *filter(None, [extra]), *children]) + "\n)"


def _members(module: Module) -> Iterator[tuple[str, Parameter | Module]]:
    """Yield the parameters and modules that the attributes of `module` hold, with their names."""
    stack: list[tuple[str, Any, Path]] = [(name, value, ()) for name, value in reversed(vars(module).items())]
    while stack:
        name, value, above = stack.pop()
        if isinstance(value, Parameter | Module):
            yield name, value
        elif isinstance(value, list | tuple | dict) and id(value) not in above:
            items = value.items() if isinstance(value, dict) else enumerate(value)
            inside = [(f"{name}.{key}", item, (*above, id(value))) for key, item in items]
            stack.extend(reversed(inside))


def _walk(module: Module, prefix: str) -> Iterator[tuple[str, Parameter | Module]]:
    """Yield `module` and what is below it under dotted names: a module, its parameters, then its modules, as torch."""
    stack: list[tuple[str, Parameter | Module, Path]] = [(prefix, module, ())]
    while stack:
        name, value, above = stack.pop()
        yield name, value
        if isinstance(value, Module):
            path = (*above, id(value))
            members = sorted(_members(value), key=lambda member: isinstance(member[1], Module))
            below = [(f"{name}.{key}" if name else key, item, path) for key, item in members if id(item) not in path]
            stack.extend(reversed(below))
