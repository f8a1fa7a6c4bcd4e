"""Which file of the site each page is, and the relative links from one to another."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from c4f_graph.web.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

GRAPH_FORMS = ("ttl", "jsonld", "nq")
"""The forms in which the site holds the whole graph."""
CATALOGUE_FORMS = ("ttl", "jsonld")
"""The forms in which it holds its entry for catalogues of data."""
ANSWER_FORMS = ("csv", "json")
"""The forms in which it holds the answers of questions."""
_LONGEST = 150


class SiteLinks:
    """The links of one page of the site; see `page.Links`.

    Args:
        path: the page, such as `/cluster/saxocell`.
        code: its language.
        query: the parameters of the question that it answers.
        top: where the site begins, as seen from the page; without it, as many `../` as it takes.
    """

    chosen = ""
    is_site = True

    def __init__(self, path: str, code: str, query: dict[str, str], top: str | None = None) -> None:
        self.path = path
        self._code = code
        self._query = query
        self.file_name = file_of(path, code, query.values())
        self.top = "../" * self.file_name.count("/") if top is None else top

    def to(self, path: str, **query: str) -> str:
        """Give the way to a page in the same language, or to a download."""
        return self.top + _href(path, self._code, tuple(query.values()))

    def in_language(self, code: str) -> str:
        """Give the way to this very page in a language."""
        return self.top + _href(self.path, code, tuple(self._query.values()))

    def file(self, name: str) -> str:
        """Give the way to a style, script or picture."""
        return f"{self.top}static/{name}"

    def graph_files(self) -> list[tuple[str, str]]:
        """List the forms of the whole graph, each with the way to it."""
        return [(form, f"{self.top}data/c4f.{form}") for form in GRAPH_FORMS]

    def catalogue_files(self) -> list[tuple[str, str]]:
        """List the forms of the entry for catalogues of data, each with the way to it."""
        return [(form, f"{self.top}catalogue.{form}") for form in CATALOGUE_FORMS]

    def is_here(self, path: str) -> bool:
        """Tell whether this is the page of a path."""
        return self.path == path


def file_of(path: str, code: str, values: Iterable[str] = ()) -> str:
    """Give the name of the file, below the site's folder, that a page or download is.

    Pages in the first language stand in the folder itself, those in the others in one of their own.
    Downloads have no language.

    Args:
        path: the page or download.
        code: the language.
        values: those of the parameters of a question.
    """
    parts = path.strip("/").split("/") if path != "/" else ["index"]
    is_download = parts[0] == "question" and parts[-1].startswith("answer.")
    parts[2:2] = values
    name = "/".join(_file_name(part) for part in parts)
    if is_download:
        return name
    return f"{'' if code == LANGUAGES[0] else f'{code}/'}{name}.html"


@functools.lru_cache(100_000)
def _href(path: str, code: str, values: tuple[str, ...]) -> str:
    return quote(file_of(path, code, values))


def _file_name(part: str) -> str:
    """Give a name that every file system takes: no other signs than `%` and letters."""
    name = quote(part, safe="")
    if not name.strip("."):
        return name.replace(".", "%2E") or "_"
    if len(name) > _LONGEST:
        return f"{name[:_LONGEST]}-{hashlib.sha256(part.encode()).hexdigest()[:16]}"
    return name
