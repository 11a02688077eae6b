"""The section of the report: how often each checker was right, case by case, and what a check costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.checkers.cases import GROUPS

TITLES = {
    "chainrule": "chainrule",
    "torch": "PyTorch",
    "torch_fast": "PyTorch, `fast_mode`",
    "jax": "JAX",
    "hips": "HIPS autograd",
}
OURS = "chainrule"
MARKS = {"right": "✓", "false alarm": "false alarm", "accepted": "**accepted**", "none": "?", "error": "error"}
GRAVITY = ("right", "none", "error", "false alarm", "accepted")  # a case counts as the gravest of its runs

Case = Mapping[str, Any]


def section(results: Mapping[str, Any]) -> str:
    """Return the Markdown section of what `benchmarks.checkers.measure` returned."""
    cases, contestants = results["cases"], list(results["versions"])
    parts = ["## Gradient checkers", _introduction(results), _totals(cases, contestants), _losses(cases, contestants)]
    for group, title in GROUPS.items():
        rows = [case for case in cases.values() if case["group"] == group]
        if rows:
            parts += [f"### {title}", _table(rows, contestants, with_truth=group == "kink")]
    parts += ["### Errors, and cases without an answer", _words(cases, contestants)]
    if results["costs"]:
        parts += ["### What a check costs", _costs(results["costs"])]
    parts += ["### How it was asked", _how(results)]
    return "\n\n".join(filter(None, parts)) + "\n"


def outcome(truth: str, answer: str) -> str:
    """Return what an answer is worth: "right", "false alarm", "accepted" (a wrong gradient was), "none" or "error".

    Examples
    --------
    >>> outcome("accept", "accept"), outcome("accept", "reject"), outcome("reject", "accept")
    ('right', 'false alarm', 'accepted')
    """
    if answer in ("none", "error"):
        return answer
    if answer == truth:
        return "right"
    return "false alarm" if truth == "accept" else "accepted"


def outcome_of(case: Case, contestant: str) -> str:
    """Return the gravest outcome of the runs of a case."""
    outcomes = {outcome(case["truth"], answer) for answer in case["answers"][contestant]["answers"]}
    return max(outcomes, key=GRAVITY.index)


def _introduction(results: Mapping[str, Any]) -> str:
    versions = {TITLES[name].split(",")[0]: version for name, version in results["versions"].items()}
    names = ", ".join(f"{name} {version}" for name, version in versions.items())
    truths = Counter(case["truth"] for case in results["cases"].values())
    return (
        f"{names}; each with its defaults. {len(results['cases'])} functions with a gradient claimed for each at one "
        f"point: {truths['accept']} times rightly, {truths['reject']} times wrongly. Asked {results['seeds']} times, "
        "with other seeds; a case counts as the worst of the answers."
    )


def _totals(cases: Mapping[str, Case], contestants: list[str]) -> str:
    truths = Counter(case["truth"] for case in cases.values())
    sizes = Counter(case["group"] for case in cases.values())
    groups = {group: sizes[group] for group in GROUPS if sizes[group]}
    lines = [
        f"| checker | right answers | {' | '.join(_SHORT[group] for group in groups)} | false alarms | "
        "wrong gradients accepted | no answer | errors |",
        f"| :-- | --: | {'--: | ' * len(groups)}--: | --: | --: | --: |",
    ]
    for name in contestants:
        outcomes = [(case["group"], outcome_of(case, name)) for case in cases.values()]
        count = Counter(found for _, found in outcomes)
        right = [f"{outcomes.count((group, 'right'))} of {number}" for group, number in groups.items()]
        lines.append(
            f"| {TITLES[name]} | {count['right']} of {len(cases)} | {' | '.join(right)} | "
            f"{count['false alarm']} of {truths['accept']} | {count['accepted']} of {truths['reject']} | "
            f"{count['none']} | {count['error']} |"
        )
    return "\n".join(lines)


_SHORT = {"right": "ordinary", "hard": "hard", "wrong": "wrong", "kink": "kinks"}


def _losses(cases: Mapping[str, Case], contestants: list[str]) -> str:
    """Say in words where chainrule is not right, and who is."""
    if OURS not in contestants:
        return ""
    amiss = {name: case for name, case in cases.items() if outcome_of(case, OURS) != "right"}
    others = {name: [c for c in contestants if outcome_of(case, c) == "right"] for name, case in amiss.items()}
    lost = {name: case for name, case in amiss.items() if others[name]}
    if not lost:
        return f"There is no case in which another checker is right and chainrule is not; {len(amiss)} that none is."
    lines = [f"chainrule is not right, and another checker is, in {len(lost)} case{'s'[: len(lost) != 1]}:", ""]
    lines += [
        f"- {case['title']}. {_SAID[outcome_of(case, OURS)]} Right: {', '.join(TITLES[c] for c in others[name])}."
        for name, case in lost.items()
    ]
    return "\n".join(lines)


_SAID = {
    "false alarm": "chainrule rejects it, and should not.",
    "accepted": "chainrule accepts it, and should not.",
    "none": "chainrule cannot tell.",
    "error": "chainrule raises an exception.",
}


def _table(cases: list[Case], contestants: list[str], with_truth: bool) -> str:
    head = ["", *(["the gradient is"] if with_truth else []), *(TITLES[name] for name in contestants)]
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join([':--'] * len(head))} |"]
    for case in cases:
        truth = [{"accept": "valid", "reject": "not valid"}[case["truth"]]] if with_truth else []
        cells = [case["title"].replace("|", "\\|"), *truth, *(_cell(case, name) for name in contestants)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(case: Case, contestant: str) -> str:
    """Return the mark of the gravest outcome, and how often the answer was right if not always or never."""
    answers = case["answers"][contestant]["answers"]
    right = answers.count(case["truth"])
    mark = MARKS[outcome_of(case, contestant)]
    return mark if right in (0, len(answers)) else f"{mark}, right {right} of {len(answers)}"


def _words(cases: Mapping[str, Case], contestants: list[str]) -> str:
    lines = [f"- {TITLES[name]}, {title}: {words}" for name, title, words in _exceptions(cases, contestants)]
    return "\n".join(lines) or "None."


def _exceptions(cases: Mapping[str, Case], contestants: list[str]) -> Iterator[tuple[str, str, str]]:
    for name in contestants:
        for case in cases.values():
            if outcome_of(case, name) in ("none", "error"):
                words = case["answers"][name]["detail"].replace("`", "'").replace("|", "¦")
                yield name, case["title"].replace("|", "\\|"), f"`{' '.join(words.split())}`"


def _costs(costs: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        "All 101,770 parameters of a classifier, 784-128-10, float64, one batch of 8:",
        "",
        "| checker | answer | calls of the loss | seconds |",
        "| :-- | :-- | --: | --: |",
    ]
    for name, cost in costs.items():
        contestant, _, mode = name.partition(" ")
        title = TITLES[contestant] + (f", `mode={mode!r}`" if mode else "" if contestant != OURS else ", default")
        calls = "" if cost["calls"] is None else f"{cost['calls']:,}"
        lines.append(f"| {title} | {cost['answer']} | {calls} | {cost['seconds']:,.2f} |")
    return "\n".join(lines)


def _how(results: Mapping[str, Any]) -> str:
    return f"""\
- **A case is written once**, in plain NumPy: `forward`, `backward` and the point (`benchmarks/checkers/cases/`). Every
  checker gets it in its own idiom (`benchmarks/checkers/contestants/`): PyTorch a `torch.autograd.Function` that
  computes with NumPy, JAX a `custom_vjp` of two callbacks in float64, HIPS autograd a primitive with VJPs.
- **Defaults**, but `order=1` and reverse mode only where a checker would differentiate the opaque gradient again (JAX,
  HIPS autograd). PyTorch warns that it will likely fail on float32 inputs; its answers to those count all the same.
- **Right answers**: a right gradient, or a valid one at a kink, is to be accepted; a wrong one rejected, and so is a
  function that changes its input or returns something else in every call. At a kink a gradient is valid if it lies in
  Clarke's generalised gradient. chainrule's RIGHT, RIGHT-ABS and "inside a kink" are acceptance, CANNOT-TELL is no
  answer (?). Another exception than the one with which a checker rejects is an error.
- **At a kink** a central difference is the mean of the slopes on the two sides. A checker without a notion of kinks
  accepts that alone: it is right about what is not valid there, and about 0.5 for ReLU, without having noticed a kink.
- **Seeds**: chainrule is given it; NumPy's global generator, from which HIPS autograd draws, gets it. PyTorch and JAX
  draw their directions from generators that always start the same, so that a mistake they miss once they miss always.
- **Time**: {results["limit"]:.0f} s for an answer; later than that is an error. One thread; for JAX two, as with one
  it waits for ever for a callback on more than a few thousand numbers."""
