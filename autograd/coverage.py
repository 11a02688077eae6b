"""What there is of NumPy: which functions can be differentiated, which cannot, and why.

``python -m autograd.coverage > docs/coverage.md`` writes it down. The registry of operations is what tells; only what
NumPy computes by other functions is listed here, and why Tensors go through some functions not is said in
`autograd.ops.outside`.
"""

from __future__ import annotations

import enum
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.numpy import lists
from autograd.ops.outside import UNSUPPORTED, WITHOUT_NUMBERS, named
from autograd.primitive import undifferentiated
from autograd.tensor import overloads, ways_out

NAMESPACES = {"numpy": np, "numpy.linalg": np.linalg, "numpy.fft": np.fft, "numpy.ufunc": np.ufunc}
COMPUTED_BY_OTHERS = ("fromfunction", "row_stack")  # a function given; np.vstack


class Kind(enum.Enum):
    """What a function is to differentiation."""

    DIFFERENTIABLE = "Differentiable"
    THROUGH_AUTOGRAD = "Differentiable through autograd.numpy"
    CONSTANT = "Derivative zero or undefined"
    WITHOUT_NUMBERS = "Not of numbers"
    UNSUPPORTED = "Unsupported"
    UNKNOWN = "Unknown"


ABOUT_PAGE = """
    Made by `make docs` from the registry of operations. Here is every public function of these namespaces, and every
    method of ufuncs; classes (`vectorize`, `poly1d`) and what is indexed (`r_`, `c_`) are none.
    """
ABOUT = {
    Kind.DIFFERENTIABLE: """
        To any order, backward (`grad`, `vjp`, `jacobian`, `hessian`) and forward (`jvp`), with NumPy's arguments. The
        samples in `tests/samples` say on what each is tested. An option that Tensors cannot serve, such as `out=`, is a
        `TypeError` that names it.
        """,
    Kind.THROUGH_AUTOGRAD: """
        NumPy's own function never asks its arguments what they are, so it refuses Tensors that require a gradient, for
        the reason here. That of `autograd.numpy`, whose other names are NumPy's own, takes Tensors and lists of them.
        """,
    Kind.CONSTANT: "On Tensors they return what NumPy returns: plain arrays.",
    Kind.WITHOUT_NUMBERS: "No array of numbers goes in and comes out, so there is nothing to differentiate.",
    Kind.UNSUPPORTED: "Tensors that require a gradient are refused, with the reason.",
    Kind.UNKNOWN: "Nothing is known of them; `tests/engine/test_coverage.py` fails while there are any.",
}


def functions() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Yield namespace, name and function of all that is public, callable and not a class."""
    for namespace, module in NAMESPACES.items():
        for name in (name for name in dir(module) if not name.startswith("_")):
            function = getattr(module, name)
            if callable(function) and not isinstance(function, type):
                yield namespace, name, function


def kind_of(name: str, function: Callable[..., Any]) -> Kind:
    """Return what the registry knows of a NumPy function of this name.

    Examples
    --------
    >>> kind_of("tanh", np.tanh)
    <Kind.DIFFERENTIABLE: 'Differentiable'>
    >>> kind_of("argmax", np.argmax)
    <Kind.CONSTANT: 'Derivative zero or undefined'>
    """
    if function in overloads:
        return Kind.CONSTANT if function in undifferentiated else Kind.DIFFERENTIABLE
    if name in COMPUTED_BY_OTHERS:
        return Kind.DIFFERENTIABLE
    if function not in ways_out:
        return Kind.UNKNOWN
    if name in lists.__all__ and function in {other for _, other in named(UNSUPPORTED)}:
        return Kind.THROUGH_AUTOGRAD
    without_numbers = {other for _, other in named(WITHOUT_NUMBERS)}
    return Kind.WITHOUT_NUMBERS if function in without_numbers else Kind.UNSUPPORTED


# ------------------------------------------------------------------------------------------------- the page


def page() -> str:
    """Return what `docs/coverage.md` says."""
    found: dict[Kind, list[tuple[str, str, Callable[..., Any]]]] = {kind: [] for kind in Kind}
    for namespace, name, function in functions():
        found[kind_of(name, function)].append((namespace, name, function))
    lines = [f"# NumPy {version()}, function by function", "", *wrapped(ABOUT_PAGE), "", *counts(found)]
    for kind, members in found.items():
        if members:
            lines += ["", f"## {kind.value}", "", *wrapped(ABOUT[kind]), "", *grouped(kind, members)]
    return "\n".join(lines) + "\n"


def version() -> str:
    """Return the NumPy that the page is of, without the number of its corrections."""
    return ".".join(np.__version__.split(".")[:2])


def counts(found: dict[Kind, list[tuple[str, str, Callable[..., Any]]]]) -> Iterator[str]:
    """Yield the lines of a table: how many functions of a kind a namespace has."""
    yield f"| | {' | '.join(f'`{namespace}`' for namespace in NAMESPACES)} |"
    yield "|---|" + "---:|" * len(NAMESPACES)
    for kind, members in found.items():
        if members:
            numbers = (sum(namespace == other for namespace, *_ in members) for other in NAMESPACES)
            yield f"| {kind.value.lower()} | {' | '.join(map(str, numbers))} |"


def grouped(kind: Kind, members: list[tuple[str, str, Callable[..., Any]]]) -> Iterator[str]:
    """Yield the lines of a list of functions: by namespace those that Tensors go through, by reason the others."""
    groups: dict[str, list[str]] = {}
    for namespace, name, function in members:
        if kind in (Kind.DIFFERENTIABLE, Kind.CONSTANT):
            groups.setdefault(f"`{namespace}`", []).append(f"`{name}`")
        else:
            short = f"{namespace}.{name}".removeprefix("numpy.")
            groups.setdefault(ways_out.get(function, "no reason is listed"), []).append(f"`{short}`")
    for title, names in groups.items():
        yield from wrapped(f"* {title}: {', '.join(names)}", "  ")


def wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 120, subsequent_indent=indent, break_on_hyphens=False)


if __name__ == "__main__":
    print(page(), end="")
