"""Linearity in the cotangent, zero for zero, and the dot-product test: exact, or to rounding."""

import re

import numpy as np
import pytest

import samples
from autograd import Tensor, ops, primitive
from autograd.gradcheck.exact import algebra
from autograd.gradcheck.subject import FunctionSubject, make_subject
from autograd.gradcheck.verdict import Verdict

X = np.array([0.5, -1.5, 2.0])


def check(function, *inputs, cotangents=None, seed=0, **options):
    rng = np.random.default_rng(seed)
    subject = make_subject(function, inputs or (X,), **options)
    if cotangents is None:
        cotangents = [rng.standard_normal(output.shape) for output in subject.outputs(subject.values)]
    return algebra.findings(subject, cotangents, rng)


def operation(vjp):
    """Return a sine with this VJP."""

    @primitive
    def sine(x):
        return np.sin(x)

    return sine.defvjp(vjp)


@pytest.mark.parametrize("draw", range(1))
@pytest.mark.parametrize(("number", "sample"), list(enumerate(samples.TABLE)), ids=lambda value: str(value))
def test_no_operation_is_accused_at_any_scale(number, sample, draw):
    """4 draws of every row of the table, about 1,000 cases: the argument from 1e-8 to 1e8, and the cotangent too."""
    rng = np.random.default_rng([draw, number])
    scale, size = 10.0 ** rng.uniform(-8, 8, 2)
    arrays = [np.asarray(a * (scale if draw % 2 else 1.0)) for a in sample.draw(rng)]
    subject = FunctionSubject(sample, tuple(arrays), None)
    with np.errstate(all="ignore"):
        outputs = subject.outputs(subject.values)
        cotangents = [
            size * (rng.standard_normal(y.shape) + (1j * rng.standard_normal(y.shape) if y.dtype.kind == "c" else 0))
            for y in outputs
        ]
        found = algebra.findings(subject, cotangents, rng)
    assert [f for f in found if f.verdict is Verdict.WRONG] == []
    if draw % 2 == 0:  # inside the domain of the row everything is finite
        assert found == []


@pytest.mark.parametrize(
    ("vjp", "words"),
    [
        (lambda g, x: np.sign(g) * np.cos(x), "for -?[0-9.e-]+ times the cotangent"),
        (lambda g, x: np.abs(g) * np.cos(x), "for -1 times"),
        (lambda g, x: np.maximum(g, 0) * np.cos(x), "for -1 times"),  # guided backpropagation
        (lambda g, x: np.clip(g, -1, 1) * np.cos(x), "for 1024 times"),
        (lambda g, x: g * np.abs(g) * np.cos(x), "times the cotangent"),
        (lambda g, x: np.round(g, 2) * np.cos(x), "times the cotangent"),
        (lambda g, x: np.sin(1e-3 * g) * 1e3 * np.cos(x), "times the cotangent"),
        (lambda g, x: g * np.abs(g) / np.sqrt(np.sum(g * g) + 1e-300) * np.cos(x), "a sum of two cotangents"),
        (lambda g, x: np.max(np.abs(g)) * np.sign(g) * np.cos(x), "a sum of two cotangents"),
        (lambda g, x: g * np.cos(x) + 1e-3, "for a cotangent of 0 is 0.001 at .0., not 0"),
        (lambda g, x: np.where(g == 0, np.nan, g) * np.cos(x), "0 times infinity"),
    ],
)
def test_what_is_not_linear_in_the_cotangent_is_wrong(vjp, words):
    [found] = check(operation(vjp), cotangents=[np.array([0.5, -0.75, 0.3])])
    assert (found.kind, found.verdict) == ("algebra", Verdict.WRONG)
    assert re.search(words, found.text)


def test_the_same_is_found_in_a_backward_pass_by_hand():
    [found] = check(np.sin, backward=lambda g, x: np.sign(g) * np.cos(x), names=["angle"])
    assert "the gradient of angle is not linear" in found.text


def test_an_infinite_derivative_leaves_it_open():
    def backward(g, x):
        with np.errstate(divide="ignore"):
            return g * (0.5 / np.sqrt(x))

    [found] = check(np.sqrt, np.array([0.0, 1.0]), cotangents=[np.ones(2)], backward=backward)
    assert found.verdict is Verdict.CANNOT_TELL
    assert "inf at [0]" in found.text


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (1e8 + 1) * x - 1e8 * x,  # the two terms cancel in the VJP
        lambda x: np.sum(np.sin(x.astype(np.float32))),  # rounds to float32 on the way
        lambda x: np.sin(x.astype(np.float32)).astype(np.float64),
        lambda x: np.sin(1e-300 * x) * 1e-20,  # underflows
        lambda x: ops.softmax(300 * x),  # saturated: all but nothing is left of the derivative
        lambda x: np.sum(x * 0.0),
    ],
)
def test_rounding_is_not_taken_for_a_mistake(function):
    for seed in range(10):
        assert check(function, seed=seed) == []


def test_complex_gradients_are_linear_over_the_reals():
    z = np.array([1 + 2j, -0.5 + 0.25j])
    assert check(lambda z: np.exp(z) * np.conj(z), z) == []
    assert check(lambda z: np.abs(z) ** 2, z) == []


def test_several_inputs_and_outputs_are_taken_together():
    assert check(lambda x, w: {"y": np.tanh(x @ w), "s": np.sum(w)}, np.eye(3), np.ones((3, 2))) == []


def test_an_empty_input_and_a_number_have_nothing_wrong():
    assert check(lambda x, y: np.sum(x) + y, np.ones((0, 3)), 2.0) == []


def test_a_backward_pass_whose_own_derivative_is_wrong_is_said():
    @primitive
    def transposed_wrongly(g, x):
        return g * np.cos(x)

    transposed_wrongly.defvjp(lambda v, x: 2 * v * np.cos(x))
    [found] = check(operation(lambda g, x: transposed_wrongly(g, x)))
    assert found.verdict is Verdict.CANNOT_TELL
    assert "<v, J u>" in found.text


def test_a_backward_pass_that_cannot_be_recorded_is_not_asked_for_its_derivative():
    def vjp(g, x):
        return np.asarray(g) * np.cos(x)  # refused for a Tensor that requires a gradient

    assert check(operation(vjp)) == []


def test_a_gradient_of_a_number_has_no_cotangent_to_vary():
    assert check(lambda x: np.sum(x * x), gradient=lambda x: np.sign(x)) == []


def test_random_numbers_are_the_same_for_every_cotangent():
    rng = np.random.default_rng(0)
    assert check(lambda x: x * rng.random(3)) == []


def test_a_model_is_tested_like_a_function():
    import nn

    model = nn.Sequential(nn.Linear(4, 5, rng=0), nn.Tanh(), nn.Linear(5, 3, rng=1))
    subject = make_subject(lambda: model(np.ones((2, 4))), model)
    cotangents = [np.random.default_rng(0).standard_normal((2, 3))]
    assert algebra.findings(subject, cotangents, np.random.default_rng(0)) == []
    tangents = [np.ones(value.shape) for value in subject.values]
    assert subject.jvp(tangents)[0].shape == (2, 3)
    assert isinstance(model[0].weight, Tensor)
    assert model[0].weight.dtype == np.float32
