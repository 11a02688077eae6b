"""Arguments in which a function is differentiable but its derivative has no formula here: orders, mostly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import GraphError


def no_formula(ufunc: np.ufunc | str, argument: str) -> Callable[[Any], Any]:
    """Return the VJP of an argument whose gradient cannot be computed: it says so, where 0 would be wrong."""
    name = ufunc if isinstance(ufunc, str) else ufunc.__name__

    def refuse(g: Any) -> Any:
        """Not available."""
        raise GraphError(
            f"{name}: the derivative in its argument '{argument}' is not available; pass that without a gradient "
            "(.detach()), or use finite differences"
        )

    return refuse
