"""Reports as plain text, from their dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def report(found: Mapping[str, Any]) -> str:
    """Return the text of a `GradcheckReport`."""
    checks = [check for tensor in found["tensors"] for check in tensor["checks"]]
    entries = sum(check["index"] is not None for check in checks)
    title = (
        f"gradcheck {found['verdict']}: {entries} entries and {len(checks) - entries} directions, "
        f"{found['evaluations']} evaluations, seed {found['seed']}"
    )
    rows: list[tuple[str, ...]] = [("array", "shape", "verdict", "gradient", "numeric", "error bar", "at")]
    rows += [_row(tensor) for tensor in found["tensors"]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    reasons: dict[str, list[str]] = {}
    for tensor in found["tensors"]:
        check = worst(tensor)
        if check is not None and check["reason"]:
            reasons.setdefault(check["reason"], []).append(tensor["name"])
    notes = [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]
    notes += [finding["text"] for finding in found["findings"]]
    return "\n  ".join([title, *(lines if found["tensors"] else []), *notes])


def local_report(found: Mapping[str, Any]) -> str:
    """Return the text of a `LocalReport`."""
    return f"gradcheck.local {found['verdict']}: {len(found['operations'])} operations"


def worst(tensor: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the check that the verdict of an array comes from: an entry before a direction, the largest mismatch."""
    ranked = [check for check in tensor["checks"] if check["verdict"] == tensor["verdict"]]
    return max(ranked, key=lambda check: (check["index"] is not None, _mismatch(check)), default=None)


def _mismatch(check: Mapping[str, Any]) -> float:
    size = max(abs(check["analytic"]), abs(check["numeric"]))
    return abs(check["analytic"] - check["numeric"]) / size if size else 0.0


def _row(tensor: Mapping[str, Any]) -> tuple[str, ...]:
    name, shape, check = tensor["name"], " × ".join(map(str, tensor["shape"])) or "scalar", worst(tensor)
    if check is None:
        return name, shape, "empty", "", "", "", ""
    place = "a direction" if check["index"] is None else f"[{', '.join(map(str, check['index']))}]"
    values = (f"{check['analytic']: .7g}", f"{check['numeric']: .7g}", f"{check['error']:.0e}")
    return name, shape, tensor["verdict"], *values, place
