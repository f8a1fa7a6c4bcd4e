"""Make a backup a graph again: an edition of the embedded store, or the graphs of a server."""

from __future__ import annotations

import contextlib
import tempfile
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph import __version__
from c4f_graph.backups.manifest import (
    Manifest,
    described,
    parsed,
    read_header,
    refuse_other_content,
)
from c4f_graph.corpus import corpus_files, fingerprint, united
from c4f_graph.editions import Edition, LoadedFile
from c4f_graph.errors import InputError, ParameterError, StoreError
from c4f_graph.paths import corpus_paths, default_store_path
from c4f_graph.rdf_streams import need_zstandard, zstd_content
from c4f_graph.store import build_edition
from c4f_graph.sync import PushPlan, plan_push, push

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from c4f_graph.remote import RemoteStore

_BATCH = 100_000


def restore(
    path: Path,
    store: Path | None = None,
    corpus: Path | None = None,
    *,
    private: bool = False,
) -> tuple[Manifest, Edition]:
    """Make a backup the edition in use of the embedded store.

    It stays so until the corpus changes; `c4f_graph.open` then says so, and `c4f_graph.build` makes
    the store from the corpus again.

    Args:
        path: a file that `back_up` wrote.
        store: the store's folder; without it, one in the user's cache.
        corpus: as for `c4f_graph.open`.
        private: into the edition with personal data, which a backup must have come from.

    Raises:
        InputError: the file is missing, no backup, damaged or cut off; the edition in use stays.
        ParameterError: it holds personal data, and the edition must not, or the other way round.
        StoreError: the store cannot be written.
    """
    manifest, skipped = verified(path)
    if manifest.private != private:
        raise ParameterError(
            f"{path} holds personal data." if manifest.private else f"{path} is no private backup.",
            hint="Restore it with --private." if manifest.private else "Leave --private out.",
        )
    paths = corpus_paths(corpus)
    edition = build_edition(
        store or default_store_path(),
        united(_quads(path, skipped)),
        fingerprint(paths, corpus_files(paths, private=private)),
        __version__,
        private=private,
        loaded=(LoadedFile(path.name, manifest.sha256, manifest.statements),),
    )
    return manifest, edition


def restore_to_server(
    path: Path,
    remote: RemoteStore,
    *,
    take_over: bool = False,
    progress: Callable[[int], None] = lambda _statements: None,
) -> tuple[Manifest, PushPlan]:
    """Bring the graphs of a backup to a server, and remove those that only former pushes made.

    Args:
        path: a file that `back_up` wrote.
        remote: the server.
        take_over: take the lock of another push, which must have broken off.
        progress: is told how many statements were sent, again and again.

    Raises:
        EndpointError: as for `sync.push`; what readers see is as before, or as in the backup.
        InputError: as for `restore`; nothing was sent.
        ParameterError: the backup holds personal data.
        StoreError: the temporary folder has no room.
    """
    manifest, skipped = verified(path)
    if manifest.private:
        raise ParameterError(
            f"{path} holds personal data, which go to no server.",
            hint="Restore it into a store here.",
        )
    with _loaded(path, skipped) as local:
        plan = plan_push(local, remote, remove=True)
        push(local, remote, plan, default_store_path(), take_over=take_over, progress=progress)
    return manifest, plan


def verified(path: Path) -> tuple[Manifest, int]:
    """Read a backup to its end, compare it with its manifest, and give that and its lines' number.

    Raises:
        InputError: as for `restore`.
    """
    need_zstandard(f"{path} cannot be read")
    with contextlib.closing(_lines(path)) as lines:
        manifest, skipped = read_header(lines, path)
        found = described(lines, path, private=manifest.private, first_line=skipped + 1)
    refuse_other_content(manifest, found, path)
    return manifest, skipped


def _quads(path: Path, skipped: int) -> Iterator[ox.Quad]:
    with contextlib.closing(_lines(path)) as lines:
        yield from parsed(islice(lines, skipped, None), path, lambda _lines: None, skipped + 1)


def _lines(path: Path) -> Generator[bytes, None, None]:
    """Yield the lines of a compressed file, each with its end."""
    rest = b""
    try:
        with path.open("rb") as stream:
            for chunk in zstd_content(stream, path):
                first, *others = chunk.split(b"\n")
                pieces = [rest + first, *others]
                rest = pieces.pop()
                for piece in pieces:
                    yield piece + b"\n"
    except FileNotFoundError as error:
        raise InputError(
            f"there is no file {path}.", hint="Check the name and the folder."
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if rest:
        yield rest


@contextlib.contextmanager
def _loaded(path: Path, skipped: int) -> Iterator[ox.Store]:
    """Give a backup as a store in a temporary folder."""
    try:
        with tempfile.TemporaryDirectory(prefix="c4f-") as folder:
            store = ox.Store(folder)
            quads = _quads(path, skipped)
            while batch := list(islice(quads, _BATCH)):
                store.bulk_extend(batch)
            yield store
            del store
    except OSError as error:
        raise StoreError(
            f"a backup cannot be unpacked in {tempfile.gettempdir()}: {error.strerror or error}.",
            hint="Make room there, or name another folder in the environment variable TMPDIR.",
        ) from error
