"""What composed functions do with an argument first."""

from __future__ import annotations

from typing import Any

import numpy as np


def array(value: Any) -> Any:
    """Return `value`, which may be a Tensor, as something that has a shape and a dtype."""
    return value if hasattr(value, "dtype") else np.asarray(value)
