"""A sample of the mutation testing in `mutations`, and that it puts everything back."""

import numpy as np
import pytest

from autograd.gradcheck.verdict import Verdict
from autograd.ops import elementwise
from mutations.__main__ import drawn, miss, passes, shares, table
from mutations.campaign import Outcome, cases, check, run
from samples import TABLE
from sampling import real, row

MULTIPLY = [row(elementwise.multiply, real(2, 3), real(1, 3))]


@pytest.fixture(scope="module")
def outcomes():
    return [run(case) for case in drawn(count=40, seed=20261121, samples=TABLE[::12])]


def test_the_sample_has_many_mistakes_and_many_primitives(outcomes):
    assert len(outcomes) == 40
    assert len({outcome.case.mutation.mistake for outcome in outcomes}) >= 20
    assert len({outcome.case.primitive for outcome in outcomes}) >= 20


def test_every_mistake_is_detected(outcomes):
    assert [miss(outcome) for outcome in outcomes if not outcome.is_detected] == []


def test_the_operation_is_named(outcomes):
    assert [miss(outcome) for outcome in outcomes if not outcome.is_operation_named] == []


def test_the_mistake_is_named(outcomes):
    assert shares(outcomes)[2] >= 0.9, [miss(outcome) for outcome in outcomes if not outcome.is_mistake_named]


def test_the_right_operations_pass_the_same_check():
    for sample in [sample for sample in TABLE[::20] if list(cases([sample]))]:
        assert check(sample, np.float64, None, seed=0).verdict in (Verdict.RIGHT, Verdict.RIGHT_ABS), str(sample)


def test_everything_is_put_back():
    primitive = elementwise.multiply
    before = (primitive.vjps, primitive.asks, primitive.saves, primitive.differentiable, primitive.add_into)
    for case in drawn(count=3, primitive="multiply", samples=MULTIPLY):
        assert run(case).is_detected
    assert before == (primitive.vjps, primitive.asks, primitive.saves, primitive.differentiable, primitive.add_into)
    assert check(MULTIPLY[0], np.float64, None, seed=0).verdict is Verdict.RIGHT


def test_what_is_missed_fails_the_program():
    outcome = run(drawn(count=1, samples=MULTIPLY)[0])
    blind = Outcome(outcome.case, False, False, None, "")
    confused = Outcome(outcome.case, True, True, "something else", "text")
    assert passes([outcome] * 10)
    assert passes([outcome] * 9 + [confused])
    assert not passes([outcome] * 8 + [confused] * 2)
    assert not passes([outcome] * 99 + [blind])


def test_the_tables_count_by_mistake_and_primitive(outcomes):
    lines = table("mistake", outcomes, lambda case: case.mutation.mistake).splitlines()
    counts = [int(line.rsplit("%", 3)[0].split()[-2]) for line in lines[1:]]
    assert counts[-1] == sum(counts[:-1]) == 40
