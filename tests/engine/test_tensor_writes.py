"""Writing to Tensors: augmented and item assignment, data, grad, requires_grad."""

import operator

import numpy as np
import pytest

from autograd import DTypeError, GraphError, ShapeError, Tensor, no_grad

UPDATES = [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow, operator.imod]


def variable(values=(1.0, 2.0, 3.0)):
    return Tensor(np.array(values, float), requires_grad=True)


class TestAugmentedAssignment:
    @pytest.mark.parametrize("update", [*UPDATES, operator.ifloordiv])
    @pytest.mark.parametrize("other", [2.0, [1.0, 2.0, 4.0], Tensor([1.0, 2.0, 4.0])])
    def test_of_a_constant_writes_into_its_memory(self, update, other):
        memory = np.array([3.0, 5.0, 7.0])
        expected = update(memory.copy(), np.asarray(other))
        tensor = alias = Tensor(memory)
        tensor = update(tensor, other)
        assert tensor is alias
        np.testing.assert_array_equal(memory, expected)

    def test_of_a_matrix_product_writes_into_its_memory(self):
        memory = np.eye(2)
        tensor = Tensor(memory)
        tensor @= np.array([[1.0, 2.0], [3.0, 4.0]])
        np.testing.assert_array_equal(memory, [[1, 2], [3, 4]])

    @pytest.mark.parametrize("update", UPDATES)
    def test_of_a_leaf_that_requires_a_gradient_is_refused_with_the_way_out(self, update):
        with pytest.raises(GraphError, match=r"\(3,\) requires a gradient.*no_grad"):
            update(variable(), 2.0)

    def test_of_a_leaf_under_no_grad_keeps_it_a_leaf(self):
        x = variable()
        memory = x.data
        with no_grad():
            x -= 1.0
        assert x.is_leaf
        assert x.requires_grad
        assert x.data is memory
        assert memory.tolist() == [0.0, 1.0, 2.0]

    def test_of_data_is_one_write_into_the_same_memory(self):
        x = variable()
        memory = x.data
        x.data -= 1.0
        assert x.data is memory
        assert memory.tolist() == [0.0, 1.0, 2.0]

    def test_of_an_output_is_recorded(self):
        x = variable()
        y = x * 1.0
        y *= x
        y += 1.0
        y.backward(np.ones(3))
        np.testing.assert_array_equal(y.data, x.data**2 + 1)
        np.testing.assert_array_equal(x.grad, 2 * x.data)

    def test_of_a_constant_by_a_tracked_value_is_recorded(self):
        x, memory = variable(), np.ones(3)
        total = Tensor(memory)
        for _ in range(3):
            total += x
        total.backward(np.ones(3))
        assert x.grad.tolist() == [3.0, 3.0, 3.0]
        assert memory.tolist() == [1.0, 1.0, 1.0]

    def test_that_would_change_an_integer_to_a_float_is_refused_as_by_numpy(self):
        tensor = Tensor([1, 2])
        with pytest.raises(TypeError, match="int64"):
            tensor += 0.5


class TestItemAssignment:
    @pytest.mark.parametrize("index", [0, slice(1, None), [0, 2], np.array([True, False, True]), Tensor([0, 2]), ...])
    def test_of_a_constant_writes_into_its_memory(self, index):
        memory, expected = np.zeros(3), np.zeros(3)
        Tensor(memory)[index] = Tensor(5.0)
        expected[index.data if isinstance(index, Tensor) else index] = 5.0
        np.testing.assert_array_equal(memory, expected)

    def test_of_a_leaf_that_requires_a_gradient_is_refused(self):
        x = variable()
        with pytest.raises(GraphError, match=r"item assignment.*no_grad"):
            x[0] = 1.0

    def test_of_a_leaf_under_no_grad_works(self):
        x = variable()
        with no_grad():
            x[0] = 9.0
        assert x.data.tolist() == [9.0, 2.0, 3.0]

    def test_of_a_0_d_tensor_works(self):
        x = Tensor(1.0).sum()
        x[...] = 5.0
        assert float(x) == 5.0


class TestAttributes:
    def test_data_can_be_replaced(self):
        x = variable()
        x.data = [4.0, 5.0, 6.0]
        np.sum(x * x).backward()
        assert x.grad.tolist() == [8.0, 10.0, 12.0]

    def test_data_of_another_shape_or_dtype_is_refused(self):
        x = variable()
        with pytest.raises(ShapeError, match=r"\(2,\).*\(3,\)"):
            x.data = np.ones(2)
        with pytest.raises(DTypeError, match=r"float32.*float64"):
            x.data = np.ones(3, np.float32)
        assert x.data.tolist() == [1.0, 2.0, 3.0]

    def test_data_of_a_constant_may_change_shape(self):
        x = Tensor([1.0])
        x.data = np.ones((2, 2))
        assert x.shape == (2, 2)

    def test_data_of_an_output_is_refused(self):
        y = np.tanh(variable())
        with pytest.raises(GraphError, match="tanh"):
            y.data = np.zeros(3)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_grad_can_be_set_and_is_a_copy_in_the_dtype_of_the_tensor(self, dtype):
        x, given = variable(), np.ones(3, dtype)
        x.grad = given
        assert x.grad.dtype == np.float64
        np.sum(x).backward()
        assert x.grad.tolist() == [2.0, 2.0, 2.0]
        assert given.tolist() == [1.0, 1.0, 1.0]

    def test_grad_of_another_shape_is_refused(self):
        with pytest.raises(ShapeError, match=r"\(2,\).*\(3,\)"):
            variable().grad = np.ones(2)

    @pytest.mark.parametrize("tensor", [Tensor(1.0), variable() * 2])
    def test_grad_of_what_is_no_variable_cannot_be_set(self, tensor):
        with pytest.raises(GraphError, match="leaf"):
            tensor.grad = np.ones(tensor.shape)

    def test_grad_of_a_constant_is_none(self):
        assert Tensor(1.0).grad is None

    def test_requires_grad_of_an_output_cannot_change(self):
        with pytest.raises(GraphError, match=r"output of tanh.*detach\(\)"):
            np.tanh(variable()).requires_grad = False

    def test_an_unknown_attribute_cannot_be_set(self):
        with pytest.raises(AttributeError):
            variable().gradient = 1.0
