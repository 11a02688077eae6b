"""Discrete Fourier transforms.

Four primitives transform along all `axes` at once, without changing lengths; every function of numpy.fft is one of
them after padding or cropping. The matrix of the transform is symmetric, so `dft` and `idft` are their own VJPs. Of the
spectrum of a real array half is kept, as the other half is its conjugate.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.ops.arguments import refuse_out
from autograd.primitive import implements, primitive

Axes = tuple[int, ...]

OPPOSITE: dict[Any, Any] = {
    None: "forward",
    "backward": "forward",
    "ortho": "ortho",
    "forward": "backward",
}  # normalisation

# ------------------------------------------------------------------------------------------------- primitives


@functools.partial(primitive, name="fft")
def dft(a: Any, axes: Axes, norm: Any) -> Any:
    return np.fft.fftn(a, None, axes, norm)


@functools.partial(primitive, name="ifft")
def idft(a: Any, axes: Axes, norm: Any) -> Any:
    return np.fft.ifftn(a, None, axes, norm)


@functools.partial(primitive, name="rfft")
def rdft(a: Any, axes: Axes, norm: Any) -> Any:
    return np.fft.rfftn(a, None, axes, norm)


@functools.partial(primitive, name="irfft")
def irdft(a: Any, n: int, axes: Axes, norm: Any) -> Any:
    """Return the real array of length `n` along the last of `axes` whose half spectrum is `a`."""
    return np.fft.irfftn(a, [*(a.shape[axis] for axis in axes[:-1]), n], axes, norm)


def rdft_vjp(g: Any, a_shape: tuple[int, ...], axes: Axes, norm: Any) -> Any:
    """The transform of the half spectrum with zeros for the other half; the sweep takes the real part."""
    return np.fft.fftn(g, [a_shape[axis] for axis in axes], axes, norm)


def irdft_vjp(g: Any, a_dtype: np.dtype[Any], n: int, axes: Axes, norm: Any) -> Any:
    """The conjugate of the half spectrum of `g`, twice where an element stands for its mirror image as well."""
    spectrum = np.conjugate(np.fft.rfftn(g, None, axes, OPPOSITE[norm]))
    frequencies = np.arange(spectrum.shape[axes[-1]])
    counts = np.where((frequencies == 0) | (2 * frequencies == n), 1, 2).astype(g.dtype)
    counts = counts.reshape((-1,) + (1,) * (g.ndim - 1 - axes[-1] % g.ndim))
    return spectrum * counts if a_dtype.kind == "c" else np.real(spectrum) * counts


dft.defvjp(lambda g, axes, norm: np.fft.fftn(g, None, axes, norm))
idft.defvjp(lambda g, axes, norm: np.fft.ifftn(g, None, axes, norm))
rdft.defvjp(rdft_vjp)
irdft.defvjp(irdft_vjp)

# ------------------------------------------------------------------------------------------------- lengths and axes


def lengths_and_axes(shape: tuple[int, ...], s: Sequence[int] | None, axes: Any) -> tuple[list[int], Axes]:
    """Return the length along each axis to transform, by NumPy's defaults: all axes, or as many as `s` has."""
    for name, given in (("s", s), ("axes", axes)):
        if given is not None and np.ndim(given) == 0:
            raise TypeError(f"{name}={given!r}; it takes a sequence: {name}=({given!r},)")
    if axes is None:
        axes = tuple(range(-len(shape if s is None else s), 0))
    if s is None:
        s = [-1] * len(axes)
    if len(s) != len(axes):
        raise ValueError(f"{len(s)} lengths s={tuple(s)} for {len(axes)} axes {tuple(axes)}; give one for each")
    axes = tuple(normalize_axis_index(axis, len(shape)) for axis in axes)
    return [shape[axis] if n in (-1, None) else operator.index(n) for n, axis in zip(s, axes, strict=True)], axes


def resized(a: Any, lengths: Sequence[int], axes: Axes) -> Any:
    """Return `a` cropped or padded with zeros at the end of each axis."""
    for n, axis in zip(lengths, axes, strict=True):
        if n < 1:
            raise ValueError(f"length {n} along axis {axis} of shape {a.shape}; it must be positive")
        if n < a.shape[axis]:
            a = a[(slice(None),) * axis + (slice(n),)]
        elif n > a.shape[axis]:
            a = np.pad(a, [(0, n - size if i == axis else 0) for i, size in enumerate(a.shape)])
    return a


def refuse_no_axes(shape: tuple[int, ...], axes: Axes) -> None:
    """Raise, as NumPy does, unless there is a last axis, along which half of a spectrum is kept."""
    if not axes:
        raise IndexError(f"no axes of shape {shape} to transform along; half of the spectrum is kept along the last")


# ------------------------------------------------------------------------------------------------- complex


@implements(np.fft.fftn)
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    refuse_out("fftn", out)
    lengths, axes = lengths_and_axes(a.shape, s, axes)
    return dft(resized(a, lengths, axes), axes, norm)


@implements(np.fft.ifftn)
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    refuse_out("ifftn", out)
    lengths, axes = lengths_and_axes(a.shape, s, axes)
    return idft(resized(a, lengths, axes), axes, norm)


@implements(np.fft.fft)
def fft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return fftn(a, (n,), (axis,), norm, out)


@implements(np.fft.ifft)
def ifft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return ifftn(a, (n,), (axis,), norm, out)


@implements(np.fft.fft2)
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return fftn(a, s, axes, norm, out)


@implements(np.fft.ifft2)
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return ifftn(a, s, axes, norm, out)


# ------------------------------------------------------------------------------------------------- real


@implements(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    refuse_out("rfftn", out)
    lengths, axes = lengths_and_axes(a.shape, s, axes)
    refuse_no_axes(a.shape, axes)
    return rdft(resized(a, lengths, axes), axes, norm)


@implements(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    refuse_out("irfftn", out)
    lengths, axes = lengths_and_axes(a.shape, s, axes)
    refuse_no_axes(a.shape, axes)
    n = 2 * (lengths[-1] - 1) if s is None or s[-1] is None else lengths[-1]
    return irdft(resized(a, [*lengths[:-1], n // 2 + 1], axes), n, axes, norm)


@implements(np.fft.rfft)
def rfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return rfftn(a, (n,), (axis,), norm, out)


@implements(np.fft.irfft)
def irfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return irfftn(a, (n,), (axis,), norm, out)


@implements(np.fft.rfft2)
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return rfftn(a, s, axes, norm, out)


@implements(np.fft.irfft2)
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return irfftn(a, s, axes, norm, out)


@implements(np.fft.hfft)
def hfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Composed: the transform of a Hermitian array is the inverse real transform of its conjugate, not divided by n."""
    return irfft(np.conjugate(a), n, axis, OPPOSITE[norm], out)


@implements(np.fft.ihfft)
def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return np.conjugate(rfft(a, n, axis, OPPOSITE[norm], out))


# ------------------------------------------------------------------------------------------------- shifts


@implements(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    axes = _all_of(x, axes)
    return np.roll(x, tuple(x.shape[axis] // 2 for axis in axes), axes)


@implements(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    axes = _all_of(x, axes)
    return np.roll(x, tuple(-(x.shape[axis] // 2) for axis in axes), axes)


def _all_of(x: Any, axes: Any) -> Axes:
    if axes is None:
        return tuple(range(x.ndim))
    return tuple(normalize_axis_index(axis, x.ndim) for axis in ((axes,) if np.ndim(axes) == 0 else axes))
