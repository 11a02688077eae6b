"""`gradcheck` on functions whose gradients are right, wrong, on a kink, or impossible to tell."""

import json

import numpy as np
import pytest

import autograd
from autograd import AutogradError, Tensor, gradcheck, ops, primitive
from autograd.gradcheck import Verdict, check, run


def wrong_by(factor, where=lambda x: np.ones(x.shape, bool)):
    """A sine whose derivative is off by `factor` at the entries that `where` selects."""

    @primitive
    def sine(x):
        return np.sin(x)

    return sine.defvjp(lambda g, x: g * np.cos(x) * np.where(where(x), factor, 1))


def verdict(function, *inputs, **options):
    return gradcheck(function, inputs, seed=0, **options).verdict


@pytest.mark.parametrize(
    "function",
    [np.sin, np.exp, lambda x: x * x, lambda x: ops.softmax(x), lambda x: (x / (1 + x * x)).sum(), lambda x: x[::-1]],
)
def test_right_gradients_are_right(function):
    assert verdict(function, np.array([0.3, -1.2, 2.0])) in (Verdict.RIGHT, Verdict.RIGHT_ABS)


@pytest.mark.parametrize("scale", [1e-8, 1e-3, 1.0, 1e3, 1e8])
def test_scale_does_not_matter(scale):
    x = scale * np.array([0.3, -1.2, 2.0])
    assert verdict(lambda x: (x * x * x).sum(), x) is Verdict.RIGHT
    assert verdict(lambda x: wrong_by(1.001)(x / scale).sum(), x) is Verdict.WRONG


@pytest.mark.parametrize("factor", [2.0, 0.5, -1.0, 0.0, 1 + 1e-5, np.nan, np.inf])
def test_a_wrong_gradient_is_wrong(factor):
    report = gradcheck(wrong_by(factor), (np.array([0.3, -1.2, 2.0]),), seed=0)
    assert not report
    assert report.verdicts == {"x0": Verdict.WRONG}


def test_the_worst_entry_is_named_with_both_values():
    x = np.linspace(0.1, 1.2, 12).reshape(3, 4)
    x[1, 1] = 0.6
    report = gradcheck(lambda x: wrong_by(3.0, lambda x: x == 0.6)(x).sum(), (x,), names=["angle"], seed=0)
    name, check = report.worst
    assert (name, check.index) == ("angle", (1, 1))
    assert check.numeric == pytest.approx(np.cos(0.6), rel=1e-9)
    assert check.analytic == pytest.approx(3 * np.cos(0.6), rel=1e-9)
    assert "[1, 1]" in str(report)


@pytest.mark.parametrize("position", [0, 1234, 1999])
def test_one_wrong_entry_of_two_thousand_is_found_and_named(position):
    x = np.random.default_rng(0).normal(size=(40, 50))
    report = gradcheck(wrong_by(2.0, lambda a: (np.arange(a.size) == position).reshape(a.shape)), (x,), seed=1)
    assert report.worst[1].index == np.unravel_index(position, x.shape)


def test_the_engines_value_at_a_kink_must_lie_between_the_slopes():
    inside = gradcheck(ops.relu, (np.array(0.0),), seed=0)
    assert inside
    assert inside.verdict is Verdict.NONSMOOTH
    assert "inside" in str(inside)

    @primitive
    def relu_with_slope_2(x):
        return np.maximum(x, 0)

    outside = gradcheck(relu_with_slope_2.defvjp(lambda g: 2 * g), (np.array(0.0),), seed=0)
    assert not outside
    assert "outside" in str(outside)


def test_kinks_that_cancel_leave_a_smooth_function_whose_gradient_is_wrong():
    assert verdict(lambda x: ops.relu(x) - ops.relu(-x), np.array(0.0)) is Verdict.WRONG


@pytest.mark.parametrize("x", [0.0, np.zeros(1), np.array([0.0, 1.0])])
def test_kinks_that_cancel_are_said_to_be_the_reason_and_nothing_detached(x):
    report = gradcheck(lambda x: ops.relu(x) - ops.relu(-x), x, seed=0)
    assert report.verdict is Verdict.WRONG
    assert report.diagnosis.mistake == "cancelled kinks"
    assert "detached" not in str(report)


def test_a_tie_without_influence_is_not_mentioned():
    def log_softmax(z):
        z = z - np.max(z, axis=1, keepdims=True)
        return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))

    z = np.array([[0.5, 2.0, 2.0], [1.0, 0.25, -1.0]])
    report = gradcheck(log_softmax, z, seed=0)
    assert report.verdict is Verdict.RIGHT
    assert "cancel" not in str(report)
    assert "max" in report.kinks  # of the second row, where there is no tie
    assert " is 0 from" not in report.kinks
    assert " is 0 from a tie" in gradcheck(lambda z: np.max(z, axis=1), z, seed=0).kinks


def test_what_rounding_hides_cannot_be_told():
    assert verdict(lambda x: 1e12 + 1e-6 * x, np.array(1.0)) is Verdict.CANNOT_TELL


def test_a_gradient_of_0_is_right_where_no_bit_of_the_output_moves():
    assert verdict(lambda x: 1e6 + 0.0 * x, np.array([1.0, 2.0])) is Verdict.RIGHT_ABS


def test_a_path_that_was_detached_is_wrong():
    assert verdict(lambda x: (x * Tensor(x.data)).sum(), np.array([1.0, 2.0])) is Verdict.WRONG


def test_float32_inputs_are_checked_in_float64():
    report = gradcheck(lambda x: np.sum(np.sin(x)), (np.array([0.3, 1.0], np.float32),), seed=0)
    assert report.verdict is Verdict.RIGHT
    assert report.worst[1].error < 1e-8
    assert report.tensors[0].dtype == "float32"


def test_a_function_that_computes_in_float32_is_held_to_its_precision():
    def function(x):
        return np.sum(np.sin(x.astype(np.float32)))

    assert gradcheck(function, (np.array([0.3, 1.0]),), seed=0)
    assert verdict(lambda x: wrong_by(1.5)(x.astype(np.float32)).sum(), np.array([0.3, 1.0])) is Verdict.WRONG


def test_complex_gradients_are_checked_in_both_parts():
    z = np.array([1 + 2j, -0.5 + 0.25j])
    assert verdict(lambda z: np.exp(z) * z, z) is Verdict.RIGHT
    assert verdict(lambda z: np.sum(np.real(z * np.conj(z))), z) is Verdict.RIGHT

    @primitive
    def square(z):
        return z * z

    conjugated = square.defvjp(lambda g, z: g * 2 * np.conj(z))
    assert verdict(conjugated, z) is Verdict.WRONG


def test_nested_inputs_and_outputs_are_checked():
    report = gradcheck(
        lambda tree: {"sum": tree["a"] + tree["b"][0], "product": [tree["a"] * tree["b"][0]]},
        ({"a": np.array([1.0, 2.0]), "b": (np.array([3.0, 4.0]),)},),
        names=["a", "b"],
    )
    assert report.verdicts == {"a": Verdict.RIGHT, "b": Verdict.RIGHT}


def test_an_integer_argument_is_passed_on_unchecked():
    report = gradcheck(lambda x, labels: x[labels], (np.array([1.0, 2.0]), np.array([1, 1])))
    assert list(report.verdicts) == ["x0"]
    assert report


def test_a_function_that_does_not_repeat_itself_is_refused():
    calls = iter(range(1000))
    report = gradcheck(lambda x: x * (1 + next(calls)), (np.array(1.0),))
    assert not report
    assert report.verdict is Verdict.NONDETERMINISTIC


def test_a_model_is_checked_by_parameter_name_and_left_as_it_was():
    import nn

    model = nn.Sequential(nn.Linear(4, 5, rng=0), nn.Tanh(), nn.Linear(5, 3, rng=1))
    loss = nn.CrossEntropyLoss()
    x, y = np.random.default_rng(0).normal(size=(6, 4)), np.array([0, 1, 2, 0, 1, 2])
    loss(model(x), y).backward()
    before = {name: (p.data, p.data.copy(), p.grad.copy()) for name, p in model.named_parameters()}
    report = gradcheck(lambda: loss(model(x), y), model)
    assert report.verdicts == dict.fromkeys(["0.weight", "0.bias", "2.weight", "2.bias"], Verdict.RIGHT)
    for name, parameter in model.named_parameters():
        data, values, gradient = before[name]
        assert parameter.data is data
        assert parameter.dtype == np.float32
        np.testing.assert_array_equal(parameter.data, values)
        np.testing.assert_array_equal(parameter.grad, gradient)


def test_a_model_is_left_as_it_was_when_the_loss_raises():
    import nn

    model = nn.Sequential(nn.Linear(2, 2, rng=0))
    data = model[0].weight.data
    with pytest.raises(ZeroDivisionError):
        gradcheck(lambda: 1 / 0, model)
    assert model[0].weight.data is data


def test_inputs_are_not_changed():
    x = np.array([0.3, -1.2])
    gradcheck(np.sin, (x,))
    np.testing.assert_array_equal(x, [0.3, -1.2])


def test_the_seed_replays_the_report():
    x = np.random.default_rng(0).normal(size=(20, 20))
    first = gradcheck(lambda x: np.tanh(x @ x), (x,))
    again = gradcheck(lambda x: np.tanh(x @ x), (x,), seed=first.seed)
    assert first.to_dict() | {"seconds": 0} == again.to_dict() | {"seconds": 0}


@pytest.mark.parametrize("seed", range(3))
def test_data_of_the_same_seed_hide_no_mistake(seed):
    @primitive
    def linear(x, w):
        return x @ w.T

    linear.defvjp(lambda g, w: g @ w, lambda g, x: x.T @ g)  # gᵀ x transposed, which is symmetric where g = x
    rng = np.random.default_rng(seed)
    args = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    report = gradcheck(linear, args, seed=seed)
    assert report.verdicts == {"x0": Verdict.RIGHT, "x1": Verdict.WRONG}
    assert [finding.kind for finding in report.findings if finding.verdict is Verdict.WRONG] == []
    assert gradcheck.local(linear, args, seed=seed).verdict is Verdict.WRONG


def test_every_order_draws_cotangents_of_its_own(monkeypatch):
    drawn = []

    class Noted(run.Run):
        def random_cotangents(self):
            values = super().random_cotangents()
            drawn.append(values[0])
            return values

    monkeypatch.setattr(check, "Run", Noted)
    gradcheck(np.sin, np.linspace(0.1, 1, 5), seed=0, order=3)
    drawn.append(np.random.default_rng(0).standard_normal(5))
    assert len(drawn) == 4
    assert len({tuple(values) for values in drawn}) == 4


def test_the_report_goes_through_json():
    report = gradcheck(np.sin, (np.array([1.0, 2.0]),), seed=5)
    loaded = json.loads(json.dumps(report.to_dict()))
    assert loaded["verdict"] == "RIGHT"
    assert loaded["tensors"][0]["shape"] == [2]


def test_an_empty_array_has_nothing_to_check():
    assert gradcheck(lambda x, y: np.sum(x) + np.sum(y), (np.zeros((0, 3)), np.ones(2)))


@pytest.mark.parametrize(
    ("function", "inputs", "words"),
    [
        (lambda x: None, np.ones(2), "returned None"),
        (lambda x: "text", np.ones(2), "str"),
        (lambda x: x > 0, np.ones(2), "bool"),
        (lambda x: x, np.arange(3), "floating"),
    ],
)
def test_what_cannot_be_checked_is_said(function, inputs, words):
    with pytest.raises(AutogradError, match=words):
        gradcheck(function, inputs)


def test_an_output_that_ignores_an_input_has_gradient_zero():
    report = gradcheck(lambda x, y: np.sum(x), (np.ones(2), np.ones(3)), seed=0)
    assert report.verdicts == {"x0": Verdict.RIGHT, "x1": Verdict.RIGHT_ABS}
    assert report.tensors[1].worst.analytic == 0


def test_gradcheck_is_a_public_name():
    assert autograd.gradcheck is gradcheck
