"""Making millions of objects without waiting for Python's collector of reference cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Have Python's collector of reference cycles wait until the end of a ``with`` statement.

    It looks at every object whenever enough new ones were made, and a model is millions of objects and no cycle: that
    takes as long as all the rest.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
