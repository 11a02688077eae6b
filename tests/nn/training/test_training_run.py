"""Run folders and architectures: made once, complete or not there, rebuilt exactly."""

import json

import numpy as np
import pytest

from autograd import CheckpointError
from nn.data import Standardizer
from nn.training import Architecture, load_run, save_weights
from nn.training.architecture import ACTIVATIONS
from nn.training.run import Config, Settings, Source, new_folder

SETTINGS = Settings(10, 8, 0.1, 0.9, 0.0, 0.1, 5, 0.2, 0.2, 0)


@pytest.fixture
def config():
    source = Source("pets", None, None, None, ("a", "b"), (2,), ("cat", "dog", "emu"), {"training": 6})
    standardizer = Standardizer.fit(np.array([[1.0, 0.1], [2.0, 0.7]]))
    return Config(source, standardizer, Architecture(2, (4,), "tanh", 3), SETTINGS, {"epochs": 3}, {"numpy": "2"})


@pytest.fixture
def folder(config, tmp_path):
    run = tmp_path / "pets-001"
    run.mkdir()
    (run / "config.json").write_text(config.to_json())
    save_weights(config.architecture.build(np.random.default_rng(1)), run / "model.safetensors")
    return run


def edit(folder, change):
    content = json.loads((folder / "config.json").read_text())
    change(content)
    (folder / "config.json").write_text(json.dumps(content))


def test_a_config_survives_json(config):
    back = Config.from_json(config.to_json())
    assert (back.source, back.architecture, back.settings) == (config.source, config.architecture, config.settings)
    np.testing.assert_array_equal(back.standardizer.scale, config.standardizer.scale)


def test_a_run_is_rebuilt_exactly(folder, config):
    run = load_run(folder)
    expected = config.architecture.build(np.random.default_rng(1)).state_dict()
    assert {name: value.tobytes() for name, value in run.model.state_dict().items()} == {
        name: value.tobytes() for name, value in expected.items()
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(format=9), "written by format 9, this reads up to 1"),
        (lambda c: c.pop("standardizer"), "'standardizer' is missing"),
        (lambda c: c["settings"].pop("lr"), "not of its kind"),
        (lambda c: c["data"].update(feature_names=["a"]), "architecture has 2 features but 1 are named"),
        (lambda c: c["data"].update(class_names=["a"]), "architecture has 3 classes but 1 are named"),
        (lambda c: c["standardizer"].update(mean=[0.0], scale=[1.0]), "standardizer has 1 features but 2"),
        (lambda c: c["architecture"].update(activation="exec"), "'exec' is not one of relu"),
        (lambda c: c["architecture"].update(hidden=[-4]), "not all positive"),
        (lambda c: c["architecture"].update(hidden=[True]), "not all positive"),
        (lambda c: c["architecture"].update(hidden=[5]), r"weights do not fit|shape"),
        (lambda c: c.update(data=3), "not of its kind"),
    ],
)
def test_a_damaged_config_is_refused(folder, change, message):
    edit(folder, change)
    with pytest.raises(CheckpointError, match=message):
        load_run(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "\udcff"])
def test_a_config_that_is_not_one_is_refused(folder, text):
    (folder / "config.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CheckpointError, match=r"config\.json: is damaged"):
        load_run(folder)


def test_what_is_not_a_run_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="no such run folder"):
        load_run(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match=r"is not a run folder, it has no config\.json"):
        load_run(tmp_path)


def test_a_run_that_did_not_finish_is_refused(folder):
    partial = folder.rename(folder.with_name("pets-001.partial"))
    with pytest.raises(CheckpointError, match="did not finish"):
        load_run(partial)


# ------------------------------------------------------------------------------------------------ making one


def make(out=None, name="pets"):
    with new_folder(out, name) as (partial, final):
        assert partial.is_dir()
        assert not final.exists()
        (partial / "file").touch()
    return final


def test_numbers_count_up(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [make().name for _ in range(3)] == ["pets-001", "pets-002", "pets-003"]
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["pets-001", "pets-002", "pets-003"]


def test_a_number_that_another_training_is_writing_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with new_folder(None, "pets") as (_, first), new_folder(None, "pets") as (_, second):
        pass
    assert (first.name, second.name) == ("pets-001", "pets-002")
    assert first.is_dir()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_no_folder(tmp_path, error):
    with pytest.raises(error), new_folder(tmp_path / "out", "pets"):
        raise error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_what_exists_is_never_overwritten(tmp_path, kind):
    out = tmp_path / "out"
    {"folder": out.mkdir, "file": out.touch, "dangling link": lambda: out.symlink_to("nowhere")}[kind]()
    with pytest.raises(FileExistsError, match="exists and is not overwritten"):
        make(out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_appears_meanwhile_is_never_overwritten(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(FileExistsError, match="exists and is not overwritten"), new_folder(out, "pets"):
        out.mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_training_left_is_named(tmp_path):
    (tmp_path / "out.partial").mkdir()
    with pytest.raises(FileExistsError, match=r"out\.partial: another training"):
        make(tmp_path / "out")


# ------------------------------------------------------------------------------------------------ architectures


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_weights_keep_the_signal_and_biases_are_zero(activation):
    model = Architecture(200, (200, 200, 200), activation, 10).build(np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(300, 200)).astype(np.float32)
    hidden = model[:-1](x).data
    assert 0.15 < hidden.std() < 3
    assert all(not p.data.any() for name, p in model.named_parameters() if name.endswith("bias"))


def test_the_first_layer_of_relu_has_hes_variance():
    weight = Architecture(400, (300,), "relu", 2).build(np.random.default_rng(0))[0].weight.data
    assert weight.var() * 400 == pytest.approx(2, rel=0.02)


def test_no_hidden_layer_is_softmax_regression():
    architecture = Architecture(4, (), "relu", 3)
    assert len(architecture.build(np.random.default_rng(0))) == 1
    assert str(architecture) == "4-3 softmax regression"


def test_an_architecture_survives_json():
    architecture = Architecture(4, (8, 5), "selu", 3)
    assert Architecture.from_dict(json.loads(json.dumps(architecture.to_dict()))) == architecture
