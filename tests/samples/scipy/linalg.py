"""Samples of SciPy's linear algebra."""

import numpy as np
import scipy.linalg

from autograd.scipy import linalg
from sampling import Domain, real, row, unit


def of_complex(function, *args, **options):
    reference = getattr(scipy.linalg, function.__name__)
    return row(function, *args, **options).but(analytic=False, complex=True, reference=reference)


def holomorphic(function, *args, **options):
    return of_complex(function, *args, **options).but(analytic=True)


def dominant(n, diagonal=3.0):
    """Return square matrices with a large diagonal."""
    return Domain((n, n), lambda rng, size: rng.uniform(-0.5, 0.5, size) + diagonal * np.eye(n))


def of_definite(function):
    """Return `function` of a factor of its first argument, a Hermitian matrix that is definite for every factor."""

    def compute(factor, *args, **options):
        matrix = factor @ np.conjugate(factor.T) + 2 * np.eye(factor.shape[-1], dtype=factor.dtype)
        return function(matrix, *args, **options)

    compute.__name__ = function.__name__
    return compute


def of_shifted(function):
    """Return `function` of its first argument plus 3 on the diagonal, which has no eigenvalue near 0 or below."""

    def compute(a, *args, **options):
        return function(a + 3 * np.eye(3, dtype=a.dtype), *args, **options)

    compute.__name__ = function.__name__
    return compute


def shifted_row(function, *args, **options):
    reference = of_shifted(getattr(np.linalg, function.__name__, None) or getattr(scipy.linalg, function.__name__))
    return row(of_shifted(function), *args, **options).but(analytic=False, complex=True, reference=reference)


def on_cholesky(solve, factorize):
    def solve_by_cholesky(a, b, lower):
        return solve(factorize(a, lower), b)

    return solve_by_cholesky


def by_solve(a, b, lower, unit_diagonal=False):
    triangle = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        triangle = np.where(np.eye(len(a), dtype=bool), 1, triangle)
    return np.linalg.solve(triangle, b)


CHOLESKY = on_cholesky(linalg.cho_solve, linalg.cho_factor)
BANDS = Domain((4, 5), lambda rng, size: rng.uniform(-0.5, 0.5, size) + 4 * np.array([[0], [0], [1], [0]]))

SYSTEMS = [
    row(linalg.triangular_solution, dominant(3), real(3, 2), True, False).but(complex=True, reference=by_solve),
    row(linalg.triangular_solution, dominant(3), real(3), False, True).but(complex=True, reference=by_solve),
    *(
        of_complex(linalg.solve_triangular, dominant(3), real(3, 2), trans, lower=lower)
        for trans in (0, "T", 2)
        for lower in (True, False)
    ),
    of_complex(linalg.solve_triangular, dominant(3), real(3), 1, unit_diagonal=True),
    *(
        row(of_definite(linalg.cholesky), real(3, 3), lower=lower).but(
            analytic=False, complex=True, reference=of_definite(scipy.linalg.cholesky)
        )
        for lower in (True, False)
    ),
    *(
        row(of_definite(CHOLESKY), real(3, 3), real(3, 2), lower).but(
            analytic=False,
            complex=True,
            reference=of_definite(on_cholesky(scipy.linalg.cho_solve, scipy.linalg.cho_factor)),
        )
        for lower in (True, False)
    ),
    of_complex(linalg.solve_sylvester, dominant(3), dominant(2), real(3, 2)),
    row(linalg.banded_solution, BANDS, real(5, 2), (1, 2)).but(
        analytic=False, complex=True, reference=lambda ab, b, sides: scipy.linalg.solve_banded(sides, ab, b)
    ),
    of_complex(linalg.solve_banded, (1, 2), BANDS, real(5)),
    shifted_row(linalg.solve, unit(3, 3), real(3, 2)),
    shifted_row(linalg.solve, unit(3, 3), real(3), transposed=True).but(
        reference=lambda a, b, transposed: np.linalg.solve(a.T + 3 * np.eye(3, dtype=a.dtype), b)
    ),
    *(shifted_row(f, unit(3, 3)) for f in (linalg.inv, linalg.det)),
]

FUNCTIONS = [
    *(of_complex(f, unit(3, 3)) for f in (linalg.expm, linalg.sinm, linalg.cosm)),
    of_complex(linalg.expm, unit(2, 2, 2)),
    of_complex(linalg.sqrtm, dominant(3)),
    row(linalg.logm, Domain((1, 2, 2), dominant(2).pick)).but(
        analytic=False,
        complex=True,
        reference=lambda a: scipy.linalg.logm(a.astype(np.result_type(a, np.float64))).astype(a.dtype),
    ),
]

MATRICES = [
    holomorphic(linalg.block_diag, real(2, 3), real(2), real()),
    of_complex(linalg.toeplitz, real(3)),
    holomorphic(linalg.toeplitz, real(3), real(4)),
    holomorphic(linalg.hankel, real(3)),
    holomorphic(linalg.hankel, real(3), real(4)),
    holomorphic(linalg.circulant, real(4)),
]

TABLE = [*SYSTEMS, *FUNCTIONS, *MATRICES]
