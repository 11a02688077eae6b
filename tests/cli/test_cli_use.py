"""Using a run: ``chainrule predict``, ``chainrule check``, and the usage itself."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

import autograd
from nn.cli import main
from nn.data import load_digits
from nn.training import load_run


@pytest.fixture(scope="module")
def iris(tmp_path_factory):
    """Train on a table of three flowers, once for all tests; return the folder of the run and the table."""
    folder = tmp_path_factory.mktemp("iris")
    rng = np.random.default_rng(0)
    lines = ["sepal,petal,species"]
    for i in range(90):
        a, b = rng.normal(size=2) * 0.3 + [(0, 0), (3, 0), (0, 3)][i % 3]
        lines.append(f"{a:.4f},{b:.4f},{['setosa', 'versi,color', 'virginica'][i % 3]!r}".replace("'", '"'))
    (folder / "iris.csv").write_text("\n".join(lines) + "\n")
    arguments = ["--hidden", "6", "--epochs", "30", "--batch-size", "8", "--quiet", "--out", str(folder / "run")]
    assert main(["train", "--data", str(folder / "iris.csv"), *arguments]) == 0
    return folder / "run", folder / "iris.csv"


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("digits") / "run"
    assert main(["train", "--hidden", "32", "--epochs", "10", "--quiet", "--out", str(folder)]) == 0
    return folder


def rows(text):
    return list(csv.reader(io.StringIO(text)))


# ------------------------------------------------------------------------------------------------ predict


def test_predictions_name_the_class_and_the_probability_of_each(iris, capsys):
    run, data = iris
    assert main(["predict", str(run), str(data)]) == 0
    out, err = capsys.readouterr()
    header, *lines = rows(out)
    assert header == ["row", "predicted", "p(setosa)", "p(versi,color)", "p(virginica)"]
    assert [int(line[0]) for line in lines] == list(range(90))
    chances = np.array([line[2:] for line in lines], float)
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=2e-6)
    assert [line[1] for line in lines] == [header[2 + i][2:-1] for i in chances.argmax(axis=1)]
    correct = sum(line[1] == ["setosa", "versi,color", "virginica"][i % 3] for i, line in enumerate(lines))
    assert err == f"Accuracy: {correct / 90:.2%} ({correct} of 90)\n"
    assert correct > 80


def test_the_standardisation_of_the_training_is_applied(iris, capsys):
    run, data = iris
    trained = load_run(run)
    x = np.genfromtxt(data, delimiter=",", skip_header=1, usecols=(0, 1))
    logits = trained.model((x - trained.config.standardizer.mean) / trained.config.standardizer.scale).data
    main(["predict", str(run), str(data)])
    chances = np.array([line[2:] for line in rows(capsys.readouterr().out)[1:]], float)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(chances, expected, atol=2e-6)


def test_data_without_labels_are_classified_without_an_accuracy(iris, tmp_path, capsys):
    (tmp_path / "new.csv").write_text("petal,sepal\n0.1,3.1\n")
    assert main(["predict", str(iris[0]), str(tmp_path / "new.csv")]) == 0
    out, err = capsys.readouterr()
    assert rows(out)[1][:2] == ["0", "versi,color"]
    assert err == ""


def test_predictions_are_written_to_a_file_that_is_new(iris, tmp_path, capsys):
    arguments = ["predict", str(iris[0]), str(iris[1]), "--out", str(tmp_path / "p.csv")]
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert f"Written to {tmp_path / 'p.csv'}: 90 predictions\n" in err
    assert len(rows((tmp_path / "p.csv").read_text())) == 91
    assert main(arguments) == 2
    assert capsys.readouterr().err == (
        f"chainrule: {tmp_path / 'p.csv'}: exists and is not overwritten; choose another name or delete it\n"
    )


def test_the_digits_can_be_predicted_by_name(digits, capsys):
    assert main(["predict", str(digits), "digits"]) == 0
    out, err = capsys.readouterr()
    assert len(rows(out)) == 1798
    assert err.startswith("Accuracy: 9")


def test_an_archive_of_images_is_predicted(digits, tmp_path, capsys):
    data = load_digits()
    np.savez(tmp_path / "new.npz", x=data.x[:5].reshape(5, 8, 8))
    assert main(["predict", str(digits), str(tmp_path / "new.npz")]) == 0
    assert [line[1] for line in rows(capsys.readouterr().out)[1:]] == [str(label) for label in data.y[:5]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b,c,d\n1,2,3,4\n", "has 4 columns where the model needs 2, or 3 with the labels"),
        ("sepal,petal\n1,x\n", "line 2, column 'petal' holds 'x', which is not a number"),
        ("sepal,petal,species\n1,2,cow\n", "the label 'cow' is no class of the model"),
        ("sepal,species\n1,setosa\n", "has no column 'petal'"),
        ("", "the file is empty"),
    ],
)
def test_data_that_do_not_fit_are_told_in_one_sentence(iris, tmp_path, capsys, content, message):
    (tmp_path / "new.csv").write_text(content)
    assert main(["predict", str(iris[0]), str(tmp_path / "new.csv")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"chainrule: {tmp_path / 'new.csv'}: ")
    assert message in err
    assert err.count("\n") == 1


def test_the_digits_do_not_fit_a_model_of_flowers(iris, capsys):
    assert main(["predict", str(iris[0]), "digits"]) == 2
    err = capsys.readouterr().err
    assert "64 features" in err
    assert "which needs 2" in err


@pytest.mark.parametrize("arguments", [["predict", "RUN", "digits"], ["check", "RUN"]])
def test_a_reader_that_has_gone_ends_it_quietly(digits, arguments):
    command = [sys.executable, "-m", "nn.cli", *(str(digits) if word == "RUN" else word for word in arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 141
    assert "Broken pipe" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["predict", "check"])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda run: (run / "model.safetensors").unlink(), "model.safetensors: cannot be read: No such file"),
        (lambda run: (run / "config.json").unlink(), "is not a run folder, it has no config.json"),
        (lambda run: (run / "config.json").write_text("{"), "config.json: is damaged"),
        (lambda run: (run / "model.safetensors").write_bytes(b"\x80\x04K\x01."), "refusing to unpickle"),
        (lambda run: run.rename(run.with_name("gone")), "no such run folder"),
    ],
)
def test_a_damaged_run_is_told_in_one_sentence(iris, tmp_path, capsys, command, damage, message):
    run = tmp_path / "run"
    run.mkdir()
    for name in ("config.json", "model.safetensors"):
        (run / name).write_bytes((iris[0] / name).read_bytes())
    damage(run)
    assert main([command, str(run), *([str(iris[1])] if command == "predict" else [])]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"chainrule: {run}")
    assert message in err
    assert err.count("\n") == 1


# ------------------------------------------------------------------------------------------------ check


def test_the_gradients_of_a_trained_model_are_verified_on_its_own_data(iris, digits, capsys):
    assert main(["check", str(iris[0])]) == 0
    assert "2.bias" in capsys.readouterr().out
    assert main(["check", str(digits)]) == 0
    assert "0.weight" in capsys.readouterr().out


def test_a_check_repeats_itself(iris, capsys):
    tables = [(main(["check", str(iris[0])]), capsys.readouterr().out) for _ in range(2)]
    assert tables[0] == tables[1]


def test_other_data_can_be_named(iris, tmp_path):
    (tmp_path / "few.csv").write_text("sepal,petal,species\n1,2,setosa\n0,3,virginica\n")
    assert main(["check", str(iris[0]), "--data", str(tmp_path / "few.csv")]) == 0


def test_a_wrong_gradient_is_exit_code_1(iris, monkeypatch, capsys):
    class Wrong:
        def __bool__(self):
            return False

        def __str__(self):
            return "0.weight WRONG"

    monkeypatch.setattr(autograd, "gradcheck", lambda *args, **options: Wrong())
    assert main(["check", str(iris[0])]) == 1
    assert capsys.readouterr().out == "0.weight WRONG\n"


def test_data_without_labels_cannot_be_checked(iris, tmp_path, capsys):
    (tmp_path / "new.csv").write_text("sepal,petal\n1,2\n")
    assert main(["check", str(iris[0]), "--data", str(tmp_path / "new.csv")]) == 2
    assert "has no labels, which a loss needs" in capsys.readouterr().err


def test_data_that_are_gone_are_named(iris, tmp_path, capsys):
    run = tmp_path / "run"
    run.mkdir()
    (run / "model.safetensors").write_bytes((iris[0] / "model.safetensors").read_bytes())
    config = json.loads((iris[0] / "config.json").read_text())
    config["data"]["file"] = "/nowhere/iris.csv"
    (run / "config.json").write_text(json.dumps(config))
    assert main(["check", str(run)]) == 2
    assert capsys.readouterr().err == (
        "chainrule: /nowhere/iris.csv: the data of this run are gone; name them, or others like them, with --data\n"
    )


# ------------------------------------------------------------------------------------------------ usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--hidden", "64,,x"],
            "--hidden: '64,,x' is not a list of layer sizes; write integers from 1 to 1000000 as 64,64, or none",
        ),
        (["--hidden", "0"], "--hidden: '0' is not a list of layer sizes"),
        (["--hidden", "1000001"], "--hidden: '1000001' is not a list"),
        (["--hidden", ""], "--hidden: '' is not a list"),
        (["--lr=-1"], "--lr: '-1' is not a finite number at least 0"),
        (["--lr", "nan"], "--lr: 'nan' is not a finite number"),
        (["--lr", "fast"], "--lr: 'fast' is not a finite number"),
        (["--momentum", "1"], "--momentum: '1' is not a finite number from 0 to below 1"),
        (["--weight-decay", "inf"], "--weight-decay: 'inf' is not"),
        (["--epochs", "0"], "--epochs: '0' is not a positive integer"),
        (["--epochs", "1.5"], "--epochs: '1.5' is not a positive integer"),
        (["--batch-size", "1_000"], "--batch-size: '1_000' is not a positive integer"),
        (["--patience", "-3"], "--patience: "),
        (["--seed", "-1"], "--seed: '-1' is not an integer from 0"),
        (["--validation", "0"], "--validation: '0' leaves no examples"),
        (["--test", "1"], "--test: '1' is not a finite number"),
        (["--activation", "swish"], "--activation: invalid choice: 'swish'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--target", "x"], "--target and --labels are for a file"),
    ],
)
def test_wrong_usage_is_told_in_one_sentence(arguments, message, capsys):
    assert main(["train", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"chainrule: {message}")
    assert err.count("\n") == 1


def test_fractions_that_leave_nothing_are_refused(capsys):
    assert main(["train", "--validation", "0.5", "--test", "0.5"]) == 2
    assert "validation=0.5 and test=0.5 do not fit" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["dance"], ["predict"], ["predict", "run"], ["check"]])
def test_an_incomplete_command_is_refused(arguments, capsys):
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("chainrule: ")
    assert "--help" in err


def test_the_version_is_the_packages(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"chainrule {autograd.__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["predict", "--help"], ["check", "--help"]])
def test_help_lists_the_exit_codes(arguments, capsys):
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "exit codes:" in out
    assert "130  interrupted" in out


def test_help_has_examples(capsys):
    main(["--help"])
    assert "chainrule train --data iris.csv --target species" in capsys.readouterr().out
