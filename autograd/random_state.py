"""The random numbers of a function: where they come from, and how to draw the same ones again.

NumPy's and Python's process-wide generators are always among them. Every other one is found by walking from the
function to what it can reach: the variables that it closes over, its defaults, the globals that its code names, the
object it is a method of, and the attributes of all of these. The default generator of a library is found that way
too, as a global that one of its functions names.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from types import BuiltinMethodType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd.graph import Node

Generator = np.random.Generator | np.random.RandomState | np.random.BitGenerator | random.Random

_GENERATORS = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, random.Random)
_OBJECTS = 20_000  # the walk stops there: what matters is close to the function
_ITEMS = 1_000  # of one container
_PROBATION = 6  # restorations after which an unused process-wide generator is believed to be unused
_LEAVES = (str, bytes, int, float, complex, type(None), np.ndarray, np.generic, np.dtype, ModuleType, Node)
_NOT_ENTERED = {*sys.stdlib_module_names, "numpy", "autograd"}  # packages whose code holds no generator of the user's


class RandomState:
    """Where every random number generator that a function can reach was when this was made.

    Parameters
    ----------
    function : callable
        The function that draws them.
    *others
        What else its evaluation may use, such as its arguments, or a model.

    Attributes
    ----------
    generators : list
        Those found, besides the process-wide ones of NumPy and of Python.

    Notes
    -----
    Setting NumPy's process-wide generator takes longer than a small function does. It and Python's are watched during
    the first restorations; if nothing has drawn from them by then, only `finish` sets them.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> state = RandomState(rng.normal)
    >>> first = rng.normal()
    >>> state.restore()
    >>> bool(rng.normal() == first)
    True
    """

    def __init__(self, function: Callable[..., Any], *others: Any) -> None:
        self._remember(generators((function, *others)))

    @classmethod
    def of(cls, found: list[Generator]) -> RandomState:
        """Return where these generators, and the process-wide ones, are now."""
        state = cls.__new__(cls)
        state._remember(found)
        return state

    def _remember(self, found: list[Generator]) -> None:
        self.generators = found
        self._own = [_Source(*_access(generator)) for generator in self.generators]
        self._shared = [
            _Source(partial(np.random.get_state, legacy=False), np.random.set_state),
            _Source(random.getstate, random.setstate),
        ]
        self._watched = list(self._shared)
        self._used: list[_Source] = []
        self._restorations = 0

    def restore(self) -> None:
        """Put the generators back."""
        for source in (*self._own, *self._used):
            source.restore()
        if self._restorations < _PROBATION:
            self._restorations += 1
            for source in [source for source in self._watched if source.has_moved()]:
                source.restore()
                self._watched.remove(source)
                self._used.append(source)

    def drawn_from(self) -> Draws:
        """Return the generators that have been drawn from since this was made, and where they were."""
        return Draws([source for source in (*self._own, *self._shared) if source.has_moved()])

    def finish(self) -> None:
        """Put all generators back, also those that seem unused."""
        for source in (*self._own, *self._shared):
            source.restore()


class Draws:
    """Random numbers that a call has drawn, to be drawn by another."""

    def __init__(self, sources: Sequence[_Source] = ()) -> None:
        self._sources = sources

    @contextmanager
    def again(self) -> Iterator[None]:
        """Have the generators at where they were for a ``with`` statement, then back at where they are now."""
        now = [source.moved_on() for source in self._sources]
        for source in self._sources:
            source.restore()
        try:
            yield
        finally:
            for source in now:
                source.restore()


class _Source:
    """One stream of random numbers: how to read and set its state, and the state at first."""

    def __init__(self, read: Callable[[], Any], write: Callable[[Any], None]) -> None:
        self._read = read
        self._write = write
        self._state = read()

    def restore(self) -> None:
        self._write(self._state)

    def moved_on(self) -> _Source:
        """Return this stream as it is now."""
        return _Source(self._read, self._write)

    def has_moved(self) -> bool:
        return _key(self._read()) != _key(self._state)


def _key(state: Any) -> Any:
    """Return a state as something that ``==`` compares: NumPy's holds arrays in dicts."""
    if isinstance(state, dict):
        return [(name, _key(value)) for name, value in state.items()]
    return state.tobytes() if isinstance(state, np.ndarray) else state


def _access(generator: Generator) -> tuple[Callable[[], Any], Callable[[Any], None]]:
    if isinstance(generator, random.Random):
        return generator.getstate, generator.setstate
    if isinstance(generator, np.random.RandomState):  # it keeps half of a pair of normal numbers beside its bits
        return partial(generator.get_state, legacy=False), generator.set_state
    bits = generator.bit_generator if isinstance(generator, np.random.Generator) else generator
    return partial(getattr, bits, "state"), partial(setattr, bits, "state")


# ------------------------------------------------------------------------------------------------- the walk


def generators(roots: Iterable[Any]) -> list[Generator]:
    """Return the random number generators that can be reached from `roots`, the nearest first."""
    return [found for found in reachable(roots) if isinstance(found, _GENERATORS) and _can_be_set(found)]


def holders(roots: Iterable[Any]) -> list[Any]:
    """Return the objects that can be reached from `roots` and refer to a generator themselves."""
    return [value for value in reachable(roots) if any(isinstance(p, _GENERATORS) for p in _visible_parts(value))]


def held_by(values: Iterable[Any]) -> list[Generator]:
    """Return the generators that objects refer to themselves, each once."""
    parts = (part for value in values for part in _visible_parts(value))
    found = {id(part): part for part in parts if isinstance(part, _GENERATORS) and _can_be_set(part)}
    return list(found.values())


def _can_be_set(generator: Generator) -> bool:
    return not isinstance(generator, random.SystemRandom)


def reachable(roots: Iterable[Any]) -> list[Any]:
    """Return the objects that can be reached from `roots`, each once, the nearest first."""
    found = list(roots)
    seen = {id(root) for root in found}
    for value in found:  # grows as it is walked: breadth first
        for part in _visible_parts(value):
            if id(part) not in seen and not isinstance(part, _LEAVES) and len(found) < _OBJECTS:
                seen.add(id(part))
                found.append(part)
    return found


def _visible_parts(value: Any) -> list[Any]:
    try:
        return list(_parts(value))
    except Exception:  # a foreign object, such as a proxy of one that is gone, may refuse to be looked at
        return []


def _parts(value: Any) -> Iterator[Any]:
    """Yield what `value` refers to by name, by place or by closure."""
    if isinstance(value, (*_LEAVES, *_GENERATORS)):
        return
    if isinstance(value, dict):
        yield from islice(value.values(), _ITEMS)
    elif isinstance(value, list | tuple | set | frozenset):
        yield from islice(value, _ITEMS)
    elif isinstance(value, FunctionType):
        yield from _parts_of_function(value)
    elif isinstance(value, MethodType | BuiltinMethodType):
        yield value.__self__
        yield getattr(value, "__func__", None)
    elif isinstance(value, partial):
        yield from (value.func, value.args, value.keywords)
    elif isinstance(value, staticmethod | classmethod):
        yield value.__func__
    elif isinstance(value, property):
        yield from (value.fget, value.fset)
    elif isinstance(value, type):
        if _is_entered(value):
            yield from islice(vars(value).values(), _ITEMS)
            yield from value.__bases__
    else:
        yield type(value)
        yield getattr(value, "__dict__", None)
        yield from _slots(value)


def _parts_of_function(function: FunctionType) -> Iterator[Any]:
    names = _names(function.__code__)
    values = [*map(_content, function.__closure__ or ())]  # also of a library's: a decorator may close over a user's
    if _is_entered(function):
        values += map(function.__globals__.get, names)
    for value in values:
        if isinstance(value, ModuleType):
            yield from _parts_of_module(value, names)
        else:
            yield value
    yield from (function.__defaults__, function.__kwdefaults__, function.__dict__)


def _parts_of_module(module: ModuleType, names: Iterable[str]) -> Iterator[Any]:
    """Yield what code that uses these names can mean by an attribute of `module`, or of a module in that."""
    modules = [module]
    for each in modules:
        if _is_entered(each):
            for value in (vars(each).get(name) for name in names):
                if not isinstance(value, ModuleType):
                    yield value
                elif value not in modules:
                    modules.append(value)


def _names(code: CodeType) -> list[str]:
    """Return the globals and attributes that code names, that of functions inside it included."""
    codes = [code]
    for each in codes:
        codes += (constant for constant in each.co_consts if isinstance(constant, CodeType))
    return list(dict.fromkeys(name for each in codes for name in each.co_names))


def _is_entered(value: Any) -> bool:
    module = value.__name__ if isinstance(value, ModuleType) else value.__module__
    return not isinstance(module, str) or module.partition(".")[0] not in _NOT_ENTERED


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return None


def _slots(value: Any) -> Iterator[Any]:
    for kind in type(value).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            yield getattr(value, name, None)
