"""What a contestant makes of a work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Task(NamedTuple):
    """One work, ready to be run by one contestant.

    Attributes
    ----------
    run : callable
        Does the work once. This is what is timed.
    answer : callable
        Does the work once or a few times and returns what every contestant must agree on, as plain arrays.
    """

    run: Callable[[], Any]
    answer: Callable[[], list[np.ndarray]]


Contestants = dict[str, Callable[..., Task]]  # by name; each takes the arguments of the work
