"""Samples of products of vectors, matrices and tensors, and of traces."""

import numpy as np

from autograd.ops import contraction, products
from sampling import real, row

MATMUL = [
    row(products.matmul, real(3), real(3)),
    row(products.matmul, real(3), real(3, 2)),
    row(products.matmul, real(2, 3), real(3)),
    row(products.matmul, real(2, 3), real(3, 2)),
    row(products.matmul, real(3, 3), real(3, 3)),
    row(products.matmul, real(2, 2, 3), real(2, 3, 2)),
    row(products.matmul, real(2, 1, 2, 3), real(3, 3, 2)),
    row(products.matmul, real(2, 3), real(2, 3, 2)),
    row(products.matmul, real(3), real(2, 3, 2)),
    row(products.matmul, real(2, 2, 3), real(3)),
    row(products.matmul, real(2, 0), real(0, 3)),
    row(np.linalg.matmul, real(2, 3), real(3, 2)),
    row(np.dot, real(), real(2, 3)),
    row(np.dot, real(3), real(3)),
    row(np.dot, real(2, 3), real(3)),
    row(np.dot, real(2, 3), real(3, 2)),
    row(np.dot, real(2, 2, 3), real(3, 2)),
    row(np.dot, real(3), real(2, 3, 2)),
    row(np.dot, real(2, 3), real(2, 3, 2)),
    row(np.linalg.multi_dot, [real(2, 3), real(3, 2)]),
    row(np.linalg.multi_dot, [real(3), real(3, 2), real(2, 4), real(4)]),
    row(np.linalg.multi_dot, [real(1, 3), real(3, 1), real(1, 3), real(3, 2)]),
]

TENSOR_PRODUCTS = [
    row(np.tensordot, real(2, 3), real(2, 3)),
    row(np.tensordot, real(2, 3), real(3, 2), 1),
    row(np.tensordot, real(2), real(3), 0),
    row(np.tensordot, real(2, 3, 2), real(2, 2, 3), axes=([1, 0], [2, 1])),
    row(np.tensordot, real(2, 3, 2), real(3, 2), axes=(-2, 0)),
    row(np.linalg.tensordot, real(2, 3), real(3, 2), axes=1),
    row(np.inner, real(3), real(3)),
    row(np.inner, real(), real(3)),
    row(np.inner, real(2, 3), real(2, 2, 3)),
    row(np.outer, real(2), real(3)),
    row(np.outer, real(2, 2), real()),
    row(np.linalg.outer, real(2), real(3)),
    row(np.kron, real(2, 3), real(2, 2)),
    row(np.kron, real(2), real(2, 1, 3)),
    row(np.kron, real(), real(3)),
    row(np.cross, real(3), real(3)),
    row(np.cross, real(2, 3), real(3)),
    row(np.cross, real(3, 2), real(2, 3), axisa=0, axisc=0),
    row(np.cross, real(3, 2), real(3, 2), axis=0),
    row(np.linalg.cross, real(2, 3), real(2, 3)),
]

STACKS_OF_VECTORS = [
    row(np.vdot, real(3), real(3)).but(analytic=False, complex=True),
    row(np.vdot, real(2, 3), real(3, 2)).but(analytic=False, complex=True),
    row(np.vecdot, real(3), real(3)).but(analytic=False, complex=True),
    row(np.vecdot, real(2, 1, 3), real(2, 3)).but(analytic=False, complex=True),
    row(np.linalg.vecdot, real(3, 2), real(3, 2), axis=0).but(analytic=False, complex=True),
]
if hasattr(np, "matvec"):
    STACKS_OF_VECTORS += [
        row(np.matvec, real(2, 3), real(3)),
        row(np.matvec, real(2, 2, 3), real(1, 3)),
        row(np.vecmat, real(2), real(2, 3)).but(analytic=False, complex=True),
        row(np.vecmat, real(2, 2), real(2, 2, 3)).but(analytic=False, complex=True),
    ]

TRACES = [
    *(row(np.trace, real(3, 4), offset) for offset in (0, 1, -1, 3, 4)),
    row(np.trace, real(2, 3, 2), axis1=-1, axis2=0),
    row(np.linalg.trace, real(2, 3, 3)),
    row(np.linalg.trace, real(2, 3, 4), offset=2),
    row(np.linalg.matrix_transpose, real(2, 2, 3)),
]

EINSUM = [
    row(contraction.contract, "ij,jk->ik", real(2, 3), real(3, 2)).but(reference=np.einsum),
    row(contraction.contract, "ii->i", real(3, 3)).but(reference=np.einsum),
    *(
        row(np.einsum, subscripts, *(real(*shape) for shape in shapes))
        for subscripts, *shapes in (
            ("i,i", (3,), (3,)),
            ("ij,jk", (2, 3), (3, 2)),
            ("kj,ji", (2, 3), (3, 2)),
            (" i j , j k -> i k", (2, 3), (3, 2)),
            ("i,j->ij", (2,), (3,)),
            ("ij,ij->i", (2, 3), (2, 3)),
            ("ij->ji", (2, 3)),
            ("ba", (2, 3)),
            ("ij->", (2, 3)),
            ("ijk->j", (2, 3, 2)),
            ("ii", (3, 3)),
            ("ii->i", (3, 3)),
            ("iij->j", (2, 2, 3)),
            ("iii->i", (2, 2, 2)),
            ("ij,jj->i", (2, 3), (3, 3)),
            ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
            ("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
            ("...i,i->...", (2, 3), (3,)),
            ("i...->...", (2, 3)),
            ("...", (2, 3)),
            ("...ii->...i", (2, 3, 3)),
            ("ij,ij->ij", (3, 1), (1, 4)),
            ("ij,ij->j", (1, 2), (3, 2)),
            (",ij->ij", (), (2, 3)),
        )
    ),
    row(np.einsum, "ij,jk,kl->il", real(2, 3), real(3, 2), real(2, 2), optimize=True),
    row(np.einsum, "ij,j,jk->ik", real(2, 3), np.array([1.0, -2.0, 0.5]), real(3, 2)),
    row(np.einsum, real(2, 3), [0, 1], real(3, 2), [1, 2], [2, 0]),
    row(np.einsum, real(2, 3), [30, 2], real(3), [2]),
    row(np.einsum, real(2, 2, 3), [Ellipsis, 1, 0], real(2, 3, 2), [Ellipsis, 0, 1], [Ellipsis, 1]),
]

TABLE = [*MATMUL, *TENSOR_PRODUCTS, *STACKS_OF_VECTORS, *TRACES, *EINSUM]
