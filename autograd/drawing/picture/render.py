"""From DOT text to SVG, PNG and PDF: Graphviz lays the picture out, here or in the wheel of pygraphviz.

The layout runs in a process of its own, so that one that takes too long can be stopped.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

from autograd.errors import AutogradError

TIMEOUT = 10.0  # seconds for one layout
_PNG_RESOLUTION = 160  # dots an inch

# pygraphviz's own layout is a C function that no timeout reaches, hence a process here as well.
_PYGRAPHVIZ = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode(), encoding="UTF-8")
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot"))
"""


class RenderError(AutogradError, RuntimeError):
    """A picture that cannot be made here: no layout engine, or one that fails."""


class LayoutTimeoutError(RenderError):
    """A layout that was stopped because it took too long."""


def render(source: str, kind: str, timeout: float = TIMEOUT) -> bytes:
    """Return the picture that the DOT text `source` describes, as "svg", "png" or "pdf".

    Raises
    ------
    RenderError
        If there is neither Graphviz's program ``dot`` nor the package pygraphviz, or the layout fails or takes longer
        than `timeout` seconds.
    """
    if kind == "png":  # said in the text, as pygraphviz does not pass on every option of the program
        source = source.replace("{", f"{{\n\tgraph [dpi={_PNG_RESOLUTION}]", 1)
    command = _command(kind)
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise LayoutTimeoutError(f"draw: the layout took longer than {timeout:g} s and was stopped") from None
    except OSError as error:
        raise RenderError(f"draw: cannot run {command[0]}: {error}") from error
    if done.returncode or not done.stdout:
        complaint = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise RenderError(f"draw: the layout by {os.path.basename(command[0])} failed: {complaint or done.returncode}")
    return done.stdout


def _command(kind: str) -> list[str]:
    """Return the command that reads DOT text and writes a picture."""
    program = shutil.which("dot")
    if program is not None:
        return [program, f"-T{kind}"]
    if importlib.util.find_spec("pygraphviz") is not None:
        return [sys.executable, "-c", _PYGRAPHVIZ, kind]
    raise RenderError(
        f"draw: {kind.upper()} needs a layout engine; pip install 'chainrule[draw]', or put Graphviz's program 'dot' "
        "on the PATH (.source, .save('graph.dot') and .save('graph.txt') work without)"
    )
