"""How a file's format is chosen, and what is said when there is none."""

import errno
import re
import struct

import numpy as np
import pytest

from nn.data import DataError, read
from nn.data.payload import reading


def test_a_missing_file_is_named_in_one_sentence(tmp_path):
    path = tmp_path / "absent.csv"
    with pytest.raises(FileNotFoundError, match=re.escape(f"{path}: no such file")):
        read(path)


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(DataError, match=re.escape(f"{tmp_path}: is a folder")):
        read(tmp_path)


@pytest.mark.parametrize("name", ["empty.csv", "empty.npz", "empty-images-idx3-ubyte", "empty"])
def test_an_empty_file_is_refused_whatever_its_format(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(DataError, match=re.escape(f"{tmp_path / name}: the file is empty")):
        read(tmp_path / name)


def test_a_path_may_be_a_string(tmp_path):
    (tmp_path / "t.csv").write_text("1,u\n2,v\n")
    assert len(read(str(tmp_path / "t.csv"))) == 2


def test_without_a_known_extension_the_first_bytes_decide(tmp_path):
    with (tmp_path / "archive").open("wb") as file:
        np.savez(file, x=np.eye(2), y=np.arange(2))
    (tmp_path / "table.data").write_text("1,2,3,u\n4,5,6,v\n")
    (tmp_path / "pictures").write_bytes(b"\0\0\x08\x02" + struct.pack(">2I", 2, 4) + bytes(8))
    (tmp_path / "answers").write_bytes(b"\0\0\x08\x01" + struct.pack(">I", 2) + b"\0\1")
    assert read(tmp_path / "archive").x.shape == (2, 2)
    assert read(tmp_path / "table.data").x.shape == (2, 3)
    assert read(tmp_path / "pictures", labels=tmp_path / "answers").x.shape == (2, 4)


def test_an_extension_in_capitals_counts(tmp_path):
    (tmp_path / "T.NPZ").write_text("1,u\n2,v\n")
    with pytest.raises(DataError, match="not an NPZ archive"):
        read(tmp_path / "T.NPZ")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.pkl", b"\x80\x04\x95\0\0.", "refusing to unpickle"),
        ("x.npy", b"\x93NUMPY\x01\0v\0", "single NPY array"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither NPZ, CSV nor IDX"),
        ("text.npz", b"a,b\n1,2\n", "is not an NPZ archive"),
        ("sheet.csv", b"PK\x03\x04\x14\0\x06\0\x08\0\xff", "not text"),
        ("table-idx3-ubyte", b"a,b\n1,2\n", "begins with 612c620a where IDX has 0000"),
        ("cut.gz", b"\x1f\x8b\x08\0", "the compressed data end too soon"),
    ],
)
def test_what_is_not_the_format_it_seems_is_refused(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=re.escape(f"{path}: ") + f".*{message}"):
        read(path)


def test_an_option_of_another_format_is_refused(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("1,u\n2,v\n")
    with pytest.raises(DataError, match=re.escape(f"{table}: labels= is for IDX files and this is CSV")):
        read(table, labels=table)
    images = tmp_path / "images-idx3-ubyte"
    images.write_bytes(b"\0\0\x08\x03")
    with pytest.raises(DataError, match=re.escape(f"{images}: target= is not for IDX files")):
        read(images, target="y")


def test_random_bytes_never_raise_anything_else(tmp_path):
    rng = np.random.default_rng(0)
    starts = [b"", b"PK\x03\x04", b"\0\0\x08\x03\0\0\0\1", b"\x1f\x8b\x08\0", b"1,2\n", b"\x93NUMPY\x01\0"]
    for name in ("f", "f.npz", "f.csv", "f-idx3-ubyte", "f.csv.gz"):
        for start in starts:
            for size in (1, 40, 300):
                (tmp_path / name).write_bytes(start + rng.bytes(size))
                with pytest.raises(DataError, match=re.escape(str(tmp_path / name))):
                    read(tmp_path / name)


def test_trouble_with_the_disk_is_not_blamed_on_the_content(tmp_path):
    with pytest.raises(PermissionError), reading(tmp_path):
        raise PermissionError(errno.EACCES, "Permission denied")
