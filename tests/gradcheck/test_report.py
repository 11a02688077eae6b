"""Reports as text and as HTML: what they say, how they are laid out, and that nothing breaks them."""

import math
import re
import unicodedata
from xml.etree import ElementTree

import pytest

from autograd.gradcheck.report import (
    Check,
    Diagnosis,
    Finding,
    GradcheckReport,
    LocalReport,
    OperationReport,
    Power,
    Step,
    TensorReport,
    curve,
    text,
    wording,
)
from autograd.gradcheck.verdict import Verdict


def check(analytic=1.0, numeric=1.0, error=1e-13, verdict="RIGHT", index=None, reason="", steps=()):
    return Check(index, analytic, numeric, error, Verdict(verdict), reason, steps)


def array(name, *checks, shape=(2, 3), dtype="float64"):
    return TensorReport(name, shape, dtype, checks)


def report(*tensors, findings=(), evaluations=9, seed=5, **rest):
    return GradcheckReport(tensors, findings, evaluations, seed, **rest)


def ladder(value, power=2, levels=10, noise=1e-16):
    """Steps of a difference whose error falls as a power of the step size."""
    sizes = [0.1 * 2.0**-k for k in range(levels)]
    return tuple(Step(h, value + h**power, noise / h) for h in sizes)


MEAN = OperationReport(
    "mean",
    "loss.py:41",
    "return -logp[rows, y].mean()",
    (array("x", check(1.0, 1 / 32, verdict="WRONG", index=(3,)), shape=(32,)),),
)
MATMUL = OperationReport(
    "matmul", "model.py:7", "x @ w", (array("x1", check(2.5, 2.5)), array("x2", check(-31.5, -31.5)))
)
EVERYTHING = report(
    array(
        "W",
        check(3.2, 0.1, verdict="WRONG", index=(1, 0), steps=ladder(0.1)),
        check(-6.4, -0.2, verdict="WRONG", index=(0, 1)),
    ),
    array("b", check(0.5, 0.5)),
    findings=(
        Finding("determinism", Verdict.RIGHT, "two calls are equal to the last bit"),
        Finding("accumulation", Verdict.WRONG, "a second backward pass gave 3 times the gradient"),
        Finding("note", Verdict.RIGHT, "computed in float32"),
    ),
    evaluations=1234,
    seconds=0.8,
    power=Power(2e-9, 1e-9),
    diagnosis=Diagnosis("factor", "32 times too large.\nExplains 100.00 % of the mismatch.", 0.99996),
    operations=LocalReport((MATMUL, MATMUL, MEAN), 40, 5),
    kinks="the nearest decision is relu_2's, 3.1e-4 away",
    higher=(report(array("x", check(2.0, 2.0)), evaluations=33),),
)
HOSTILE = [
    "<script>alert(1)</script>",
    "\"quoted\" & 'single' &amp; `back`",
    "two\nlines\r\n\ttab",
    "重みバイアス é e\u0301 🙂 \u202e\u200b",
    "\x00\x1b[31m\ud800\ufffe",
    "n" * 10_000,
    "",
]


# ------------------------------------------------------------------------------------------ text


def test_the_first_line_says_the_verdict_and_what_it_took():
    assert str(EVERYTHING).splitlines()[0] == "gradcheck WRONG: 2 entries, 1 direction, 1,234 evaluations, seed 5"
    assert str(report(evaluations=1)).splitlines()[0] == "gradcheck RIGHT: 1 evaluation, seed 5"


def test_a_row_an_array():
    header, weight, bias = str(EVERYTHING).splitlines()[1:4]
    assert header.split() == ["array", "shape", "verdict", "gradient", "numeric", "error", "bar", "ratio", "at"]
    assert weight.split() == ["W", "2", "×", "3", "WRONG", "3.2", "0.1", "±", "1e-13", "32", "[1,", "0]"]
    assert bias.split() == ["b", "2", "×", "3", "RIGHT", "0.5", "0.5", "±", "1e-13", "a", "direction"]


@pytest.mark.parametrize(
    "line",
    [
        "  accumulation WRONG: a second backward pass gave 3 times the gradient",
        "  operations by themselves: 2 RIGHT, 1 WRONG: mean (loss.py:41  `return -logp[rows, y].mean()`)",
        "  diagnosis: 32 times too large. Explains 100.00 % of the mismatch.",
        "  note: computed in float32",
        "  determinism: two calls are equal to the last bit",
        "  kinks: the nearest decision is relu_2's, 3.1e-4 away",
        "  power: had this been right, errors above 2e-9 of the Jacobian's norm would have been caught with "
        "probability 1 - 1e-9",
        "  W: 2 of the 2 entries that were checked are WRONG",
        "  second order RIGHT: 1 direction, 33 evaluations",
    ],
)
def test_what_else_was_found_has_a_line_each(line):
    assert line in str(EVERYTHING).splitlines()


def test_the_promise_is_not_rounded_in_its_own_favour():
    assert "errors above 2.1e-9 of" in str(report(power=Power(2.01e-9, 1e-9)))
    assert "errors above 2e-9 of" in str(report(power=Power(2e-9, 1e-9)))
    assert "had this been right" not in str(report(power=Power(2e-9, 1e-9)))


@pytest.mark.parametrize("threshold", [1.0, math.inf, math.nan])
def test_no_promise_is_made_where_there_is_none(threshold):
    assert "caught" not in str(report(power=Power(threshold, 1e-9)))
    assert "could have missed" in str(report(power=Power(threshold, 1e-9)))


def test_an_interrupted_check_says_so():
    partial = report(array("W", check()), array("b"), complete=False, seconds=12.34)
    first, _, _, bias = str(partial).splitlines()
    assert first == "gradcheck RIGHT so far, interrupted after 1 direction, 9 evaluations, seed 5"
    assert bias.split() == ["b", "2", "×", "3", "not", "checked"]


def test_an_empty_array_and_several_together_are_not_scalars():
    lines = str(
        report(array("e", shape=(0, 3)), array("s", check(), shape=()), array("all", check(), shape=(), dtype=""))
    )
    empty, scalar, together = lines.splitlines()[2:]
    assert empty.split() == ["e", "0", "×", "3", "empty"]
    assert scalar.split()[:3] == ["s", "scalar", "RIGHT"]
    assert together.split()[:2] == ["all", "RIGHT"]


def test_decimal_points_are_below_each_other():
    values = [-0.5, 12345.678, 1e-12, 3.0, -1e-5, 2.5e20]
    lines = str(report(*(array(f"a{i}", check(v, v, verdict="RIGHT")) for i, v in enumerate(values)))).splitlines()
    starts = [len(re.match(r".*RIGHT +-?\d+", line).group()) for line in lines[2:]]
    assert len(set(starts)) == 1


def test_wide_characters_take_two_columns_and_combining_ones_none():
    names = ["重み", "plain name", "e\u0301te\u0301"]
    lines = str(report(*(array(name, check()) for name in names))).splitlines()[2:]
    before = [line[: line.index("2 × 3")] for line in lines]
    wide = [sum(0 if unicodedata.combining(c) else 2 if ord(c) > 0x3000 else 1 for c in part) for part in before]
    assert len(set(wide)) == 1


def test_as_many_digits_as_it_takes_to_see_the_difference():
    row = str(report(array("w", check(1.0000000002, 1.0, verdict="WRONG", index=(0, 0))))).splitlines()[2]
    assert "1.0000000002" in row
    assert row.split()[9] == "1.0000000002"  # the ratio


def test_an_uncertain_number_has_few_digits():
    row = str(report(array("w", check(0.1234567, 0.1234567, error=2e-3, verdict="CANNOT-TELL")))).splitlines()[2]
    assert "0.1235 " in row
    assert "± 0.002" in row


def test_no_ratio_where_it_says_nothing():
    for wrong in (check(1.0, 0.0, verdict="WRONG"), check(math.nan, 1.0, verdict="WRONG"), check(5, 1.0, 0.5, "WRONG")):
        assert "ratio" not in str(report(array("w", wrong)))


def test_of_many_arrays_the_worst_are_shown():
    tensors = [
        array(f"w{i}", check(2.0 if i == 77 else 1.0, verdict="WRONG" if i == 77 else "RIGHT")) for i in range(100)
    ]
    lines = str(report(*tensors)).splitlines()
    assert lines[2].startswith("  w77 ")
    assert len(lines) == 1 + 1 + 20 + 1
    assert lines[-1] == "  … and 80 more: 80 RIGHT"


def test_the_worst_entries_of_a_wrong_array_are_shown():
    entries = [check(1.0 + i, 1.0, verdict="WRONG" if i > 4 else "RIGHT", index=(i,)) for i in range(30)]
    lines = text.details(report(array("w", *entries)).to_dict()["tensors"][0]).splitlines()
    assert lines[0] == "w: 25 of the 30 entries that were checked are WRONG"
    assert lines[2].split() == ["[29]", "WRONG", "30", "1", "±", "1e-13", "30"]
    assert len(lines) == 2 + 20 + 1
    assert lines[-1] == "  … and 10 more: 5 RIGHT, 5 WRONG"


def test_equal_mistakes_stay_in_the_order_of_the_entries():
    entries = [check(1.1 * math.sin(i), math.sin(i), verdict="WRONG", index=(i,)) for i in range(1, 50)]
    lines = text.details(report(array("w", *entries)).to_dict()["tensors"][0]).splitlines()[2:-1]
    assert [line.split()[0] for line in lines] == [f"[{i}]" for i in range(1, 21)]


def test_a_reason_is_given_once_with_its_arrays():
    kink = check(0.0, 0.5, 0.5, "NONSMOOTH", reason="a kink")
    lines = str(report(array("a", kink), array("b"), array("c", kink))).splitlines()
    assert lines[-1] == "  a, c: a kink"
    many = [array(f"a{i}", check(verdict="CANNOT-TELL", reason=f"reason {i}")) for i in range(500)]
    assert len(str(report(*many)).splitlines()) < 40


def test_the_operations_by_themselves():
    lines = str(EVERYTHING.operations).splitlines()
    assert lines[0] == "gradcheck.local WRONG: 3 operations, 40 evaluations, seed 5"
    assert lines[2].split()[:5] == ["matmul", "model.py:7", "x1", "2", "×"]
    assert lines[3].split()[:4] == ["x2", "2", "×", "3"]  # named once
    assert lines[6].split() == ["mean", "loss.py:41", "x", "32", "WRONG", "1", "0.03125", "±", "1e-13", "32", "[3]"]
    assert lines[7] == "  mean (loss.py:41  `return -logp[rows, y].mean()`) is WRONG"


def test_a_long_name_is_shortened_in_the_middle():
    assert wording.clean("a" * 100 + "z") == "a" * 20 + "…" + "a" * 18 + "z"
    assert wording.clean("a" * 40) == "a" * 40


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_on_its_line(name):
    found = report(array(name, check(reason=name)), findings=(Finding("note", Verdict.RIGHT, name),), kinks=name)
    lines = str(found).splitlines()
    assert len(lines) == 3 + (3 if name else 1)
    assert all(character.isprintable() for line in lines for character in line)


# ------------------------------------------------------------------------------------------ HTML


def parsed(found):
    return ElementTree.fromstring(found._repr_html_())


def said(element):
    return " ".join("".join(element.itertext()).split())


def test_html_says_what_the_text_says():
    words = said(parsed(EVERYTHING))
    for line in str(EVERYTHING).splitlines()[4:10]:
        assert " ".join(line.split()) in words
    assert "1,234 evaluations, seed 5" in words
    assert "second order RIGHT: 1 direction, 33 evaluations" in words


def test_html_has_the_table_and_what_unfolds():
    page = parsed(EVERYTHING)
    rows = [[said(cell) for cell in row] for row in page.iter("tr")]
    assert rows[0] == ["array", "shape", "verdict", "gradient", "numeric", "error bar", "ratio", "at"]
    assert rows[1] == ["W", "2 × 3", "✗ WRONG", "3.2", "0.1", "± 1e-13", "32", "[1, 0]"]
    assert [said(summary) for summary in page.iter("summary")] == [
        "W: 2 of the 2 entries that were checked are WRONG",
        "operations by themselves",
        "W [1, 0]: error against step size",
        "second order RIGHT: 1 direction, 33 evaluations",
    ]


def test_verdicts_differ_by_a_mark_and_by_a_colour():
    page = parsed(report(*(array(str(v), check(verdict=v)) for v in Verdict)))
    badges = [cell for row in page.iter("tr") for cell in row.iter("span")]
    assert [said(badge).split()[1] for badge in badges] == [str(v) for v in Verdict]
    assert len({said(badge).split()[0] for badge in badges}) == len(Verdict)
    assert len({badge.get("style") for badge in badges}) == len(Verdict)


def test_html_needs_nothing_from_elsewhere_and_no_script():
    html = EVERYTHING._repr_html_().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"<script|https?:|url\(|@import|<link|<img|\son\w+=", html)


@pytest.mark.parametrize("name", HOSTILE)
def test_html_shows_names_and_never_obeys_them(name):
    operation = OperationReport(name, name, name, (array(name, check(verdict="WRONG", steps=ladder(1.0))),))
    found = report(
        array(name, check(2.0, verdict="WRONG", index=(0, 0), reason=name, steps=ladder(1.0)), check(index=(0, 1))),
        findings=(Finding(name, Verdict.CANNOT_TELL, name),),
        kinks=name,
        diagnosis=Diagnosis(name, name, 1.0),
        operations=LocalReport((operation,), 3, 5),
    )
    for page in (parsed(found), parsed(found.operations)):
        assert {element.tag.rpartition("}")[2] for element in page.iter()} <= {
            *("div", "style", "p", "span", "b", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"),
            *("details", "summary", "svg", "title", "g", "line", "path", "text", "circle"),
        }
        cells = ["".join(cell.itertext()) for cell in page.iter("td")]
        assert not name or wording.clean(name) in cells


@pytest.mark.parametrize("analytic", [0.0, math.nan, math.inf, -1e308, 5e-324])
@pytest.mark.parametrize("numeric", [0.0, math.nan, -math.inf, 1e308, 1e-320])
@pytest.mark.parametrize("error", [0.0, math.nan, math.inf, 5e-324, 1e308])
def test_no_number_breaks_a_report(analytic, numeric, error):
    numbers = (analytic, numeric, error)
    steps = tuple(Step(abs(size), other, error) for size in numbers for other in numbers)
    for verdict in ("RIGHT", "WRONG"):
        one = check(*numbers, verdict=verdict, index=(0,), steps=steps)
        found = report(array("w", one, one), power=Power(abs(error), abs(numeric)), seconds=abs(error))
        for each in (found, LocalReport((OperationReport("f", "", "", found.tensors),), 1, 1)):
            assert verdict in str(each)
            assert verdict in said(parsed(each))


def test_nothing_checked_is_reported_too():
    for found in (
        report(),
        report(array("w")),
        LocalReport((), 0, 1),
        LocalReport((OperationReport("f", "", "", ()),), 1, 1),
    ):
        assert "RIGHT" in str(found)
        assert "RIGHT" in said(parsed(found))


def test_large_reports_stay_small():
    entries = [check(2.0 + i, 1.0, verdict="WRONG", index=(i,), steps=ladder(1.0)) for i in range(3000)]
    many = report(*(array(f"w{i}", *entries[: 3000 if i == 0 else 2]) for i in range(1000)))
    assert len(str(many).splitlines()) < 60
    assert len(many._repr_html_()) < 200_000
    parsed(many)


# ------------------------------------------------------------------------------------------ the picture


def picture(steps, analytic=1.0, numeric=1.0, error=1e-12):
    drawn = curve.draw(
        report(array("w", check(analytic, numeric, error, steps=steps))).to_dict()["tensors"][0]["checks"][0], "w"
    )
    return drawn and ElementTree.fromstring(drawn)


def dots(svg):
    return [(float(d.get("cx")), float(d.get("cy"))) for d in svg.iter("{http://www.w3.org/2000/svg}circle")]


def labels(svg):
    """The pixel of each power of ten on the horizontal and the vertical axis."""
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    found = {"middle": {}, "end": {}}
    for label in svg.iter("{http://www.w3.org/2000/svg}text"):
        if (label.text or "").startswith("10") and label.get("text-anchor"):
            axis = label.get("text-anchor")
            found[axis][int(label.text[2:].translate(digits))] = float(label.get("x" if axis == "middle" else "y"))
    return found["middle"], found["end"]


def decade(axis):
    first, last = min(axis), max(axis)
    return (axis[last] - axis[first]) / (last - first)


@pytest.mark.parametrize("power", [1, 2, 4])
def test_the_slope_of_the_dots_is_the_order_of_the_difference(power):
    svg = picture(ladder(1.0, power, levels=6))
    horizontal, vertical = labels(svg)
    (x0, y0), *_, (x1, y1) = dots(svg)
    assert x0 < x1  # larger steps to the right, larger errors up
    assert y0 > y1
    assert ((y1 - y0) / decade(vertical)) / ((x1 - x0) / decade(horizontal)) == pytest.approx(power, rel=0.01)


def test_a_dot_is_where_its_labels_say():
    svg = picture((Step(1e-3, 1 + 1e-5, 1e-14), Step(1e-2, 1 + 1e-3, 1e-15)))
    horizontal, vertical = labels(svg)
    assert dots(svg)[0][0] == pytest.approx(horizontal[-3], abs=0.2)
    fourth = vertical[min(vertical)] + decade(vertical) * (-5 - min(vertical)) - 4  # 4: the baseline of the label
    assert dots(svg)[0][1] == pytest.approx(fourth, abs=0.2)


def test_what_is_off_the_axes_is_at_the_edge_of_the_picture():
    exact = (Step(0.1, 1.5, 1e-15), Step(0.05, 1.0, 1e-15), Step(0.025, 1.1, 1e-15))
    places = dots(picture(exact))
    assert len(places) == 3
    assert all(0 <= x <= 640 and 0 <= y <= 300 for x, y in places)


def test_the_legend_names_what_is_drawn():
    words = said(picture(ladder(1.0), analytic=1.5))
    for name in ("difference − numeric", "rounding of the difference", "error bar: 1e-12", "gradient − numeric: 0.5"):
        assert name in words
    assert "gradient" not in said(picture(ladder(1.0)))  # it agrees to the last bit


@pytest.mark.parametrize(
    "steps",
    [(), ladder(1.0, levels=1), (Step(math.nan, 1, 1),) * 3, (Step(0.1, math.nan, 1),) * 3, (Step(0.0, 2, 1),) * 3],
)
def test_too_few_steps_are_not_drawn(steps):
    assert picture(steps) == ""
