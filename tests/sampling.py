"""What a row of `samples.TABLE` is made of: domains to draw arguments from, and `row`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import Primitive, vjp

MASK = np.array([[True, False, True], [False, False, True]])


@dataclasses.dataclass(frozen=True)
class Domain:
    """A differentiable argument: its shape, and the values for which the function is smooth with room to step."""

    shape: tuple[int, ...]
    pick: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
    dtype: Any = None  # of every draw, if the domain has only one

    def draw(self, rng: np.random.Generator, dtype: Any = np.float64) -> np.ndarray:
        """Return an array of the domain; a complex one has imaginary parts in [-0.5, 0.5]."""
        values = np.asarray(self.pick(rng, self.shape))
        if np.dtype(dtype).kind == "c":
            values = values + 1j * rng.uniform(-0.5, 0.5, self.shape)
        return np.asarray(values, self.dtype or dtype)


def between(low: float, high: float, *shape: int) -> Domain:
    return Domain(shape, lambda rng, size: rng.uniform(low, high, size))


def real(*shape: int) -> Domain:
    return between(-2, 2, *shape)


def positive(*shape: int) -> Domain:
    return between(0.4, 2.5, *shape)


def unit(*shape: int) -> Domain:
    return between(-0.8, 0.8, *shape)


def nonzero(*shape: int) -> Domain:
    return Domain(shape, lambda rng, size: rng.choice([-1.0, 1.0], size) * rng.uniform(0.4, 2.5, size))


def spaced(*shape: int, offset: float = 0.1) -> Domain:
    """Values 0.5 apart in random order, none within 0.05 of 0; of two offsets 0.25 apart none are equal."""

    def pick(rng: np.random.Generator, size: tuple[int, ...]) -> np.ndarray:
        count = int(np.prod(size))
        return (0.5 * (rng.permutation(count) - count // 2) + offset).reshape(size)

    return Domain(shape, pick)


def whole(*shape: int) -> Domain:
    return Domain(shape, lambda rng, size: rng.integers(0, 8, size), np.int64)


@dataclasses.dataclass(frozen=True)
class Sample:
    """A row of the table: a function of arrays with some arguments, and what is known of it there.

    `args` holds a `Domain` for each differentiable argument, possibly inside lists; everything else is a constant.
    Called with arrays, a sample puts them in the places of the domains.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    options: dict[str, Any]
    reference: Callable[..., Any] | None  # computes the same on plain arrays, independently
    analytic: bool = True  # `reference` is holomorphic, so that the complex step holds
    complex: bool | None = None  # the function takes complex inputs; by default if it is analytic
    outputs: int | tuple[int, ...] | None = None  # of several, that or those with a derivative

    def but(self, **changes: Any) -> Sample:
        """Return this row with some of what is known of it changed."""
        return dataclasses.replace(self, **changes)

    def __str__(self) -> str:
        shown = [_show(argument) for argument in self.args]
        shown += [f"{name}={_show(value)}" for name, value in self.options.items()]
        return f"{self.name}({', '.join(shown)})"

    @property
    def name(self) -> str:
        return self.function.name if isinstance(self.function, Primitive) else f"np.{self.function.__name__}"

    @property
    def is_elementwise(self) -> bool:
        return isinstance(self.function, Primitive) and self.function.is_elementwise

    @property
    def takes_complex(self) -> bool:
        return self.analytic if self.complex is None else self.complex

    @property
    def domains(self) -> list[Domain]:
        return [leaf for leaf in leaves(self.args) if isinstance(leaf, Domain)]

    def draw(self, rng: np.random.Generator, dtype: Any = np.float64) -> list[np.ndarray]:
        return [domain.draw(rng, dtype) for domain in self.domains]

    def arguments(self, *arrays: Any) -> Any:
        """Return the positional arguments, with `arrays` in the places of the domains."""
        return _fill(self.args, iter(arrays))

    def __call__(self, *arrays: Any) -> Any:
        return self._chosen(self.function(*self.arguments(*arrays), **self.options))

    def expected(self, *arrays: Any) -> Any:
        """Return the value by the reference, an independent program or formula."""
        reference = self.reference
        if reference is None:
            reference = getattr(np, self.name) if isinstance(self.function, Primitive) else self.function
        return self._chosen(reference(*self.arguments(*arrays), **self.options))

    def _chosen(self, result: Any) -> Any:
        if isinstance(self.outputs, tuple):
            return tuple(result[i] for i in self.outputs)
        return result if self.outputs is None else result[self.outputs]

    def with_shape(self, shape: tuple[int, ...]) -> Sample:
        """Return this row with every domain of another shape."""
        return self.but(args=_fill(self.args, (dataclasses.replace(d, shape=shape) for d in self.domains)))


def row(function: Callable[..., Any], *args: Any, **options: Any) -> Sample:
    """Return a row of the table; NumPy's function of the same name is its reference unless ``.but`` gives another."""
    return Sample(function, args, options, None)


def leaves(tree: Any) -> Iterator[Any]:
    """Yield the items of nested lists and tuples."""
    for item in tree if isinstance(tree, list | tuple) else ():
        yield from leaves(item)
    if not isinstance(tree, list | tuple):
        yield tree


def random_like(rng: np.random.Generator, tree: Any) -> Any:
    """Return random arrays of the shapes and dtypes of the arrays in nested lists and tuples."""
    if isinstance(tree, list | tuple):
        values = [random_like(rng, item) for item in tree]
        return values if isinstance(tree, list) else tuple(values)
    values: Any = rng.uniform(-1, 1, np.shape(tree))
    if np.iscomplexobj(tree):
        values = values + 1j * rng.uniform(-1, 1, np.shape(tree))
    return np.asarray(values, np.asarray(tree).dtype)


def pulled_back(sample: Sample, arrays: Sequence[Any], cotangent: Any) -> list[Any]:
    """Return the gradient of each argument of a sample."""
    result = vjp(sample, *arrays)[1](cotangent)
    return list(result) if len(arrays) > 1 else [result]


def _fill(template: Any, arrays: Iterator[Any]) -> Any:
    if isinstance(template, Domain):
        return next(arrays)
    return type(template)(_fill(item, arrays) for item in template) if isinstance(template, list | tuple) else template


def _show(value: Any) -> str:
    if isinstance(value, Domain):
        return f"{value.shape}"
    if isinstance(value, list | tuple) and any(isinstance(leaf, Domain) for leaf in leaves(value)):
        return f"[{', '.join(_show(item) for item in value)}]"
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__  # its repr has an address
    return " ".join(str(value).split())
