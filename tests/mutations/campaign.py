"""Running mutants through the check, and judging what it says of each."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Primitive, Tensor, nested
from autograd.gradcheck.operations.comparison import Suspect
from autograd.gradcheck.operations.local import diagnosed, local
from autograd.gradcheck.operations.operation import Operation, operation_of
from autograd.gradcheck.report import Diagnosis, LocalReport
from autograd.gradcheck.verdict import Verdict
from autograd.graph import Node, reachable
from autograd.journal import Journal
from autograd.ops import elementwise, reductions
from mutations.injection import Mutant, injected
from mutations.mistakes import Mutation, Site, mutations, stretched
from samples import TABLE
from sampling import Domain, Sample, row

SHARP = 1e-9  # the relative tolerance at which rounding to float32 is wrong
COMPLEX = {  # with such inputs
    *("factor 2", "sign", "zero", "omitted derivative"),
    *("conjugate", "imaginary part dropped", "real part dropped"),
}
_EQUIVALENT = 1e-9


def tied(*values: float) -> Domain:
    """Values some of which are equal: a kink in each of those, and none along the line that moves them together."""
    return Domain((len(values),), lambda rng, shape: np.array(values))


TIED = [  # only for the mistakes that can be made at ties: there, few entries have a derivative to compare with
    row(reductions.max, tied(1.0, 3.0, 3.0, 2.0)).but(analytic=False),
    row(reductions.min, tied(1.0, 1.0, 1.0, 2.0, 2.5), axis=0).but(analytic=False),
    row(elementwise.maximum, tied(1.0, 2.0, 3.0), tied(1.0, -2.0, 5.0)).but(analytic=False),
    row(elementwise.minimum, tied(1.0, 2.0, 3.0), tied(1.0, -2.0, 5.0)).but(analytic=False),
]
SAMPLES = [*TABLE, *TIED]


@dataclass(frozen=True)
class Case:
    """One mutant: a mistake in the VJP of one argument of one operation of a sample."""

    sample: Sample
    dtype: Any
    primitive: Primitive
    position: int  # of the VJP
    index: int | None  # of *args
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    mutation: Mutation
    names: frozenset[str]  # of the mistakes that do the same here

    def __str__(self) -> str:
        argument = self.primitive.parameter_names[self.primitive.differentiable[self.position]]
        argument += "" if self.index is None else f"[{self.index}]"
        detail = f" ({self.mutation.detail})" if self.mutation.detail else ""
        return f"{self.mutation.mistake}{detail} in {self.primitive.name}'s {argument}, {self.sample}"


@dataclass(frozen=True)
class Outcome:
    """What the check said of a mutant."""

    case: Case
    is_detected: bool
    is_operation_named: bool
    named: str | None  # the mistake
    text: str
    findings: tuple[str, ...] = ()

    @property
    def is_mistake_named(self) -> bool:
        return self.named in self.case.names


def cases(samples: Sequence[Sample] = SAMPLES) -> Iterator[Case]:
    """Yield all mutants of the operations of `samples` that differ from the right VJP."""
    for sample in samples:
        for dtype in (np.float64, np.complex128) if sample.takes_complex else (np.float64,):
            yield from _cases(sample, dtype)


def _cases(sample: Sample, dtype: Any) -> Iterator[Case]:
    seen = set()
    for operation, variable, site in _sites(sample, dtype):
        position, index = _place(operation, variable)
        shapes = (site.x.shape, site.y.shape)
        key = (operation.primitive, position, index, shapes)
        if key in seen or (dtype is np.complex128 and site.x.dtype.kind != "c"):
            continue
        seen.add(key)
        found = [m for m in mutations(site) if dtype is np.float64 or m.mistake in COMPLEX]
        if sample in TIED:
            found = [m for m in found if m.mistake == "ties"]
        for mutation, names in _different(site, found, _rng(sample)):
            yield Case(sample, dtype, operation.primitive, position, index, shapes, mutation, names)


def _different(
    site: Site, found: Sequence[Mutation], rng: np.random.Generator
) -> Iterator[tuple[Mutation, frozenset[str]]]:
    """Yield the mistakes that change the gradient, each with the names of all those that make the same of it."""
    before, g = (_gaussian(rng, site.y) for _ in range(2))
    right = site.gradient(g)
    wrong = np.empty((len(found), *right.shape), right.dtype)
    for i, mutation in enumerate(found):
        vjp = mutation.make(dataclasses.replace(site))
        vjp(before)
        value = vjp(g)
        wrong[i] = value if right.dtype.kind == "c" else np.real(value)  # as the engine does for a real argument
    lengths = {str(site.y.shape[axis]) for axis in stretched(site)}
    for i in np.flatnonzero(~_are_same(wrong, right)):
        names = frozenset().union(*(found[j].names for j in np.flatnonzero(_are_same(wrong, wrong[i]))))
        if _is_multiple(wrong[i], right):
            names |= {"factor"}
        if found[i].mistake.startswith("factor") and (found[i].detail or "2") in lengths:
            names |= {"doubled sum"}
        if np.sum(np.abs(wrong[i] - right) > _EQUIVALENT * np.max(np.abs(right))) <= right.size // 5:
            names |= {"single entries"}  # of a gradient with few entries that are not 0
        yield found[i], names


def run(case: Case, seed: int = 0) -> Outcome:
    """Return what the check says of a mutant."""
    mutant = Mutant(case.primitive, case.position, case.index, case.shapes, case.mutation)
    with injected(case.primitive, case.position, mutant):
        report = check(case.sample, case.dtype, SHARP if case.mutation.mistake.startswith("float32") else None, seed)
    broken = report.broken
    diagnoses = [operation.diagnosis for operation in broken if operation.diagnosis is not None]
    best = next((d for d in diagnoses if d.mistake in case.names), diagnoses[0] if diagnoses else None)
    return Outcome(
        case,
        report.verdict is Verdict.WRONG,
        bool(broken) and {operation.name for operation in broken} == {case.primitive.name},
        None if best is None else best.mistake,
        "" if best is None else best.text,
        tuple(f"{t.verdict}" for o in report.operations if o.name == case.primitive.name for t in o.tensors),
    )


def check(sample: Sample, dtype: Any, rtol: float | None, seed: int) -> LocalReport:
    """Check every operation of a sample, after a backward pass that a VJP could have kept something from."""
    rng = _rng(sample)
    output, nodes = _recorded(sample, dtype)
    previous: dict[tuple[str, str], list[np.ndarray]] = {}
    for node in nodes:
        operation, _ = operation_of(node, {}, rng)
        previous[_key(operation)] = operation.gradient([_gaussian(rng, operation.output)])

    def explain(suspect: Suspect) -> Diagnosis | None:
        return diagnosed(suspect, previous[_key(suspect.operation)][suspect.position])

    return local(lambda: output, rtol=rtol, seed=seed, diagnose=explain)


def _recorded(sample: Sample, dtype: Any) -> tuple[Any, list[Node]]:
    """Return the output of a sample, and its nodes."""
    arguments = [Tensor(array, requires_grad=True) for array in sample.draw(_rng(sample), dtype)]
    with Journal():
        output = sample(*arguments)
    roots = [leaf._node for leaf in nested.leaves(output) if leaf._node is not None]
    return output, [node for node in reversed(reachable(roots)[0]) if node.rule is not None]


def _sites(sample: Sample, dtype: Any) -> Iterator[tuple[Operation, int, Site]]:
    """Yield every argument of every operation of a sample that has a gradient, with its right VJP."""
    _, nodes = _recorded(sample, dtype)
    for node in nodes:
        operation, _ = operation_of(node, {}, np.random.default_rng(0))
        for variable, value in enumerate(operation.values):
            if value.size and operation.output.size:
                yield operation, variable, _site(operation, variable)


def _site(operation: Operation, variable: int) -> Site:
    """Return the site of the VJP of an argument, by a mutant that is right and keeps what it was given."""
    primitive = operation.primitive
    position, index = _place(operation, variable)
    seen: list[Site] = []

    def keep(site: Site) -> Any:
        seen.append(site)
        return site.right

    shapes = (operation.values[variable].shape, operation.output.shape)
    mutant = Mutant(primitive, position, index, shapes, Mutation("none", "", frozenset(), keep))
    with injected(primitive, position, mutant):
        operation.gradient([np.ones(operation.output.shape)])
    return seen[0]


def _place(operation: Operation, variable: int) -> tuple[int, int | None]:
    """Return which VJP an argument has, and which of ``*args`` it is."""
    name, index = operation.places[variable]
    names = operation.primitive.parameter_names
    return operation.primitive.differentiable.index(names.index(name)), index


def _key(operation: Operation) -> tuple[str, str]:
    return operation.primitive.name, repr(operation.arguments)


def _gaussian(rng: np.random.Generator, like: np.ndarray) -> np.ndarray:
    values: Any = rng.standard_normal(like.shape)
    if like.dtype.kind == "c":
        values = values + 1j * rng.standard_normal(like.shape)
    return np.asarray(values)


def _rng(sample: Sample) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(str(sample).encode()))


def _are_same(gradients: np.ndarray, one: np.ndarray) -> np.ndarray:
    """Return which of a stack of gradients are equal to one."""
    axes = tuple(range(1, gradients.ndim))
    difference = np.max(np.abs(gradients - one), axis=axes, initial=0)
    size = np.maximum(np.max(np.abs(gradients), axis=axes, initial=0), np.max(np.abs(one), initial=0))
    return np.asarray(difference <= _EQUIVALENT * size)


def _is_multiple(a: np.ndarray, b: np.ndarray) -> bool:
    square = float(np.vdot(b, b).real)
    if not square or a.size == 1 or not np.any(a):
        return False
    return bool(_are_same(a[None], b * (float(np.vdot(b, a).real) / square))[0])
