"""The mistakes: each makes a wrong VJP of a right one.

A mistake is a function of a `Site`, the VJP of one argument in one call of a primitive. It returns the wrong VJP, or
None where that mistake cannot be made there, or several by a suffix of their name.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.graph import unbroadcast

VJP = Callable[[np.ndarray], np.ndarray]


@dataclass
class Site:
    """The VJP of one argument in one call: `right` maps a cotangent to what the VJP returns, not yet un-broadcast."""

    right: VJP
    x: np.ndarray
    y: np.ndarray
    arguments: dict[str, Any]
    primitive: Any

    @property
    def is_elementwise(self) -> bool:
        return bool(self.primitive.is_elementwise)

    def gradient(self, g: np.ndarray) -> np.ndarray:
        """Return the right gradient, of the argument's shape."""
        value = np.asarray(self.right(g))
        value = unbroadcast(value, self.x.shape) if value.shape != self.x.shape else value
        return value if self.x.dtype.kind == "c" else np.real(value)


@dataclass(frozen=True)
class Mutation:
    """A mistake at a site: what it is, what a diagnosis should call it, and the wrong VJP (made anew for each run)."""

    mistake: str
    detail: str
    names: frozenset[str]
    make: Callable[[Site], VJP]


def mutations(site: Site) -> Iterator[Mutation]:
    """Yield every mistake that can be made in the VJP of `site`."""
    for family in (factors, rearrangements, sums, local_derivatives, slips, paths, states, places, numbers):
        yield from family(site)


def of_gradient(mistake: str, detail: str, names: set[str], change: Callable[[np.ndarray], Any]) -> Mutation:
    """Return a mistake that changes the right gradient."""
    return Mutation(mistake, detail, frozenset(names), lambda site: lambda g: np.asarray(change(site.gradient(g))))


def of_call(mistake: str, change: Callable[[Site, np.ndarray], np.ndarray]) -> Mutation:
    """Return a mistake that is a function of the cotangent, and called what it is."""
    return Mutation(mistake, "", frozenset({mistake}), lambda site: lambda g: change(site, g))


def factors(site: Site) -> Iterator[Mutation]:
    yield of_gradient("factor 2", "", {"factor"}, lambda a: 2 * a)
    yield of_gradient("factor 1/2", "", {"factor"}, lambda a: a / 2)
    yield of_gradient("sign", "", {"sign"}, lambda a: -a)
    yield of_gradient("factor π", "", {"factor"}, lambda a: np.pi * a)
    sizes = {s for s in (*site.x.shape, *site.y.shape, site.x.size) if s > 2}
    for size in sorted(sizes):
        yield of_gradient("factor of a size", str(size), {"factor"}, lambda a, size=size: a * size)
        yield of_gradient("factor of one over a size", str(size), {"factor"}, lambda a, size=size: a / size)
        yield of_gradient("factor n/(n-1)", str(size), {"factor"}, lambda a, size=size: a * (size / (size - 1)))
    yield of_gradient("an odd factor", "", {"factor"}, lambda a: 1.7312 * a)


def rearrangements(site: Site) -> Iterator[Mutation]:
    x = site.x
    for axes in itertools.permutations(range(x.ndim)):
        moved = sum(axis != to for axis, to in enumerate(axes))
        if moved and tuple(x.shape[axis] for axis in axes) == x.shape:
            name = "transposed" if moved == 2 else "permuted"
            yield of_gradient(name, str(axes), {name}, lambda a, axes=axes: np.transpose(a, axes))
    for axis, length in enumerate(x.shape):
        if length > 1:
            yield of_gradient("flipped", f"axis {axis}", {"flipped"}, lambda a, axis=axis: np.flip(a, axis))
            for shift in (1, -1):
                yield of_gradient(
                    "rolled",
                    f"axis {axis} by {shift}",
                    {"rolled"},
                    lambda a, axis=axis, shift=shift: np.roll(a, shift, axis),
                )
    if x.ndim > 1:
        yield of_gradient("reshaped", "F to C", {"reshaped"}, lambda a: a.ravel(order="F").reshape(a.shape))
        yield of_gradient("reshaped", "C to F", {"reshaped"}, lambda a: a.ravel().reshape(a.shape, order="F"))


def sums(site: Site) -> Iterator[Mutation]:
    """Yield sums over an axis of the output that have one slice only, or are made twice."""
    for axis, length in enumerate(site.y.shape):
        if length < 2 or not _is_summed(site, axis):
            continue
        for index in (0, length - 1):

            def make(site: Site, axis: int = axis, index: int = index) -> VJP:
                return lambda g: site.gradient(_only(g, axis, index))

            yield Mutation("missing sum", f"axis {axis}, only {index}", frozenset({"missing sum"}), make)

            def make_rest(site: Site, axis: int = axis, index: int = index) -> VJP:
                return lambda g: site.gradient(g - _only(g, axis, index))

            yield Mutation(
                "missing path", f"axis {axis} without {index}", frozenset({"missing path", "missing sum"}), make_rest
            )
        if site.is_elementwise:
            names = {"doubled sum", "factor"}
            yield of_gradient("doubled sum", f"axis {axis}", names, lambda a, length=length: a * length)
    broadcast = stretched(site)
    if len(broadcast) > 1:

        def make_corner(site: Site) -> VJP:
            def wrong(g: np.ndarray) -> np.ndarray:
                for axis in broadcast:
                    g = _only(g, axis, 0)
                return site.gradient(g)

            return wrong

        yield Mutation("missing sum", f"axes {broadcast}", frozenset({"missing sum"}), make_corner)


def local_derivatives(site: Site) -> Iterator[Mutation]:
    x, y, options = site.x, site.y, site.arguments
    if site.is_elementwise or x.shape == y.shape:
        yield of_call("omitted derivative", lambda site, g: _fit(g, site))
        yield of_call("doubled derivative", lambda site, g: _fit(site.right(np.asarray(site.right(g))), site))
    elif _is_reduced(site):
        axis, keepdims = options["axis"], options.get("keepdims", False)

        def spread(g: np.ndarray) -> np.ndarray:
            return np.broadcast_to(g if axis is None or keepdims else np.expand_dims(g, axis), x.shape)

        yield of_call("omitted derivative", lambda site, g: spread(g))
    if site.is_elementwise:
        with np.errstate(all="ignore"):
            slopes = np.asarray(site.right(np.ones(y.shape, y.dtype)))
            usable = np.isfinite(slopes).all() and np.all(slopes != 0)
        if usable:
            yield of_call("inverse derivative", lambda site, g: _fit(g / slopes, site))
    name = site.primitive.name
    if name == "softmax":
        yield of_call("rank-one term", lambda site, g: g * site.y)
    if name == "log_softmax":
        yield of_call("rank-one term", lambda site, g: g.copy())
    if name in ("var", "std"):
        axis = options["axis"]

        def without_mean(site: Site, g: np.ndarray) -> np.ndarray:
            return site.gradient(g) * x / (x - np.mean(x, axis, keepdims=True))

        yield of_call("rank-one term", without_mean)


def slips(site: Site) -> Iterator[Mutation]:
    """Yield formulas with something else in one place: another array, another axis, a term left out."""
    x, y, name = site.x, site.y, site.primitive.name
    if x.dtype.kind != "f":
        return
    if x.size > 2:
        yield of_call("term", lambda site, g: site.gradient(g) - 0.1 * site.x)
    if name == "tanh":
        yield of_call("wrong variable", lambda site, g: g * (1 - site.x**2))
    if name == "sigmoid":
        yield of_call("wrong variable", lambda site, g: g * site.x * (1 - site.x))
    if name == "multiply" and x.shape == y.shape and np.shape(_other(site)) == x.shape:
        yield of_call("wrong variable", lambda site, g: g * site.x)
    if name == "matmul" and all(np.ndim(a) == 2 for a in (x, _other(site))) and len(set(np.shape(_other(site)))) == 1:
        is_first = "x1" not in site.arguments

        def transposed(site: Site, g: np.ndarray) -> np.ndarray:
            return g @ _other(site) if is_first else _other(site) @ g

        yield of_call("transposed", transposed)
    if name in ("softmax", "log_softmax"):
        axis = site.arguments["axis"]
        wrong_axes = [other for other in range(x.ndim) if other != axis % x.ndim]
        for other in wrong_axes:
            yield of_call(
                "wrong axis",
                lambda site, g, other=other: (
                    site.y * (g - np.sum(site.y * g, other, keepdims=True))
                    if name == "softmax"
                    else g - np.exp(site.y) * np.sum(g, other, keepdims=True)
                ),
            )
        yield of_call(
            "diagonal only", lambda site, g: g * (site.y * (1 - site.y) if name == "softmax" else 1 - np.exp(site.y))
        )


def _other(site: Site) -> Any:
    """Return the other argument of an operation with two."""
    return next(iter(site.arguments.values()))


def paths(site: Site) -> Iterator[Mutation]:
    yield of_gradient("zero", "", {"missing path"}, np.zeros_like)
    if site.x.dtype.kind == "f":
        yield of_gradient("zero where negative", "", {"missing path"}, lambda a: np.where(site.x < 0, 0, a))


def states(site: Site) -> Iterator[Mutation]:
    """Yield VJPs that remember: the first call is right."""

    def stale(site: Site) -> VJP:
        memory: list[np.ndarray] = []

        def wrong(g: np.ndarray) -> np.ndarray:
            if not memory:
                memory.append(site.gradient(g))
            return memory[0].copy()

        return wrong

    def accumulated(site: Site) -> VJP:
        total = np.zeros_like(site.x)

        def wrong(g: np.ndarray) -> np.ndarray:
            total[...] += site.gradient(g)
            return total.copy()

        return wrong

    yield Mutation("stale", "", frozenset({"stale"}), stale)
    yield Mutation("accumulated", "", frozenset({"accumulated"}), accumulated)


def places(site: Site) -> Iterator[Mutation]:
    if site.x.size > 2:
        for entry in (0, site.x.size - 1):

            def change(a: np.ndarray, entry: int = entry) -> np.ndarray:
                a = a.copy()
                a.flat[entry] += 0.3 + 0.5 * abs(a.flat[entry])
                return a

            yield of_gradient("one entry", str(entry), {"single entries"}, change)
    if site.primitive.name in ("max", "min", "maximum", "minimum", "fmax", "fmin"):
        yield of_call("ties", _all_that_attain)
    index = site.arguments.get("index")
    if site.primitive.name == "getitem":

        def overwrite(site: Site) -> VJP:
            def wrong(g: np.ndarray) -> np.ndarray:
                result = np.zeros(site.x.shape, g.dtype)
                result[index] = g
                return result

            return wrong

        yield Mutation("overwritten repeats", "", frozenset({"overwritten repeats"}), overwrite)


def numbers(site: Site) -> Iterator[Mutation]:
    if site.x.dtype.kind == "c":
        yield of_gradient("conjugate", "", {"conjugate"}, np.conjugate)
        yield of_gradient("imaginary part dropped", "", {"part dropped"}, lambda a: np.real(a) + 0j)
        yield of_gradient("real part dropped", "", {"part dropped"}, lambda a: 1j * np.imag(a))
        return
    for dtype in (np.float32, np.float16):
        name = f"{dtype.__name__} inside"
        yield of_gradient(name, "", {"low precision"}, lambda a, dtype=dtype: a.astype(dtype).astype(float))
        if site.y.dtype.kind == "c":
            continue

        def make(site: Site, dtype: Any = dtype) -> VJP:
            return lambda g: site.gradient(g.astype(dtype).astype(float))

        yield Mutation(name, "the cotangent", frozenset({"low precision"}), make)


def _all_that_attain(site: Site, g: np.ndarray) -> np.ndarray:
    """Return the gradient of an extremum with all of it for each of several that are equal."""
    axis, keepdims = site.arguments.get("axis"), site.arguments.get("keepdims", False)
    if not site.is_elementwise and axis is not None and not keepdims and site.x.shape:
        return np.where(site.x == np.expand_dims(site.y, axis), np.expand_dims(g, axis), 0)
    return _fit(np.where(site.x == site.y, g, 0), site)


def _fit(value: np.ndarray, site: Site) -> np.ndarray:
    value = np.asarray(value)
    return np.array(unbroadcast(value, site.x.shape) if value.shape != site.x.shape else value)


def _only(g: np.ndarray, axis: int, index: int) -> np.ndarray:
    """Return `g` with 0 everywhere but in one slice."""
    result = np.zeros_like(g)
    place = (*(slice(None),) * axis, index)
    result[place] = g[place]
    return result


def stretched(site: Site) -> list[int]:
    if not site.is_elementwise:
        return []
    extra = site.y.ndim - site.x.ndim
    return [
        axis
        for axis, length in enumerate(site.y.shape)
        if length > 1 and (axis < extra or site.x.shape[axis - extra] == 1)
    ]


def _is_reduced(site: Site) -> bool:
    """Whether the output has one element for each slice along an axis; several quantiles, say, have more."""
    if "axis" not in site.arguments or site.y.size >= site.x.size:
        return False
    one_each = np.any(site.x, axis=site.arguments["axis"], keepdims=site.arguments.get("keepdims", False))
    return one_each.shape == site.y.shape


def _is_summed(site: Site, axis: int) -> bool:
    """Whether an entry of the gradient is a sum over this axis of the output."""
    g = np.random.default_rng(0).standard_normal(site.y.shape)
    count = sum(
        (np.abs(site.gradient(_only(g, axis, index))) > 1e-12).astype(int) for index in range(site.y.shape[axis])
    )
    return bool(np.any(count > 1))
