"""The editions of the embedded store: which are there, which is in use, and how one is opened.

A store folder holds `edition-…` folders and one pointer file for each kind of edition,
`public.json` or `private.json`, which names the edition in use.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

EDITION = "edition-"
"""How the name of an edition's folder begins."""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file that was loaded beside the corpus; `statements` are those that it makes."""

    name: str
    sha256: str
    statements: int


@dataclass(frozen=True, slots=True)
class Edition:
    """One built state of the graph; `statements` are those in its named `graphs`, counted."""

    folder: str
    fingerprint: str
    statements: int
    graphs: int
    version: str
    loaded: tuple[LoadedFile, ...] = ()


def current_edition(store_path: Path, *, private: bool = False) -> Edition | None:
    """Give the edition in use, or None where none was built.

    Raises:
        StoreError: the store is damaged.
    """
    pointer = pointer_path(store_path, private)
    try:
        content = json.loads(pointer.read_text(encoding="utf-8"))
        loaded = tuple(LoadedFile(**file) for file in content.pop("loaded", ()))
        edition = Edition(**content, loaded=loaded)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{pointer} is damaged: {error}.", hint="Remove it and run `c4f build`."
        ) from error
    return edition if (store_path / edition.folder).is_dir() else None


def loaded_files(store_path: Path, *, private: bool = False) -> tuple[LoadedFile, ...]:
    """List what was loaded into the edition in use; nothing where none can be read."""
    try:
        edition = current_edition(store_path, private=private)
    except StoreError:
        return ()
    return edition.loaded if edition else ()


def open_edition(store_path: Path, edition: Edition) -> ox.Store:
    """Open an edition for reading. Any number of processes may do so at once.

    Raises:
        StoreError: the store is damaged.
    """
    return open_folder(store_path / edition.folder)


def open_folder(path: Path) -> ox.Store:
    """Open the folder of an edition, which need not be in use, for reading.

    Raises:
        StoreError: the store is damaged.
    """
    try:
        return ox.Store.read_only(str(path))
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(
            f"the store in {path} cannot be read: {error}.",
            hint=f"Remove {path.parent} and run `c4f build`.",
        ) from error


def former_editions(store_path: Path) -> list[str]:
    """List the editions that are there and not in use, the newest first."""
    in_use = {
        edition.folder
        for private in (False, True)
        if (edition := current_edition(store_path, private=private))
    }
    former = []
    for path in store_path.glob(f"{EDITION}*"):
        # Another process may remove it meanwhile.
        with contextlib.suppress(FileNotFoundError):
            former.append((-path.stat().st_mtime, path.name))
    return [name for _, name in sorted(former) if name not in in_use]


def pointer_path(store_path: Path, private: bool) -> Path:
    """Give the file that names the edition in use."""
    return store_path / ("private.json" if private else "public.json")
