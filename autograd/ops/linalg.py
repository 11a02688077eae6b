"""Products of matrices and tensors."""

from __future__ import annotations

import functools
import string
from typing import Any

import numpy as np

from autograd.graph import unbroadcast
from autograd.primitive import implements, primitive

# ------------------------------------------------------------------------------------------------- matmul, dot


def matmul_vjp_left(g: Any, x1_shape: tuple[int, ...], x2: Any) -> Any:
    """G B^T for matrices; a vector is a matrix with one row (left) or one column (right)."""
    if len(x1_shape) <= 2 and x2.ndim == 2:
        return g @ x2.T
    if len(x1_shape) == 1 and x2.ndim == 1:
        return g * x2
    if len(x1_shape) == 1:
        return unbroadcast((x2 @ g[..., None])[..., 0], x1_shape)
    if x2.ndim == 1:
        return g[..., None] * x2
    return unbroadcast(g @ np.swapaxes(x2, -1, -2), x1_shape)


def matmul_vjp_right(g: Any, x1: Any, x2_shape: tuple[int, ...]) -> Any:
    """A^T G for matrices."""
    if x1.ndim == 2 and len(x2_shape) <= 2:
        return x1.T @ g
    if x1.ndim == 1 and len(x2_shape) == 1:
        return g * x1
    if x1.ndim == 1:
        return unbroadcast(x1[:, None] * g[..., None, :], x2_shape)
    if len(x2_shape) == 1:
        return unbroadcast((np.swapaxes(x1, -1, -2) @ g[..., None])[..., 0], x2_shape)
    return unbroadcast(np.swapaxes(x1, -1, -2) @ g, x2_shape)


matmul = primitive(np.matmul).defvjp(matmul_vjp_left, matmul_vjp_right)


@implements(np.dot)
def dot(a: Any, b: Any) -> Any:
    """Composed: a product for scalars, matmul for `b` of up to two dimensions, else matmul with `b` flattened."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) <= 2:
        return np.matmul(a, b)
    flat = np.reshape(np.moveaxis(b, -2, 0), (np.shape(b)[-2], -1))
    return np.reshape(np.matmul(a, flat), np.shape(a)[:-1] + np.shape(b)[:-2] + np.shape(b)[-1:])


# ------------------------------------------------------------------------------------------------- einsum


@implements(np.einsum)
def einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Any:
    """Composed: the subscripts are written out in full first, so that the VJP can permute them."""
    if not isinstance(subscripts, str):
        raise TypeError("einsum: the form with lists of axis numbers is not supported on Tensors; write subscripts")
    return contract(explicit_subscripts(subscripts, [np.ndim(o) for o in operands]), *operands, optimize=optimize)


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
