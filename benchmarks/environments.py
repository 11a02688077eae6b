"""The peers' environments: one with HIPS autograd, whose package has the name of ours, one with libraries that draw and
one with all others.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
OURS = {"chainrule", "numpy"}  # these can be measured wherever the library is installed


def interpreters(contestants: Iterable[str]) -> dict[str, str]:
    """Return the Python interpreter for each contestant, in an environment that is made if it is missing.

    The running interpreter does for ourselves and for NumPy if no peer takes part.
    """
    contestants = list(contestants)
    if OURS.issuperset(contestants):
        return dict.fromkeys(contestants, sys.executable)
    names = {contestant: "hips" if contestant == "hips" else "main" for contestant in contestants}
    paths = {name: str(python(name)) for name in sorted(set(names.values()))}
    return {contestant: paths[name] for contestant, name in names.items()}


def python(name: str) -> Path:
    """Return the interpreter of the environment "main", "hips" or "drawing", made first if missing or out of date."""
    requirements = HERE / "requirements" / f"{name}.txt"
    folder = HERE / ".peers" / name
    interpreter = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    installed = ["-r", str(requirements)]
    if name != "hips":
        installed += ["--editable", str(ROOT)]
    stamp, wanted = folder / "made-of", _ingredients(requirements)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"making the environment {folder.relative_to(ROOT)} ...", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *installed], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return interpreter


def _ingredients(requirements: Path) -> str:
    """Return all that an environment depends on, as text."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = "\n".join(sorted(project["dependencies"]))
    return f"Python {sys.version.split()[0]}\n{requirements.read_text(encoding='utf-8')}{own}\n"
