"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path


def write_atomically(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Replace the content of `path`: whoever reads it sees the old content or the new one, also after a crash.

    Parameters
    ----------
    path : path-like
        An existing file keeps its permissions; a new one gets those of any new file (0666 less the umask). Of a
        symbolic link the file that it points to is replaced.
    content : bytes or str
        Text is written as UTF-8, line ends as they are.

    Raises
    ------
    OSError
        If it cannot be written; the error names `path`, whose old content is intact, and nothing is left beside it.

    Notes
    -----
    The content goes to a file of a unique name *in the same directory* (another file system could not be renamed
    from), is flushed to the disk, and then renamed. Of several writers the last complete one wins.
    """
    target = Path(os.path.realpath(path))
    data = content.encode() if isinstance(content, str) else content
    staged = target.with_name(f".{target.name}.tmp-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        _write_and_flush(staged, data)
        with contextlib.suppress(FileNotFoundError):
            staged.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(staged, target)
    except BaseException as error:
        staged.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise
    _flush_directory(target.parent)


def _write_and_flush(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _flush_directory(directory: Path) -> None:
    # Makes the renaming itself durable; some systems cannot open or flush a directory.
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
