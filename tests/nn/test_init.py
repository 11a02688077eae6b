"""Initial values: their variances against the papers' formulas, their bounds, and that they depend on `rng` alone."""

import math

import numpy as np
import pytest

import nn
from nn import init

FAN_IN, FAN_OUT = 300, 500
SHAPE = (FAN_OUT, FAN_IN)

# name -> (scheme, its variance for SHAPE, whether it is uniform)
SCHEMES = {
    "uniform": (lambda rng, **kw: init.uniform(rng, SHAPE, 0.3, **kw), 0.3**2 / 3, True),
    "normal": (lambda rng, **kw: init.normal(rng, SHAPE, 0.3, **kw), 0.3**2, False),
    "he_uniform": (lambda rng, **kw: init.he_uniform(rng, SHAPE, **kw), 2 / FAN_IN, True),
    "he_normal": (lambda rng, **kw: init.he_normal(rng, SHAPE, **kw), 2 / FAN_IN, False),
    "he_uniform, leaky": (lambda rng, **kw: init.he_uniform(rng, SHAPE, 0.5, **kw), 2 / (1.25 * FAN_IN), True),
    "he_normal, leaky": (lambda rng, **kw: init.he_normal(rng, SHAPE, 0.5, **kw), 2 / (1.25 * FAN_IN), False),
    "glorot_uniform": (lambda rng, **kw: init.glorot_uniform(rng, SHAPE, **kw), 2 / (FAN_IN + FAN_OUT), True),
    "glorot_normal": (lambda rng, **kw: init.glorot_normal(rng, SHAPE, **kw), 2 / (FAN_IN + FAN_OUT), False),
    "glorot_uniform, gain": (lambda rng, **kw: init.glorot_uniform(rng, SHAPE, 3, **kw), 18 / (FAN_IN + FAN_OUT), True),
    "glorot_normal, gain": (lambda rng, **kw: init.glorot_normal(rng, SHAPE, 3, **kw), 18 / (FAN_IN + FAN_OUT), False),
    "lecun_uniform": (lambda rng, **kw: init.lecun_uniform(rng, SHAPE, **kw), 1 / FAN_IN, True),
    "lecun_normal": (lambda rng, **kw: init.lecun_normal(rng, SHAPE, **kw), 1 / FAN_IN, False),
}
each_scheme = pytest.mark.parametrize("name", SCHEMES)
UNIFORM = [name for name, (_, _, is_uniform) in SCHEMES.items() if is_uniform]


@each_scheme
def test_moments_are_those_of_the_formula(name, rng):
    """Within 5 standard errors of n draws, a chance of 6e-7 each if the code is right; the seeds are fixed.

    In units of σ, the mean of xᵏ over n draws has standard error √((E x²ᵏ - (E xᵏ)²)/n). E x⁴ is 9/5 for uniform and 3
    for normal values, E x⁸ is 9 and 105.
    """
    scheme, variance, is_uniform = SCHEMES[name]
    x = scheme(rng, dtype=np.float64) / math.sqrt(variance)
    assert x.shape == SHAPE
    kurtosis, eighth = (9 / 5, 9) if is_uniform else (3, 105)
    for power, expected, next_moment in [(1, 0, 1), (2, 1, kurtosis), (4, kurtosis, eighth)]:
        error = math.sqrt((next_moment - expected**2) / x.size)
        assert abs((x**power).mean() - expected) < 5 * error


@pytest.mark.parametrize("name", UNIFORM)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_uniform_values_stay_within_their_bound_and_come_near_it(name, dtype, rng):
    scheme, variance, _ = SCHEMES[name]
    bound = math.sqrt(3 * variance)
    largest = float(np.abs(scheme(rng, dtype=dtype)).max())
    # None of n values comes within 20/n of the bound with a chance of e^-20.
    assert bound * (1 - 20 / math.prod(SHAPE)) < largest <= bound * (1 + np.finfo(dtype).eps)


@each_scheme
def test_values_depend_on_the_generator_alone(name):
    scheme, _, _ = SCHEMES[name]
    before = np.random.get_state()  # noqa: NPY002  # shows that the global state is left alone
    by_seed, by_generator = scheme(3), scheme(np.random.default_rng(3))
    np.testing.assert_array_equal(by_seed, by_generator)
    assert not np.array_equal(by_seed, scheme(4))
    after = np.random.get_state()  # noqa: NPY002  # shows that the global state is left alone
    assert all(np.array_equal(one, two) for one, two in zip(before, after, strict=True))


@each_scheme
def test_values_are_float32_unless_asked(name):
    scheme, _, _ = SCHEMES[name]
    assert scheme(0).dtype == np.float32
    for dtype in (np.float16, np.float32, np.float64):
        assert scheme(0, dtype=dtype).dtype == dtype
    np.testing.assert_array_equal(scheme(0), scheme(0, dtype=np.float64).astype(np.float32))


def test_a_generator_that_is_given_moves_on(rng):
    assert not np.array_equal(init.normal(rng, (4,), 1.0), init.normal(rng, (4,), 1.0))


@pytest.mark.parametrize(("shape", "expected"), [((10, 64), (64, 10)), ((8, 3, 5, 5), (75, 200)), ((2, 1, 3), (3, 6))])
def test_fans_count_inputs_and_outputs(shape, expected):
    assert init.fans(shape) == expected


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("scheme", [init.he_normal, init.he_uniform, init.glorot_normal, init.lecun_uniform])
def test_a_shape_without_fans_is_refused(scheme, shape):
    with pytest.raises(ValueError, match="no fan-in"):
        scheme(0, shape)


# ------------------------------------------------------------------------------------------------- the default rng


def weights(rng=None):
    return nn.Linear(5, 5, rng=rng).weight.data


def test_seeding_makes_models_repeatable():
    nn.seed(5)
    one = [weights(), weights()]
    nn.seed(5)
    two = [weights(), weights()]
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(*one)
    nn.seed(6)
    assert not np.array_equal(one[0], weights())


def test_a_generator_of_its_own_leaves_the_default_one_alone():
    nn.seed(5)
    expected = weights()
    nn.seed(5)
    weights(rng=1)
    np.testing.assert_array_equal(weights(), expected)


def test_seeding_leaves_the_global_state_of_numpy_alone():
    before = np.random.get_state()  # noqa: NPY002  # shows that the global state is left alone
    nn.seed(0)
    weights()
    after = np.random.get_state()  # noqa: NPY002  # shows that the global state is left alone
    assert all(np.array_equal(one, two) for one, two in zip(before, after, strict=True))
