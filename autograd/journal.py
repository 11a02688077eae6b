"""What recorded operations were given, and where they were called: more than their VJPs need, kept while asked for."""

from __future__ import annotations

import functools
import inspect
import sys
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from autograd import observe
from autograd.graph import Node
from autograd.plans import ARRAYS, Plan
from autograd.primitive import Primitive
from autograd.sites import Site, Sites
from autograd.tensor import Tensor, plain


@dataclass(frozen=True)
class Entry:
    """What is known of one recorded operation.

    Attributes
    ----------
    primitive : Primitive
        Which operation it is.
    arguments : mapping
        The plain value of every argument that the forward function received, defaults included, by the name of the
        parameter; a tuple for ``*args``. Those at ``primitive.differentiable`` have derivatives.
    site : Site
        The line of the user's code, and the module, that called it.
    """

    primitive: Primitive
    arguments: Mapping[str, Any]
    site: Site


_entries: weakref.WeakKeyDictionary[Node, Entry] = weakref.WeakKeyDictionary()


def entry(node: Node) -> Entry | None:
    """Return what is known of the operation that `node` records, None if no journal was kept then."""
    return _entries.get(node)


class Journal(observe.Observer):
    """Keeps a journal of recorded operations inside a ``with`` statement.

    Each operation is remembered as long as the Tensor that it returned, or one computed from that, exists. Arrays are
    not copied.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> with Journal():
    ...     y = np.roll(x, 1)
    >>> dict(entry(y._node).arguments)
    {'a': array([1., 2.]), 'shift': 1, 'axis': None}
    """

    def __init__(self) -> None:
        self._sites = Sites()

    def __enter__(self) -> Self:
        observe.start(self)
        return self

    def __exit__(self, *exception: object) -> None:
        observe.stop(self)

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = plan(*args, **kwargs)
        if isinstance(operation, Primitive) and isinstance(result, Tensor) and result._node is not None:
            site = self._sites.of(sys._getframe(1))
            _entries[result._node] = Entry(operation, plain_arguments(operation, args, kwargs), site)
        return result


def plain_arguments(primitive: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call of `primitive` as its forward function receives them, by name."""
    bound = signature_of(primitive).bind(*args, **kwargs)
    bound.apply_defaults()
    for position in range(len(primitive.parameters)):
        name = primitive.parameter_names[position]
        value = plain(bound.arguments[name])
        if position in primitive.differentiable:
            value = tuple(map(_as_array, value)) if position == primitive.variadic else _as_array(value)
        bound.arguments[name] = value
    return dict(bound.arguments)


@functools.lru_cache(maxsize=512)
def signature_of(primitive: Primitive) -> inspect.Signature:
    """Return the signature of the forward function of `primitive`."""
    return inspect.Signature(primitive.parameters)


def _as_array(value: Any) -> Any:
    return value if isinstance(value, ARRAYS) else np.asarray(value)
