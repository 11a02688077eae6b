"""Weights: saved whole or not at all, loaded only if they are what was saved."""

import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

import nn
from autograd import CheckpointError
from nn.training import checkpoint, load_weights, save_weights
from nn.training.atomic import write_atomically


@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(3, 4, rng=np.random.default_rng(0)), nn.ReLU(), nn.Linear(4, 2))


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "model.safetensors"
    save_weights(model, path)
    return path


def refuses(path, model, message):
    """Loading must fail with `message` and leave the model as it was."""
    before = {name: value.copy() for name, value in model.state_dict().items()}
    with pytest.raises(CheckpointError, match=message):
        load_weights(model, path)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def with_metadata(path, **changes):
    """Rewrite what the file says about itself, leaving the weights."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"]["chainrule"] = json.dumps({**json.loads(header["__metadata__"]["chainrule"]), **changes})
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length :])


def test_every_bit_comes_back(saved, model):
    other = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    load_weights(other, saved)
    for name, value in model.state_dict().items():
        assert other.state_dict()[name].tobytes() == value.tobytes()


def test_the_same_weights_give_the_same_bytes_in_every_process(saved, tmp_path):
    copy = tmp_path / "copy.safetensors"
    script = (
        "import sys, nn; from nn.training import load_weights, save_weights\n"
        "model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))\n"
        "load_weights(model, sys.argv[1]); save_weights(model, sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", script, saved, copy], check=True, env={**os.environ, "PYTHONHASHSEED": "9"})
    assert copy.read_bytes() == saved.read_bytes()


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.asfortranarray(np.arange(6.0, dtype=np.float32).reshape(2, 3)),
        np.arange(10)[::-2],
        np.arange(4, dtype=">f8"),
        np.float32(3.5) * np.ones(()),
        np.zeros((0, 3), np.float16),
        np.broadcast_to(np.float64(2.0), (3, 2)),
    ],
    ids=["transposed", "fortran", "reversed", "big-endian", "0-d", "empty", "broadcast"],
)
def test_any_layout_round_trips(array):
    back = checkpoint.decode(checkpoint.encode({"a": array}))["a"]
    np.testing.assert_array_equal(back, array)
    assert back.shape == array.shape
    assert back.dtype == array.dtype.newbyteorder("=")


def test_a_dtype_that_the_format_lacks_is_refused():
    with pytest.raises(CheckpointError, match="cannot be written"):
        checkpoint.encode({"a": np.zeros(2, np.clongdouble)})


def test_a_missing_file_is_named(tmp_path, model):
    refuses(tmp_path / "nowhere.safetensors", model, r"nowhere\.safetensors: cannot be read: No such file")


@pytest.mark.parametrize("kept", [0, 5, 8, 60, -1])
def test_a_truncated_file_is_refused(saved, model, kept):
    saved.write_bytes(saved.read_bytes()[:kept])
    refuses(saved, model, "truncated|declares")


def test_trailing_bytes_are_refused(saved, model):
    saved.write_bytes(saved.read_bytes() + b"\0")
    refuses(saved, model, r"has 105 bytes of weights where its header declares 104")


def test_any_flipped_bit_is_refused(saved, model):
    content = saved.read_bytes()
    rng = np.random.default_rng(0)
    for position in rng.choice(len(content), 60, replace=False):
        damaged = bytearray(content)
        damaged[position] ^= 1 << int(rng.integers(8))
        saved.write_bytes(damaged)
        refuses(saved, model, "model.safetensors")


def test_a_flipped_bit_of_a_weight_is_told_by_the_sum(saved, model):
    content = bytearray(saved.read_bytes())
    content[-3] ^= 1
    saved.write_bytes(content)
    refuses(saved, model, "SHA-256")


def test_two_weights_of_one_shape_cannot_change_places(tmp_path):
    layer = nn.Module()
    layer.a, layer.b = nn.Parameter(np.zeros(2)), nn.Parameter(np.ones(2))
    path = tmp_path / "weights"
    save_weights(layer, path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"a":', b'"c":').replace(b'"b":', b'"a":').replace(b'"c":', b'"b":'))
    refuses(path, layer, "SHA-256")


def test_a_header_of_impossible_length_is_refused(saved, model):
    saved.write_bytes((2**40).to_bytes(8, "little") + saved.read_bytes()[8:])
    refuses(saved, model, "its header alone needs 1099511627784")


def test_a_name_that_occurs_twice_is_refused(saved, model):
    text = (
        b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    )
    saved.write_bytes(len(text).to_bytes(8, "little") + text + bytes(4))
    refuses(saved, model, "a name occurs twice")


def test_a_newer_format_is_refused_with_both_numbers(saved, model):
    with_metadata(saved, format=3)
    refuses(saved, model, "written by format 3, this reads up to 1")


def test_weights_of_another_program_are_refused_with_the_way_to_load_them(tmp_path, model):
    from safetensors.numpy import save_file

    save_file(model.state_dict(), tmp_path / "foreign.safetensors")
    refuses(tmp_path / "foreign.safetensors", model, r"not written by chainrule.*load_file")


class Bomb:
    def __reduce__(self):
        return os.abort, ()


def test_a_pickle_is_never_opened(tmp_path, model):
    for protocol in range(2, 6):
        (tmp_path / "bomb.pt").write_bytes(pickle.dumps(Bomb(), protocol))
        refuses(tmp_path / "bomb.pt", model, "refusing to unpickle")


def test_an_archive_and_an_array_file_are_refused(tmp_path, model):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("data.pkl", pickle.dumps(1))
    refuses(tmp_path / "model.pt", model, "refusing to unpickle")
    np.save(tmp_path / "w.npy", np.zeros(3))
    refuses(tmp_path / "w.npy", model, "refusing to unpickle")


def test_a_header_that_begins_as_a_pickle_does_is_read(tmp_path):
    # The length 640 is the bytes 80 02, as of a pickle of protocol 2.
    layer = nn.Module()
    layer.weight = nn.Parameter(np.arange(3.0))
    for size in range(200, 500):
        content = checkpoint.encode({"weight": layer.weight.data, "n" * size: np.zeros(1, np.float32)})
        if content[:2] == b"\x80\x02":
            break
    assert content[:2] == b"\x80\x02"
    assert "weight" in checkpoint.decode(content)


def test_weights_that_do_not_fit_are_all_listed(saved):
    refuses(saved, nn.Sequential(nn.Linear(3, 5)), r"0\.weight: shape.*0\.bias: shape.*2\.weight: unexpected")


# ------------------------------------------------------------------------------------------------ writing


def test_a_new_file_has_the_permissions_of_any_new_file(saved, tmp_path):
    (tmp_path / "plain").touch()
    assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_an_existing_file_keeps_its_permissions(saved, model):
    saved.chmod(0o640)
    save_weights(model, saved)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o640


def test_the_file_a_link_points_to_is_replaced(saved, model, tmp_path):
    link = tmp_path / "latest"
    link.symlink_to(saved)
    model[0].bias.data = np.ones(4, np.float32)
    save_weights(model, link)
    assert link.is_symlink()
    assert saved.read_bytes() == checkpoint.encode(model.state_dict())


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(saved, model, tmp_path, monkeypatch, call):
    before = saved.read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    model[0].bias.data = np.ones(4, np.float32)
    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match=r"No space left on device: '.*model\.safetensors'"):
        save_weights(model, saved)
    assert saved.read_bytes() == before
    assert list(tmp_path.iterdir()) == [saved]


def test_an_interruption_leaves_the_old_file_and_nothing_else(saved, model, tmp_path, monkeypatch):
    before = saved.read_bytes()

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_weights(model, saved)
    assert saved.read_bytes() == before
    assert list(tmp_path.iterdir()) == [saved]


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing/file"):
        write_atomically(tmp_path / "missing" / "file", "text")


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_save_leaves_a_whole_file(tmp_path):
    path = tmp_path / "weights"
    script = (
        "import sys, itertools, numpy as np\n"
        "from nn.training import checkpoint; from nn.training.atomic import write_atomically\n"
        "for i in itertools.count():\n"
        "    write_atomically(sys.argv[1], checkpoint.encode({'w': np.full(300_000, i, np.float32)}))\n"
        "    print(i, flush=True)"
    )
    for delay in (0.0, 0.003, 0.01):
        process = subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        values = np.unique(checkpoint.decode(path.read_bytes())["w"])
        assert len(values) == 1
