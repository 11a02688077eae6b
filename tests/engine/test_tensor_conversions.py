"""The Tensor among Python's numbers and containers: conversions, text, iteration, hash, copies, pickles."""

import copy
import math
import pickle

import numpy as np
import pytest

from autograd import DTypeError, GraphError, Tensor

VALUES = np.array([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])


def same(got, expected):
    np.testing.assert_array_equal(got.data if isinstance(got, Tensor) else got, expected)
    return got.dtype == np.asarray(expected).dtype and got.shape == np.shape(expected)


class TestConversions:
    @pytest.mark.parametrize("convert", [float, int, complex, bool, math.exp])
    def test_one_element_becomes_a_python_number(self, convert):
        assert convert(Tensor(2.0, requires_grad=True)) == convert(2.0)
        assert convert(Tensor([[2.0]])) == convert(2.0)

    def test_the_value_has_the_name_that_it_has_in_a_box(self):
        assert type(Tensor(2.0, requires_grad=True)._value) is np.float64
        same(Tensor(VALUES, requires_grad=True)._value, VALUES)

    def test_item_and_tolist_are_python_numbers(self):
        assert type(Tensor([2.0]).item()) is float
        assert Tensor(VALUES).tolist() == VALUES.tolist()
        assert type(Tensor(2.0).sum().tolist()) is float

    def test_an_integer_is_an_index(self):
        assert [10, 20, 30][Tensor(1)] == 20

    def test_a_float_is_no_index(self):
        with pytest.raises(TypeError):
            range(Tensor(1.0))

    def test_asarray_of_an_untracked_tensor_is_its_data(self):
        assert np.asarray(Tensor(VALUES)) is VALUES
        assert np.array(Tensor(VALUES), dtype=np.float32).dtype == np.float32
        assert not np.shares_memory(np.array(Tensor(VALUES)), VALUES)

    @pytest.mark.parametrize("convert", [np.asarray, np.array, lambda t: np.array([t, t]), lambda t: np.sum([t, t])])
    @pytest.mark.parametrize("values", [2.0, [1.0, 2.0]])
    def test_an_array_of_tracked_tensors_is_refused_with_the_way_out(self, convert, values):
        with pytest.raises(GraphError, match=r"\.detach\(\).*np\.stack"):
            convert(Tensor(values, requires_grad=True))

    def test_repr_shows_values_dtype_and_what_made_it(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        assert repr(Tensor([1, 2])) == "Tensor([1, 2], dtype=int64)"
        assert repr(x) == "Tensor([1., 2.], dtype=float64, requires_grad=True)"
        assert repr(np.exp(x * 0)) == "Tensor([1., 1.], dtype=float64, made_by=exp)"

    def test_repr_of_many_values_is_short(self):
        assert len(repr(Tensor(np.zeros((1000, 1000))))) < 1000

    def test_format_takes_a_number_format_for_one_element(self):
        assert f"{Tensor(2.0):.2f}" == "2.00"
        assert f"{Tensor([1.0])}" == "Tensor([1.], dtype=float64)"


class TestContainers:
    def test_len_and_iteration_go_over_the_first_axis(self):
        x = Tensor(VALUES, requires_grad=True)
        rows = list(x)
        assert len(x) == len(rows) == 2
        np.sum(rows[1] * 2).backward()
        np.testing.assert_array_equal(x.grad, [[0, 0, 0], [2, 2, 2]])

    @pytest.mark.parametrize("use", [len, iter])
    def test_a_0_d_tensor_has_no_length_and_no_elements(self, use):
        with pytest.raises((TypeError, ValueError), match=r"0-d|unsized"):
            use(Tensor(1.0))

    def test_contains_compares_values(self):
        assert 4.0 in Tensor(VALUES)
        assert 7.0 not in Tensor(VALUES)

    def test_the_index_may_be_made_of_tensors(self):
        x = Tensor(VALUES, requires_grad=True)
        assert same(x[Tensor([1, 0]), Tensor(2)], VALUES[[1, 0], 2])
        assert same(x[x > 0], VALUES[VALUES > 0])

    def test_the_hash_is_by_identity(self):
        first, second = Tensor(1.0), Tensor(1.0)
        assert len({first, second, first}) == 2

    def test_the_builtin_sum_adds_tensors(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        sum([x, x * 2]).backward(np.ones(2))
        assert x.grad.tolist() == [3.0, 3.0]

    @pytest.mark.parametrize("copied", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
    def test_deepcopy_and_pickle_of_a_leaf_are_independent_leaves(self, copied):
        x = Tensor(VALUES.copy(), requires_grad=True)
        np.sum(x**2).backward()
        twin = copied(x)
        assert twin.requires_grad
        assert twin.is_leaf
        np.testing.assert_array_equal(twin.data, x.data)
        np.testing.assert_array_equal(twin.grad, x.grad)
        assert not np.shares_memory(twin.data, x.data)
        assert not np.shares_memory(twin.grad, x.grad)
        np.sum(twin).backward()
        np.testing.assert_array_equal(x.grad, 2 * VALUES)

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
    def test_copies_of_a_non_leaf_are_refused_with_the_way_out(self, copied):
        with pytest.raises(GraphError, match=r"output of exp.*detach\(\)"):
            copied(np.exp(Tensor(VALUES, requires_grad=True)))

    def test_ints_need_no_gradient_and_compute(self):
        x = Tensor([1, 2, 3])
        assert same(x * 2, np.array([2, 4, 6]))
        with pytest.raises(DTypeError, match="requires_grad needs a floating or complex dtype, got int64"):
            x.requires_grad = True
