"""One request for a page: which page is meant for whom, and how it is answered.

The graph is `request.app.state.graph`, taken once a request, so that a new edition can come at any
time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from starlette.responses import Response

from c4f_graph.errors import C4fError
from c4f_graph.web.answers import problem_text
from c4f_graph.web.language import LANGUAGES, wanted
from c4f_graph.web.negotiation import TRIPLE_FORMS
from c4f_graph.web.page import Page
from c4f_graph.web.requests import cached, unchanged
from c4f_graph.web.served import edition_tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

LANGUAGE = "lang"
"""The parameter of an address that chooses the language."""
_LONGEST_KEPT = 300
_PAGE = "text/html; charset=utf-8"


class RequestLinks:
    """The addresses of the server, as one request reaches it; see `page.Links`."""

    is_site = False

    def __init__(self, request: Request) -> None:
        chosen = request.query_params.get(LANGUAGE)
        self.chosen = chosen if chosen in LANGUAGES else ""
        self.root = request.scope.get("root_path", "")
        self.path = request.url.path.removeprefix(self.root)
        self._query = dict(request.query_params)

    def to(self, path: str, **query: str) -> str:
        """Give the address of a page of ours; a language that was chosen stays so."""
        if self.chosen:
            query.setdefault(LANGUAGE, self.chosen)
        address = self.root + quote(path)
        return f"{address}?{urlencode(query)}" if query else address

    def in_language(self, code: str) -> str:
        """Give the address of this very page in a language."""
        return self.to(self.path, **{**self._query, LANGUAGE: code})

    def file(self, name: str) -> str:
        """Give the address of a style, script or picture."""
        return f"{self.root}/static/{name}"

    def graph_files(self) -> list[tuple[str, str]]:
        """List the forms of the whole graph, each with its address."""
        address = f"{self.root}/graphs?default&format="
        return [(form.name, address + form.name) for form in TRIPLE_FORMS]

    def catalogue_files(self) -> list[tuple[str, str]]:
        """List the forms of the catalogue's entry, each with its address."""
        return [(form.name, f"{self.root}/dataset?format={form.name}") for form in TRIPLE_FORMS]

    def is_here(self, path: str) -> bool:
        """Tell whether this is the page of a path."""
        return self.path == path


class Asking:
    """One request for a page, and how it is answered."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.links = RequestLinks(request)
        language = wanted(self.links.chosen, request.headers.get("accept-language", ""))
        self.page = Page(request.app.state.graph, language, self.links)

    def response(self, text: str, status: int = 200) -> Response:
        """Answer with a page."""
        return Response(text, status, self._headers(), _PAGE)

    def problem(self, error: C4fError, status: int) -> Response:
        """Answer with a page that says what is wrong."""
        return self.response(self.page.render("problem.html", problem=problem_text(error)), status)

    def answered(self, make: Callable[[], Response]) -> Response:
        """Make a page, or one that says that the graph gives no answer, in time or at all."""
        try:
            return make()
        except C4fError as error:
            return self.problem(error, 503)

    def kept(self, make: Callable[[], Response], *, until: str = "") -> Response:
        """Give a page as it was made before, where it was.

        Args:
            make: makes the page.
            until: what else the page depends on, such as the day.
        """
        query = self.request.url.query
        if len(query) > _LONGEST_KEPT:
            return self.answered(make)
        page = self.page
        key = (self.links.path, self.links.root, page.language.code, query, until)
        tag = edition_tag(page.graph, *key)
        response = unchanged(self.request, tag)
        if response is None:
            kept = page.edition.kept(key)
            if kept is None:
                made = self.answered(make)
                if made.status_code != 200:
                    return made
                kept = bytes(made.body)
                page.edition.keep(key, kept)
            response = cached(Response(kept, 200, None, _PAGE), tag)
        response.headers.update(self._headers())
        return response

    def _headers(self) -> dict[str, str]:
        return {"Vary": "Accept-Language", "Content-Language": self.page.language.code}
