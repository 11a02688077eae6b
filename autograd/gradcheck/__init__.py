"""Verifying gradients: numerical derivatives with an error bar, and a verdict on each.

`check` runs the comparison; `subject` is what it compares, `numeric` the derivatives, `verdict` the rule, `report` the
result.
"""

from autograd.gradcheck.check import gradcheck
from autograd.gradcheck.report import Check, GradcheckReport, TensorReport
from autograd.gradcheck.verdict import Verdict

__all__ = ["Check", "GradcheckReport", "TensorReport", "Verdict", "gradcheck"]
