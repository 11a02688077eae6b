"""Modules made of modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from nn.module import Module


class Sequential(Module):
    """Modules applied one after another: a_i = f_i(w_i, a_{i-1}) (Johnson 2014, section 1).

    Parameters
    ----------
    *modules : Module
        In order of application. Their parameters are named ``0.weight``, ``0.bias``, ``1.…``.

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

    def __init__(self, *modules: Module) -> None:
        for position, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(f"Sequential: argument {position} is {type(module).__name__}, not a Module")
            vars(self)[str(position)] = module

    def forward(self, x: Any) -> Any:
        for module in self.children():
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
        chosen = list(self.children())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen
