"""Write a file beside its place and rename it: a reader never sees half of it. Set data aside."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from c4f_graph.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Open a binary stream whose content becomes the file `path` once the block ends well.

    A path that is no regular file, such as a device or a pipe, is written to as it is.

    Raises:
        StoreError: the file cannot be written; what stood there before is untouched.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                yield stream
            return
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or ".")
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            beside.chmod(0o666 & ~_umask())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Check that the folder exists, is yours to write, and has room.",
        ) from error


def set_aside(fill: Callable[[IO[bytes]], None], what_fails: str) -> IO[bytes]:
    """Fill a temporary file, and give it from its begin. The system removes it when it is closed.

    Args:
        fill: writes to the file.
        what_fails: begins the message of the error.

    Raises:
        StoreError: the temporary folder has no room.
    """
    stream = None
    try:
        stream = tempfile.TemporaryFile(prefix="c4f-")  # noqa: SIM115
        fill(stream)
        stream.seek(0)
    except BaseException as error:
        if stream is not None:
            # What could not be written cannot be written at the end either.
            with contextlib.suppress(OSError):
                stream.close()
        if isinstance(error, OSError):
            raise StoreError(
                f"{what_fails} in {tempfile.gettempdir()}: {error.strerror or error}.",
                hint="Make room there, or name another folder in the environment variable TMPDIR.",
            ) from error
        raise
    return stream


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
