"""Elementwise functions, and those of networks, in PyTorch's words. A ufunc of the same name needs no line."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch; pip install torch")


def tensor(value):
    """Return a constant as PyTorch's, of NumPy's dtype."""
    return value if isinstance(value, torch.Tensor) else torch.as_tensor(np.asarray(value))


def is_scipys(function):
    return isinstance(function, np.ufunc) and getattr(np, function.__name__, None) is not function


NAMES = {"conjugate": "conj", "degrees": "rad2deg", "fabs": "abs", "power": "pow", "radians": "deg2rad"}


def of_ufunc(ufunc):
    """Return what computes a ufunc in PyTorch, or None."""
    name = NAMES.get(ufunc.__name__, ufunc.__name__)
    for place in (torch.special,) if is_scipys(ufunc) else (torch, torch.linalg):
        if hasattr(place, name):
            function = getattr(place, name)
            return lambda *arrays: function(*map(tensor, arrays))
    return None


def clipped(a, a_min, a_max):
    low, high = (None if bound is None else tensor(bound) for bound in (a_min, a_max))
    return torch.clip(a, low, high)


def without_nan(x, nan):
    return torch.where(torch.isnan(x), tensor(nan).to(x.dtype), x)


POINTWISE = {
    "angle": lambda z, deg=False: torch.rad2deg(torch.angle(z)) if deg else torch.angle(z),
    "astype": lambda x, dtype: x.to(torch.complex128 if dtype is np.complex128 else torch.float64),
    "cbrt": lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3),
    "clip": clipped,
    "copy": lambda a: torch.clone(a),
    "divmod": lambda x1, x2: (torch.floor_divide(x1, x2), torch.remainder(x1, x2)),
    "heaviside": lambda x1, x2: torch.where(tensor(x1) == 0, tensor(x2), (tensor(x1) > 0).to(torch.float64)),
    "i0": lambda x: torch.special.i0(x),
    "imag": lambda val: torch.imag(val) if val.is_complex() else torch.zeros_like(val),
    "ldexp": lambda x1, x2: torch.ldexp(x1, x2.double()),  # PyTorch loses the gradient at whole exponents below 0
    "modf": lambda x: (torch.frac(x), torch.trunc(x)),
    "nan_to_num": lambda x, nan=0.0: without_nan(x, nan),
    "real": lambda val: torch.real(val),
    "sinc": lambda x: torch.sinc(x),
    "where": lambda condition, x, y: torch.where(condition, tensor(x), tensor(y)),
    "matvec": lambda x1, x2: torch.einsum("...ij,...j->...i", x1, x2),
    "vecmat": lambda x1, x2: torch.einsum("...i,...ij->...j", torch.conj(x1), x2),
    "vecdot": lambda x1, x2, axis=-1: torch.linalg.vecdot(x1, x2, dim=axis),
}

functional = torch.nn.functional

NETWORKS = {
    "elu": lambda x, alpha=1.0: functional.elu(x, alpha),
    "leaky_relu": lambda x, negative_slope=0.01: functional.leaky_relu(x, negative_slope),
    "linear": lambda x, weight, bias=None: functional.linear(x, weight, bias),
    "log_softmax": lambda x, axis=-1: torch.log_softmax(x, axis),
    "logsumexp": lambda x, axis=None, keepdims=False: torch.logsumexp(
        x, tuple(range(x.ndim)) if axis is None else axis, keepdims
    ),
    "relu": lambda x: functional.relu(x),
    "selu": lambda x: functional.selu(x),
    "sigmoid": lambda x: torch.sigmoid(x),
    "softmax": lambda x, axis=-1: torch.softmax(x, axis),
}
