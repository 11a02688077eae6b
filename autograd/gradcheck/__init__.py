"""Verifying gradients: numerical derivatives with an error bar, a verdict on each, and the mistake named.

`check` puts a check together, `run` makes it, step by step: what can be tested exactly first (`exact`), then
derivatives along `lines` by `numeric`, with the rule of `verdict`; `locate` finds the wrong entries. `explanation` says
what is wrong: `operations` checks each by itself, `diagnosis` names the mistake from the `facts`, `cuts` finds paths
that are missing and `by_hand` steps that a derivation left out. `subject` is what is checked, `report` what comes out.
"""

from autograd.gradcheck.check import gradcheck
from autograd.gradcheck.operations.local import local
from autograd.gradcheck.report import Check, Diagnosis, Finding, GradcheckReport, LocalReport, TensorReport
from autograd.gradcheck.testing import CannotTellWarning, assert_gradients
from autograd.gradcheck.verdict import Verdict

# `autograd.gradcheck` is the function; what else the package offers is within reach of it.
gradcheck.local = local  # type: ignore[attr-defined]  # functions have no declared attributes

__all__ = [
    "CannotTellWarning",
    "Check",
    "Diagnosis",
    "Finding",
    "GradcheckReport",
    "LocalReport",
    "TensorReport",
    "Verdict",
    "assert_gradients",
    "gradcheck",
    "local",
]
