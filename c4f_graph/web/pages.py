"""The pages: which addresses there are, and what is shown there.

`routes` gives the pages, `not_found` the page for what is not there.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from c4f_graph.errors import C4fError, ParameterError
from c4f_graph.namespaces import C4F
from c4f_graph.web.answers import MEDIA_TYPES, asked, download, formats
from c4f_graph.web.asking import LANGUAGE, Asking
from c4f_graph.web.contents import (
    LISTED,
    data_page,
    docs_page,
    document_page,
    entity_page,
    list_page,
    network_page,
    overview_page,
    question_page,
    questions_page,
    schema_page,
    source_page,
    term_page,
)
from c4f_graph.web.names import KINDS, iri_of
from c4f_graph.web.search import nearest, search

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from c4f_graph.web.page import Page


def routes() -> list[BaseRoute]:
    """Give the pages, for an application whose `state.graph` is a `ProgrammeGraph`."""
    return [
        Route("/", _overview),
        Route("/search", _search),
        Route("/network", _network),
        Route("/data", _data),
        Route("/docs", _docs),
        Route("/docs/api", _api),
        Route("/docs/{slug}", _document),
        Route("/question", _questions),
        Route("/question/{id}", _question),
        Route("/question/{id}/answer.{format}", _download),
        Route("/schema", _schema),
        Route("/schema/{name}", _term),
        Route("/source/{slug:path}", _source),
        Route("/concept/{slug:path}", _entity_of("concept")),
        *(Route(f"/{kind}", _list_of(kind)) for kind in LISTED),
        *(Route(f"/{kind}/{{slug:path}}", _entity_of(kind)) for kind in KINDS),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
    ]


def not_found(request: Request, _problem: Exception) -> Response:
    """Give the page for an address that there is not, with what is nearest to it."""
    asking = Asking(request)
    page = asking.page
    parts = asking.links.path.strip("/").split("/")
    near = nearest(page.graph, page.view, parts[-1], parts[0])
    return asking.response(page.render("not_found.html", near=near), 404)


def _overview(request: Request) -> Response:
    asking, today = Asking(request), datetime.date.today()

    def make() -> Response:
        return asking.response(overview_page(asking.page, today))

    return asking.kept(make, until=today.isoformat())


def _list_of(kind: str) -> Callable[[Request], Response]:
    def listed(request: Request) -> Response:
        asking = Asking(request)
        return asking.kept(lambda: asking.response(list_page(asking.page, kind)))

    return listed


def _entity_of(kind: str) -> Callable[[Request], Response]:
    def entity(request: Request) -> Response:
        asking, today = Asking(request), datetime.date.today()
        iri = iri_of(kind, request.path_params["slug"])
        if iri not in asking.page.edition.names:
            return not_found(request, LookupError(iri))

        def make() -> Response:
            return asking.response(entity_page(asking.page, iri, today))

        return asking.kept(make, until=today.isoformat())

    return entity


def _source(request: Request) -> Response:
    asking = Asking(request)
    iri = iri_of("source", request.path_params["slug"])
    if asking.page.edition.names.kind(iri) != f"{C4F}Source":
        return not_found(request, LookupError(iri))
    return asking.kept(lambda: asking.response(source_page(asking.page, iri)))


def _data(request: Request) -> Response:
    asking = Asking(request)
    return asking.kept(lambda: asking.response(data_page(asking.page)))


def _docs(request: Request) -> Response:
    asking = Asking(request)
    return asking.kept(lambda: asking.response(docs_page(asking.page)))


def _api(request: Request) -> Response:
    asking = Asking(request)
    page = asking.page
    return asking.kept(
        lambda: asking.response(page.render("api.html", questions=page.graph.questions()))
    )


def _document(request: Request) -> Response:
    return _if_there(request, request.path_params["slug"], document_page)


def _schema(request: Request) -> Response:
    asking = Asking(request)
    return asking.kept(lambda: asking.response(schema_page(asking.page)))


def _term(request: Request) -> Response:
    return _if_there(request, request.path_params["name"], term_page)


def _if_there(request: Request, name: str, content: Callable[[Page, str], str | None]) -> Response:
    """Give the page of a name, or the one for what is not there where it has no content."""
    asking = Asking(request)

    def make() -> Response:
        text = content(asking.page, name)
        return not_found(request, LookupError(name)) if text is None else asking.response(text)

    return asking.kept(make)


def _search(request: Request) -> Response:
    asking = Asking(request)
    page = asking.page
    wanted_text = request.query_params.get("q", "")[:200]
    template = "hits.html" if "part" in request.query_params else "search.html"

    def make() -> Response:
        hits = search(page.graph, page.view, wanted_text)
        return asking.response(page.render(template, wanted=wanted_text, hits=hits))

    return asking.answered(make)


def _network(request: Request) -> Response:
    asking = Asking(request)
    kind, state = (request.query_params.get(name, "") for name in ("kind", "state"))
    return asking.kept(lambda: asking.response(network_page(asking.page, kind, state)))


def _questions(request: Request) -> Response:
    asking = Asking(request)
    return asking.kept(lambda: asking.response(questions_page(asking.page)))


def _question(request: Request) -> Response:
    asking = Asking(request)
    page = asking.page
    try:
        question = page.graph.question(request.path_params["id"])
    except ParameterError:
        return not_found(request, LookupError(request.path_params["id"]))
    given = _given(request)

    def make() -> Response:
        shown = asked(page.graph, page.view, question, given)
        text = question_page(page, shown, given, formats())
        return asking.response(text, 400 if shown.problem else 200)

    return asking.kept(make, until=datetime.date.today().isoformat())


def _download(request: Request) -> Response:
    asking = Asking(request)
    graph = asking.page.graph
    answer_format = request.path_params["format"]
    try:
        question = graph.question(request.path_params["id"])
    except ParameterError:
        return not_found(request, LookupError(request.path_params["id"]))
    if answer_format not in formats():
        return not_found(request, LookupError(answer_format))
    try:
        content = download(graph, question, _given(request), answer_format)
    except C4fError as error:
        return asking.problem(error, 400)
    name = f"{question.id}.{answer_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, MEDIA_TYPES[answer_format])


def _given(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if name != LANGUAGE}
