"""Reports as HTML for notebooks, from their dicts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from autograd.gradcheck import text


def report(found: Mapping[str, Any]) -> str:
    """Return the HTML of a `GradcheckReport`."""
    return f"<pre>{escape(text.report(found))}</pre>"


def local_report(found: Mapping[str, Any]) -> str:
    """Return the HTML of a `LocalReport`."""
    return f"<pre>{escape(text.local_report(found))}</pre>"
