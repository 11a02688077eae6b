"""Statistics, differences, convolutions and polynomials in PyTorch's words."""

import numpy as np

from referee.pointwise import tensor, torch
from referee.reductions import mean


def average(a, axis=None, weights=None, keepdims=False):
    if weights is None:
        return mean(a, axis, keepdims)
    a, weights = tensor(a), tensor(weights)
    if weights.shape != a.shape:  # one for each place along the axes, in their order
        axes = [i % a.ndim for i in np.atleast_1d(axis).tolist()]
        weights = torch.permute(weights, tuple(np.argsort(axes).tolist()))
        weights = weights.reshape([n if i in axes else 1 for i, n in enumerate(a.shape)])
    weights = torch.broadcast_to(weights, a.shape)
    return torch.sum(a * weights, axis, keepdims) / torch.sum(weights, axis, keepdims)


def covariance(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    variables = [tensor(x) for x in (m, y) if x is not None]
    m, *others = (torch.atleast_2d(x) if rowvar or x.ndim < 2 else x.T for x in variables)
    correction = int(not bias) if ddof is None else ddof
    return torch.cov(torch.cat([m, *others]).squeeze(), correction=correction, fweights=fweights, aweights=aweights)


def weights_counted(x, weights, minlength=0):
    length = max(minlength, int(x.max()) + 1)
    return torch.zeros(length, dtype=torch.float64).index_add(0, x, weights)


def gradient(f, *varargs, axis=None, edge_order=1):
    axes = list(range(f.ndim)) if axis is None else [axis % f.ndim]
    steps = [tensor(step) for step in varargs or [1.0]]
    steps = steps * (len(axes) // len(steps))
    spacing = [s if s.ndim else s * torch.arange(f.shape[i]) for s, i in zip(steps, axes, strict=True)]
    result = torch.gradient(f, spacing=spacing, dim=axes, edge_order=edge_order)
    return result if len(result) > 1 else result[0]


def difference(a, n=1, axis=-1, prepend=None, append=None):
    def as_slice(edge):
        shape = [1 if i == axis % a.ndim else size for i, size in enumerate(a.shape)]
        return edge if edge is None or np.ndim(edge) else torch.broadcast_to(tensor(edge), shape)

    return torch.diff(a, n, axis, as_slice(prepend), as_slice(append))


def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = tensor(y)
    if x is None:
        return torch.trapezoid(y, dx=dx, dim=axis)
    if x.ndim == 1 and y.ndim > 1:
        x = x.reshape([-1 if i == axis % y.ndim else 1 for i in range(y.ndim)])
    return torch.trapezoid(y, x, dim=axis)


def convolved(a, v, mode="full"):
    """Return what PyTorch's correlation of one signal and the reversed other gives, cut as NumPy cuts it."""
    a, v = torch.atleast_1d(a), torch.atleast_1d(v)
    a, v = (a, v) if len(a) >= len(v) else (v, a)
    full = torch.nn.functional.conv1d(a[None, None], torch.flip(v, [0])[None, None], padding=len(v) - 1)[0, 0]
    cut = {"full": 0, "same": (len(v) - 1) // 2, "valid": len(v) - 1}[mode]
    length = {"full": len(full), "same": len(a), "valid": len(a) - len(v) + 1}[mode]
    return full[cut : cut + length]


def correlated(a, v, mode="valid"):
    if len(v) > len(a):
        return torch.conj(torch.flip(correlated(v, a, mode), [0]))
    return convolved(a, torch.flip(torch.conj(v), [0]), mode)


def successive_differences(ary, to_end=None, to_begin=None):
    parts = (to_begin, torch.diff(ary.ravel()), to_end)
    return torch.cat([tensor(part).ravel() for part in parts if part is not None])


def polynomial(p, x):
    value = torch.zeros_like(tensor(x))
    for coefficient in p:
        value = value * tensor(x) + coefficient
    return value


def powers(x, N=None, increasing=False):  # noqa: N803 (NumPy's name)
    exponents = range(len(x) if N is None else N)
    return torch.stack([x**k for k in (exponents if increasing else reversed(exponents))], 1)


STATISTICS = {
    "average": average,
    "bincount": weights_counted,
    "convolve": convolved,
    "corrcoef": lambda x, y=None, rowvar=True: torch.corrcoef(x if y is None else torch.cat([x, y])),
    "correlate": correlated,
    "cov": covariance,
    "diff": difference,
    "ediff1d": successive_differences,
    "gradient": gradient,
    "polyval": polynomial,
    "trapezoid": trapezoid,
    "vander": powers,
}
