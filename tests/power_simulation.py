"""Put errors of the size that `autograd.gradcheck.power` states into random Jacobians, and count those that pass.

Each trial draws the directions of a check, takes the power that is stated from the checks of the true Jacobian, adds an
error of just that size to the derivative under test, and judges again along the same directions.

Run as a script for the table of the large form: ``python tests/power_simulation.py [trials]``.
"""

import math
import sys

import numpy as np

from autograd.gradcheck.numeric import differentiate
from autograd.gradcheck.power import power
from autograd.gradcheck.report import Check
from autograd.gradcheck.verdict import Verdict, judge

RTOL = 1e-9


def single_entry(jacobian, rng):
    error = np.zeros(jacobian.shape)
    error.flat[rng.integers(error.size)] = 1
    return error


def largest_entry(jacobian, rng):
    return np.where(np.abs(jacobian) == np.abs(jacobian).max(), 1.0, 0.0)


def rank_one(jacobian, rng):
    return np.outer(rng.standard_normal(len(jacobian)), rng.standard_normal(jacobian.shape[1]))


def one_factor(jacobian, rng):
    return jacobian.copy()


def full_rank(jacobian, rng):
    return rng.standard_normal(jacobian.shape)


ERRORS = [single_entry, largest_entry, rank_one, one_factor, full_rank]


def random_jacobian(rng, scalar):
    """Return a Jacobian with columns of very different sizes, at times of rank one."""
    rows, columns = 1 if scalar else int(rng.integers(2, 12)), int(rng.integers(2, 12))
    jacobian = rng.standard_normal((rows, columns))
    if rng.random() < 0.3:
        jacobian = np.outer(jacobian[:, 0], jacobian[0])
    return jacobian * 10.0 ** rng.uniform(-3, 3, columns) * 10.0 ** rng.uniform(-6, 6)


def derivatives(jacobian, v, u):
    """Return the derivative of ``v · J tanh(x)`` along u at 0, where the Jacobian is J, and the numerical one."""
    weights = v @ jacobian
    noise = np.finfo(float).eps * float(np.sum(np.abs(weights)))
    numeric = differentiate(lambda t: math.fsum(weights * np.tanh(t * u)), noise, RTOL / 10)
    return float(weights @ u), numeric


def is_missed(error_of, rng, *, scalar, draws, miss):
    """Whether an error of the stated size passes all checks of one trial."""
    jacobian = random_jacobian(rng, scalar)
    rows, columns = jacobian.shape
    lines = [(np.ones(1) if scalar else rng.standard_normal(rows), rng.standard_normal(columns)) for _ in range(draws)]
    both = [derivatives(jacobian, v, u) for v, u in lines]
    # Where the terms of a derivative cancel, its rounding is not small against it.
    atol = 1e-12 * max(float(np.linalg.norm((v @ jacobian) * u)) for v, u in lines)
    judged = [judge(exact, numeric, RTOL, atol, 0.0)[0] for exact, numeric in both]
    assert Verdict.WRONG not in judged
    checks = [Check(None, a, n.value, n.error, verdict) for (a, n), verdict in zip(both, judged, strict=True)]
    stated = power([(checks, atol)], RTOL, scalar, miss)
    error = error_of(jacobian, rng)
    error *= stated.threshold * np.linalg.norm(jacobian) / np.linalg.norm(error)
    off = [exact + float(v @ error @ u) for (exact, _), (v, u) in zip(both, lines, strict=True)]
    judged = [judge(analytic, numeric, RTOL, atol, 0.0)[0] for analytic, (_, numeric) in zip(off, both, strict=True)]
    return Verdict.WRONG not in judged


def misses(error_of, trials, *, scalar, draws, miss, seed=0):
    """Return how many of `trials` errors of the stated size pass."""
    rng = np.random.default_rng(seed)
    return sum(is_missed(error_of, rng, scalar=scalar, draws=draws, miss=miss) for _ in range(trials))


def largest_plausible(trials, miss):
    """Return how many misses a promise that is kept has at most, but for one simulation in 30,000 (4 sigma)."""
    return trials * miss + 4 * math.sqrt(trials * miss * (1 - miss)) + 1


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{trials:,} errors of the stated size each; of the misses that are stated\n")
    print(f"{'error':<14} {'function':<8} {'draws':>5} {'stated':>8} {'observed':>9}   kept")
    for error_of in ERRORS:
        for scalar in (True, False):
            for draws, miss in ((1, 0.1), (3, 0.1), (3, 0.01), (8, 0.01)):
                count = misses(error_of, trials, scalar=scalar, draws=draws, miss=miss)
                kept = "yes" if count <= largest_plausible(trials, miss) else "NO"
                name, kind = error_of.__name__.replace("_", " "), "scalar" if scalar else "vector"
                print(f"{name:<14} {kind:<8} {draws:>5} {miss:>8g} {count / trials:>9.4f}   {kept}")


if __name__ == "__main__":
    main()
