"""One run of a function on fresh variables: what every function of `autograd.functional` is made of.

The arguments become variables, the function runs, and sweeps go from its outputs to those variables only. Where the
result can depend on something else that is being differentiated (the variables of an enclosing `grad`, or a
Parameter), the sweep itself is recorded and the result is a Tensor that can be differentiated again; otherwise the
result is plain arrays. So functions of functions nest to any order, and first order costs nothing extra.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograd import graph, nested
from autograd.batching import how
from autograd.errors import ArgnumError, DTypeError, GraphError, OutputError, ShapeError
from autograd.grad_mode import enable_grad, recording
from autograd.graph import Node
from autograd.ops.elementwise import positive
from autograd.tensor import Tensor, plain, wrap

Function = Callable[..., Any]
Argnum = int | tuple[int, ...] | list[int]


class Trace:
    """One run of a function on fresh variables, and the sweeps from its outputs back to them.

    `arguments` are the differentiated arguments as variables (a tuple also for one); `outputs` is what the function
    returned.
    """

    def __init__(self, function: Function, argnum: Argnum, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.single = not isinstance(argnum, tuple | list)
        argnums = _positions(argnum, len(args))
        self.outer_mode = recording.get()
        self.arguments = tuple(nested.rebuild(args[i], _variable) for i in argnums)
        self.variables: list[Node] = [tensor._node for tensor in nested.leaves(self.arguments)]
        traced = list(args)
        for i, argument in zip(argnums, self.arguments, strict=True):
            traced[i] = argument
        with enable_grad():
            self.outputs = nested.rebuild(function(*traced, **kwargs), _as_output)
        self._plan_sweep()

    def _plan_sweep(self) -> None:
        """Find the nodes between the variables and the outputs, and whether the outputs depend on others as well."""
        roots = [output._node for output in nested.leaves(self.outputs) if output._node is not None]
        oldest = min((node.number for node in self.variables), default=0)
        order, found = graph.reachable(roots, oldest)
        ends = set(self.variables)
        for node in ends:
            if node.rule is None:
                graph.close(node)
        self.on_path = set(ends)
        outside: set[Node] = {node for node in ends if node.rule is not None}
        for node in reversed(order):
            if node in ends:
                continue
            if graph.is_variable(node):
                outside.add(node)
            for source in node.inputs:
                if source is None:
                    continue
                if source in self.on_path:
                    self.on_path.add(node)
                if source in outside or (
                    source not in found and (source.rule is not None or graph.is_variable(source))
                ):
                    outside.add(node)
        self.ends = ends
        self.has_outside = any(root in outside for root in roots)

    def single_output(self, operation: str) -> Tensor:
        """Return the output, which must be one array."""
        if not isinstance(self.outputs, Tensor):
            raise OutputError(
                f"{operation}: the function returned {type(self.outputs).__name__}, one array was expected; "
                "for several outputs use vjp or jvp"
            )
        return self.outputs

    def value(self) -> Any:
        """Return the outputs as the caller sees them: plain, or Tensors where something outside is differentiated."""
        return nested.rebuild(self.outputs, self._release)

    def pull(self, cotangents: Any) -> Any:
        """Carry cotangents of the outputs back to the variables, and return theirs in the arguments' structure.

        The sweep is recorded where the result depends on something that is being differentiated elsewhere: on arrays
        of the graph if it leads outside, on the cotangents if one of them requires a gradient.
        """
        seeds: list[tuple[Tensor, Any]] = []
        given = nested.leaves_as(self.outputs, cotangents, "pullback")
        for g, output in zip(given, nested.leaves(self.outputs), strict=True):
            if np.shape(g) != output.shape:
                raise ShapeError(f"pullback: cotangent of shape {np.shape(g)} for an output of shape {output.shape}")
            seeds.append((output, g))
        arrived = iter(self._sweep(seeds))
        return self.restructure(nested.rebuild(self.arguments, lambda _: next(arrived)))

    def pull_rows(self, output: Tensor, rows: np.ndarray) -> list[Any]:
        """Carry cotangents of one output back, each a row of `rows`; return rows of cotangents for each variable."""
        return self._sweep([(output, rows)], len(rows))

    def _sweep(self, given: list[tuple[Tensor, Any]], count: int | None = None) -> list[Any]:
        """Carry a cotangent of each output, or `count` rows of them, back to the variables."""
        depends_on_outside = self.outer_mode and self.has_outside
        is_recorded = depends_on_outside or (recording.get() and any(_is_tracked(g) for _, g in given))
        seeds: dict[Node, Any] = {}
        for output, g in given:
            if output._node in self.on_path:
                seed = _cast(g if is_recorded else plain(g), output.dtype)
                seeds[output._node] = seeds[output._node] + seed if output._node in seeds else seed
        if is_recorded:
            seeds = {node: seed if isinstance(seed, Tensor) else wrap(seed, None) for node, seed in seeds.items()}
        with enable_grad() if is_recorded else nullcontext():
            arrived = graph.sweep(
                seeds,
                wanted=self.on_path,
                ends=self.ends,
                retain_graph=True,
                **how(rows=count is not None, recorded=depends_on_outside),
            )
        lead = () if count is None else (count,)
        return [_result(arrived.get(node), lead + node.shape, node.dtype) for node in self.variables]

    def restructure(self, results: tuple[Any, ...]) -> Any:
        """Return the results of a single argument itself, of several as a tuple."""
        return results[0] if self.single else results

    def _release(self, output: Tensor) -> Any:
        if self.outer_mode and self.has_outside and output._node is not None:
            return output
        return output.data[()]


def _result(g: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    """Return what a sweep brought, as the caller gets it."""
    if g is None:
        return np.zeros(shape, dtype)[()]
    # Memory of its own, as a cotangent may be shared; a scalar where the shape is (), as NumPy returns.
    return g if _is_tracked(g) else np.array(plain(g))[()]


def _positions(argnum: Argnum, count: int) -> list[int]:
    """Return which of `count` positional arguments `argnum` means."""
    given = argnum if isinstance(argnum, tuple | list) else (argnum,)
    positions = [operator.index(i) for i in given]
    if any(not -count <= i < count for i in positions):
        raise ArgnumError(
            f"argnum {argnum} is out of range: the function was called with {count} positional arguments; one to be "
            "differentiated in is passed by position"
        )
    positions = [i % count for i in positions]
    if len(set(positions)) < len(positions):
        raise GraphError(f"argnum {argnum} names an argument twice")
    return positions


def _variable(value: Any) -> Tensor:
    """Return a fresh variable of `value`, connected to what `value` was computed from."""
    if isinstance(value, Tensor) and value._node is not None:
        return positive(value) if recording.get() else wrap(value.data, graph.leaf(value.shape, value.dtype))
    data = np.asarray(plain(value))
    if data.dtype.kind == "O":
        raise DTypeError(
            f"cannot differentiate in an argument of type {type(value).__name__}; it can be an array, or nested "
            "tuples, lists and dicts of arrays"
        )
    if data.dtype.kind not in "fc":
        raise DTypeError(
            f"cannot differentiate in an argument of dtype {data.dtype} (value {str(value)[:40]}); make it floating: "
            "2 -> 2.0, array.astype(float)"
        )
    return wrap(data, graph.leaf(data.shape, data.dtype))


def _as_output(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value)


def _is_tracked(value: Any) -> bool:
    return isinstance(value, Tensor) and value._node is not None


def _cast(value: Any, dtype: np.dtype[Any]) -> Any:
    value = value if isinstance(value, Tensor) else np.asarray(value)
    return value if value.dtype == dtype else value.astype(dtype)
