"""Gradients that were derived by hand: which arrays a diagnosis is about, and which step was left out."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck
from autograd.gradcheck import Verdict

RNG = np.random.default_rng(0)
A, W, T = RNG.normal(size=(6, 3)), RNG.normal(size=3), RNG.normal(size=6)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def diagnosis(function, inputs, gradient, **options):
    report = gradcheck(function, inputs, gradient=gradient, seed=0, **options)
    assert report.verdict is Verdict.WRONG
    return report.diagnosis


def kepler(m, e):
    x = m
    for _ in range(10):
        x = x - (x - e * np.sin(x) - m) / (1 - e * np.cos(x))
    return x


class TestSeveralArrays:
    def test_a_diagnosis_explains_all_that_are_wrong(self):
        def gradient(m, e):
            return 1.0, np.sin(kepler(m, e))

        found = diagnosis(kepler, (0.5, 0.6), gradient, names=["M", "e"])
        assert found.mistake == "factor"
        assert found.text.startswith("The gradient is 0.679")

    @pytest.mark.parametrize("mode", ["full", "fast"])
    def test_one_factor_of_all(self, mode):
        def function(x, w):
            return np.sum(np.sin(x)) * np.sum(np.cos(w))

        def gradient(x, w):
            return 3.0 * np.cos(x) * np.sum(np.cos(w)), -3.0 * np.sum(np.sin(x)) * np.sin(w)

        found = diagnosis(function, (RNG.normal(size=20), RNG.normal(size=(5, 7))), gradient, mode=mode)
        assert found.text.startswith("The gradient is 3 times too large everywhere.")

    def test_another_mistake_in_each_names_the_array(self):
        def gradient(x, w):
            return -np.cos(x), 2 * np.cos(w)

        found = diagnosis(lambda x, w: np.sum(np.sin(x)) + np.sum(np.sin(w)), (W, T), gradient, names=["x", "w"])
        assert found.text.startswith("x: The gradient has the wrong sign everywhere.")

    @pytest.mark.parametrize("mode", ["full", "fast"])
    def test_the_same_mistake_in_two_of_three_names_them(self, mode):
        def gradient(x, y, z):
            return np.flip(np.cos(x)), np.flip(np.cos(y)), 2 * np.cos(z)

        found = diagnosis(
            lambda *arrays: sum(np.sum(np.sin(array)) for array in arrays),
            (RNG.normal(size=4), RNG.normal(size=7), RNG.normal(size=9)),
            gradient,
            names=["x", "y", "z"],
            mode=mode,
        )
        assert found.text.startswith("x, y: The gradient is flipped: reversed along axis 0.")


class TestSizes:
    @pytest.mark.parametrize(
        ("function", "gradient", "size"),
        [
            (lambda w: np.mean(np.sin(w)), np.cos, 3),
            (lambda w: np.mean(np.sin(A @ w)), lambda w: A.T @ np.cos(A @ w), 6),
            (lambda w: np.mean(np.sin(A * w)), lambda w: np.sum(A * np.cos(A * w), axis=0), 18),
        ],
    )
    def test_a_mean_that_is_forgotten_is_said_alike(self, function, gradient, size):
        text = diagnosis(function, W, gradient).text
        assert f"{size} times too large everywhere; {size} is the number of elements that mean runs over." in text


class TestLeftOut:
    """A step of the chain rule, by the line of the operation."""

    @pytest.mark.parametrize("as_array", [False, True])
    def test_the_derivative_of_a_hyperbolic_tangent(self, as_array):
        def gradient(w):
            return A.T @ (2 * (np.tanh(A @ w) - T)) / 6

        found = diagnosis(lambda w: np.mean((np.tanh(A @ w) - T) ** 2), W, gradient(W) if as_array else gradient)
        assert found.mistake == "omitted derivative"
        assert found.text.startswith("The derivative of tanh (test_by_hand.py:")

    def test_that_of_a_sigmoid_of_several_operations_in_two_arrays(self):
        def gradient(w, b):
            difference = 2 * (sigmoid(A @ w + b) - T) / 6
            return A.T @ difference, np.sum(difference)

        found = diagnosis(lambda w, b: np.mean((sigmoid(A @ w + b) - T) ** 2), (W, 0.3), gradient)
        assert found.text.startswith("The derivative of divide (test_by_hand.py:")
        assert "with respect to add (test_by_hand.py:" in found.text

    def test_that_of_an_elementwise_chain(self):
        found = diagnosis(lambda x: np.sum(np.sin(sigmoid(x))), W, lambda x: np.cos(sigmoid(x)))
        assert "with respect to x0 is missing." in found.text

    @pytest.mark.parametrize(
        ("penalty", "counts", "left"),
        [(0.0, "is left out.", 0.2), (0.1, "counts half.", 0.1), (0.4, "counts twice.", -0.2)],
    )
    def test_a_penalty(self, penalty, counts, left):
        def gradient(w):
            return A.T @ (2 * (A @ w - T)) / 6 + penalty * w

        found = diagnosis(lambda w: np.mean((A @ w - T) ** 2) + 0.1 * np.sum(w**2), W, gradient)
        assert "What comes back through power (test_by_hand.py:" in found.text
        assert (
            f"{counts} The gradient is right up to a term: what is left is {left:g} times the argument." in found.text
        )

    @pytest.mark.parametrize("seed", range(20))
    def test_what_is_no_slip_is_not_explained(self, seed):
        rng = np.random.default_rng(seed)
        noise = rng.normal(size=3)

        def gradient(w):
            return A.T @ (2 * (np.tanh(A @ w) - T) * (1 - np.tanh(A @ w) ** 2)) / 6 + noise * w**2

        assert diagnosis(lambda w: np.mean((np.tanh(A @ w) - T) ** 2), W, gradient) is None

    def test_a_slip_at_one_point_only_is_not_explained(self):
        def gradient(w):
            return A.T @ (2 * (np.tanh(A @ w) - T)) / 6 if np.array_equal(w, W) else 1.7 * w**3

        found = diagnosis(lambda w: np.mean((np.tanh(A @ w) - T) ** 2), W, gradient)
        assert found is None or found.mistake != "omitted derivative"

    def test_a_function_that_takes_no_tensors_is_explained_without(self):
        def function(w):
            assert not isinstance(w, Tensor)
            return np.sum(np.sin(np.tanh(w)))

        found = diagnosis(function, W, lambda w: np.cos(np.tanh(w)))
        assert found.text.startswith("The gradient lacks the factor 1 - tanh² x:")

    def test_what_a_function_remembers_are_plain_arrays_again(self):
        seen = []

        def function(w):
            seen.append(w)
            return np.sum(np.sin(np.tanh(w)))

        diagnosis(function, W, lambda w: np.cos(np.tanh(seen[-1])))
        assert any(isinstance(w, Tensor) for w in seen)
        assert not isinstance(seen[-1], Tensor)
