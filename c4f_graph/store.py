"""Build an edition of the embedded store beside the one in use, and switch to it in one step.

Replacing the pointer file that names the edition in use is the switch; see `editions`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from c4f_graph.corpus import united
from c4f_graph.editions import (
    EDITION,
    Edition,
    LoadedFile,
    current_edition,
    open_edition,
    pointer_path,
)
from c4f_graph.errors import StoreError
from c4f_graph.files import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from c4f_graph.rdf_streams import RdfStream

_UNFINISHED = "building-"
# What a process that is killed leaves: a store half built, a pointer half written.
_LEFT_BEHIND = (_UNFINISHED, ".public.json.", ".private.json.")
_STALE_SECONDS = 3600
# Statements that are written at once: 200 MB at most, and as fast as more.
_BATCH = 100_000


def build_edition(
    store_path: Path,
    quads: Iterable[ox.Quad],
    fingerprint: str,
    version: str,
    *,
    private: bool = False,
    accept: Callable[[ox.Store], None] = lambda _store: None,
    loaded: tuple[LoadedFile, ...] = (),
) -> Edition:
    """Build an edition beside the one in use, let it be checked, and switch to it.

    Args:
        store_path: the store's folder; made where it is missing.
        quads: the statements, and their union in the default graph.
        fingerprint: the hash of the corpus that they come from.
        version: the version of the program.
        private: the edition holds personal data.
        accept: is given the loaded store, and raises where it must not be used.
        loaded: the files that the statements come from, where that is not the corpus.

    Raises:
        StoreError: the folder cannot be written; the edition in use stays.
    """
    with _unfinished(store_path) as folder:
        store = ox.Store(str(folder))
        rest = iter(quads)
        while batch := list(islice(rest, 2 * _BATCH)):
            store.bulk_extend(batch)
        accept(store)
        edition = Edition(_name(folder), fingerprint, *_counts(store), version, loaded)
        store.flush()
        del store
        with _switching(store_path):
            _switch(store_path, folder, edition, private)
    return edition


def extend_edition(
    store_path: Path,
    former: Edition,
    files: Iterable[RdfStream],
    *,
    private: bool = False,
    progress: Callable[[RdfStream], None] = lambda _file: None,
) -> Edition:
    """Make a new edition of the one in use and the statements of files, and switch to it.

    Args:
        store_path: the store's folder.
        former: the edition in use.
        files: what to load; each is streamed.
        private: the edition holds personal data.
        progress: is told the file after each batch of statements.

    Raises:
        InputError: a file that cannot be read; the edition in use stays.
        StoreError: the folder cannot be written, or another process switched meanwhile.
    """

    def add(store: ox.Store) -> Edition:
        loaded = {(file.name, file.sha256): file for file in former.loaded}
        for file in files:
            quads = file.quads()
            while batch := list(islice(quads, _BATCH)):
                store.bulk_extend(united(batch))
                progress(file)
            entry = LoadedFile(file.path.name, file.sha256, file.statements)
            loaded[entry.name, entry.sha256] = entry
        return replace(former, loaded=tuple(loaded.values()))

    return revise_edition(store_path, former, add, private=private)


def revise_edition(
    store_path: Path,
    former: Edition,
    change: Callable[[ox.Store], Edition],
    *,
    private: bool = False,
) -> Edition:
    """Make a new edition of the one in use by changing a copy of it, and switch to it.

    The tables of the former edition are shared by hard links: RocksDB never changes one.

    Args:
        store_path: the store's folder.
        former: the edition in use.
        change: changes the copy, and gives what else of the edition becomes different.
        private: the edition holds personal data.

    Raises:
        StoreError: the folder cannot be written, or another process switched meanwhile; the edition
            in use stays.
    """
    with _unfinished(store_path) as folder:
        base = open_edition(store_path, former)
        folder.rmdir()
        base.backup(str(folder))
        del base
        store = ox.Store(str(folder))
        changed = change(store)
        statements, graphs = _counts(store)
        store.flush()
        del store
        edition = replace(changed, folder=_name(folder), statements=statements, graphs=graphs)
        with _switching(store_path):
            if current_edition(store_path, private=private) != former:
                raise StoreError(
                    f"the store in {store_path} was changed by another process, so nothing was "
                    "changed in it.",
                    hint="Run the command again.",
                )
            _switch(store_path, folder, edition, private)
    return edition


@contextlib.contextmanager
def _unfinished(store_path: Path) -> Iterator[Path]:
    """Give a folder to build in, which is gone afterwards unless it was renamed."""
    try:
        store_path.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=store_path))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise _cannot_write(store_path, error) from error


def _counts(store: ox.Store) -> tuple[int, int]:
    """Count the statements in named graphs, and these graphs."""
    # The engine counts ten times as fast as we could; the default graph is the union.
    (row,) = cast("ox.QuerySolutions", store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    return len(store) - int(row["n"].value), sum(1 for _ in store.named_graphs())


def _name(folder: Path) -> str:
    return folder.name.replace(_UNFINISHED, EDITION)


@contextlib.contextmanager
def _switching(store_path: Path) -> Iterator[None]:
    """Let one process switch at a time; the system gives the lock back if it is killed."""
    try:
        import fcntl
    except ImportError:  # Windows: the window in which two switches meet stays open.
        yield
        return
    handle = os.open(store_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _switch(store_path: Path, folder: Path, edition: Edition, private: bool) -> None:
    """Put a finished folder into use, and remove what no pointer names."""
    former = current_edition(store_path, private=private)
    folder.rename(store_path / edition.folder)
    with written(pointer_path(store_path, private)) as stream:
        stream.write(json.dumps(asdict(edition), indent=2).encode() + b"\n")
    _remove_old(store_path, keep={edition.folder, former.folder if former else ""})


def _cannot_write(store_path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"the store in {store_path} cannot be written: {error.strerror or error}.",
        hint="Check that the folder is yours to write and has room, or name another with --store.",
    )


def _remove_old(store_path: Path, keep: set[str]) -> None:
    """Remove what no pointer names. The former edition stays once more, for those who read it."""
    for private in (False, True):
        edition = current_edition(store_path, private=private)
        if edition is not None:
            keep = keep | {edition.folder}
    for path in store_path.iterdir():
        if path.name.startswith(EDITION) and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(_LEFT_BEHIND) and _is_stale(path):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _is_stale(path: Path) -> bool:
    """Tell whether whoever wrote this was killed: nobody takes an hour."""
    try:
        return time.time() - path.stat().st_mtime > _STALE_SECONDS
    except FileNotFoundError:
        return False
