"""The README's code runs, one block after another, and prints what the README says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```(python)?\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)

RUN = """
import contextlib, io, json, sys
printed = []
for code in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(code, 'example.py', 'exec'), globals())
    printed.append(output.getvalue())
print(json.dumps(printed))
"""


def comparable(text):
    """Return `text` without the digits of a gradient check's table, whose last ones differ between processors."""
    return re.sub(r"\s+", " ", re.sub(r"\[.*?\]|-?\d[\d.e+-]*", "#", text) if "gradcheck" in text else text).strip()


def test_every_block_prints_what_follows_it(tmp_path):
    pytest.importorskip("pygraphviz", reason="the first block draws; pip install 'chainrule[draw]'")
    codes = [code for language, code in BLOCKS if language]
    following = [text for (language, _), (_, text) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True) if language]
    command = [sys.executable, "-W", "error", "-c", RUN]
    result = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(README.parent), "PATH": ""},
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    for printed, expected in zip(json.loads(result.stdout), following, strict=True):
        assert not printed or comparable(printed) == comparable(expected)
    assert (tmp_path / "mlp.svg").read_text(encoding="utf-8").startswith("<?xml")
