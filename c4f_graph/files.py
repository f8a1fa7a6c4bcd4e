"""Write a file beside its place and rename it: a reader never sees half of it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from c4f_graph.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
