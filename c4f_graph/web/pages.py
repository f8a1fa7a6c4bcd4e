"""The pages: which addresses there are, and what is shown there.

The graph is `request.app.state.graph`, taken once a request, so that a new edition can come at any
time. `routes` gives the pages, `not_found` the page for what is not there.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from c4f_graph.errors import C4fError, ParameterError
from c4f_graph.namespaces import C4F
from c4f_graph.web.answers import MEDIA_TYPES, asked, download, formats, problem_text
from c4f_graph.web.edition import edition_of
from c4f_graph.web.entity import mentions_of, properties_of, said_in
from c4f_graph.web.language import LANGUAGES, wanted
from c4f_graph.web.names import KINDS, iri_of
from c4f_graph.web.network import network
from c4f_graph.web.overview import milestones, overview
from c4f_graph.web.requests import cached, unchanged
from c4f_graph.web.search import nearest, search
from c4f_graph.web.served import edition_tag
from c4f_graph.web.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from c4f_graph.graph import ProgrammeGraph

LISTED = ("cluster", "actor", "project", "milestone", "source")
"""The kinds that have a page which lists them, with that of their names."""
_LANGUAGE = "lang"
_LONGEST_KEPT = 300
_PAGE = "text/html; charset=utf-8"


class Page:
    """One request for a page: the graph, the reader's language, and how it is answered."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.graph: ProgrammeGraph = request.app.state.graph
        self.edition = edition_of(self.graph)
        self.chosen = request.query_params.get(_LANGUAGE)
        accepted = request.headers.get("accept-language", "")
        self.language = wanted(self.chosen, accepted)
        self.view = View(self.edition, self.language)
        self.root = request.scope.get("root_path", "")

    def href(self, path: str, **query: str) -> str:
        """Give the address of a page of ours; a language that was chosen stays so."""
        from urllib.parse import quote, urlencode

        if self.chosen in LANGUAGES:
            query.setdefault(_LANGUAGE, str(self.chosen))
        address = self.root + quote(path)
        return f"{address}?{urlencode(query)}" if query else address

    def in_language(self, code: str) -> str:
        """Give the address of this very page in a language."""
        query = {**self.request.query_params, _LANGUAGE: code}
        path = self.request.url.path.removeprefix(self.root)
        return self.href(path, **query)

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """Fill a template."""
        text = _environment.get_template(template).render(
            page=self, view=self.view, t=self.language.text, **values
        )
        return Response(text, status, self._headers(), _PAGE)

    def answered(self, make: Callable[[], Response]) -> Response:
        """Make a page, or one that says that the graph gives no answer, in time or at all."""
        try:
            return make()
        except C4fError as error:
            return self.render("problem.html", 503, problem=problem_text(error))

    def kept(self, make: Callable[[], Response], *, until: str = "") -> Response:
        """Give a page as it was made before, where it was.

        Args:
            make: makes the page.
            until: what else the page depends on, such as the day.
        """
        query = self.request.url.query
        if len(query) > _LONGEST_KEPT:
            return self.answered(make)
        key = (self.request.url.path, self.root, self.language.code, query, until)
        tag = edition_tag(self.graph, *key)
        response = unchanged(self.request, tag)
        if response is None:
            page = self.edition.kept(key)
            if page is None:
                made = self.answered(make)
                if made.status_code != 200:
                    return made
                page = bytes(made.body)
                self.edition.keep(key, page)
            response = cached(Response(page, 200, None, _PAGE), tag)
        response.headers.update(self._headers())
        return response

    def _headers(self) -> dict[str, str]:
        return {"Vary": "Accept-Language", "Content-Language": self.language.code}


def routes() -> list[BaseRoute]:
    """Give the pages, for an application whose `state.graph` is a `ProgrammeGraph`."""
    return [
        Route("/", _overview),
        Route("/search", _search),
        Route("/network", _network),
        Route("/question", _questions),
        Route("/question/{id}", _question),
        Route("/question/{id}/answer.{format}", _download),
        Route("/source/{slug:path}", _source),
        Route("/concept/{slug:path}", _entity_of("concept")),
        *(Route(f"/{kind}", _list_of(kind)) for kind in LISTED),
        *(Route(f"/{kind}/{{slug:path}}", _entity_of(kind)) for kind in KINDS),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
    ]


def not_found(request: Request, _problem: Exception) -> Response:
    """Give the page for an address that there is not, with what is nearest to it."""
    page = Page(request)
    parts = request.url.path.removeprefix(page.root).strip("/").split("/")
    near = nearest(page.graph, page.view, parts[-1], parts[0])
    return page.render("not_found.html", 404, near=near)


def _overview(request: Request) -> Response:
    page = Page(request)
    today = datetime.date.today()

    def make() -> Response:
        return page.render("overview.html", shown=overview(page.graph, page.view, today))

    return page.kept(make, until=today.isoformat())


def _list_of(kind: str) -> Callable[[Request], Response]:
    def listed(request: Request) -> Response:
        page = Page(request)

        def make() -> Response:
            names = page.edition.names
            iris = [iri for iri in names if (names.page(iri) or "").startswith(f"/{kind}/")]
            if kind == "source":
                iris = [iri for iri in iris if names.kind(iri) == f"{C4F}Source"]
            items = sorted(
                ((page.view.link(iri), page.view.full_name(iri), iri) for iri in iris),
                key=lambda item: item[0].text.casefold(),
            )
            if kind == "source":
                notes = {iri: page.edition.note(iri, page.language.code) for _, _, iri in items}
                return page.render("sources.html", items=items, notes=notes)
            return page.render("list.html", kind=kind, items=items)

        return page.kept(make)

    return listed


def _entity_of(kind: str) -> Callable[[Request], Response]:
    def entity(request: Request) -> Response:
        page = Page(request)
        iri = iri_of(kind, request.path_params["slug"])
        if iri not in page.edition.names:
            return not_found(request, LookupError(iri))
        today = datetime.date.today()

        def make() -> Response:
            its_class = page.edition.names.kind(iri)
            line = milestones(page.graph, page.view, today, iri) if kind == "cluster" else None
            return page.render(
                "entity.html",
                iri=iri,
                kind=page.view.full_name(its_class) if its_class else "",
                properties=properties_of(page.graph, page.view, iri),
                mentions=mentions_of(page.graph, page.view, iri),
                line=line,
            )

        return page.kept(make, until=today.isoformat())

    return entity


def _source(request: Request) -> Response:
    page = Page(request)
    iri = iri_of("source", request.path_params["slug"])
    if page.edition.names.kind(iri) != f"{C4F}Source":
        return not_found(request, LookupError(iri))

    def make() -> Response:
        return page.render(
            "source.html",
            iri=iri,
            note=page.edition.note(iri, page.language.code),
            properties=properties_of(page.graph, page.view, iri),
            subjects=said_in(page.graph, page.view, iri),
        )

    return page.kept(make)


def _search(request: Request) -> Response:
    page = Page(request)
    wanted_text = request.query_params.get("q", "")[:200]
    template = "hits.html" if "part" in request.query_params else "search.html"

    def make() -> Response:
        hits = search(page.graph, page.view, wanted_text)
        return page.render(template, wanted=wanted_text, hits=hits)

    return page.answered(make)


def _network(request: Request) -> Response:
    page = Page(request)
    kind, state = (request.query_params.get(name, "") for name in ("kind", "state"))

    def make() -> Response:
        shown = network(page.graph, page.view, kind, state)
        return page.render("network.html", shown=shown, kind=kind, state=state)

    return page.kept(make)


def _questions(request: Request) -> Response:
    page = Page(request)
    return page.kept(lambda: page.render("questions.html", questions=page.graph.questions()))


def _question(request: Request) -> Response:
    page = Page(request)
    try:
        question = page.graph.question(request.path_params["id"])
    except ParameterError:
        return not_found(request, LookupError(request.path_params["id"]))
    given = _given(request)

    def make() -> Response:
        shown = asked(page.graph, page.view, question, given)
        return page.render(
            "question.html",
            400 if shown.problem else 200,
            shown=shown,
            given={name: value for name, value in given.items() if value},
            formats=formats(),
        )

    return page.kept(make, until=datetime.date.today().isoformat())


def _download(request: Request) -> Response:
    page = Page(request)
    answer_format = request.path_params["format"]
    try:
        question = page.graph.question(request.path_params["id"])
    except ParameterError:
        return not_found(request, LookupError(request.path_params["id"]))
    if answer_format not in formats():
        return not_found(request, LookupError(answer_format))
    try:
        content = download(page.graph, question, _given(request), answer_format)
    except C4fError as error:
        return page.render("problem.html", 400, problem=problem_text(error))
    name = f"{question.id}.{answer_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, MEDIA_TYPES[answer_format])


def _given(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if name != _LANGUAGE}


_environment = Environment(
    loader=PackageLoader("c4f_graph.web"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
