"""What the distribution promises about itself."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import autograd

ROOT = Path(__file__).parent.parent


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == autograd.__version__


def test_public_names_exist():
    for name in autograd.__all__:
        assert hasattr(autograd, name), name


def test_nn_refuses_an_autograd_that_another_distribution_wrote_over_ours(tmp_path):
    """Files of the other distribution replace those of the same name and leave the rest, as pip does."""
    for package in ("autograd", "nn"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "autograd" / "__init__.py").write_text("def grad(fun, argnum=0):\n    return fun\n")
    result = subprocess.run(
        [sys.executable, "-c", "import autograd, nn"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "ImportError" in result.stderr
    assert "another distribution" in result.stderr
    assert "pip uninstall autograd" in result.stderr


def test_importing_the_packages_imports_no_optional_library():
    optional = ("matplotlib", "pygraphviz", "safetensors", "scipy", "torch", "tqdm")
    code = f"import sys, nn, autograd; print(*(name for name in {optional} if name in sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


def test_the_changelog_has_a_section_for_what_is_not_released():
    assert re.search(r"^## \[Unreleased\]$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
