"""The cases that gradient checkers are compared on say the truth, and the page says what was answered."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent.parent))  # last, so that an installed chainrule stays the one that is tested

from autograd.gradcheck import Check, GradcheckReport, TensorReport, Verdict
from benchmarks.checkers import child, page, run
from benchmarks.checkers.cases import CASES, Problem
from benchmarks.checkers.contestants import chainrule

ROOT = Path(__file__).parent.parent

# Wrong for what they do, not for the values that they return at the first call.
MISBEHAVING = {
    "cotangent_ignored",
    "cotangent_clipped",
    "cotangent_overwritten",
    "input_overwritten",
    "input_overwritten_backward",
    "values_of_the_last_call",
    "accumulated",
    "fresh_dropout",
    "faint_noise",
    "faint_noise_backward",
}
# What a function computes but for rounding, where it itself cannot be continued to complex arguments.
STAND_INS = {
    "float32_inside": np.sin,
    "float32_inside_off": np.sin,
    "float16_inside": np.exp,
    "modulus_near_0": lambda x: np.where(x.real > 0, x, -x),
    "modulus_near_1": lambda x: np.where(x.real > 1, x - 1, 1 - x),
    "near_the_edge_of_clip": lambda x: np.where(x.real < 1, x, 1),
    "near_a_jump": lambda x: 0 * x + 2,
    "near_a_branch_cut": lambda y, x: np.arctan(y / x),
    "not_a_number": lambda x: np.where(x.real < 0, 0, np.sqrt(x)),
}
IN_DOUBLE = {"hilbert_system", "linear_system", "log_determinant", "ripple"}
COMPLEX = [name for name, case in CASES.items() if case.make().inputs[0].dtype.kind == "c"]
SMOOTH = [name for name, case in CASES.items() if case.group != "kink" and name not in [*MISBEHAVING, *COMPLEX]]
KINKS = [name for name, case in CASES.items() if case.group == "kink"]
PEERS = {"torch": "main", "torch_fast": "main", "jax": "main", "hips": "hips"}


def cotangent(problem):
    output = np.asarray(problem.forward(*(x.copy() for x in problem.inputs)))
    return np.random.default_rng(5).standard_normal(output.shape).astype(output.dtype)


def claimed(problem, direction):
    """Return the claimed derivative of <g, f> along `direction`, with the sum of its terms' sizes."""
    with np.errstate(all="ignore"):
        gradients = problem.backward(cotangent(problem), *(x.copy() for x in problem.inputs))
    terms = np.concatenate([np.ravel(c * u) for c, u in zip(gradients, direction, strict=True)])
    return terms.sum(), np.abs(terms).sum()


def complex_step(name, problem, direction):
    """Return the derivative of <g, f> along `direction`, without any difference being taken."""
    h, forward = 1e-20, STAND_INS.get(name, problem.forward)
    # In extended precision but where there is no linear algebra for it, or where rounding to double is in the point.
    dtype = np.complex128 if name in IN_DOUBLE else np.clongdouble
    moved = [
        np.asarray(x, dtype) + np.asarray(u, dtype) * h * 1j for x, u in zip(problem.inputs, direction, strict=True)
    ]
    return float(np.sum(cotangent(problem) * np.asarray(forward(*moved)).imag) / h)


def directions(problem, number):
    """Return random directions, each of one input, in every entry of the size of that entry."""
    rng = np.random.default_rng(7)
    for position, x in enumerate(problem.inputs):
        for _ in range(number):
            direction = [np.zeros(other.shape) for other in problem.inputs]
            direction[position] = np.where(x == 0, 1.0, np.abs(x)).astype(float) * rng.standard_normal(x.shape)
            yield direction


@pytest.mark.parametrize("name", SMOOTH)
def test_a_smooth_gradient_is_what_the_case_says(name):
    problem, tolerance = CASES[name].make(), 1e-3 if name == "expanded_polynomial" else 2e-9
    problem = problem._replace(inputs=tuple(x.astype(float) for x in problem.inputs))
    for direction in directions(problem, 2):
        claim, size = claimed(problem, direction)
        expected = complex_step(name, problem, direction)
        if not (np.isfinite(claim) and abs(claim - expected) <= tolerance * max(size, abs(expected))):
            assert CASES[name].truth == "reject"
            return
    assert CASES[name].truth == "accept"


@pytest.mark.parametrize("name", COMPLEX)
def test_a_gradient_of_complex_numbers_is_what_the_case_says(name):
    problem, h = CASES[name].make(), 1e-6
    (z,), g = problem.inputs, cotangent(problem)
    (gradient,) = problem.backward(g, z.copy())
    for direction in np.random.default_rng(3).standard_normal((4, z.size, 2)) @ [1, 1j]:
        numeric = np.sum(g * (problem.forward(z + h * direction) - problem.forward(z - h * direction))) / (2 * h)
        agrees = np.sum(gradient * direction).real == pytest.approx(numeric.real, rel=1e-7)
        assert agrees == (CASES[name].truth == "accept")


def gradients_nearby(problem, radius=1e-6, h=1e-9):
    """Yield the gradients of <g, f> at points around a kink, where they are finite."""
    (x,), g, rng = problem.inputs, cotangent(problem), np.random.default_rng(2)
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    for _ in range(60 if x.size > 10 else 3000):
        near = x + radius * rng.standard_normal(x.shape)
        with np.errstate(all="ignore"):
            slopes = [np.sum(g * (problem.forward(near + s) - problem.forward(near - s))) / (2 * h) for s in steps]
        if np.all(np.isfinite(slopes)):
            yield slopes


@pytest.mark.parametrize("name", KINKS)
def test_a_gradient_at_a_kink_is_valid_if_it_is_in_the_hull_of_those_nearby(name):
    problem, valid = CASES[name].make(), CASES[name].truth == "accept"
    (x,) = problem.inputs
    with np.errstate(all="ignore"):
        (gradient,) = problem.backward(cotangent(problem), x.copy())
    gradient = np.ravel(gradient)
    nearby = [slopes for slopes in gradients_nearby(problem) if max(map(abs, slopes)) < 1e7]
    if np.any(np.isnan(gradient)):
        assert not valid
    elif np.any(np.isinf(gradient)):
        assert valid
        assert np.min(np.sign(gradient) * nearby) > 100
    else:
        rng = np.random.default_rng(4)
        unit = np.concatenate([np.eye(x.size), -np.eye(x.size), rng.standard_normal((2000, x.size))])
        furthest = np.max(unit @ np.transpose(nearby), axis=1)  # how far the hull reaches in each direction
        assert np.all(unit @ gradient <= furthest + 1e-3 * np.linalg.norm(unit, axis=1)) == valid


@pytest.mark.parametrize("name", [name for name in KINKS if name != "one_zero_of_many_and_a_mistake"])
def test_around_a_kink_the_claimed_gradient_is_right(name):
    problem, g, h, rng = CASES[name].make(), cotangent(CASES[name].make()), 1e-6, np.random.default_rng(6)
    (x,) = problem.inputs
    for _ in range(5):
        near = x + 0.1 * np.abs(rng.standard_normal(x.shape))  # upwards, where the square root is defined
        (gradient,) = problem.backward(g, near.copy())
        for entry, step in enumerate(h * np.eye(x.size).reshape(x.size, *x.shape)):
            numeric = np.sum(g * (problem.forward(near + step) - problem.forward(near - step))) / (2 * h)
            assert np.ravel(gradient)[entry] == pytest.approx(numeric, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_made_anew_and_its_gradients_are_of_the_inputs_shapes(name):
    first, second = CASES[name].make(), CASES[name].make()
    assert all(np.array_equal(a, b) and a is not b for a, b in zip(first.inputs, second.inputs, strict=True))
    with np.errstate(all="ignore"):
        output = np.asarray(first.forward(*(x.copy() for x in first.inputs)))
        gradients = first.backward(np.ones_like(output), *(x.copy() for x in first.inputs))
    assert [np.shape(g) for g in gradients] == [x.shape for x in first.inputs]
    assert [np.asarray(g).dtype for g in gradients] == [x.dtype for x in first.inputs]


def test_there_are_cases_of_every_group_and_no_title_twice():
    assert len(CASES) >= 80
    assert len({case.title for case in CASES.values()}) == len(CASES)
    assert {(case.group, case.truth) for case in CASES.values()} == {
        ("right", "accept"),
        ("hard", "accept"),
        ("wrong", "reject"),
        ("kink", "accept"),
        ("kink", "reject"),
    }


def test_ours_is_asked_for_its_verdict():
    assert chainrule.check(CASES["matrix_product"].make(), 0).answer == "accept"
    assert chainrule.check(CASES["not_transposed"].make(), 0).answer == "reject"
    assert chainrule.check(CASES["relu_0"].make(), 0).answer == "accept"
    assert chainrule.check(CASES["relu_2"].make(), 0).answer == "reject"


def test_ours_may_say_that_it_cannot_tell(monkeypatch):
    check = Check((0,), 1.0, 2.0, 3.0, Verdict.CANNOT_TELL, "the error bar is too long")
    report = GradcheckReport((TensorReport("x0", (1,), "float64", (check,)),), (), 9, 0)
    monkeypatch.setattr(chainrule, "gradcheck", lambda *arguments, **options: report)
    answer = chainrule.check(CASES["sine"].make(), 0)
    assert answer.answer == "none"
    assert answer.detail == "CANNOT-TELL; x0[0]: 1, numerically 2 ± 3e+00; the error bar is too long"


def test_another_exception_is_an_error_and_calls_are_counted():
    def check(problem: Problem, seed: int):
        problem.forward(*problem.inputs)
        problem.forward(*problem.inputs)
        raise LookupError("no\nmore")

    answer = child.run(check, "sine", 0)
    assert answer["answer"] == "error"
    assert answer["detail"] == "LookupError: no"
    assert answer["calls"] == 2


def test_a_process_that_does_not_answer_in_time_is_started_anew():
    with run.CheckingProcess("chainrule", sys.executable) as process:
        assert process.check("large_jacobian", 0, limit=0.001)["detail"] == "no answer in 0 s"
        assert process.check("twice", 0)["answer"] == "reject"


@pytest.mark.parametrize("contestant", PEERS)
def test_a_peer_is_given_the_function_and_the_gradient(contestant):
    environment = ROOT / "benchmarks" / ".peers" / PEERS[contestant]
    if not (environment / "made-of").exists():
        pytest.skip("its environment is made by `make bench`")
    with run.CheckingProcess(contestant, str(environment / "bin" / "python")) as process:
        rights = ["sine", "matrix_product", "complex_exponential", "squared_modulus", "fourier_transform"]
        assert [process.check(name, 0)["answer"] for name in rights] == ["accept"] * len(rights)
        wrongs = ["twice", "not_transposed", "imaginary_part_dropped", "conjugated"]
        assert [process.check(name, 0)["answer"] for name in wrongs] == ["reject"] * len(wrongs)


@pytest.fixture
def results():
    """Return made-up results: a loss, a case that nobody can tell, and a kink at which PyTorch raises something."""

    def case(title, group, truth, ours, theirs):
        answers = {"chainrule": {"answers": ours, "detail": "|why|"}, "torch": {"answers": theirs, "detail": "`oops`"}}
        return {"title": title, "group": group, "truth": truth, "answers": answers}

    return {
        "versions": {"chainrule": "0.1", "torch": "2.13"},
        "seeds": 2,
        "limit": 60.0,
        "cases": {
            "a": case("sin", "right", "accept", ["accept", "accept"], ["accept", "accept"]),
            "b": case("|x| near 0", "hard", "accept", ["accept", "accept"], ["accept", "reject"]),
            "c": case("twice", "wrong", "reject", ["accept", "reject"], ["reject", "reject"]),
            "d": case("flat", "wrong", "reject", ["none", "none"], ["accept", "accept"]),
            "e": case("tie", "kink", "accept", ["accept", "accept"], ["error", "error"]),
        },
        "costs": {
            "chainrule fast": {"answer": "RIGHT", "calls": 45, "seconds": 0.25},
            "torch_fast": {"answer": "accept", "calls": 1234, "seconds": 3.5},
        },
    }


@pytest.mark.parametrize(
    ("truth", "answer", "expected"),
    [
        ("accept", "accept", "right"),
        ("accept", "reject", "false alarm"),
        ("reject", "reject", "right"),
        ("reject", "accept", "accepted"),
        ("reject", "none", "none"),
        ("reject", "error", "error"),
    ],
)
def test_what_an_answer_is_worth(truth, answer, expected):
    assert page.outcome(truth, answer) == expected


def test_a_case_counts_as_the_gravest_of_its_answers(results):
    assert page.outcome_of(results["cases"]["c"], "chainrule") == "accepted"
    assert page.outcome_of(results["cases"]["b"], "torch") == "false alarm"
    assert page.outcome_of(results["cases"]["d"], "chainrule") == "none"


def test_the_page_counts_and_says_losses_in_words(results):
    lines = page.section(results).splitlines()
    assert lines[0] == "## Gradient checkers"
    ours, theirs = (next(line for line in lines if line.startswith(f"| {name} ")) for name in ("chainrule", "PyTorch"))
    assert ours == "| chainrule | 3 of 5 | 1 of 1 | 1 of 1 | 0 of 2 | 1 of 1 | 0 of 3 | 1 of 2 | 1 | 0 |"
    assert theirs == "| PyTorch | 2 of 5 | 1 of 1 | 0 of 1 | 1 of 2 | 0 of 1 | 1 of 3 | 1 of 2 | 0 | 1 |"
    assert "chainrule is not right, and another checker is, in 1 case:" in lines
    assert "- twice. chainrule accepts it, and should not. Right: PyTorch." in lines
    assert r"| \|x\| near 0 | ✓ | false alarm, right 1 of 2 |" in lines
    assert "| tie | valid | ✓ | error |" in lines
    assert "- PyTorch, tie: `'oops'`" in lines
    assert "| PyTorch, `fast_mode` | accept | 1,234 | 3.50 |" in lines
    assert "| chainrule, `mode='fast'` | RIGHT | 45 | 0.25 |" in lines
