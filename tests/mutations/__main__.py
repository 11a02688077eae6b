"""``python -m mutations``: run the mutants and print what the check noticed, by mistake and by primitive."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from mutations.campaign import SAMPLES, Case, Outcome, cases, run
from sampling import Sample

REQUIRED = {"detected": 1.0, "operation named": 1.0, "mistake named": 0.9}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="mutations", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="run N of the mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the drawing, and of the checks")
    parser.add_argument("--mistake", help="run those whose mistake contains this")
    parser.add_argument("--primitive", help="run those of this primitive")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    options = parser.parse_args(arguments)
    chosen = drawn(options.sample, options.seed, options.mistake, options.primitive)
    began = time.perf_counter()
    outcomes = []
    for number, case in enumerate(chosen, 1):
        outcomes.append(run(case, options.seed))
        if not options.quiet and sys.stderr.isatty():
            print(f"\r{number} of {len(chosen)} mutants", end="", file=sys.stderr)
    print(f"\n{len(outcomes)} mutants in {time.perf_counter() - began:.0f} s, seed {options.seed}\n")
    print(table("mistake", outcomes, lambda case: case.mutation.mistake))
    print()
    print(table("primitive", outcomes, lambda case: case.primitive.name))
    for outcome in outcomes:
        if not outcome.is_mistake_named or not outcome.is_operation_named:
            print(f"\n{miss(outcome)}", end="")
    print()
    return 0 if passes(outcomes) else 1


def drawn(
    count: int | None = None,
    seed: int = 0,
    mistake: str | None = None,
    primitive: str | None = None,
    samples: Sequence[Sample] = SAMPLES,
) -> list[Case]:
    """Return the mutants to run: all, or `count` of them, drawn so that every mistake and primitive has its turn."""
    chosen = [
        case
        for case in cases(samples)
        if (mistake is None or mistake in case.mutation.mistake) and primitive in (None, case.primitive.name)
    ]
    if count is None or count >= len(chosen):
        return chosen
    random.Random(seed).shuffle(chosen)
    kinds: dict[str, int] = defaultdict(int)
    ranked = []
    for case in chosen:  # the first of each mistake and of each primitive come first, then the second of each …
        rank = min(kinds[case.mutation.mistake], kinds[case.primitive.name])
        kinds[case.mutation.mistake] += 1
        kinds[case.primitive.name] += 1
        ranked.append((rank, len(ranked), case))
    return [case for _, _, case in sorted(ranked, key=lambda item: item[:2])[:count]]


def passes(outcomes: Sequence[Outcome]) -> bool:
    """Return whether enough was noticed."""
    return all(share >= required for share, required in zip(shares(outcomes), REQUIRED.values(), strict=True))


def shares(outcomes: Sequence[Outcome]) -> tuple[float, float, float]:
    """Return the parts of the mutants that were detected, whose operation was named, and whose mistake was."""
    count = len(outcomes) or 1
    return (
        sum(outcome.is_detected for outcome in outcomes) / count,
        sum(outcome.is_operation_named for outcome in outcomes) / count,
        sum(outcome.is_mistake_named for outcome in outcomes) / count,
    )


def table(title: str, outcomes: Sequence[Outcome], key: Callable[[Case], str]) -> str:
    """Return a table of the shares, a row a kind of mutant, and all of them in the last."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome.case)].append(outcome)
    rows = [(name, group) for name, group in sorted(groups.items())] + [("all", list(outcomes))]
    width = max(len(title), *(len(name) for name, _ in rows))
    lines = [f"{title:{width}}  injected" + "".join(f"  {name:>15}" for name in REQUIRED)]
    for name, group in rows:
        parts = "".join(f"{100 * share:>15.2f} %" for share in shares(group))
        lines.append(f"{name:{width}}  {len(group):>8}{parts}")
    return "\n".join(lines)


def miss(outcome: Outcome) -> str:
    """Return what went unnoticed, or was called something else."""
    case = outcome.case
    if not outcome.is_detected:
        return f"not detected: {case}"
    if not outcome.is_operation_named:
        return f"operation not named: {case}"
    said = f"taken for '{outcome.named}': {outcome.text}" if outcome.named else "mistake not named"
    return f"{said}\n    {case}" if outcome.named else f"{said}: {case}"


if __name__ == "__main__":
    sys.exit(main())
