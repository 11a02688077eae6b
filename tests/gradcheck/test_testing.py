"""`assert_gradients`, as tests use it."""

import importlib
import itertools
import subprocess
import sys
import warnings

import numpy as np
import pytest

from autograd import AutogradError, Tensor, ops, primitive
from autograd.gradcheck.report import Check, Finding, GradcheckReport, TensorReport
from autograd.gradcheck.testing import CannotTellWarning, assert_gradients
from autograd.gradcheck.verdict import Verdict

X = np.array([0.3, -1.2])


def half_detached(x):
    return x * Tensor(x.data)


def drowned(x):
    return 1e12 + 1e-6 * x


def test_right_gradients_pass_and_the_report_is_returned():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = assert_gradients(np.sin, X, seed=7)
    assert report.verdict is Verdict.RIGHT
    assert report.seed == 7


def test_a_wrong_gradient_fails_with_the_whole_report():
    with pytest.raises(AssertionError, match="gradcheck WRONG") as raised:
        assert_gradients(half_detached, X, names=["angle"], seed=7)
    message = str(raised.value)
    assert "angle" in message
    assert "seed 7" in message
    assert "numeric" in message


def test_a_function_that_does_not_repeat_itself_fails():
    calls = itertools.count()
    with pytest.raises(AssertionError, match="NONDETERMINISTIC"):
        assert_gradients(lambda x: x * next(calls), X)


def test_a_kink_passes_inside_the_slopes_and_fails_outside():
    relu = primitive(lambda x: np.maximum(x, 0)).defvjp(lambda g: 2 * g)
    assert assert_gradients(ops.relu, np.array(0.0)).verdict is Verdict.NONSMOOTH
    with pytest.raises(AssertionError, match="outside"):
        assert_gradients(relu, np.array(0.0))


def test_what_cannot_be_told_is_a_warning_that_points_to_the_test():
    with pytest.warns(CannotTellWarning, match=r"cannot tell .* 'x0' .*\(seed 7;") as caught:
        report = assert_gradients(drowned, np.array(1.0), seed=7)
    assert report.verdict is Verdict.CANNOT_TELL
    assert [warning.filename for warning in caught] == [__file__]


def test_what_cannot_be_told_is_a_failure_if_strict():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(AssertionError, match="CANNOT-TELL"):
            assert_gradients(drowned, np.array(1.0), strict=True)


def test_what_cannot_be_told_is_not_hidden_by_something_more_severe(monkeypatch):
    kink = Check(None, 0.0, 0.5, 0.5, Verdict.NONSMOOTH)
    noisy = Check(None, 1.0, 0.0, 4.0, Verdict.CANNOT_TELL, "rounding")
    tensors = tuple(TensorReport(name, (3,), "float64", (check,)) for name, check in [("k", kink), ("n", noisy)])
    second = GradcheckReport(tensors[1:], (Finding("precision", Verdict.CANNOT_TELL, "too coarse"),), 9, 5)
    report = GradcheckReport(tensors, (), 9, 5, higher=(second,))
    module = importlib.import_module("autograd.gradcheck.testing")  # `autograd.gradcheck` is the function
    monkeypatch.setattr(module, "gradcheck", lambda *args, **options: report)
    with pytest.warns(CannotTellWarning, match="of 'n' is right: rounding; .* of 'n' .*; too coarse .seed 5;"):
        assert assert_gradients(np.sin, X) is report


def test_options_and_errors_are_those_of_gradcheck():
    assert assert_gradients(np.sin, X, mode="fast").mode == "fast"
    with pytest.raises(AutogradError):
        assert_gradients(np.sin, np.array([1, 2]))


def test_an_interrupt_does_not_pass():
    calls = []

    def interrupted(x):
        calls.append(1)
        if len(calls) > 25:
            raise KeyboardInterrupt
        return np.sin(x)

    with pytest.raises(KeyboardInterrupt):
        assert_gradients(interrupted, np.linspace(0.1, 1, 50))


def test_pytest_shows_the_line_of_the_test_and_the_report(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import numpy as np\n"
        "from autograd import Tensor\n"
        "from autograd.gradcheck.testing import assert_gradients\n"
        "def test_it():\n"
        "    assert_gradients(lambda x: x * Tensor(x.data), np.ones(2))\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    printed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path).stdout
    assert "1 failed" in printed
    assert ">       assert_gradients(" in printed
    assert "AssertionError: gradcheck WRONG" in printed
    assert "report = gradcheck(" not in printed


def test_it_does_not_need_pytest():
    code = "import sys, autograd.gradcheck.testing; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
