"""The modes of `gradcheck`: every entry or random directions, higher orders, gradients from elsewhere, interrupts."""

import sys
import time
import types
import warnings

import numpy as np
import pytest

import autograd
import nn
from autograd import GraphError, gradcheck, ops, primitive
from autograd.gradcheck import Verdict


def entries(report):
    return [check for tensor in report.tensors for check in tensor.checks if check.index is not None]


def kinds(report, severity=Verdict.WRONG):
    return {finding.kind for finding in report.findings if finding.verdict is severity}


def wrong_at(*index):
    """Return a sine whose derivative is doubled in one entry."""

    @primitive
    def sine(x):
        return np.sin(x)

    def vjp(g, x):
        result = g * np.cos(x)
        result[index] *= 2
        return result

    return sine.defvjp(vjp)


# ------------------------------------------------------------------------------------------------- full and fast


def test_auto_is_full_for_few_entries_and_fast_for_many(rng):
    assert gradcheck(np.sin, rng.normal(size=200), seed=0).mode == "full"
    assert gradcheck(np.sin, rng.normal(size=201), seed=0).mode == "fast"


def test_full_mode_checks_every_entry(rng):
    report = gradcheck(np.sin, rng.normal(size=(20, 15)), mode="full", seed=0)
    assert report.verdict is Verdict.RIGHT
    assert {check.index for check in entries(report)} == set(np.ndindex(20, 15))
    assert report.power is None


def test_fast_mode_costs_the_same_for_a_hundred_times_as_many_entries(rng):
    counts = [gradcheck(np.tanh, rng.normal(size=size), mode="fast", seed=0).evaluations for size in (500, 50_000)]
    assert counts[1] <= 1.5 * counts[0] < 150


def test_fast_mode_says_what_it_would_have_found(rng):
    report = gradcheck(lambda x: np.sum(np.tanh(x)), rng.normal(size=1000), mode="fast", seed=0)
    assert report.verdict is Verdict.RIGHT
    assert report.power.miss == 1e-9
    assert 0 < report.power.threshold < 1e-4
    assert "would have been caught" in str(report)


@pytest.mark.parametrize("mode", ["full", "fast"])
def test_a_wrong_entry_is_named_in_both_modes(mode, rng):
    x = rng.normal(size=(30, 20))
    report = gradcheck(lambda x: wrong_at(17, 4)(x).sum(), x, mode=mode, seed=0)
    assert report.verdict is Verdict.WRONG
    wrong = [check for check in entries(report) if check.verdict is Verdict.WRONG]
    assert [check.index for check in wrong] == [(17, 4)]
    assert wrong[0].analytic == pytest.approx(2 * np.cos(x[17, 4]), rel=1e-12)
    assert wrong[0].numeric == pytest.approx(np.cos(x[17, 4]), rel=1e-7)


def test_a_small_array_is_not_drowned_by_a_large_one(rng):
    @primitive
    def shifted(x, b):
        return x + b

    shifted.defvjp(lambda g: g, lambda g: 1.01 * g.sum(axis=0))
    x, b = rng.normal(size=(20, 300)), np.full(300, 1e-6)
    report = gradcheck(lambda x, b: np.sum(shifted(x, b) ** 2), (x, b), names=["x", "b"], seed=0)
    assert report.verdicts["b"] is Verdict.WRONG
    assert report.verdicts["x"] is not Verdict.WRONG


# ------------------------------------------------------------------------------------------------- higher orders


def test_second_order_is_right():
    report = gradcheck(lambda x, w: np.sum(np.tanh(x @ w) ** 2), (np.eye(3), np.ones((3, 2))), order=2, seed=0)
    assert report.verdict is Verdict.RIGHT
    (second,) = report.higher
    assert list(second.verdicts) == ["x0", "x1", "cotangent"]


def test_a_vjp_that_is_wrong_only_in_second_order_is_found_there():
    @primitive
    def cube(x):
        return x**3

    cube.defvjp(lambda g, x: g * 3 * x.data * x.data if hasattr(x, "data") and hasattr(x, "_node") else g * 3 * x * x)
    assert gradcheck(cube, np.array([1.0, 2.0]), seed=0)
    report = gradcheck(cube, np.array([1.0, 2.0]), order=2, seed=0)
    assert not report
    assert report.higher[0].verdicts["x0"] is Verdict.WRONG


@pytest.mark.parametrize("order", [2, 3])
def test_a_vjp_that_cannot_be_differentiated_is_named_with_the_order(order):
    @primitive
    def cube(x):
        return x**3

    cube.defvjp(lambda g, x: g * 3 * np.array([v**2 for v in x]))
    report = gradcheck(lambda x: np.sin(cube(x)), np.array([1.0, 2.0]), order=order, seed=0)
    assert report.verdicts == {"x0": Verdict.RIGHT}
    assert not report
    (second,) = report.higher
    [found] = second.findings
    assert (found.kind, found.verdict) == ("algebra", Verdict.WRONG)
    assert "the VJP of cube cannot be run on Tensors, as the derivative of order 2" in found.text


def test_what_the_function_raises_in_second_order_is_raised():
    def function(x):
        if isinstance(x, autograd.Tensor) and x.requires_grad and x._node.rule is not None:
            raise RuntimeError("asked")
        return np.sin(x)

    with pytest.raises(RuntimeError, match="asked"):
        gradcheck(lambda x: function(2 * x), np.ones(2), order=2, seed=0)


def test_third_order(rng):
    report = gradcheck(lambda x: np.sum(np.sin(x)), rng.normal(size=3), order=3, seed=0)
    assert len(report.higher) == 2
    assert report


def test_a_model_to_second_order(rng):
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=1))
    x, y = rng.normal(size=(5, 3)), np.array([0, 1, 0, 1, 1])
    report = gradcheck(lambda: nn.CrossEntropyLoss()(model(x), y), model, order=2, seed=0)
    assert report.verdict is Verdict.RIGHT
    assert "0.weight" in report.higher[0].verdicts


def test_a_gradient_from_elsewhere_has_no_second_order():
    with pytest.raises(GraphError, match="order"):
        gradcheck(lambda x: np.sum(x * x), np.ones(2), gradient=lambda x: 2 * x, order=2)


# ------------------------------------------------------------------------------------------------- from elsewhere


def test_a_gradient_derived_by_hand_is_checked_and_its_mistake_named():
    x = np.array([0.5, -1.0, 2.0])
    assert gradcheck(lambda x: np.mean(np.sin(x)), x, gradient=np.cos(x) / 3, seed=0).verdict is Verdict.RIGHT
    report = gradcheck(lambda x: np.mean(np.sin(x)), x, gradient=np.cos(x), seed=0)
    assert report.verdict is Verdict.WRONG
    assert kinds(report) == set()
    assert report.diagnosis.mistake == "factor"
    assert "3 times too large" in report.diagnosis.text


def test_a_pair_of_plain_functions_is_checked():
    def backward(g, x, w):
        return g @ w.T, x.T @ g

    arrays = np.arange(6.0).reshape(2, 3), np.ones((3, 2))
    assert gradcheck(np.matmul, arrays, backward=backward, seed=0).verdict is Verdict.RIGHT
    report = gradcheck(np.matmul, arrays, backward=lambda g, x, w: (g @ w.T, -x.T @ g), names=["x", "w"], seed=0)
    assert report.verdicts == {"x": Verdict.RIGHT, "w": Verdict.WRONG}
    assert report.diagnosis.mistake == "sign"


def test_a_class_with_forward_and_backward_is_checked():
    class Square:
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 2 * x * g

    assert gradcheck(Square, np.array([1.0, -3.0]), seed=0).verdict is Verdict.RIGHT


# ------------------------------------------------------------------------------------------------- what is wrong


def test_the_broken_operation_is_named_with_its_line(rng):
    @primitive
    def mean(x):
        return x.mean(axis=0)

    mean.defvjp(lambda g, x: np.ones(x.shape) * g)

    def loss(x, w):
        return np.sum(mean(np.tanh(x @ w)) ** 2)  # here

    report = gradcheck(loss, (rng.normal(size=(32, 4)), rng.normal(size=(4, 3))), names=["x", "w"], seed=0)
    (broken,) = report.operations.broken
    assert broken.name == "mean"
    assert broken.source.endswith("# here")
    assert report.diagnosis.mistake == "factor"
    assert report.diagnosis.text.startswith(f"mean ({broken.place}): The gradient is 32 times too large")


def test_a_detached_path_is_wrong_though_every_operation_is_right():
    report = gradcheck(lambda x: np.sum(x * x.detach()), np.array([1.0, 2.0]), seed=0)
    assert report.verdict is Verdict.WRONG
    assert report.operations.broken == ()


def test_a_gradient_that_remembers_its_first_point_is_stale():
    remembered = {}

    def backward(g, x):
        return g * remembered.setdefault("cos", np.cos(x))

    report = gradcheck(np.sin, np.array([0.3, 1.0]), backward=backward, seed=0)
    assert report.verdict is Verdict.WRONG
    assert "stale" in kinds(report)


def test_dropout_is_replayed():
    rng = np.random.default_rng(0)
    report = gradcheck(lambda x: np.sum(x * (rng.random(5) > 0.5)), np.ones(5), seed=0)
    assert report
    assert any("stochastic" in finding.text for finding in report.findings)


# ------------------------------------------------------------------------------------------------- what cannot be told


def test_strict_fails_where_nothing_can_be_told():
    def function(x):
        return 1e12 + 1e-6 * x

    assert gradcheck(function, np.array(1.0), seed=0)
    assert not gradcheck(function, np.array(1.0), seed=0, strict=True)


def test_nan_at_the_point_cannot_be_told():
    for function, x in [(np.log, np.array([1.0, -1.0])), (np.sin, np.array([1.0, np.nan]))]:
        with np.errstate(all="ignore"):
            report = gradcheck(lambda x, f=function: np.sum(f(x)), x, seed=0)
        assert report.verdict is Verdict.CANNOT_TELL
        assert "nan" in str(report)


def test_values_near_the_largest_number_are_no_obstacle():
    report = gradcheck(np.exp, np.array(700.0), backward=lambda g, x: g * np.exp(x), seed=0)
    assert report.verdict is Verdict.RIGHT


def test_the_complex_step_sees_what_differences_cannot():
    @primitive
    def expm1(x):
        return np.expm1(x)

    expm1.defvjp(lambda g, x, y: g * (y + 1))  # loses every digit at -40
    report = gradcheck(expm1, np.array([-40.0]), seed=0)
    assert report.verdict is Verdict.RIGHT_ABS
    assert "x0[0]: the complex step gives 4.248354e-18, the gradient is 0" in str(report)
    assert "the complex step confirms 1 of the 1" in str(gradcheck(np.expm1, np.array([-40.0]), seed=0))


def test_nearest_kink_is_told(rng):
    x = np.array([0.5, -0.25, 1e-5, 2.0])
    report = gradcheck(lambda x: np.sum(ops.relu(x) ** 2), x, seed=0)
    assert report
    assert "relu" in report.kinks
    assert "1e-05" in report.kinks or "1e-5" in report.kinks


def test_float32_gradients_are_compared_with_float64():
    @primitive
    def lossy(x):
        return np.sin(x)

    lossy.defvjp(lambda g, x: g * np.cos(x) * (1.1 if x.dtype == np.float32 else 1.0))
    x = np.array([0.3, 1.0], np.float32)
    assert gradcheck(np.sin, x, seed=0).verdict is Verdict.RIGHT
    report = gradcheck(lossy, x, seed=0)
    assert kinds(report, Verdict.CANNOT_TELL) == {"precision"}


# ------------------------------------------------------------------------------------------------- models


def test_model_and_loss_in_either_order(rng):
    model = nn.Sequential(nn.Linear(3, 2, rng=0))
    x, y = rng.normal(size=(5, 3)), np.array([0, 1, 0, 1, 1])

    def loss():
        return nn.CrossEntropyLoss()(model(x), y)

    assert gradcheck(model, loss, seed=0).verdicts == gradcheck(loss, model, seed=0).verdicts
    assert list(gradcheck(model, loss, seed=0).verdicts) == ["0.weight", "0.bias"]


# ------------------------------------------------------------------------------------------------- long checks


def test_an_interrupt_gives_what_was_found_until_then():
    calls = iter(range(10**6))

    def function(x):
        if next(calls) > 60:
            raise KeyboardInterrupt
        return np.sum(np.sin(x))

    report = gradcheck(function, np.linspace(0.1, 1.0, 40), mode="full", seed=0)
    assert not report.complete
    assert 0 < len(entries(report)) < 40
    assert "interrupted" in str(report)


def test_an_interrupt_before_there_is_anything_passes_through():
    def function(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gradcheck(function, np.ones(2))


def test_the_time_is_estimated_first(capsys, monkeypatch):
    from autograd.gradcheck import progress

    monkeypatch.setattr(progress, "LONG", 0.0)
    gradcheck(np.sin, np.ones(3), seed=0)
    first = capsys.readouterr().err.splitlines()[0]
    assert "gradcheck: about 69 calls" in first
    gradcheck(np.sin, np.ones(3), seed=0, progress=False)
    assert capsys.readouterr().err == ""


def test_a_first_call_that_is_slow_shows_no_bar(capsys):
    calls = []

    def function(x):
        calls.append(x)
        if len(calls) == 1:
            time.sleep(0.1)  # as it takes to compile, or to load something
        return np.sin(x)

    gradcheck(function, np.linspace(0.1, 1, 10), seed=0)
    assert capsys.readouterr().err == ""


def test_a_slow_call_shows_a_bar(capsys, monkeypatch):
    from autograd.gradcheck import progress

    monkeypatch.setattr(progress, "SHOWN", 0.001)
    gradcheck(np.sin, np.ones(3), seed=0)
    assert "gradcheck" in capsys.readouterr().err


def test_a_bar_that_lacks_its_widgets_is_plain_and_warns_of_nothing(monkeypatch, capsys):
    class ZMQInteractiveShell:
        pass

    for name in ("tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # not installed
    monkeypatch.setitem(sys.modules, "ipykernel.zmqshell", types.ModuleType("zmqshell"))  # in a notebook
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=ZMQInteractiveShell))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert gradcheck(np.sin, np.ones(3), seed=0, progress=True)
    assert [str(each.message) for each in warned] == []
    assert "gradcheck" in capsys.readouterr().err
    for name in ("tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.parametrize("options", [{"mode": "slow"}, {"order": 0}])
def test_other_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        gradcheck(np.sin, np.ones(2), **options)
