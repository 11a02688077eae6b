"""`detect_anomaly`: the first NaN or infinity is an error of its operation, a write to what was saved one of its line.

Nothing here runs unless it is asked for: it is an observer (see `autograd.observe`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import observe, substitutes
from autograd.errors import NonFiniteError
from autograd.journal import plain_arguments
from autograd.locks import LockedArrays, locking
from autograd.plans import Plan, is_variadic
from autograd.primitive import Primitive
from autograd.sites import Sites
from autograd.substitutes import SubstituteRule
from autograd.tensor import Tensor, plain


@contextmanager
def detect_anomaly(*, forward: bool = True) -> Iterator[None]:
    """Make the first NaN or infinity an error that names its operation and the line that called it.

    Inside the ``with`` statement what every operation on Tensors returns is looked at, and what every VJP returns. The
    arrays that operations save for their VJPs are read-only until a backward pass has used them, so that NumPy itself
    raises at the line that would write to one.

    Parameters
    ----------
    forward : bool
        Whether results are looked at, and not gradients alone. False is for computations in which a NaN or an infinity
        comes and goes, as in ``np.where(x > 0, np.log(x), 0)``.

    Raises
    ------
    NonFiniteError
        Inside the statement, by the operation, or by the backward pass. An infinity computed from infinities, such as
        a mask, is no anomaly; a NaN always is.

    Notes
    -----
    For finding a fault: each operation takes some thirty microseconds longer, and finding its line more in deep
    calls. Gradients are looked at in backward passes inside the statement; the line is known of what was also recorded
    inside. A view taken of a read-only array stays read-only. ``torch.autograd.detect_anomaly`` looks at gradients
    only, and for NaN only.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor, detect_anomaly
    >>> x = Tensor([4.0, 0.0], requires_grad=True)
    >>> with detect_anomaly(), np.errstate(divide="ignore"):
    ...     np.sum(np.sqrt(x)).backward()
    Traceback (most recent call last):
        ...
    autograd.errors.NonFiniteError: detect_anomaly: VJP of sqrt (...:2) for 'x' returned inf at [1]
    (1 of 2 elements are not finite), where g = 1, y = 0
    """
    observer = _Anomalies(forward)
    observe.start(observer)
    substitutes.start(observer.pull)
    try:
        with locking():
            yield
    finally:
        substitutes.stop(observer.pull)
        observe.stop(observer)


class _Anomalies(observe.Observer):
    """Looks at results and at what VJPs return, and locks what nodes save."""

    def __init__(self, forward: bool) -> None:
        self._looks_at_results = forward
        self._sites = Sites()

    def call(self, operation: Primitive | Plan, plan: Plan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        output = plan(*args, **kwargs)
        if not isinstance(operation, Primitive) or not isinstance(output, Tensor):
            return output
        node = output._node
        is_suspect = self._looks_at_results and not _is_finite(output._data)
        if node is None and not is_suspect:
            return output
        site = substitutes.site_of_vjp() or self._sites.of(sys._getframe(1))
        if is_suspect:
            _look_at_result(operation, output._data, plain_arguments(operation, args, kwargs), site.place)
        if node is not None:
            node.rule = substitutes.rule_at(operation, site)
            if not isinstance(node.saved, LockedArrays):
                node.saved = LockedArrays(node.saved or ())
        return output

    def pull(self, rule: SubstituteRule, position: int | None, function: Callable[..., Any], *args: Any) -> Any:
        """Return ``function(*args)``, what a VJP contributes or what it adds to, and look at it."""
        result = function(*args)
        contribution, (g, *saved) = (args[0], args[1:]) if position is None else (result, (args[0], *args[1]))
        _look_at_contribution(rule, position or 0, plain(contribution), plain(g), saved)
        return result


# ------------------------------------------------------------------------------------------------- what is looked at


def _look_at_result(operation: Primitive, y: Any, arguments: Mapping[str, Any], place: str) -> None:
    """Raise if `y`, the output of `operation`, has a NaN, or an infinity that no argument has."""
    arrays = dict(_floating(arguments.items()))
    if np.isnan(y).any() or all(map(_is_finite, arrays.values())):
        already = [name for name, array in arrays.items() if np.isnan(array).any()]
        blame = f"; its argument '{already[0]}' has NaN already" if already else ""
        raise NonFiniteError(_sentence(f"{operation.name}{_at(place)}", y, arrays) + blame)


def _look_at_contribution(rule: SubstituteRule, position: int, contribution: Any, g: Any, saved: Sequence[Any]) -> None:
    """Raise if what a VJP returned has a NaN, or an infinity that nothing it was given has."""
    contribution = np.asarray(contribution)
    if _is_finite(contribution):
        return
    given = dict(_floating([("g", g), *zip(rule.primitive.saves, map(plain, saved), strict=True)]))
    if np.isnan(contribution).any() or all(map(_is_finite, given.values())):
        name = _argument(rule.primitive, position)
        raise NonFiniteError(_sentence(f"VJP of {rule.name}{_at(rule.site.place)} for '{name}'", contribution, given))


def _argument(primitive: Primitive, position: int) -> str:
    """Return what the differentiable argument at `position` is called."""
    if is_variadic(primitive):
        return f"{primitive.parameter_names[primitive.differentiable[0]]}[{position}]"
    return primitive.parameter_names[primitive.differentiable[position]]


def _is_finite(array: Any) -> bool:
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())


def _floating(items: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the floating and complex arrays among named values, those of tuples by number."""
    for name, value in items:
        several = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for number, item in several:
            array = np.asarray(item) if isinstance(item, np.ndarray | np.generic | float | complex) else None
            if array is not None and array.dtype.kind in "fc":
                yield name if number is None else f"{name}[{number}]", array


def _sentence(who: str, array: Any, given: Mapping[str, np.ndarray]) -> str:
    """Say what is not finite first, and what was given there; of whole arrays how large they are."""
    is_bad = np.isnan(array) if np.isnan(array).any() else ~np.isfinite(array)
    index = np.unravel_index(int(is_bad.argmax()), is_bad.shape)
    count = f"{np.count_nonzero(~np.isfinite(array)):,} of {is_bad.size:,} elements are not finite"
    place = f" at [{', '.join(map(str, index))}] ({count})" if index else ""
    known = ", ".join(_there(name, each, is_bad.shape, index) for name, each in given.items())
    return f"detect_anomaly: {who} returned {array[index]:.6g}{place}{', where ' if known else ''}{known}"


def _there(name: str, array: np.ndarray, shape: tuple[int, ...], index: tuple[Any, ...]) -> str:
    if array.shape == shape or array.size == 1:
        return f"{name} = {array[index] if array.shape == shape else array.item():.6g}"
    finite = np.abs(array[np.isfinite(array)])
    largest = f"up to {finite.max():.3g} in magnitude" if finite.size else "not finite"
    return f"{name} {array.shape} is {largest}"


def _at(place: str) -> str:
    return f" ({place})" if place else ""
