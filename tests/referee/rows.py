"""Rows of more and larger shapes than `samples.TABLE` has, where every entry is tested by itself."""

import numpy as np

from autograd.ops import neural, reductions
from samples.linalg import spread
from sampling import nonzero, real, row, spaced

REDUCTIONS = [
    row(function, domain(4, 1, 5, 3), axis=axis, keepdims=keepdims)
    for function, domain in [
        (np.sum, real),
        (np.mean, real),
        (np.prod, nonzero),
        (np.max, spaced),
        (np.min, spaced),
        (np.var, real),
        (np.std, real),
        (np.median, spaced),
        (reductions.logsumexp, real),
    ]
    for axis, keepdims in [(None, True), (2, False), ((-1, 0), False), ((0, 2, 3), True)]
]
SCANS = [row(function, nonzero(3, 11), axis=axis) for function in (np.cumsum, np.cumprod) for axis in (0, 1, None)]
ORDERED = [
    *(row(np.sort, spaced(4, 9), axis=axis) for axis in (0, 1, None)),
    *(row(np.quantile, spaced(4, 9), [0.0, 0.21, 0.5, 1.0], axis=axis) for axis in (0, -1, None)),
    row(np.take_along_axis, real(4, 9), np.arange(28).reshape(4, 7) ** 2 % 9, axis=1),
]
CALCULUS = [
    *(row(np.convolve, real(n), real(m), mode) for n, m in [(9, 4), (4, 9), (8, 8)] for mode in ("full", "valid")),
    *(row(np.convolve, real(n), real(m), "same") for n, m in [(9, 4), (9, 5), (5, 9)]),
    *(row(np.gradient, real(5, 7), 0.5, axis=axis, edge_order=order) for axis in (0, 1) for order in (1, 2)),
    row(np.gradient, real(4, 5)),
    row(np.diff, real(3, 8), 3, -1),
    row(np.trapezoid, real(4, 9), real(9)),
    row(np.cov, real(5, 12)),
]
PRODUCTS = [
    row(np.matmul, real(5, 1, 6, 4), real(3, 4, 7)),
    row(np.einsum, "bij,bjk,lk->bil", real(3, 4, 5), real(3, 5, 2), real(6, 2)),
    row(np.einsum, "...i,...ij,...j", real(6, 4), real(3, 1, 4, 5), real(5)),
    row(np.tensordot, real(4, 3, 5), real(5, 4, 2), axes=([0, 2], [1, 0])),
    row(np.kron, real(2, 3, 2), real(3, 1, 4)),
    row(np.cross, real(5, 4, 3), real(4, 3)),
    row(np.linalg.multi_dot, [real(2, 9), real(9, 3), real(3, 8), real(8, 1)]),
]
LINALG = [
    *(row(f, spread(3, 8, 8)) for f in (np.linalg.inv, np.linalg.det, np.linalg.slogdet, np.linalg.pinv)),
    *(row(f, spread(2, 7, 7)) for f in (np.linalg.cholesky, np.linalg.eigh, np.linalg.eigvalsh, np.linalg.eigvals)),
    *(row(np.linalg.qr, spread(2, *shape)) for shape in [(7, 7), (8, 5), (5, 8)]),
    *(row(np.linalg.svd, spread(2, *shape), full_matrices=False) for shape in [(7, 7), (8, 5), (5, 8)]),
    *(row(np.linalg.pinv, spread(2, *shape)) for shape in [(8, 5), (5, 8)]),
    *(row(np.linalg.norm, spread(7, 5), ord) for ord in ("fro", "nuc", 2, -2, 1, -1, np.inf, -np.inf)),
    *(row(np.linalg.matrix_power, spread(2, 5, 5) if n > 0 else spread(5, 5), n) for n in (5, -4)),
    row(np.linalg.solve, spread(4, 1, 8, 8), real(3, 8, 2)),
    row(np.linalg.solve, spread(8, 8), real(8)),
    row(np.linalg.lstsq, spread(9, 6), real(9, 3)),
]
FFT = [
    *(row(f, real(2, n)) for f in (np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.ihfft) for n in (1, 2, 7, 12, 17)),
    *(row(f, real(n, 2), axis=0) for f in (np.fft.irfft, np.fft.hfft) for n in (2, 7, 12)),
    *(row(f, real(2, 9), n, norm="ortho") for f in (np.fft.fft, np.fft.rfft, np.fft.irfft) for n in (5, 8, 16)),
    *(row(f, real(3, 6, 5)) for f in (np.fft.fftn, np.fft.rfftn, np.fft.ifft2, np.fft.irfft2)),
]
NETWORKS = [
    *(row(f, real(5, 4, 6), axis=axis) for f in (neural.softmax, neural.log_softmax) for axis in (0, 1, -1)),
    row(neural.linear, real(3, 5, 6), real(4, 6), real(4)),
]
LARGER = [*REDUCTIONS, *SCANS, *ORDERED, *CALCULUS, *PRODUCTS, *LINALG, *FFT, *NETWORKS]
