"""Convolution and correlation of arrays: ``from autograd.scipy.signal import convolve``.

``convolve`` has the arguments of `scipy.signal.convolve`, and those by which HIPS autograd's convolves some axes only.
Convolution is bilinear, and its VJPs are convolutions again: of the cotangent with the reversed other operand, where a
full convolution becomes a valid one and the other way round (Dumoulin & Visin, "A guide to convolution arithmetic for
deep learning", 2016, chapter 4).
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.primitive import primitive
from autograd.scipy.arrays import array
from autograd.tensor import plain

# ------------------------------------------------------------------------------------------------- the primitive


@primitive
def convolved(a: Any, b: Any, subscripts: str, convolve_over: str, mode: str) -> Any:
    """Return the convolution of `a` and `b` over some axes, and their product as of `numpy.einsum` over the others.

    Parameters
    ----------
    subscripts : str
        As of `numpy.einsum`, explicit; a letter that only the operands have is summed over.
    convolve_over : str
        The letters convolved over, which both operands and the output have.
    mode : {"full", "valid"}
        ``"valid"`` needs `a` to be at least as large as `b` along those axes.
    """
    terms, output = subscripts.split("->")
    first, second = terms.split(",")
    sizes = [b.shape[second.index(letter)] for letter in convolve_over]
    axes = [first.index(letter) for letter in convolve_over]
    if mode == "full":
        margins = dict(zip(axes, sizes, strict=True))
        a = np.pad(a, [(margins.get(axis, 1) - 1,) * 2 for axis in range(a.ndim)])
    windows = np.lib.stride_tricks.sliding_window_view(a, sizes, tuple(axes))
    offsets = dict(zip(convolve_over, (c for c in string.ascii_uppercase if c not in subscripts), strict=False))
    within = "".join(offsets.values())
    shifted = "".join(offsets.get(letter, letter) for letter in second)
    return np.einsum(
        f"{first}{within},{shifted}->{output}", windows, reversed_over(b, second, convolve_over), optimize=True
    )


def reversed_over(a: Any, term: str, letters: str) -> Any:
    return np.flip(a, tuple(term.index(letter) for letter in letters))


def convolved_vjp_first(g: Any, b: Any, subscripts: str, convolve_over: str, mode: str) -> Any:
    """The cotangent convolved with the reversed `b`."""
    terms, output = subscripts.split("->")
    first, second = terms.split(",")
    opposite = "valid" if mode == "full" else "full"
    return convolved(g, reversed_over(b, second, convolve_over), f"{output},{second}->{first}", convolve_over, opposite)


def convolved_vjp_second(g: Any, a: Any, subscripts: str, convolve_over: str, mode: str) -> Any:
    """The cotangent convolved with the reversed `a`, or the other way round where `a` is the larger."""
    terms, output = subscripts.split("->")
    first, second = terms.split(",")
    if mode == "full":
        return convolved(
            g, reversed_over(a, first, convolve_over), f"{output},{first}->{second}", convolve_over, "valid"
        )
    valid = convolved(a, reversed_over(g, output, convolve_over), f"{first},{output}->{second}", convolve_over, "valid")
    return reversed_over(valid, second, convolve_over)


convolved.defvjp(convolved_vjp_first, convolved_vjp_second)

# ------------------------------------------------------------------------------------------------- convolution


def convolve(
    A: Any,  # noqa: N803  # HIPS autograd's names
    B: Any,  # noqa: N803
    axes: Any = None,
    dot_axes: Sequence[Sequence[int]] = ((), ()),
    mode: str = "full",
    method: str = "auto",
) -> Any:
    """Return the convolution of two arrays.

    Parameters
    ----------
    A, B : array_like
        Arrays; with as many axes each unless `axes` is given.
    axes : pair of sequences of int, optional
        The axes of `A` to convolve with those of `B`; all by default. A string is taken for `mode`, as SciPy has that
        third.
    dot_axes : pair of sequences of int
        The axes of `A` to multiply and sum with those of `B`, as `numpy.tensordot` does.
    mode : {"full", "valid", "same"}
        All of the convolution; only what does not rely on zeros beyond the borders; or the centre of all, of the size
        of `A`.
    method : {"auto", "direct"}
        Sums are always computed directly.

    Returns
    -------
    array
        Its axes are those of `A` that are neither convolved nor summed over, then those of `B`, then the convolved.

    Raises
    ------
    ShapeError
        If the axes do not match.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.scipy.signal import convolve
    >>> convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0]))
    array([1., 3., 5., 3.])
    """
    if isinstance(axes, str):
        axes, mode = None, axes
    refuse_unknown("convolve", mode, method)
    a, b = array(A), array(B)
    if axes is None:
        if a.ndim != b.ndim:
            raise ShapeError(f"convolve: shapes {a.shape} and {b.shape} need as many axes each; say which in axes=")
        axes = (range(a.ndim), range(b.ndim))
    first, second, over, output = letters_of(a, b, axes, dot_axes)
    sizes = dict(zip(first, a.shape, strict=True)), dict(zip(second, b.shape, strict=True))
    if all(sizes[0][letter] >= sizes[1][letter] for letter in over):
        operands, terms = (a, b), f"{first},{second}"
    elif mode != "valid" or all(sizes[0][letter] <= sizes[1][letter] for letter in over):
        operands, terms = (b, a), f"{second},{first}"
    else:
        raise ShapeError(
            f"convolve: shapes {a.shape} and {b.shape}; with mode='valid' one array is at least as large as the other "
            "along every axis convolved over"
        )
    result = convolved(*operands, f"{terms}->{output}", over, "valid" if mode == "valid" else "full")
    if mode == "same":
        result = result[(..., *(centre(sizes[0][letter], sizes[1][letter]) for letter in over))]
    return result


def letters_of(a: Any, b: Any, axes: Any, dot_axes: Any) -> tuple[str, str, str, str]:
    """Return letters for the axes of `a` and of `b`, those convolved over, and those of the output."""
    paired = [[*(i % a.ndim for i in pair[0])] for pair in (axes, dot_axes)]
    others = [[*(i % b.ndim for i in pair[1])] for pair in (axes, dot_axes)]
    if [len(pair) for pair in paired] != [len(pair) for pair in others]:
        raise ShapeError(f"convolve: axes={axes}, dot_axes={dot_axes}: each needs as many axes of A as of B")
    if [a.shape[i] for i in paired[1]] != [b.shape[i] for i in others[1]]:
        raise ShapeError(f"convolve: shapes {a.shape} and {b.shape} differ along dot_axes={dot_axes}")
    spare = iter(string.ascii_lowercase)
    first = [next(spare) for _ in range(a.ndim)]
    second = [next(spare) for _ in range(b.ndim)]
    for mine, yours in zip(paired, others, strict=True):
        for i, j in zip(mine, yours, strict=True):
            second[j] = first[i]
    over = [first[i] for i in paired[0]]
    kept = [letter for letter in [*first, *second] if (letter in first) != (letter in second)]
    return "".join(first), "".join(second), "".join(over), "".join(kept + over)


def centre(size: int, other: int) -> slice:
    """Return the middle `size` elements of a full convolution with an array of size `other`."""
    return slice((other - 1) // 2, (other - 1) // 2 + size)


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """Return the cross-correlation, as `scipy.signal.correlate` does: a convolution with the reversed conjugate."""
    refuse_unknown("correlate", mode, method)
    in2 = np.flip(array(in2))
    return convolve(in1, np.conjugate(in2) if np.iscomplexobj(plain(in2)) else in2, mode=mode)


def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """Return the convolution over `axes`, by default all, as `scipy.signal.fftconvolve` does: a product of transforms.

    Faster than `convolve` where both arrays are large; of numbers of different sizes, small ones lose digits.
    """
    refuse_unknown("fftconvolve", mode, "auto")
    a, b = array(in1), array(in2)
    if a.ndim != b.ndim:
        raise ShapeError(f"fftconvolve: shapes {a.shape} and {b.shape} need as many axes each")
    axes = tuple(range(a.ndim)) if axes is None else tuple(i % a.ndim for i in np.atleast_1d(axes))
    n, k = [a.shape[i] for i in axes], [b.shape[i] for i in axes]
    size = [m + o - 1 for m, o in zip(n, k, strict=True)]
    is_complex = np.iscomplexobj(plain(a)) or np.iscomplexobj(plain(b))
    forward, backward = (np.fft.fftn, np.fft.ifftn) if is_complex else (np.fft.rfftn, np.fft.irfftn)
    full = backward(forward(a, size, axes) * forward(b, size, axes), size, axes)
    crop = [slice(None)] * a.ndim
    for axis, m, o in zip(axes, n, k, strict=True):
        if mode != "full":
            crop[axis] = centre(m, o) if mode == "same" else slice(min(m, o) - 1, max(m, o))
    return full[tuple(crop)]


def refuse_unknown(function: str, mode: str, method: str) -> None:
    if mode not in ("full", "valid", "same"):
        raise ValueError(f"{function}: mode='{mode}'; it is 'full', 'valid' or 'same'")
    if method not in ("auto", "direct"):
        raise ValueError(f"{function}: method='{method}' is not supported; 'direct' is, or use fftconvolve")
