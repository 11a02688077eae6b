"""Sums of products over named axes: numpy.einsum."""

from __future__ import annotations

import functools
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import DTypeError
from autograd.graph import unbroadcast
from autograd.ops.arguments import refuse_out
from autograd.primitive import implements, nondifferentiable, primitive


@implements(np.einsum)
def einsum(*operands: Any, out: Any = None, optimize: Any = False, **options: Any) -> Any:
    """Composed: the subscripts are written out in full first, so that the VJP can permute them."""
    refuse_out("einsum", out)
    if options:
        raise DTypeError(f"einsum: argument {', '.join(options)}= not supported on Tensors; convert the operands first")
    subscripts, *arrays = operands if isinstance(operands[0], str) else in_letters(operands)
    return contract(explicit_subscripts(subscripts, [np.ndim(a) for a in arrays]), *arrays, optimize=optimize)


def in_letters(operands: Sequence[Any]) -> tuple[Any, ...]:
    """Return ``(subscripts, *arrays)`` for arrays that alternate with lists of axis numbers, the output's list last."""
    arrays, lists = operands[: len(operands) // 2 * 2 : 2], operands[1::2]
    terms = [_term(numbers) for numbers in lists]
    return ",".join(terms) + (f"->{_term(operands[-1])}" if len(operands) % 2 else ""), *arrays


def _term(numbers: Sequence[Any]) -> str:
    letters = string.ascii_uppercase + string.ascii_lowercase  # in the order in which NumPy sorts them
    return "".join("..." if number is Ellipsis else letters[number] for number in numbers)


def explicit_subscripts(subscripts: str, ndims: list[int]) -> str:
    """Return `subscripts` with the output spelled out and every ellipsis replaced by letters."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        raise ValueError(f"einsum: '{subscripts}' names {len(terms)} operands, {len(ndims)} were given")
    spare = [letter for letter in string.ascii_letters if letter not in subscripts]
    hidden = [
        ndim - len(term.replace("...", "")) if "..." in term else 0 for term, ndim in zip(terms, ndims, strict=True)
    ]
    letters = "".join(spare[: max(hidden)])
    terms = [
        term.replace("...", letters[len(letters) - n :]) if "..." in term else term
        for term, n in zip(terms, hidden, strict=True)
    ]
    if not arrow:  # NumPy: the ellipsis first, then every letter that occurs once, in alphabetical order
        once = sorted(c for c in set("".join(terms)) - set(letters) if "".join(terms).count(c) == 1)
        output = "..." + "".join(once)
    return f"{','.join(terms)}->{output.replace('...', letters)}"


@functools.partial(primitive, name="einsum")
def contract(subscripts: str, *operands: Any, optimize: Any = False) -> Any:
    return np.einsum(subscripts, *operands, optimize=optimize)


def contract_vjp(g: Any, subscripts: str, operands: tuple[Any, ...], index: int, optimize: Any) -> Any:
    """Contract the cotangent with the other operands, leaving the axes of the operand at `index`.

    An axis that no other operand has in this size was summed: a vector of ones spreads the cotangent along it. An axis
    that it has twice was a diagonal: the second occurrence gets a letter of its own, tied to the first by an identity
    matrix.
    """
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    shape = operands[index].shape
    spare = iter(c for c in string.ascii_letters if c not in subscripts)
    sources, factors = [output, *terms[:index], *terms[index + 1 :]], [g, *operands[:index], *operands[index + 1 :]]
    available = {
        pair for term, factor in zip(sources, factors, strict=True) for pair in zip(term, np.shape(factor), strict=True)
    }
    target = ""
    for letter, size in zip(terms[index], shape, strict=True):
        if letter in target:
            other = next(spare)
            sources.append(letter + other)
            factors.append(np.eye(size, dtype=g.dtype))
            target += other
        else:
            if (letter, size) not in available:
                sources.append(letter)
                factors.append(np.ones(size, g.dtype))
            target += letter
    return unbroadcast(np.einsum(f"{','.join(sources)}->{target}", *factors, optimize=optimize), shape)


contract.defvjp(None, contract_vjp)

nondifferentiable(np.einsum_path)
