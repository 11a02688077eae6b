"""Lines of the user's code, as its user would name them."""

from __future__ import annotations

import linecache
import os

from autograd.drawing.model import Place
from autograd.sites import Site, file_label


def place_of(site: Site) -> Place | None:
    """Return the line that `site` names and its text, None if it names none."""
    if not site.line:
        return None
    return Place(_path(site.file), site.line, linecache.getline(site.file, site.line).strip())


def _path(file: str) -> str:
    """Return `file` from the working directory, or its label if it is elsewhere."""
    try:
        relative = os.path.relpath(file)
    except ValueError:  # on another drive
        return file_label(file)
    return file_label(file) if relative.startswith("..") else relative
