"""Samples of numpy.linalg: systems, determinants, decompositions, norms."""

import numpy as np

from autograd.ops import decompositions, determinants, linalg, norms
from sampling import Domain, nonzero, real, row

INF = np.inf


def complex_row(function, *args, **options):
    """Return a row of a function that takes complex arrays but is not analytic."""
    return row(function, *args, **options).but(analytic=False, complex=True)


def spread(*shape):
    """Return matrices whose eigenvalues and singular values are about 2, 4, 6 …, far from 0 and from each other."""
    rows, columns = shape[-2:]
    values = 2.0 * np.eye(rows, columns) * np.arange(1, columns + 1)
    return Domain(shape, lambda rng, size: values + rng.uniform(-0.4, 0.4, size))


def turning(*shape):
    """Return matrices whose eigenvalues are far from the real axis and from each other."""
    turn = np.kron(np.diag([1.0, 2.5]), [[1.0, -2.0], [1.5, 1.0]])
    return Domain(shape, lambda rng, size: turn + rng.uniform(-0.2, 0.2, size))


def graded(*shape):
    """Return powers of 1.37 in random order and of random signs: no two sums of sizes are near each other."""
    count = int(np.prod(shape))
    return Domain(shape, lambda rng, size: (rng.choice([-1, 1], count) * 1.37 ** rng.permutation(count)).reshape(size))


def joined(decompose, *axes_to_swap):
    """Return the function that `decompose` is, with the parts joined as the primitive joins them."""

    def compute(*args):
        matrices = [
            np.swapaxes(part, -1, -2) if i in axes_to_swap else part[..., None, :] if part.ndim == 2 else part
            for i, part in enumerate(decompose(*args))
        ]
        return np.concatenate(matrices, axis=-2)

    return compute


def as_tensor(matrices, *shape):
    return Domain(shape, lambda rng, size: matrices.pick(rng, matrices.shape).reshape(size))


# Stacks of one: the tests of memory layouts repeat what is first along the first axis, and rows of a matrix would be
# equal. test_linalg.py has single matrices.
SYSTEMS = [
    row(linalg.solve, spread(1, 3, 3), real(3)).but(reference=np.linalg.solve),
    row(linalg.solve, spread(2, 2, 2), real(2)).but(reference=np.linalg.solve),
    row(linalg.solve, spread(2, 2, 2), real(2, 3)).but(reference=np.linalg.solve),
    row(linalg.solve, spread(2, 2, 2), real(2, 2, 1)).but(reference=np.linalg.solve),
    row(linalg.solve, spread(1, 2, 2), real(2, 2, 3)).but(reference=np.linalg.solve),
    row(linalg.inv, spread(2, 3, 3)).but(reference=np.linalg.inv),
    row(np.linalg.inv, spread(1, 1, 2, 2)),
    row(np.linalg.tensorsolve, as_tensor(spread(4, 4), 1, 4, 2, 2), real(1, 4)),
    row(np.linalg.tensorsolve, as_tensor(spread(4, 4), 1, 2, 2, 4), real(2, 2), axes=(0, 3)),
    row(np.linalg.tensorinv, as_tensor(spread(4, 4), 1, 4, 2, 2)),
    row(np.linalg.tensorinv, as_tensor(spread(4, 4), 1, 2, 2, 4), ind=3),
]

LEAST_SQUARES = [
    complex_row(linalg.pseudo_inverse, spread(2, 3, 2)).but(reference=np.linalg.pinv),
    complex_row(np.linalg.pinv, spread(1, 2, 3)),
    complex_row(np.linalg.pinv, spread(1, 2, 2), rtol=1e-10),
    complex_row(np.linalg.pinv, spread(1, 3, 3), hermitian=True),
    complex_row(np.linalg.lstsq, spread(4, 2), real(4)).but(outputs=(0, 1)),
    complex_row(np.linalg.lstsq, spread(3, 2), real(3, 2)).but(outputs=(0, 1, 3)),
    complex_row(np.linalg.lstsq, spread(2, 3), real(2)).but(outputs=(0, 3)),
]

DETERMINANTS_AND_POWERS = [
    row(determinants.det, spread(2, 3, 3)).but(reference=np.linalg.det),
    row(determinants.det, spread(1, 1)).but(reference=np.linalg.det),
    row(np.linalg.det, spread(1, 1, 2, 2)),
    complex_row(determinants.sign_and_log_of_det, spread(2, 2, 2)).but(
        reference=lambda a: np.stack(np.linalg.slogdet(a), -1)
    ),
    complex_row(np.linalg.slogdet, spread(1, 3, 3)),
    *(row(np.linalg.matrix_power, spread(1, 2, 2), n) for n in (0, 1, 2, 3, 6, -1, -2, -3)),
]

DECOMPOSITIONS = [
    complex_row(decompositions.cholesky_factor, spread(2, 3, 3)).but(reference=np.linalg.cholesky),
    complex_row(np.linalg.cholesky, spread(1, 2, 2)),
    complex_row(np.linalg.cholesky, spread(1, 3, 3), upper=True),
    complex_row(decompositions.qr_parts, spread(1, 3, 2)).but(reference=joined(np.linalg.qr, 1)),
    complex_row(np.linalg.qr, spread(1, 3, 3)),
    complex_row(np.linalg.qr, spread(2, 3, 2)),
    complex_row(np.linalg.qr, spread(1, 2, 4)),
    complex_row(np.linalg.qr, spread(1, 2, 3), mode="complete"),
    complex_row(np.linalg.qr, spread(1, 3, 2), mode="r"),
    row(decompositions.eigh_parts, spread(2, 3, 3), "U").but(
        reference=joined(np.linalg.eigh), analytic=False, complex=False
    ),
    row(np.linalg.eigh, spread(1, 3, 3)).but(analytic=False),
    complex_row(np.linalg.eigh, spread(1, 2, 2), UPLO="u").but(outputs=0),
    complex_row(np.linalg.eigvalsh, spread(2, 3, 3)),
    complex_row(np.linalg.eigvalsh, spread(1, 2, 2), "U"),
    complex_row(decompositions.eig_parts, spread(2, 3, 3)).but(reference=joined(np.linalg.eig)),
    complex_row(np.linalg.eig, spread(1, 3, 3)),
    complex_row(np.linalg.eig, turning(1, 4, 4)).but(outputs=0),
    complex_row(np.linalg.eigvals, spread(2, 2, 2)),
    complex_row(np.linalg.eigvals, turning(1, 4, 4)),
    row(decompositions.svd_parts, spread(2, 3, 2)).but(
        reference=joined(lambda a: np.linalg.svd(a, full_matrices=False), 2), analytic=False, complex=False
    ),
    row(np.linalg.svd, spread(1, 3, 2), full_matrices=False).but(analytic=False),
    row(np.linalg.svd, spread(2, 2, 3), full_matrices=False).but(analytic=False),
    row(np.linalg.svd, spread(1, 3, 3)).but(analytic=False),
    row(np.linalg.svd, spread(2, 3, 3), hermitian=True).but(analytic=False),
    complex_row(np.linalg.svd, spread(1, 3, 2), compute_uv=False),
    complex_row(np.linalg.svd, spread(1, 3, 3), compute_uv=False, hermitian=True),
    complex_row(np.linalg.svdvals, spread(2, 2, 3)),
]

NORMS = [
    complex_row(norms.p_norm, nonzero(2, 3)).but(reference=np.linalg.norm),
    complex_row(norms.p_norm, nonzero(2, 3), 3, 1, True).but(reference=np.linalg.norm),
    complex_row(np.linalg.norm, nonzero(3)),
    complex_row(np.linalg.norm, nonzero(2, 3), keepdims=True),
    complex_row(np.linalg.norm, nonzero(2, 2, 3), axis=-1),
    complex_row(np.linalg.norm, nonzero(2, 2, 3), axis=(0, 2), keepdims=True),
    *(complex_row(np.linalg.norm, nonzero(4), p) for p in (2, 2.5, 1.5, 0.5, -1, -2, 4)),
    complex_row(np.linalg.norm, nonzero(2, 3), 3, axis=0),
    *(complex_row(np.linalg.norm, graded(4), p) for p in (1, INF, -INF)),
    complex_row(np.linalg.norm, graded(2, 3), INF, axis=(0,), keepdims=True),
    *(complex_row(np.linalg.norm, spread(3, 2), p) for p in ("fro", "nuc", 2, -2)),
    *(complex_row(np.linalg.norm, graded(3, 2), p) for p in (1, -1, INF, -INF)),
    complex_row(np.linalg.norm, spread(2, 2, 3), "nuc", axis=(2, 1), keepdims=True),
    complex_row(np.linalg.norm, graded(2, 3, 2), 1, axis=(0, -1), keepdims=True),
    complex_row(np.linalg.vector_norm, nonzero(2, 3)),
    complex_row(np.linalg.vector_norm, nonzero(2, 3, 2), axis=(2, 0), ord=3, keepdims=True),
    complex_row(np.linalg.matrix_norm, nonzero(2, 2, 3)),
    complex_row(np.linalg.matrix_norm, spread(2, 2, 3), ord=2, keepdims=True),
    complex_row(np.linalg.cond, spread(1, 3, 3)),
    complex_row(np.linalg.cond, spread(1, 3, 2), -2),
    complex_row(np.linalg.cond, spread(2, 2, 2), "fro"),
    complex_row(np.linalg.cond, spread(1, 2, 2), 1),
]

TABLE = [*SYSTEMS, *LEAST_SQUARES, *DETERMINANTS_AND_POWERS, *DECOMPOSITIONS, *NORMS]
