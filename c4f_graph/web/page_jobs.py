"""Pages as jobs: the server hands a request for a page over to a worker, and sends on what it says.

So what a page asks of the graph is held by the limits, and keeps nobody else waiting.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from c4f_graph.web import pages
from c4f_graph.web.jobs import Done
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.requests import done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.routing import BaseRoute

    from c4f_graph.graph import ProgrammeGraph

_PASSED_ON = ("accept", "accept-language", "host", "if-none-match")


def routes() -> list[BaseRoute]:
    """Give the addresses of `pages`, answered by workers; files are sent as they are."""
    return [
        Route(route.path, page) if isinstance(route, Route) else route for route in pages.routes()
    ]


async def page(request: Request) -> Response:
    """Answer with a page that a worker makes.

    Raises:
        ProblemError: it cannot be made.
    """
    return await _answer(request, is_there=True)


async def not_found(request: Request) -> Response:
    """Answer with the page for what is not there, which a worker makes.

    Raises:
        ProblemError: it cannot be made.
    """
    return await _answer(request, is_there=False)


async def _answer(request: Request, *, is_there: bool) -> Response:
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    job = {
        "do": "page",
        "path": request.scope["path"],
        "query": request.url.query,
        "scheme": request.url.scheme,
        "headers": headers,
        "is_there": is_there,
    }
    made = await done(request, job)
    return Response(made.body, made.status, made.headers)


def made(
    graph: ProgrammeGraph,
    *,
    path: str,
    query: str,
    scheme: str,
    headers: Mapping[str, str],
    is_there: bool,
) -> Done:
    """Make a page, in a worker.

    Args:
        graph: the graph.
        path: the path of its address.
        query: the query of its address.
        scheme: http or https.
        headers: those of the request that pages depend on.
        is_there: whether there is such an address.
    """
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode("ascii"),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "app": _application(graph),
    }
    response = _response(scope) if is_there else _missing(scope)
    fields = dict(response.headers)
    return Done(
        fields.get("content-type", ""), bytes(response.body), None, response.status_code, fields
    )


def _response(scope: dict[str, Any]) -> Response:
    for route in scope["app"].routes:
        match, more = route.matches(scope)
        if match is Match.FULL:
            response: Response = route.endpoint(Request({**scope, **more}))
            return response
    return _missing(scope)


def _missing(scope: dict[str, Any]) -> Response:
    return pages.not_found(Request(scope), ProblemError(404, "there is nothing at this address."))


@lru_cache(maxsize=1)
def _application(graph: ProgrammeGraph) -> Starlette:
    """Give what a request for a page finds its graph in."""
    app = Starlette(routes=[route for route in pages.routes() if isinstance(route, Route)])
    app.state.graph = graph
    return app
