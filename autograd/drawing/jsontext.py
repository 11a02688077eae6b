"""Dataclasses of plain values as JSON, by the million."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can hold


def to_json(record: Any) -> str:
    """Return a dataclass as JSON, each entry of its tuples on a line; a number that is not finite is null.

    Examples
    --------
    >>> from autograd.drawing.model import Saved
    >>> print(to_json(Saved("y", None, 16)))
    {
    "name": "y",
    "source": null,
    "nbytes": 16
    }
    """
    entries = (f"{_encode(name)}: {_lines(value)}" for name, value in _attributes(record).items())
    return _SURROGATE.sub("�", "{\n" + ",\n".join(entries) + "\n}")


def _lines(value: Any) -> str:
    if not isinstance(value, tuple) or not value:
        return _encode(value)
    return "[\n" + ",\n".join(map(_encode, value)) + "\n]"


def _encode(value: Any) -> str:
    try:
        return _EXACT(value)
    except ValueError:  # not finite: to look for that each time would take as long as all the rest
        return _FINITE(value)


def _attributes(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _finite_attributes(record: Any) -> dict[str, Any]:
    values = _attributes(record).items()
    return {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in values}


_EXACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_attributes).encode
_FINITE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_finite_attributes).encode
