"""The embedded store: editions on disk, built beside the one in use and switched in one step.

A store folder holds `edition-…` folders and one pointer file for each kind of edition,
`public.json` or `private.json`, which names the edition in use. Replacing that file is the switch.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import StoreError
from c4f_graph.files import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_UNFINISHED = "building-"
_EDITION = "edition-"
_STALE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Edition:
    """One built state of the graph; `statements` are those in its named `graphs`, counted."""

    folder: str
    fingerprint: str
    statements: int
    graphs: int
    version: str


def current_edition(store_path: Path, *, private: bool = False) -> Edition | None:
    """Give the edition in use, or None where none was built.

    Raises:
        StoreError: the store is damaged.
    """
    pointer = _pointer(store_path, private)
    try:
        content = json.loads(pointer.read_text(encoding="utf-8"))
        edition = Edition(**content)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(
            f"{pointer} is damaged: {error}.", hint="Remove it and run `c4f build`."
        ) from error
    return edition if (store_path / edition.folder).is_dir() else None


def open_edition(store_path: Path, edition: Edition) -> ox.Store:
    """Open an edition for reading. Any number of processes may do so at once.

    Raises:
        StoreError: the store is damaged.
    """
    path = store_path / edition.folder
    try:
        return ox.Store.read_only(str(path))
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(
            f"the store in {path} cannot be read: {error}.",
            hint=f"Remove {store_path} and run `c4f build`.",
        ) from error


def build_edition(
    store_path: Path,
    quads: Iterable[ox.Quad],
    fingerprint: str,
    version: str,
    *,
    private: bool = False,
    accept: Callable[[ox.Store], None] = lambda _store: None,
) -> Edition:
    """Build an edition beside the one in use, let it be checked, and switch to it.

    Args:
        store_path: the store's folder; made where it is missing.
        quads: the statements, and their union in the default graph.
        fingerprint: the hash of the corpus that they come from.
        version: the version of the program.
        private: the edition holds personal data.
        accept: is given the loaded store, and raises where it must not be used.

    Raises:
        StoreError: the folder cannot be written; the edition in use stays.
    """
    try:
        store_path.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=store_path))
    except OSError as error:
        raise _cannot_write(store_path, error) from error
    try:
        store = ox.Store(str(unfinished))
        store.bulk_extend(quads)
        accept(store)
        union = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        statements, graphs = len(store) - union, sum(1 for _ in store.named_graphs())
        store.flush()
        del store
        edition = Edition(
            unfinished.name.replace(_UNFINISHED, _EDITION),
            fingerprint,
            statements,
            graphs,
            version,
        )
        former = current_edition(store_path, private=private)
        unfinished.rename(store_path / edition.folder)
        with written(_pointer(store_path, private)) as stream:
            stream.write(json.dumps(asdict(edition), indent=2).encode() + b"\n")
    except OSError as error:
        raise _cannot_write(store_path, error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _remove_old(store_path, keep={edition.folder, former.folder if former else ""})
    return edition


def _pointer(store_path: Path, private: bool) -> Path:
    return store_path / ("private.json" if private else "public.json")


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
    for folder in store_path.iterdir():
        is_stale = time.time() - folder.stat().st_mtime > _STALE_SECONDS
        if (folder.name.startswith(_EDITION) and folder.name not in keep) or (
            folder.name.startswith(_UNFINISHED) and is_stale
        ):
            shutil.rmtree(folder, ignore_errors=True)
