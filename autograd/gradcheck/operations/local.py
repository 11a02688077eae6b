"""`local`: check the VJP of every operation of a graph by itself, where it was called with what it was called with."""

from __future__ import annotations

import dataclasses
import hashlib
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import nested
from autograd.errors import DTypeError, GraphError
from autograd.grad_mode import enable_grad
from autograd.gradcheck import diagnosis
from autograd.gradcheck.lines import stream
from autograd.gradcheck.operations.comparison import Comparison, Suspect
from autograd.gradcheck.operations.operation import Operation, UnknownArgumentError, known_outputs, operation_of
from autograd.gradcheck.report import Diagnosis, Finding, LocalReport, OperationReport, TensorReport
from autograd.gradcheck.verdict import Verdict
from autograd.graph import Node, reachable
from autograd.journal import Journal
from autograd.sites import Site
from autograd.tensor import Tensor, plain

__all__ = ["Diagnose", "Suspect", "local"]

Diagnose = Callable[[Suspect], Diagnosis | None]


def diagnosed(suspect: Suspect, previous: np.ndarray | None = None) -> Diagnosis | None:
    """Return which mistake a VJP looks like, for one argument of one operation.

    `previous` is what the VJP returned for that argument the time before, where there was one.
    """
    evidence = diagnosis.of_operation(
        suspect.operation,
        suspect.position,
        g=suspect.cotangent,
        analytic=suspect.analytic,
        numeric=suspect.numeric,
        error=suspect.error,
        directions=suspect.directions,
        previous=previous,
        ties=suspect.kinks,
    )
    return diagnosis.diagnose(evidence)


def local(
    target: Any,
    inputs: Any = None,
    *,
    rtol: float | None = None,
    seed: int | None = None,
    diagnose: Diagnose = diagnosed,
) -> LocalReport:
    """Check the VJP of each operation of a graph by itself.

    Parameters
    ----------
    target : callable or Tensor
        A function of no arguments, such as ``lambda: loss(model(x), y)``; or one of `inputs`; or what such a function
        returned: a Tensor, or nested tuples, lists and dicts of them.
    inputs : array or tuple of arrays, optional
        The arguments of `target`, nested or not; those of a floating or complex dtype are variables.
    rtol : float, optional
        The relative error that counts as wrong: 1e-6, less where an operation computes in lower precision.
    seed : int, optional
        Of the random cotangents and directions; random by default and said in the report.
    diagnose : callable, optional
        Is given each `Suspect`, an argument whose VJP is wrong, and says which mistake it looks like: by default the
        one that `autograd.gradcheck.diagnosis` finds.

    Returns
    -------
    LocalReport
        One row an operation, from the first to the last. It is true unless a VJP is wrong.

    Raises
    ------
    GraphError
        If there is no graph, or a backward pass has freed it.
    DTypeError
        If the target is, or returns, something else; or if no input is floating.

    Notes
    -----
    For a random cotangent v and a direction u, ``<v, J u>`` by differences of the operation is compared with ``<VJP(v),
    u>``. That costs a few evaluations of each operation, and not one of the whole function.

    A graph holds only what VJPs ask for, and no lines of source. Keep a journal for a Tensor whose operations shall be
    checked with all their real arguments::

        with autograd.Journal():
            loss = ...
        autograd.gradcheck.local(loss)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import primitive
    >>> @primitive
    ... def cube(x):
    ...     return x**3
    >>> _ = cube.defvjp(lambda g, x: g * 2 * x**2)
    >>> report = local(lambda x: np.sum(np.exp(cube(x))), (np.array([0.5, 1.0]),), seed=0)
    >>> {operation.name: str(operation.verdict) for operation in report.operations}
    {'cube': 'WRONG', 'exp': 'RIGHT', 'sum': 'RIGHT'}
    """
    seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    roots = _roots(target, inputs)
    nodes = [node for node in reversed(reachable(roots)[0]) if node.rule is not None]
    check = _Check(rtol, seed, diagnose)
    outputs = known_outputs(nodes)
    return LocalReport(tuple(check.report(node, outputs) for node in nodes), check.evaluations, seed)


def _roots(target: Any, inputs: Any) -> list[Node]:
    """Return the nodes of the outputs, recorded in a journal if `target` is a function."""
    if callable(target):
        with Journal(), enable_grad():
            output = target(*_variables(inputs))
        what = "what the function returned"
    else:
        output, what = target, "the target"
    leaves = list(nested.leaves(output))
    if not leaves:
        raise GraphError(f"gradcheck.local: {what} is {output!r}; it must be a Tensor, such as the loss")
    foreign = next((leaf for leaf in leaves if not isinstance(leaf, Tensor)), None)
    if foreign is not None:
        kind = type(output).__name__ + ("" if foreign is output else f" with a {type(foreign).__name__}")
        raise DTypeError(f"gradcheck.local: {what} is a {kind}; it must be a Tensor, such as the loss")
    nodes = [leaf._node for leaf in leaves if leaf._node is not None and leaf._node.rule is not None]
    if not nodes:
        raise GraphError(
            f"gradcheck.local: {what} has no graph; compute it from Tensors that require a gradient, outside no_grad()"
        )
    return list(dict.fromkeys(nodes))


def _variables(inputs: Any) -> tuple[Any, ...]:
    """Return the arguments of a function, those that can be differentiated as variables."""
    if inputs is None or hasattr(inputs, "named_parameters"):
        return ()
    arguments = inputs if isinstance(inputs, tuple) else (inputs,)
    dtypes = [np.asarray(plain(leaf)).dtype for leaf in nested.leaves(arguments)]
    if not any(dtype.kind in "fc" for dtype in dtypes):
        raise DTypeError(
            f"gradcheck.local: no input of a floating or complex dtype (got {[str(dtype) for dtype in dtypes]}); "
            "make them floating: 2 -> 2.0, array.astype(float)"
        )
    return nested.rebuild(arguments, _variable)


def _variable(leaf: Any) -> Any:
    array = np.asarray(plain(leaf))
    return Tensor(array, requires_grad=True) if array.dtype.kind in "fc" else leaf


class _Check:
    """The check of all operations of a graph."""

    def __init__(self, rtol: float | None, seed: int, diagnose: Diagnose) -> None:
        self.evaluations = 0
        self._rtol = rtol
        self._rng = stream(seed)
        self._diagnose = diagnose
        self._known: dict[bytes, OperationReport] = {}  # of the same operation on the same values

    def report(self, node: Node, outputs: dict[Node, Any]) -> OperationReport:
        """Return the report on the operation of a node."""
        rule: Any = node.rule
        try:
            operation, note = operation_of(node, outputs, self._rng)
        except UnknownArgumentError as error:
            return _unchecked(rule.name, f"{error} is not known; record it while a Journal is kept")
        except GraphError:
            raise
        except Exception as error:  # whatever a function of the user raises
            return _unchecked(rule.name, f"in double precision it raised {type(error).__name__}: {error}")
        if rule.is_up_to_phase and node.dtype.kind == "c":
            return _unchecked(rule.name, "a complex output of it is one of many, which differ in phases")
        place, source = _place(operation.site)
        key = _fingerprint(operation)
        known = self._known.get(key)
        if known is None:
            with np.errstate(all="ignore"):
                known = self._known[key] = self._check(operation)
        notes = (Finding("note", Verdict.RIGHT, note),) if note else ()
        return dataclasses.replace(known, place=place, source=source, findings=(*known.findings, *notes))

    def _check(self, operation: Operation) -> OperationReport:
        name = operation.primitive.name
        comparison = Comparison(operation, self._rtol, self._rng)
        try:
            comparison.prepare()
        except Exception as error:  # whatever the VJP of a user raises is what is wrong with it
            finding = Finding("algebra", Verdict.WRONG, f"the VJP raised {type(error).__name__}: {error}")
            return OperationReport(name, "", "", (), (finding,))
        checks = [tuple(comparison.checks(position)) for position in range(len(operation.values))]
        findings = tuple(comparison.findings())
        tensors = tuple(
            TensorReport(operation.names[i], operation.values[i].shape, str(operation.dtypes[i]), checks[i])
            for i in range(len(checks))
        )
        named = None
        for position, tensor in enumerate(tensors):
            if named is None and tensor.verdict is Verdict.WRONG:
                named = self._diagnose(comparison.suspect(position, checks[position]))
        self.evaluations += comparison.evaluator.evaluations
        return OperationReport(name, "", "", tensors, findings, named)


def _unchecked(name: str, why: str) -> OperationReport:
    return OperationReport(name, "", "", (), (Finding("note", Verdict.CANNOT_TELL, f"not checked: {why}"),))


def _place(site: Site) -> tuple[str, str]:
    """Return file and line, and the text of that line."""
    if not site.line:
        return "", ""
    return site.place, linecache.getline(site.file, site.line).strip()


def _fingerprint(operation: Operation) -> bytes:
    """Return a hash of all that the check of an operation depends on."""
    found = hashlib.blake2b(f"{id(operation.primitive)} {operation.places}".encode())
    for name, argument in operation.arguments.items():
        found.update(f"{name} {type(argument)}".encode())
        for value in nested.leaves(argument):
            is_array = isinstance(value, np.ndarray | np.generic)
            found.update(
                f"{value.dtype} {value.shape}".encode() + value.tobytes() if is_array else repr(value).encode()
            )
    return found.digest()
