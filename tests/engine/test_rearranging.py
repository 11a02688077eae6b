"""Shapes, joins, selections and margins: what the table of samples cannot say, and what is refused."""

import itertools

import numpy as np
import pytest

from autograd import GraphError, Tensor, elementwise_grad, grad, no_grad

VALUES = np.arange(6.0).reshape(2, 3)


def variable(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


def weighted(function):
    """Return a scalar function of an array: the sum of what `function` makes of it, each with a weight of its own."""

    def loss(x):
        y = function(x)
        return np.sum(y * np.arange(1.0, y.size + 1).reshape(y.shape))

    return loss


LAYOUTS = {
    "C": VALUES,
    "Fortran": np.asfortranarray(VALUES),
    "permuted": np.arange(24.0).reshape(4, 2, 3).transpose(1, 2, 0),
    "reversed": VALUES[::-1, ::-1],
    "broadcast": np.broadcast_to(np.arange(6.0).reshape(3, 1, 2).transpose(2, 1, 0), (2, 4, 3)),
    "broadcast in front": np.broadcast_to(np.arange(6.0).reshape(3, 2).T, (4, 2, 3)),
}


class TestOrderInMemory:
    @pytest.mark.parametrize("order", ["C", "F", "A", "K"])
    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_ravel_reads_in_the_order_that_numpy_reads_in(self, layout, order):
        array = LAYOUTS[layout]
        expected = array.ravel(order)
        np.testing.assert_array_equal(Tensor(array).ravel(order).data, expected)
        np.testing.assert_array_equal(Tensor(array).flatten(order).data, expected)
        if len(np.unique(array)) < array.size:  # the order cannot be read from the values
            return
        x = Tensor(array, requires_grad=True)
        np.sum(np.ravel(x, order) * np.arange(array.size)).backward()
        np.testing.assert_array_equal(x.grad.ravel()[np.argsort(array.ravel())], np.argsort(expected))

    def test_ravel_reads_broadcast_arrays_of_any_axes_as_numpy_does(self):
        for order in itertools.permutations(range(4)):
            for sizes in itertools.product([1, 2], repeat=4):
                cells = np.arange(np.prod(sizes)).reshape(sizes)
                array = np.broadcast_to(cells.transpose(order), (2, 2, 2, 2))
                np.testing.assert_array_equal(Tensor(array).ravel("K").data, array.ravel("K"))

    def test_reshape_takes_no_order_that_depends_on_the_layout(self):
        with pytest.raises(TypeError, match=r"reshape: order='A' not supported on Tensors.*'C' or 'F'"):
            np.reshape(variable(2, 3), 6, order="A")


class TestSeveralArrays:
    def test_atleast_of_several_is_a_tuple_in_which_plain_arrays_stay_plain(self):
        one, other = np.atleast_2d(variable(), [1.0, 2.0])
        assert isinstance(one, Tensor)
        assert one.shape == (1, 1)
        assert type(other) is np.ndarray
        assert other.shape == (1, 2)

    def test_joined_arrays_get_the_dtype_asked_for(self):
        x = Tensor(np.ones(2), requires_grad=True)
        for join in (np.concatenate, np.stack, np.vstack, np.hstack):
            joined = join([x, x], dtype=np.float32)
            assert joined.dtype == np.float32
            np.sum(joined).backward()
        np.testing.assert_array_equal(x.grad, [8.0, 8.0])

    def test_a_dtype_that_the_casting_forbids_is_refused_with_the_way_out(self):
        with pytest.raises(TypeError, match=r"concatenate: dtype=int64.*float64.*same_kind.*unsafe"):
            np.concatenate([variable(2), variable(2)], dtype=np.int64)

    @pytest.mark.parametrize("function", [np.concatenate, np.vstack, np.hstack, np.dstack, np.column_stack, np.stack])
    def test_the_rows_of_one_tensor_are_joined_as_those_of_one_array(self, function):
        array = np.arange(24.0).reshape(2, 3, 4)
        np.testing.assert_array_equal(function(Tensor(array)).data, function(array))

    def test_parts_between_unordered_indices_overlap_as_in_numpy(self):
        parts = np.split(Tensor(np.arange(5.0)), [3, 1])
        assert [part.tolist() for part in parts] == [[0.0, 1.0, 2.0], [], [1.0, 2.0, 3.0, 4.0]]


REFUSED_BY_PAD = {
    "empty": (TypeError, {"mode": "empty"}, "pad: mode='empty' not supported.*hold anything"),
    "function": (TypeError, {"mode": lambda *args: None}, r"pad: a function for mode=.*np\.concatenate"),
    "unknown mode": (ValueError, {"mode": "mirror"}, "pad: unknown mode 'mirror'; the modes are constant"),
    "unknown option": (ValueError, {"mode": "edge", "end_values": 1}, "unknown option end_values of mode 'edge'"),
    "reflect_type": (ValueError, {"mode": "reflect", "reflect_type": "up"}, "reflect_type='up'; it is 'even'"),
    "nothing to read": (ValueError, {"mode": "maximum", "stat_length": 0}, "stat_length=0 leaves no elements"),
}


class TestWhere:
    def test_a_condition_alone_gives_the_indices_where_it_holds(self):
        condition = np.array([[0.0, 2.0], [3.0, 0.0]])
        for given in (Tensor(condition), Tensor(condition, requires_grad=True), Tensor(condition) > 0):
            got = np.where(given)
            assert [type(indices) for indices in got] == [np.ndarray, np.ndarray]
            np.testing.assert_array_equal(got, np.where(condition))

    def test_one_of_two_choices_is_refused_as_numpy_refuses_it(self):
        with pytest.raises(ValueError, match=r"^where: either both or neither of x and y should be given"):
            np.where(np.array([True, False]), variable(2))


class TestPadding:
    @pytest.mark.parametrize("mode", ["maximum", "minimum", "mean", "median", "linear_ramp", "reflect", "symmetric"])
    def test_integers_are_rounded_as_numpy_does(self, mode):
        array = np.array([[3, 1, 4], [1, 5, 9]])
        got = np.pad(Tensor(array), 2, mode)
        assert got.dtype == array.dtype
        np.testing.assert_array_equal(got.data, np.pad(array, 2, mode))

    @pytest.mark.parametrize("mode", ["reflect", "symmetric"])
    @pytest.mark.parametrize(("size", "before", "behind"), list(itertools.product([1, 2, 3], [0, 1, 7], [0, 4])))
    def test_odd_reflections_repeat_as_in_numpy(self, mode, size, before, behind):
        array = np.array([2.0, 3.5, 1.0])[:size]
        got = np.pad(Tensor(array), (before, behind), mode, reflect_type="odd")
        np.testing.assert_allclose(got.data, np.pad(array, (before, behind), mode, reflect_type="odd"), rtol=1e-14)

    def test_a_ramp_falls_to_its_end_value(self):
        """The margin is 0, 1/3 and 2/3 of the way from `end` to x: slopes 1 + 2/3 + 1/3, and 0 + 1/3 + 2/3 + 1."""
        slopes = grad(lambda x, end: np.sum(np.pad(x, (3, 0), "linear_ramp", end_values=end)), (0, 1))(np.ones(1), 0.0)
        np.testing.assert_allclose(slopes[0], [2.0], rtol=1e-15)
        np.testing.assert_allclose(slopes[1], 2.0, rtol=1e-15)

    def test_a_corner_holds_the_constant_of_the_later_axis(self):
        """A margin of 1 around a 2 by 2 array: 2 elements above and below, 4 on the left and on the right."""
        values = np.array([[1.0, 2.0], [3.0, 4.0]])
        counts = grad(lambda v: np.sum(np.pad(Tensor(np.zeros((2, 2))), 1, constant_values=v)))(values)
        np.testing.assert_array_equal(counts, [[2.0, 2.0], [4.0, 4.0]])

    @pytest.mark.parametrize(("error", "options", "message"), REFUSED_BY_PAD.values(), ids=REFUSED_BY_PAD)
    def test_what_is_refused_is_named(self, error, options, message):
        with pytest.raises(error, match=message):
            np.pad(variable(3), 1, **options)

    @pytest.mark.parametrize("width", [-1, 1.5, ((1, -2),)])
    def test_widths_are_integers_from_0_on(self, width):
        with pytest.raises(TypeError, match=r"pad: pad_width=.*integers from 0 on"):
            np.pad(variable(3), width, "mean")


WRITES = {
    "the method sort": (lambda x: x.sort(), r"sort: .*in place.*np\.sort\(t\)"),
    "the method partition": (lambda x: x.partition(1), r"partition: .*np\.partition\(t, kth\)"),
    "the method resize": (lambda x: x.resize(2), r"resize: .*np\.resize\(t, shape\)"),
}


@pytest.mark.parametrize(("write", "message"), WRITES.values(), ids=WRITES)
def test_functions_that_write_in_place_say_what_to_use(write, message):
    with pytest.raises(TypeError, match=message):
        write(variable(3))


def test_fill_writes_where_nothing_is_recorded():
    x = variable(3)
    with pytest.raises(GraphError, match="no_grad"):
        x.fill(2.0)
    with no_grad():
        x.fill(2.0)
    assert x.tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    "convert",
    [np.asarray, np.ascontiguousarray, np.asfortranarray, np.asarray_chkfinite, np.vectorize(abs), np.require],
)
def test_what_needs_a_plain_array_refuses_a_tensor_with_a_gradient(convert):
    with pytest.raises(GraphError, match=r"\.detach\(\)"):
        convert(variable(3))


BAD = {
    "take": (lambda x: np.take(x, [7]), IndexError, "index 7 .* size 6"),
    "take of fractions": (lambda x: np.take(x, [0.5]), TypeError, "float64"),
    "take along no axis": (lambda x: np.take(x, [0], axis=2), np.exceptions.AxisError, "take: axis 2"),
    "take_along_axis": (lambda x: np.take_along_axis(x, np.array([0]), 0), ValueError, r"take_along_axis: .*\(2, 3\)"),
    "compress": (lambda x: np.compress([[True]], x), ValueError, r"compress: condition of shape \(1, 1\)"),
    "delete": (lambda x: np.delete(x, 9), IndexError, "index 9 .*size 6"),
    "insert": (lambda x: np.insert(x, 9, 1.0), IndexError, "9.* size 6"),
    "repeat along no axis": (lambda x: np.repeat(x, 2, axis=2), np.exceptions.AxisError, "repeat: axis 2"),
    "resize": (lambda x: np.resize(x, -1), ValueError, "resize: .*negative"),
    "unequal nesting": (lambda x: np.block([x, [x]]), ValueError, "block: arrays nested 1 to 2 lists deep"),
    "block of a tuple": (lambda x: np.block([x, (x, x)]), TypeError, "block: a tuple"),
    "block of nothing": (lambda x: np.block([[x], []]), ValueError, "block: a list of no arrays"),
    "diag": (lambda x: np.diag(x[None]), ValueError, r"diag: shape \(1, 2, 3\)"),
    "rot90": (lambda x: np.rot90(x, axes=(0, -2)), ValueError, "rot90: axes=.* one axis"),
    "rollaxis": (lambda x: np.rollaxis(x, 0, 4), np.exceptions.AxisError, "rollaxis: start=4"),
    "meshgrid": (lambda x: np.meshgrid(x, indexing="yx"), ValueError, "meshgrid: indexing='yx'"),
    "ix_": (lambda x: np.ix_(x), ValueError, r"ix_: .*\(2, 3\)"),
    "vander": (lambda x: np.vander(x), ValueError, r"vander: shape \(2, 3\)"),
    "linspace": (lambda x: np.linspace(x, 1.0, -1), ValueError, "linspace.*num=-1"),
    "geomspace": (lambda x: np.geomspace(x, 0.0), ValueError, "geomspace: .*0"),
    "dsplit": (lambda x: np.dsplit(x, 2), ValueError, r"dsplit: shape \(2, 3\).*3 or more"),
    "split into no parts": (lambda x: np.split(x, 0), ZeroDivisionError, "split: 0 parts of axis 0 of size 2"),
    "no parts": (lambda x: np.array_split(x, 0), ValueError, "0 parts"),
    "trim_zeros": (lambda x: np.trim_zeros(x, "x"), ValueError, "trim_zeros: trim='x'"),
    "apply_along_axis": (
        lambda x: np.apply_along_axis(np.sum, 0, x[:, :0]),
        ValueError,
        r"apply_along_axis: shape \(2, 0\)",
    ),
    "apply_over_axes": (lambda x: np.apply_over_axes(lambda a, i: np.sum(a), x, 0), ValueError, "apply_over_axes: "),
    "out": (lambda x: np.stack([x], out=np.empty((1, 2, 3))), TypeError, "stack: argument out= not supported"),
}


@pytest.mark.parametrize(("compute", "error", "message"), BAD.values(), ids=BAD)
def test_bad_arguments_are_refused_naming_the_function(compute, error, message):
    with pytest.raises(error, match=message):
        compute(variable(2, 3))


PLAIN_METHODS = {
    "nonzero": lambda x: x.nonzero(),
    "argpartition": lambda x: x.argpartition(1, axis=0),
    "argsort": lambda x: x.argsort(axis=0, kind="stable"),
    "tobytes": lambda x: x.tobytes("F"),
    "strides": lambda x: x.strides,
    "flat": lambda x: [float(value) for value in x.flat],
}

METHODS = {
    "take": lambda x: x.take([2, 0], axis=1),
    "take with a mode": lambda x: x.take([7], mode="wrap"),
    "compress": lambda x: x.compress([True, False, True], axis=1),
    "diagonal": lambda x: x.diagonal(1),
    "trace": lambda x: x.trace(),
    "cumprod": lambda x: x.cumprod(axis=1),
    "cumsum with a dtype": lambda x: x.cumsum(dtype=np.float32),
    "sum of some": lambda x: x.sum(axis=0, initial=2.0, where=[True, False, True]),
    "mean of some": lambda x: x.mean(axis=1, where=[True, False, True]),
    "greatest of some": lambda x: x.max(axis=1, initial=0.0, where=[False, True, True]),
    "reshape with an order": lambda x: x.reshape(3, 2, order="F"),
    "ravel": lambda x: x.ravel("F"),
    "astype without a copy": lambda x: x.astype(np.float64, copy=False),
    "divmod": lambda x: divmod(x, 1.5)[1],
    "reflected divmod": lambda x: divmod(7.0, x)[1],
}


class TestMethods:
    X = np.array([[3.0, -1.0, 2.0], [0.5, 4.0, -2.0]])

    @pytest.mark.parametrize("call", METHODS.values(), ids=METHODS)
    def test_return_what_those_of_arrays_return_and_are_recorded(self, call):
        result = call(Tensor(self.X, requires_grad=True))
        np.testing.assert_array_equal(result.data, call(self.X))
        assert result.dtype == call(self.X).dtype
        assert result.requires_grad

    @pytest.mark.parametrize("call", PLAIN_METHODS.values(), ids=PLAIN_METHODS)
    def test_without_derivative_return_the_plain_values_of_arrays(self, call):
        got, expected = call(Tensor(self.X, requires_grad=True)), call(self.X)
        assert type(got) is type(expected)
        np.testing.assert_array_equal(got, expected)

    def test_searchsorted_and_choose_take_tensors(self):
        assert Tensor([0.0, 1.0, 2.0]).searchsorted(1.0, side="right") == 2
        assert Tensor([1, 0]).choose([Tensor([1.0, 2.0]), [3.0, 4.0]]).tolist() == [3.0, 2.0]

    @pytest.mark.parametrize("operation", ["__and__", "__or__", "__xor__", "__rand__", "__ror__", "__rxor__"])
    def test_bits_of_integers_and_masks_are_plain_arrays(self, operation):
        for values, other in ((np.array([1, 6]), np.array([3, 3])), (np.array([True, False]), np.array([True, True]))):
            got = getattr(Tensor(values), operation)(other)
            assert type(got) is np.ndarray
            np.testing.assert_array_equal(got, getattr(values, operation)(other))

    def test_bits_shift_and_flip(self):
        x = Tensor([1, 6])
        assert [(x << 1).tolist(), (x >> 1).tolist(), (1 << x).tolist(), (64 >> x).tolist()] == [
            [2, 12],
            [0, 3],
            [2, 64],
            [32, 1],
        ]
        assert (~Tensor([True, False])).tolist() == [False, True]


class TestFunctionsOfSlices:
    def test_results_without_derivative_stay_plain(self):
        result = np.apply_along_axis(np.argmax, 1, variable(2, 3))
        assert type(result) is np.ndarray
        assert result.tolist() == [0, 0]

    def test_further_arguments_are_handed_on(self):
        x = Tensor(VALUES)
        result = np.apply_along_axis(lambda v, shift, scale: np.roll(v, shift) * scale, 0, x, 1, scale=2.0)
        np.testing.assert_array_equal(result.data, 2 * VALUES[::-1])

    def test_fromfunction_computes_with_tensors(self):
        slope = grad(lambda a: np.sum(np.fromfunction(lambda i, j: a * i + j, (3, 2))))(2.0)
        assert slope == 6.0


def test_an_element_that_is_taken_often_adds_up_and_one_that_is_dropped_gets_0():
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(grad(weighted(lambda x: np.take(x, [2, 0, 2])))(x), [2.0, 0.0, 4.0])
    np.testing.assert_array_equal(grad(weighted(lambda x: np.delete(x, 1)))(x), [1.0, 0.0, 2.0])
    np.testing.assert_array_equal(grad(weighted(lambda x: np.resize(x, 5)))(x), [5.0, 7.0, 3.0])
    np.testing.assert_array_equal(grad(weighted(lambda x: np.repeat(x, [2, 0, 1])))(x), [3.0, 0.0, 3.0])


def test_only_imaginary_parts_near_0_are_left_out():
    near, far = np.array([1.0 + 1e-16j]), np.array([1.0 + 0.1j])
    assert np.real_if_close(Tensor(near)).dtype == np.float64
    assert np.real_if_close(Tensor(near), tol=1e-30).dtype == np.complex128
    assert np.real_if_close(Tensor(far)).dtype == np.complex128
    x = Tensor(near, requires_grad=True)
    np.real_if_close(x).backward()
    np.testing.assert_array_equal(x.grad, [1.0])


def test_a_power_of_0_in_a_vandermonde_matrix_has_the_slopes_of_polynomials():
    """The sum of 1, x, x² and x³ has the slopes 1 + 2x + 3x² and 2 + 6x, also at 0."""

    def slopes(x):
        return elementwise_grad(lambda x: np.sum(np.vander(x, 4), axis=1))(x)

    x = np.array([0.0, 2.0])
    np.testing.assert_allclose(slopes(x), [1.0, 17.0], rtol=1e-15)
    np.testing.assert_allclose(elementwise_grad(slopes)(x), [2.0, 14.0], rtol=1e-15)


def test_infinity_beside_a_triangle_stays_out_of_it():
    x = Tensor(np.array([[1.0, np.inf], [2.0, 3.0]]), requires_grad=True)
    np.sum(np.tril(x) ** 2).backward()
    np.testing.assert_array_equal(x.grad, [[2.0, 0.0], [4.0, 6.0]])
