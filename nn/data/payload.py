"""Read as many bytes as a header promises, but only from a file that can hold them."""

from __future__ import annotations

import errno
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.errors import DataError

GZIP_MAGIC = b"\x1f\x8b"

# Deflate codes at most 258 bytes in 2 bits (RFC 1951), so no honest stream expands more than 1032 times.
_MOST_EXPANSION = 1032

# NotImplementedError and UnicodeDecodeError are zipfile's answers to unknown versions and garbled names.
_DAMAGE = (gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError)

_CHUNK = 1 << 20
_MOST_AXES = 64


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what gzip, zlib and zipfile raise on damaged files into a `DataError` naming `path`."""
    try:
        yield
    except EOFError:
        raise DataError(f"{path}: the compressed data end too soon; the file is truncated, fetch it again") from None
    except (*_DAMAGE, OSError) as error:
        # zipfile also seeks to negative offsets if its tables are damaged (EINVAL). Any other OSError, such
        # as a lack of permission, is not about the content.
        if not isinstance(error, _DAMAGE) and error.errno != errno.EINVAL:
            raise
        raise DataError(f"{path}: the compressed data are damaged ({error}); fetch the file again") from None


def is_gzip(path: Path) -> bool:
    """Say whether `path` begins as gzip does, whatever its name."""
    with path.open("rb") as stream:
        return stream.read(2) == GZIP_MAGIC


def open_plain_or_gzip(path: Path) -> BufferedIOBase:
    """Open `path` for reading bytes, decompressing them if they are gzipped."""
    return gzip.open(path, "rb") if is_gzip(path) else path.open("rb")


def check_expansion(what: str, declared: int, stored: int) -> None:
    """Raise `DataError` if `declared` bytes cannot come from `stored` compressed ones."""
    if declared > stored * _MOST_EXPANSION:
        raise DataError(
            f"{what} declares {declared} bytes but only {stored} compressed ones are stored, which cannot "
            "hold them; the file is damaged, fetch it again"
        )


def check_shape(what: str, shape: tuple[int, ...]) -> None:
    """Raise `DataError` if `shape` holds nothing, or NumPy cannot have it."""
    if not shape or len(shape) > _MOST_AXES or any(size <= 0 for size in shape):
        raise DataError(f"{what} declares shape {shape}, which holds no data or is impossible; write it again")


def read_payload(stream: BufferedIOBase, declared: int, what: str) -> NDArray[np.uint8]:
    """Read exactly `declared` bytes, after which `stream` must end.

    Returns
    -------
    ndarray, shape (declared,), uint8, writable

    Raises
    ------
    DataError
        If there are fewer or more; the message begins with `what` and has both numbers.
    """
    payload = np.empty(declared, np.uint8)
    filled = 0
    while filled < declared:
        count = _readinto(stream, payload.data[filled : filled + _CHUNK])
        if not count:
            raise DataError(f"{what} has {filled} bytes of data where {declared} are declared; it is truncated")
        filled += count
    # The read past the end also makes gzip and zip verify their checksums.
    if stream.read(1):
        raise DataError(f"{what} has more than the {declared} bytes of data declared; its header is damaged")
    return payload


def _readinto(stream: BufferedIOBase, view: memoryview) -> int:
    try:
        return stream.readinto1(view)
    except EOFError:
        return 0
