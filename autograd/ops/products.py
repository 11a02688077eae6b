"""Products of vectors, matrices and tensors. All but matmul are composed of it and of elementwise functions."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.errors import ShapeError
from autograd.graph import unbroadcast
from autograd.ops.arguments import refuse_out
from autograd.primitive import implements, primitive

# ------------------------------------------------------------------------------------------------- matmul, dot


def matmul_vjp_left(g: Any, x1_shape: tuple[int, ...], x2: Any) -> Any:
    """g x2ᵀ for matrices; a vector is a matrix with one row (left) or one column (right)."""
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
    """x1ᵀ g for matrices."""
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
implements(np.linalg.matmul)(matmul)


@implements(np.dot)
def dot(a: Any, b: Any) -> Any:
    """Composed: a product for scalars, matmul for `b` of up to two dimensions, else matmul with `b` flattened."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) <= 2:
        return np.matmul(a, b)
    columns = np.shape(b)[:-2] + np.shape(b)[-1:]
    flat = np.reshape(np.moveaxis(b, -2, 0), (np.shape(b)[-2], math.prod(columns)))
    return np.reshape(np.matmul(a, flat), np.shape(a)[:-1] + columns)


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any], *, out: Any = None) -> Any:
    """Composed of matmul, in the order of fewest multiplications (Cormen et al., section 14.2)."""
    refuse_out("multi_dot", out)
    shapes = [np.shape(a) for a in arrays]
    if len(shapes) < 2:
        raise ShapeError(f"multi_dot: shapes {shapes}; it takes two or more matrices, the first and last maybe vectors")
    inner = {len(shape) for shape in shapes[1:-1]}
    if not inner <= {2} or not {len(shapes[0]), len(shapes[-1])} <= {1, 2}:
        raise np.linalg.LinAlgError("it takes matrices, of which the first and the last may be vectors")
    sizes = [1 if len(shapes[0]) == 1 else shapes[0][0], *(shape[0] for shape in shapes[1:])]
    sizes += [1 if len(shapes[-1]) == 1 else shapes[-1][1]]

    @functools.cache
    def cheapest(first: int, last: int) -> tuple[int, int]:
        """Return the multiplications in the product of the arrays from `first` to `last`, and where to split it."""
        if first == last:
            return 0, first
        return min(
            (cheapest(first, k)[0] + cheapest(k + 1, last)[0] + sizes[first] * sizes[k + 1] * sizes[last + 1], k)
            for k in range(first, last)
        )

    def product(first: int, last: int) -> Any:
        if first == last:
            return arrays[first]
        split = cheapest(first, last)[1]
        return np.matmul(product(first, split), product(split + 1, last))

    return product(0, len(shapes) - 1)


# ------------------------------------------------------------------------------------------------- tensor products


@implements(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Composed: the axes to sum over become the last of `a` and the first of `b`, and matmul sums over them."""
    shape_a, shape_b = np.shape(a), np.shape(b)
    if isinstance(axes, int | np.integer):
        if axes > min(len(shape_a), len(shape_b)):
            raise np.exceptions.AxisError(f"axes={axes} to sum over of shapes {shape_a} and {shape_b}; give fewer")
        over_a, over_b = tuple(range(len(shape_a) - axes, len(shape_a))), tuple(range(axes))
    else:
        over_a, over_b = normalize_axis_tuple(axes[0], len(shape_a)), normalize_axis_tuple(axes[1], len(shape_b))
    summed = [shape_a[i] for i in over_a]
    if summed != [shape_b[i] for i in over_b]:
        raise ShapeError(f"shapes {shape_a} and {shape_b} differ along the axes {axes} to sum over")
    kept_a = tuple(i for i in range(len(shape_a)) if i not in over_a)
    kept_b = tuple(i for i in range(len(shape_b)) if i not in over_b)
    rows, columns = [shape_a[i] for i in kept_a], [shape_b[i] for i in kept_b]
    left = np.reshape(np.transpose(a, kept_a + over_a), (math.prod(rows), math.prod(summed)))
    right = np.reshape(np.transpose(b, over_b + kept_b), (math.prod(summed), math.prod(columns)))
    return np.reshape(np.matmul(left, right), (*rows, *columns))


@implements(np.linalg.tensordot)
def linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return tensordot(x1, x2, axes)


@implements(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    return np.multiply(a, b) if np.ndim(a) == 0 or np.ndim(b) == 0 else tensordot(a, b, (-1, -1))


@implements(np.outer)
def outer(a: Any, b: Any, out: Any = None) -> Any:
    refuse_out("outer", out)
    return np.multiply(np.reshape(a, (-1, 1)), np.reshape(b, (1, -1)))


@implements(np.linalg.outer)
def linalg_outer(x1: Any, x2: Any, /) -> Any:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ShapeError(f"outer: shapes {np.shape(x1)} and {np.shape(x2)}; it takes two vectors, np.outer any arrays")
    return outer(x1, x2)


@implements(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Composed: each axis is an axis of `a` and one of `b`, joined."""
    ndim = max(np.ndim(a), np.ndim(b))
    shape_a, shape_b = ((1,) * (ndim - len(shape)) + shape for shape in (np.shape(a), np.shape(b)))
    spread_a = np.reshape(a, [size for n in shape_a for size in (n, 1)])
    spread_b = np.reshape(b, [size for n in shape_b for size in (1, n)])
    return np.reshape(np.multiply(spread_a, spread_b), tuple(map(operator.mul, shape_a, shape_b)))


@implements(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """Composed of products of cyclic shifts: a2 b3 - a3 b2 and so on."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise ShapeError(
            f"cross: vectors of sizes {a.shape[-1]} and {b.shape[-1]}; both need 3 (give plane vectors a third, 0)"
        )
    product = np.roll(a, -1, -1) * np.roll(b, 1, -1) - np.roll(a, 1, -1) * np.roll(b, -1, -1)
    return np.moveaxis(product, -1, axisc)


@implements(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return cross(x1, x2, axis=axis)


# ------------------------------------------------------------------------------------------------- stacks of vectors


@implements(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    return np.matmul(np.conjugate(np.reshape(a, -1)), np.reshape(b, -1))


@implements(np.vecdot)
def vecdot(x1: Any, x2: Any, /) -> Any:
    return np.matmul(np.conjugate(x1)[..., None, :], _column(x2))[..., 0, 0]


@implements(np.linalg.vecdot)
def linalg_vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


def matvec(x1: Any, x2: Any, /) -> Any:
    return np.matmul(x1, _column(x2))[..., 0]


def vecmat(x1: Any, x2: Any, /) -> Any:
    return np.matmul(np.conjugate(x1)[..., None, :], x2)[..., 0, :]


if hasattr(np, "matvec"):  # from NumPy 2.2 on
    implements(np.matvec)(matvec)
    implements(np.vecmat)(vecmat)


def _column(x: Any) -> Any:
    return np.expand_dims(x, -1)


# ------------------------------------------------------------------------------------------------- traces


@implements(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Any:
    refuse_out("trace", out)
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


@implements(np.linalg.trace)
def linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return trace(x, offset, -2, -1, dtype)


@implements(np.linalg.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    return np.swapaxes(x, -1, -2)
