"""A stand-in for Graphviz's program ``dot``: its command line in front of the engine in the wheel of pygraphviz.

The peers call the program and know no other way. With it on the path everyone's text is laid out by the same engine.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pygraphviz


def main(arguments: list[str]) -> None:
    """Draw the file that is named last, or what stands at the input, as ``dot`` does."""
    if "-V" in arguments:
        print(f"dot - graphviz version {version()}", file=sys.stderr)
        return
    options, files = parsed(arguments)
    text = Path(files[0]).read_bytes() if files else sys.stdin.buffer.read()
    kind = options["T"][-1].partition(":")[0] if "T" in options else "dot"
    picture = drawn(text.decode(), kind, options)
    if "O" in options:
        Path(f"{files[0]}.{kind}").write_bytes(picture)
    elif "o" in options:
        Path(options["o"][-1]).write_bytes(picture)
    else:
        sys.stdout.buffer.write(picture)


def drawn(text: str, kind: str, options: dict[str, list[str]]) -> bytes:
    """Return the picture of a DOT text in the format `kind`."""
    picture = read(text, options).draw(format=kind, prog=options.get("K", ["dot"])[-1])
    return bytes(picture)


def read(text: str, options: dict[str, list[str]]) -> Any:
    """Return the graph that a DOT text describes, with the attributes of the command line, ``-Gdpi=100``.

    A node without a label shows its name: ``dot`` says so before it reads, the engine does not if some node has one.
    """
    kinds = {"G": "graph", "N": "node", "E": "edge"}
    lines = ['node [label="\\N"]']
    lines += [f"{kinds[letter]} [{value}]" for letter in kinds for value in options.get(letter, ())]
    return pygraphviz.AGraph(string=text.replace("{", "{\n" + "\n".join(lines), 1), encoding="UTF-8")


def parsed(arguments: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the values of the options by their letters, and the files.

    Examples
    --------
    >>> parsed(["-Tsvg", "-Gdpi=100", "-o", "a.svg", "a.dot"])
    ({'T': ['svg'], 'G': ['dpi=100'], 'o': ['a.svg']}, ['a.dot'])
    """
    options: dict[str, list[str]] = {}
    files: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument.startswith("-"):
            letter, value = argument[1], argument[2:]
            options.setdefault(letter, []).append(next(rest) if letter == "o" and not value else value)
        else:
            files.append(argument)
    return options, files


def version() -> str:
    """Return the version of the engine."""
    svg = pygraphviz.AGraph().draw(format="svg", prog="dot").decode()
    found = re.search(r"graphviz version (\S+ \([^)]*\))", svg)
    return found[1] if found else "unknown"


if __name__ == "__main__":
    main(sys.argv[1:])
