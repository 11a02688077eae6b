"""Products, linear algebra and Fourier transforms in PyTorch's words."""

import numpy as np

from referee.pointwise import tensor, torch

# ------------------------------------------------------------------------------------------------- products


def contracted(a, b, axes=2):
    if isinstance(axes, int):
        return torch.tensordot(a, b, axes)
    return torch.tensordot(a, b, [np.atleast_1d(part).tolist() for part in axes])


def crossed(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    a, b = torch.movedim(a, axisa, -1), torch.movedim(b, axisb, -1)
    return torch.movedim(torch.linalg.cross(*torch.broadcast_tensors(a, b)), -1, axisc)


def dotted(a, b):
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return torch.tensordot(a, b, [[-1], [max(b.ndim - 2, 0)]])


PRODUCTS = {
    "cross": crossed,
    "dot": dotted,
    "einsum": lambda subscripts, *operands: torch.einsum(subscripts, *operands),
    "inner": lambda a, b: torch.inner(a, b),
    "kron": lambda a, b: torch.kron(a, b),
    "linalg.cross": crossed,
    "linalg.diagonal": lambda x, offset=0: torch.diagonal(x, offset, -2, -1),
    "linalg.matmul": lambda x1, x2: torch.matmul(x1, x2),
    "linalg.matrix_transpose": lambda x: x.mT,
    "linalg.multi_dot": lambda arrays: torch.linalg.multi_dot(arrays),
    "linalg.outer": lambda x1, x2: torch.outer(x1, x2),
    "linalg.tensordot": contracted,
    "linalg.trace": lambda x, offset=0: torch.diagonal(x, offset, -2, -1).sum(-1),
    "linalg.vecdot": lambda x1, x2, axis=-1: torch.linalg.vecdot(x1, x2, dim=axis),
    "outer": lambda a, b: torch.outer(a.ravel(), b.ravel()),
    "tensordot": contracted,
    "trace": lambda a, offset=0, axis1=0, axis2=1: torch.diagonal(a, offset, axis1, axis2).sum(-1),
    "vdot": lambda a, b: torch.vdot(a.ravel(), b.ravel()),
}

# ------------------------------------------------------------------------------------------------- linear algebra


def solved(a, b):
    return torch.linalg.solve(a, b[:, None])[..., 0] if b.ndim == 1 else torch.linalg.solve(a, b)


def least_squares(a, b):
    solution = torch.linalg.pinv(a) @ b
    missed = torch.sum(torch.abs(b - a @ solution) ** 2, 0)
    is_exact = a.shape[0] <= a.shape[1]
    residuals = torch.empty(0, dtype=missed.dtype) if is_exact else torch.atleast_1d(missed)
    return solution, residuals, torch.linalg.matrix_rank(a), torch.linalg.svdvals(a)


def condition(x, p=None):
    if p in (None, 2, -2):
        return torch.linalg.cond(x, p)
    return torch.linalg.matrix_norm(x, p) * torch.linalg.matrix_norm(torch.linalg.inv(x), p)


def qr(a, mode="reduced"):
    return torch.linalg.qr(a)[1] if mode == "r" else torch.linalg.qr(a, mode)


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    return torch.linalg.svd(a, full_matrices) if compute_uv else torch.linalg.svdvals(a)


def real_if_all_are(values, *vectors):
    """Return eigenvalues and vectors as NumPy does: as real numbers if the eigenvalues are."""
    return (values, *vectors) if torch.any(values.imag != 0) else tuple(part.real for part in (values, *vectors))


def norm(x, ord=None, axis=None, keepdims=False):
    return torch.linalg.norm(x, ord, axis, keepdims)


LINALG = {
    "linalg.cholesky": lambda a, upper=False: torch.linalg.cholesky(a, upper=upper),
    "linalg.cond": condition,
    "linalg.det": lambda a: torch.linalg.det(a),
    "linalg.eig": lambda a: real_if_all_are(*torch.linalg.eig(a)),
    "linalg.eigh": lambda a, UPLO="L": torch.linalg.eigh(a, UPLO.upper()),  # noqa: N803 (NumPy's name)
    "linalg.eigvals": lambda a: real_if_all_are(torch.linalg.eigvals(a))[0],
    "linalg.eigvalsh": lambda a, UPLO="L": torch.linalg.eigvalsh(a, UPLO.upper()),  # noqa: N803 (NumPy's name)
    "linalg.inv": lambda a: torch.linalg.inv(a),
    "linalg.lstsq": least_squares,
    "linalg.matrix_norm": lambda x, ord="fro", keepdims=False: torch.linalg.matrix_norm(x, ord, keepdim=keepdims),
    "linalg.matrix_power": lambda a, n: torch.linalg.matrix_power(a, n),
    "linalg.norm": norm,
    "linalg.pinv": lambda a, rtol=None, hermitian=False: torch.linalg.pinv(a, rtol=rtol, hermitian=hermitian),
    "linalg.qr": qr,
    "linalg.slogdet": lambda a: torch.linalg.slogdet(a),
    "linalg.solve": solved,
    "linalg.svd": svd,
    "linalg.svdvals": lambda x: torch.linalg.svdvals(x),
    "linalg.tensorinv": lambda a, ind=2: torch.linalg.tensorinv(a, ind),
    "linalg.tensorsolve": lambda a, b, axes=None: torch.linalg.tensorsolve(a, b, axes),
    "linalg.vector_norm": lambda x, axis=None, keepdims=False, ord=2: torch.linalg.vector_norm(x, ord, axis, keepdims),
}

# ------------------------------------------------------------------------------------------------- what can be compared

# These read one triangle, and PyTorch's derivatives take both to move: of Hermitian matrices both are the same.
OF_ONE_TRIANGLE = {"linalg.cholesky", "linalg.eigh", "linalg.eigvalsh"}


def hermitian_part(a):
    return (a + a.swapaxes(-1, -2).conj()) / 2


def squared_sizes(vectors):
    return (vectors * vectors.conj()).real


def power_sums(values):
    return [(values**k).sum(-1) for k in range(1, values.shape[-1] + 1)]


# What does not depend on signs and phases of vectors or on the order of eigenvalues.
INVARIANTS = {
    "linalg.eig": lambda w, v: (power_sums(w), (squared_sizes(v) * w[..., None, :]).sum(-1)),
    "linalg.eigh": lambda w, v: (w, squared_sizes(v)),
    "linalg.eigvals": power_sums,
    "linalg.svd": lambda u, s, vh: (squared_sizes(u), s, squared_sizes(vh)),
}

# ------------------------------------------------------------------------------------------------- Fourier transforms


def of_one_axis(function):
    return lambda a, n=None, axis=-1, norm=None: function(tensor(a), n, axis, norm)


def of_axes(function, axes_by_default):
    return lambda a, s=None, axes=axes_by_default, norm=None: function(a, s, axes, norm)


FFT = {
    **{
        f"fft.{name}": of_one_axis(getattr(torch.fft, name))
        for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
    },
    **{f"fft.{name}": of_axes(getattr(torch.fft, name), (-2, -1)) for name in ("fft2", "ifft2", "rfft2", "irfft2")},
    **{f"fft.{name}": of_axes(getattr(torch.fft, name), None) for name in ("fftn", "ifftn", "rfftn", "irfftn")},
    "fft.fftshift": lambda x, axes=None: torch.fft.fftshift(x, axes),
    "fft.ifftshift": lambda x, axes=None: torch.fft.ifftshift(x, axes),
}
