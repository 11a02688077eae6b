"""What rules for functions that broadcast need, by HIPS autograd's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import unbroadcast

__all__ = ["unbroadcast", "unbroadcast_f"]


def unbroadcast_f(target: Any, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return `function` with its result summed over the axes along which `target` was broadcast.

    Examples
    --------
    >>> unbroadcast_f(np.ones(2), lambda g: 3 * g)(np.ones((4, 2)))
    array([12., 12.])
    """
    shape, is_complex = np.shape(target), np.iscomplexobj(target)

    def unbroadcasted(g: Any) -> Any:
        result = unbroadcast(function(g), shape)
        return np.real(result) if np.iscomplexobj(result) and not is_complex else result

    return unbroadcasted
