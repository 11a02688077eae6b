"""Naming the mistake: which of the usual ones makes of the right gradient the wrong one.

`diagnose` tries hypotheses from the simplest to the most elaborate, and reports the first that holds (`evidence` says
when one does). Each family of mistakes has a module: `factors`, `arrangement`, `derivatives`, `contributions`,
`places`, `numbers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograd.gradcheck.diagnosis import arrangement, contributions, derivatives, factors, numbers, places
from autograd.gradcheck.diagnosis.calls import of_operation
from autograd.gradcheck.diagnosis.evidence import DIGITS, Direction, Evidence, Hypotheses, Hypothesis, explained
from autograd.gradcheck.report import Diagnosis

__all__ = ["FACTORS", "Direction", "Evidence", "diagnose", "of_operation"]

Family = Callable[[Evidence], Hypotheses]

_FAMILIES: tuple[Family, ...] = (
    places.not_finite,
    places.cancelled,
    contributions.nothing,
    places.ties,
    contributions.accumulated,
    factors.named,
    contributions.stale,
    derivatives.omitted,
    numbers.complex_parts,
    numbers.low_precision,
    arrangement.moved,
    factors.fitted,
    contributions.repeats,
    contributions.one_slice,
    contributions.left_over,
    derivatives.wrong_axis,
    derivatives.rank_one,
    derivatives.repeated,
    derivatives.wrong_variable,
    derivatives.by_name,
    arrangement.moved_cotangent,
    arrangement.moved_argument,
    derivatives.diagonal_only,
    places.detached,
    places.few,
)
FACTORS: tuple[Family, ...] = (factors.named, factors.fitted)


def diagnose(evidence: Evidence, families: Sequence[Family] = _FAMILIES) -> Diagnosis | None:
    """Return the simplest mistake that explains a wrong gradient, or None if none does.

    Parameters
    ----------
    evidence : Evidence
        The gradient, what is known of the right one, and what is known of where it comes from.
    families : sequence of callable
        Which mistakes to try; all by default.

    Returns
    -------
    Diagnosis or None
        Only of a mistake that removes more than 99 % of the mismatch and leaves nothing beyond 10 error bars.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.gradcheck.diagnosis import Evidence, diagnose
    >>> numeric = np.array([[0.5, -1.0], [2.0, 3.0]])
    >>> diagnose(Evidence(numeric.T, numeric)).text
    'The gradient is transposed: axes 0 and 1 are swapped. Explains 100.00 % of the mismatch.'
    >>> print(diagnose(Evidence(numeric + [[0.1, 0.2], [0.4, -0.7]], numeric)))
    None
    """
    if not _is_wrong(evidence):
        return None
    for family in families:
        for hypothesis in family(evidence):
            if hypothesis.corrected is None and hypothesis.predicted is None:
                continue
            part = _explained_everywhere(family, hypothesis, evidence)
            if part:
                text = f"{hypothesis.text} Explains {100 * part:.2f} % of the mismatch."
                return Diagnosis(hypothesis.mistake, text, part)
    return None


def _explained_everywhere(family: Family, hypothesis: Hypothesis, evidence: Evidence) -> float:
    """Return the part of the mismatch that `hypothesis` removes: a formula must hold at another point too.

    Where there is none, as of a gradient that came as arrays, twice the digits are asked for.
    """
    if not hypothesis.is_formula:
        return explained(evidence, hypothesis)
    if evidence.elsewhere is None:
        return explained(evidence, hypothesis, 2 * DIGITS)
    part = explained(evidence, hypothesis)
    other = evidence.elsewhere() if part else None
    is_found_again = other is not None and any(
        found.text == hypothesis.text and explained(other, found)
        for found in family(other)
        if found.corrected is not None or found.predicted is not None
    )
    return part if is_found_again else 0.0


def _is_wrong(evidence: Evidence) -> bool:
    """Whether anything is known that could be explained."""
    target, analytic = evidence.target, evidence.project(evidence.analytic)
    if target.size < min(3, evidence.analytic.size):
        return False
    with np.errstate(invalid="ignore"):  # a gradient that is not finite
        right = np.maximum(10 * evidence.bars, 1e-10 * np.maximum(np.abs(target), np.abs(analytic)))
        return not np.all(np.abs(analytic - target) <= right)
