"""What is kept of an operation: by its node for its VJPs, and by a journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Node
from autograd.journal import entry

OPERANDS = {"x1", "x2", "operands", "arrays"}  # names of arguments that say nothing

_OUTPUT, _BYPRODUCT, _EACH, _OTHER = -1, -2, -3, -4
_DERIVED = ("_shape", "_dtype")


class Kept(NamedTuple):
    """A value that a node saved, with the name that its VJPs call it by."""

    name: str
    value: Any
    source: Node | None  # whose output it is
    is_constant: bool  # an argument that carries no gradient


class Slot(NamedTuple):
    """Where the nodes of a primitive save a value: an offset, its name, and which differentiable argument it is."""

    offset: int
    name: str
    position: int  # negative if it is none, or all of ``*args``


def slots_of(rule: Any) -> tuple[Slot, ...]:
    """Return what the nodes of `rule` save, but for shapes and dtypes."""
    arguments = {rule.parameter_names[argument]: position for position, argument in enumerate(rule.differentiable)}
    positions = {"y": _OUTPUT, **dict.fromkeys(rule.byproducts, _BYPRODUCT)}
    if rule.variadic in rule.differentiable:
        positions[rule.parameter_names[rule.variadic]] = _EACH
    else:
        positions |= arguments
    return tuple(
        Slot(offset, name, positions.get(name, _OTHER))
        for offset, name in enumerate(rule.saves)
        if name in positions or name in rule.parameter_names or not name.endswith(_DERIVED)
    )


def kept_by(node: Node, slots: tuple[Slot, ...]) -> list[Kept]:
    """Return what `node` saved, by the slots of its primitive; nothing if that was freed."""
    saved = node.saved
    if not saved:
        return []
    found: list[Kept] = []
    for offset, name, position in slots:
        value = saved[offset]
        if value is None:
            continue
        if position == _EACH:
            pairs = zip(value, node.inputs, strict=True)
            found += (Kept(name, item, source, source is None) for item, source in pairs)
        elif position >= 0:
            source = node.inputs[position]
            found.append(Kept(name, value, source, source is None))
        else:
            found.append(Kept(name, value, node if position == _OUTPUT else None, position == _OTHER))
    return found


def constants(kept: Iterable[Kept]) -> list[tuple[str, Any]]:
    """Return the arguments without gradient among `kept`, each array once."""
    found: dict[Any, tuple[str, Any]] = {}
    for name, value, _, is_constant in kept:
        if is_constant:
            found.setdefault((name, id(value) if isinstance(value, np.ndarray) else None), (name, value))
    return list(found.values())


def journalled(node: Node) -> Iterable[tuple[Node | None, Any]]:
    """Return the inputs of an operation, None for constants, and their values, if a journal was kept of it."""
    known = entry(node)
    if known is None:
        return ()
    primitive, arguments = known.primitive, known.arguments
    names = [primitive.parameter_names[position] for position in primitive.differentiable]
    is_variadic = primitive.variadic in primitive.differentiable
    values = arguments[names[0]] if is_variadic else [arguments[name] for name in names]
    return zip(node.inputs, values, strict=True)
