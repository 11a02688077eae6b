"""Paths that were cut: where an operation takes for a constant what depends on an input.

That is what `detach` and `no_grad` are for, and what computing with ``.data`` or with plain NumPy does by accident. The
gradient of every operation is right then, and the whole is wrong. A cut shows in a recording as an argument without a
graph that moves when the input does; and the function in which that argument alone moves has as its derivative just
what the gradient misses.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.grad_mode import enable_grad
from autograd.gradcheck.claim import Claim
from autograd.gradcheck.exact.watch import place_of
from autograd.gradcheck.lines import FIRST_STEP, Point
from autograd.gradcheck.report import Diagnosis
from autograd.gradcheck.run import Run
from autograd.gradcheck.subjects.base import as_array
from autograd.gradcheck.subjects.engine import EngineSubject
from autograd.gradcheck.subjects.parameters import variable
from autograd.gradcheck.verdict import Verdict
from autograd.observe import Observer, observing
from autograd.plans import Plan
from autograd.primitive import Primitive
from autograd.sites import Sites
from autograd.tensor import Tensor, plain

_MOST = 20  # cuts that are looked at
_EXPLAINED = 0.99


class Read(NamedTuple):
    """An argument of a call: the call's number, and the argument's position or keyword."""

    call: int
    argument: int | str


def missing_path(run: Run, position: int) -> Diagnosis | None:
    """Return through which operations nothing comes back to one array, if that explains its wrong gradient."""
    subject = run.subject
    if not isinstance(subject, EngineSubject):
        return None
    directions = run.direction([position])
    base = _constants(subject, subject.values)
    cuts = _moving(subject, base, position, directions[position])
    if not 0 < len(cuts) <= _MOST:
        return None
    missing = {}
    for read in cuts:
        point = Point(_Through(subject, base.values, read), subject.values)
        claim = Claim(point, run.cotangents, [np.zeros_like(value) for value in subject.values], run.rtol)
        check = claim.along(directions, run.rtol / 100)
        if check.verdict is Verdict.WRONG:
            missing[read] = check.numeric
    whole = run.claim.along(directions, run.rtol / 100)
    mismatch = whole.numeric - whole.analytic
    part = 1 - abs(mismatch - sum(missing.values())) / abs(mismatch) if mismatch else 0.0
    if not part > _EXPLAINED:
        return None
    text = " ".join(_texts(subject, subject.names[position], base, list(missing)))
    return Diagnosis("missing path", f"{text} Explains {100 * part:.2f} % of the mismatch.", part)


def _moving(subject: EngineSubject, base: _Constants, position: int, direction: np.ndarray) -> list[Read]:
    """Return the constants that are others a step away."""
    values = list(subject.values)
    values[position] = values[position] + FIRST_STEP * direction
    away = _constants(subject, values).values
    return [read for read, value in base.values.items() if read in away and _differ(value, away[read])]


def _constants(subject: EngineSubject, values: Sequence[np.ndarray]) -> _Constants:
    """Return what is taken for a constant at `values`."""
    constants = _Constants()
    with np.errstate(all="ignore"):  # a step may leave the domain
        _outputs(subject, values, constants)
    return constants


class _Constants(Observer):
    """Notes what recorded operations take for a constant, and gives them other values where there are some."""

    def __init__(self, instead: Mapping[Read, Any] | None = None) -> None:
        self.values: dict[Read, Any] = {}
        self.makers: dict[Read, int] = {}  # the number of the call that returned the value
        self._instead = instead or {}
        self._made: dict[int, tuple[int, Any]] = {}  # by id of the array, which is kept
        self._calls = 0

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not isinstance(operation, Primitive):
            return plan(*args, **kwargs)
        number = self._calls = self._calls + 1
        args = tuple(self._instead.get(Read(number, i), value) for i, value in enumerate(args))
        kwargs = {name: self._instead.get(Read(number, name), value) for name, value in kwargs.items()}
        result = plan(*args, **kwargs)
        if isinstance(result, Tensor):
            if result._node is not None:
                self._note(operation, number, {**dict(enumerate(args)), **kwargs})
            self._made[id(plain(result))] = number, plain(result)
        return result

    def _note(self, primitive: Primitive, number: int, arguments: Mapping[Any, Any]) -> None:
        for argument, value in arguments.items():
            read = Read(number, argument)
            if _is_constant(primitive, read, value):
                self.values[read] = value
                if id(plain(value)) in self._made:
                    self.makers[read], _ = self._made[id(plain(value))]


class _Through:
    """Evaluates the function at its point, but for one constant: that is what it is where the inputs have moved to."""

    def __init__(self, subject: EngineSubject, base: Mapping[Read, Any], read: Read) -> None:
        self._subject = subject
        self._base = base
        self._read = read

    def outputs(self, values: Sequence[np.ndarray]) -> tuple[list[np.ndarray], bytes]:
        moved = _constants(self._subject, values).values
        known = {**self._base, self._read: moved.get(self._read, self._base[self._read])}
        return _outputs(self._subject, self._subject.values, _Constants(known)), b""


class _Names(Observer):
    """Notes what calls of some numbers are: the primitive, and the name and place to say."""

    def __init__(self, wanted: set[int]) -> None:
        self.found: dict[int, tuple[Primitive, str]] = {}
        self._wanted = wanted
        self._sites = Sites()
        self._calls = 0

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if isinstance(operation, Primitive):
            self._calls += 1
            if self._calls in self._wanted:
                name = f"{operation.name}{place_of(self._sites.of(sys._getframe()))}"
                self.found[self._calls] = operation, name
        return plan(*args, **kwargs)


def _outputs(subject: EngineSubject, values: Sequence[np.ndarray], observer: Observer) -> list[np.ndarray]:
    """Return the outputs at `values`, recorded and observed."""
    subject.random.restore()
    with observing(observer), enable_grad():
        return [as_array(output) for output in subject.function(*(variable(value.copy()) for value in values))]


def _is_constant(primitive: Primitive, read: Read, value: Any) -> bool:
    """Whether `value` has no graph, in the place of an argument that could have one."""
    has_graph = isinstance(value, Tensor) and value._node is not None
    could_have = _position(primitive, read) in primitive.differentiable and np.asarray(plain(value)).dtype.kind in "fc"
    return could_have and not has_graph


def _position(primitive: Primitive, read: Read) -> int:
    """Return which parameter an argument is of; all of ``*args`` are of one."""
    if isinstance(read.argument, str):
        return primitive.parameter_names.index(read.argument)
    return read.argument if primitive.variadic is None else min(read.argument, primitive.variadic)


def _differ(a: Any, b: Any) -> bool:
    return not np.array_equal(plain(a), plain(b), equal_nan=True)


def _texts(subject: EngineSubject, array: str, base: _Constants, cuts: list[Read]) -> list[str]:
    """Return a sentence a cut."""
    names = _Names({read.call for read in cuts} | {base.makers[read] for read in cuts if read in base.makers})
    _outputs(subject, subject.values, names)
    texts = []
    for read in cuts:
        primitive, name = names.found[read.call]
        argument = primitive.parameter_names[_position(primitive, read)]
        _, through = names.found[base.makers[read]] if read in base.makers else (None, f"'{argument}' of {name}")
        texts.append(
            f"The path through {through} contributes nothing: {name} takes '{argument}', which depends on {array}, for "
            "a constant (after detach(), in no_grad(), or from .data)."
        )
    return texts
