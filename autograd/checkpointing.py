"""`checkpoint`: a function that keeps its arguments in place of what it computes on the way, and computes that again.

A call is one node of the graph. Its inputs are the nodes that the recorded call led to: those of the arguments, and of
Tensors that the function closes over. The recording itself is dropped. A sweep that passes the node calls the function
again, recorded, and sweeps the new recording from its outputs to those inputs.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd import graph, memory, nested, views
from autograd.batching import how, take_rows
from autograd.errors import GraphError, ShapeError
from autograd.grad_mode import enable_grad, recording
from autograd.graph import Node, Pullback, Saved
from autograd.primitive import primitive
from autograd.random_state import Draws, RandomState, generators, held_by, holders
from autograd.tensor import Tensor, wrap
from autograd.trace import Function


def checkpoint(function: Function, preserve_rng_state: bool = True) -> Function:
    """Return a function that computes the same as `function` with less memory: the backward pass computes it again.

    Parameters
    ----------
    function : callable
        Of arrays, or of nested tuples, lists and dicts of them; returns such. It may close over Tensors, which receive
        their gradients. Called again with the same arguments it must compute the same.
    preserve_rng_state : bool
        Whether the second call draws the random numbers of the first. That takes about 0.1 ms a call; False saves it
        for a function that draws none.

    Returns
    -------
    callable
        Of a recorded call, only the arguments and the outputs stay in memory. Derivatives of every order are those of
        `function`.

    Raises
    ------
    ShapeError
        In the backward pass, if the second call returns another structure or other shapes.
    GraphError
        In the backward pass, if the second call returns other values: what it reads has changed since, such as a
        parameter that was updated before the backward pass.

    Notes
    -----
    Chen, Xu, Zhang & Guestrin, "Training deep nets with sublinear memory cost" (2016): with checkpoints around √n
    blocks of a chain of n, memory grows as √n, for at most one more forward pass.

    Random numbers are drawn again: the second call finds every generator where the first found it, and leaves it where
    it is. Those are NumPy's and Python's process-wide generators, and each generator that can be reached from the
    function or its arguments by names, closures and attributes. The places in the function are looked for once, when it
    is first recorded; a generator that is put there later is found. Other side effects happen twice.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import checkpoint, grad
    >>> block = checkpoint(lambda x: np.tanh(np.sin(x) * x))
    >>> float(grad(block)(1.0)) == float(grad(lambda x: np.tanh(np.sin(x) * x))(1.0))
    True
    """

    @functools.cache
    def places() -> list[Any]:
        return holders(((function,),))

    @functools.wraps(function)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not recording.get():
            return function(*args, **kwargs)
        drawn_from: Callable[[], Draws] = Draws
        if preserve_rng_state:
            found = [*held_by(places()), *generators((args, kwargs))]
            drawn_from = RandomState.of(list(dict.fromkeys(found))).drawn_from
        return Block(function).call(args, kwargs, drawn_from)

    return checkpointed


class Block:
    """One call of a checkpointed function, and what it takes to repeat it."""

    def __init__(self, function: Function) -> None:
        self.function = function

    def __repr__(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any], drawn_from: Callable[[], Draws]) -> Any:
        """Call the function, and return what it returns as made by one node; `drawn_from` says what that has drawn."""
        self.args, self.kwargs = nested.rebuild((args, kwargs), _as_it_is)
        first = memory.tick()
        returned = self.function(*args, **kwargs)
        computed = [output for output in nested.leaves(returned) if _is_made_after(first, output)]
        if not computed:
            return returned
        self.draws = drawn_from()
        self.shapes = [output.shape for output in computed]
        packed = _pack(computed)
        self.size = _size(packed.data)
        reached = _reached(packed, first)
        tensors = [value for value in nested.leaves((self.args, self.kwargs)) if isinstance(value, Tensor)]
        given: dict[Any, np.ndarray] = {t._node: t.data for t in tensors if t._node is not None and t._node in reached}
        self.inputs = (*given, *sorted(reached - given.keys(), key=lambda node: node.number))
        saved = (tuple(given.values()), self)
        packed = wrap(packed._data, graph.new_node(recomputed, self.inputs, saved, packed.shape, packed.dtype))
        parts = _in_place(zip(_unpack(packed, computed), computed, strict=True), first)
        return nested.rebuild(returned, lambda output: next(parts) if _is_made_after(first, output) else output)

    def pull(self, g: Any) -> list[Any]:
        """Call the function again, and carry the cotangent of its packed outputs, or rows of it, to its inputs."""
        first = memory.tick()
        args, kwargs = nested.rebuild((self.args, self.kwargs), _as_it_is)  # the function may update them in place
        with enable_grad(), self.draws.again():
            returned = self.function(*args, **kwargs)
            packed = self._pack_again([output for output in nested.leaves(returned) if _is_made_after(first, output)])
        if not _reached(packed, first) <= set(self.inputs):
            raise GraphError(
                f"checkpoint: {self} depends on other Tensors when called again; it must do the same twice"
            )
        is_recorded = isinstance(g, Tensor)
        lead = g.shape[: g.ndim - packed.ndim]
        options = how(rows=bool(lead), recorded=is_recorded)
        seeds: dict[Any, Any] = {packed._node: g}
        arrived = graph.sweep(seeds, ends=set(self.inputs), retain_graph=is_recorded, **options)
        return [arrived[node] if node in arrived else np.zeros(lead + node.shape, node.dtype) for node in self.inputs]

    def _pack_again(self, computed: list[Tensor]) -> Tensor:
        """Return the outputs of a second call, packed; they must be those of the first."""
        shapes = [output.shape for output in computed]
        if shapes != self.shapes:
            raise ShapeError(f"checkpoint: {self} returned shapes {self.shapes} first and {shapes} when called again")
        packed = _pack(computed)
        size = _size(packed.data)
        # Not bit for bit, since a library may add in another order.
        if not np.isclose(size, self.size, rtol=1000 * np.finfo(packed.dtype).eps, atol=0, equal_nan=True):
            raise GraphError(
                f"checkpoint: {self} returned other values when called again; what it reads has changed since (update "
                "parameters after backward()), or is random in a way that cannot be repeated"
            )
        return packed


# ------------------------------------------------------------------------------------------------- the primitive


def recompute(*arrays: Any, block: Block) -> Any:
    raise NotImplementedError("a call is recorded by Block.call")


def recompute_vjp(g: Any, arrays: tuple[Any, ...], block: Block, index: int) -> Any:
    """The cotangent that sweeping the repeated call brings to the input at `index`."""
    return block.pull(g)[index]


class _OncePerVisit:
    """The pullbacks of a checkpoint: of one visit by a sweep, the first computes what all return."""

    def __iter__(self) -> Iterator[Pullback]:
        results: dict[int, Any] = {}

        def pull(index: int, g: Any, saved: Saved) -> Any:
            if not results:
                results.update(enumerate(saved[1].pull(g)))
            return results[index]

        return (functools.partial(pull, index) for index in itertools.count())


recomputed = primitive(recompute, name="checkpoint").defvjp(recompute_vjp)
recomputed.pullbacks = _OncePerVisit()
take_rows(recomputed)

# ------------------------------------------------------------------------------------------------- Tensors and nodes


def _as_it_is(value: Any) -> Any:
    """Return what stays the same when `value` is updated in place."""
    return wrap(value._data, value._node) if type(value) is Tensor else value


def _is_made_after(first: int, value: Any) -> bool:
    return isinstance(value, Tensor) and value._node is not None and value._node.number > first


def _reached(output: Tensor, first: int) -> set[Node]:
    """Return the nodes older than number `first` that what was computed after it comes from."""
    order, _ = graph.reachable([output._node] if output._node is not None else [], first)
    return {source for node in order for source in node.inputs if source is not None and source.number < first}


def _pack(outputs: list[Tensor]) -> Tensor:
    """Return one Tensor that holds all: a node has one output, and a sweep must pass them together."""
    joined: Any = np.concatenate([output.ravel() for output in outputs]) if len(outputs) > 1 else outputs[0]
    return joined


def _unpack(packed: Tensor, outputs: list[Tensor]) -> Iterator[Tensor]:
    """Yield Tensors of the shapes and dtypes of `outputs`, from what holds all."""
    if len(outputs) == 1:
        yield packed
        return
    stop = 0
    for output in outputs:
        start, stop = stop, stop + output.size
        part = packed[start:stop].reshape(output.shape)
        if packed.dtype.kind == "c" and output.dtype.kind != "c":
            part = part.real
        yield part if part.dtype == output.dtype else part.astype(output.dtype)


def _in_place(parts: Iterable[tuple[Tensor, Tensor]], first: int) -> Iterator[Tensor]:
    """Yield the new Tensor of each pair, where the old one is a view of a Tensor from before in its memory."""
    for part, output in parts:
        root = views.root_of(output)
        if root is output or _is_made_after(first, root):
            yield part
        else:
            view = wrap(output._data, part._node)
            views.note_view(root, view)
            yield view


def _size(values: np.ndarray) -> Any:
    """Return the sum of squares, in the one pass and the one thread that einsum takes."""
    flat = values.ravel()
    with np.errstate(all="ignore"):
        return np.einsum("i,i", flat, flat.conj() if flat.dtype.kind == "c" else flat).real
