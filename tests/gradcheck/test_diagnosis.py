"""Naming the mistake: each usual one is recognised and said plainly, and anything else is not explained at all."""

import inspect

import numpy as np
import pytest

from autograd import gradcheck, primitive
from autograd.gradcheck import Verdict
from autograd.gradcheck.diagnosis import Direction, Evidence, diagnose

SHAPES = [(5,), (2, 3), (3, 3), (4, 1, 3), (2, 3, 4)]
SEEDS = range(3)
EVERYWHERE = pytest.mark.parametrize("shape", SHAPES)
SEEDED = pytest.mark.parametrize("seed", SEEDS)


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def mistake(analytic, numeric, **known):
    found = diagnose(Evidence(analytic, numeric, **known))
    return None if found is None else found.mistake


def text(analytic, numeric, **known):
    return diagnose(Evidence(analytic, numeric, **known)).text


def directions(numeric, count=3, error=1e-10, seed=7):
    """Return what is known of a large array: derivatives along random directions."""
    drawn = [normal(seed + i, *numeric.shape) for i in range(count)]
    return [Direction(u, float(np.sum(numeric * u)) + error / 2, error) for u in drawn]


def unknown(numeric):
    return np.full(numeric.shape, np.nan)


class TestFactors:
    @EVERYWHERE
    @SEEDED
    @pytest.mark.parametrize("factor", [2, 0.5, np.pi, np.log(2), 32, 1 / 32, -3, 1.7312, 6 / 5, -0.123])
    def test_a_factor(self, shape, seed, factor):
        numeric = normal(seed, *shape)
        assert mistake(factor * numeric, numeric, dimensions={"the batch size": 32}) == "factor"

    @EVERYWHERE
    @SEEDED
    def test_a_sign(self, shape, seed):
        numeric = normal(seed, *shape)
        assert mistake(-numeric, numeric) == "sign"

    @pytest.mark.parametrize(
        ("factor", "said"),
        [
            (2, "2 times too large everywhere."),
            (0.5, "2 times too small everywhere."),
            (-2, "2 times too large everywhere, and its sign is wrong."),
            (np.pi, "3.141593 times too large everywhere; 3.141593 is π."),
            (32, "32 times too large everywhere; 32 is the batch size (axis 0 of logits)."),
            (1 / 32, "32 times too small everywhere; 32 is the batch size (axis 0 of logits)."),
            (7, "7 times too large everywhere; 7 is the length of axis 0 of the argument."),
            (32 / 31, "1.032258 is n/(n - 1) for n = 32, the batch size (axis 0 of logits)."),
            (1.7312, "is 1.7312 times the right one everywhere"),
        ],
    )
    def test_the_number_is_explained(self, factor, said):
        numeric = normal(0, 7, 11)
        assert said in text(factor * numeric, numeric, dimensions={"the batch size (axis 0 of logits)": 32})

    def test_how_much_is_explained_is_said(self):
        numeric = normal(0, 7)
        assert text(2 * numeric, numeric).endswith("Explains 100.00 % of the mismatch.")

    def test_a_sum_over_a_broadcast_axis_made_twice(self):
        g = normal(0, 3, 4)
        numeric = g.sum(axis=1, keepdims=True)
        found = diagnose(Evidence(4 * numeric, numeric, y=g, g=g, elementwise=True))
        assert found.mistake == "doubled sum"
        assert "4 is the length of axis 1 of the output" in found.text

    def test_a_factor_of_one_number_needs_a_name(self):
        numeric = np.array(0.7)
        assert mistake(2 * numeric, numeric) == "factor"
        assert mistake(1.234 * numeric, numeric) is None

    @pytest.mark.parametrize("factor", [2.0, 1.7312])
    def test_along_directions_only(self, factor):
        numeric = normal(0, 300, 20)
        known = directions(numeric)
        assert mistake(factor * numeric, unknown(numeric), directions=known) == "factor"
        assert mistake(factor * numeric, unknown(numeric), directions=known[:2]) is None

    def test_within_wide_error_bars_it_could_be_anything(self):
        numeric = normal(0, 2)
        assert mistake(2 * numeric, numeric, error=np.full(2, 0.02)) is None


class TestArrangement:
    @pytest.mark.parametrize("shape", [(3, 3), (4, 4), (2, 3, 3), (3, 2, 3)])
    @SEEDED
    def test_transposed(self, shape, seed):
        numeric = normal(seed, *shape)
        same = [i for i, length in enumerate(shape) if shape.count(length) > 1]
        assert mistake(np.swapaxes(numeric, *same[:2]), numeric) == "transposed"

    @SEEDED
    def test_permuted(self, seed):
        numeric = normal(seed, 3, 3, 3)
        assert mistake(numeric.transpose(1, 2, 0), numeric) == "permuted"

    @EVERYWHERE
    @SEEDED
    def test_flipped(self, shape, seed):
        numeric = normal(seed, *shape)
        for axis, length in enumerate(shape):
            if length > 1:
                assert f"reversed along axis {axis}" in text(np.flip(numeric, axis), numeric)

    @pytest.mark.parametrize("shape", [(5,), (3, 4), (4, 3, 5)])
    @SEEDED
    @pytest.mark.parametrize("shift", [1, -1])
    def test_rolled(self, shape, seed, shift):
        numeric = normal(seed, *shape)
        for axis in range(len(shape)):
            said = f"rolled along axis {axis} by 1 {'forward' if shift > 0 else 'back'}"
            assert said in text(np.roll(numeric, shift, axis), numeric)

    @pytest.mark.parametrize("shape", [(2, 3), (3, 4), (2, 3, 4)])
    @SEEDED
    def test_reshaped(self, shape, seed):
        numeric = normal(seed, *shape)
        assert mistake(numeric.ravel(order="F").reshape(shape), numeric) == "reshaped"
        assert mistake(numeric.ravel().reshape(shape, order="F"), numeric) == "reshaped"

    def test_along_directions_only(self):
        numeric = normal(0, 40, 40)
        assert mistake(numeric.T, unknown(numeric), directions=directions(numeric)) == "transposed"

    @SEEDED
    def test_the_cotangent_of_a_product_transposed(self, seed):
        a, b, g = normal(seed, 3, 3), normal(seed + 10, 3, 3), normal(seed + 20, 3, 3)
        known = {"x": a, "y": a @ b, "g": g, "function": lambda a: a @ b}
        assert mistake(g.T @ b.T, g @ b.T, **known) == "transposed"
        assert "The cotangent was used transposed" in text(g.T @ b.T, g @ b.T, **known)


CASES = {  # function, derivative, where
    "sin": (np.sin, np.cos, lambda v: v),
    "exp": (np.exp, np.exp, lambda v: v),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2, lambda v: v),
    "log": (np.log, lambda x: 1 / x, lambda v: np.abs(v) + 0.3),
    "cube": (lambda x: x**3, lambda x: 3 * x * x, lambda v: v),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2, lambda v: v),
}


class TestLocalDerivatives:
    @pytest.mark.parametrize("name", CASES)
    @EVERYWHERE
    @pytest.mark.parametrize("has_function", [True, False])
    def test_omitted_doubled_and_inverted(self, name, shape, has_function):
        function, derivative, domain = CASES[name]
        x, g = domain(normal(0, *shape)), normal(1, *shape)
        slope = derivative(x)
        known = {"x": x, "y": function(x), "g": g, "elementwise": True}
        known |= {"function": function} if has_function else {}
        assert mistake(g, g * slope, **known) == "omitted derivative"
        assert mistake(g * slope**2, g * slope, **known) == "doubled derivative"
        assert mistake(g / slope, g * slope, **known) == "inverse derivative"

    def test_a_factor_is_named_without_a_cotangent(self):
        x = normal(0, 2, 3)
        outer = normal(1, 2, 3)
        numeric = outer * np.cos(x)
        assert "lacks the factor cos x" in text(outer, numeric, x=x, y=np.sin(x))
        y = np.tanh(x)
        assert "has the factor 1 - y² once too often" in text(outer * (1 - y * y) ** 2, outer * (1 - y * y), x=x, y=y)

    def test_another_argument_is_named(self):
        x, weight, outer = normal(0, 2, 3), normal(1, 2, 3), normal(2, 2, 3)
        said = text(outer, outer * weight, x=x, arguments={"weight": weight})
        assert "lacks the factor weight" in said

    @SEEDED
    def test_of_a_broadcast_argument(self, seed):
        x, other, g = normal(seed, 3, 1), normal(seed + 5, 1, 4), normal(seed + 9, 3, 4)
        known = {"x": x, "y": x * other, "g": g, "elementwise": True, "function": lambda x: x * other}
        numeric = (g * other).sum(axis=1, keepdims=True)
        assert mistake(g.sum(axis=1, keepdims=True), numeric, **known) == "omitted derivative"
        assert mistake((g * other**2).sum(axis=1, keepdims=True), numeric, **known) == "doubled derivative"

    @pytest.mark.parametrize(("shape", "axis"), [((2, 4), -1), ((4, 3), 0), ((2, 5, 3), 1), ((6,), 0)])
    @SEEDED
    def test_a_softmax_without_its_rank_one_term(self, shape, axis, seed):
        x, g = normal(seed, *shape), normal(seed + 5, *shape)
        y = np.exp(x) / np.exp(x).sum(axis, keepdims=True)
        numeric = y * (g - (y * g).sum(axis, keepdims=True))
        assert mistake(y * g, numeric, x=x, y=y, arguments={"axis": axis}) == "rank-one term"
        log_numeric = g - y * g.sum(axis, keepdims=True)
        assert mistake(g, log_numeric, x=x, y=np.log(y), arguments={"axis": axis}) == "rank-one term"

    @SEEDED
    def test_a_normalisation_that_forgets_that_the_mean_moves(self, seed):
        x, g = normal(seed, 3, 6), normal(seed + 5, 3, 6)
        numeric = g - g.mean(axis=1, keepdims=True)  # of x - mean(x)
        assert mistake(g, numeric, x=x, y=x - x.mean(axis=1, keepdims=True)) == "rank-one term"


def softmax(x):
    weights = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True)


def log_softmax(x):
    return np.log(softmax(x))


def centred(x):
    return x - np.mean(x, axis=1, keepdims=True)


def product(x, w):
    return x @ w


SLIPS = {  # function, wrong VJPs, mistake, what is said
    "the other factor transposed": (
        product,
        (lambda g, w: g @ w, lambda g, x: x.T @ g),
        "transposed",
        "The other argument, 'w', was used transposed.",
    ),
    "the first factor transposed": (
        product,
        (lambda g, w: g @ w.T, lambda g, x: x @ g),
        "transposed",
        "The other argument, 'x', was used transposed.",
    ),
    "x for y": (
        lambda x: np.tanh(x),
        (lambda g, x: g * (1 - x * x),),
        "wrong variable",
        "x was used for y: in the local derivative, 1 - x² stands in the place of 1 - y².",
    ),
    "y for x": (
        lambda x: x**3,
        (lambda g, y: g * 3 * y * y,),
        "wrong variable",
        "y was used for x: in the local derivative, 3 y² stands in the place of 3 x².",
    ),
    "a for b": (
        lambda a, b: a * b,
        (lambda g, a: g * a, lambda g, a: g * a),
        "wrong variable",
        "a was used for b: in the local derivative, a stands in the place of b.",
    ),
    "the wrong axis of a softmax": (
        softmax,
        (lambda g, y: y * (g - np.sum(y * g, axis=0, keepdims=True)),),
        "wrong axis",
        "A sum is made along axis 0, and should be made along axis 1: that in y Σ y g.",
    ),
    "all axes of a softmax": (
        softmax,
        (lambda g, y: y * (g - np.sum(y * g)),),
        "wrong axis",
        "A sum is made over the whole array, and should be made along axis 1: that in y Σ y g.",
    ),
    "the wrong axis of a log-softmax": (
        log_softmax,
        (lambda g, y: g - np.exp(y) * np.sum(g, axis=0, keepdims=True),),
        "wrong axis",
        "that in exp(y) Σ g.",
    ),
    "the wrong axis of a mean": (
        centred,
        (lambda g: g - np.mean(g, axis=0, keepdims=True),),
        "wrong axis",
        "that in Σ g / n.",
    ),
    "the diagonal of a softmax": (
        softmax,
        (lambda g, y: y * (1 - y) * g,),
        "diagonal only",
        "Only the diagonal of the Jacobian is applied",
    ),
    "a term": (
        lambda x: np.sin(x),
        (lambda g, x: g * np.cos(x) + 0.25 * g * x,),
        "term",
        "what is left is -0.25 times the cotangent times the argument.",
    ),
}


class TestSlips:
    """A formula with something else in one place, which must be wrong at another point in the same way."""

    @pytest.mark.parametrize("name", SLIPS)
    @pytest.mark.parametrize("seed", range(2))
    def test_in_the_vjp_of_an_operation(self, name, seed):
        function, vjps, wanted, said = SLIPS[name]
        rng = np.random.default_rng(seed)
        inputs = tuple(rng.normal(size=(4, 4)) for _ in vjps)
        report = gradcheck.local(primitive(function, "slip").defvjp(*vjps), inputs, seed=0)
        (found,) = report.operations
        assert found.diagnosis.mistake == wanted
        assert said in found.diagnosis.text

    @pytest.mark.parametrize("name", SLIPS)
    def test_in_a_backward_pass_by_hand(self, name):
        function, vjps, wanted, said = SLIPS[name]
        arguments = {}

        def backward(g, *inputs):
            arguments.update(zip(inspect.signature(function).parameters, inputs, strict=True), y=function(*inputs))
            asked = [list(inspect.signature(vjp).parameters)[1:] for vjp in vjps]
            return tuple(vjp(g, *map(arguments.get, names)) for vjp, names in zip(vjps, asked, strict=True))

        rng = np.random.default_rng(0)
        inputs = tuple(rng.normal(size=(4, 4)) for _ in vjps)
        names = list(inspect.signature(function).parameters)
        found = gradcheck(function, inputs, backward=backward, names=names, seed=0).diagnosis
        assert found.mistake == wanted
        assert said in found.text

    def test_of_a_number(self):
        tanh = primitive(lambda x: np.tanh(x), "tanh").defvjp(lambda g, x: g * (1 - x * x))
        (found,) = gradcheck.local(tanh, (np.array(0.3),), seed=0).operations
        assert found.diagnosis.mistake == "wrong variable"

    def test_what_is_so_at_one_point_only_is_not_said(self):
        x = normal(0, 4, 3)

        def vjp(g, x_):
            return g * (1 - x_ * x_) if np.array_equal(x, x_) else g * np.sin(5 * x_)

        tanh = primitive(lambda x_: np.tanh(x_), "tanh").defvjp(vjp)
        (found,) = gradcheck.local(tanh, (x,), seed=0).operations
        assert found.verdict is Verdict.WRONG
        assert found.diagnosis is None

    def test_where_there_is_no_other_point_it_takes_more_digits(self):
        x, g = normal(0, 2), normal(1, 2)
        known = {"x": x, "y": np.sin(x)}
        numeric = g * np.cos(x)
        error = np.full(2, 1e-8)
        assert mistake(numeric - 0.25 * x, numeric, error=error, **known) is None
        elsewhere = Evidence(numeric - 0.25 * x, numeric, error=error, **known)
        assert mistake(numeric - 0.25 * x, numeric, error=error, elsewhere=lambda: elsewhere, **known) == "term"
        assert mistake(numeric - 0.25 * x, numeric, error=error, elsewhere=lambda: None, **known) is None

    def test_an_entry_that_is_not_finite_has_no_jacobian(self):
        x = np.array([0.5, np.inf, 2.0])
        known = {"x": x, "y": np.tanh(x), "g": np.ones(3), "function": np.tanh}
        assert diagnose(Evidence(np.array([1.0, 0.3, 0.7]), np.array([0.8, 0.0, 0.1]), **known)) is None


class TestContributions:
    @EVERYWHERE
    def test_a_missing_path(self, shape):
        numeric = normal(0, *shape)
        assert mistake(np.zeros(shape), numeric) == "missing path"
        assert mistake(np.zeros(shape), unknown(numeric), directions=directions(numeric)) == "missing path"

    def test_zero_is_right_where_the_function_is_flat_within_the_error_bars(self):
        assert mistake(np.zeros(3), np.full(3, 1e-14), error=np.full(3, 1e-14)) is None

    @EVERYWHERE
    def test_a_branch_cut_off(self, shape):
        x, numeric = normal(0, *shape), normal(1, *shape)
        found = diagnose(Evidence(np.where(x < 0, 0, numeric), numeric, x=x))
        assert found.mistake == "missing path"
        assert "where the argument is negative" in found.text

    @SEEDED
    @pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
    def test_one_slice_for_a_sum(self, seed, axes):
        shape = tuple(1 if axis in axes else length for axis, length in enumerate((3, 4)))
        x, other, g = normal(seed, *shape), normal(seed + 5, 3, 4), normal(seed + 9, 3, 4)
        terms = g * other
        first = terms[tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(2))]
        known = {"x": x, "y": x * other, "g": g, "elementwise": True, "function": lambda x: x * other}
        assert mistake(first, terms.sum(axis=axes, keepdims=True), **known) == "missing sum"

    def test_a_bias_that_is_not_summed_over_the_rows(self):
        g, x = normal(0, 5, 3), normal(1, 3)
        known = {"x": x, "y": np.broadcast_to(x, (5, 3)), "g": g, "elementwise": True}
        found = diagnose(Evidence(g[0], g.sum(axis=0), **known))
        assert found.mistake == "missing sum"
        assert "axis 0 of the output" in found.text

    @SEEDED
    def test_a_stale_gradient(self, seed):
        numeric, previous = normal(seed, 2, 3), normal(seed + 5, 2, 3)
        assert mistake(previous, numeric, previous=previous) == "stale"

    @SEEDED
    def test_an_accumulated_gradient(self, seed):
        numeric, previous = normal(seed, 2, 3), normal(seed + 5, 2, 3)
        assert mistake(numeric + previous, numeric, previous=previous) == "accumulated"
        assert mistake(2 * numeric, numeric, previous=numeric) == "accumulated"  # the same call again
        assert mistake(2 * numeric, numeric, previous=2 * numeric) == "factor"  # which was wrong as well

    @pytest.mark.parametrize("index", [np.array([2, 0, 2]), (slice(None), np.array([0, 3, 3]))])
    def test_overwritten_repeats(self, index):
        shape = (3, 4)
        g = normal(0, *np.zeros(shape)[index].shape)
        numeric, overwritten = np.zeros(shape), np.zeros(shape)
        np.add.at(numeric, index, g)
        overwritten[index] = g
        assert mistake(overwritten, numeric, g=g, arguments={"index": index}) == "overwritten repeats"


class TestPlaces:
    @EVERYWHERE
    @SEEDED
    def test_a_single_entry(self, shape, seed):
        numeric = normal(seed, *shape)
        analytic = numeric.copy()
        analytic.flat[1] += 0.3
        found = diagnose(Evidence(analytic, numeric))
        assert found.mistake == "single entries"
        assert str(list(map(int, np.unravel_index(1, shape)))) in found.text

    def test_a_single_entry_that_directions_contradict(self):
        numeric = normal(0, 300)
        analytic = numeric + np.where(np.arange(300) % 3, 0.5, 0)  # two thirds are wrong, and one of them is known
        sampled = np.where(np.arange(300) % 30 == 1, numeric, np.nan)
        sampled[2:] = np.where(np.arange(2, 300) % 3 == 0, numeric[2:], np.nan)
        assert mistake(analytic, sampled, directions=directions(numeric)) is None

    def test_an_entry_that_is_not_finite(self):
        numeric = normal(0, 2, 3)
        analytic = numeric.copy()
        analytic[1, 2] = np.nan
        assert "not finite at [1, 2]" in text(analytic, numeric)

    def test_ties_that_are_counted_more_than_once(self):
        x = np.array([3.0, 3.0, 1.0, 0.5])  # of max(x): a tie of two
        analytic = np.array([1.0, 1.0, 0.0, 0.0])
        numeric = np.array([np.nan, np.nan, 0.0, 0.0])  # a kink in each entry of the two by itself
        both = [Direction(np.array([1.0, 1.0, c, 0.0]), 1.0, 1e-12) for c in (0, 1, 2)]
        known = {"x": x, "ties": x == x.max(), "directions": both}
        assert mistake(analytic, numeric, **known) == "ties"


class TestNumbers:
    @EVERYWHERE
    def test_complex_parts(self, shape):
        numeric = normal(0, *shape) + 1j * normal(1, *shape)
        assert mistake(np.conjugate(numeric), numeric) == "conjugate"
        assert "imaginary part of the gradient is missing" in text(numeric.real + 0j, numeric)
        assert "real part of the gradient is missing" in text(1j * numeric.imag, numeric)
        assert mistake(-numeric, numeric) == "sign"

    @EVERYWHERE
    @SEEDED
    @pytest.mark.parametrize("dtype", [np.float32, np.float16])
    def test_low_precision(self, shape, seed, dtype):
        numeric = normal(seed, *shape)
        analytic = numeric.astype(dtype).astype(float)
        found = diagnose(Evidence(analytic, numeric, error=np.full(shape, 1e-11)))
        assert found.mistake == "low precision"
        assert dtype.__name__ in found.text

    def test_a_formula_that_approximates_is_not_low_precision(self):
        x = normal(0, 6)
        assert mistake(np.cos(x) * (1 + 4e-4 * np.sin(5 * x)), np.cos(x), x=x) is None


class TestWhatIsNotExplained:
    @EVERYWHERE
    @pytest.mark.parametrize("seed", range(20))
    def test_garbage(self, shape, seed):
        x, y, g, numeric, analytic = (normal(5 * seed + i, *shape) for i in range(5))
        known = {
            "x": x,
            "y": y,
            "g": g,
            "arguments": {"axis": -1},
            "elementwise": True,
            "previous": normal(1000, *shape),
        }
        assert diagnose(Evidence(analytic, numeric, **known)) is None

    @EVERYWHERE
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("size", [1e-4, 1e-3, 0.1])
    def test_a_right_gradient_with_noise(self, shape, seed, size):
        numeric = normal(seed, *shape)
        analytic = numeric * (1 + size * normal(seed + 50, *shape))
        assert diagnose(Evidence(analytic, numeric, x=normal(1, *shape), y=normal(2, *shape))) is None

    @pytest.mark.parametrize("noise", [1e-4, 1e-3])
    def test_a_mistake_beside_an_error_beyond_the_bars(self, noise):
        numeric = normal(0, 4, 4)
        analytic = 2 * numeric * (1 + noise * normal(1, 4, 4))
        assert diagnose(Evidence(analytic, numeric, error=np.full((4, 4), 1e-9))) is None

    def test_what_leaves_two_percent_of_the_mismatch_within_wide_bars(self):
        numeric = normal(0, 40, 40)
        analytic = 2 * numeric + 0.02 * np.sign(normal(1, 40, 40))
        assert diagnose(Evidence(analytic, numeric, error=np.full((40, 40), 0.02))) is None

    @SEEDED
    def test_mixtures_of_two_mistakes(self, seed):
        x, g = normal(seed, 4, 4), normal(seed + 5, 4, 4)
        numeric = g * np.cos(x)
        known = {"x": x, "y": np.sin(x), "g": g, "elementwise": True, "function": np.sin}
        for analytic in (
            1.37 * numeric.T,
            numeric + 0.1 * numeric.T,
            np.where(np.arange(4) < 2, 2, 3) * numeric,
            np.flip(numeric, 0) + 0.01 * g,
            np.where(normal(3, 4, 4) > 0, g, numeric.T),
        ):
            assert diagnose(Evidence(analytic, numeric, **known)) is None

    @EVERYWHERE
    def test_a_right_gradient(self, shape):
        numeric = normal(0, *shape)
        assert diagnose(Evidence(numeric, numeric)) is None
        assert diagnose(Evidence(numeric * (1 + 1e-13), numeric, error=np.full(shape, 1e-11))) is None

    def test_nothing_known(self):
        assert diagnose(Evidence(np.ones(3), np.full(3, np.nan))) is None

    def test_an_empty_array(self):
        assert diagnose(Evidence(np.ones((0, 3)), np.ones((0, 3)))) is None
