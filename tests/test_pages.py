"""The code of the README and of the documentation runs, one block after another, and prints what the pages say."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PAGES = [PROJECT / "README.md", *sorted(PROJECT.glob("docs/*.md"))]

RUN = """
import contextlib, io, json, sys
printed = []
for code in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(code, 'example.py', 'exec'), globals())
    printed.append(output.getvalue())
print(json.dumps(printed))
"""


def blocks(page):
    """Return the code of each Python block of a page, and the text of the block after it, or an empty one."""
    found = re.findall(r"```(\w*)\n(.*?)```", page, flags=re.DOTALL)
    pairs = itertools.pairwise([*found, ("python", "")])
    return [(code, "" if after else text) for (language, code), (after, text) in pairs if language == "python"]


def comparable(text):
    """Return `text` without the digits of a gradient check's table, whose last ones differ between processors."""
    return re.sub(r"\s+", " ", re.sub(r"\[.*?\]|-?\d[\d.e+-]*", "#", text) if "gradcheck" in text else text).strip()


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```python" in page.read_text()], ids=lambda page: page.name
)
def test_every_block_prints_what_follows_it(page, tmp_path):
    pytest.importorskip("pygraphviz", reason="pages draw; pip install 'chainrule[draw]'")
    (tmp_path / "pictures").mkdir()
    codes, expected = zip(*blocks(page.read_text(encoding="utf-8")), strict=True)
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT), "PATH": ""},
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    for printed, said in zip(json.loads(result.stdout), expected, strict=True):
        assert not printed or comparable(printed) == comparable(said)
    for drawn in re.findall(r"save\(\"(.*?)\"\)|on_error\(\"(.*?)\"\)", "".join(codes)):
        path = tmp_path / "".join(drawn)
        assert not path.parent.exists() or path.read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_picture_and_page_that_is_linked_exists(page):
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)(.*?)\)", text) + re.findall(r'src="(?!https?:)(.*?)"', text)
    assert [link for link in links if not (page.parent / link.partition("#")[0]).exists()] == []


if __name__ == "__main__":  # `make pictures`: run the code of a page in this folder
    names = {"__name__": "example"}  # by which its lines are known as those of a program
    for code, _ in blocks(Path(sys.argv[1]).read_text(encoding="utf-8")):
        exec(compile(code, "example.py", "exec"), names)
