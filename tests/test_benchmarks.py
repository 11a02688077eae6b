"""The benchmarks still measure what they say: the works agree with those written by hand, and the report renders."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent.parent))  # last, so that an installed chainrule stays the one that is tested

from benchmarks import processes, report, speed, speed_pages, works

ROOT = Path(__file__).parent.parent


def entry(ratio, seconds=1e-3):
    return {
        "seconds": seconds,
        "ratio": ratio,
        "low": 0.9 * ratio,
        "high": 1.1 * ratio,
        "cores": 1.0,
        "others": 0.02,
        "rounds": 9,
    }


@pytest.fixture
def results():
    """Return made-up results: PyTorch ahead of chainrule in one work and behind in the other, JAX ahead in one."""
    tiny = {"numpy": entry(1), "chainrule": entry(2, 2e-3), "torch": entry(8), "jax": entry(1)}
    large = {"numpy": entry(1), "chainrule": entry(1.5, 1.5e-3), "torch": entry(1), "hips": entry(1.52)}
    times = {"mlp-tiny": {"1": tiny, "2": tiny}, "mlp-large": {"1": large, "2": large}}
    return {
        "versions": {"numpy": "2.4", "chainrule": "0.1", "torch": "2.13", "jax": "0.10", "hips": "1.9"},
        "times": times,
    }


@pytest.mark.parametrize("name", works.WORKS)
def test_our_work_agrees_with_the_one_written_by_hand(name):
    work = works.WORKS[name]
    expected = work.prepare(works.YARDSTICK).answer()
    works.require_agreement(name, "chainrule", work.prepare("chainrule").answer(), expected)


@pytest.mark.parametrize("name", works.WORKS)
def test_the_work_written_by_hand_can_be_run_again(name):
    task = works.WORKS[name].prepare(works.YARDSTICK)
    first, second = task.answer(), task.answer()
    if name.startswith("mlp"):  # steps on the same batch: the losses fall
        assert np.all(np.diff(np.concatenate([first[0], second[0]])) < 0)
    else:
        for before, again in zip(first, second, strict=True):
            np.testing.assert_array_equal(again, before)


@pytest.mark.parametrize(
    "wrong",
    [[np.full(3, 1.001)], [np.ones(3, np.float32)], [np.ones((3, 1))], [np.array([1, 1, np.nan])], []],
    ids=["value", "dtype", "shape", "not a number", "number of arrays"],
)
def test_a_wrong_answer_is_an_error(wrong):
    with pytest.raises(ValueError, match="torch on scalars"):
        works.require_agreement("scalars", "torch", wrong, [np.ones(3)])


def test_a_measuring_process_checks_and_times_its_contestant():
    with processes.MeasuringProcess(sys.executable, ["chainrule"], threads=1) as process:
        assert process.versions.keys() == {"numpy", "chainrule"}
        assert process.prepare("scalars") == ["numpy", "chainrule"]
        taken = process.round(0)
        assert all(seconds > 0 for seconds, _ in taken.values())
        with pytest.raises(RuntimeError, match="KeyError"):
            process.prepare("no such work")


def test_the_ratio_is_taken_within_a_round():
    slow_machine = {"chainrule": (4.0, 4.0), "numpy": (2.0, 2.0)}
    fast_machine = {"chainrule": (2.0, 2.0), "numpy": (1.0, 1.0)}
    summary = speed.summarise("chainrule", [slow_machine, fast_machine, slow_machine])
    assert summary["ratio"] == summary["low"] == summary["high"] == 2
    assert summary["seconds"] == 4


def test_everyone_who_takes_part_has_a_title_a_mark_and_a_pinned_version():
    contestants = {name for work in works.WORKS.values() for name in work.contestants} - {works.YARDSTICK}
    assert contestants == {"chainrule", *speed.PEERS} == set(speed_pages.TITLES) == set(speed_pages.MARKS)
    pins = {name: requirements(name) for name in ("main", "hips")}
    assert {"torch", "mygrad", "jax", "micrograd"} <= pins["main"].keys()
    assert "autograd" in pins["hips"]
    assert "autograd" not in pins["main"]
    assert pins["main"]["numpy"] == pins["hips"]["numpy"]


def requirements(name):
    lines = (ROOT / "benchmarks" / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return dict(re.fullmatch(r"([\w-]+)==([\d.]+)", line).groups() for line in lines)


def test_losses_are_said_in_words_and_only_a_lead_is_bold(results):
    tiny, large = speed_pages.table(results["times"], "1").splitlines()[2:]
    assert "| **2.00** |" in tiny
    assert tiny.endswith("| JAX (compiled), 2.0× as fast |")
    assert "| 1.50 |" in large
    assert large.endswith("| PyTorch, 1.5× as fast (level: HIPS autograd) |")


def test_the_report_is_written_from_stored_results(results, tmp_path):
    pytest.importorskip("matplotlib", reason="the report has pictures; pip install 'chainrule[plot]'")
    report.store("speed", results, tmp_path)
    stored = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert stored["results"] == results
    report.write(tmp_path, tmp_path / "RESULTS.md")
    page = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert page.startswith("# Results\n")
    assert stored["machine"]["processor"] in page
    assert "chainrule leads all eager peers in 1 of 2 works." in page
    assert "PyTorch is faster than chainrule in 1 of its 2 works: MLP 784-512-512-10, batch 128, step." in page
    assert "HIPS autograd 1.9" in page
    assert "{" not in page
    assert "<svg" in (tmp_path / "speed.svg").read_text(encoding="utf-8")
