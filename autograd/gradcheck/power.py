"""What checks along random directions notice: the chance that an error of the Jacobian passes them, and the inverse.

A check compares ``vᵀ J u`` with its numerical value and notices an error E of the Jacobian if ``|vᵀ E u|`` exceeds its
threshold T. With Gaussian u and v, and ``‖E‖ = σ`` (the Frobenius norm):

* of a scalar function, where v is 1, ``vᵀ E u`` is σ Z with Z standard normal;
* otherwise the error that is hardest to notice has rank one, and ``vᵀ E u`` is σ Z₁ Z₂, a product of two independent
  normals with the density ``K₀(|x|) / π``. That holds for σ down to T / 1.3, where a check misses six of seven; no
  promise goes further, for there the errors that are spread over many ranks are harder.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from autograd.gradcheck.report import Check, Power
from autograd.gradcheck.verdict import Verdict

_SMALLEST = 1e-300
_LARGEST = 1.3  # of T / σ: from the root of t K₀(t) = K₁(t), 1.33, adding rank to an error makes it harder to notice


def miss_probability(t: float, draws: int = 1, rank_one: bool = True) -> float:
    """Return the probability that an error passes every one of several independent checks.

    Parameters
    ----------
    t : float
        The threshold of a check relative to the size of the error, ``T / σ``.
    draws : int
        How many checks there are.
    rank_one : bool
        Whether the error is of rank one and both of its sides are drawn, the least favourable case; else the function
        is a scalar one.

    Returns
    -------
    float
        ``P(|Z| <= t)``, or ``P(|Z₁ Z₂| <= t) = 2/π ∫₀ᵗ K₀``, to the power `draws`.

    Examples
    --------
    >>> [f"{miss_probability(0.01, draws):.2g}" for draws in (1, 2, 4)]
    ['0.036', '0.0013', '1.8e-06']
    >>> f"{miss_probability(0.01, rank_one=False):.2g}"
    '0.008'
    """
    if not t > 0:
        return 0.0 if t <= 0 else math.nan
    once = 2 / math.pi * bessel_k0_integral(t) if rank_one else math.erf(t / math.sqrt(2))
    return min(once, 1.0) ** draws


def detectable(threshold: float, draws: int, miss: float = 1e-9, scalar: bool = False) -> float:
    """Return the size of error that `draws` checks notice with probability ``1 - miss``.

    Parameters
    ----------
    threshold : float
        By how much a check must be off to be noticed, in the units of the result.
    draws : int
        How many checks there are.
    miss : float
        The probability of noticing nothing, between 0 and 1.
    scalar : bool
        Whether the function returns one number; else errors of rank one are meant.

    Returns
    -------
    float
        The Frobenius norm of the error; infinite where there is no check.

    Examples
    --------
    >>> size = detectable(1e-6, draws=4, miss=1e-9)
    >>> f"{size:.1e}"
    '9.0e-04'
    >>> f"{miss_probability(1e-6 / size, draws=4):.1e}"
    '1.0e-09'
    """
    if draws < 1 or not math.isfinite(threshold):
        return math.inf
    low, high = math.log(_SMALLEST), math.log(_LARGEST)
    # Until the bracket is at the spacing of floats near it; the lower end keeps the promise.
    while high - low > 1e-13 * max(abs(low), abs(high)):
        middle = (low + high) / 2
        if miss_probability(math.exp(middle), draws, rank_one=not scalar) <= miss:
            low = middle
        else:
            high = middle
    return threshold * math.exp(-low)


def power(
    arrays: Iterable[tuple[Sequence[Check], float]], rtol: float, scalar: bool, miss: float = 1e-9
) -> Power | None:
    """Return what the checks along random directions would have noticed, in the array where that is least.

    Parameters
    ----------
    arrays : iterable of (checks, atol)
        Of each array its checks, of which those of single entries do not count, and the absolute tolerance that they
        were judged with.
    rtol : float
        The relative tolerance that they were judged with.
    scalar : bool
        Whether the function returns one number, so that only the directions of its inputs were random.
    miss : float
        The probability of noticing nothing.

    Returns
    -------
    Power or None
        The size of error relative to the Jacobian of the array; None if there are no directions, or no slopes.

    Notes
    -----
    Three choices keep the promise from being broken by its own estimates. The threshold of an array is the largest of
    its checks: then an error passes only if each ``|vᵀ E u| / σ`` is below one number fixed in advance, however the
    thresholds depend on the directions. A derivative that is off may itself raise the tolerance ``rtol · max(|a|,
    |n|)``: hence the division by ``1 - rtol``. And the norm of the Jacobian is estimated by the mean of ``|vᵀ J u|``,
    which is at most ``‖J‖``: its root mean square has the right expectation, but where it comes out too large, the
    promised error would be too small. An array whose derivatives are 0 to the checks' precision is measured against
    the largest Jacobian of the others.
    """
    sizes: list[tuple[float, float]] = []  # of each array: what is noticed, and the norm of its Jacobian
    for checks, atol in arrays:
        directions = [check for check in checks if check.index is None]
        used = [check for check in directions if _compares(check)]
        if not directions:
            continue
        threshold = max((_threshold(check, rtol, atol) for check in used), default=math.inf)
        norm = math.fsum(abs(check.numeric) for check in used) / max(len(used), 1)
        sizes.append((detectable(threshold, len(used), miss, scalar), norm if norm > threshold else 0.0))
    largest = max((norm for _, norm in sizes), default=0.0)
    if not largest:
        return None
    return Power(max(size / (norm or largest) for size, norm in sizes), miss)


def _compares(check: Check) -> bool:
    """Whether a check compares two derivatives: where there is a number, and no kink or jump."""
    return check.verdict is not Verdict.NONSMOOTH and math.isfinite(check.numeric) and math.isfinite(check.error)


def _threshold(check: Check, rtol: float, atol: float) -> float:
    """Return by how much a derivative along a direction may be off before it is called wrong."""
    return (atol + max(rtol * abs(check.numeric), 4 * check.error)) / (1 - rtol) if rtol < 1 else math.inf


def bessel_k0_integral(t: float) -> float:
    """Return ``∫₀ᵗ K₀(x) dx``, the integral of the modified Bessel function of the second kind, for ``t >= 0``.

    Notes
    -----
    Up to 2 its power series, ``t Σₘ (t²/4)ᵐ / (m!² (2m+1)) · (Hₘ - γ - ln(t/2) + 1/(2m+1))``, from the series of K₀
    (Abramowitz & Stegun, 9.6.13) term by term. Beyond, ``π/2 - ∫₀^∞ exp(-t cosh s) / cosh s ds`` (from 9.6.24) by the
    trapezoidal rule, which for such an integrand converges exponentially in the number of its points.

    Examples
    --------
    >>> f"{bessel_k0_integral(1.0):.10f}"
    '1.2425098486'
    """
    if t <= 0:
        return 0.0
    if t > 2:
        spacing = 0.125
        points = range(1, int(math.acosh(max(800 / t, 1)) / spacing) + 2)
        cosines = [math.cosh(spacing * point) for point in points]
        tail = math.exp(-t) / 2 + math.fsum(math.exp(-t * c) / c for c in cosines)
        return math.pi / 2 - spacing * tail
    logarithm = math.log(t / 2)
    total, term, harmonic = [], t, 0.0
    for m in range(24):
        total.append(term / (2 * m + 1) * (harmonic - _EULER - logarithm + 1 / (2 * m + 1)))
        harmonic += 1 / (m + 1)
        term *= t * t / 4 / (m + 1) ** 2
    return math.fsum(total)


_EULER = 0.57721566490153286061
