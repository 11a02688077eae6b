"""The cases, each written once in plain NumPy: a function, the gradient claimed for it, a point, and the truth."""

from benchmarks.checkers.cases import jumps, kinks, near, right, scales, slips, wrong  # each adds its cases
from benchmarks.checkers.cases.case import CASES, Case, Problem

__all__ = ["CASES", "GROUPS", "Case", "Problem", "jumps", "kinks", "near", "right", "scales", "slips", "wrong"]

GROUPS = {
    "right": "Right gradients",
    "hard": "Right gradients where differences are hard to take",
    "wrong": "Wrong gradients",
    "kink": "Kinks and jumps at the point itself",
}
