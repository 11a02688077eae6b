"""Mistakes in some entries only: wrong where a mask, a tie or an index says so, and right elsewhere."""

from __future__ import annotations

import numpy as np

from autograd.gradcheck.diagnosis.evidence import Evidence, Hypotheses, Hypothesis

_SHOWN = 5


def not_finite(evidence: Evidence) -> Hypotheses:
    """Yield that all the mismatch is in entries that are NaN or infinite."""
    bad = ~np.isfinite(evidence.analytic)
    if bad.any() and not np.any(evidence.wrong & ~bad):
        text = f"The gradient is not finite at {_entries(bad)}, where the function is smooth, and right elsewhere."
        yield _confined("not finite", text, evidence, bad)


def cancelled(evidence: Evidence) -> Hypotheses:
    """Yield that all the mismatch is where kinks cancel."""
    on_kinks = evidence.cancelled
    if on_kinks is None or not evidence.wrong.any() or np.any(evidence.wrong & ~on_kinks):
        return
    wrong = evidence.wrong
    where = f"at {_entries(wrong)}, " if wrong.ndim else ""
    text = (
        f"The gradient is wrong only {where}on kinks that cancel: the function is smooth there, but the slopes that "
        "each operation takes at its own kink do not add up to that of the function."
    )
    yield _confined("cancelled kinks", text, evidence, wrong)


def ties(evidence: Evidence) -> Hypotheses:
    """Yield that all the mismatch is at kinks, by how much too large the gradient is there."""
    tied = evidence.ties
    if tied is None or not tied.any() or np.any(evidence.wrong & ~tied):
        return
    text = (
        f"The gradient is wrong only at {_entries(tied)}, which {'is' if tied.sum() == 1 else 'are'} on a kink or tie: "
        "the mask there is off by one, or a tie is counted more than once."
    )
    yield _confined("ties", text, evidence, tied)
    for count in (2.0, 3.0, 4.0, 0.5):
        yield Hypothesis("ties", text, corrected=np.where(tied, evidence.analytic / count, evidence.analytic))


def detached(evidence: Evidence) -> Hypotheses:
    """Yield that all wrong entries are exactly 0, as those of a branch that was cut off."""
    wrong = evidence.wrong
    if wrong.any() and not np.any(evidence.analytic[wrong]):
        where = _entries(wrong)
        x = evidence.x
        if x is not None and x.shape == evidence.shape and x.dtype.kind == "f":
            if np.array_equal(wrong, (x < 0) & evidence.known):
                where += ", where the argument is negative"
            elif np.array_equal(wrong, (x > 0) & evidence.known):
                where += ", where the argument is positive"
        text = f"The gradient is exactly 0 at {where}, should not be, and is right elsewhere: a path is missing there."
        yield _confined("missing path", text, evidence, wrong)


def few(evidence: Evidence) -> Hypotheses:
    """Yield that a minority of the entries are wrong."""
    wrong = evidence.wrong
    count, size = int(wrong.sum()), int(evidence.known.sum())
    if 0 < count <= max(1, size // 5) and size > 2:
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        values = f"{evidence.analytic[first]:.6g} instead of {evidence.numeric[first]:.6g}"
        text = (
            f"{count} of {size} entries {'is' if count == 1 else 'are'} wrong, at {_entries(wrong)} ({values}); the "
            "others are right."
        )
        yield _confined("single entries", text, evidence, wrong)


def _confined(mistake: str, text: str, evidence: Evidence, where: np.ndarray) -> Hypothesis:
    """Return the hypothesis that the gradient is right but in the entries `where`."""
    corrected = np.where(where & evidence.known, evidence.numeric, evidence.analytic)
    return Hypothesis(mistake, text, corrected=corrected, is_seen=True)


def _entries(where: np.ndarray) -> str:
    """Return the indices of the true entries of `where`, the first few of many."""
    if where.ndim == 0:
        return "the scalar"
    indices = [f"[{', '.join(map(str, index))}]" for index in np.argwhere(where)[: _SHOWN + 1].tolist()]
    more = int(where.sum()) - _SHOWN
    return ", ".join(indices) if more <= 0 else f"{', '.join(indices[:_SHOWN])} and {more} more"
