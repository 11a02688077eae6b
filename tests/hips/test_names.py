"""The namespaces that code for HIPS autograd imports."""

import builtins
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

import autograd
import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import AutogradError, Tensor, grad
from autograd.builtins import isinstance, type  # noqa: A004
from autograd.misc import flatten
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.test_util import check_equivalent, check_grads, check_jvp, check_vjp, combo_check, scalar_close
from autograd.tracer import Box, getval, isbox
from autograd.vspace import VSpace, vspace

ROOT = Path(__file__).parents[2]


class TestNumPy:
    def test_every_name_of_numpy_is_there(self):
        assert {name for name in numpy.__all__ if not hasattr(np, name)} == set()
        assert set(numpy.__all__) <= set(dir(np))

    def test_names_are_numpys_own(self):
        assert np.sin is numpy.sin
        assert np.linalg.svd is numpy.linalg.svd
        assert np.fft.rfft is numpy.fft.rfft
        assert np.newaxis is None
        assert npr.rand is not None

    def test_a_name_that_numpy_has_not(self):
        with pytest.raises(AttributeError, match="sinh_of_all"):
            np.sinh_of_all  # noqa: B018

    def test_importing_it_loads_nothing_that_numpy_had_not(self):
        code = "import autograd.numpy, sys; print([m for m in ('numpy.f2py', 'numpy.testing') if m in sys.modules])"
        result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert result.stdout.strip() == "[]"

    def test_arrays_of_lists_of_tensors(self):
        x = Tensor(2.0, requires_grad=True)
        made = np.array([[x, 3.0], (x * x, 1)], dtype=np.float32, ndmin=3)
        assert isinstance(made, np.ndarray)
        assert (made.shape, made.dtype) == ((1, 2, 2), np.float32)
        np.sum(made).backward()
        assert x.grad == 5.0

    def test_an_array_of_a_tensor_is_another_tensor(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        copy, same = np.array(x), np.asarray(x)
        copy += 1.0
        np.testing.assert_array_equal(x.data, [1.0, 2.0])
        assert same is x

    def test_plain_values_stay_plain(self):
        assert builtins.type(np.array([1, 2])) is numpy.ndarray
        assert builtins.type(np.sum([1.0, 2.0])) is numpy.float64
        assert builtins.type(np.full(2, 1.0)) is numpy.ndarray
        numpy.testing.assert_array_equal(np.r_[1:3, 5], [1, 2, 5])
        numpy.testing.assert_array_equal(np.c_[[1, 2], [3, 4]], [[1, 3], [2, 4]])

    def test_rows_and_columns(self):
        x = numpy.array([1.0, 2.0])
        numpy.testing.assert_array_equal(grad(lambda x: np.sum(np.r_[x, 1:3, 5.0, x * x, [x[0]]]))(x), [4.0, 5.0])
        made = np.c_[Tensor(x), x, Tensor([[3.0], [4.0]])]
        numpy.testing.assert_array_equal(made.data, numpy.c_[x, x, [[3.0], [4.0]]])
        with pytest.raises(TypeError, match="directive"):
            np.r_["0,2", Tensor(x)]

    def test_what_is_not_supported_says_so(self):
        x = Tensor([1.0, 2.0])
        with pytest.raises(TypeError, match="like= not supported"):
            np.asarray(x, like=x)
        with pytest.raises(AutogradError, match="only offset=0"):
            np.make_diagonal(x)

    def test_scalars(self):
        assert np.isscalar(Tensor(1.0))
        assert not np.isscalar(Tensor([1.0]))


class TestContainersAndTypes:
    def test_types_are_those_of_values(self):
        x = Tensor([1.0])
        assert isinstance(x, np.ndarray)
        assert not isinstance(x, float)
        assert isinstance(Tensor(1.0), float)
        assert type(x) is numpy.ndarray
        assert isinstance([x], autograd.list)
        assert isinstance({}, (tuple, autograd.dict))

    def test_import_star_leaves_pythons_names_alone(self):
        names = {}
        exec("from autograd import *", names)
        assert not {"isinstance", "type", "tuple", "list", "dict"} & set(names)

    def test_boxes(self):
        x = Tensor([1.0], requires_grad=True)
        assert isbox(x)
        assert builtins.isinstance(x, ArrayBox)
        assert Box is ArrayBox
        assert getval(x) is x.data[()] or getval(x).base is x.data
        assert getval(3.0) == 3.0


class TestVectorSpaces:
    def test_a_real_array(self):
        space = vspace(numpy.ones((2, 1), numpy.float32))
        assert (space.shape, space.dtype, space.size, space.ndim, space.iscomplex) == ((2, 1), "float32", 2, 2, False)
        numpy.testing.assert_array_equal(list(space.standard_basis()), [[[1.0], [0.0]], [[0.0], [1.0]]])
        assert space.randn().dtype == numpy.float32

    def test_complex_numbers_have_two_dimensions(self):
        space = vspace([1.0, 1.0 + 2.0j])
        assert (space.size, space.iscomplex) == (3, True)
        assert space.ones() == [1.0, 1.0 + 1.0j]
        assert list(space.standard_basis()) == [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0j]]
        assert space.inner_prod([2.0, 1.0 + 2.0j], [3.0, 4.0 - 5.0j]) == 6.0 + 4.0 - 10.0
        assert space.covector([2.0, 1.0j]) == [2.0, -1.0j]
        assert space.add([1.0, 1.0j], space.scalar_mul([1.0, 2.0], 3.0)) == [4.0, 6.0 + 1.0j]

    def test_spaces_are_equal_if_their_vectors_have_the_same_form(self):
        assert vspace({"a": 1.0, "b": (2.0,)}) == vspace({"a": Tensor(5.0), "b": (numpy.array(2.0),)})
        assert vspace([1.0]) != vspace((1.0,))
        assert vspace(1.0) != vspace(numpy.float32(1.0))
        assert vspace([1.0, numpy.ones(2)]).shape == [VSpace(1.0), VSpace(numpy.ones(2))]
        assert len({vspace(1.0), vspace(2.0)}) == 1

    def test_what_has_none(self):
        with pytest.raises(TypeError, match=r"str 'a' is not numeric"):
            vspace([1.0, "a"])


class TestFlattening:
    def test_shapes_and_dtypes_come_back(self):
        value = {"b": [numpy.ones((2, 2), numpy.float32), 1.5], "a": (1.0 + 2.0j, numpy.zeros((0, 3)), None)}
        vector, unflatten = flatten(value)
        assert (vector.shape, vector.dtype) == ((6,), numpy.complex128)
        back = unflatten(2.0 * vector)
        assert (back["b"][0].dtype, back["b"][1], back["a"][0], back["a"][2]) == (numpy.float32, 3.0, 2.0 + 4.0j, None)
        assert back["a"][1].shape == (0, 3)

    def test_nothing_is_an_empty_vector(self):
        vector, unflatten = flatten([])
        assert vector.shape == (0,)
        assert unflatten(vector) == []

    def test_a_function_of_vectors(self):
        f, unflatten, vector = flatten_func(lambda p: {"y": p["a"] ** 2}, {"a": numpy.array([1.0, 2.0])})
        numpy.testing.assert_array_equal(f(vector), [1.0, 4.0])
        assert unflatten(vector).keys() == {"a"}

    def test_gradients_pass_through(self):
        def loss(p):
            vector, unflatten = flatten(p)
            return np.sum(vector**2) + unflatten(vector)["b"]

        assert grad(loss)({"a": 3.0, "b": 1.0}) == {"a": 6.0, "b": 3.0}


@pytest.mark.parametrize("optimizer", [sgd, rmsprop, adam])
def test_optimizers_find_a_minimum_and_report(optimizer):
    seen = []
    goal = {"w": numpy.array([1.0, -2.0]), "b": [0.5]}
    start = {"w": numpy.zeros(2), "b": [0.0]}

    def loss(p, i):
        return np.sum((p["w"] - goal["w"]) ** 2) + (p["b"][0] - goal["b"][0]) ** 2

    found = optimizer(grad(loss), start, callback=lambda x, i, g: seen.append((i, g)), num_iters=600, step_size=0.02)
    numpy.testing.assert_allclose(found["w"], goal["w"], atol=0.03)
    assert [i for i, _ in seen] == list(range(600))
    assert seen[0][1]["b"] == [-1.0]


def test_a_gradient_through_an_optimizer():
    """One step of descent on (x - a)² from 0 is at 2·step·(1 - mass)·a: the derivative in a is the rest."""
    derivative = grad(lambda a: sgd(lambda x, i: 2.0 * (x - a), 0.0, num_iters=1, step_size=0.1, mass=0.5))(3.0)
    assert derivative == pytest.approx(0.1)


class TestChecks:
    def test_right_derivatives_pass(self):
        check_grads(np.tanh)(numpy.array([0.5, -1.0]))
        check_grads(lambda a, b: a["x"] * b[0], (0, 1), ["fwd", "rev"], order=2)({"x": 2.0}, (3.0,))
        check_vjp(np.sin, 0.3)
        check_jvp(np.sin, 0.3)
        combo_check(np.sum, [0], modes=["rev"], order=1)([numpy.ones((2, 2)), numpy.ones((3, 1))], axis=[0, 1])

    def test_wrong_ones_fail(self):
        wrong = autograd.primitive(lambda x: x**2, name="wrong").defvjp(lambda g, x: g * x)
        for check in (check_grads(wrong), lambda x: check_vjp(wrong, x)):
            with pytest.raises(AssertionError, match="WRONG"):
                check(numpy.array([1.0, 2.0]))

    def test_an_unknown_mode(self):
        with pytest.raises(AssertionError, match="'fwd' and 'rev'"):
            check_grads(np.sin, modes=["forward"])(1.0)

    def test_equivalence(self):
        check_equivalent({"a": [1.0]}, {"a": [1.0 + 1e-9]})
        with pytest.raises(AssertionError, match="different spaces"):
            check_equivalent(1.0, numpy.ones(1))
        with pytest.raises(AssertionError):
            check_equivalent(1.0, 1.001)
        assert scalar_close(1.0, 1.0 + 1e-8)
        assert not scalar_close(1.0, 1.1)
