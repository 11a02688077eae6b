"""Modules made of modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, overload

from nn.module import Module


class Sequential(Module):
    """Modules applied one after another: a_i = f_i(w_i, a_{i-1}) (Johnson 2014, section 1).

    Parameters
    ----------
    *modules : Module, or one mapping of names to Modules
        In order of application. Their parameters are named ``0.weight``, ``0.bias``, ``1.…``, or after the given names.

    Examples
    --------
    >>> import nn
    >>> nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    Sequential(
      (0): Linear(in_features=4, out_features=8, bias=True)
      (1): Tanh()
      (2): Linear(in_features=8, out_features=3, bias=True)
    )
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        only = modules[0] if len(modules) == 1 else None
        named = only if isinstance(only, Mapping) else {str(i): module for i, module in enumerate(modules)}
        for name, module in named.items():
            if not isinstance(module, Module):
                raise TypeError(f"Sequential: argument {name} is {type(module).__name__}, not a Module")
            if "." in name or hasattr(type(self), name):
                raise ValueError(
                    f"Sequential: a module cannot be named {name!r}: it has a dot, or is an attribute here"
                )
            vars(self)[name] = module

    def forward(self, x: Any) -> Any:
        for module in vars(self).values():
            if isinstance(module, Module):
                x = module(x)
        return x

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module:
        named = list(self.named_children())
        return Sequential(dict(named[index])) if isinstance(index, slice) else named[index][1]
