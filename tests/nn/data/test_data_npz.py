"""Reading NPZ archives, and refusing those that lie or hold objects."""

import io
import re
import zipfile

import numpy as np
import pytest

from nn.data import DataError, read

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
Y = np.array([1, 0])


@pytest.fixture
def archive(tmp_path):
    """Write arrays with NumPy and return the path."""

    def write(save=np.savez, **arrays):
        path = tmp_path / "data.npz"
        save(path, **arrays)
        return path

    return write


@pytest.fixture
def forged(tmp_path):
    """Write an archive whose members are given byte for byte."""

    def write(compression=zipfile.ZIP_STORED, **members):
        path = tmp_path / "forged.npz"
        with zipfile.ZipFile(path, "w", compression) as file:
            for name, content in members.items():
                file.writestr(f"{name}.npy", content)
        return path

    return write


def npy(header, payload=b"", version=1):
    """An NPY file of the given header text, as NumPy's format description lays it out."""
    text = header.encode("latin1") + b"\n"
    size = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + text + payload


def described(descr, shape, fortran=False):
    return f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {shape}, }}"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("features", ["x", "X", "data"])
@pytest.mark.parametrize("labels", ["y", "target", "labels"])
def test_arrays_are_found_by_their_usual_names(archive, save, features, labels):
    path = archive(save, **{features: X, labels: Y, "other": np.ones(9)})
    data = read(path)
    np.testing.assert_array_equal(data.x, X)
    np.testing.assert_array_equal(data.y, Y)
    assert (data.name, data.source) == ("data", str(path))


def test_target_names_the_labels(archive):
    path = archive(x=X, y=Y, species=np.array(["b", "c"]))
    assert read(path, target="species").class_names == ("b", "c")


def test_the_target_is_not_also_the_features(archive):
    np.testing.assert_array_equal(read(archive(x=Y, data=X), target="x").x, X)


@pytest.mark.parametrize(
    "x",
    [
        np.asfortranarray(X),
        X.astype(">f8"),
        X.astype("<f4"),
        X.astype(np.int16),
        np.asfortranarray(np.arange(24, dtype=">f4").reshape(2, 3, 4)),
    ],
    ids=["Fortran", "big-endian", "float32", "int16", "3-d"],
)
def test_every_layout_numpy_writes_is_read(archive, x):
    data = read(archive(x=x, y=Y))
    np.testing.assert_array_equal(data.x, x.reshape(2, -1))
    assert data.feature_shape == x.shape[1:]


def test_the_arrays_read_are_writable(archive):
    read(archive(x=X, y=Y)).x[0, 0] = 9


@pytest.mark.parametrize("version", [1, 2])
def test_an_archive_written_by_hand_is_read(forged, version):
    path = forged(
        x=npy(described("<f8", (2, 3)), X.astype("<f8").tobytes(), version),
        y=npy(described("|u1", (2,)), b"\1\0", version),
    )
    np.testing.assert_array_equal(read(path).x, X)


@pytest.mark.parametrize("name", ["x", "y"])
def test_object_arrays_are_never_unpickled(archive, name):
    arrays = {"x": X, "y": Y} | {name: np.array([print, None], dtype=object)}
    path = archive(**arrays)
    with pytest.raises(
        DataError, match=re.escape(f"{path}: array '{name}' holds Python objects; refusing to unpickle")
    ):
        read(path)


@pytest.mark.parametrize(
    ("arrays", "target", "message"),
    [
        ({"a": X, "y": Y}, None, "no array for the features, named 'x' or 'X' or 'data', among ['a', 'y']"),
        (
            {"x": X, "b": Y},
            None,
            "no array for the labels, named 'y' or 'target' or 'labels', among ['b', 'x']",
        ),
        ({"x": X, "y": Y}, "z", "no array for the labels, named 'z', among ['x', 'y']"),
        ({"x": X, "y": Y}, 1, "no array for the labels, named 1, among ['x', 'y']"),
    ],
)
def test_a_missing_array_is_answered_with_those_there(archive, arrays, target, message):
    path = archive(**arrays)
    with pytest.raises(DataError, match=re.escape(f"{path}: {message}")):
        read(path, target=target)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.array([[1.0], [np.nan]]), "y": Y}, "example 1, feature 'x0' is nan"),
        ({"x": X, "y": np.arange(3)}, "2 examples but 3 labels"),
        ({"x": X, "y": np.eye(2)}, "labels have shape (2, 2)"),
        ({"x": X, "y": np.array([0.5, 1.0])}, "label 0.5 of example 0"),
        ({"x": X * 1j, "y": Y}, "features have dtype complex128"),
        ({"x": X, "y": np.zeros(2, [("a", "i4")])}, "array 'y' has dtype [('a', '<i4')]"),
        ({"x": np.ones((0, 3)), "y": Y}, "array 'x' declares shape (0, 3), which holds no data"),
        ({"x": X, "y": np.int64(3)}, "array 'y' declares shape ()"),
    ],
)
def test_arrays_that_make_no_data_set_are_refused_with_the_path(archive, arrays, message):
    path = archive(**arrays)
    with pytest.raises(DataError, match=re.escape(f"{path}: {message}")):
        read(path)


def test_a_header_that_declares_more_than_is_stored_is_refused_before_allocating(forged):
    path = forged(x=npy(described("<f8", (2**20, 2**22))), y=npy(described("|u1", (2,)), b"\1\0"))
    with pytest.raises(
        DataError, match=r"array 'x' of shape \(1048576, 4194304\).*declares 35184372088832 bytes but 0"
    ):
        read(path)


def test_a_header_that_declares_less_than_is_stored_is_refused(forged):
    path = forged(x=npy(described("<f8", (1, 3)), X.tobytes()), y=npy(described("|u1", (2,)), b"\1\0"))
    with pytest.raises(DataError, match="declares 24 bytes but 48 are stored"):
        read(path)


def test_a_zip_directory_that_lies_with_the_header_is_refused_before_allocating(forged):
    n = 2**31 - 1000
    content = npy(described("|u1", (n, 1)))
    path = forged(zipfile.ZIP_DEFLATED, x=content, y=npy(described("|u1", (2,)), b"\1\0"))
    raw = bytearray(path.read_bytes())
    # The uncompressed size stands 24 bytes into an entry of the central directory (APPNOTE 4.3.12).
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = (len(content) + n).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(DataError, match=rf"array 'x' declares {len(content) + n} bytes but only \d+ compressed"):
        read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged NPY header"),
        (b"not numpy at all", "damaged NPY header"),
        (npy("{'descr': '<f8'"), "damaged NPY header"),
        (npy("[1, 2"), "damaged NPY header"),
        (npy("{'descr': '<f8', 'shape': (1,)}"), "damaged NPY header"),
        (npy(described("<q9", (1,))), "damaged NPY header"),
        (npy(described("<f8", (2, -3))), r"declares shape \(2, -3\)"),
        (npy(described("<f8", (1,) * 65), bytes(8)), "declares shape"),
        (npy(described("<U0", (2, 3))), "has dtype <U0"),
        (npy(described("<f8", (2, 3)), X.tobytes(), version=3), r"NPY format 3\.0"),
    ],
)
def test_a_damaged_header_is_refused_with_the_array_named(forged, content, message):
    path = forged(x=content, y=npy(described("|u1", (2,)), b"\1\0"))
    with pytest.raises(DataError, match=re.escape(f"{path}: array 'x' ") + f".*{message}"):
        read(path)


def test_a_changed_byte_of_data_is_found_by_the_checksum(archive):
    path = archive(x=X, y=Y)
    raw = bytearray(path.read_bytes())
    raw[raw.index(X.tobytes()) + 3] ^= 1
    path.write_bytes(raw)
    with pytest.raises(DataError, match="Bad CRC-32"):
        read(path)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_cut_anywhere_is_refused(archive, save):
    path = archive(save, x=X, y=Y)
    raw = path.read_bytes()
    for size in range(1, len(raw), 7):
        path.write_bytes(raw[:size])
        with pytest.raises(DataError, match=re.escape(f"{path}: is not an NPZ archive")):
            read(path)


def test_bytes_missing_from_the_middle_are_an_error_of_the_same_family(archive):
    path = archive(np.savez_compressed, x=X, y=Y)
    raw = path.read_bytes()
    for start in range(0, len(raw) - 8, 5):
        path.write_bytes(raw[:start] + raw[start + 4 :])
        with pytest.raises(DataError, match=re.escape(str(path))):
            read(path)


def test_a_zip_of_something_else_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("archive/data.pkl", b"\x80\x02.")
    path = tmp_path / "model.pt"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(DataError, match=r"no array for the labels.*among \[\]"):
        read(path)


def test_a_garbled_name_in_the_zip_directory_is_refused(archive):
    path = archive(x=X, y=Y)
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    # Flag bit 11 says that the name is UTF-8 (APPNOTE 4.4.4), which a lone 0xff is not.
    raw[entry + 9] |= 8
    raw[entry + 46] = 0xFF
    path.write_bytes(raw)
    with pytest.raises(DataError, match=re.escape(f"{path}: the compressed data are damaged")):
        read(path)
