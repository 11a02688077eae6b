"""What operations decide: the sign that ReLU looks at, the larger of two arguments, the winner of a maximum.

Between two points at which all decisions are the same, a function is as smooth as its formulas. A step of a numerical
derivative that changes a decision has crossed a kink or a jump, and says nothing about the gradient at the point.

How a row of the table reads::

    elementwise.maximum: Decision(lambda y, x1, x2: y == x1, lambda y, x1, x2: abs(x1 - x2), "from a tie")

The first function returns what is decided, from the output `y` and the arguments: booleans or integers, or several
arrays of them. The second says of each how far it is from being decided otherwise. An operation without a row decides
nothing, nor does

- softmax, log_softmax, logsumexp, logaddexp and cross_entropy, whose largest element is subtracted and added again: the
  result does not depend on which it is;
- sigmoid, which is one function computed by two formulas;
- hypot, std and norms at 0, and poles: single points, that a step passes on either side;
- arctan2, and roots and logarithms of complex numbers: a branch cut ends somewhere, and around its end one side is
  connected with the other, so there is no telling them apart by a decision at each.

There, and in operations of the user's own, the growth of differences between one-sided slopes tells a kink.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.gradcheck.operations import order_decisions
from autograd.observe import Observer
from autograd.ops import calculus, elementwise, floats, indexing, neural, reductions, sorting
from autograd.plans import Plan
from autograd.primitive import Primitive
from autograd.sites import Site, Sites
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- the table


@dataclass(frozen=True)
class Decision:
    """What an operation decides, how far each decision is from another one, and from what that is measured."""

    taken: Callable[..., Any]
    margin: Callable[..., Any] | None = None
    threshold: str = ""


def is_negative(y: Any, x: Any) -> Any:
    """Return the sign of a real number; that of a complex one is no decision."""
    return None if np.iscomplexobj(x) else np.less(x, 0)


def is_chosen(y: Any, x1: Any, x2: Any) -> Any:
    """Return where the first of two arguments is the output. Two that stay equal stay chosen."""
    return np.equal(y, x1)


def wins(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Return which elements attain the extremum."""
    return np.equal(a, reductions.restore(y, axis, keepdims))


def quotient(y: Any, x1: Any, x2: Any) -> Any:
    """Return the whole number that was divided out to leave the remainder `y`."""
    with np.errstate(all="ignore"):
        return np.rint(np.subtract(x1, y) / x2)


def output(y: Any, *args: Any, **options: Any) -> Any:
    """Return the booleans and integers among the outputs."""
    return tuple(part for part in (y if isinstance(y, tuple | list) else (y,)) if np.asarray(part).dtype.kind in "biu")


def index_arrays(y: Any, *args: Any, **options: Any) -> Any:
    """Return the numbers and arrays of the index, which is the last argument; slices decide nothing."""
    *_, index = (*args, *options.values())
    items = index if isinstance(index, tuple) else (index,)
    return tuple(item for item in items if not (item is None or item is Ellipsis or isinstance(item, slice)))


def size(y: Any, x: Any, *args: Any, **options: Any) -> Any:
    return np.abs(x)


def difference(y: Any, x1: Any, x2: Any) -> Any:
    """Return how far two floating numbers are apart."""
    if np.result_type(x1, x2).kind not in "fc":
        return None
    return np.abs(np.subtract(x1, x2))


def lead(y: Any, a: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
    """Return how far the two largest or smallest elements are apart, whichever `y` is or points at."""
    if np.size(a) < 2:
        return None
    axes = tuple(range(np.ndim(a))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    moved = np.moveaxis(a, axes, range(-len(axes), 0))
    rows = moved.reshape(*moved.shape[: moved.ndim - len(axes)], -1)
    if rows.shape[-1] < 2:
        return None
    highest = np.partition(rows, (-2, -1), axis=-1)
    lowest = np.partition(rows, (0, 1), axis=-1)
    if np.asarray(y).dtype.kind in "iu":
        picked = np.take_along_axis(rows, np.reshape(y, (*rows.shape[:-1], 1)), -1)[..., 0]
    else:
        picked = np.reshape(y, rows.shape[:-1])
    return np.where(picked == highest[..., -1], highest[..., -1] - highest[..., -2], lowest[..., 1] - lowest[..., 0])


def signs(y: Any, x1: Any, x2: Any) -> Any:
    return np.less(x1, 0), np.signbit(x2)


def periods(y: Any, p: Any, discont: Any = None, axis: Any = -1, period: float = 2 * np.pi) -> Any:
    """Return how many periods were added."""
    return np.rint(np.subtract(y, p) / period)


def to_integer(y: Any, x: Any) -> Any:
    return np.abs(x - np.rint(x))


def to_integer_but_0(y: Any, x: Any) -> Any:
    return np.where(np.abs(x) < 1, 1 - np.abs(x), np.abs(x - np.rint(x)))


def to_half(y: Any, a: Any, decimals: int = 0) -> Any:
    scaled = a * 10.0**decimals
    return (0.5 - np.abs(scaled - np.rint(scaled))) / 10.0**decimals


POSITIVE = Decision(lambda y, x, *args, **options: np.greater(x, 0), size, "from 0")
NEGATIVE = Decision(is_negative, size, "from 0")
CHOICE = Decision(is_chosen, difference, "from a tie")
WINNER = Decision(wins, lead, "from a tie")
POSITION = Decision(output, lead, "from a tie")
COMPARISON = Decision(output, difference, "from equality")
ELEMENTS = Decision(index_arrays)
OUTPUT = Decision(output)  # of functions without derivative
ORDER = Decision(order_decisions.order, order_decisions.gaps_in_order, "from a tie")
GIVEN_ORDER = Decision(order_decisions.given_order)
QUANTILE = Decision(order_decisions.ends, order_decisions.lead_of_ends, "from a tie")
MEDIAN = Decision(order_decisions.ends_of_median, order_decisions.lead_of_median, "from a tie")
NOTHING = Decision(lambda *args, **options: None)

DECISIONS: dict[Any, Decision] = {
    neural.relu: POSITIVE,
    neural.leaky_relu: POSITIVE,
    neural.elu: POSITIVE,
    neural.cross_entropy: Decision(lambda y, logits, labels, *args, **options: labels),
    elementwise.absolute: NEGATIVE,
    elementwise.fabs: NEGATIVE,
    elementwise.maximum: CHOICE,
    elementwise.minimum: CHOICE,
    elementwise.fmax: CHOICE,
    elementwise.fmin: CHOICE,
    elementwise.heaviside: Decision(lambda y, x1, x2: np.sign(x1), size, "from 0"),
    elementwise.where: Decision(lambda y, condition, x1, x2: np.not_equal(condition, 0)),
    elementwise.astype: Decision(output),
    elementwise.remainder: Decision(quotient, lambda y, x1, x2: to_integer(y, x1 / x2), "from a whole quotient"),
    elementwise.fmod: Decision(quotient, lambda y, x1, x2: to_integer_but_0(y, x1 / x2), "from a whole quotient"),
    floats.copysign: Decision(signs, lambda y, x1, x2: np.minimum(np.abs(x1), np.abs(x2)), "from 0"),
    floats.ldexp: Decision(lambda y, x1, x2: x2),
    floats.fraction: Decision(lambda y, x: np.rint(x - y), to_integer_but_0, "from an integer"),
    calculus.unwrap: Decision(periods),
    reductions.max: WINNER,
    reductions.min: WINNER,
    sorting.sort: ORDER,
    sorting.take_in_order: GIVEN_ORDER,
    sorting.put_in_order: GIVEN_ORDER,
    sorting.quantile: QUANTILE,
    sorting.nanquantile: QUANTILE,
    sorting.median: MEDIAN,
    sorting.nanmedian: MEDIAN,
    indexing.getitem: ELEMENTS,
    indexing.scatter_add: ELEMENTS,
    np.floor: Decision(lambda y, x: y, to_integer, "from an integer"),
    np.ceil: Decision(lambda y, x: y, to_integer, "from an integer"),
    np.trunc: Decision(lambda y, x: y, to_integer_but_0, "from an integer"),
    np.rint: Decision(lambda y, x: y, to_half, "from where rounding changes"),
    np.round: Decision(lambda y, a, *args, **options: y, to_half, "from where rounding changes"),
    np.floor_divide: Decision(lambda y, *args: y, lambda y, x1, x2: to_integer(y, x1 / x2), "from a whole quotient"),
    np.sign: Decision(lambda y, x: None if np.iscomplexobj(x) else y, size, "from 0"),
    np.signbit: Decision(output, size, "from 0"),
    np.spacing: Decision(lambda y, x: y),
    **dict.fromkeys((np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal), COMPARISON),
    **dict.fromkeys((np.argmax, np.argmin), POSITION),
    np.argsort: Decision(output, order_decisions.gaps_in_order, "from a tie"),
    # What these return depends on shapes and dtypes, not on values; what is in an empty array, on nothing.
    **dict.fromkeys((np.empty_like, np.zeros_like, np.ones_like, np.shape, np.ndim, np.size), NOTHING),
    **dict.fromkeys((np.iscomplexobj, np.isrealobj, np.shares_memory, np.may_share_memory, np.nextafter), NOTHING),
}


def decision_of(operation: Primitive | Plan) -> Decision | None:
    """Return the row of an operation; that of a function without derivative, if it has none, is its output."""
    return DECISIONS.get(operation, None if isinstance(operation, Primitive) else OUTPUT)


# ------------------------------------------------------------------------------------------------- the recorder


@dataclass(frozen=True)
class Nearest:
    """The decision that is nearest to another one: whose, of which element, and how far it is from what."""

    operation: str
    site: Site
    index: tuple[int, ...]
    distance: float
    threshold: str

    def __str__(self) -> str:
        place = f" at {self.site.place}" if self.site.place else ""
        element = f", element [{', '.join(map(str, self.index))}]," if self.index else ""
        return f"{self.operation}{place}{element} is {self.distance:.2g} {self.threshold}"


class _Margins:
    """How far the decisions of one operation are from other ones, and which of these distances ever changed."""

    def __init__(self, operation: str, site: Site, margins: np.ndarray, threshold: str) -> None:
        self.operation = operation
        self.site = site
        self.margins = margins
        self.threshold = threshold
        self.changed = np.zeros(margins.shape, bool)


class BranchRecorder(Observer):
    """Remembers what the operations of this thread decide, as a hash.

    Parameters
    ----------
    detailed : bool
        Whether `nearest` will be asked. It takes several times as long.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor, no_grad
    >>> from autograd.observe import observing
    >>> recorder = BranchRecorder(detailed=True)
    >>> def signature(x):
    ...     recorder.restart()
    ...     np.abs(Tensor(x)) * 2
    ...     return recorder.signature()
    >>> with observing(recorder):
    ...     signature([-1.0, 0.001]) == signature([-3.0, 5.0]), signature([1.0, 5.0]) == signature([-1.0, 5.0])
    (True, False)
    >>> print(recorder.nearest())
    absolute at ..., element [1], is 0.001 from 0
    """

    def __init__(self, detailed: bool = False) -> None:
        self._detailed = detailed
        self._sites = Sites()
        self._first: list[_Margins] = []  # of the first evaluation
        self._is_repeated = False
        self.restart()

    def restart(self) -> None:
        """Forget what was decided, before another evaluation by this thread."""
        self._hash = hashlib.blake2b(digest_size=16)
        self._is_undecided = True
        self._thread = threading.get_ident()
        self._is_repeated = bool(self._first)
        self._position = 0  # in the list of those of the first evaluation

    def signature(self) -> bytes:
        """Return a hash of everything that was decided since `restart`, in order; empty if that is nothing."""
        return b"" if self._is_undecided else self._hash.digest()

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = plan(*args, **kwargs)
        if result is not NotImplemented and self._thread == threading.get_ident():
            decision = decision_of(operation)
            if decision is not None:
                options = {name: plain(value) for name, value in kwargs.items()}
                self._note(operation, decision, plain(result), tuple(map(plain, args)), options)
        return result

    def note(self, operation: Primitive, y: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Add what `operation` decided for plain arguments, with output `y`: of an operation that is not observed."""
        decision = decision_of(operation)
        if decision is not None:
            self._note(operation, decision, y, args, kwargs)

    def _note(
        self, operation: Primitive | Plan, decision: Decision, y: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        taken = decision.taken(y, *args, **kwargs)
        if taken is None:
            return
        name = operation.name if isinstance(operation, Primitive) else operation.__name__
        for part in taken if type(taken) is tuple else (taken,):
            decided = np.asarray(part)
            self._is_undecided = False
            self._hash.update(f"{name} {decided.shape}".encode())
            # 0 is added because -0.0 and 0.0 are one number with two representations.
            self._hash.update((np.packbits(decided) if decided.dtype.kind == "b" else decided + 0).tobytes())
        if self._detailed and decision.margin is not None:
            with np.errstate(all="ignore"):
                margins = decision.margin(y, *args, **kwargs)
            if margins is not None and np.size(margins):
                self._note_margins(name, np.asarray(margins), decision.threshold)

    # ------------------------------------------------------------------------------------------ margins

    def _note_margins(self, name: str, margins: np.ndarray, threshold: str) -> None:
        if not self._is_repeated:
            self._first.append(_Margins(name, self._sites.of(sys._getframe(1)), margins, threshold))
        elif self._position < len(self._first):
            first = self._first[self._position]
            self._position += 1
            if first.margins.shape == margins.shape:
                first.changed |= margins != first.margins

    def nearest(self, beyond: float = -1.0) -> Nearest | None:
        """Return the decision of the first evaluation that was nearest to another one, or None if nothing was decided.

        Those that are no farther than `beyond` do not count. If the function was evaluated at other points since, nor
        do the decisions whose distance is the same everywhere: no step changes them. Such are the ties of zeros that
        come out of a ReLU.
        """
        found = None
        for each in self._first:
            counts = np.isfinite(each.margins) & (each.margins > beyond)
            counts &= each.changed if self._is_repeated else True
            if not counts.any():
                continue
            margins = np.where(counts, each.margins, np.inf)
            entry = int(np.argmin(margins))
            if found is None or margins.flat[entry] < found.distance:
                index = tuple(int(i) for i in np.unravel_index(entry, margins.shape))
                found = Nearest(each.operation, each.site, index, float(margins.flat[entry]), each.threshold)
        return found
