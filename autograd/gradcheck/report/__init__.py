"""What comes out of a gradient check: `results` as data, `text` and `html` made from their dict."""

from autograd.gradcheck.numeric import Step
from autograd.gradcheck.report.results import (
    Check,
    Diagnosis,
    Finding,
    GradcheckReport,
    LocalReport,
    OperationReport,
    Power,
    TensorReport,
)

__all__ = [
    "Check",
    "Diagnosis",
    "Finding",
    "GradcheckReport",
    "LocalReport",
    "OperationReport",
    "Power",
    "Step",
    "TensorReport",
]
