"""The notebooks run from top to bottom, print no warnings, and are kept without outputs."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PROJECT = Path(__file__).parent.parent
NOTEBOOKS = sorted(PROJECT.glob("notebooks/*.ipynb"))

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_all_notebooks_are_found():
    assert len(NOTEBOOKS) == 6


@each_notebook
@pytest.mark.filterwarnings("default")  # in this process they are Jupyter's own
def test_notebook_runs_and_prints_no_warnings(path, tmp_path, monkeypatch):
    pytest.importorskip("pygraphviz", reason="notebooks draw; pip install 'chainrule[draw]'")
    pytest.importorskip("matplotlib", reason="notebooks plot; pip install 'chainrule[plot]'")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))  # neither reads nor writes the user's own settings
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    printed = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert printed == []


@each_notebook
def test_notebook_is_kept_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    assert [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}


@each_notebook
def test_every_exercise_has_a_solution_that_is_hidden_and_is_run(path):
    cells = nbformat.read(path, as_version=4).cells
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", ()) if tag in ("exercise", "solution")]
    assert tags[::2] == ["exercise"] * (len(tags) // 2)
    assert tags[1::2] == ["solution"] * (len(tags) // 2)
    assert len(tags) >= 6
    solutions = [cell for cell in cells if "solution" in cell.metadata.get("tags", ())]
    assert all(cell.metadata.jupyter.source_hidden for cell in solutions)
