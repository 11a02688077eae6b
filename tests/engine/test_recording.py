"""Every row of the table: what is recorded and saved, for whom, and that all ways to the gradient agree."""

import inspect
import math

import numpy as np
import pytest

import autograd
from autograd import DTypeError, GraphError, Primitive, Tensor, grad, primitive
from autograd.graph import Node, new_node
from autograd.ops import elementwise
from samples import TABLE
from sampling import leaves, pulled_back, random_like

every_row = pytest.mark.parametrize("sample", TABLE, ids=str)
rows_of_several = pytest.mark.parametrize("sample", [s for s in TABLE if len(s.domains) > 1], ids=str)
primitive_rows = pytest.mark.parametrize("sample", [s for s in TABLE if isinstance(s.function, Primitive)], ids=str)


def variables(arrays):
    return [Tensor(array.copy(), requires_grad=True) for array in arrays]


def same_bits(first, second):
    return all(
        np.asarray(a).tobytes() == np.asarray(b).tobytes() and np.shape(a) == np.shape(b)
        for a, b in zip(first, second, strict=True)
    )


@every_row
def test_recorded_gradient_has_the_bits_of_the_raw_one(sample, rng):
    arrays = sample.draw(rng)
    cotangent = random_like(rng, sample.expected(*arrays))
    recorded = []

    def outer(*values):
        *inputs, g = values
        gradients = autograd.vjp(sample, *inputs)[1](g)
        recorded.extend(leaves([gradients] if isinstance(gradients, Tensor) else gradients))
        return gradients

    autograd.vjp(outer, *arrays, cotangent)
    assert all(gradient.requires_grad for gradient in recorded)
    assert same_bits([g.data for g in recorded], pulled_back(sample, arrays, cotangent))


@every_row
def test_backward_accumulates_the_bits_that_vjp_returns(sample, rng):
    arrays = sample.draw(rng)
    tensors = variables(arrays)
    outputs = list(leaves(sample(*tensors)))
    cotangents = random_like(rng, [output.data for output in outputs])
    outputs[0].backward(cotangents[0])
    expected = pulled_back(lambda *values: next(leaves(sample(*values))), arrays, cotangents[0])
    zeros = [np.zeros_like(array) for array in arrays]  # of a variable that the first output does not depend on
    assert same_bits([z if t.grad is None else t.grad for t, z in zip(tensors, zeros, strict=True)], expected)


@every_row
def test_grad_owns_memory_that_nothing_else_uses(sample, rng):
    tensors = variables(sample.draw(rng))
    output = next(leaves(sample(*tensors)))
    cotangent = random_like(rng, output.data)
    output.backward(cotangent, retain_graph=True)
    gradients = [tensor.grad for tensor in tensors if tensor.grad is not None]
    others = [cotangent, output.data, *(tensor.data for tensor in tensors)]
    assert all(type(g) is np.ndarray and g.flags.owndata and g.flags.writeable for g in gradients)
    for position, gradient in enumerate(gradients):
        assert not any(np.shares_memory(gradient, other) for other in [*others, *gradients[:position]])


@every_row
def test_arguments_and_cotangent_are_not_written_to(sample, rng):
    arrays = sample.draw(rng)
    cotangent = random_like(rng, sample.expected(*arrays))
    given = [*arrays, *leaves(cotangent)]
    before = [array.tobytes() for array in given]
    gradient, pullback = autograd.vjp(lambda *values: autograd.vjp(sample, *values)[1](cotangent), *arrays)
    pullback(gradient)
    assert [array.tobytes() for array in given] == before


@rows_of_several
@pytest.mark.parametrize("constant", [np.asarray, Tensor, lambda array: array.item() if array.ndim == 0 else array])
def test_a_constant_in_any_position_leaves_the_other_gradients_as_they_are(sample, constant, rng):
    arrays = sample.draw(rng)
    cotangent = random_like(rng, sample.expected(*arrays))
    full = pulled_back(sample, arrays, cotangent)
    for position in range(len(arrays)):
        others = [*arrays[:position], *arrays[position + 1 :]]
        fixed = constant(arrays[position])

        def partial(*values, position=position, fixed=fixed):
            return sample(*values[:position], fixed, *values[position:])

        got = pulled_back(partial, others, cotangent)
        assert same_bits(got, [*full[:position], *full[position + 1 :]])


@every_row
def test_untracked_tensors_give_untracked_tensors_with_the_value(sample, rng):
    arrays = sample.draw(rng)
    values = list(leaves(sample(*(Tensor(array) for array in arrays))))
    tracked = list(leaves(sample(*variables(arrays))))
    assert all(isinstance(value, Tensor) and not value.requires_grad for value in values)
    assert same_bits([value.data for value in values], [value.data for value in tracked])


@primitive_rows
def test_a_primitive_of_plain_arrays_returns_what_the_tensor_holds(sample, rng):
    arrays = sample.draw(rng)
    value = sample(*arrays)
    assert not isinstance(value, Tensor)
    assert same_bits([value], [sample(*variables(arrays)).data])


@rows_of_several
def test_one_tensor_for_two_arguments_receives_both_gradients(sample, rng):
    arrays = sample.draw(rng)
    same = [array.shape == arrays[0].shape for array in arrays]
    arrays = [arrays[0] if is_same else array for array, is_same in zip(arrays, same, strict=True)]
    tensors = [Tensor(array, requires_grad=True) for array in arrays]
    shared = [tensors[0] if is_same else tensor for tensor, is_same in zip(tensors, same, strict=True)]
    output = next(leaves(sample(*shared)))
    cotangent = random_like(rng, output.data)
    output.backward(cotangent)
    separate = pulled_back(lambda *values: next(leaves(sample(*values))), arrays, cotangent)
    expected = sum(g for g, is_same in zip(separate, same, strict=True) if is_same)
    np.testing.assert_allclose(tensors[0].grad, expected, rtol=1e-13, atol=1e-13)


def named_arguments(sample, arrays):
    """Return the value of every parameter of a primitive's forward function, by name, defaults included."""
    given = iter(sample.arguments(*arrays))
    values = {}
    for parameter in sample.function.parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            values[parameter.name] = tuple(given)
        else:
            values[parameter.name] = sample.options.get(parameter.name, parameter.default)
            if parameter.kind is not parameter.KEYWORD_ONLY and parameter.name not in sample.options:
                values[parameter.name] = next(given, parameter.default)
    return values


def is_the_same(first, second):
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(is_the_same, first, second))
    return first is second or (not isinstance(first, np.ndarray) and first == second)


@primitive_rows
def test_a_node_saves_exactly_what_the_vjps_name(sample, rng):
    tensors = variables(sample.draw(rng))
    output = sample(*tensors)
    names = named_arguments(sample, [tensor.data for tensor in tensors])
    names |= {f"{name}_shape": np.shape(v) for name, v in names.items() if isinstance(v, np.ndarray)}
    names |= {f"{name}_dtype": v.dtype for name, v in names.items() if isinstance(v, np.ndarray)}
    byproducts = sample.function.byproducts
    node, rule = output._node, sample.function
    for name, value in zip(rule.saves, node.saved, strict=True):
        is_needed = any(
            name in asked and source is not None for asked, source in zip(rule.asks, node.inputs, strict=False)
        )
        known = {"y": output._data, **names}
        assert name in byproducts or (is_the_same(value, known[name]) if is_needed else value is None)
    named = {name for vjp in rule.vjps for name in list(inspect.signature(vjp).parameters)[1:]}
    assert set(rule.saves) == named - ({"index"} - names.keys())


class TestWhatASinglePrimitiveSaves:
    def test_add_saves_nothing(self):
        node = elementwise.add(*variables([np.ones(3), np.ones(3)]))._node
        assert node.saved == ()

    def test_tanh_saves_only_its_output(self):
        y = elementwise.tanh(*variables([np.ones(3)]))
        (saved,) = y._node.saved
        assert saved is y.data

    def test_multiply_saves_each_operand_for_the_other(self):
        a, b = variables([np.ones(3), np.full(3, 2.0)])
        assert elementwise.multiply.saves == ("x2", "x1")
        for_a, for_b = elementwise.multiply(a, b)._node.saved
        assert for_a is b.data
        assert for_b is a.data

    def test_multiply_saves_no_operand_for_a_constant(self):
        a, b = Tensor(np.ones(3), requires_grad=True), Tensor(np.full(3, 2.0))
        for_a, for_b = elementwise.multiply(a, b)._node.saved
        assert for_a is b.data
        assert for_b is None

    @pytest.mark.parametrize(
        "compute",
        [
            lambda x: x.sum(axis=0),
            lambda x: x.mean(axis=0),
            lambda x: x.cumsum(axis=0),
            lambda x: x.reshape(3, 2),
            lambda x: x.T,
            lambda x: x[0],
            lambda x: np.expand_dims(x, 0),
            lambda x: np.broadcast_to(x, (2, 2, 3)),
            lambda x: np.concatenate([x, x]),
            lambda x: np.pad(x, 1),
            lambda x: np.flip(x),
            lambda x: np.roll(x, 1),
            lambda x: np.exp(x) - 3 * x,
            lambda x: np.deg2rad(x),
        ],
    )
    def test_linear_functions_save_no_array(self, compute):
        (x,) = variables([np.ones((2, 3))])
        saved = compute(x)._node.saved
        assert not any(isinstance(value, np.ndarray) for value in saved)


def test_an_argument_with_a_name_that_recording_uses_is_refused():
    def shift(x, node_):
        return x + node_

    with pytest.raises(GraphError, match="shift: rename its argument 'node_'"):
        primitive(shift)


def test_a_vjp_may_ask_for_an_index_only_among_several_operands():
    @primitive
    def double(x):
        return 2 * x

    with pytest.raises(GraphError, match="double: a VJP asks for index"):
        double.defvjp(lambda g, index: 2 * g)


def test_the_shape_of_all_operands_together_cannot_be_asked_for():
    @primitive
    def total(*xs):
        return sum(xs)

    with pytest.raises(GraphError, match="total: a VJP asks for xs_shape"):
        total.defvjp(lambda g, xs_shape: g)


def test_vjps_for_operands_and_for_another_argument_are_refused():
    @primitive
    def scaled_total(scale, *xs):
        return scale * sum(xs)

    with pytest.raises(GraphError, match=r"scaled_total: VJPs for \*xs and for other arguments"):
        scaled_total.defvjp(lambda g, xs: g * sum(xs), lambda g, scale: g * scale)


def test_a_primitive_may_return_a_python_number():
    sine = primitive(math.sin, name="sine").defvjp(lambda g, x: g * np.cos(x))
    assert grad(sine)(0.25) == np.cos(0.25)
    assert type(sine(Tensor(0.25)).data) is np.ndarray
    assert sine(0.25) == math.sin(0.25)


def test_a_primitive_that_returns_several_arrays_is_refused():
    both = primitive(lambda x: (x, 2 * x), name="both").defvjp(lambda g: g)
    with pytest.raises(DTypeError, match="both: returned tuple"):
        both(Tensor(1.0))


def test_an_untracked_option_beside_plain_operands_still_gives_a_tensor():
    @primitive
    def scaled_total(scale, *xs):
        return scale * sum(xs)

    scaled_total.defvjp(None, lambda g, scale: g * scale)
    result = scaled_total(Tensor(2.0), np.ones(2))
    assert isinstance(result, Tensor)
    np.testing.assert_array_equal(result.data, [2.0, 2.0])


def test_a_plan_sets_on_a_node_what_the_constructor_sets():
    recorded = elementwise.tanh(Tensor([1.0], requires_grad=True))._node
    made = new_node(recorded.rule, recorded.inputs, recorded.saved, recorded.shape, recorded.dtype)
    assert {s for s in Node.__slots__ if hasattr(recorded, s)} == {s for s in Node.__slots__ if hasattr(made, s)}


def test_second_order_through_a_byproduct_whose_own_primitive_was_never_called():
    @primitive
    def exponential(x):
        return np.exp(x)

    @primitive
    def both(x):
        return np.exp(x) + x**3, np.exp(x)

    exponential.defvjp(lambda g, y: g * y)
    both.defvjp(lambda g, e, x: g * (e + 3 * x**2), byproducts={"e": (exponential,)})
    np.testing.assert_allclose(grad(grad(both))(2.0), np.exp(2.0) + 6 * 2.0)


def test_a_byproduct_must_be_differentiable_from_its_values_alone():
    @primitive
    def both(x):
        return x**4, x * x

    with pytest.raises(GraphError, match="both: byproduct 'squared': the VJP of square asks for x"):
        both.defvjp(lambda g, x, squared: g * 4 * x * squared, byproducts={"squared": (elementwise.square,)})
