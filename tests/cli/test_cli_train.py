"""``chainrule train`` from end to end, on the digits and on tables of all kinds."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import autograd
import nn
from nn.cli import main
from nn.training import History, fit, load_run

FILES = {
    "model.safetensors",
    "config.json",
    "history.csv",
    "graph-first.svg",
    "graph.svg",
    "curves.svg",
    "confusion.svg",
    "gradcheck.txt",
    "report.html",
}


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Train on the digits with the default settings, once for all tests."""
    folder = tmp_path_factory.mktemp("digits")
    done = subprocess.run(
        [sys.executable, "-m", "nn.cli", "train", "--out", "run"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder / "run", done


@pytest.fixture
def table(tmp_path):
    """Write a table of three flowers, easy to tell apart, and return its path."""

    def write(names=("setosa", "versicolor", "virginica"), header="sepal,petal,species", name="iris.csv"):
        rng = np.random.default_rng(0)
        lines = [header] if header else []
        for i in range(90):
            a, b = rng.normal(size=2) * 0.3 + [(0, 0), (3, 0), (0, 3)][i % 3]
            lines.append(f"{a:.4f},{b:.4f},{names[i % 3]}")
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


QUICK = ["--hidden", "6", "--epochs", "4", "--batch-size", "16"]


class Page(HTMLParser):
    """Collects what a test wants to know of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "xlink:href", "action", "srcset", "data"):
                self.links.append(value)
            self.links += re.findall(r"url\(([^)]*)\)", value or "")
            assert not name.startswith("on")

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text += data


# ------------------------------------------------------------------------------------------------ the digits


def test_the_default_run_reaches_97_percent_and_writes_every_file(digits):
    folder, _ = digits
    assert {path.name for path in folder.iterdir()} == FILES
    results = json.loads((folder / "config.json").read_text())["results"]
    assert results["test_accuracy"] >= 0.97
    assert sorted(path.name for path in folder.parent.iterdir()) == ["run"]


def test_the_run_says_what_it_found(digits):
    folder, done = digits
    out = done.stdout
    assert "digits: 1797 examples, 64 features (8 x 8), 10 classes" in out
    assert "split: 1257 training, 270 validation, 270 test (seed 0)" in out
    assert "0.weight" in out
    assert "8,970" in out
    assert re.search(r"Test: 9\d\.\d\d% \(\d+ of 270\)", out)
    assert "predicted" in out
    assert "Written to run" in out
    assert "examples/s" in done.stderr
    assert (folder / "gradcheck.txt").read_text().strip() in re.sub(r"(?m)^  ", "", out)


def test_the_same_seed_gives_the_same_bytes(digits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--quiet"]) == 0
    again = tmp_path / "runs" / "digits-001"
    for file in FILES - {"report.html"}:
        assert (again / file).read_bytes() == (digits[0] / file).read_bytes(), file


def test_the_history_ends_when_patience_does(digits):
    history = History.from_csv((digits[0] / "history.csv").read_text())
    config = json.loads((digits[0] / "config.json").read_text())
    assert config["results"]["best_epoch"] == history.best.epoch
    assert len(history) in (history.best.epoch + config["settings"]["patience"], config["settings"]["epochs"])


def test_the_weights_and_scales_are_those_of_the_tested_network(digits):
    from nn.data import load_digits, train_validation_test_split

    run = load_run(digits[0])
    split = np.random.default_rng(np.random.SeedSequence(0).spawn(3)[0])
    train, _, test = train_validation_test_split(load_digits(), rng=split)
    np.testing.assert_allclose(run.config.standardizer.mean, train.x.mean(axis=0, dtype=float))
    logits = run.model(run.config.standardizer(test.x)).data
    assert np.mean(logits.argmax(axis=1) == test.y) == run.config.results["test_accuracy"]


def test_the_pictures_are_well_formed(digits):
    for name in ("graph-first", "graph", "curves", "confusion"):
        assert ET.parse(digits[0] / f"{name}.svg").getroot().tag.endswith("svg")


def test_the_page_needs_nothing_but_itself(digits):
    text = (digits[0] / "report.html").read_text()
    page = Page(text)
    assert all(link.startswith(("#", "'#", "data:image/png")) for link in page.links), page.links
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(page.tags)
    assert not re.search(r"https?:", text)
    assert "@import" not in text


def test_the_ids_of_the_pictures_do_not_clash_and_all_references_are_met(digits):
    page = Page((digits[0] / "report.html").read_text())
    assert len(page.ids) == len(set(page.ids)) > 0
    references = {link.strip("'\"")[1:] for link in page.links if link.strip("'\"").startswith("#")}
    assert references <= set(page.ids)


def test_the_page_shows_all_of_it(digits):
    page = Page((digits[0] / "report.html").read_text())
    assert page.tags.count("svg") == 4
    for part in ("Data", "Network", "Gradients", "Graph", "Training", "Test", "Mistakes", "History", "Reproduce"):
        assert part in page.text
    assert (digits[0] / "gradcheck.txt").read_text().strip() in page.text
    assert "chainrule train --hidden 64,64 --activation relu --epochs 100" in page.text


def test_the_graphs_show_the_gradients_of_the_first_epoch_and_of_the_weights_that_are_kept(digits):
    page = Page((digits[0] / "report.html").read_text())
    best = json.loads((digits[0] / "config.json").read_text())["results"]["best_epoch"]
    for caption in ("After epoch 1", f"After epoch {best}, whose weights are kept"):
        assert caption in page.text
    first, kept = ((digits[0] / f"{name}.svg").read_text() for name in ("graph-first", "graph"))
    assert first != kept
    assert "∂" in first
    assert "∂" in kept


def test_the_page_says_how_the_gradients_changed(digits):
    """The gradients of the kept weights, computed here by `backward`; the batch is the first 64 examples."""
    from nn.data import load_digits, train_validation_test_split

    run = load_run(digits[0])
    split = np.random.default_rng(np.random.SeedSequence(0).spawn(3)[0])
    train = train_validation_test_split(load_digits(), rng=split)[0]
    size = min(run.config.settings.batch_size, 64)
    loss = nn.CrossEntropyLoss(label_smoothing=run.config.settings.label_smoothing)
    loss(run.model(run.config.standardizer(train.x[:size])), train.y[:size]).backward()
    median = np.median([np.sqrt(np.mean(np.square(p.grad, dtype=float))) for p in run.model.parameters()])
    text = Page((digits[0] / "report.html").read_text()).text
    changed = re.search(r"From epoch 1 to epoch \d+ the median rms .* went from (\S+) to (\S+)\.(?!\d)", text)
    assert float(changed[2]) == pytest.approx(median, rel=0.06)
    assert float(changed[1]) != float(changed[2])


def test_the_graphs_have_their_own_dark_colours(digits):
    text = (digits[0] / "report.html").read_text()
    assert text.count("<style>@media (prefers-color-scheme:dark){.chainrule .") == 2
    assert "invert(" not in text


def test_drawing_during_the_training_changes_nothing(table, tmp_path, monkeypatch):
    def fit_before_drawing(*args, on_epoch, **options):
        history = fit(*args, **options)
        on_epoch(next(iter(history)))
        return history

    options = ["train", "--data", str(table()), *QUICK, "--quiet", "--out"]
    assert main([*options, str(tmp_path / "a")]) == 0
    monkeypatch.setattr("nn.cli.train.fit", fit_before_drawing)
    assert main([*options, str(tmp_path / "b")]) == 0
    for file in ("model.safetensors", "history.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert (tmp_path / "a/graph-first.svg").read_bytes() != (tmp_path / "b/graph-first.svg").read_bytes()


def test_the_command_on_the_page_repeats_the_run(digits, tmp_path, monkeypatch):
    text = Page((digits[0] / "report.html").read_text()).text
    words = re.search(r"chainrule (train .*--seed \d+)", text)[1].split()
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--quiet", "--out", "again"]) == 0
    assert (tmp_path / "again/model.safetensors").read_bytes() == (digits[0] / "model.safetensors").read_bytes()


# ------------------------------------------------------------------------------------------------ tables


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "leaky_relu", "elu", "selu"])
def test_every_activation_trains(table, tmp_path, activation, capsys):
    options = ["--activation", activation, "--out", str(tmp_path / "run"), "--epochs", "30"]
    assert main(["train", "--data", str(table()), "--hidden", "6", "--batch-size", "8", *options]) == 0
    assert "iris: 90 examples, 2 features, 3 classes" in capsys.readouterr().out
    assert load_run(tmp_path / "run").config.results["test_accuracy"] > 0.9


def test_softmax_regression_trains(table, tmp_path):
    assert (
        main(["train", "--data", str(table()), "--hidden", "none", "--epochs", "3", "--out", str(tmp_path / "r")]) == 0
    )
    assert len(load_run(tmp_path / "r").model) == 1


def test_quiet_says_only_where_the_results_are(table, tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["train", "--data", str(table()), *QUICK, "--quiet", "--out", str(out)]) == 0
    assert capsys.readouterr() == (f"Written to {out}, see {out / 'report.html'}\n", "")


def test_runs_of_a_file_are_numbered_under_its_name(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["train", "--data", str(table(name="my iris?.csv")), *QUICK, "--quiet"]) == 0
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["my-iris-001", "my-iris-002"]


def test_names_that_are_markup_stay_text(table, tmp_path):
    names = ("<script>alert(1)</script>", '"""><img src=x onerror=alert(1)>"', "a&b</pre>")
    data = table(names=names, header='<script>f</script>,"b""><svg onload=x>",kind', name="<b>x&.csv")
    assert main(["train", "--data", str(data), *QUICK, "--quiet", "--out", str(tmp_path / "run")]) == 0
    text = (tmp_path / "run/report.html").read_text()
    page = Page(text)  # refuses every on... attribute
    assert "script" not in page.tags
    assert not [link for link in page.links if link == "x"]
    assert "<script>alert(1)</script>" in page.text
    for name in ("graph-first", "graph", "curves", "confusion"):
        assert not [e for e in ET.parse(tmp_path / f"run/{name}.svg").iter() if e.tag.endswith("script")]


def test_the_target_may_be_a_name_or_an_index(table, tmp_path):
    path = table(header="")
    assert main(["train", "--data", str(path), "--target", "2", *QUICK, "--quiet", "--out", str(tmp_path / "a")]) == 0
    assert main(["train", "--data", str(path), "--target", "-1", *QUICK, "--quiet", "--out", str(tmp_path / "b")]) == 0
    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()


def test_without_a_layout_engine_the_graph_is_written_as_text(table, tmp_path, monkeypatch, capsys):
    draw = autograd.draw

    class NoEngine:
        def __init__(self, drawing):
            self.drawing = drawing

        @property
        def model(self):
            return self.drawing.model

        def save(self, path):
            if str(path).endswith(".svg"):
                raise autograd.AutogradError("no layout engine is installed; pip install 'chainrule[draw]'")
            self.drawing.save(path)

    monkeypatch.setattr(autograd, "draw", lambda *args, **names: NoEngine(draw(*args, **names)))
    assert main(["train", "--data", str(table()), *QUICK, "--quiet", "--out", str(tmp_path / "run")]) == 0
    assert "The graphs are in graph-first.dot and graph.dot" in capsys.readouterr().out
    pictures, texts = {"graph-first.svg", "graph.svg"}, {"graph-first.dot", "graph.dot"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES - pictures | texts
    page = (tmp_path / "run/report.html").read_text()
    assert all(name in page for name in texts)


# ------------------------------------------------------------------------------------------------ refusals


class WrongReport:
    def __bool__(self):
        return False

    def __str__(self):
        return "0.weight WRONG"


def test_with_a_wrong_gradient_there_is_no_training(table, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(autograd, "gradcheck", lambda *args, **options: WrongReport())
    assert main(["train", "--data", str(table()), *QUICK, "--quiet", "--out", str(tmp_path / "run")]) == 1
    out, err = capsys.readouterr()
    assert "0.weight WRONG" in out
    assert err == "chainrule: a gradient is wrong, see the table above; the network was not trained\n"
    assert [path.name for path in tmp_path.iterdir()] == ["iris.csv"]


def test_a_vjp_that_is_wrong_is_found_before_training(table, tmp_path, monkeypatch, capsys):
    wrong = autograd.primitive(lambda x: np.maximum(x, 0)).defvjp(lambda g, x: g * (x > 0) * 1.01)
    monkeypatch.setattr("nn.functional.relu", wrong)
    assert main(["train", "--data", str(table()), *QUICK, "--out", str(tmp_path / "run")]) == 1
    out, err = capsys.readouterr()
    assert "WRONG" in out
    assert err.startswith("chainrule: a gradient is wrong")
    assert not (tmp_path / "run").exists()


def test_a_training_that_diverges_writes_nothing(table, tmp_path, capsys):
    arguments = ["train", "--data", str(table()), *QUICK, "--lr", "1e38", "--quiet", "--out", str(tmp_path / "run")]
    assert main(arguments) == 3
    err = capsys.readouterr().err
    assert re.fullmatch(r"chainrule: training was stopped, nothing was written: fit: .*\n", err)
    assert [path.name for path in tmp_path.iterdir()] == ["iris.csv"]


def test_an_interruption_writes_nothing(table, tmp_path, monkeypatch, capsys):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("nn.cli.train.fit", interrupt)
    assert main(["train", "--data", str(table()), "--quiet", "--out", str(tmp_path / "run")]) == 130
    assert capsys.readouterr().err == "chainrule: interrupted, nothing was written\n"
    assert [path.name for path in tmp_path.iterdir()] == ["iris.csv"]


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_ctrl_c_in_the_middle_leaves_no_folder(tmp_path):
    command = [sys.executable, "-u", "-m", "nn.cli", "train", "--epochs", "100000", "--patience", "100000"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.stdout.readline() not in ("Training\n", ""):
        pass
    assert (tmp_path / "runs/digits-001.partial").is_dir()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("chainrule: interrupted, nothing was written\n")
    assert "Traceback" not in err
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_missing_matplotlib_is_said_before_anything_else(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["train"]) == 2
    assert capsys.readouterr() == (
        "",
        "chainrule: the report's pictures need matplotlib; install it with: pip install 'chainrule[all]'\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("", [], "the file is empty"),
        ("a,b,kind\n", [], "no line of data below the header"),
        (
            "a,b,kind\n1,2,x\n3,4,y\n",
            ["--target", "c"],
            "target 'c' is not a column; choose one among 'a', 'b', 'kind'",
        ),
        ("a,b,kind\n1,2,x\n3,?,y\n", [], "line 3, column 'b' holds '?', which is not a number"),
        ("a,b,kind\n1,nan,x\n3,4,y\n", [], "line 2, column 'b' holds 'nan', which is not a finite number"),
        ("a,b,kind\n1,,x\n3,4,y\n", [], "line 2, column 'b' is empty"),
        ("a,b,kind\n1,2,x\n3,4,x\n", [], "one class only"),
        ("a,b,kind\n1,2,x\n3,y\n", [], "line 3 has 2 cells where line 1 has 3"),
        ("a,b,kind\n1,2,x\n3,4,y\n", [], "part of 2 examples would be empty"),
        ("a,b,kind\n1,2,x\n3,4,y\n", ["--labels", "labels"], "labels= is for IDX files"),
        ("\x00\x00\x08\x03", [], "truncated"),
    ],
)
def test_bad_data_are_told_in_one_sentence(tmp_path, capsys, content, options, message):
    path = tmp_path / ("data.csv" if not content.startswith("\0") else "data-idx3-ubyte")
    path.write_text(content)
    assert main(["train", "--data", str(path), *options, "--out", str(tmp_path / "run")]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"chainrule: {path}: ") or "train_validation_test_split" in err
    assert message in err
    assert err.count("\n") == 1
    assert out == ""
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "run.partial").exists()


def test_a_pickle_is_refused(tmp_path, capsys):
    (tmp_path / "data.pkl").write_bytes(b"\x80\x04K\x01.")
    assert main(["train", "--data", str(tmp_path / "data.pkl")]) == 2
    assert "refusing to unpickle" in capsys.readouterr().err


def test_a_missing_file_is_named(capsys):
    assert main(["train", "--data", "nowhere.csv"]) == 2
    assert capsys.readouterr().err == "chainrule: nowhere.csv: no such file; check the path or fetch the data first\n"


def test_a_name_with_a_line_break_stays_in_one_line(capsys):
    assert main(["train", "--data", "no\nwhere.csv"]) == 2
    assert capsys.readouterr().err.startswith("chainrule: no where.csv: no such file")


def test_a_folder_that_exists_is_not_overwritten(tmp_path, capsys):
    assert main(["train", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"chainrule: {tmp_path}: exists and is not overwritten; choose another folder or delete it\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["train", "--out", str(tmp_path / "file" / "run")]) == 2
    assert capsys.readouterr().err == f"chainrule: {tmp_path / 'file'}: File exists\n"


def test_a_file_called_runs_is_told(table, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").touch()
    assert main(["train", "--data", str(table()), *QUICK]) == 2
    assert capsys.readouterr().err == "chainrule: runs: File exists\n"


def test_a_read_only_place_is_told(tmp_path, monkeypatch, capsys):
    def read_only(self, *args, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.mkdir", read_only)
    assert main(["train", "--out", str(tmp_path / "run")]) == 2
    assert capsys.readouterr().err == f"chainrule: {tmp_path}: Permission denied\n"


def test_a_disk_that_fills_up_leaves_no_folder(table, tmp_path, monkeypatch, capsys):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["train", "--data", str(table()), *QUICK, "--quiet", "--out", str(tmp_path / "run")]) == 2
    assert re.fullmatch(r"chainrule: .*model\.safetensors: No space left on device\n", capsys.readouterr().err)
    assert [path.name for path in tmp_path.iterdir()] == ["iris.csv"]


def test_too_large_a_network_is_told(table, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", str(table()), "--hidden", "1000000,1000000"]) == 2
    assert re.fullmatch(r"chainrule: there is not enough memory .*\n", capsys.readouterr().err)


def test_a_bug_of_the_program_is_not_hidden(table, tmp_path, monkeypatch):
    def bug(*args, **options):
        raise ZeroDivisionError

    monkeypatch.setattr("nn.cli.train.fit", bug)
    with pytest.raises(ZeroDivisionError):
        main(["train", "--data", str(table()), "--quiet", "--out", str(tmp_path / "run")])
    assert not (tmp_path / "run.partial").exists()


def test_the_history_is_a_table(digits):
    with (digits[0] / "history.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["epoch"]) for row in rows] == list(range(1, len(rows) + 1))
