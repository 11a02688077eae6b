"""What is common to everything that can be checked: evaluating it on read-only copies, and saying what goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from autograd import nested
from autograd.errors import DTypeError, GraphError
from autograd.gradcheck.exact.mutation import FaultError, digest, finding_of, read_only, unnoticed
from autograd.gradcheck.report import Finding
from autograd.random_state import RandomState
from autograd.tensor import Tensor, plain

Arrays = list[np.ndarray]

_INSPECTED = 2  # evaluations, of the function and of its gradient, after which the bytes of what was given are compared


class Pulled(NamedTuple):
    """A gradient as the code under test returned it, and the arrays that it was given: not copies of them.

    `gradients` has one array an input. `inputs` and `cotangents` were handed to it read-only; `saved` is what it kept
    from the forward pass, where that is known.
    """

    gradients: Arrays
    inputs: Arrays
    cotangents: Arrays
    saved: Sequence[Any] = ()


class Subject:
    """The function under test at its point.

    A subclass says how the function is called, `_call`, and how its gradient is computed, `_pull`.

    Attributes
    ----------
    names : list of str
        Of the differentiated arrays.
    values : list of ndarray
        The point, in double precision.
    originals : list of ndarray
        The same arrays as they came, in their own dtypes and memory.
    dtypes : list of dtype
        Those of `originals`.
    random : RandomState
        The random number generators that the function can reach, where they were at first.
    evaluations : int
        How often the function or its gradient was called.
    pulls_back : bool
        Whether the code under test takes any cotangent of the outputs; a gradient of a scalar takes none.
    moves : bool
        Whether the gradient can be computed at other values than the point.
    gradient_epsilon : float
        The machine epsilon of the narrowest dtype that a gradient came in from elsewhere; 0 for those of the engine,
        which have the dtype of their input.
    """

    names: list[str]
    values: Arrays
    originals: Arrays
    pulls_back = True
    moves = True
    gradient_epsilon = 0.0

    def __init__(self, names: Sequence[str], originals: Sequence[np.ndarray], *reachable: Any) -> None:
        self.names = list(names)
        self.originals = list(originals)
        self.values = [double(array) for array in originals]
        self.random = RandomState(*reachable)
        self.evaluations = 0
        self._calls: Counter[str] = Counter()

    @property
    def dtypes(self) -> list[np.dtype[Any]]:
        return [array.dtype for array in self.originals]

    # ------------------------------------------------------------------------------------------ what is asked of it

    def outputs(self, values: Sequence[np.ndarray]) -> Arrays:
        """Return the output arrays at `values`."""
        given = list(map(read_only, values))
        with self._evaluation(given):
            return output_arrays(self._call(given))

    def pull(self, cotangents: Sequence[np.ndarray], values: Sequence[np.ndarray] | None = None) -> Pulled:
        """Return the gradient of ``Σ <cotangent, output>`` at `values`, by default the point, as it is returned."""
        given = list(map(read_only, self.values if values is None else values))
        seeds = list(map(read_only, cotangents))
        with self._evaluation(given, seeds):
            return self._pull(given, seeds)

    def gradient(self, cotangents: Sequence[np.ndarray], values: Sequence[np.ndarray] | None = None) -> Arrays:
        """Return the gradient under test of ``Σ <cotangent, output>`` at `values`, by default the point.

        Raises
        ------
        FaultError
            If the code under test returned gradients that cannot be compared, or wrote to an array it was given.
        """
        return [np.array(gradient) for gradient in self.pull(cotangents, values).gradients]

    def gradient_in_original_dtypes(self, cotangents: Sequence[np.ndarray]) -> Arrays:
        """Return the gradient at the point, computed from the arrays in the dtypes they came in."""
        return self.gradient(cotangents, self.originals)

    def jvp(self, tangents: Sequence[np.ndarray]) -> Arrays | None:
        """Return the directional derivatives of the outputs at the point, or None where nothing computes them."""
        return None

    def watch(self, cotangents: Sequence[np.ndarray]) -> list[Finding]:
        """Compute the gradient once more, watching every operation, and say which one wrote where it must not."""
        return []

    def accumulate(self, cotangents: Sequence[np.ndarray]) -> list[Arrays]:
        """Return the gradients after one backward pass, and after two that were not told to forget the first."""
        return []

    # ------------------------------------------------------------------------------------------ what a subclass says

    def _call(self, arrays: Arrays) -> Any:
        raise NotImplementedError

    def _pull(self, arrays: Arrays, cotangents: Arrays) -> Pulled:
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------ when it goes wrong

    @contextmanager
    def _evaluation(self, given: Arrays, cotangents: Arrays | None = None) -> Iterator[None]:
        """Turn a refused write into a finding, and say of any other error at which evaluation it came."""
        self.evaluations += 1
        kind = "the function" if cotangents is None else "the gradient"
        self._calls[kind] += 1
        labels = self._labels(given, cotangents or []) if self._calls[kind] <= _INSPECTED else {}
        before = list(map(digest, labels.values()))
        try:
            yield
        except FaultError:
            raise
        except Exception as error:
            finding = finding_of(error, self._labels(given, cotangents or []))
            if finding is not None:
                raise FaultError(finding) from error
            error.add_note(f"gradcheck: raised by {kind}, evaluation {self.evaluations}, {self._where(given)}")
            raise
        finding = unnoticed(before, labels)
        if finding is not None:
            raise FaultError(finding)

    def _labels(self, inputs: Arrays, cotangents: Arrays) -> Mapping[str, np.ndarray]:
        named = [f"the cotangent{f' of output {i}' if len(cotangents) > 1 else ''}" for i in range(len(cotangents))]
        return {f"input {n}": a for n, a in zip(self.names, inputs, strict=True)} | dict(
            zip(named, cotangents, strict=True)
        )

    def _where(self, given: Arrays) -> str:
        moves = []
        for name, array, value in zip(self.names, given, self.values, strict=True):
            with np.errstate(all="ignore"):
                step = float(np.max(np.abs(double(array) - value), initial=0))
            if step:
                moves.append(f"{name} up to {step:.1e}")
        return f"away from the given point ({', '.join(moves)})" if moves else "at the given point"


def call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Return ``function(*arguments)``; where it does not take so many, say how many there were."""
    try:
        return function(*arguments)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:  # raised by the call itself
            kinds = ", ".join(type(argument).__name__ for argument in arguments)
            error.add_note(
                f"gradcheck: called with {len(arguments)} arguments ({kinds}); give several in a tuple, "
                "and none with a model"
            )
        raise


def double(array: np.ndarray) -> np.ndarray:
    """Return a copy of `array` in double precision."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def output_leaves(output: Any) -> list[Any]:
    """Return the arrays, Tensors and numbers in what a function returned, which all must be floating."""
    leaves = list(nested.leaves(output))
    if not leaves:
        raise GraphError(f"gradcheck: the function returned {output!r}; it must return an array, or a nest of arrays")
    for leaf in leaves:
        if not isinstance(leaf, Tensor | np.ndarray | np.generic | int | float | complex) and not is_foreign(leaf):
            raise DTypeError(
                f"gradcheck: the function returned {_describe(leaf)}, not floating arrays; return the arrays "
                "themselves, nested in tuples, lists or dicts if there are several"
            )
        if (dtype := as_array(leaf).dtype).kind not in "fc":
            raise DTypeError(
                f"gradcheck: the function returned dtype {dtype}, which has no gradient; return a floating or complex "
                "array, before rounding or comparing"
            )
    return leaves


def output_arrays(output: Any) -> Arrays:
    """Return what a function returned as a list of arrays."""
    return [as_array(leaf) for leaf in output_leaves(output)]


def as_array(leaf: Any) -> np.ndarray:
    """Return the values of a Tensor, a number or an array, also another framework's."""
    return np.asarray(plain(leaf))


def is_foreign(leaf: Any) -> bool:
    """Whether `leaf` is an array of another framework, which NumPy can read."""
    return hasattr(leaf, "__array__") and hasattr(leaf, "dtype") and not isinstance(leaf, type)


def _describe(leaf: Any) -> str:
    return f"{type(leaf).__name__} ({str(leaf)[:40]})"
