"""What can be checked: functions of Tensors, models, and gradients that come from elsewhere; and what cannot."""

import collections

import numpy as np
import pytest

import nn
from autograd import AutogradError, DTypeError, GraphError, ShapeError, Tensor, ops, primitive
from autograd.gradcheck.subject import FaultError, make_subject
from autograd.gradcheck.verdict import Verdict

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]])
Y = np.array([1.0, 2.0, 3.0])
ONE = [np.ones(())]


def gradient(function, inputs, cotangents=ONE, values=None, **options):
    return make_subject(function, inputs, **options).gradient(cotangents, values)


def fault_of(function, inputs, cotangents=ONE, **options):
    """Return the finding that the gradient of a subject is."""
    with pytest.raises(FaultError) as caught:
        gradient(function, inputs, cotangents, **options)
    assert caught.value.finding.verdict is Verdict.WRONG
    return caught.value.finding


class Affine:
    """By hand, in the manner of torch."""

    @staticmethod
    def forward(ctx, x, w, power):
        ctx.save_for_backward(x, w)
        ctx.power = power
        return (x @ w) ** power

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        inner = g * ctx.power * (x @ w) ** (ctx.power - 1)
        return inner @ w.T, x.T @ inner, None


class TestTheEngine:
    def test_gradient_at_the_point_and_elsewhere(self):
        subject = make_subject(lambda x, y: np.sum(x**2 * y), (X, Y), names=["x", "y"])
        assert subject.names == ["x", "y"]
        np.testing.assert_array_equal(subject.gradient(ONE)[0], 2 * X * Y)
        np.testing.assert_array_equal(subject.gradient(ONE, [X + 1, Y])[0], 2 * (X + 1) * Y)
        np.testing.assert_array_equal(subject.gradient(ONE)[1], (X**2).sum(axis=0))

    def test_inputs_of_lower_precision_are_evaluated_in_double_and_in_their_own(self):
        subject = make_subject(lambda x: np.sum(np.sin(x)), X.astype(np.float32))
        assert subject.dtypes == [np.float32]
        assert subject.outputs(subject.values)[0].dtype == np.float64
        [double] = subject.gradient(ONE)
        [single] = subject.gradient_in_original_dtypes(ONE)
        assert (double.dtype, single.dtype) == (np.float64, np.float32)
        np.testing.assert_allclose(single, double, rtol=1e-6)

    def test_nested_arguments_keep_their_structure(self):
        pair = collections.namedtuple("pair", "a b")
        inputs = ({"w": X, "labels": np.array([0, 1]), "more": [pair(Y, 2.0), None]}, "sum")
        seen = []

        def function(tree, option):
            seen.append((type(tree["more"][0]), tree["labels"], tree["more"][1], option))
            return {"loss": np.sum(tree["w"] * tree["more"][0].a) * tree["more"][0].b}

        subject = make_subject(function, inputs)
        w, a, b = subject.gradient(ONE)
        np.testing.assert_array_equal(w, np.tile(2 * Y, (2, 1)))
        np.testing.assert_array_equal(a, 2 * X.sum(axis=0))
        assert b == pytest.approx(np.sum(X * Y))
        assert seen[0][0] is pair
        assert seen[0][1] is inputs[0]["labels"]
        assert seen[0][2:] == (None, "sum")

    def test_a_tensor_that_requires_no_gradient_is_a_constant_beside_one_that_does(self):
        subject = make_subject(lambda x, y: np.sum(x * y), (Tensor(X, requires_grad=True), Tensor(Y)))
        assert len(subject.values) == 1
        assert len(make_subject(lambda x, y: np.sum(x * y), (Tensor(X), Tensor(Y))).values) == 2

    def test_an_output_that_ignores_an_input_has_gradient_zero(self):
        _, y = gradient(lambda x, y: np.sum(x), (X, Y))
        np.testing.assert_array_equal(y, np.zeros(3))

    @pytest.mark.parametrize("x", [np.ones((0, 3)), np.array(2.0), 2.0, np.float32(2.0), np.ones((1, 1), np.complex64)])
    def test_empty_arrays_numbers_and_single_entries_are_differentiated(self, x):
        [result] = gradient(lambda x: np.sum(x * 3.0), x)
        assert result.shape == np.shape(x)
        assert (result == 3).all()

    @pytest.mark.parametrize("layout", [np.asfortranarray, lambda x: x[::-1, ::-1], lambda x: x.T])
    def test_the_layout_in_memory_is_kept(self, layout):
        strides = []
        make_subject(lambda x: strides.append(x.data.strides) or np.sum(x), layout(X)).gradient(ONE)
        assert np.argsort(strides[0]).tolist() == np.argsort(np.abs(layout(X).strides)).tolist()

    def test_gradients_of_other_variables_are_neither_made_nor_added_to(self):
        fresh, old = Tensor(Y, requires_grad=True), Tensor(Y, requires_grad=True)
        old.grad = np.ones(3)
        kept = old.grad
        gradient(lambda x: np.sum(x * fresh * old), X)
        assert fresh.grad is None
        assert old.grad is kept
        np.testing.assert_array_equal(kept, np.ones(3))

    def test_a_jvp_is_the_derivative_along_a_direction(self):
        [tangent] = make_subject(lambda x: x**2, Y).jvp([np.array([1.0, 0.0, 2.0])])
        np.testing.assert_array_equal(tangent, [2.0, 0.0, 12.0])

    def test_the_saved_arrays_are_known(self):
        pulled = make_subject(lambda x: np.sum(np.exp(x)), Y).pull(ONE)
        assert any(np.array_equal(saved, np.exp(Y)) for saved in pulled.saved)


class TestModels:
    def model(self):
        return nn.Sequential(nn.Linear(3, 2, rng=0))

    def test_are_differentiated_by_parameter_name(self):
        model = self.model()
        subject = make_subject(lambda: model(X).sum(), model)
        assert subject.names == ["0.weight", "0.bias"]
        weight, bias = subject.gradient(ONE)
        np.testing.assert_allclose(weight, np.tile(X.sum(axis=0), (2, 1)).reshape(weight.shape))
        np.testing.assert_array_equal(bias, [2.0, 2.0])

    def test_frozen_parameters_are_constants(self):
        model = self.model()
        model[0].weight.requires_grad = False
        assert make_subject(lambda: model(X).sum(), model).names == ["0.bias"]

    def test_without_a_parameter_to_differentiate_are_refused(self):
        model = self.model().requires_grad_(False)
        with pytest.raises(GraphError, match=r"none of the parameters \(0.weight, 0.bias\) requires a gradient"):
            make_subject(lambda: model(X).sum(), model)
        with pytest.raises(GraphError, match="no parameters"):
            make_subject(lambda: 1.0, nn.Tanh())

    def test_of_another_framework_are_refused(self):
        class Foreign:
            def named_parameters(self):
                return [("w", object())]

        with pytest.raises(GraphError, match=r"parameter 'w' is a builtins.object, not a Tensor.*gradient="):
            make_subject(lambda: 1.0, Foreign())

    def test_are_left_as_they_were_when_the_closure_raises(self):
        model = self.model()
        before = [(p.data, p._node) for p in model.parameters()]
        subject = make_subject(lambda: model(X).sum() / None, model)
        for evaluate in (lambda: subject.outputs(subject.values), lambda: subject.gradient(ONE)):
            with pytest.raises(TypeError):
                evaluate()
        assert all(
            p.data is data and p._node is node for p, (data, node) in zip(model.parameters(), before, strict=True)
        )

    def by_hand(self, model):
        return lambda: {
            "0.weight": np.tile(X.sum(axis=0), (2, 1)).reshape(model[0].weight.shape) * model[0].bias.data[0],
            "0.bias": np.full(2, 2.0),
            "not a parameter": None,
        }

    def test_with_a_gradient_from_elsewhere(self):
        model = self.model()
        function = self.by_hand(model)
        subject = make_subject(lambda: model(X).sum(), model, gradient=function)
        at = [value + 1 for value in subject.values]
        np.testing.assert_allclose(subject.gradient(ONE, at)[0].ravel()[:1], X[:, 0].sum() * at[1][0])
        given = make_subject(lambda: model(X).sum(), model, gradient=function())
        np.testing.assert_array_equal(given.gradient(ONE)[1], [2.0, 2.0])
        with pytest.raises(GraphError, match="at the point only"):
            given.gradient(ONE, at)

    def test_a_gradient_without_one_of_the_parameters_is_wrong(self):
        model = self.model()
        found = fault_of(lambda: model(X).sum(), model, gradient={"0.bias": np.ones(2)})
        assert found.text == "no gradient is given for 0.weight; there are those of 0.bias"

    def test_a_gradient_that_is_no_dict_is_refused(self):
        model = self.model()
        with pytest.raises(DTypeError, match=r"came as ndarray; give a dict of arrays by parameter name \(0.weight"):
            gradient(lambda: model(X).sum(), model, gradient=np.ones(2))

    @pytest.mark.parametrize("options", [{"names": ["w"]}, {"backward": lambda g: g}])
    def test_what_makes_no_sense_with_a_model_is_refused(self, options):
        with pytest.raises(GraphError, match="with a model"):
            make_subject(lambda: 1.0, self.model(), **options)


class TestAGradient:
    """Of a function that returns a number: arrays, or a function."""

    @pytest.mark.parametrize(
        "given",
        [
            lambda x, y: (2 * x * y, (x * x).sum(axis=0)),
            lambda x, y: [2 * x * y, (x * x).sum(axis=0)],
            (2 * X * Y, (X * X).sum(axis=0)),
            (np.float32(2) * X * Y, (X * X).sum(axis=0).tolist()),
        ],
    )
    def test_of_several_arguments(self, given):
        x, y = gradient(lambda x, y: np.sum(x * x * y), (X, Y), gradient=given)
        np.testing.assert_allclose(x, 2 * X * Y)
        np.testing.assert_allclose(y, (X * X).sum(axis=0))

    @pytest.mark.parametrize("given", [lambda y: 2 * y, lambda y: (2 * y,), 2 * Y, (2 * Y,), [2.0, 4.0, 6.0]])
    def test_of_one_argument(self, given):
        [y] = gradient(lambda y: np.sum(y * y), Y, gradient=given)
        np.testing.assert_array_equal(y, 2 * Y)

    def test_of_a_nested_argument(self):
        tree = {"a": Y, "labels": np.array([1, 0]), "b": [X]}

        def by_hand(tree):
            return {"b": [np.tile(tree["a"], (2, 1))], "a": tree["b"][0].sum(axis=0), "labels": None}

        a, b = gradient(lambda tree: np.sum(tree["a"] * tree["b"][0]), (tree,), gradient=by_hand)
        np.testing.assert_array_equal(a, X.sum(axis=0))
        np.testing.assert_array_equal(b, np.tile(Y, (2, 1)))

    def test_of_the_differentiated_arguments_only(self):
        [x] = gradient(lambda x, i: x[i], (Y, 1), gradient=lambda x, i: (np.eye(3)[i],))
        np.testing.assert_array_equal(x, [0, 1, 0])

    def test_none_stands_for_zeros(self):
        _, y = gradient(lambda x, y: np.sum(x), (X, Y), gradient=lambda x, y: (np.ones((2, 3)), None))
        np.testing.assert_array_equal(y, np.zeros(3))

    def test_the_function_is_given_plain_read_only_arrays_in_double_precision(self):
        seen = []

        def function(x):
            seen.append((type(x), x.dtype, x.flags.writeable))
            return np.sum(x)

        gradient(function, X.astype(np.float32), gradient=lambda x: seen.append(type(x)) or np.ones((2, 3)))
        assert seen == [(np.ndarray, np.float64, False), np.ndarray]

    def test_it_is_scaled_by_the_cotangent(self):
        [y] = gradient(lambda y: np.sum(y), Y, [np.array(3.0)], gradient=np.ones(3))
        np.testing.assert_array_equal(y, [3, 3, 3])

    def test_its_precision_is_known(self):
        subject = make_subject(lambda x: np.sum(x), Y, gradient=lambda x: np.ones(3, np.float32))
        subject.gradient(ONE)
        assert subject.gradient_epsilon == np.finfo(np.float32).eps
        given = make_subject(lambda x: np.sum(x), (Y, Y), gradient=(np.ones(3, np.float32), np.ones(3)))
        assert given.gradient_epsilon == np.finfo(np.float32).eps

    def test_a_stateful_function_is_called_first_at_the_same_point(self):
        seen = {}

        def function(x):
            seen["x"] = x
            return np.sum(x * x)

        subject = make_subject(function, Y, gradient=lambda x: 2 * seen["x"])
        subject.outputs([Y + 5])
        np.testing.assert_array_equal(subject.gradient(ONE)[0], 2 * Y)

    @pytest.mark.parametrize(
        ("function", "words"),
        [
            (lambda x: x * x, r"an output of shape \(3,\); reduce it \(np.sum\), or give backward="),
            (lambda x: (np.sum(x), np.sum(x)), r"outputs of shapes \[\(\), \(\)\]"),
        ],
    )
    def test_of_anything_but_a_number_is_refused(self, function, words):
        with pytest.raises(ShapeError, match=words):
            gradient(function, Y, gradient=lambda x: x)

    def test_of_a_complex_number_is_refused(self):
        with pytest.raises(DTypeError, match="real number"):
            gradient(lambda z: np.sum(z), np.ones(2) + 0j, gradient=lambda z: z)

    @pytest.mark.parametrize(
        ("came", "words"),
        [
            (
                np.ones((5, 2, 3)),
                "returned shape (5, 2, 3) for input x of shape (2, 3): a sum over a broadcast axis may",
            ),
            (np.ones(3), "returned shape (3,) for input x of shape (2, 3): it may be summed over an axis"),
            (np.ones((3, 2)), "returned shape (3, 2) for input x of shape (2, 3): it may be transposed"),
            (np.ones(6), "returned shape (6,) for input x of shape (2, 3): it may have to be reshaped"),
            (np.ones((4, 4)), "returned shape (4, 4) for input x of shape (2, 3)"),
            (np.ones((2, 3)) * 1j, "the gradient of x is complex128, but x is real"),
            ((np.ones((2, 3)), np.ones((2, 3))), "returned 2 gradients for 1 inputs"),
            ({"x": np.ones((2, 3))}, "returned a dict of 1 where the input is one array"),
        ],
    )
    def test_that_does_not_fit_is_wrong(self, came, words):
        for given in (came, lambda x: came):
            found = fault_of(np.sum, X, names=["x"], gradient=given)
            assert found.kind == "algebra"
            assert words in found.text

    def test_one_array_for_two_inputs_is_wrong(self):
        found = fault_of(lambda x, y: np.sum(x * y), (X, Y), gradient=lambda x, y: x)
        assert found.text == "the gradient returned one ndarray for 2 inputs"

    def test_a_key_that_is_missing_is_named(self):
        found = fault_of(lambda t: np.sum(t["a"] * t["b"]), ({"a": Y, "b": Y},), gradient=lambda t: {"a": t["b"]})
        assert found.text == "the gradient returned no gradient for 'b' (only for 'a')"

    def test_that_is_not_numbers_is_refused(self):
        with pytest.raises(DTypeError, match=r"the gradient of x0 came as str \(nothing\)"):
            gradient(np.sum, np.array(1.0), gradient=lambda x: "nothing")


class TestABackwardPass:
    def test_is_given_the_cotangent_and_the_inputs(self):
        g = np.arange(6.0).reshape(2, 3)
        x, y = gradient(lambda x, y: x * y, (X, Y), [g], backward=lambda g, x, y: (g * y, (g * x).sum(axis=0)))
        np.testing.assert_array_equal(x, g * Y)
        np.testing.assert_array_equal(y, (g * X).sum(axis=0))

    def test_is_given_cotangents_in_the_structure_of_the_outputs(self):
        cotangents = [np.full(3, 2.0), np.array(5.0)]
        function = lambda x: {"twice": 2 * x, "sum": np.sum(x)}  # noqa: E731
        [x] = gradient(function, Y, cotangents, backward=lambda g, x: 2 * g["twice"] + g["sum"])
        np.testing.assert_array_equal(x, [9, 9, 9])

    def test_without_the_sum_over_a_broadcast_axis_is_wrong(self):
        found = fault_of(lambda x, y: x * y, (X, Y), [X], names=["x", "bias"], backward=lambda g, x, y: (g * y, g * x))
        assert "shape (2, 3) for input bias of shape (3,): a sum over a broadcast axis may be missing" in found.text

    def test_of_another_point_is_computed_there(self):
        subject = make_subject(np.sin, Y, backward=lambda g, x: g * np.cos(x))
        np.testing.assert_allclose(subject.gradient([np.ones(3)], [Y + 1])[0], np.cos(Y + 1))

    def test_in_original_dtypes_is_given_them(self):
        seen = []
        subject = make_subject(
            np.sin, Y.astype(np.float32), backward=lambda g, x: seen.append((g.dtype, x.dtype)) or g * np.cos(x)
        )
        assert subject.gradient_in_original_dtypes([np.ones(3)])[0].dtype == np.float32
        assert seen == [(np.float32, np.float32)]

    def test_reads_arrays_of_other_frameworks(self):
        class Foreign:
            def __init__(self, data):
                self.data, self.dtype = data, data.dtype

            def __array__(self, dtype=None, copy=None):
                return self.data

        [x] = gradient(lambda x: Foreign(2 * x), Y, [Y], backward=lambda g, x: Foreign(2 * g))
        np.testing.assert_array_equal(x, 2 * Y)


class TestAPairOfForwardAndBackward:
    w = np.array([[1.0], [2.0], [-1.0]])

    def test_is_a_function_and_its_gradient(self):
        subject = make_subject(Affine, (X, self.w, 2))
        [output] = subject.outputs(subject.values)
        np.testing.assert_allclose(output, (X @ self.w) ** 2)
        g = np.array([[1.0], [3.0]])
        inner = g * 2 * (X @ self.w)
        x, w = subject.gradient([g])
        np.testing.assert_allclose(x, inner @ self.w.T)
        np.testing.assert_allclose(w, X.T @ inner)

    def test_may_return_several_outputs(self):
        class Both:
            @staticmethod
            def forward(ctx, x):
                return 2 * x, 3 * x

            @staticmethod
            def backward(ctx, g, h):
                return 2 * g + 3 * h

        [x] = gradient(Both, Y, [np.ones(3), np.full(3, 10.0)])
        np.testing.assert_array_equal(x, [32, 32, 32])

    def test_is_told_which_inputs_need_a_gradient(self):
        class Told:
            @staticmethod
            def forward(ctx, x, n):
                ctx.needed = ctx.needs_input_grad
                return x * n

            @staticmethod
            def backward(ctx, g):
                assert ctx.needed == (True, False)
                return g * 2, None

        np.testing.assert_array_equal(gradient(Told, (Y, 2), [Y])[0], 2 * Y)

    def test_that_writes_to_what_it_saved_is_wrong(self):
        class Writes(Affine):
            @staticmethod
            def backward(ctx, g):
                x, w = ctx.saved_tensors
                x *= 0
                return g @ w.T, x.T @ g, None

        found = fault_of(Writes, (X, self.w, 1), [np.ones((2, 1))])
        assert found.kind == "mutation"
        assert "`x *= 0`" in found.text

    def test_that_writes_to_a_saved_result_is_wrong(self):
        class Exponential:
            @staticmethod
            def forward(ctx, x):
                y = np.exp(x)
                ctx.save_for_backward(y)
                return y

            @staticmethod
            def backward(ctx, g):
                (y,) = ctx.saved_tensors
                y *= g
                return y

        assert "`y *= g`" in fault_of(Exponential, Y, [np.ones(3)]).text

    def test_with_a_number_of_gradients_that_is_not_that_of_the_inputs_is_wrong(self):
        class Missing(Affine):
            @staticmethod
            def backward(ctx, g):
                return g

        found = fault_of(Missing, (X, self.w, 1), [np.ones((2, 1))])
        assert found.text == "the gradient returned one ndarray for 3 inputs"

    @pytest.mark.parametrize("options", [{"gradient": Y}, {"backward": lambda g: g}])
    def test_with_another_backward_pass_is_refused(self, options):
        with pytest.raises(GraphError, match="Affine has a backward of its own"):
            make_subject(Affine, (X, self.w, 2), **options)


class TestWhatCannotBeChecked:
    @pytest.mark.parametrize(
        ("inputs", "words"),
        [
            ((3,), r"got int\); make them floating: 2 -> 2.0"),
            (np.arange(3), "got int64"),
            ((np.array([True]), "text"), "got bool, str"),
            ((), "no input at all"),
            ([1.0, 2.0], r"input 0 is a list of numbers \(\[1.0, 2.0\]\); pass np.array"),
            ((Y, [[1, 2], [3, 4]]), "input 1 is a list of numbers"),
            (np.array([1.0, None]), r"array of objects \(shape \(2,\).*astype\(float\)"),
            (np.ma.masked_array([1.0, 2.0], [True, False]), "masked"),
        ],
    )
    def test_inputs(self, inputs, words):
        with pytest.raises(DTypeError, match=words):
            make_subject(lambda *x: x, inputs)

    @pytest.mark.parametrize(
        ("returned", "words"),
        [
            (lambda x: None, "returned None"),
            (lambda x: [], r"returned \[\]"),
            (lambda x: "text", r"returned str \(text\)"),
            (lambda x: [x, object()], "returned object"),
            (lambda x: np.argsort(x), "dtype int64, which has no gradient"),
            (lambda x: x > 0, "dtype bool"),
            (lambda x: 3, "dtype int64"),
        ],
    )
    def test_outputs(self, returned, words):
        subject = make_subject(returned, Y)
        with pytest.raises(AutogradError, match=words):
            subject.outputs(subject.values)
        with pytest.raises(AutogradError, match=words):
            subject.gradient([Y])

    @pytest.mark.parametrize(
        ("names", "words"),
        [
            (["x"], "1 names for 2 floating inputs"),
            ("xy", "names is the string 'xy'; give a list of strings"),
            (["x", "x"], "not all different"),
        ],
    )
    def test_names(self, names, words):
        with pytest.raises(ValueError, match=words):
            make_subject(lambda x, y: x * y, (X, Y), names=names)

    def test_what_is_no_function(self):
        with pytest.raises(DTypeError, match="function is a ndarray, which cannot be called"):
            make_subject(X, X)

    def test_two_ways_to_say_the_gradient(self):
        with pytest.raises(GraphError, match="two ways"):
            make_subject(np.sum, X, gradient=X, backward=np.sin)


class TestErrorsOfTheFunction:
    def raised(self, evaluate, kind):
        with pytest.raises(kind) as caught:
            evaluate()
        return caught.value.__notes__

    def test_pass_through_with_the_evaluation(self):
        original = KeyError("mine")

        def function(x):
            if x.data[0] > 1:
                raise original
            return x

        subject = make_subject(function, Y, names=["angle"])
        subject.outputs([Y])
        [note] = self.raised(lambda: subject.outputs([Y + np.array([0.5, 0, 0])]), KeyError)
        assert (
            note == "gradcheck: raised by the function, evaluation 2, away from the given point (angle up to 5.0e-01)"
        )
        del original.__notes__
        subject = make_subject(lambda x: function(x + 1), Y)
        [note] = self.raised(lambda: subject.gradient([Y]), KeyError)
        assert note == "gradcheck: raised by the gradient, evaluation 1, at the given point"

    def test_a_list_in_place_of_a_tuple_of_arguments_is_explained(self):
        subject = make_subject(lambda x, y: x * y, [X, Y])
        notes = self.raised(lambda: subject.outputs(subject.values), TypeError)
        assert "called with 1 arguments (list); give several in a tuple" in notes[0]

    def test_a_type_error_inside_the_function_is_not(self):
        subject = make_subject(lambda x: len(None), X)
        assert len(self.raised(lambda: subject.outputs(subject.values), TypeError)) == 1


class TestWrites:
    def test_to_an_input_are_refused_and_leave_the_caller_s_array(self):
        mine = Y.copy()

        def function(x):
            x += 1
            return x

        found = fault_of(function, mine, [Y], backward=lambda g, x: g)
        assert found.kind == "mutation"
        np.testing.assert_array_equal(mine, Y)

    def test_in_an_operation_are_refused(self):
        @primitive
        def sorted_in_place(x):
            x.sort()
            return x * 2

        sorted_in_place.defvjp(lambda g: 2 * g)
        with pytest.raises(FaultError) as caught:
            make_subject(sorted_in_place, Y).outputs([Y])
        assert "`x.sort()`" in caught.value.finding.text

    def test_to_the_callers_cotangents_do_not_happen(self):
        g = np.ones(3)
        make_subject(lambda x: ops.relu(x), Y).gradient([g])
        assert g.flags.writeable

    def test_a_buffer_that_must_be_writable_is_no_mutation(self):
        def function(x):
            raise ValueError("buffer source array is read-only")

        subject = make_subject(function, Y)
        with pytest.raises(ValueError, match="buffer source"):
            subject.outputs([Y])

    def test_a_gradient_is_the_callers_own(self):
        kept = np.ones(3)
        [first] = gradient(lambda x: np.sum(x), Y, gradient=lambda x: kept)
        first += 1
        np.testing.assert_array_equal(kept, np.ones(3))
