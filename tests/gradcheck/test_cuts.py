"""A path that was cut is named: the operation through which nothing comes back, and where it is."""

import inspect

import numpy as np
import pytest

import nn
from autograd import Tensor, gradcheck, no_grad, ops, primitive
from autograd.gradcheck import Verdict

X = np.array([0.3, -1.2, 2.0])


def diagnosis(function, *inputs, **options):
    report = gradcheck(function, inputs or (X,), names=list("xyz")[: len(inputs) or 1], seed=0, **options)
    assert report.verdict is Verdict.WRONG
    assert report.operations.broken == ()
    return report.diagnosis


def place(function, text):
    lines, first = inspect.getsourcelines(function)
    return f"test_cuts.py:{first + next(i for i, line in enumerate(lines) if text in line)}"


def detached_before(x):
    inner = np.tanh(x.detach())  # here
    return np.sum(3 * x + inner)


def detached_after(x):
    inner = np.tanh(x)  # here
    return np.sum(x * inner.detach())


def not_recorded(x):
    with no_grad():
        inner = np.tanh(x)  # here
    return np.sum(x * inner)


@pytest.mark.parametrize("function", [detached_before, detached_after, not_recorded])
@pytest.mark.parametrize("mode", ["full", "fast"])
def test_the_operation_is_named_with_its_line(function, mode):
    found = diagnosis(function, mode=mode)
    assert found.mistake == "missing path"
    assert f"The path through tanh ({place(function, '# here')}) contributes nothing" in found.text
    assert "depends on x" in found.text
    assert "100.00 %" in found.text


def by_itself(x):
    return np.sum(x * x.detach())


def of_plain_numpy(x):
    return np.sum(np.exp(x) * np.tanh(x.data))


def of_a_number(x):
    return np.sum(x * float(np.sum(x.data)))


@pytest.mark.parametrize("function", [by_itself, of_plain_numpy, of_a_number])
def test_where_no_operation_made_the_constant_the_one_that_takes_it_is_named(function):
    text = diagnosis(function).text
    where = place(function, "return")
    assert f"The path through 'x2' of multiply ({where}) contributes nothing: multiply ({where}) takes 'x2'" in text


def test_a_cut_deep_inside_is_found():
    def function(x):
        hidden = x
        for _ in range(50):
            hidden = np.sin(hidden) + 0.1
        gate = np.exp(hidden)  # here
        return np.sum(hidden * gate.detach())

    assert f"through exp ({place(function, '# here')})" in diagnosis(function).text


def test_every_cut_that_matters_is_named_and_no_other():
    def function(x):
        one, two, three = np.sin(x).detach(), np.cosh(x).detach(), np.exp(x).detach()
        return np.sum(x * one + x / two + 0.0 * (x - three))

    text = diagnosis(function).text
    assert "through sin" in text
    assert "through cosh" in text
    assert "through exp" not in text
    assert text.count("contributes nothing") == 2


def test_of_two_inputs_the_one_that_is_cut_off_is_named():
    text = diagnosis(lambda x, y: np.sum(x * np.tanh(y.detach()) + y), X, 2 * X).text
    assert "through tanh" in text
    assert "depends on y" in text


def test_an_argument_among_several_of_a_kind_is_named():
    text = diagnosis(lambda x: np.sum(np.concatenate([x, np.sin(x.detach())]) ** 2)).text
    assert "through sin" in text
    assert "'arrays'" in text


def test_a_cut_in_a_model_is_found(rng):
    first, second = nn.Linear(3, 4, rng=0), nn.Linear(4, 4, rng=1)
    model = nn.Sequential(first, second)
    x = rng.normal(size=(5, 3))

    def loss():
        hidden = first(Tensor(x))
        gate = np.tanh(second(hidden))
        return np.mean(hidden * gate.detach() + gate)

    report = gradcheck(loss, model, seed=0)
    assert report.verdict is Verdict.WRONG
    assert "through tanh" in report.diagnosis.text


def test_a_constant_that_does_not_move_is_no_cut():
    text = diagnosis(lambda x: np.sum(np.array([1.0, 2.0, 3.0]) * x + np.tanh(x.detach()))).text
    assert text.count("contributes nothing") == 1
    assert "multiply" not in text


def test_a_cut_without_effect_does_not_explain_another_mistake():
    broken = primitive(lambda x: np.sin(x), name="broken").defvjp(lambda g, x: 2 * g * np.cos(x))
    report = gradcheck(lambda x: np.sum(broken(x) + 0.0 * x * x.detach()), (X,), seed=0)
    assert report.diagnosis.mistake == "factor"


def test_what_is_drawn_at_random_is_no_cut():
    rng = np.random.default_rng(0)
    text = diagnosis(lambda x: np.sum(x * rng.normal(size=3) + np.tanh(x.detach()))).text
    assert text.count("contributes nothing") == 1
    assert "through tanh" in text


def test_a_cut_that_explains_only_a_part_is_not_the_diagnosis():
    def function(x):
        slope = float(np.sum(x.data)) / 10  # an option: it could have no graph
        return np.sum(x * np.tanh(x.detach()) + ops.leaky_relu(x, slope))

    found = diagnosis(function)
    assert found is None or "contributes nothing" not in found.text


def test_random_numbers_are_left_where_they_were():
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    diagnosis(lambda x: np.sum(x * rng.normal(size=3) + np.tanh(x.detach())))
    assert rng.bit_generator.state == before
