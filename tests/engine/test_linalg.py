"""What rows of the table cannot say of linear algebra: singular points, equal eigenvalues, phases, triangles."""

import itertools
import math
import re

import numpy as np
import pytest

import autograd
from autograd import DTypeError, ShapeError, Tensor, grad, jacobian
from autograd.gradcheck import Verdict
from autograd.ops import determinants

INF = np.inf


def matrix(rng, *shape):
    """Return a matrix whose singular values are far from 0 and from each other."""
    return 2.0 * np.eye(*shape) * np.arange(1, shape[1] + 1) + rng.uniform(-0.4, 0.4, shape)


def complex_matrix(rng, *shape):
    return matrix(rng, *shape) + 1j * rng.uniform(-0.4, 0.4, shape)


def orthogonal(rng, n):
    return np.linalg.qr(rng.normal(size=(n, n)))[0]


def hermitian(a):
    return (a + np.conjugate(np.swapaxes(a, -1, -2))) / 2


def leibniz(a):
    """Return the determinant as a sum over permutations."""
    permutations = list(itertools.permutations(range(len(a))))
    signs = [round(np.linalg.det(np.eye(len(a))[list(p)])) for p in permutations]
    return sum(sign * math.prod(a[i, k] for i, k in enumerate(p)) for sign, p in zip(signs, permutations, strict=True))


def assert_right(function, *arrays, order=2):
    report = autograd.gradcheck(function, arrays, order=order, seed=0)
    assert report.verdict in (Verdict.RIGHT, Verdict.RIGHT_ABS), report


class TestSingleMatrices:
    @pytest.mark.parametrize(
        "function",
        [
            np.linalg.inv,
            np.linalg.det,
            np.linalg.pinv,
            np.linalg.cholesky,
            np.linalg.qr,
            np.linalg.eigh,
            np.linalg.eig,
            np.linalg.svd,
            np.linalg.slogdet,
            np.linalg.cond,
            lambda a: np.linalg.matrix_power(a, -3),
        ],
    )
    def test_gradient_is_right(self, function, rng):
        assert_right(function, matrix(rng, 3, 3))

    @pytest.mark.parametrize("shape", [(3,), (3, 2)])
    def test_gradient_of_a_solution_is_right(self, shape, rng):
        assert_right(np.linalg.solve, matrix(rng, 3, 3), rng.normal(size=shape))

    @pytest.mark.parametrize(
        "function", [np.linalg.slogdet, np.linalg.svd, np.linalg.eigh, np.linalg.eig, np.linalg.qr]
    )
    def test_parts_come_in_the_named_tuple_of_numpy(self, function, rng):
        a = matrix(rng, 3, 3)
        result, expected = function(Tensor(a, requires_grad=True)), function(a)
        assert type(result) is type(expected)
        for part, other in zip(result, expected, strict=True):
            np.testing.assert_allclose(part.data, other, rtol=1e-13)

    @pytest.mark.parametrize("n", [0, 1])
    def test_matrices_of_no_and_of_one_element(self, n):
        a = np.full((n, n), 2.0)
        for function in (np.linalg.inv, np.linalg.det, np.linalg.cholesky, lambda a: np.linalg.eigh(a)[1]):
            assert grad(lambda a, f=function: np.sum(f(a)))(a).shape == (n, n)


class TestDeterminants:
    def test_gradient_at_a_singular_matrix_is_the_matrix_of_cofactors(self):
        np.testing.assert_allclose(grad(np.linalg.det)(np.diag([2.0, 0.0, 3.0])), np.diag([0.0, 6.0, 0.0]), atol=1e-15)
        assert_right(np.linalg.det, np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [5.0, 7.0, 9.0]]))

    @pytest.mark.parametrize("rank", [0, 1, 2, 3])
    def test_derivatives_at_matrices_of_any_rank_are_those_of_the_polynomial(self, rank, rng):
        a = rng.normal(size=(4, rank)) @ rng.normal(size=(rank, 4))
        of_det, of_polynomial = np.linalg.det, leibniz
        for _ in range(3):
            of_det, of_polynomial = jacobian(of_det), jacobian(of_polynomial)
            np.testing.assert_allclose(of_det(a), of_polynomial(a), atol=1e-10)

    def test_gradient_at_a_singular_complex_matrix_is_that_of_the_polynomial(self, rng):
        a = complex_matrix(rng, 3, 2) @ complex_matrix(rng, 2, 3)
        np.testing.assert_allclose(jacobian(np.linalg.det)(a), jacobian(leibniz)(a), atol=1e-12)

    def test_matrices_in_very_different_units_are_not_taken_to_be_singular(self, rng):
        for units in (lambda a: a * [1e12, 1.0, 1e-12], lambda a: a * [[1e12], [1.0], [1e-12]]):
            a = units(matrix(rng, 3, 3))
            np.testing.assert_allclose(grad(np.linalg.det)(a), np.linalg.det(a) * np.linalg.inv(a).T, rtol=1e-10)

    @pytest.mark.parametrize("shape", [(200, 200), (3, 80, 80)])
    def test_large_regular_matrices_need_no_singular_values(self, shape, rng, monkeypatch):
        monkeypatch.setattr(determinants, "cofactors", None)
        a = rng.normal(size=shape) / np.sqrt(shape[-1])
        expected = np.linalg.det(a)[..., None, None] * np.swapaxes(np.linalg.inv(a), -1, -2)
        np.testing.assert_allclose(grad(lambda a: np.sum(np.linalg.det(a)))(a), expected, rtol=1e-12)

    def test_large_singular_matrices(self, rng):
        a = rng.normal(size=(100, 98)) @ rng.normal(size=(98, 100)) / 10
        np.testing.assert_allclose(grad(np.linalg.det)(a / 10), np.zeros((100, 100)), atol=1e-12)

    def test_second_order_at_matrices_of_rank_0_and_1(self):
        second = autograd.hessian(np.linalg.det)(np.zeros((2, 2)))
        expected = np.zeros((2, 2, 2, 2))
        expected[0, 0, 1, 1] = expected[1, 1, 0, 0] = 1
        expected[0, 1, 1, 0] = expected[1, 0, 0, 1] = -1
        np.testing.assert_allclose(second, expected, atol=1e-15)
        assert_right(np.linalg.det, np.diag([3.0, 0.0, 0.0]))
        assert_right(np.linalg.det, np.array([[0.0]]))

    def test_a_singular_matrix_among_others(self, rng):
        assert_right(np.linalg.det, np.stack([matrix(rng, 2, 2), np.diag([0.0, 2.0]), np.zeros((2, 2))]))
        gradient = grad(lambda a: np.sum(np.linalg.det(a)))(np.stack([np.zeros((9, 9)), np.eye(9)]))
        np.testing.assert_allclose(gradient, [np.zeros((9, 9)), np.eye(9)], atol=1e-15)

    def test_where_guards_the_logarithm_of_a_singular_determinant(self, rng):
        stack = np.stack([np.zeros((2, 2)), matrix(rng, 2, 2)])
        gradient = grad(lambda a: np.sum(np.where([False, True], np.linalg.slogdet(a).logabsdet, 0.0)))(stack)
        np.testing.assert_array_equal(gradient[0], 0)
        np.testing.assert_allclose(gradient[1], np.linalg.inv(stack[1]).T, rtol=1e-13)

    def test_slope_of_the_logarithm_of_a_singular_determinant_is_refused(self):
        with pytest.raises(np.linalg.LinAlgError):
            grad(lambda a: np.linalg.slogdet(a)[1])(np.zeros((2, 2)))

    def test_sign_of_a_real_determinant_has_gradient_0(self, rng):
        np.testing.assert_array_equal(grad(lambda a: np.linalg.slogdet(a)[0])(matrix(rng, 2, 2)), np.zeros((2, 2)))


class TestNorms:
    @pytest.mark.parametrize("order", [None, 2, 1, 3, 1.5, INF, -INF])
    def test_gradient_at_0_is_0(self, order):
        np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, order))(np.zeros(3)), np.zeros(3))

    @pytest.mark.parametrize("order", ["fro", "nuc", 2, -2, 1, -1, INF, -INF])
    def test_gradient_at_the_matrix_0_is_0(self, order):
        np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, order))(np.zeros((3, 2))), np.zeros((3, 2)))

    @pytest.mark.parametrize("order", [0.5, 1, 1.5, 2, 2.5, 3])
    def test_an_element_of_0_has_gradient_0_and_leaves_the_others_right(self, order):
        gradient = grad(lambda x: np.linalg.norm(x, order))(np.array([3.0, 0.0, -4.0]))
        rest = grad(lambda x: np.linalg.norm(x, order))(np.array([3.0, -4.0]))
        np.testing.assert_allclose(gradient, [rest[0], 0.0, rest[1]], rtol=1e-14)

    @pytest.mark.parametrize(("order", "expected"), [(1.5, 0.0), (2, 0.2), (2.5, 0.0), (3, 0.0), (4, 0.0)])
    def test_second_derivative_at_an_element_of_0(self, order, expected):
        second = autograd.hessian(lambda x: np.linalg.norm(x, order))(np.array([3.0, 0.0, -4.0]))
        np.testing.assert_allclose(second[1], [0.0, expected, 0.0], atol=1e-15)

    def test_nuclear_norm_has_the_subgradient_of_least_norm_where_singular_values_are_0(self, rng):
        u, v = orthogonal(rng, 4)[:, :2], orthogonal(rng, 3)[:, :2]
        gradient = grad(lambda a: np.linalg.norm(a, "nuc"))(u @ np.diag([3.0, 1.0]) @ v.T)
        np.testing.assert_allclose(gradient, u @ v.T, atol=1e-14)

    def test_nuclear_norm_at_equal_singular_values(self, rng):
        q = orthogonal(rng, 3)
        np.testing.assert_allclose(grad(lambda a: np.linalg.norm(a, "nuc"))(2.0 * q), q, atol=1e-14)

    def test_order_0_counts_and_has_no_derivative(self):
        count = np.linalg.norm(Tensor([1.0, 0.0, 2.0], requires_grad=True), 0)
        assert not isinstance(count, Tensor)
        assert count == 2

    def test_singular_matrix_has_an_infinite_condition_number(self):
        assert np.linalg.cond(Tensor(np.diag([1.0, 0.0]), requires_grad=True)).item() == INF

    def test_unknown_orders_are_refused(self):
        with pytest.raises(ValueError, match="'nuc'"):
            np.linalg.norm(Tensor(np.eye(2)), 3)
        with pytest.raises(ShapeError, match=r"norm: ord=2 over 3 axes of shape \(2, 2, 2\)"):
            np.linalg.norm(Tensor(np.ones((2, 2, 2))), 2)


class TestEqualEigenvalues:
    """Functions of the subspace and of sums of equal ones have derivatives, single eigenvectors have none."""

    @pytest.mark.parametrize("make", [np.real, np.asarray], ids=["real", "complex"])
    def test_projector_on_the_subspace_of_equal_eigenvalues(self, make, rng):
        q = np.linalg.qr(make(rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))))[0]
        a = q @ np.diag([1.0, 1.0, 3.0, 4.0]) @ np.conjugate(q.T)

        def projector(a):
            v = np.linalg.eigh(a)[1][:, :2]
            return v @ np.conjugate(v.T)

        assert_right(projector, a, order=1)

    def test_sums_of_equal_eigenvalues(self, rng):
        q = orthogonal(rng, 4)
        a = q @ np.diag([1.0, 1.0, 3.0, 3.0]) @ q.T
        assert_right(lambda a: np.sum(np.linalg.eigvalsh(a)[2:] ** 2), a, order=1)
        assert_right(lambda a: np.sum(np.linalg.svdvals(a)[:2]), a, order=1)

    def test_subspace_of_equal_singular_values(self, rng):
        a = orthogonal(rng, 4) @ np.diag([3.0, 3.0, 2.0, 1.0])[:, :3] @ orthogonal(rng, 3)

        def isometry_of_subspaces(a):
            u, _, vh = np.linalg.svd(a, full_matrices=False)
            return u[:, :2] @ vh[:2]

        assert_right(isometry_of_subspaces, a, order=1)

    @pytest.mark.parametrize("a", [np.eye(3), np.zeros((3, 3)), np.diag([1.0, 1.0, 2.0])])
    @pytest.mark.parametrize("function", [np.linalg.eigh, np.linalg.eig, np.linalg.svd])
    def test_all_other_gradients_are_finite(self, function, a, rng):
        weights = rng.normal(size=(3, 3))
        gradient = grad(lambda a: sum(np.sum(np.real(part) * weights) for part in function(a)))(a)
        assert np.isfinite(gradient).all()

    def test_sum_of_eigenvalues_that_are_not_symmetric(self, rng):
        s = matrix(rng, 3, 3)
        a = s @ np.diag([2.0, 2.0, 5.0]) @ np.linalg.inv(s)
        np.testing.assert_allclose(grad(lambda a: np.sum(np.real(np.linalg.eigvals(a))))(a), np.eye(3), atol=1e-12)


class TestPhases:
    """Vectors of a complex decomposition may turn by a phase; functions that do not see it are checked."""

    def test_functions_of_complex_eigenvectors_of_a_hermitian_matrix(self, rng):
        def rebuilt(a):
            w, v = np.linalg.eigh(a)
            return (v * np.exp(0.2 * w)) @ np.conjugate(v.T), np.abs(v)

        assert_right(rebuilt, complex_matrix(rng, 3, 3))

    @pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4)])
    def test_functions_of_complex_singular_vectors(self, shape, rng):
        def rebuilt(a):
            u, s, vh = np.linalg.svd(a, full_matrices=False)
            return (u * np.sin(s)) @ vh, np.abs(u), np.abs(vh)

        assert_right(rebuilt, complex_matrix(rng, *shape))

    def test_functions_of_complex_singular_vectors_of_a_hermitian_matrix(self, rng):
        def rebuilt(a):
            u, s, vh = np.linalg.svd(a, hermitian=True)
            return (u * np.sin(s)) @ vh

        assert_right(rebuilt, complex_matrix(rng, 3, 3) - 3 * np.eye(3))

    def test_complex_eigenvectors_of_a_real_matrix_have_the_phase_that_lapack_gives_them(self, rng):
        a = np.kron(np.diag([1.0, 2.5]), [[1.0, -2.0], [1.5, 1.0]]) + rng.uniform(-0.2, 0.2, (4, 4))
        assert_right(lambda a: np.square(np.linalg.eig(a)[1]), a)  # without the sign, which is left to rounding

    def test_function_of_a_matrix_by_its_eigenvectors(self, rng):
        def exponential(a):
            w, v = np.linalg.eig(a)
            return (v * np.exp(0.2 * w)) @ np.linalg.inv(v)

        assert_right(exponential, np.array([[1.0, -2.0], [1.5, 0.5]]) + rng.uniform(-0.1, 0.1, (2, 2)))
        assert_right(exponential, complex_matrix(rng, 3, 3))


class TestTriangles:
    """A function that reads one triangle has its gradient there."""

    @pytest.mark.parametrize(
        ("function", "reads"),
        [
            (np.linalg.cholesky, np.tril),
            (lambda a: np.linalg.cholesky(a, upper=True), np.triu),
            (np.linalg.eigvalsh, np.tril),
            (lambda a: np.linalg.eigvalsh(a, "U"), np.triu),
            (lambda a: np.linalg.pinv(a, hermitian=True), np.tril),
            (lambda a: np.linalg.svd(a, hermitian=True)[1], np.tril),
        ],
    )
    def test_gradient_is_in_the_triangle_read(self, function, reads, rng):
        a = matrix(rng, 3, 3)
        gradient = grad(lambda a: np.sum(np.sin(function(a))))(a)
        np.testing.assert_array_equal(gradient, reads(gradient))
        assert np.all(gradient[reads(np.ones((3, 3), bool))] != 0)

    def test_gradient_of_the_log_determinant_by_cholesky_is_the_inverse_folded_onto_the_triangle(self, rng):
        a = hermitian(matrix(rng, 3, 3))
        gradient = grad(lambda a: 2 * np.sum(np.log(np.linalg.diagonal(np.linalg.cholesky(a)))))(a)
        inverse = np.linalg.inv(a)
        np.testing.assert_allclose(gradient, np.tril(2 * inverse) - np.diag(np.diag(inverse)), atol=1e-14)


class TestConstantRank:
    """A pseudo-inverse has a derivative along changes that keep the rank."""

    def test_pseudo_inverse_of_a_product(self, rng):
        left, right = rng.normal(size=(4, 2)), rng.normal(size=(2, 3))
        assert_right(lambda left, right: np.linalg.pinv(left @ right), left, right)

    def test_shortest_solution_of_a_system_of_low_rank(self, rng):
        left, right, b = rng.normal(size=(4, 2)), rng.normal(size=(2, 3)), rng.normal(size=4)
        assert_right(lambda left, right, b: np.linalg.lstsq(left @ right, b)[0], left, right, b)


class TestRefusals:
    @pytest.mark.parametrize(
        ("function", "a", "name"),
        [
            (np.linalg.inv, np.zeros((2, 2)), "inv"),
            (lambda a: np.linalg.solve(a, np.ones(2)), np.zeros((2, 2)), "solve"),
            (np.linalg.cholesky, -np.eye(2), "cholesky"),
            (np.linalg.det, np.ones((2, 3)), "det"),
        ],
    )
    def test_an_error_of_numpy_names_the_operation(self, function, a, name):
        with pytest.raises(np.linalg.LinAlgError, match=rf"^{name}: .* \(a: {re.escape(str(a.shape))} float64"):
            function(Tensor(a, requires_grad=True))

    def test_parts_without_derivative_are_refused(self):
        a = Tensor(np.ones((4, 2)), requires_grad=True)
        with pytest.raises(DTypeError, match=r"qr: mode='complete'.*\(4, 2\).*last 2 columns"):
            np.linalg.qr(a, mode="complete")
        with pytest.raises(DTypeError, match="qr: mode='raw'"):
            np.linalg.qr(a, mode="raw")
        with pytest.raises(DTypeError, match=r"svd: full_matrices=True.*\(4, 2\).*pass full_matrices=False"):
            np.linalg.svd(a)

    @pytest.mark.parametrize(
        "call",
        [
            lambda a: np.linalg.multi_dot([a, a], out=np.empty((2, 2))),
            lambda a: np.trace(a, out=np.empty(())),
            lambda a: np.outer(a, a, out=np.empty((4, 4))),
            lambda a: np.einsum("ij->ji", a, out=np.empty((2, 2))),
            lambda a: np.fft.fft(a, out=np.empty((2, 2), complex)),
            lambda a: np.einsum("ij->ji", a, dtype=np.float32),
        ],
    )
    def test_arguments_that_tensors_cannot_serve_are_named(self, call):
        with pytest.raises(TypeError, match=r"(out|dtype)= not supported on Tensors"):
            call(Tensor(np.eye(2), requires_grad=True))

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda a: np.tensordot(a, np.ones((2, 2)), 1), r"tensordot: shapes \(2, 3\) and \(2, 2\) differ"),
            (lambda a: np.cross(a, np.ones((2, 2))), "cross: vectors of sizes 3 and 2"),
            (lambda a: np.linalg.outer(a, a), "outer: shapes"),
            (lambda a: np.linalg.multi_dot([a]), "multi_dot: shapes"),
            (lambda a: np.linalg.matrix_power(a, 2), r"matrix_power: .* must be square \(a: \(2, 3\)"),
            (lambda a: np.fft.rfft(a, 0), r"rfft: length 0 along axis 1 of shape \(2, 3\)"),
            (lambda a: np.fft.fftn(a, (2, 2), (0,)), "2 lengths .* for 1 axes"),
        ],
    )
    def test_shapes_that_do_not_fit_are_named(self, call, message):
        with pytest.raises(ValueError, match=message):
            call(Tensor(np.ones((2, 3)), requires_grad=True))


def test_multi_dot_multiplies_in_the_cheapest_order():
    tall, wide = np.ones((100, 1)), np.ones((1, 100))
    product = np.linalg.multi_dot([Tensor(tall, requires_grad=True), wide, tall])
    np.testing.assert_array_equal(product.data, 100 * tall)
    assert [node.shape for node in product._node.inputs if node is not None] == [(100, 1)]


def test_a_holomorphic_transform_has_the_matrix_of_numpy_as_its_jacobian():
    matrix = np.fft.fft(np.eye(4))
    np.testing.assert_allclose(jacobian(np.fft.fft)(np.ones(4, complex)), matrix, atol=1e-15)
    np.testing.assert_allclose(jacobian(np.fft.rfft)(np.ones(4)), matrix[:3], atol=1e-15)
