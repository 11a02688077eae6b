"""Naming the mistake: which of the usual ones makes of the right gradient the wrong one.

`diagnose` tries hypotheses from the simplest to the most elaborate, and reports the first that holds (`evidence` says
when one does). Each family of mistakes has a module: `factors`, `arrangement`, `derivatives`, `contributions`,
`places`, `numbers`.
"""

from __future__ import annotations

import numpy as np

from autograd.gradcheck.diagnosis import arrangement, contributions, derivatives, factors, numbers, places
from autograd.gradcheck.diagnosis.calls import of_operation
from autograd.gradcheck.diagnosis.evidence import Direction, Evidence, explained
from autograd.gradcheck.report import Diagnosis

__all__ = ["Direction", "Evidence", "diagnose", "of_operation"]

_FAMILIES = (
    places.not_finite,
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
    derivatives.rank_one,
    derivatives.repeated,
    derivatives.by_name,
    arrangement.moved_cotangent,
    places.detached,
    places.few,
)


def diagnose(evidence: Evidence) -> Diagnosis | None:
    """Return the simplest mistake that explains a wrong gradient, or None if none does.

    Parameters
    ----------
    evidence : Evidence
        The gradient, what is known of the right one, and what is known of where it comes from.

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
    for family in _FAMILIES:
        for hypothesis in family(evidence):
            if hypothesis.corrected is None and hypothesis.predicted is None:
                continue
            part = explained(evidence, hypothesis)
            if part:
                text = f"{hypothesis.text} Explains {100 * part:.2f} % of the mismatch."
                return Diagnosis(hypothesis.mistake, text, part)
    return None


def _is_wrong(evidence: Evidence) -> bool:
    """Whether anything is known that could be explained."""
    target, analytic = evidence.target, evidence.project(evidence.analytic)
    if target.size < min(3, evidence.analytic.size):
        return False
    with np.errstate(invalid="ignore"):  # a gradient that is not finite
        right = np.maximum(10 * evidence.bars, 1e-10 * np.maximum(np.abs(target), np.abs(analytic)))
        return not np.all(np.abs(analytic - target) <= right)
