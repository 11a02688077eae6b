"""Reading IDX pairs, the files of MNIST, written here byte by byte."""

import gzip
import re
import struct

import numpy as np
import pytest

from nn.data import DataError, read

PIXELS = bytes(range(24))
LABELS = bytes([7, 0, 7, 3])


def idx(code, sizes, payload):
    return bytes([0, 0, code, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + payload


IMAGES_FILE = idx(8, (4, 2, 3), PIXELS)
LABELS_FILE = idx(8, (4,), LABELS)


@pytest.fixture
def pair(tmp_path):
    """Write an images file and a labels file and return the path of the images."""

    def write(
        images=IMAGES_FILE,
        labels=LABELS_FILE,
        images_name="train-images-idx3-ubyte",
        labels_name="train-labels-idx1-ubyte",
    ):
        (tmp_path / images_name).write_bytes(images)
        if labels is not None:
            (tmp_path / labels_name).write_bytes(labels)
        return tmp_path / images_name

    return write


def test_images_and_labels_are_read(pair):
    path = pair()
    data = read(path)
    np.testing.assert_array_equal(data.x, np.arange(24).reshape(4, 6))
    assert data.x.dtype == np.float32
    assert data.feature_shape == (2, 3)
    np.testing.assert_array_equal(data.y, [2, 0, 2, 1])
    assert data.class_names == ("0", "3", "7")
    assert (data.name, data.source) == ("train-images-idx3-ubyte", str(path))


@pytest.mark.parametrize(
    ("images_name", "labels_name"),
    [
        ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz"),
        ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"),
        ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
    ],
)
def test_the_labels_beside_the_images_are_found(pair, images_name, labels_name):
    images, labels = (
        gzip.compress(content, mtime=0) if name.endswith(".gz") else content
        for name, content in ((images_name, IMAGES_FILE), (labels_name, LABELS_FILE))
    )
    data = read(pair(images, labels, images_name, labels_name))
    np.testing.assert_array_equal(data.y, [2, 0, 2, 1])


def test_the_labels_may_be_anywhere_when_named(pair, tmp_path):
    path = pair(images_name="pictures", labels_name="digits")
    np.testing.assert_array_equal(read(path, labels=tmp_path / "digits").y, [2, 0, 2, 1])


@pytest.mark.parametrize(
    ("code", "form"), [(0x08, "B"), (0x09, "b"), (0x0B, "h"), (0x0C, "i"), (0x0D, "f"), (0x0E, "d")]
)
def test_every_type_of_the_format_is_read_big_endian(pair, code, form):
    values = [1, 2, 3, 4, 5, 100, 7, 127]
    path = pair(idx(code, (4, 2), struct.pack(f">8{form}", *values)))
    np.testing.assert_array_equal(read(path).x, np.reshape(values, (4, 2)))


def test_missing_labels_are_asked_for_by_name(pair):
    path = pair(labels=None)
    with pytest.raises(FileNotFoundError, match=re.escape(str(path)) + ".*train-labels-idx1-ubyte.*labels="):
        read(path)


def test_a_wrong_path_of_labels_is_named(pair, tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path / "nowhere"))):
        read(pair(), labels=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (b"\x01\x02\x08\x03" + bytes(20), "begins with 01020803 where IDX has 0000"),
        (b"\0\0", "begins with 0000 where IDX has 0000"),
        (idx(0x0A, (4, 2, 3), PIXELS), "type code 0x0a is not of IDX"),
        (b"\0\0\x08\x03\0\0\0\4\0\0", "6 bytes of axis sizes where 3 axes need 12"),
        (
            idx(8, (4, 2, 3), PIXELS[:-1]),
            "shape (4, 2, 3) of uint8 needs 24 bytes after the header but 23 are there",
        ),
        (idx(8, (4, 2, 3), PIXELS + b"\0"), "needs 24 bytes after the header but 25 are there"),
        (
            idx(8, (2**31, 2**31, 2**31), PIXELS),
            "needs 9903520314283042199192993792 bytes after the header but 24",
        ),
        (idx(8, (0, 2**31, 2**31), b""), "which holds no data"),
        (idx(8, (), b"\0"), "declares shape ()"),
        (idx(8, (1,) * 65, b"\0"), "declares shape"),
        (gzip.compress(idx(8, (2**20, 2**20), b""), mtime=0), "declares 1099511627776 bytes but only"),
        (gzip.compress(idx(8, (4, 2, 3), PIXELS[:-1]), mtime=0), "has 23 bytes of data where 24 are declared"),
        (gzip.compress(idx(8, (4, 2, 3), PIXELS + b"\0"), mtime=0), "has more than the 24 bytes of data declared"),
        (gzip.compress(IMAGES_FILE, mtime=0)[:-4], "the file is truncated"),
        (LABELS_FILE, "has one axis, as labels have"),
    ],
)
def test_a_damaged_images_file_is_refused_in_one_sentence(pair, images, message):
    path = pair(images)
    with pytest.raises(DataError, match=re.escape(f"{path}: ") + ".*" + re.escape(message)) as caught:
        read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (idx(8, (4,), LABELS[:-1]), "needs 4 bytes after the header but 3 are there"),
        (idx(8, (4, 1), LABELS), "labels have 2 axes where 1 is needed"),
        (b"", "begins with nothing"),
    ],
)
def test_a_damaged_labels_file_is_the_one_named(pair, labels, message):
    path = pair(labels=labels)
    named = re.escape(str(path.with_name("train-labels-idx1-ubyte")))
    with pytest.raises(DataError, match=f"^{named}: .*{message}"):
        read(path)


def test_counts_that_differ_are_named_with_both_files(pair):
    path = pair(labels=idx(8, (3,), LABELS[:3]))
    with pytest.raises(DataError, match=f"{re.escape(str(path))}: 4 images but 3 labels in .*train-labels"):
        read(path)


def test_a_gzipped_file_cut_anywhere_is_refused(pair):
    payload = np.random.default_rng(0).integers(0, 256, 600, dtype=np.uint8).tobytes()
    whole = gzip.compress(idx(8, (4, 150), payload))
    for size in range(2, len(whole), 11):
        path = pair(whole[:size])
        with pytest.raises(DataError, match=re.escape(str(path))):
            read(path)


def test_a_truncated_gzip_says_how_much_was_there(pair):
    payload = np.random.default_rng(0).integers(0, 256, 600, dtype=np.uint8).tobytes()
    path = pair(gzip.compress(idx(8, (4, 150), payload))[:-200])
    with pytest.raises(DataError, match=r"has 4\d\d bytes of data where 600 are declared; it is truncated"):
        read(path)


def test_a_changed_byte_in_gzip_is_found_by_the_checksum(pair):
    stored = bytearray(gzip.compress(IMAGES_FILE, compresslevel=0, mtime=0))
    stored[stored.index(PIXELS) + 5] ^= 1
    with pytest.raises(DataError, match="the compressed data are damaged"):
        read(pair(bytes(stored)))


def test_a_payload_of_many_chunks_is_read_whole(pair):
    payload = np.random.default_rng(0).integers(0, 256, 3 * 2**20 + 4, dtype=np.uint8)
    labels = idx(8, (4,), LABELS)
    data = read(pair(gzip.compress(idx(8, (4, len(payload) // 4), payload.tobytes()), 1), labels))
    np.testing.assert_array_equal(data.x.ravel(), payload)
