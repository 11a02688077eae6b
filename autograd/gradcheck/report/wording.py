"""What reports say in words and numbers, as text and as HTML alike, from their dicts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograd.gradcheck.verdict import SEVERITY

ROWS = 20  # the most that a table shows
_NAME = 40  # characters
_SOURCE = 100  # characters of a line of code
_DIGITS = 7
_REASONS = 8  # the most lines

Found = Mapping[str, Any]


def headline(found: Found) -> str:
    """Return the first line of a report: the verdict, and what it took."""
    return f"gradcheck {summary(found)}, seed {found['seed']}"


def summary(found: Found) -> str:
    """Return the verdict, and what it took; of an interrupted check, until then."""
    so_far = "" if found.get("complete", True) else " so far, interrupted after"
    return f"{found['verdict']}{so_far or ':'} {effort(found)}"


def effort(found: Found) -> str:
    """Return how much was compared, and what it took."""
    checks = [check for tensor in found["tensors"] for check in tensor["checks"]]
    entries = sum(check["index"] is not None for check in checks)
    counts = [plural(n, what) for n, what in ((entries, "entry"), (len(checks) - entries, "direction")) if n]
    counts.append(plural(found["evaluations"], "evaluation"))
    return ", ".join(counts)


def local_counts(found: Found) -> str:
    """Return the first line of a report on operations, after the verdict."""
    counts = [plural(len(found["operations"]), "operation"), plural(found["evaluations"], "evaluation")]
    return f"{', '.join(counts)}, seed {found['seed']}"


def ordinal(order: int) -> str:
    """Return an order in words, such as "second"."""
    return {2: "second", 3: "third"}.get(order, f"{order}th")


def wrong_entries(entries: Sequence[Found]) -> str:
    """Return how many of the entries that were checked are wrong."""
    wrong = sum(entry["verdict"] == "WRONG" for entry in entries)
    return f"{wrong:,} of the {plural(len(entries), 'entry')} that were checked are WRONG"


def notes(found: Found) -> list[str]:
    """Return the lines of a report under its table, what is wrong first."""
    local, diagnosis = found.get("operations"), found.get("diagnosis")
    wrong, fine = finding_lines(found)
    lines = wrong + ([_operations(local)] if local else []) + ([diagnosis_line(diagnosis)] if diagnosis else [])
    lines += _reasons(found["tensors"]) + fine
    lines += [f"kinks: {one_line(found['kinks'])}"] if found.get("kinks") else []
    return lines + _power(found)


def _reasons(tensors: Iterable[Found]) -> list[str]:
    """Return the reasons of verdicts, the most severe first, each once with the arrays that it is about."""
    reasons: dict[str, list[str]] = {}
    for tensor in sorted(tensors, key=lambda tensor: SEVERITY.index(tensor["verdict"]), reverse=True):
        check = worst(tensor)
        if check is not None and check.get("reason"):
            reasons.setdefault(one_line(check["reason"]), []).append(clean(tensor["name"]))
    lines = []
    for reason, names in list(reasons.items())[:_REASONS]:
        more = f" and {len(names) - 5:,} more" if len(names) > 6 else ""
        lines.append(f"{', '.join(names[:5] if more else names)}{more}: {reason}")
    rest = len(reasons) - _REASONS
    return lines + ([f"… and {plural(rest, 'reason')} more"] if rest > 0 else [])


def finding_lines(found: Found) -> tuple[list[str], list[str]]:
    """Return a line for each finding that is not right, and those for the others: notes, and one for the rest."""
    ranked = sorted(found.get("findings", ()), key=severity, reverse=True)
    wrong = [f"{clean(f['kind'])} {f['verdict']}: {one_line(f['text'])}" for f in ranked if f["verdict"] != "RIGHT"]
    right = [f"{clean(f['kind'])}: {one_line(f['text'])}" for f in ranked if f["verdict"] == "RIGHT"]
    notes = [line for line in right if line.startswith("note: ")]
    fine = [line for line in right if not line.startswith("note: ")]
    return wrong, notes + (["; ".join(fine)] if fine else [])


def _operations(local: Found) -> str:
    broken = [operation for operation in local["operations"] if operation["verdict"] == "WRONG"]
    names = "; ".join(map(called, broken[:5])) + (f"; and {len(broken) - 5:,} more" if len(broken) > 5 else "")
    return f"operations by themselves: {tally(local['operations']) or 'none'}" + (f": {names}" if names else "")


def operation_notes(operation: Found) -> list[str]:
    """Return the lines about an operation under the table: how it was called if it is wrong, and what was found."""
    wrong, fine = finding_lines(operation)
    lines = [f"{clean(operation['name'])}: {line}" for line in wrong + fine]
    if operation["verdict"] == "WRONG":
        lines.insert(0, f"{called(operation)} is WRONG")
    return lines + ([diagnosis_line(operation["diagnosis"])] if operation.get("diagnosis") else [])


def diagnosis_line(diagnosis: Found) -> str:
    """Return what the mistake looks like, and how much that explains."""
    return f"diagnosis: {one_line(diagnosis['text'])}"


def _power(found: Found) -> list[str]:
    power = found.get("power")
    if not power:
        return []
    if not power["threshold"] < 1:
        return ["power: these directions could have missed an error as large as the Jacobian itself"]
    # Rounded up to two digits, so that the promise holds as it is printed.
    scale = 10.0 ** math.floor(math.log10(max(power["threshold"], 1e-300)))
    size = number(math.ceil(power["threshold"] / scale * 10 - 1e-6) / 10 * scale, 2)
    had = "had this been right, " if found["verdict"] in ("WRONG", "NONDETERMINISTIC") else ""
    chance = f"with probability 1 - {number(power['miss'], 1)}"
    return [f"power: {had}errors above {size} of the Jacobian's norm would have been caught {chance}"]


def called(operation: Found) -> str:
    """Return the name of an operation, and where and how it was called."""
    line = f"  `{clean(operation['source'], _SOURCE)}`" if operation.get("source") else ""
    return clean(operation["name"]) + (f" ({clean(operation['place'])}{line})" if operation.get("place") else "")


def tally(items: Iterable[Found]) -> str:
    """Return how many items have which verdict, the mildest first."""
    counts = Counter(item["verdict"] for item in items)
    return ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in map(str, SEVERITY) if counts[verdict])


def choose(items: Sequence[Found], most: int = ROWS) -> tuple[Sequence[Found], list[str]]:
    """Return the items to show, the worst ones where there are too many, and a line about the others."""
    if len(items) <= most:
        return items, []
    ranked = sorted(items, key=severity, reverse=True)
    return ranked[:most], [f"… and {len(items) - most:,} more: {tally(ranked[most:])}"]


def worst(tensor: Found) -> Found | None:
    """Return the check that the verdict of an array comes from: an entry before a direction, the largest mismatch."""
    ranked = [check for check in tensor["checks"] if check["verdict"] == tensor["verdict"]]
    return max(ranked, key=lambda check: (check["index"] is not None, mismatch(check)), default=None)


def severity(item: Found) -> tuple[int, float]:
    """Return what checks, arrays, operations and findings are ranked by: the verdict, then the mismatch."""
    check = item if "analytic" in item else worst(item) if "checks" in item else None
    # Rounded, so that equal mistakes stay in the order of their entries.
    return SEVERITY.index(item["verdict"]), float(f"{mismatch(check):.6g}") if check else 0.0


def mismatch(check: Found) -> float:
    """Return how far two derivatives are apart relative to the larger; infinite where one is not finite."""
    analytic, numeric = float(check["analytic"]), float(check["numeric"])
    if not (math.isfinite(analytic) and math.isfinite(numeric)):
        return math.inf
    size = max(abs(analytic), abs(numeric))
    return abs(analytic / size - numeric / size) if size else 0.0


def numbers(check: Found) -> dict[str, str]:
    """Return the numbers of a check with the digits that mean something.

    Examples
    --------
    >>> numbers({"analytic": 0.12345678, "numeric": 0.12345699, "error": 1e-13, "verdict": "RIGHT"})
    {'gradient': '0.1234568', 'numeric': '0.123457', 'error bar': '± 1e-13', 'ratio': ''}
    >>> numbers({"analytic": 1.00000002, "numeric": 1.0, "error": 1e-13, "verdict": "WRONG"})
    {'gradient': '1.00000002', 'numeric': '1', 'error bar': '± 1e-13', 'ratio': '1.00000002'}
    >>> numbers({"analytic": 3.0, "numeric": 2.9876543, "error": 0.04, "verdict": "CANNOT-TELL"})
    {'gradient': '3', 'numeric': '2.988', 'error bar': '± 0.04', 'ratio': ''}
    """
    analytic, numeric, error = float(check["analytic"]), float(check["numeric"]), float(check["error"])
    apart = mismatch(check)
    # As many digits as it takes to see a difference, and of an uncertain number no more than two beyond the first one
    # that is uncertain.
    digits = _DIGITS
    if check["verdict"] == "WRONG" and 0 < apart < 1:
        digits = min(max(_DIGITS, 2 - math.floor(math.log10(apart))), 17)
    known = digits
    if 0 < error < math.inf and 0 < abs(numeric) < math.inf:
        known = min(max(math.floor(math.log10(abs(numeric))) - math.floor(math.log10(error)) + 2, 1), digits)
    ratio = ""
    if check["verdict"] == "WRONG" and math.isfinite(apart) and abs(numeric) > 4 * error:
        ratio = number(analytic / numeric, max(digits - 1, 6))
    return {
        "gradient": number(analytic, digits),
        "numeric": number(numeric, known),
        "error bar": f"± {number(error, 1)}",
        "ratio": ratio,
    }


def number(value: float, digits: int) -> str:
    """Return a number with so many significant digits, and no more of an exponent than it takes.

    Examples
    --------
    >>> number(2.5e-9, 3), number(1e8, 3), number(-0.12345, 3)
    ('2.5e-9', '1e8', '-0.123')
    """
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def place(check: Found) -> str:
    """Return where a check was made; nothing for the only entry of a scalar."""
    index = check["index"]
    return "a direction" if index is None else f"[{', '.join(map(str, index))}]" if index else ""


def shape(tensor: Found) -> str:
    """Return a shape as people write it; none of what is several arrays, which has no dtype."""
    return " × ".join(map(str, tensor["shape"])) or ("scalar" if tensor.get("dtype", "float64") else "")


def clean(text: str, most: int = _NAME) -> str:
    """Return a name on one line, without control characters, and shortened in the middle if it is long."""
    text = one_line(text)
    return text if len(text) <= most else f"{text[: most // 2]}…{text[len(text) - most // 2 + 1 :]}"


def one_line(text: str) -> str:
    """Return a text on one line, its control characters as escapes."""
    joined = " ".join(line.strip() for line in str(text).splitlines())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in joined)


def plural(count: int, what: str) -> str:
    """Return a count with what is counted."""
    return f"{count:,} {what if count == 1 else 'entries' if what == 'entry' else f'{what}s'}"
