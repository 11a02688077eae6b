"""Reductions, scans and methods of ufuncs in PyTorch's words."""

import numpy as np

from referee.pointwise import tensor, torch, without_nan

# ------------------------------------------------------------------------------------------------- reductions


def of_rows(function, a, axis, keepdims):
    """Return what `function` makes of rows, whose elements are those of `a` along `axis`: none, one or several."""
    axes = set(range(a.ndim)) if axis is None or not a.ndim else {i % a.ndim for i in np.atleast_1d(axis).tolist()}
    kept = [i for i in range(a.ndim) if i not in axes]
    rows = torch.movedim(a, kept, list(range(len(kept)))).reshape([*(a.shape[i] for i in kept), -1])
    result = function(rows)
    lead = result.shape[: result.ndim - len(kept)]
    return result.reshape([*lead, *(1 if i in axes else n for i, n in enumerate(a.shape))]) if keepdims else result


def chosen(a, where, neutral):
    return a if where is True else torch.where(where, a, tensor(neutral).to(a.dtype))


def total(a, axis=None, keepdims=False, initial=0.0, where=True):
    return torch.sum(chosen(a, where, 0.0), dim=axis, keepdim=keepdims) + initial


def product(a, axis=None, keepdims=False, initial=1.0, where=True):
    return of_rows(lambda rows: torch.prod(rows, -1), chosen(a, where, 1.0), axis, keepdims) * initial


def mean(a, axis=None, keepdims=False, where=True):
    if where is True:
        return torch.mean(a, dim=axis, keepdim=keepdims)
    counts = torch.sum(torch.broadcast_to(where, a.shape), axis, keepdims)
    return torch.sum(chosen(a, where, 0.0), axis, keepdims) / counts


def extremum(reduce, pointwise):
    def compute(a, axis=None, keepdims=False, initial=None, where=True):
        if initial is not None:  # one more element, which an extremum may as well meet several times
            a = pointwise(chosen(a, where, initial), tensor(initial))
        return reduce(a, tuple(range(a.ndim)) if axis is None else axis, keepdims)

    return compute


def spread(function):
    def compute(a, axis=None, ddof=0, keepdims=False, correction=None):
        correction = ddof if correction is None else correction
        return of_rows(lambda rows: function(rows, -1, correction=correction), a, axis, keepdims)

    return compute


def quantile(function, scale=1):
    def compute(a, q, axis=None, keepdims=False, method="linear"):
        q = tensor(q) / scale
        return of_rows(
            lambda rows: function(rows, q.ravel(), -1, interpolation=method).reshape(q.shape + rows.shape[:-1]),
            a,
            axis,
            keepdims,
        )

    return compute


def median(function):
    return lambda a, axis=None, keepdims=False: of_rows(lambda rows: function(rows, 0.5, -1), a, axis, keepdims)


def peak_to_peak(a, axis=None, keepdims=False):
    axes = tuple(range(a.ndim)) if axis is None else axis
    return torch.amax(a, axes, keepdims) - torch.amin(a, axes, keepdims)


def scan(function, neutral=None):
    def compute(a, axis=None, include_initial=False):
        a = torch.atleast_1d(a) if neutral is not None else a  # whose result has an axis
        result = function(a.ravel() if axis is None else a, 0 if axis is None else axis)
        if not include_initial:
            return result
        first = torch.full_like(torch.narrow(a, axis or 0, 0, 1), neutral)
        return torch.cat([first, result], axis or 0)

    return compute


def with_nan_as(number, function):
    return lambda a, axis=None, **options: function(without_nan(a, number), axis, **options)


maximum, minimum = extremum(torch.amax, torch.maximum), extremum(torch.amin, torch.minimum)

REDUCTIONS = {
    "sum": total,
    "prod": product,
    "mean": mean,
    "max": maximum,
    "amax": maximum,
    "min": minimum,
    "amin": minimum,
    "ptp": peak_to_peak,
    "var": spread(torch.var),
    "std": spread(torch.std),
    "median": median(torch.quantile),
    "nanmedian": median(torch.nanquantile),
    "quantile": quantile(torch.quantile),
    "nanquantile": quantile(torch.nanquantile),
    "percentile": quantile(torch.quantile, 100),
    "nanpercentile": quantile(torch.nanquantile, 100),
    "cumsum": scan(torch.cumsum),
    "cumprod": scan(torch.cumprod),
    "cumulative_sum": scan(torch.cumsum, 0),
    "cumulative_prod": scan(torch.cumprod, 1),
    "nanmax": with_nan_as(-np.inf, maximum),
    "nanmin": with_nan_as(np.inf, minimum),
    "nansum": with_nan_as(0, total),
    "nanprod": with_nan_as(1, product),
    "nancumsum": with_nan_as(0, scan(torch.cumsum)),
    "nancumprod": with_nan_as(1, scan(torch.cumprod)),
    "nanmean": lambda a, axis=None, keepdims=False: mean(a, axis, keepdims, where=~torch.isnan(a)),
}

# ------------------------------------------------------------------------------------------------- methods of ufuncs


def log_of_sum(a, axis=None, keepdims=False):
    return torch.logsumexp(a, tuple(range(a.ndim)) if axis is None else axis, keepdims)


def reduced(ufunc, array, axis=0, **options):
    reduce = {
        np.add: total,
        np.multiply: product,
        np.maximum: maximum,
        np.minimum: minimum,
        np.logaddexp: log_of_sum,
        np.hypot: lambda a, axis=None: torch.linalg.vector_norm(a, 2, axis),
        np.subtract: lambda a, axis, keepdims: (
            2 * torch.narrow(a, axis, 0, 1).sum(axis, keepdims) - torch.sum(a, axis, keepdims)
        ),
    }
    return reduce[ufunc](array, axis, **options)


def accumulated(ufunc, array, axis=0):
    scans = {
        np.add: torch.cumsum,
        np.multiply: torch.cumprod,
        np.maximum: lambda a, axis: torch.cummax(a, axis).values,
        np.minimum: lambda a, axis: torch.cummin(a, axis).values,
        np.divide: lambda a, axis: torch.narrow(a, axis, 0, 1) ** 2 / torch.cumprod(a, axis),
    }
    return scans[ufunc](array, axis)


def outer(ufunc, a, b):
    return getattr(torch, {"power": "pow"}.get(ufunc.__name__, ufunc.__name__))(a.reshape(a.shape + (1,) * b.ndim), b)


METHODS = {"ufunc.reduce": reduced, "ufunc.accumulate": accumulated, "ufunc.outer": outer}
