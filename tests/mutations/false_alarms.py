"""False alarms: `gradcheck` on the library's own operations, which are right, at random scales from 1e-8 to 1e8.

``python tests/mutations/false_alarms.py 10000`` makes so many checks and prints what they said. No verdict may be
WRONG, and at most one in twenty CANNOT-TELL.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from autograd import gradcheck
from autograd.gradcheck import GradcheckReport, Verdict
from samples import TABLE
from sampling import Sample, leaves

_MAGNITUDE = 8  # of the powers of 10


def checked(sample: Sample, rng: np.random.Generator, **options: Any) -> GradcheckReport:
    """Check a sample in other units: its arguments, and its values, are multiplied by random powers of 10."""
    dtype = np.complex128 if sample.takes_complex and rng.random() < 0.2 else np.float64
    arrays = sample.draw(rng, dtype)
    units = 10 ** rng.uniform(-_MAGNITUDE, _MAGNITUDE, len(arrays))
    unit = 10 ** rng.uniform(-_MAGNITUDE, _MAGNITUDE)

    def in_other_units(*values: Any) -> Any:
        result = sample(*(value / u for value, u in zip(values, units, strict=True)))
        return tuple(unit * each for each in leaves(result if isinstance(result, list | tuple) else [result]))

    given = tuple(array * u for array, u in zip(arrays, units, strict=True))
    return gradcheck(in_other_units, given, seed=int(rng.integers(2**32)), **options)


def checks(number: int, seed: int = 0) -> Iterator[tuple[Sample, GradcheckReport]]:
    """Yield so many samples, in turn, and the report on each."""
    rng = np.random.default_rng(seed)
    for i in range(number):
        sample = TABLE[i % len(TABLE)]
        yield sample, checked(sample, rng)


def main(number: int) -> int:
    """Print how many of the checks gave which verdict, and those that are false alarms; return the exit code."""
    counts: collections.Counter[Verdict] = collections.Counter()
    for sample, report in checks(number):
        counts[report.verdict] += 1
        if not report:
            print(f"{sample}\n{report}")
    print(f"{number} checks: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))
    failures = counts[Verdict.WRONG] + counts[Verdict.NONDETERMINISTIC]
    return int(failures > 0 or counts[Verdict.CANNOT_TELL] > number / 20)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
