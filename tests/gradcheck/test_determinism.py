"""What a function and its gradient may not do between two calls: change, remember, or write to what is not theirs."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, gradcheck, ops, primitive
from autograd.gradcheck.exact import determinism
from autograd.gradcheck.subject import FaultError, make_subject
from autograd.gradcheck.verdict import Verdict
from autograd.random_state import RandomState, generators

X = np.array([0.5, -1.5, 2.0])
shared_rng = np.random.default_rng(7)


class Evaluator:
    """Evaluates a subject with the random numbers of the first time."""

    def __init__(self, subject):
        self.subject = subject

    def outputs(self, values):
        self.subject.random.restore()
        return self.subject.outputs(values), b""

    def gradient(self, cotangents, values):
        self.subject.random.restore()
        return self.subject.gradient(cotangents, values)


def check(function, *inputs, shape=(3,), **options):
    """Return the findings for a function whose output has `shape`."""
    subject = make_subject(function, inputs or (X,), **options)
    return found_in(subject, [np.full(shape, 0.75 if shape else 1.0)])


def found_in(subject, cotangents):
    try:
        return determinism.findings(subject, cotangents, Evaluator(subject))
    except FaultError as fault:
        return [fault.finding]


def kinds(found):
    return [(finding.kind, finding.verdict) for finding in found]


def line_of(function, text):
    """Return ``file:line`` of the line of `function` that holds `text`, counted from its own first line."""
    code = function.__code__
    lines = Path(code.co_filename).read_text(encoding="utf-8").splitlines()[code.co_firstlineno - 1 :]
    offset = next(i for i, line in enumerate(lines) if text in line)
    return f"test_determinism.py:{code.co_firstlineno + offset}"


@pytest.mark.parametrize(
    "function",
    [
        np.tanh,
        lambda x: x * x,
        lambda x: x + x,
        lambda x: ops.softmax(x),
        lambda x: x[::-1],
        lambda x: np.where(x > 0, x, 0.0),
        lambda x: x,
    ],
)
def test_nothing_is_found_in_a_pure_function(function):
    assert check(function) == []


class TestRandomNumbers:
    """Are drawn again as they were, whatever generator they come from."""

    @pytest.mark.parametrize(
        "draw",
        [
            lambda: np.random.rand(),  # noqa: NPY002  # what users write
            lambda: random.random(),
            lambda: shared_rng.random(),
        ],
        ids=["legacy", "python", "global"],
    )
    def test_of_a_global_generator_are_replayed(self, draw):
        [found] = check(lambda x: x * draw())
        assert (found.kind, found.verdict) == ("determinism", Verdict.RIGHT)
        assert "stochastic but replayable" in found.text

    @pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState, random.Random])
    def test_of_a_generator_in_a_closure_are_replayed(self, kind):
        rng = kind(3)
        [found] = check(lambda x: x * rng.normal() if kind is not random.Random else x * rng.random())
        assert found.verdict is Verdict.RIGHT

    def test_of_a_generator_in_a_default_are_replayed(self):
        def function(x, rng=np.random.default_rng(0)):  # noqa: B008  # what is tested
            return x * rng.random()

        assert kinds(check(function)) == [("determinism", Verdict.RIGHT)]

    def test_of_a_generator_that_only_a_function_inside_names_are_replayed(self):
        def function(x):
            def noisy(value):
                return value * shared_rng.random()

            return noisy(x)

        assert kinds(check(function)) == [("determinism", Verdict.RIGHT)]

    def test_of_a_generator_in_a_method_of_a_member_are_replayed(self):
        class Dropout:
            def __init__(self):
                self.rng = np.random.default_rng(0)

            def __call__(self, x):
                return x * (self.rng.random(3) < 0.5)

        class Model:
            def __init__(self):
                self.layers = [np.tanh, Dropout()]

            def predict(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x

        assert kinds(check(Model().predict)) == [("determinism", Verdict.RIGHT)]

    def test_of_the_default_generator_of_nn_are_replayed(self):
        import nn.random

        assert kinds(check(lambda x: x * nn.random.generator(None).random())) == [("determinism", Verdict.RIGHT)]

    def test_of_a_new_generator_each_time_are_not_deterministic(self):
        [found] = check(lambda x: x * np.random.default_rng().random())
        assert (found.kind, found.verdict) == ("determinism", Verdict.NONDETERMINISTIC)
        assert "even when replayed" in found.text

    def test_are_left_where_they_were(self):
        rng = np.random.default_rng(0)

        def function(x):
            return x * rng.random() * np.random.rand() * random.random()  # noqa: NPY002  # what users write

        before = rng.bit_generator.state, np.random.mtrand._rand.get_state(), random.getstate()
        state = RandomState(function)
        for _ in range(20):
            function(X)
            state.restore()
        function(X)
        state.finish()
        assert rng.bit_generator.state == before[0]
        assert str(np.random.mtrand._rand.get_state()) == str(before[1])
        assert random.getstate() == before[2]

    def test_half_a_pair_of_legacy_normals_is_restored(self):
        legacy = np.random.RandomState(0)
        legacy.normal()
        state = RandomState(legacy.normal)
        first = legacy.normal()  # the second of the pair: the bits do not move
        state.restore()
        assert legacy.normal() == first

    def test_of_a_generator_that_cannot_be_set_are_no_obstacle(self):
        system = random.SystemRandom()
        assert generators([lambda: system.random()]) == []

    def test_of_a_circular_structure_are_found_once(self):
        rng = np.random.default_rng(0)
        circle = [rng]
        circle.append(circle)
        assert generators([circle, lambda: rng]) == [rng]


class TestWhatIsNotDeterministic:
    def test_a_counter_is(self):
        count = itertools.count()
        [found] = check(lambda x: x * next(count))
        assert found.verdict is Verdict.NONDETERMINISTIC

    def test_the_place_and_both_values_are_said(self):
        count = itertools.count(1)
        [found] = check(lambda x: x * (1 + np.array([0.0, 1.0, 0.0]) * next(count)))
        assert "the output differs at [1] (-3, -4.5)" in found.text or "at [1] (-3, -6)" in found.text

    def test_a_number_that_changes_is(self):
        count = itertools.count(1)
        [found] = check(lambda x: np.sum(x) * next(count), shape=())
        assert found.text.startswith("the output differs (1, 2) even when replayed")

    def test_a_nan_that_comes_and_goes_is(self):
        values = itertools.cycle([np.inf, np.nan])
        [found] = check(lambda x: x * np.array([1.0, next(values), np.inf]))
        assert found.text.startswith("the output differs at [1] (-inf, nan) even when replayed")

    def test_a_shape_that_changes_is(self):
        count = itertools.count(1)
        [found] = check(lambda x: np.concatenate([x] * next(count)))
        assert found.verdict is Verdict.NONDETERMINISTIC
        assert "shape ((3,), (6,))" in found.text

    def test_a_backward_pass_that_changes_is(self):
        count = itertools.count(1)
        [found] = check(lambda x: 2 * x, backward=lambda g, x: g / next(count))
        assert found.verdict is Verdict.NONDETERMINISTIC
        assert "the gradient of x0 differs" in found.text

    def test_rounding_is_not(self):
        signs = itertools.cycle([0, 1])
        [found] = check(lambda x: x * (1 + next(signs) * np.finfo(float).eps))
        assert found.verdict is Verdict.RIGHT
        assert "only by rounding" in found.text


class TestMutation:
    """Is named with its line, and with the array that was written to."""

    def test_of_an_input_in_the_forward_pass(self):
        def function(x):
            y = x.reshape(3, 1)
            y += 1
            return y[:, 0] * 2

        [found] = check(function)
        assert (found.kind, found.verdict) == ("mutation", Verdict.WRONG)
        assert "writes into input x0" in found.text
        assert line_of(function, "y += 1") in found.text
        assert "`y += 1`" in found.text

    def test_is_blamed_on_the_innermost_function(self):
        def shift(values):
            values -= 1

        def function(x):
            y = x[::-1]
            shift(y)
            return y

        [found] = check(function, backward=lambda g, x: g[::-1])
        assert line_of(shift, "values -= 1") in found.text
        assert "writes into input x0" in found.text

    @pytest.mark.parametrize(
        "write",
        [
            lambda x: x.sort(),
            lambda x: np.add(x, 1, out=x),
            lambda x: np.copyto(x, 0.0),
            lambda x: x.fill(0.0),
            lambda x: x.__setitem__(0, 1.0),
            lambda x: np.random.default_rng(0).shuffle(x),
            lambda x: memoryview(x).__setitem__(0, 1.0),
            lambda x: np.nan_to_num(x, copy=False),
        ],
    )
    def test_of_an_input_of_a_plain_function(self, write):
        def function(x):
            write(x)
            return x.sum()

        assert kinds(check(function, gradient=np.ones(3), shape=())) == [("mutation", Verdict.WRONG)]

    @pytest.mark.parametrize("position", range(5))
    def test_names_the_array_that_is_written_to_and_not_those_that_are_read(self, position):
        def augmented(g, x):
            g *= 3 * x

        def element(g, x):
            g[0] = x[0]

        def view(g, x):
            g[:1] += x[:1]

        def out(g, x):
            np.exp(x, out=g)

        def several(g, x):
            g[0], _ = x[:2]

        write = (augmented, element, view, out, several)[position]
        [found] = check(np.sin, backward=write)
        assert "writes into the cotangent, at" in found.text

    def test_names_the_array_that_a_vjp_writes_to(self):
        @primitive
        def cube(x):
            return x**3

        def vjp(g, x):
            g *= 3 * x**2
            return g

        cube.defvjp(vjp)
        [found] = gradcheck(cube, X, seed=0).findings
        assert "writes into the cotangent of cube, at" in found.text

    def test_that_numpy_does_not_refuse(self):
        def function(x):
            np.add.at(x, 0, 1.0)
            return x * 2

        [found] = check(function, backward=lambda g, x: 2 * g)
        assert (found.kind, found.verdict) == ("mutation", Verdict.WRONG)
        assert "input x0" in found.text

    def test_of_a_parameter_in_the_forward_pass_of_a_model(self):
        import nn

        model = nn.Linear(3, 2, rng=0)
        weight = model.weight.data.copy()

        def loss():
            model.weight.data[0] = 0
            return model(np.ones((1, 3))).sum()

        subject = make_subject(loss, model)
        [found] = found_in(subject, [np.ones(())])
        assert line_of(loss, "weight.data[0]") in found.text
        np.testing.assert_array_equal(model.weight.data, weight)

    def test_of_the_cotangent_in_a_backward_pass_by_hand(self):
        def backward(g, x, y):
            dx = g
            dy = g
            dx += 1
            return dx, dy

        [found] = check(lambda x, y: x + y, X, X + 1, backward=backward)
        assert "writes into the cotangent" in found.text
        assert line_of(backward, "dx += 1") in found.text

    def test_of_an_input_in_a_backward_pass_by_hand(self):
        def backward(g, x):
            x *= 2
            return g * x

        [found] = check(lambda x: x * x, backward=backward)
        assert (found.kind, found.verdict) == ("mutation", Verdict.WRONG)
        assert "input x0" in found.text

    def test_of_the_cotangent_in_the_vjp_of_an_operation_inside(self):
        @primitive
        def double(x):
            return 2 * x

        def vjp(g):
            g *= 2
            return g

        double.defvjp(vjp)
        [found] = check(lambda x: np.tanh(double(x) * 3))
        assert (found.kind, found.verdict) == ("mutation", Verdict.WRONG)
        assert "the cotangent of double (test_determinism.py:" in found.text
        assert line_of(vjp, "g *= 2") in found.text

    def test_of_what_was_saved_in_the_vjp_of_an_operation(self):
        @primitive
        def exponential(x):
            return np.exp(x)

        def vjp(g, y):
            y *= g
            return y

        exponential.defvjp(vjp)
        [found] = check(lambda x: exponential(x) + 1)
        assert "'y' of exponential" in found.text

    def test_that_numpy_does_not_refuse_in_a_vjp(self):
        @primitive
        def double(x):
            return 2 * x

        def vjp(g):
            np.add.at(g, 0, 0.5)
            return 2 * g

        double.defvjp(vjp)
        found = check(lambda x: np.tanh(double(x)))  # from NumPy 2.5 on it does refuse, and the line is named
        assert any(" of double" in f.text and "the cotangent" in f.text for f in found)

    def test_of_a_saved_output_before_the_backward_pass(self):
        def function(x):
            y = np.exp(x)
            y.data[0] = 5.0
            return y

        found = check(function)
        assert ("mutation", Verdict.WRONG) in kinds(found)
        assert "what exp (test_determinism.py:" in found[0].text

    def test_of_an_array_of_its_own_is_allowed(self):
        def function(x):
            y = np.zeros(3)
            y += x
            y[0] *= 2
            return y

        assert check(function, backward=lambda g, x: g * np.array([2.0, 1.0, 1.0])) == []

    def test_of_an_output_that_no_vjp_reads_is_allowed(self):
        def function(x):
            y = x * 2.0
            y.data[0] = 5.0
            return y + 1

        assert check(function) == []


class TestAliasing:
    def test_two_gradients_in_one_array(self):
        def backward(g, x, y):
            both = 2 * g
            return both, both

        [found] = check(lambda x, y: 2 * x + 2 * y, X, X, backward=backward)
        assert (found.kind, found.verdict) == ("aliasing", Verdict.RIGHT)
        assert "x0 and x1 share memory" in found.text

    def test_a_buffer_that_the_next_call_overwrites(self):
        buffer = np.empty(3)

        def backward(g, x):
            return np.multiply(g, 2 * x, out=buffer)

        [found] = check(lambda x: x * x, backward=backward)
        assert (found.kind, found.verdict) == ("aliasing", Verdict.WRONG)
        assert "overwritten by the next" in found.text

    def test_an_array_that_is_returned_again(self):
        kept = {}

        def gradient(x):
            return kept.setdefault(x.tobytes(), 2 * x)

        [found] = check(lambda x: np.sum(x * x), gradient=gradient, shape=())
        assert (found.kind, found.verdict) == ("aliasing", Verdict.WRONG)
        assert "used again" in found.text
        assert np.isfinite(list(kept.values())).all()

    def test_a_result_of_a_vjp_that_changes_later(self):
        buffer = np.empty(3)

        @primitive
        def double(x):
            return 2 * x

        double.defvjp(lambda g: np.multiply(g, 2, out=buffer))
        found = check(lambda x: double(np.sin(x)) + double(np.cos(x)) * 3)
        assert found[0].verdict is Verdict.WRONG
        assert found[0].kind == "aliasing"
        assert "backward pass of double (test_determinism.py:" in found[0].text

    def test_the_cotangent_itself_is_a_note(self):
        [found] = check(lambda x: x + 1, backward=lambda g, x: g)
        assert (found.kind, found.verdict) == ("note", Verdict.RIGHT)
        assert "the cotangent" in found.text

    def test_the_weights_of_a_linear_function_are_no_finding(self):
        weights = np.array([1.0, 2.0, 3.0])
        assert check(lambda x: np.sum(weights * x), gradient=lambda x: weights, shape=()) == []
        np.testing.assert_array_equal(weights, [1.0, 2.0, 3.0])

    def test_gradients_in_one_array_that_do_not_overlap_are_no_finding(self):
        def backward(g, x, y):
            both = np.stack([2 * g, 3 * g])
            return both[0], both[1]

        assert check(lambda x, y: 2 * x + 3 * y, X, X, backward=backward) == []


class TestMemory:
    def test_a_gradient_added_to_the_one_before(self):
        total = np.zeros(3)

        def gradient(x):
            total[...] += 2 * x
            return total.copy()

        [found] = check(lambda x: np.sum(x * x), gradient=gradient, shape=())
        assert found.verdict is Verdict.WRONG
        assert found.kind == "accumulation"

    def test_a_first_call_that_differs(self):
        calls = []

        def gradient(x):
            calls.append(1)
            return 2 * x * (1 if len(calls) == 1 else 3)

        [found] = check(lambda x: np.sum(x * x), gradient=gradient, shape=())
        assert (found.kind, found.verdict) == ("stale", Verdict.WRONG)

    def test_a_gradient_of_the_point_before(self):
        last = [2 * X]

        def gradient(x):
            stale, last[0] = last[0], 2 * x
            return stale

        [found] = check(lambda x: np.sum(x * x), gradient=gradient, shape=())
        assert (found.kind, found.verdict) == ("stale", Verdict.WRONG)
        assert "at another point" in found.text

    def test_a_layer_that_remembers_its_forward_pass_is_right(self):
        class Square:
            def forward(self, x):
                self.x = x
                return x * x

            def backward(self, g, x):
                return 2 * self.x * g

        layer = Square()
        assert check(layer.forward, backward=layer.backward) == []

    def test_gradients_that_other_variables_had_are_left(self):
        weight = Tensor(np.ones(3), requires_grad=True)
        weight.grad = np.array([1.0, 2.0, 3.0])
        assert check(lambda x: x * weight) == []
        np.testing.assert_array_equal(weight.grad, [1.0, 2.0, 3.0])

    def test_a_second_point_where_the_function_is_not_finite_is_not_taken(self):
        subject = make_subject(lambda x: np.sqrt(1 - x), (np.array([0.999, 0.5]),))
        [values] = determinism.second_point(subject, Evaluator(subject))
        assert (values != subject.values[0]).all()
        assert (values < 1).all()


def test_a_model_with_dropout_is_checked_and_left_as_it_was():
    import nn

    class Dropout(nn.Module):
        def __init__(self):
            self.rng = np.random.default_rng(0)

        def forward(self, x):
            return x * (self.rng.random(x.shape) < 0.5)

    model = nn.Sequential(nn.Linear(4, 3, rng=0), Dropout())
    x = np.ones((2, 4), np.float32)
    model(x).sum().backward()
    state = model[1].rng.bit_generator.state
    before = {name: (p.data, p.data.copy(), p.grad, p.grad.copy()) for name, p in model.named_parameters()}
    subject = make_subject(lambda: model(x).sum(), model)
    assert kinds(found_in(subject, [np.ones(())])) == [("determinism", Verdict.RIGHT)]
    subject.random.finish()
    assert model[1].rng.bit_generator.state == state
    for name, parameter in model.named_parameters():
        data, values, gradient, gradients = before[name]
        assert parameter.data is data
        assert parameter.grad is gradient
        np.testing.assert_array_equal(data, values)
        np.testing.assert_array_equal(gradient, gradients)
