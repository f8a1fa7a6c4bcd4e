"""The site's folder: made beside its place, and put there once it is whole."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from c4f_graph.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = ".c4f-site"
"""The file by which a former site is known: it lists all files of the site."""


class SiteFolder:
    """A folder that is being filled."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names: list[str] = []

    def write(self, name: str, content: bytes) -> None:
        """Write a file, named from the folder.

        Raises:
            StoreError: there is one of this name already, as where names differ only in case.
        """
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as stream:
                stream.write(content)
        except FileExistsError as error:
            raise StoreError(
                f"two pages would be the file {name}.", hint="Rename one of the two things."
            ) from error
        self.names.append(name)


@contextlib.contextmanager
def site_folder(path: Path) -> Iterator[SiteFolder]:
    """Give a folder that takes the place of `path` once the block ends well.

    Raises:
        StoreError: there is something else than a former site, or it cannot be written; then what
            stood there before is untouched.
    """
    place = path.resolve()
    try:
        check_place(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
        try:
            folder = SiteFolder(beside / "new")
            folder.root.mkdir()
            yield folder
            listed = "".join(f"{name}\n" for name in sorted(folder.names))
            folder.write(MARKER, listed.encode())
            _exchange(folder.root, place, beside / "former")
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Check that its folder is yours to write, and has room.",
        ) from error


def check_place(place: Path) -> None:
    """Make sure that a site may take a place: nothing is there, or a former site and no more.

    Raises:
        StoreError: there is something else.
    """
    if not place.exists():
        return
    if not place.is_dir():
        raise StoreError(f"{place} is no folder.", hint="Name another with -o.")
    present = {file.relative_to(place).as_posix() for file in place.rglob("*") if not file.is_dir()}
    marker = place / MARKER
    known = {MARKER, *marker.read_text("utf-8").splitlines()} if marker.is_file() else set()
    others = sorted(present - known)
    if others:
        what = "no site of `c4f site`" if not known else "a site, and more"
        raise StoreError(
            f"{place} holds {what}: {others[0]} would be lost.",
            hint="Name another folder with -o, or move what is there away.",
        )


def _exchange(new: Path, place: Path, aside: Path) -> None:
    """Put the new folder into its place; the former one comes back if that fails."""
    has_former = place.exists()
    if has_former:
        place.rename(aside)
    try:
        new.rename(place)
    except OSError:
        if has_former:
            aside.rename(place)
        raise
